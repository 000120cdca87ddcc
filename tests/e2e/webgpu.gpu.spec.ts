// The WebGPU engine, and the choice between the two.

import { expect, test } from './fixtures';
import { mnistStrokes } from './page';

/** `cargo xtask bench` draws more. */
const DRAWN = 8;

test('reads digits that people wrote, and says what it runs on', async ({ inkling }) => {
  await inkling.open('gpu');
  await inkling.ready('gpu');
  await inkling.answersOn('gpu');
  const wrong: string[] = [];
  for (const [index, { label, strokes }] of mnistStrokes().slice(0, DRAWN).entries()) {
    await inkling.clear();
    await inkling.draw(strokes);
    const answer = await inkling.answer();
    if (answer !== label) wrong.push(`#${index}: ${label} read as ${answer}`);
  }
  // As on the CPU, one of a few may be refused.
  expect(wrong.length, wrong.join('; ')).toBeLessThanOrEqual(1);
  await inkling.answersOn('gpu');
});

test('answers on the CPU first, and loads WebGPU behind it', async ({ inkling }) => {
  await inkling.pretendGraphicsCard();
  await inkling.open();
  await inkling.ready('cpu');
  const { label, strokes } = mnistStrokes()[0];
  await inkling.draw(strokes);
  expect(await inkling.answer()).toBe(label);
  await inkling.ready('gpu');
  // The engine finds the software adapter, and the CPU stays the one that answers.
  await inkling.answersOn('cpu');
});

test('a software adapter is used only where the visitor chooses WebGPU', async ({ inkling, page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await inkling.pretendGraphicsCard({ vendor: 'google', architecture: 'swiftshader' });
  await inkling.open();
  await inkling.ready('cpu');
  await inkling.says(/no graphics card here/);
  expect(fetched.filter((url) => url.includes('engine_gpu'))).toEqual([]);
  await page.locator('input[name="engine"][value="gpu"]').check({ force: true });
  await inkling.ready('gpu');
  await inkling.answersOn('gpu');
});
