// The page without a network: after one visit what was used works, what was not says so; a new version waits for the visitor.

import { chromium, type Page } from '@playwright/test';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { url, withoutWebGpu } from './browser';
import { learn, teach } from './fine-tuning';
import { expect, test as base } from './fixtures';
import { Host } from './host';
import { Inkling, mnistStrokes } from './page';

/** The host stands in the way of the page's real one. */
const test = base.extend<{ host: Host; at: string }>({
  at: [url, { option: true }],
  host: async ({ at }, use) => {
    const host = new Host(at);
    await host.start();
    await use(host);
    await host.stop();
  },
});

test.use({ serviceWorkers: 'allow' });

const TEXT =
  'The city council approved a new library on Monday after two years of debate. The building will cost twelve million dollars and open in 2028. ' +
  'Critics said that the money should repair roads instead. Mayor Ellen Ward said the library would serve forty thousand residents of the east side. ' +
  'Construction begins in March, and the old branch on Hill Street stays open until the new one is ready.';

/** Opens the page at a host and waits until a model answers. */
async function visit(inkling: Inkling, host: Host) {
  await inkling.open(undefined, `${host.url}?engine=cpu`);
  await inkling.ready('cpu');
}

/** Waits until the service worker keeps these files. */
async function keeps(page: Page, ...names: string[]) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  for (const name of names) {
    await expect.poll(() => page.evaluate(async (name) => Boolean(await caches.match(new URL(name, location.href))), name), { timeout: 60_000, message: name }).toBe(true);
  }
}

/** Draws a digit and expects it to be read. */
async function reads(inkling: Inkling) {
  const { label, strokes } = mnistStrokes()[0];
  await inkling.clear();
  await inkling.draw(strokes);
  expect(await inkling.answer()).toBe(label);
}

test('after one visit, what was used works without a network', async ({ inkling, page, host }) => {
  await visit(inkling, host);
  await reads(inkling);
  await inkling.goTo('summaries');
  await inkling.summarizerReady();
  const summary = await inkling.summarize(TEXT);
  await keeps(page, 'index.html', 'models/summary/summary/model.json', 'models/replay/training-images-idx3-ubyte.gz');

  inkling.allow(/Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED/);
  await host.stop();
  await page.reload();
  await inkling.has('data-part', 'summaries');
  await inkling.summarizerReady();
  expect(await inkling.summarize(TEXT)).toEqual(summary);
  await inkling.goTo('digits');
  await reads(inkling);
  await teach(inkling, 5);
  await learn(inkling, 2);
  await inkling.has('data-versions', '1');
  await page.reload();
  await inkling.ready('cpu');
  await inkling.has('data-samples', '5');
  await reads(inkling);
  await host.start();
});

test('what was not fetched says that it is missing, and comes with the network', async ({ inkling, page, host }) => {
  await visit(inkling, host);
  await keeps(page, 'index.html');
  inkling.allow(/Failed to load resource|ERR_CONNECTION_REFUSED/);
  await host.stop();
  await page.reload();
  await inkling.ready('cpu');
  await inkling.goTo('summaries');
  await inkling.write(TEXT);
  await page.locator('#summarize').click();
  await inkling.says(/could not be downloaded\. Check your connection and try again/);
  await host.start();
  await page.getByRole('button', { name: 'Try again' }).click();
  await inkling.has('data-summaries-done', '1');
});

test.describe('under a path of its host', () => {
  test.use({ at: process.env.INKLING_SUBPATH_URL ?? url });

  test('it works without a network', async ({ inkling, page, host }) => {
    test.skip(!process.env.INKLING_SUBPATH_URL, 'INKLING_SUBPATH_URL is not set; `cargo xtask test` does');
    await visit(inkling, host);
    await keeps(page, 'index.html');
    const scope = await page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    expect(scope).toBe(host.url);
    inkling.allow(/Failed to load resource|ERR_CONNECTION_REFUSED/);
    await host.stop();
    await page.reload();
    await inkling.ready('cpu');
    await reads(inkling);
    await host.start();
  });
});

test('weights are kept once', async ({ inkling, page, host }) => {
  await visit(inkling, host);
  await keeps(page, 'index.html', 'models/digits/digits/model.json');
  const kept = await page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
    }
    return found;
  });
  expect(kept.filter((path) => path.endsWith('models/digits/digits/weights.safetensors'))).toHaveLength(1);
  expect(new Set(kept).size).toBe(kept.length);
});

