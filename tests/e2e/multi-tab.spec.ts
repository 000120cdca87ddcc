// Two tabs at once: what one keeps comes to the other, nothing is written over, and one learns at a time.

import type { BrowserContext } from '@playwright/test';
import { expect, test } from './fixtures';
import { Inkling, mnistStrokes } from './page';
import { checkpoint, keep, kept, leave, names, wholeVersions, type Rows } from './store';
import { correct as correctStrokes, firstStep, learn, watchLearning } from './fine-tuning';

const samples = mnistStrokes();

/** Another tab of the same browser. */
async function another(context: BrowserContext): Promise<Inkling> {
  const inkling = new Inkling(await context.newPage());
  await inkling.open('cpu');
  return inkling;
}

async function correct(inkling: Inkling, index: number, label: number) {
  await inkling.page.bringToFront();
  await correctStrokes(inkling, samples[index].strokes, label);
}

/** What the samples of a tab are said to be, in their order. */
const labels = ({ page }: Inkling) =>
  page.locator('[data-lesson]').evaluateAll((lessons) => lessons.map((lesson) => (lesson as HTMLElement).dataset.lesson).join(' '));

test.beforeEach(async ({ inkling, context }) => {
  await watchLearning(context);
  await inkling.open('cpu');
  await inkling.ready('cpu');
});

test('samples come to the other tab, and what one deletes the other does not bring back', async ({ inkling, context }) => {
  const other = await another(context);
  await other.ready('cpu');
  await correct(inkling, 0, 1);
  await other.has('data-samples', '1');
  await correct(other, 1, 2);
  await inkling.has('data-samples', '2');
  await correct(inkling, 2, 3);
  await other.has('data-samples', '3');
  await correct(other, 3, 4);
  for (const tab of [inkling, other]) {
    await tab.has('data-samples', '4');
    expect(await labels(tab)).toBe('1 2 3 4');
  }

  await inkling.page.getByRole('button', { name: /^Delete sample/ }).first().click();
  await other.has('data-samples', '3');
  await other.page.locator('[data-lesson="2"]').getByRole('combobox').selectOption('9');
  await expect(inkling.page.locator('[data-lesson="9"]')).toHaveCount(1);
  await correct(other, 4, 5);
  await inkling.has('data-samples', '4');
  for (const tab of [inkling, other]) await tab.has('data-keeping', 'kept');
  await inkling.page.reload();
  await inkling.has('data-samples', '4');
  expect(await labels(inkling)).toBe('9 3 4 5');

  await other.page.getByRole('button', { name: 'Delete all' }).click();
  await inkling.has('data-samples', '0');
  expect(names(await kept(inkling.page), 'sample/')).toEqual([]);
  expect(other.unexpectedErrors()).toEqual([]);
});

test('one tab learns, and the other takes the version over', async ({ inkling, context }) => {
  const before = await another(context);
  await before.ready('cpu');
  await correct(inkling, 0, 1);
  await learn(inkling, 5);
  await inkling.has('data-learning', 'running');
  // One tab was open before, one opens now, when there is something to be gone on with.
  const after = await another(context);
  for (const tab of [before, after]) {
    await tab.has('data-learning', 'elsewhere');
    await tab.says(/Another tab is training/);
    await expect(tab.page.getByRole('button', { name: 'Learn', exact: true })).toBeDisabled();
  }
  await inkling.has('data-learning', 'done');
  for (const tab of [before, after]) {
    await tab.has('data-learning', 'idle');
    await tab.has('data-versions', '1');
    await tab.says(/Another tab has finished training/);
    await expect(tab.page.getByRole('button', { name: 'Learn', exact: true })).toBeEnabled();
  }
  expect(wholeVersions(await kept(after.page))).toEqual(['mine-1']);

  const version = after.page.locator('[data-version="mine-1"]');
  await version.getByRole('button', { name: 'Use' }).click();
  await after.has('data-model', 'mine-1');
  await after.ready('cpu');
  await version.getByRole('textbox').fill('Of the other tab');
  await version.getByRole('textbox').press('Enter');
  await expect(inkling.page.locator('[data-version="mine-1"]').getByRole('textbox')).toHaveValue('Of the other tab');
  await inkling.page.locator('[data-version="mine-1"]').getByRole('button', { name: 'Delete' }).click();
  await after.has('data-versions', '0');
  await after.has('data-model', 'digits');
  for (const tab of [before, after]) expect(tab.unexpectedErrors()).toEqual([]);
});

