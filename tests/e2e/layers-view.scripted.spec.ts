// Layer by layer: a pixel of a map is explained, and the scores of the last layer become shares. Against a worker whose kernels are known.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

const STROKE = [{ points: Array.from({ length: 17 }, (_, i) => ({ x: 14, y: 6 + i })) }];

test.beforeEach(async ({ inkling, page }) => {
  await inkling.scriptEngine();
  await inkling.open('cpu');
  await inkling.ready('cpu');
  await inkling.draw(STROKE);
  expect(await inkling.answer()).toBe(7);
  await expect(page.locator('#lens-map')).toBeVisible();
});

const pixel = (page: Page) => page.locator('.lens').getAttribute('data-lens-pixel');
const field = (page: Page) => page.locator('[data-receptive-field]').getAttribute('data-receptive-field');

/** The numbers of a grid, as its label says them to screen readers. */
async function numbers(page: Page, name: string): Promise<number[]> {
  const label = await page.locator(`.number-grid svg[aria-label^="${name}:"]`).getAttribute('aria-label');
  return label!.replace(/^\w+: /, '').replaceAll('−', '-').split(/[,;] /).map(Number);
}

test('pointing at a pixel shows its receptive field, the kernel, the patch and their sum', async ({ page }) => {
  const map = page.locator('.maps canvas').first();
  await map.scrollIntoViewIfNeeded();
  const box = (await map.boundingBox())!;
  // Somewhere on the stroke in the first map, which is the first of four in a row.
  await page.mouse.move(box.x + (box.width / 4) * 0.5, box.y + box.height * 0.5);
  await expect(page.locator('.lens strong')).toHaveText('Layer 1, map 1 of 4');
  const [row, column] = (await pixel(page))!.split(',').map(Number);
  expect(row).toBeGreaterThan(8);
  expect(await field(page)).toBe(`${row},${column},3,3`);
  expect(await numbers(page, 'Kernel')).toEqual([1, 0, -1, 1, 0, -1, 1, 0, -1]);
  const patch = await numbers(page, 'Patch');
  expect(patch).toHaveLength(9);
  const sum = patch.reduce((sum, ink, i) => sum + ink * [1, 0, -1][i % 3], 0);
  const shown = Number(await page.locator('[data-kernel-sum]').getAttribute('data-kernel-sum'));
  expect(Math.abs(Math.max(0, sum) - shown)).toBeLessThan(0.05);
  await expect(page.locator('[data-kernel-sum]')).toContainText('Patch × kernel, added up:');

  // A map of the second layer is pointed at: the field is larger, and nothing is claimed of its kernel.
  const second = page.locator('.maps canvas').nth(1);
  const at = (await second.boundingBox())!;
  await page.mouse.move(at.x + 2, at.y + 2);
  await expect(page.locator('.lens strong')).toHaveText('Layer 2, map 1 of 2');
  expect(await field(page)).toBe('0,0,8,8');
  await expect(page.locator('.number-grid')).toHaveCount(0);
  // A unit of the dense layer reads everything.
  const dense = (await page.locator('.maps canvas').nth(2).boundingBox())!;
  await page.mouse.move(dense.x + 4, dense.y + 4);
  await expect(page.locator('.lens')).toContainText('depends on the whole input');
  // Away from the maps, the selected one is shown again.
  await page.mouse.move(0, 0);
  await expect(page.locator('.lens strong')).toHaveText('Layer 1, map 1 of 4');
});

test('arrow keys go from pixel to pixel, and say what it is', async ({ page }) => {
  await page.locator('#lens-map').focus();
  const [row, column] = (await pixel(page))!.split(',').map(Number);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  expect(await pixel(page)).toBe(`${row + 1},${column + 1}`);
  await expect(page.locator('.lens [role="status"]')).toContainText(`Row ${row + 2}, column ${column + 2}`);
  await expect(page.locator('.lens [role="status"]')).toContainText('It depends on rows');
  await page.keyboard.press('Home');
  expect(await field(page)).toBe(`${row + 1},0,3,3`);
  await expect(page.locator('#lens-map')).toBeFocused();
  // Another map, chosen by the slider of the layer.
  await page.locator('.maps canvas').first().focus();
  await page.keyboard.press('End');
  await expect(page.locator('.lens strong')).toHaveText('Layer 1, map 4 of 4');
  // Its kernel is all zeros, so every pixel is its bias.
  await expect(page.locator('[data-kernel-sum]')).toHaveAttribute('data-kernel-sum', '0.5000');
});

test('the output layer shows scores and the shares that softmax makes of them', async ({ page }) => {
  const rows = page.locator('.output-table tbody tr');
  await expect(rows).toHaveCount(10);
  const texts = await rows.locator('td:not(.output-bar)').allInnerTexts();
  const scores = texts.filter((_, i) => i % 2 === 0).map((text) => Number(text.replace('−', '-')));
  const shares = texts.filter((_, i) => i % 2 === 1).map((text) => parseFloat(text));
  const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
  scores.forEach((score, i) => expect(Math.abs((100 * Math.exp(score)) / total - shares[i])).toBeLessThan(0.06));
  await expect(page.locator('.output-table tr.best th')).toHaveText('7');
});

test('it fits a phone, and nothing moves when a pixel is pointed at', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await page.locator('#lens-map').scrollIntoViewIfNeeded();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBe(0);
  const top = () => page.locator('.layer-list').evaluate((list) => list.getBoundingClientRect().top + window.scrollY);
  const before = await top();
  await page.locator('#lens-map').focus();
  for (const key of ['End', 'ArrowDown', 'ArrowLeft', 'Home']) await page.keyboard.press(key);
  expect(await top()).toBe(before);
  await page.locator('.maps canvas').nth(1).click();
  expect(await top()).toBe(before);
});
