// Everything by keyboard: the pad is drawn on, and the focus is never lost when the control that has it goes or is disabled.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { correct, flagged, teach } from './fine-tuning';

/** Some control that works has the focus. */
async function focusIsKept(page: Page) {
  const kept = () => {
    const active = document.activeElement;
    return active !== null && active !== document.body && !active.matches(':disabled');
  };
  await expect.poll(() => page.evaluate(kept)).toBe(true);
}

async function press(page: Page, key: string, times: number) {
  for (let i = 0; i < times; i++) await page.keyboard.press(key);
}

test.describe('digits', () => {
  test.beforeEach(async ({ inkling }) => {
    await inkling.open('cpu');
    await inkling.ready('cpu');
  });

  test('a link skips the head of the page', async ({ page }) => {
    await page.keyboard.press('Tab');
    await expect(page.locator('.skip')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.locator('main')).toBeFocused();
    expect(page.url()).not.toContain('#main');
  });

  test('the pad is drawn on with arrow keys and Space', async ({ inkling, page }) => {
    await inkling.pad.focus();
    await press(page, 'ArrowUp', 8);
    expect(await inkling.attribute('data-phase'), 'a raised pen draws nothing').toBe('empty');
    await page.keyboard.press('Space');
    await press(page, 'ArrowDown', 16);
    await page.keyboard.press('Escape');
    expect(await inkling.answer()).toBe(1);
    await expect(inkling.pad).toHaveAttribute('aria-label', 'Drawing pad with 1 stroke');
    // The pen is up: it moves without drawing, and Escape clears.
    await press(page, 'ArrowRight', 3);
    await expect(inkling.pad).toHaveAttribute('aria-label', 'Drawing pad with 1 stroke');
    await page.keyboard.press('Escape');
    await inkling.has('data-phase', 'empty');
    await page.keyboard.press('Control+z');
    expect(await inkling.answer()).toBe(1);
    await page.keyboard.press('Control+Shift+z');
    await inkling.has('data-phase', 'empty');
  });

  test('the focus stays with undo, redo, clear, labels and samples', async ({ inkling, page }) => {
    await inkling.draw(flagged(0));
    await inkling.answer();
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await button('Undo').press('Enter');
    await expect(button('Redo')).toBeFocused();
    await page.keyboard.press('Enter');
    await focusIsKept(page);
    await button('Clear').press('Enter');
    await expect(inkling.pad).toBeFocused();
    await inkling.draw(flagged(1));
    await inkling.answer();
    await page.locator('[data-label="1"]').press('Enter');
    await inkling.has('data-samples', '1');
    await inkling.has('data-phase', 'empty');
    await expect(inkling.pad).toBeFocused();
    await correct(inkling, flagged(2), 1);
    await correct(inkling, flagged(3), 1);
    await inkling.has('data-samples', '3');
    for (let left = 3; left > 0; left--) {
      await page.getByRole('button', { name: /^Delete sample/ }).first().press('Enter');
      await inkling.has('data-samples', `${left - 1}`);
      await focusIsKept(page);
    }
  });

  test('the focus stays with learning and comparing', async ({ inkling, page }) => {
    await teach(inkling, 2);
    await page.getByText('How it learns').click();
    await page.getByLabel('Epochs of 10 steps').selectOption('20');
    const learn = page.getByRole('button', { name: 'Learn', exact: true });
    await learn.press('Enter');
    await inkling.has('data-learning', 'running');
    await expect(page.locator('#training-state')).toBeFocused();
    await page.getByRole('button', { name: 'Stop', exact: true }).press('Enter');
    await inkling.has('data-learning', 'idle');
    await expect(learn).toBeFocused();
    await page.locator('#compare').press('Enter');
    await focusIsKept(page);
    await inkling.has('data-versions-evaluated', '2');
    await focusIsKept(page);
  });

  test('forced colors keep the bars', async ({ inkling, page }) => {
    await page.emulateMedia({ forcedColors: 'active' });
    await inkling.draw(flagged(0));
    await inkling.answer();
    const background = (selector: string) => page.locator(selector).first().evaluate((element) => getComputedStyle(element).backgroundColor);
    const track = await background('.bar-track');
    expect(await background('.bar.best .bar-fill')).not.toBe(track);
    expect(await background('.bar:not(.best) .bar-fill')).not.toBe(track);
  });
});

test('the focus stays with summarizing, correcting, cancelling and saving', async ({ inkling, page }) => {
  await inkling.scriptEngine();
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await inkling.write('The council voted on Tuesday to close the old harbor bridge to cars. It carries 9,000 cars a day.');
  await page.locator('#text').press('Control+Enter');
  await inkling.summarized(1);
  await expect(page.locator('#source-text')).toBeFocused();
  await page.locator('#edit-summary').press('Enter');
  await expect(page.locator('#draft')).toBeFocused();
  await page.getByRole('button', { name: 'Cancel' }).press('Enter');
  await expect(page.locator('#edit-summary')).toBeFocused();
  await page.locator('#edit-summary').press('Enter');
  await page.locator('#draft').fill('The bridge is closed to cars.');
  await page.locator('#keep-summary').press('Enter');
  await inkling.has('data-pairs', '1');
  await expect(page.locator('#edit-summary')).toBeFocused();
  await page.getByRole('button', { name: /^Delete sample/ }).press('Enter');
  await inkling.has('data-pairs', '0');
  await focusIsKept(page);
  await page.locator('#clear-text').press('Enter');
  await expect(page.locator('#text')).toBeFocused();
});
