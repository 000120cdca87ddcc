// The Lab: both networks are trained from zero, shown and judged; digits with holes are compared; a rate that is too high is stopped.

import { expect, test } from './fixtures';
import type { Inkling } from './page';

/** Opens the Lab and waits until an engine can train. */
async function enter(inkling: Inkling) {
  await inkling.open(undefined, '?engine=cpu#lab');
  await inkling.has('data-part', 'lab');
  await inkling.ready('cpu');
}

/** The least that the page offers: a thousand images, once. */
async function least(inkling: Inkling) {
  await inkling.page.getByLabel('Images').selectOption('1,000');
  await inkling.page.getByLabel('Epochs').selectOption('1');
}

const train = (inkling: Inkling) => inkling.page.locator('#lab-train').click();

test('both networks are trained side by side, and read digits with holes', async ({ inkling, page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await enter(inkling);
  expect(fetched.filter((url) => /\/models\/(lab|replay)\//.test(url)), 'nothing of it is fetched before').toEqual([]);
  await least(inkling);
  await train(inkling);
  await inkling.has('data-lab', 'done');
  await inkling.has('data-labs-done', '1');
  const lanes = page.locator('[data-lane]');
  await expect(lanes).toHaveCount(2);
  for (const lane of [lanes.nth(0), lanes.nth(1)]) {
    await expect(lane.locator('path.curve.loss').first()).toHaveAttribute('d', /^M/);
    await expect(lane.locator('.lab-filters canvas')).toBeVisible();
  }
  await expect(page.locator('[data-lane="layered"] .lab-rebuilt canvas')).toHaveCount(24);
  const accuracy = await page.locator('.lab-figures tbody tr').first().locator('td').allInnerTexts();
  for (const share of accuracy) expect(parseFloat(share)).toBeGreaterThan(50);
  await expect(page.locator('#lab-announcement')).toHaveText(/End to end reads .* layered/);

  await page.locator('#lab-measure').click();
  await inkling.has('data-lab-measured', '1');
  await page.getByLabel('Network').selectOption('Layered');
  await page.getByLabel('Hide').selectOption('a stroke 5 pixels wide');
  await page.locator('#lab-measure').click();
  await inkling.has('data-lab-measured', '2');
  await expect(page.locator('.lab-holes tbody tr')).toHaveCount(2);
  await expect(page.locator('.lab-examples canvas')).toHaveCount(32);
  await page.screenshot({ path: test.info().outputPath('lab.png'), fullPage: true });
});

test('digits are read while the networks train, and training stops', async ({ inkling, page }) => {
  await enter(inkling);
  await train(inkling);
  await inkling.says(/step \d+ of \d+/);
  await inkling.goTo('digits');
  await inkling.draw([{ points: [{ x: 14, y: 5 }, { x: 14, y: 14 }, { x: 14, y: 23 }] }]);
  expect(await inkling.answer()).toBe(1);
  await inkling.goTo('lab');
  await page.locator('#lab-train').click();
  await inkling.has('data-lab', 'stopped');
  await expect(page.locator('#lab-measure')).toBeDisabled();
});

test('a learning rate that is too high is stopped, and said so', async ({ inkling, page }) => {
  await enter(inkling);
  await least(inkling);
  await page.getByLabel('Optimizer').selectOption('SGD');
  await page.getByLabel('Learning rate').fill('0');
  await page.getByLabel('Learning rate').blur();
  await train(inkling);
  await inkling.has('data-lab', 'failed');
  await inkling.says(/the learning rate is 0; it must be above 0/);
  await page.getByLabel('Learning rate').fill('1e30');
  await page.getByLabel('Learning rate').blur();
  await train(inkling);
  await inkling.has('data-lab', 'done');
  await inkling.says(/This training failed: the loss is not finite at step \d+ because the learning rate is too high/);
  await expect(page.locator('#lab-announcement')).toHaveText(/Both trainings failed/);
  await expect(page.locator('#lab-measure')).toBeDisabled();
});

test('everything of the Lab fits a phone', async ({ inkling, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await enter(inkling);
  await least(inkling);
  await train(inkling);
  await inkling.has('data-lab', 'done');
  await page.locator('#lab-measure').click();
  await inkling.has('data-lab-measured', '1');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBe(0);
  await page.screenshot({ path: test.info().outputPath('lab-phone.png'), fullPage: true });
});
