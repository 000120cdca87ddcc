// What a line leaves out, how short lines are, and why they were chosen, against a worker that writes what its script says.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

const TEXT =
  'The city council voted to close the old bridge. The mayor said that the money is better spent on a ferry. ' +
  'Shop owners on the east bank fear for their customers. Cyclists will still be able to cross the bridge. ' +
  'The council will look at the decision again after two years.';

test.beforeEach(async ({ inkling, page }) => {
  await inkling.scriptEngine();
  // What the page asks the worker for.
  await page.addInitScript(() => {
    const asked: unknown[] = [];
    Object.assign(window, { asked });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...message: unknown[]) {
      const request = (message[0] as { request?: { type: string } } | undefined)?.request;
      if (request?.type === 'summarize') asked.push(JSON.parse(JSON.stringify(request)));
      return Reflect.apply(post, this, message);
    };
  });
  await inkling.openSummaries();
  await inkling.summarizerReady();
});

/** The shortness of each summary that was asked for; none where the message does not say it. */
async function asked(page: Page): Promise<(number | undefined)[]> {
  return page.evaluate(() => (window as unknown as { asked: { shortness?: number }[] }).asked.map(({ shortness }) => shortness));
}

test('pointing at a line strikes out what it leaves out', async ({ inkling, page }) => {
  const [first] = await inkling.summarize(TEXT);
  const height = () => page.locator('.marked-text').evaluate((text) => text.scrollHeight);
  const before = await height();
  await expect(page.locator('.marked-text del')).toHaveCount(0);
  await inkling.lines.first().locator('.line-button').hover();
  const cut = inkling.lit.locator('del.cut');
  await expect(cut).toHaveCount(1);
  // What stays and what is struck out are the sentence.
  const words = first.replace(/ indeed$/, '');
  const struck = await cut.locator('.cut-words').innerText();
  expect(TEXT).toContain(`${words} ${struck}`);
  expect(struck).toMatch(/\.$/);
  // It is said as well as shown, and nothing moves.
  await expect(cut).toContainText('[left out:');
  await expect(cut.locator('.cut-words')).toHaveCSS('text-decoration-line', 'line-through');
  expect(await height()).toBe(before);
  // A line that leaves nothing out strikes nothing out.
  await inkling.lines.nth(1).locator('.line-button').hover();
  await expect(inkling.lit).toHaveCount(1);
  await expect(page.locator('.marked-text del')).toHaveCount(0);
  // The same by the keyboard.
  await page.mouse.move(0, 0);
  await page.locator('[data-line="0"] .line-button').focus();
  await expect(cut).toHaveCount(1);
});

test('on a narrow screen a tap shows the sentence with what was left out', async ({ inkling, page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await inkling.summarize(TEXT);
  await inkling.lines.first().locator('.line-button').click();
  await expect(page.locator('[data-line="0"] .line-source')).toBeVisible();
  await expect(page.locator('[data-line="0"] .line-source del.cut')).toHaveCount(1);
});

test('the slider asks for a shortness', async ({ inkling, page }) => {
  const lines = await inkling.summarize(TEXT);
  const slider = page.getByRole('slider', { name: 'Shortness' });
  await expect(slider).toHaveValue('50');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await inkling.summarized(2);
  await expect(slider).toBeFocused();
  await expect(slider).toHaveAttribute('aria-valuetext', /51 of 100: shorter than usual/);
  await page.keyboard.press('Home');
  await inkling.summarized(3);
  await expect(slider).toHaveAttribute('aria-valuetext', 'whole sentences');
  const whole = await inkling.summary();
  expect(whole.length).toBe(lines.length);
  for (const line of whole) expect(TEXT).toContain(line);
  await page.keyboard.press('End');
  await inkling.summarized(4);
  // The usual shortness is not said, so that an older worker understands it.
  expect(await asked(page)).toEqual([undefined, 51, 0, 100]);
  // A headline takes no notice of it.
  await page.getByRole('radio', { name: 'Headline' }).check();
  await expect(slider).toBeDisabled();
});

test('a line is shown as it stands, and back', async ({ inkling, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const [first] = await inkling.summarize(TEXT);
  const button = page.locator('[data-line="0"] [data-whole]');
  await expect(button).toContainText('as it stands');
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(button).toBeFocused();
  await expect(button).toContainText('shortened');
  const [whole] = await inkling.summary();
  expect(whole).not.toBe(first);
  expect(TEXT).toContain(whole);
  // Nothing of it is left out any more, and what is shown is what is copied.
  await expect(inkling.lit).toHaveCount(1);
  await expect(page.locator('.marked-text del')).toHaveCount(0);
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(whole);
  await button.click();
  expect((await inkling.summary())[0]).toBe(first);
  // A line that is its whole sentence has no such button.
  await expect(page.locator('[data-line="1"] [data-whole]')).toHaveCount(0);
  // Nothing was asked for.
  expect((await asked(page)).length).toBe(1);
});

test('a line says why it was chosen', async ({ inkling, page }) => {
  await inkling.summarize(TEXT);
  const why = page.locator('[data-line="0"] [data-why]');
  const reason = page.locator('[data-line="0"] .line-reason');
  await expect(reason).toBeHidden();
  await why.click();
  await expect(why).toHaveAttribute('aria-expanded', 'true');
  await expect(reason).toContainText(/^Chosen because: .*uses 2 words that the text repeats \(bridge, council\); the model ranks it \d\w\w of 5\.$/);
  await why.click();
  await expect(reason).toBeHidden();
});

for (const width of [320, 768, 1920]) {
  test(`all of it fits a screen ${width} pixels wide`, async ({ inkling, page }) => {
    await page.setViewportSize({ width, height: 800 });
    await inkling.summarize(TEXT);
    for (const why of await page.locator('[data-why]').all()) await why.click();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBe(0);
    await expect(page.getByRole('slider', { name: 'Shortness' })).toBeVisible();
  });
}
