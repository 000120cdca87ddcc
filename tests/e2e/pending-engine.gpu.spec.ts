// `cargo xtask run` serves the page while the WebGPU engine is still compiled: until then, `xtask/src/pending_engine.js` stands in for the
// engine's loader.

import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { mnistStrokes } from './page';

const PLACEHOLDER = join(__dirname, '../../xtask/src/pending_engine.js');

/** Serves the placeholder in place of the loader, and answers its question for the engine with `status()`. */
async function serve(page: Page, status: () => number) {
  await page.route('**/engine_gpu_loader.js*', (route) =>
    route.fulfill({ path: PLACEHOLDER, contentType: 'text/javascript' }),
  );
  await page.route('**/engine_gpu.js*', (route) =>
    status() === 200 ? route.continue() : route.fulfill({ status: status(), body: '' }),
  );
}

test('the page reads digits while the WebGPU engine is built, which then joins it', async ({ inkling, page }) => {
  let status = 202;
  let questions = 0;
  await serve(page, () => {
    questions += 1;
    return status;
  });
  await inkling.pretendGraphicsCard();
  await inkling.open();
  await inkling.ready('cpu');
  await inkling.has('data-gpu', 'loading');
  const [sample] = mnistStrokes();
  await inkling.draw(sample.strokes);
  expect(await inkling.answer()).toBe(sample.label);
  // More than one, so that the page has heard of progress.
  await expect.poll(() => questions).toBeGreaterThan(4);
  expect(await inkling.attribute('data-gpu')).toBe('loading');
  status = 200;
  await inkling.ready('gpu');
});

test('an engine that could not be built leaves the page on the CPU', async ({ inkling, page }) => {
  inkling.allow(/could not be built/, /410/);
  await serve(page, () => 410);
  await inkling.pretendGraphicsCard();
  await inkling.open();
  await inkling.has('data-gpu', 'failed');
  await inkling.answersOn('cpu');
  await expect(page.locator('#notices')).toContainText('could not be built');
});