test('a tab goes on with what a closed one was learning', async ({ inkling, context }) => {
  const learner = await another(context);
  await learner.ready('cpu');
  await correct(learner, 0, 1);
  await learn(learner, 10);
  await inkling.has('data-learning', 'elsewhere');
  await expect.poll(async () => checkpoint(await kept(learner.page))).toBeGreaterThan(0);
  const before = checkpoint(await kept(learner.page))!;
  await learner.page.close();
  await inkling.says(/training that was interrupted/);
  expect(await firstStep(inkling.page), 'it does not begin anew').toBeGreaterThan(before);
  await inkling.has('data-learning', 'done');
  await inkling.has('data-versions', '1');
  const rows = await kept(inkling.page);
  expect(wholeVersions(rows)).toEqual(['mine-1']);
  expect([rows.has('pending'), rows.has('learning')], 'nothing is left to be gone on with').toEqual([false, false]);
});

test('versions that two tabs bring under one name are both kept', async ({ inkling, context }) => {
  await correct(inkling, 0, 1);
  await learn(inkling, 2);
  await inkling.has('data-versions', '1');
  const file = (await kept(inkling.page)).get('package/mine-1')!;
  // A tab that hears nothing of others, as one that was slow to hear would not yet have.
  const other = new Inkling(await context.newPage());
  await other.page.addInitScript(() => Object.assign(window, { BroadcastChannel: undefined }));
  await other.open('cpu');
  await other.has('data-versions', '1');
  const bring = ({ page }: Inkling, name: string) =>
    page.locator('[data-import=version]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: file });
  await bring(inkling, 'here.safetensors');
  await expect.poll(async () => names(await kept(inkling.page), 'version/')).toHaveLength(2);
  await bring(other, 'there.safetensors');
  await other.has('data-versions', '3');
  await other.page.locator('[data-version="mine-3"]').getByRole('button', { name: 'Use' }).click();
  await other.has('data-model', 'mine-3');
  await other.ready('cpu');
  await expect.poll(async () => wholeVersions(await kept(other.page))).toEqual(['mine-1', 'mine-2', 'mine-3']);
  const rows = await kept(other.page);
  const titles = ['mine-2', 'mine-3'].map((name) => JSON.parse(rows.get(`version/${name}`)!.toString()).title);
  expect(titles).toEqual(['here', 'there']);
  expect(other.unexpectedErrors()).toEqual([]);
});

test('what an older page kept is all there', async ({ inkling, page, context }) => {
  await correct(inkling, 0, 1);
  await correct(inkling, 1, 2);
  await learn(inkling, 2);
  await inkling.has('data-versions', '1');
  const rows = await kept(page);
  // As it was kept before: all samples in one row, all versions in another.
  const list = (prefix: string) => names(rows, prefix).map((name) => JSON.parse(rows.get(prefix + name)!.toString()));
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const old: Rows = new Map([
    ['samples', json({ format: 'inkling-samples-1', samples: list('sample/') })],
    ['versions', json({ versions: list('version/') })],
    ['package/mine-1', rows.get('package/mine-1')!],
  ]);
  await leave(page);
  await page.evaluate(() => new Promise((resolve) => (indexedDB.deleteDatabase('inkling').onsuccess = resolve)));
  await keep(page, old);
  // Two tabs find it at once.
  const other = new Inkling(await context.newPage());
  await Promise.all([inkling.open('cpu'), other.open('cpu')]);
  for (const tab of [inkling, other]) {
    await tab.has('data-samples', '2');
    await tab.has('data-versions', '1');
    expect(await labels(tab)).toBe('1 2');
  }
  const now = await kept(page);
  expect(names(now, 'sample/')).toHaveLength(2);
  expect(wholeVersions(now)).toEqual(['mine-1']);
  expect(now.has('samples') || now.has('versions')).toBe(false);
});
