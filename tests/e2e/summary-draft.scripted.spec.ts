// Correcting a summary by the sentences of its source; and what is said of a sentence's importance. Against a scripted worker.

import { expect, test } from './fixtures';

const TEXT =
  'The city council voted to close the old bridge. The mayor said that the money is better spent on a ferry. ' +
  'Shop owners on the east bank fear for their customers. Cyclists will still be able to cross the bridge. ' +
  'The council will look at the decision again after two years.';

test.beforeEach(async ({ inkling }) => {
  await inkling.scriptEngine();
  await inkling.openSummaries();
  await inkling.summarizerReady();
});

test('a click on a sentence adds it to the correction, and another one takes it out', async ({ inkling, page }) => {
  await inkling.summarize(TEXT);
  const sentence = page.locator('[data-sentence="2"]');
  await expect(sentence).not.toHaveAttribute('role', 'button');
  await page.locator('#edit-summary').click();
  await page.locator('#draft').fill('Mine.');
  await sentence.click();
  await expect(page.locator('#draft')).toHaveValue('Mine.\nShop owners on the east bank fear for their customers.');
  await expect(sentence).toHaveAttribute('aria-pressed', 'true');
  // The same by keyboard.
  await page.locator('[data-sentence="0"]').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-sentence="1"]')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#draft')).toHaveValue(/\nThe mayor said that the money is better spent on a ferry\.$/);
  await sentence.click();
  await expect(page.locator('#draft')).toHaveValue('Mine.\nThe mayor said that the money is better spent on a ferry.');
  await page.locator('#keep-summary').click();
  await inkling.has('data-pairs', '1');
});

test('the strip says how important a sentence is, and why it was chosen', async ({ inkling, page }) => {
  await inkling.summarize(TEXT);
  const height = () => page.locator('.paper').evaluate((card) => card.getBoundingClientRect().height);
  const before = await height();
  const note = page.locator('#source-note');
  const chosen = page.locator('[data-salience-mark].chosen').first();
  await chosen.hover();
  await expect(note).toContainText(/^Sentence \d: importance \d+%, \d\w\w of 5\. Chosen because: /);
  await page.locator('[data-salience-mark]:not(.chosen)').first().focus();
  await page.mouse.move(0, 0);
  await page.locator('[data-salience-mark]:not(.chosen)').first().hover();
  await expect(note).toContainText('Not in the summary.');
  expect(await height()).toBe(before);
});

test('on a phone, the page goes to where the summary of a sample starts', async ({ inkling, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await inkling.summarizerReady();
  await page.locator('[data-text-sample="0"]').click();
  await inkling.summarized(1);
  await expect(page.locator('#summary-start')).toBeFocused();
  await expect.poll(() => page.locator('#summary-start').evaluate((start) => start.getBoundingClientRect().top)).toBeLessThan(60);
  await expect(inkling.lines.first()).toBeInViewport();
});
