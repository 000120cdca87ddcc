// What the page does with texts and summaries, against a worker that writes what its script says.

import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

const TEXT =
  'The city council voted to close the old bridge. The mayor said that the money is better spent on a ferry. ' +
  'Shop owners on the east bank fear for their customers. Cyclists will still be able to cross the bridge. ' +
  'The council will look at the decision again after two years.';
const SLOW = `Everything here is written slowly. ${TEXT}`;

test.beforeEach(async ({ inkling }) => {
  await inkling.scriptEngine();
});

/** Fires an event that carries a file or a text, as dropping and pasting do. */
async function carry(page: Page, kind: 'drop' | 'paste', what: { name?: string; text: string | number[] }) {
  await page.evaluate(
    ({ kind, what }) => {
      const data = new DataTransfer();
      const content = typeof what.text === 'string' ? what.text : new Uint8Array(what.text);
      if (what.name) data.items.add(new File([content], what.name, { type: 'text/plain' }));
      else data.setData('text/plain', String(what.text));
      const options = { bubbles: true, cancelable: true };
      if (kind === 'paste') document.body.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: data }));
      else for (const step of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(step, { ...options, dataTransfer: data }));
    },
    { kind, what },
  );
}

test('the parts are places in the address, and the back button knows them', async ({ inkling, page }) => {
  await inkling.open('cpu');
  await inkling.has('data-part', 'digits');
  await inkling.goTo('summaries');
  expect(page.url()).toContain('#summaries');
  await expect(page).toHaveTitle(/summarize/);
  await expect(page.getByRole('link', { name: 'Summaries' })).toHaveAttribute('aria-current', 'page');
  await page.goBack();
  await inkling.has('data-part', 'digits');
  await expect(page.locator('#pad')).toBeVisible();
  await page.goForward();
  await inkling.has('data-part', 'summaries');
});

test('a text typed before the model is there is summarized when it is', async ({ inkling, page }) => {
  let letIn = () => {};
  await inkling.scriptEngine(new Promise((done) => (letIn = done)));
  await inkling.openSummaries();
  await inkling.write(TEXT);
  letIn();
  await inkling.summarized(1);
  expect((await inkling.summary()).length).toBe(3);
  // Typing on asks for nothing.
  await page.locator('#text').pressSequentially(' More.');
  await inkling.says(/text has changed/);
  expect(await inkling.attribute('data-summaries-done')).toBe('1');
});

test('another kind or length summarizes again', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await page.locator('[data-text-sample]').first().click();
  await inkling.summarized(1);
  await page.getByRole('radio', { name: 'Headline' }).check();
  await inkling.summarized(2);
  await expect(inkling.lines).toHaveCount(1);
  await page.getByRole('radio', { name: 'Key points' }).check();
  await inkling.summarized(3);
  await page.getByRole('radio', { name: 'Long' }).check();
  await inkling.summarized(4);
  await expect(inkling.lines).toHaveCount(7);
});

test('a summary under way is stopped by the button and by Escape', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  for (const stop of [() => page.getByRole('button', { name: 'Stop' }).click(), () => page.keyboard.press('Escape')]) {
    await inkling.write(SLOW);
    await page.getByRole('button', { name: 'Summarize' }).click();
    await inkling.has('data-summary', 'writing');
    await stop();
    await inkling.has('data-summary', 'stopped');
    await expect(page.locator('#summary-announcement')).toHaveText('Stopped.');
  }
  // And the engine is free for the next one.
  await inkling.summarize(TEXT);
});

test('pointing at a line and at a word lights up the source', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  const [first, second] = await inkling.summarize(TEXT);
  await inkling.lines.first().hover();
  await expect(inkling.lit).toHaveCount(1);
  expect(await inkling.lit.innerText()).toContain(first.split(' ').slice(0, 3).join(' '));
  await inkling.lines.first().locator('[data-word="1"]').hover();
  await expect(page.locator('.lit-word.copied')).toHaveText(first.split(' ')[1]);
  await expect(page.locator('.lit-word')).toHaveCount(2);
  await expect(page.locator('.note')).toContainText('copied from sentence');
  // Pinned, it stays when the mouse goes.
  await inkling.lines.first().locator('[data-word="1"]').click();
  await page.mouse.move(0, 0);
  await expect(page.locator('.lit-word.copied')).toHaveCount(1);
  // Kinds of words and of lines differ by more than color.
  await expect(inkling.lines.first().locator('[data-origin="new"]')).toHaveText('indeed');
  await expect(inkling.lines.nth(1)).toHaveAttribute('data-making', 'extracted');
  await expect(inkling.lines.nth(1)).toContainText('word for word');
  expect(TEXT).toContain(second);
});

test('everything is done from the keyboard, and said once', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await page.locator('#text').focus();
  await page.keyboard.insertText(TEXT);
  await page.keyboard.press('Control+Enter');
  await inkling.summarized(1);
  const live = page.locator('#summary-announcement[aria-live="polite"]');
  await expect(live).toContainText('Summary ready:');
  await expect(live).toContainText('indeed');
  await page.locator('[data-line="0"] .line-button').focus();
  await expect(inkling.lit).toHaveCount(1);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[data-line="0"] [data-word="1"]')).toBeFocused();
  await expect(page.locator('.lit-word.copied')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-line="1"] .line-button')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-line="1"] .line-button')).toHaveAttribute('aria-pressed', 'true');
  // One stop for all lines, and one for each button of the line: the Tab key leads on.
  await page.keyboard.press('Tab');
  await expect(page.locator('[data-line="1"] [data-why]')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.locator('[data-line] :focus')).toHaveCount(0);
  // The strip: arrows from sentence to sentence.
  await page.locator('[data-mark="0"]').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-mark="1"]')).toBeFocused();
  await expect(page.locator('[data-sentence="1"]')).toHaveAttribute('data-lit', '');
});

