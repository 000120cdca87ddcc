// The page before its own program is there: the shell of `index.html` with `first-seconds.js`, what is fetched, and how the page takes over.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { mnistStrokes } from './page';

const { label, strokes } = mnistStrokes()[0];
const LINE = [{ points: [5, 10, 15, 20, 23].map((y) => ({ x: 14, y })) }];

/** Holds files back until the returned function is called. */
async function holdBack(page: Page, ...globs: string[]): Promise<() => void> {
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  for (const glob of globs) {
    await page.route(glob, async (route) => {
      await gate;
      await route.continue();
    });
  }
  return release;
}

const PAGE = '**/app*_bg.wasm*';
const ENGINE = '**/engine_cpu_bg.wasm*';

test('what is drawn before anything has loaded is read when the engine comes, and stays when the page does', async ({ inkling, page }) => {
  const [releaseEngine, releasePage] = [await holdBack(page, ENGINE), await holdBack(page, PAGE)];
  await page.goto('./');
  await inkling.draw(strokes);
  const count = strokes.length === 1 ? '1 stroke' : `${strokes.length} strokes`;
  await expect(inkling.pad).toHaveAccessibleName(`Drawing pad with ${count}`);
  await expect(page.locator('#shell .verdict')).toHaveText('Loading the model…');
  await expect(page.locator('#shell .shell-progress').first()).toContainText('the engine 0%');
  releaseEngine();
  await expect(page.locator('html')).toHaveAttribute('data-first-answer', String(label));
  await expect(page.locator('#shell .digit')).toHaveText(String(label));
  expect(await inkling.state.count(), 'the page is not there yet').toBe(0);
  releasePage();
  await inkling.state.waitFor({ state: 'attached' });
  expect(await inkling.answer()).toBe(label);
  await expect(inkling.pad).toHaveAccessibleName(`Drawing pad with ${count}`);
  await inkling.undo();
  await expect(inkling.pad).not.toHaveAccessibleName(`Drawing pad with ${count}`);
});

test('a stroke that is under way is not lost when the page takes over', async ({ inkling, page }) => {
  const release = await holdBack(page, PAGE);
  await page.goto('./');
  const box = (await inkling.pad.boundingBox())!;
  const at = (share: number) => [box.x + box.width / 2, box.y + box.height * share] as const;
  await page.mouse.move(...at(0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.5), { steps: 5 });
  const arrived = page.waitForEvent('requestfinished', (request) => /app.*_bg\.wasm/.test(request.url()));
  release();
  await arrived;
  // The page asks for the end of the stroke.
  await page.waitForFunction(() => (window as unknown as { firstSeconds: { awaited(): boolean } }).firstSeconds.awaited());
  await page.mouse.move(...at(0.8), { steps: 5 });
  expect(await inkling.state.count(), 'the page waits for the pen').toBe(0);
  await page.mouse.up();
  await inkling.state.waitFor({ state: 'attached' });
  expect(await inkling.answer()).toBe(1);
  await expect(inkling.pad).toHaveAccessibleName('Drawing pad with 1 stroke');
});

/** The words and places of what the shell shows of the page. */
function outline(page: Page) {
  return page.evaluate(() => {
    const selector = '.head a, .head .theme, h1, .intro p, h2, .card, .pad, .pad-hint, .tools > *, .bar, .label, .choice, .model, .engine, .reader';
    return [...document.querySelectorAll('.head, .intro, .desk')]
      .flatMap((part) => [...part.querySelectorAll<HTMLElement>(selector)])
      .filter((element) => !element.matches('.skip, .parts a:not([href])'))
      .map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const words = element.matches('a, h1, h2, .intro p, .tools > *, .label, .choice') ? element.textContent!.trim() : element.className;
        return `${words}: ${[x, y, width, height].map(Math.round).join(' ')}`;
      });
  });
}