/** The service worker of another build. */
async function anotherBuild(page: Page, host: Host) {
  const script = await (await page.request.get(`${host.url}service-worker.js`)).text();
  const html = await (await page.request.get(host.url)).text();
  host.replaced.set('service-worker.js', { type: 'text/javascript', body: script.replace(/const VERSION = '[0-9a-f]+'/, `const VERSION = 'next'`) });
  host.replaced.set('index.html', { type: 'text/html', body: html.replace('<title>', '<meta name="test-build" content="next"><title>') });
}

const build = (page: Page) => page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="test-build"]')?.content ?? 'first');

test('a new version waits for the visitor, in every tab', async ({ inkling, page, host, context }) => {
  await visit(inkling, host);
  await keeps(page, 'index.html');
  const other = new Inkling(await context.newPage());
  await visit(other, host);
  await anotherBuild(page, host);
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  for (const tab of [inkling, other]) await tab.says(/A new version of Inkling is ready/);
  // Until then the old one is whole.
  await page.reload();
  await inkling.ready('cpu');
  expect(await build(page)).toBe('first');
  await inkling.says(/A new version of Inkling is ready/);
  await reads(other);

  const reloaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Reload to update' }).click();
  await reloaded;
  await inkling.ready('cpu');
  expect(await build(page)).toBe('next');
  // The other tab has not been touched.
  expect(await other.answer()).toBe(mnistStrokes()[0].label);
  expect(await build(other.page)).toBe('first');
  await other.page.close();
  await page.reload();
  await inkling.ready('cpu');
  const versions = () => page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith('inkling-page')));
  await expect.poll(versions).toHaveLength(1);
  expect((await versions())[0]).toMatch(/ next$/);
  expect(other.unexpectedErrors()).toEqual([]);
});

test('a deployment that is not whole is not installed', async ({ inkling, page, host }) => {
  await visit(inkling, host);
  await keeps(page, 'index.html');
  await anotherBuild(page, host);
  host.replaced.set('engine_cpu.js', { type: 'text/javascript', body: '// of another build' });
  const refused = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise<ServiceWorker | null>((done) => registration.addEventListener('updatefound', () => done(registration.installing)));
    await registration.update().catch(() => {});
    const worker = await found;
    return new Promise((done) => {
      const look = () => worker?.state === 'redundant' && done(worker.state);
      worker?.addEventListener('statechange', look);
      look();
    });
  });
  expect(refused).toBe('redundant');
  inkling.allow(/Failed to load resource|ERR_CONNECTION_REFUSED|of another build/);
  await host.stop();
  await page.reload();
  await inkling.ready('cpu');
  expect(await build(page)).toBe('first');
  await reads(inkling);
  await host.start();
});

test('a build for development removes a release that was kept', async ({ inkling, page, host }) => {
  await visit(inkling, host);
  await keeps(page, 'index.html');
  const script = readFileSync(join(__dirname, '..', '..', 'www', 'no-service-worker.js'), 'utf8');
  host.replaced.set('service-worker.js', { type: 'text/javascript', body: script });
  const html = await (await page.request.get(host.url)).text();
  host.replaced.set('index.html', { type: 'text/html', body: html.replace(/<meta name="inkling-service-worker"[^>]*>/, '<meta name="test-build" content="development">') });
  await page.reload();
  await expect.poll(() => build(page).catch(() => ''), { timeout: 30_000 }).toBe('development');
  await inkling.ready('cpu');
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});

test('it can be installed', async ({ host }) => {
  // In a window that is not private: there nothing can be.
  const folder = mkdtempSync(join(tmpdir(), 'inkling-'));
  const context = await chromium.launchPersistentContext(folder, { ...withoutWebGpu, serviceWorkers: 'allow' });
  try {
    const page = await context.newPage();
    const inkling = new Inkling(page);
    await visit(inkling, host);
    await keeps(page, 'index.html');
    const devtools = await context.newCDPSession(page);
    const { errors, data } = await devtools.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data ?? '{}');
    expect(manifest).toMatchObject({ name: 'Inkling', start_url: './', scope: './', display: 'standalone' });
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);
    for (const { src, sizes } of manifest.icons) {
      const size = await page.evaluate(
        (src) =>
          new Promise<string>((done, fail) => {
            const image = new Image();
            image.onload = () => done(`${image.naturalWidth}x${image.naturalHeight}`);
            image.onerror = () => fail(new Error(src));
            image.src = src;
          }),
        src,
      );
      if (sizes !== 'any') expect(size).toBe(sizes);
    }
    expect(inkling.unexpectedErrors()).toEqual([]);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
