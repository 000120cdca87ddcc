// A disk that is full: what cannot be kept is said in a sentence, work goes on in memory, and what was kept before stays whole.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { keep, kept, names, wholeVersions } from './store';
import { correct, flagged, learn, teach, watchLearning } from './fine-tuning';

const FULL = /storage is full.*delete versions.*export/;

/** Lets this page's part of the store be full for some rows, in the browser's words. */
async function fill(page: Page, what: 'packages' | 'nothing') {
  await page.evaluate((what) => {
    const prototype = IDBObjectStore.prototype as IDBObjectStore & { whole?: IDBObjectStore['put'] };
    prototype.whole ??= prototype.put;
    const { whole } = prototype;
    prototype.put = function (value, key) {
      if (what === 'packages' && String(key).startsWith('package/')) {
        throw new DOMException('The current transaction exceeded its quota limitations.', 'QuotaExceededError');
      }
      return whole!.call(this, value, key);
    };
  }, what);
}

test.beforeEach(async ({ inkling, context }) => {
  await watchLearning(context);
  await inkling.open('cpu');
  await inkling.ready('cpu');
});

test('a version that does not fit stays in memory, whole or not at all, until there is room', async ({ inkling, page }) => {
  await teach(inkling, 2);
  await learn(inkling);
  await inkling.has('data-learning', 'done');
  await inkling.has('data-versions', '1');
  await expect.poll(async () => wholeVersions(await kept(page))).toEqual(['mine-1']);

  await fill(page, 'packages');
  await learn(inkling);
  await inkling.says(FULL);
  await inkling.has('data-versions', '2');
  await inkling.has('data-model', 'mine-2');
  await inkling.has('data-keeping', 'refused');
  await inkling.clear();
  await inkling.draw(flagged(7));
  expect(await inkling.answer(), 'work goes on').toBe(1);
  const rows = await kept(page);
  expect(wholeVersions(rows), 'nothing of the second, and all of the first').toEqual(['mine-1']);
  expect([rows.has('pending'), rows.has('learning')], 'a reload would go on with it').toEqual([true, true]);
  // Samples are small, and still fit.
  await correct(inkling, flagged(3), 1);
  await expect.poll(async () => names(await kept(page), 'sample/')).toHaveLength(3);

  await fill(page, 'nothing');
  await page.locator('[data-version="mine-1"]').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(async () => wholeVersions(await kept(page))).toEqual(['mine-2']);
  expect((await kept(page)).has('pending')).toBe(false);
  await inkling.has('data-keeping', 'kept');
  await page.reload();
  await inkling.has('data-versions', '1');
  await inkling.has('data-samples', '3');
  await inkling.has('data-learning', 'idle');
});

test("a browser's own word that its storage is full", async ({ inkling, page, context }) => {
  await teach(inkling, 2);
  await learn(inkling, 2);
  await inkling.has('data-learning', 'done');
  await expect.poll(async () => wholeVersions(await kept(page))).toEqual(['mine-1']);
  const devtools = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  // Chromium looks at the quota only from time to time.
  const filler = () => keep(page, new Map([['filler', Buffer.alloc(60_000)]])).then(() => 'kept', () => 'refused');
  await expect.poll(filler, { timeout: 60_000 }).toBe('refused');
  const file = (await kept(page)).get('package/mine-1')!;
  await page.locator('[data-import=version]').setInputFiles({ name: 'again.safetensors', mimeType: 'application/octet-stream', buffer: file });
  await inkling.says(FULL);
  await inkling.has('data-versions', '2');
  await page.locator('[data-version="mine-2"]').getByRole('button', { name: 'Use' }).click();
  await inkling.has('data-model', 'mine-2');
  await inkling.ready('cpu');
  const rows = await kept(page);
  expect([wholeVersions(rows), names(rows, 'package/'), names(rows, 'sample/').length]).toEqual([['mine-1'], ['mine-1'], 2]);
});

test('the browser is asked once to keep it, when something is learned', async ({ inkling, page }) => {
  await page.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(window, { asked });
    StorageManager.prototype.persisted = async () => false;
    // A visitor who does not answer keeps nothing waiting.
    StorageManager.prototype.persist = () => new Promise(() => asked.push('persist'));
  });
  await page.reload();
  await inkling.ready('cpu');
  const asked = () => page.evaluate(() => (window as unknown as { asked: string[] }).asked.length);
  await teach(inkling, 2);
  await expect.poll(async () => names(await kept(page), 'sample/')).toHaveLength(2);
  expect(await asked(), 'samples alone are soon drawn again').toBe(0);
  for (const versions of ['1', '2']) {
    await learn(inkling, 2);
    await inkling.has('data-learning', 'done');
    await inkling.has('data-versions', versions);
  }
  await expect.poll(async () => names(await kept(page), 'version/')).toHaveLength(2);
  expect(await asked()).toBe(1);
});
