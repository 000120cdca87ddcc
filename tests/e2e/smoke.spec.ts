import { expect, test } from './fixtures';

test('opens, and the CPU engine becomes ready', async ({ inkling, page }) => {
  await inkling.open();
  await expect(page).toHaveTitle(/Inkling/);
  await inkling.ready('cpu');
  await inkling.answersOn('cpu');
});

test('works under a path of its host', async ({ inkling }) => {
  const below = process.env.INKLING_SUBPATH_URL;
  test.skip(!below, 'INKLING_SUBPATH_URL is not set; `cargo xtask test` does');
  await inkling.open(undefined, below);
  await inkling.ready('cpu');
  expect(inkling.page.url()).toContain('/inkling/');
});

for (const [how, script] of [
  ['printed', `console.error('a fault');`],
  ['thrown', `setTimeout(() => { throw new Error('a fault'); });`],
  ['a refused promise', `Promise.reject(new Error('a fault'));`],
]) {
  test(`an error of a worker is heard: ${how}`, async ({ inkling }) => {
    inkling.allow(/a fault/);
    await inkling.patchWorker('cpu', script);
    await inkling.open('cpu');
    await expect.poll(() => inkling.errors.join()).toContain('a fault');
  });
}
