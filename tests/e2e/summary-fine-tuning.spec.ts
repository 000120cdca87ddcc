// Teaching the summarizer: a summary is changed and kept, learned from, and becomes a version that is used, compared, taken away and
// brought back. The first tests are of the page alone, with a scripted worker.

import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';
import type { Inkling } from './page';

const TEXT =
  'The town council voted on Monday to reopen the old ferry across the river, which had been closed for six years. ' +
  'Mayor Ann Harper said that the crossing would carry 400 people a day, most of them on their way to work in the mills. ' +
  'Some shop owners doubt it, because the new bridge is only two miles away and free to cross at any hour.';

const OTHER =
  'A storm that came in from the north on Tuesday night left 2,000 homes in the valley without power until the morning. ' +
  'Crews worked through the night to clear the fallen trees from the roads, and no one was hurt, the fire chief said. ' +
  'Schools opened two hours late on Wednesday, and the county has asked people to stay away from the river banks.';

/** Summarizes a text, makes the summary this, and keeps it. */
async function keep(inkling: Inkling, text: string, summary: string) {
  const { page } = inkling;
  const before = Number(await inkling.attribute('data-pairs'));
  await inkling.summarize(text);
  await page.locator('#edit-summary').click();
  await page.locator('#draft').fill(summary);
  await page.locator('#keep-summary').click();
  await inkling.has('data-pairs', String(before + 1));
}

test.describe('with a scripted worker', () => {
  test.beforeEach(async ({ inkling }) => {
    await inkling.scriptEngine();
    await inkling.openSummaries();
    await inkling.summarizerReady();
  });

  test('a summary is changed by keyboard, and kept or not', async ({ inkling, page }) => {
    await expect(page.locator('#edit-summary')).toBeDisabled();
    const lines = await inkling.summarize(TEXT);
    await page.locator('#edit-summary').press('Enter');
    const draft = page.getByRole('textbox', { name: 'The summary, one sentence per line' });
    await expect(draft).toBeFocused();
    expect((await draft.inputValue()).split('\n')).toEqual(lines);
    await draft.fill(' \n … ');
    await expect(page.locator('#keep-summary')).toBeDisabled();
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    await expect(inkling.lines).toHaveCount(3);
    await inkling.has('data-pairs', '0');

    await page.locator('#edit-summary').press('Enter');
    await draft.fill('The ferry opens again.');
    await page.locator('#keep-summary').press('Enter');
    await inkling.has('data-pairs', '1');
    await expect(inkling.lines, 'what the model said is there again').toHaveCount(3);
    await expect(page.locator('[data-pair]').getByRole('textbox')).toHaveValue('The ferry opens again.');

    // The last word about a text counts.
    await page.locator('#edit-summary').click();
    await draft.fill('It opens again.');
    await page.locator('#keep-summary').click();
    await expect(page.locator('[data-pair]').getByRole('textbox')).toHaveValue('It opens again.');
    await inkling.has('data-pairs', '1');
  });

  test('samples are looked through, rewritten, taken away, brought and deleted, and survive a reload', async ({ inkling, page }) => {
    await keep(inkling, TEXT, 'The ferry opens again.');
    await keep(inkling, OTHER, 'A storm left homes without power.');
    await inkling.has('data-keeping', 'kept');
    await page.reload();
    await inkling.has('data-pairs', '2');
    await inkling.has('data-samples', '0');
    const first = page.locator('[data-pair]').first();
    await first.getByRole('textbox').fill('The old ferry opens again.');
    await first.getByRole('textbox').blur();
    const download = page.waitForEvent('download');
    await page.locator('.lessons').getByRole('button', { name: 'Export' }).click();
    const file = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
    expect(file.samples.map(({ summary }: { summary: string }) => summary)).toEqual([
      'The old ferry opens again.',
      'A storm left homes without power.',
    ]);
    await first.getByRole('button', { name: /^Delete sample/ }).click();
    await inkling.has('data-pairs', '1');
    await page.getByRole('button', { name: 'Delete all' }).click();
    await inkling.has('data-pairs', '0');
    file.samples.push({ text: 'A text.', kind: 'headline', summary: '' }, { text: 'A text.', kind: 'sonnet', summary: 'x' });
    const bring = (text: string) =>
      page.locator('[data-import=samples]').setInputFiles({
        name: 'samples.json', mimeType: 'application/json', buffer: Buffer.from(text),
      });
    await bring(JSON.stringify(file));
    await inkling.has('data-pairs', '2');
    await inkling.says(/Imported 2 samples\. 2 rows .* were skipped: 3, 4\./);
    await bring('{"samples": 3}');
    await inkling.says(/does not contain Inkling samples/);
  });
});

