// The page under its own Content-Security-Policy: every part is used, and nothing of it is forbidden.

import { expect, test } from './fixtures';
import { mnistStrokes } from './page';

const TEXT =
  'The city council approved a new library on Monday after two years of debate. The building will cost twelve million dollars and open in 2028. ' +
  'Critics said that the money should repair roads instead. Mayor Ellen Ward said the library would serve forty thousand residents of the east side. ' +
  'Construction begins in March, and the old branch on Hill Street stays open until the new one is ready.';

declare global {
  interface Window {
    violations: string[];
  }
}

test('no part of the page does what its policy forbids', async ({ inkling, page }) => {
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      window.violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample} (${event.sourceFile}:${event.lineNumber})`),
    );
  });
  await inkling.open('cpu');
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toBe(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; " +
      "img-src 'self' blob: data:; manifest-src 'self'; base-uri 'none'; form-action 'none'",
  );
  await inkling.ready('cpu');
  const { label, strokes } = mnistStrokes()[0];
  await inkling.draw(strokes);
  expect(await inkling.answer()).toBe(label);
  // Bars are as long as their numbers say.
  const widths = await page.locator('.bar .bar-fill').evaluateAll((bars) => bars.map((bar) => Number(getComputedStyle(bar).getPropertyValue('--share'))));
  expect(widths).toHaveLength(10);
  expect(widths[label]).toBeGreaterThan(0.5);
  expect(widths.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 2);
  await page.locator('[data-sample]').first().click();
  await inkling.answer();
  await page.getByRole('button', { name: /^Color scheme/ }).click();
  await page.locator('#versions-title').scrollIntoViewIfNeeded();

  // A correction, which shows its buttons and thumbnails.
  await page.locator('[data-label]').first().click();

  await inkling.goTo('summaries');
  await inkling.summarizerReady();
  expect((await inkling.summarize(TEXT)).length).toBeGreaterThan(0);
  await inkling.lines.first().hover();
  // HTML of another page brings its styles and scripts, of which only the text is read.
  await page.evaluate(
    ([text]) => {
      const data = new DataTransfer();
      data.setData('text/html', `<style>p { color: red }</style><p style="color: red" onclick="alert(1)">${text}</p><script>alert(2)</script>`);
      data.setData('text/plain', text);
      const target = document.querySelector('#text') ?? document.body;
      target.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
    },
    [TEXT.split('.').slice(1).join('.')],
  );
  await inkling.summarized(2);

  await inkling.goTo('lab');
  await page.locator('#lab-train').click();
  await inkling.says(/step \d+ of \d+/);
  await page.locator('#lab-train').click();
  await inkling.has('data-lab', 'stopped');

  expect(await page.evaluate(() => window.violations)).toEqual([]);
});
