// What a browser gets that cannot run the page.

import { expect, test } from './fixtures';

test.describe('without wasm SIMD', () => {
  test('a sentence, and nothing else is fetched', async ({ inkling, page }) => {
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await page.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    await page.goto('./');
    await expect(page.getByText(/lacks WebAssembly SIMD/)).toBeVisible();
    await page.waitForLoadState('networkidle');
    expect(fetched.filter((path) => /\.(wasm|js)$/.test(path))).toEqual([]);
    expect(inkling.errors).toEqual([]);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('a sentence', async ({ page }) => {
    await page.goto('./');
    await expect(page.getByText(/needs JavaScript/)).toBeVisible();
  });
});