test('what is not English is said to be so', async ({ inkling }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await inkling.summarize('Der Rat hat entschieden. Die Brücke wird gesperrt. Das Geld fehlt.');
  await inkling.says(/does not look like English\. The model knows only English/);
});

test('white space has no words, and a failure is a sentence', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await inkling.write(' \n ');
  await page.locator('#summarize').click();
  await inkling.says(/There are no words in the text yet\./);
  await inkling.write('The double will refuse this.');
  await page.locator('#summarize').click();
  await inkling.has('data-summary', 'failed');
  await inkling.says(/told to fail/);
});

test('the summary is copied', async ({ inkling, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await inkling.openSummaries();
  await inkling.summarizerReady();
  const lines = await inkling.summarize(TEXT);
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.split('\n').map((line) => line.replace(/^- /, ''))).toEqual(lines);
});

test('the text survives a reload and the other part', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await inkling.summarize(TEXT);
  await inkling.goTo('digits');
  await inkling.goTo('summaries');
  await expect(inkling.lines).toHaveCount(3);
  await page.reload();
  await expect(page.locator('#text')).toHaveValue(TEXT);
  await page.locator('#clear-text').click();
  await page.reload();
  await expect(page.locator('#text')).toHaveValue('');
});

test('text files are opened and dropped, and others get a sentence', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await page.locator('#text-file').setInputFiles({ name: 'a.md', mimeType: 'text/markdown', buffer: Buffer.from(TEXT) });
  await inkling.summarized(1);
  await carry(page, 'drop', { name: 'b.txt', text: `${TEXT} And one more.` });
  await inkling.summarized(2);
  await page.locator('#text-file').setInputFiles({ name: 'c.txt', mimeType: 'text/plain', buffer: Buffer.from([0xe9, 0x74, 0xe9]) });
  await inkling.says(/“c\.txt” is not plain text/);
  await page.locator('#text-file').setInputFiles({ name: 'd.txt', mimeType: 'text/plain', buffer: Buffer.alloc(5_100_000, 'a ') });
  await inkling.says(/“d\.txt” is too large \(5\.1 MB\)/);
  expect(await inkling.attribute('data-summaries-done')).toBe('2');
});

test('a text that is pasted is summarized at once', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await carry(page, 'paste', { text: TEXT });
  await inkling.summarized(1);
  await expect(page.locator('[data-view="read"]')).toBeAttached();
});

test('it is compared with the first sentences and with the plain model', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await inkling.summarize(TEXT);
  await page.getByRole('radio', { name: /first sentences/ }).check();
  await expect(page.locator('.theirs li').first()).toHaveText(TEXT.split('. ')[0] + '.');
  await page.getByRole('radio', { name: /plain model/ }).check();
  await expect(page.locator('.theirs li')).toHaveText('the the the');
  await expect(inkling.lines).toHaveCount(3);
});

test('a hundred thousand words leave the page alive', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  const text = Array.from({ length: 6_700 }, (_, i) => `In the year ${i} the council of the city voted to close the old bridge to cars.`).join('\n');
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
  });
  await carry(page, 'paste', { text });
  await inkling.summarized(1);
  await expect(page.locator('[data-sentence]')).toHaveCount(6_700);
  const begun = Date.now();
  await inkling.lines.nth(1).hover();
  await expect(inkling.lit).toHaveCount(1);
  await expect(inkling.lit).toBeInViewport();
  const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks));
  console.log(`100,500 words: the longest task took ${longest.toFixed(0)} ms; pointing took ${Date.now() - begun} ms`);
  expect(longest).toBeLessThan(3_000);
});

for (const width of [360, 390, 1280, 1600]) {
  test(`summaries fit a screen ${width} pixels wide, and nothing moves while they are written`, async ({ inkling, page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.addInitScript(() => {
      const shifts: string[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: { node?: Node }[] })[]) {
          const nodes = entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 80) : node?.nodeName));
          shifts.push(`${entry.value.toFixed(4)} ${nodes.join(', ')}`);
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await inkling.openSummaries();
    await inkling.summarizerReady();
    await page.locator('[data-text-sample]').first().click();
    await inkling.summarized(1);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBe(0);
    expect(await page.evaluate(() => (window as unknown as { shifts: string[] }).shifts)).toEqual([]);
  });
}

test('HTML that is pasted into the text keeps headings, items and quotations', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.write('Before.  After.');
  await page.locator('#text').evaluate((area: HTMLTextAreaElement) => {
    area.focus();
    area.setSelectionRange(8, 8);
    const data = new DataTransfer();
    data.setData('text/html', '<nav>Home</nav><h2>The bridge</h2><p>It was closed.</p><ul><li>Boats</li></ul><blockquote>Why?</blockquote>');
    data.setData('text/plain', 'Home The bridge It was closed. Boats Why?');
    area.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
  });
  // A summary of what was pasted is asked for, as of any pasted text.
  await inkling.summarized(1);
  await page.getByRole('button', { name: 'Edit' }).click();
  await expect(page.locator('#text')).toHaveValue('Before. ## The bridge\n\nIt was closed.\n\n- Boats\n\n> Why? After.');
});

test('a text of 2 MB without a line break can be edited', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.write('The council voted on Tuesday to close the old harbor bridge to cars. '.repeat(29_000));
  await expect(page.locator('#text')).toHaveAttribute('dir', 'ltr');
  const before = Date.now();
  await page.locator('#text').press('End');
  await page.locator('#text').press('x');
  expect(Date.now() - before).toBeLessThan(10_000);
});