for (const width of [390, 1280]) {
  test(`nothing moves when the page takes over, ${width} pixels wide`, async ({ inkling, page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      const hear = (list: PerformanceObserverEntryList) => shifts.push(...list.getEntries().map((entry) => (entry as PerformanceEntry & { value: number }).value));
      new PerformanceObserver(hear).observe({ type: 'layout-shift', buffered: true });
    });
    const [releasePage, releaseEngine] = [await holdBack(page, PAGE), await holdBack(page, ENGINE)];
    await page.goto('./?engine=cpu');
    await page.locator('#shell .pad').waitFor();
    const before = await outline(page);
    expect(before.length).toBeGreaterThan(40);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    releasePage();
    await inkling.state.waitFor({ state: 'attached' });
    // The engine is still on its way: the page is as it begins. A sample's button is no part of it.
    expect(await outline(page)).toEqual(before);
    releaseEngine();
    await inkling.ready('cpu');
    await inkling.draw(LINE);
    await inkling.answer();
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
  });
}

test('another room has a shell of its own, whose tabs work', async ({ inkling, page }) => {
  const release = await holdBack(page, PAGE);
  await page.goto('./#summaries');
  await expect(page.getByText('Loading Inkling…')).toBeVisible();
  await expect(page.locator('.pad')).toBeHidden();
  await expect(page.locator('#shell [aria-current]')).toHaveText('Summaries');
  await page.locator('#shell').getByRole('link', { name: 'Digits' }).click();
  await expect(page.locator('.pad')).toBeVisible();
  await expect(page.locator('#shell [aria-current]')).toHaveText('Digits');
  release();
  await inkling.has('data-part', 'digits');
});

test('the color scheme can be changed before the page is there, and stays', async ({ inkling, page }) => {
  const release = await holdBack(page, PAGE);
  await page.goto('./');
  const scheme = page.getByRole('button', { name: /Color scheme/ });
  await expect(scheme).toContainText('System');
  await scheme.click();
  await scheme.click();
  await expect(scheme).toHaveAccessibleName(/Dark/);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  release();
  await inkling.state.waitFor({ state: 'attached' });
  await expect(page.getByRole('button', { name: /Color scheme: Dark/ })).toBeFocused();
});

test('the engine and its model come before the page, and everything once', async ({ inkling, page }) => {
  const fetched: string[] = [];
  page.context().on('request', (request) => fetched.push(new URL(request.url()).pathname.split('/').pop()!));
  await inkling.open();
  await inkling.ready('cpu');
  const place = (name: RegExp) => fetched.findIndex((file) => name.test(file));
  expect(place(/^engine_cpu_bg\.wasm/)).toBeGreaterThanOrEqual(0);
  expect(place(/^engine_cpu_bg\.wasm/)).toBeLessThan(place(/^app.*_bg\.wasm/));
  expect(place(/^weights\.safetensors/)).toBeLessThan(place(/^app.*_bg\.wasm/));
  for (const file of ['engine_cpu_bg.wasm', 'engine_cpu_loader.js', 'weights.safetensors', 'catalogue.json']) {
    expect(fetched.filter((name) => name === file), file).toHaveLength(1);
  }
});

test.describe('the WebGPU engine', () => {
  const GPU = '**/engine_gpu_loader.js*';
  /** What a browser says of a worker whose script is refused. */
  const NOT_THERE = /engine_gpu|Failed to load resource|undefined in undefined/;

  test('is fetched once the drawing was read', async ({ inkling, page }) => {
    inkling.allow(NOT_THERE);
    await inkling.pretendGraphicsCard();
    const release = await holdBack(page, '**/models/digits/digits/weights.safetensors*');
    let read: string | null | undefined;
    await page.route(GPU, async (route) => {
      read = await inkling.attribute('data-answer');
      await route.abort();
    });
    await inkling.open();
    await inkling.draw(LINE);
    expect(read, 'not before').toBeUndefined();
    release();
    await inkling.has('data-gpu', 'failed');
    expect(read).toBe('1');
  });

  test('is not fetched where the browser saves data, until it is chosen', async ({ inkling, page }) => {
    inkling.allow(NOT_THERE);
    await inkling.pretendGraphicsCard();
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'connection', { configurable: true, get: () => ({ saveData: true }) });
    });
    let asked = false;
    await page.route(GPU, (route) => {
      asked = true;
      return route.abort();
    });
    await inkling.open();
    await inkling.ready('cpu');
    await inkling.draw(LINE);
    expect(await inkling.answer()).toBe(1);
    await inkling.says(/set to save data/);
    expect(asked).toBe(false);
    await page.locator('input[name="engine"][value="gpu"]').check({ force: true });
    await inkling.has('data-gpu', 'failed');
    expect(asked).toBe(true);
  });
});
