// What a browser gets that cannot run the page.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

test.describe('without wasm SIMD', () => {
  test('a sentence, and neither page nor engines are fetched', async ({ inkling, page }) => {
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await page.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    await page.goto('./');
    await expect(page.getByText(/lacks WebAssembly SIMD/)).toBeVisible();
    await page.waitForLoadState('networkidle');
    const small = /\/(browser-check|first-seconds|start|start-failure|offline)(-[0-9a-f]+)?\.js$/;
    expect(fetched.filter((path) => /\.(wasm|js)$/.test(path) && !small.test(path))).toEqual([]);
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

test.describe('what stands in the way of the page is named', () => {
  const PAGE = { status: 200, contentType: 'text/html', body: '<!doctype html><title>Not here</title>' };
  const causes: [string, (page: Page) => Promise<void>, RegExp][] = [
    [
      'a host that sends a web page for the wasm',
      (page) => page.route('**/app*_bg.wasm*', (route) => route.fulfill(PAGE)),
      /Inkling cannot start: the server sent a web page instead of the file app.*_bg\.wasm\. Reload/,
    ],
    [
      'a host that has no wasm',
      (page) => page.route('**/app*_bg.wasm*', (route) => route.fulfill({ status: 404, body: 'gone' })),
      /the server answered 404 for the file app.*_bg\.wasm/,
    ],
    [
      'a host that sends a web page for the script',
      (page) => page.route(/app[^/]*\.js/, (route) => route.fulfill(PAGE)),
      /the server sent a web page instead of the file app.*\.js/,
    ],
    [
      'a policy that forbids WebAssembly',
      (page) => policy(page, "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"),
      /a security policy of this site forbids WebAssembly/,
    ],
    ['a policy that forbids the scripts of the page', (page) => policy(page, "script-src 'none'"), /forbids the scripts/],
    [
      'a host that lacks the script that starts the page',
      (page) => page.route(/\/start(-[0-9a-f]+)?\.js/, (route) => route.fulfill({ status: 404, body: 'gone' })),
      /Inkling cannot start: its file start.*\.js could not be loaded\. Reload/,
    ],
  ];

  async function policy(page: Page, value: string) {
    await page.route('**/', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': value } });
    });
  }

  for (const [name, arrange, sentence] of causes) {
    test(name, async ({ inkling, page }) => {
      inkling.allow(/./);
      await arrange(page);
      await page.goto('./');
      await expect(page.getByText(sentence)).toBeVisible();
    });
  }
});

test('an older tab that holds the database is named', async ({ inkling, page }) => {
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open;
    Object.assign(window, { held: open.call(indexedDB, 'held', 1) });
    IDBFactory.prototype.open = function () {
      return open.call(this, 'held', 2);
    };
  });
  await inkling.open('cpu');
  await inkling.says(/Inkling is open in an older tab/);
});
