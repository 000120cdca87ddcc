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
