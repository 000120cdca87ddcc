// The tour, by keyboard; and the game against the clock. Against a worker that reads every drawing as a 7.

import { expect, test } from './fixtures';

test.beforeEach(async ({ inkling }) => {
  await inkling.scriptEngine();
  await inkling.open('cpu');
  await inkling.ready('cpu');
});

test('the tour goes through its steps by keyboard, and Escape ends it', async ({ inkling, page }) => {
  const card = page.locator('#tour');
  await expect(card).toHaveCount(0);
  await page.locator('#tour-button').focus();
  await page.keyboard.press('Enter');
  await expect(card).toContainText('step 1 of 4');
  await expect(page.locator('#tour-title')).toBeFocused();
  await expect(page.locator('[data-tour-target]')).toHaveClass(/draw/);
  // The page stays usable: the example is drawn, and read.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await inkling.has('data-phase', 'settled');
  await page.keyboard.press('Tab');
  await expect(page.locator('#tour-next')).toBeFocused();
  for (const [step, part, target] of [[2, 'summaries', /paper/], [3, 'digits', /lessons/], [4, 'lab', /lab-settings/]] as const) {
    await page.keyboard.press('Enter');
    await expect(card).toContainText(`step ${step} of 4`);
    await inkling.has('data-part', part);
    await expect(page.locator('[data-tour-target]')).toHaveClass(target);
    await expect(page.locator('[data-tour-target]')).toBeInViewport();
    await expect(page.locator('#tour-next')).toBeFocused();
  }
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await expect(page.locator('[data-tour-target]')).toHaveCount(0);
  await expect(page.locator('#tour-button')).toBeFocused();
  // It does not come by itself.
  await page.reload();
  await inkling.ready('cpu');
  await expect(card).toHaveCount(0);
});

test('the tour fits a phone, and moves nothing of the page', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  const top = () => page.locator('.draw').evaluate((card) => card.getBoundingClientRect().top + window.scrollY);
  const before = await top();
  await page.locator('#tour-button').click();
  await expect(page.locator('#tour')).toBeVisible();
  expect(await top()).toBe(before);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow).toBe(0);
  for (const button of await page.locator('#tour button').all()) {
    expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  }
  await page.locator('#tour-end').click();
  await expect(page.locator('#tour')).toHaveCount(0);
});

test('the digits of a game are counted, and its drawings become samples', async ({ inkling, page }) => {
  await page.locator('#start-game').click();
  const game = page.locator('[data-game]');
  await expect(game).toContainText('Draw a');
  // Every drawing is a 7: whatever else is asked for passes by another game.
  for (let i = 0; i < 30 && (await game.locator('[data-game-digit]').getAttribute('data-game-digit')) !== '7'; i++) {
    await game.getByRole('button', { name: 'Stop' }).click();
    await game.getByRole('button', { name: 'Play again' }).click();
  }
  await inkling.draw([{ points: [{ x: 8, y: 6 }, { x: 20, y: 6 }, { x: 12, y: 22 }] }]);
  await expect(game).toHaveAttribute('data-game-score', '1');
  await inkling.has('data-phase', 'empty');
  // The clock runs; what happens when the minute is over is told by the reducer's test.
  await expect(game).toContainText(/\b5[0-7] seconds left; 1 read so far/);
  await game.getByRole('button', { name: 'Stop' }).click();
  await expect(game).toHaveAttribute('data-game', 'over');
  await expect(game).toContainText('your best so far');
  await game.getByRole('button', { name: 'Save as a sample' }).click();
  await inkling.has('data-samples', '1');
  await expect(game).toHaveCount(0);
});
