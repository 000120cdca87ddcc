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
  await inkling.open();
  await inkling.ready('cpu');
  const { label, strokes } = mnistStrokes()[0];
  await inkling.draw(strokes);
  expect(await inkling.answer()).toBe(label);
  await inkling.ready('gpu');
  // On a software adapter the CPU stays the one that answers.
  await inkling.answersOn('cpu');
});
