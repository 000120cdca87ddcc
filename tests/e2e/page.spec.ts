// How the page behaves as a page: keyboard, screen readers, sizes of screens, colors, no jumping about.

import { expect, test } from './fixtures';

test('everything can be reached from the keyboard, and answers are announced', async ({ inkling, page }) => {
  await inkling.open('cpu');
  await inkling.ready('cpu');
  const sample = page.locator('[data-sample]');
  await sample.first().waitFor();
  // Only the Tab key leads to the samples.
  let label: string | null = null;
  for (let presses = 0; presses < 60 && label === null; presses++) {
    await page.keyboard.press('Tab');
    label = await page.evaluate(() => document.activeElement?.getAttribute('data-sample') ?? null);
  }
  expect(label, 'Tab never reached a sample').not.toBeNull();
  await page.keyboard.press('Enter');
  await inkling.has('data-phase', 'settled');
  expect(await inkling.answer()).toBe(Number(label));
  await expect(page.locator('[aria-live="polite"]').filter({ hasText: `reads ${label}` })).toBeAttached();
});

for (const width of [360, 390, 1280, 1600]) {
  test(`fits a screen ${width} pixels wide`, async ({ inkling, page }) => {
    await page.setViewportSize({ width, height: 800 });
    await inkling.open('cpu');
    await inkling.ready('cpu');
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
    await inkling.draw([{ points: [5, 10, 15, 20, 23].map((y) => ({ x: 14, y })) }]);
    await inkling.answer();
    expect(await overflow()).toBe(0);
  });
}

test('nothing moves while it loads and answers', async ({ inkling, page }) => {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        sources: { node?: Node }[];
      })[]) {
        const nodes = entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 80) : node?.nodeName));
        shifts.push(`${entry.value.toFixed(4)} ${nodes.join(', ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await inkling.open('cpu');
  await inkling.ready('cpu');
  await inkling.draw([{ points: [5, 10, 15, 20, 23].map((y) => ({ x: 14, y })) }]);
  await inkling.answer();
  const shifts = await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
  expect(shifts).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`follows a ${colorScheme} system`, async ({ inkling, page }) => {
    await page.emulateMedia({ colorScheme });
    await inkling.open('cpu');
    await inkling.ready('cpu');
    const luminance = await page.evaluate(() => {
      const canvas = new OffscreenCanvas(1, 1).getContext('2d')!;
      for (const element of [document.documentElement, document.body]) {
        canvas.fillStyle = getComputedStyle(element).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
      }
      const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
      return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    });
    if (colorScheme === 'light') expect(luminance).toBeGreaterThan(0.7);
    else expect(luminance).toBeLessThan(0.3);
  });
}
