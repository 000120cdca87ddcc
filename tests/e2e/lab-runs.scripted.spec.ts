// The Lab's list of runs: kept over a reload, compared, saved as files. Against a worker whose trainings take no time.

import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';
import type { Inkling } from './page';

test.beforeEach(async ({ inkling }) => {
  await inkling.scriptEngine();
  await enter(inkling);
});

async function enter(inkling: Inkling) {
  await inkling.open(undefined, '?engine=cpu#lab');
  await inkling.has('data-part', 'lab');
  await inkling.ready('cpu');
}

async function train(inkling: Inkling, rate: string, count: number) {
  const field = inkling.page.getByLabel('Learning rate');
  await field.fill(rate);
  await field.blur();
  await inkling.page.locator('#lab-train').click();
  await inkling.has('data-labs-done', String(count));
}

test('two runs are compared after a reload: curves, settings that differ, results', async ({ inkling, page }) => {
  await page.getByLabel('Images').selectOption('1,000');
  await train(inkling, '0.004', 1);
  await train(inkling, '0.1', 2);
  await page.reload();
  await inkling.ready('cpu');
  // The settings are there as well.
  await expect(page.getByLabel('Images')).toHaveValue('0');
  await expect(page.getByLabel('Learning rate')).toHaveValue('0.1');
  const runs = page.locator('[data-run]');
  await expect(runs).toHaveCount(2);
  await expect(runs.first()).toContainText('Run 2, finished');
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  const compared = page.locator('.lab-comparison');
  // Both curves in each chart, within its plot.
  for (const chart of [0, 1]) {
    const curves = compared.locator('.chart > svg').nth(chart).locator('path.curve');
    await expect(curves).toHaveCount(2);
    for (const curve of await curves.all()) {
      const path = (await curve.getAttribute('d'))!;
      const places = path.split(/[ML]/).filter(Boolean).map((place) => place.split(' ').map(Number));
      expect(places.length).toBeGreaterThan(2);
      for (const [x, y] of places) expect(x >= 46 && x <= 350 && y >= 10 && y <= 134, `${x} ${y}`).toBe(true);
    }
  }
  await expect(compared.locator('.legend').first()).toContainText('Run 1');
  await expect(compared).toContainText('One setting differs.');
  const rows = await compared.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  expect(rows[0]).toEqual(['Learning rate', '0.004', '0.1']);
  const [, slow, fast] = rows.find(([name]) => name === 'End to end: accuracy')!;
  expect(parseFloat(fast!)).toBeGreaterThan(parseFloat(slow!));

  const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save this comparison as CSV' }).click()]);
  expect(readFileSync(await table.path(), 'utf8')).toContain('Learning rate,0.004,0.1\r\n');
  const [chart] = await Promise.all([page.waitForEvent('download'), compared.getByRole('button', { name: /as SVG$/ }).first().click()]);
  const svg = readFileSync(await chart.path(), 'utf8');
  expect(svg).toMatch(/^<svg xmlns=/);
  expect(svg).toContain('>steps<');
});

test('a training that a reload stops is listed with its curve', async ({ inkling, page }) => {
  await page.getByLabel('Images').selectOption('6,000');
  await page.locator('#lab-train').click();
  // The first steps say nothing of the time that is left.
  await inkling.says(/step \d+ of 20, .*estimating the time left/);
  await inkling.says(/step ([6-9]|1\d) of 20/);
  await page.reload();
  await inkling.ready('cpu');
  await expect(page.locator('[data-run="1"]')).toContainText('Run 1, stopped by a reload');
  await inkling.has('data-lab', 'idle');
  const saved = await page.evaluate(() => JSON.parse(localStorage.getItem('inkling.lab.runs')!));
  expect(saved[0].methods[0].losses[0].length).toBeGreaterThan(2);
});

test('a run lends its settings, and is deleted', async ({ inkling, page }) => {
  await page.getByLabel('Images').selectOption('1,000');
  await train(inkling, '0.02', 1);
  await page.getByLabel('Learning rate').fill('0.5');
  await page.getByLabel('Learning rate').blur();
  await page.getByRole('button', { name: 'Use the settings of Run 1' }).click();
  await expect(page.getByLabel('Learning rate')).toHaveValue('0.02');
  await page.getByRole('button', { name: 'Delete Run 1' }).click();
  await expect(page.locator('[data-run]')).toHaveCount(0);
});

test('layers have names, and charts have axes with units', async ({ inkling, page }) => {
  await page.getByLabel('Images').selectOption('1,000');
  await train(inkling, '0.004', 1);
  const lane = page.locator('[data-lane="end-to-end"]');
  await lane.getByText('Gradients, layer by layer').click();
  await expect(lane.locator('.norms')).toContainText('Convolution 1');
  await expect(lane.locator('.norms')).not.toContainText('convolutions.0');
  const chart = lane.locator('.chart > svg').first();
  await expect(chart.locator('text.unit')).toHaveText('steps');
  expect(await chart.locator('text.y').count()).toBeGreaterThan(1);
  await page.setViewportSize({ width: 360, height: 800 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBe(0);
});
