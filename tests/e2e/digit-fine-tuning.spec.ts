// Teaching: corrections are kept, learned and measured, versions are used and taken away, and a page that ends in the middle goes on.

import { expect, test } from './fixtures';
import { mnistStrokes } from './page';
import { checkpoint, kept, wholeVersions } from './store';
import { firstStep, flagged, learn, teach, watchLearning } from './fine-tuning';
import { readFileSync } from 'node:fs';

test.beforeEach(async ({ inkling }) => {
  await inkling.open('cpu');
  await inkling.ready('cpu');
});

test('corrections become samples that survive a reload, go out and come back', async ({ inkling, page }) => {
  await teach(inkling, 3);
  await inkling.has('data-keeping', 'kept');
  await page.reload();
  await inkling.has('data-samples', '3');
  await page.locator('[data-lesson]').first().getByRole('combobox').selectOption('4');
  await expect(page.locator('[data-lesson="4"]')).toHaveCount(1);
  const download = page.waitForEvent('download');
  await page.locator('.lessons').getByRole('button', { name: 'Export' }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  await page.getByRole('button', { name: /^Delete sample/ }).first().click();
  await inkling.has('data-samples', '2');
  await page.getByRole('button', { name: 'Delete all' }).click();
  await inkling.has('data-samples', '0');
  const file = JSON.parse(text);
  file.samples.push({ label: 3 }, { input: file.samples[0].input });
  const bring = (buffer: Buffer) =>
    page.locator('[data-import=samples]').setInputFiles({ name: 'samples.json', mimeType: 'application/json', buffer });
  await bring(Buffer.from(JSON.stringify(file)));
  await inkling.has('data-samples', '3');
  await inkling.says(/Imported 3 samples\. 2 rows have no label .* were skipped: 4, 5\./);
  await bring(Buffer.from(JSON.stringify(file)));
  await inkling.says(/All 3 samples were already there/);
  await inkling.has('data-samples', '3');
  await bring(Buffer.from('PK\u0003\u0004'));
  await inkling.says(/does not contain Inkling samples/);
});

test('the guide asks for digits in turn', async ({ inkling, page }) => {
  await page.getByRole('button', { name: 'Guide me through the digits' }).click();
  await expect(inkling.pad).toBeFocused();
  await inkling.says(/Draw a zero, then choose 0 \(1 of 3\)/);
  const zero = mnistStrokes().find(({ label }) => label === 0)!;
  for (let i = 0; i < 3; i++) {
    const shifted = zero.strokes.map(({ points }) => ({ points: points.map(({ x, y }) => ({ x: x + i, y })) }));
    await inkling.draw(shifted);
    await inkling.answer();
    // By its key and by its button.
    if (i === 1) await page.keyboard.press('0');
    else await page.locator('[data-label="0"]').click();
    await inkling.has('data-samples', `${i + 1}`);
    await inkling.has('data-phase', 'empty');
    await expect(inkling.pad).toBeFocused();
  }
  await inkling.says(/Draw a one, then choose 1/);
});

test('a hand is learned while the page reads on, and its version is kept', async ({ inkling, page }) => {
  await teach(inkling, 10);
  const start = Date.now();
  await learn(inkling);
  await inkling.has('data-learning', 'running');
  await inkling.clear();
  const { label, strokes } = mnistStrokes()[0];
  await inkling.draw(strokes);
  expect(await inkling.answer(), 'it reads while it learns').toBe(label);
  await inkling.has('data-learning', 'done');
  console.log(`ten corrections learned in ${((Date.now() - start) / 1000).toFixed(1)} s; ${await page.locator('.done .verdict').innerText()}`);
  console.log(await page.locator('.figures').innerText());
  // All columns of the confusion matrix are in view, and the keyboard reaches it.
  await page.locator('details.confusion summary').first().click();
  const matrices = page.locator('.matrices').first();
  expect(await matrices.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  await expect(matrices).toHaveAttribute('tabindex', '0');
  await page.screenshot({ path: test.info().outputPath('learned.png'), fullPage: true });
  await inkling.has('data-versions', '1');
  await inkling.has('data-model', 'mine-1');
  await inkling.clear();
  await inkling.draw(flagged(7));
  expect(await inkling.answer()).toBe(1);

  await inkling.has('data-keeping', 'kept');
  await page.reload();
  await inkling.has('data-versions', '1');
  await inkling.has('data-samples', '10');
  await inkling.ready('cpu');
  const version = page.locator('[data-version="mine-1"]');
  await version.getByRole('textbox').fill('My ones');
  await version.getByRole('textbox').press('Enter');
  // What was active is active after a reload.
  await inkling.has('data-model', 'mine-1');
  await page.locator('[data-version="digits"]').getByRole('button', { name: 'Use' }).click();
  await inkling.has('data-model', 'digits');
  await version.getByRole('button', { name: 'Use' }).click();
  await inkling.has('data-model', 'mine-1');
  await inkling.ready('cpu');
  const download = page.waitForEvent('download');
  await version.getByRole('button', { name: 'Export' }).click();
  const bytes = readFileSync(await (await download).path());
  await version.getByRole('button', { name: 'Delete' }).click();
  await inkling.has('data-versions', '0');
  await inkling.has('data-model', 'digits');

  const bring = (name: string, buffer: Buffer) =>
    page.locator('[data-import=version]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  const damaged = Buffer.from(bytes);
  damaged[damaged.length - 1] ^= 1;
  await bring('damaged.safetensors', damaged);
  await inkling.says(/could not be imported/);
  await inkling.has('data-versions', '0');
  await bring('ones.safetensors', bytes);
  await inkling.has('data-versions', '1');
  await inkling.says(/Imported “ones” to your versions\./);
  await inkling.has('data-model', 'digits');
  await page.locator('[data-version^="mine-"]').getByRole('button', { name: 'Use' }).click();
  await expect(inkling.state).toHaveAttribute('data-model', /^mine-/);
  await inkling.ready('cpu');
  await inkling.clear();
  await inkling.draw(flagged(7));
  expect(await inkling.answer()).toBe(1);
});

test('learning pauses, stops, and says what cannot be learned', async ({ inkling, page }) => {
  await expect(page.getByRole('button', { name: 'Learn', exact: true })).toBeDisabled();
  await teach(inkling, 2);
  await learn(inkling, 20);
  await inkling.says(/Step \d+ of 200/);
  await page.getByRole('button', { name: 'Pause' }).click();
  await inkling.has('data-learning', 'resting');
  await page.getByRole('button', { name: 'Resume' }).click();
  await inkling.has('data-learning', 'running');
  await page.getByRole('button', { name: 'Stop' }).click();
  await inkling.has('data-learning', 'idle');
  await inkling.has('data-versions', '0');
  await learn(inkling, 20);
  await inkling.says(/Step \d+ of 200/);
  await page.getByRole('button', { name: 'Finish now' }).click();
  await inkling.has('data-learning', 'done');
  await inkling.has('data-versions', '1');
  await page.getByLabel('Optimizer').selectOption('SGD');
  await page.getByLabel('Learning rate').selectOption('0.1');
  await learn(inkling, 2);
  await inkling.has('data-versions', '2');
  await inkling.has('data-learning', 'done');
});

test('a page that is reloaded in the middle of learning goes on', async ({ inkling, page, context }) => {
  await watchLearning(context);
  await page.reload();
  await inkling.ready('cpu');
  await teach(inkling, 2);
  await learn(inkling, 10);
  expect(await firstStep(page)).toBe(1);
  await expect.poll(async () => checkpoint(await kept(page))).toBeGreaterThan(0);
  const before = checkpoint(await kept(page))!;
  await page.reload();
  await inkling.says(/training that was interrupted/);
  expect(await firstStep(page), 'the first step after the reload').toBeGreaterThan(before);
  await inkling.has('data-learning', 'done');
  await inkling.has('data-versions', '1');
  const rows = await kept(page);
  expect(wholeVersions(rows)).toEqual(['mine-1']);
  expect([rows.has('pending'), rows.has('learning')], 'nothing is left to be gone on with').toEqual([false, false]);
});

test('without a place to keep anything, work goes on in memory', async ({ inkling, page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('The user denied permission to access the database.', 'SecurityError');
    };
  });
  await inkling.patchWorker('cpu', `IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };`);
  await page.reload();
  await inkling.says(/does not let the page save/);
  await inkling.ready('cpu');
  await teach(inkling, 2);
  await learn(inkling);
  await inkling.has('data-learning', 'done');
  await inkling.has('data-versions', '1');
});

test('what is no digit is a sample, too, and can be made one', async ({ inkling, page }) => {
  await inkling.draw(flagged(0));
  await inkling.answer();
  await page.getByRole('button', { name: 'It is not a digit' }).click();
  await inkling.has('data-samples', '1');
  await inkling.has('data-keeping', 'kept');
  await page.reload();
  await inkling.has('data-samples', '1');
  const sample = page.locator('[data-lesson="10"]');
  await expect(sample.getByRole('combobox')).toHaveValue('10');
  await sample.getByRole('combobox').selectOption('1');
  await expect(page.locator('[data-lesson="1"]')).toHaveCount(1);
});