test('what was changed is learned, and its version is used, compared, taken away and brought back', async ({ inkling, page }) => {
  test.setTimeout(600_000);
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await expect(page.getByRole('button', { name: 'Learn', exact: true })).toBeDisabled();
  await keep(inkling, TEXT, 'The town council voted to reopen the old ferry.\nThe crossing would carry 400 people a day.');
  await keep(inkling, OTHER, 'A storm left 2,000 homes without power.\nSchools opened two hours late.');
  await page.getByText('How it learns').click();
  await page.getByLabel('Epochs of 10 steps').selectOption('2');
  await page.getByRole('button', { name: 'Learn', exact: true }).click();
  await inkling.says(/Step \d+ of 20/);
  await inkling.goTo('digits');
  await inkling.draw([{ points: [{ x: 14, y: 4 }, { x: 14, y: 24 }] }]);
  expect(await inkling.answer(), 'digits are read while it learns').toBe(1);
  await inkling.goTo('summaries');
  await inkling.has('data-learning', 'done');
  console.log(await page.locator('.done').innerText());
  await page.screenshot({ path: test.info().outputPath('taught.png'), fullPage: true });
  await inkling.has('data-versions', '1');
  const held = await page.locator('.done .figures tbody tr').first().innerText();
  expect(held).toMatch(/^ROUGE-1\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+[\d.]+$/);
  const version = page.locator('[data-version="mine-1"]');
  if ((await inkling.attribute('data-summary-model')) !== 'mine-1') await version.getByRole('button', { name: 'Use' }).click();
  await inkling.has('data-summary-model', 'mine-1');
  await inkling.summarizerReady();
  expect((await inkling.summarize(TEXT)).length).toBeGreaterThan(0);
  await inkling.says(/Written by the model “Mine, /);

  await inkling.has('data-keeping', 'kept');
  await page.reload();
  await inkling.has('data-summary-model', 'mine-1');
  await inkling.summarizerReady();
  await page.locator('#compare').click();
  await inkling.has('data-measured', '2');
  await expect(page.locator('.comparing tbody tr')).toHaveCount(2);
  console.log(await page.locator('.comparing').innerText());

  const download = page.waitForEvent('download');
  await version.getByRole('button', { name: 'Export' }).click();
  const bytes = readFileSync(await (await download).path());
  await version.getByRole('button', { name: 'Delete' }).click();
  await inkling.has('data-summary-model', 'summary');
  const bring = (name: string, buffer: Buffer) =>
    page.locator('[data-import=version]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 1] ^= 1;
  await bring('damaged.safetensors', damaged);
  await inkling.says(/could not be imported/);
  await inkling.has('data-versions', '0');
  await inkling.has('data-summary-model', 'summary');
  await bring('mine.safetensors', bytes);
  await inkling.has('data-versions', '1');
  await inkling.has('data-summary-model', 'summary');
  await page.locator('[data-version^="mine-"]').getByRole('button', { name: 'Use' }).click();
  await expect(inkling.state).toHaveAttribute('data-summary-model', /^mine-/);
  await inkling.summarizerReady();
  await inkling.summarize(OTHER);
  await inkling.says(/Written by the model “mine” on/);
});
