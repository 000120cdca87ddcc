// Texts summarized by the models that ship. What the page does with a summary is tested in summaries.scripted.spec.ts.

import { expect, test } from './fixtures';

const ARTICLE = [
  'The city council voted on Tuesday to close the old harbor bridge to cars from next spring.',
  'The bridge, which was built in 1931, carries about 9,000 cars a day and needs repairs that would cost 14 million dollars.',
  'Mayor Anna Lindqvist said that the money would be better spent on a new ferry line.',
  'Shop owners on the east bank fear that they will lose customers.',
  'Cyclists and people on foot will still be able to cross the bridge at all hours.',
  'The council will look at the decision again after two years.',
].join(' ');

test('nothing of the summarizer is fetched before its part is opened', async ({ inkling, page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(request.url()));
  await inkling.open('cpu');
  await inkling.ready('cpu');
  await inkling.has('data-part', 'digits');
  expect(await inkling.attribute('data-summarizer')).toBe('empty');
  expect(fetched.filter((url) => /models\/summary\/|samples\/texts\.json/.test(url))).toEqual([]);
  await inkling.goTo('summaries');
  await inkling.summarizerReady();
});

test('a sample text gets a summary whose lines stand in it', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await page.locator('[data-text-sample]').first().click();
  await inkling.summarized(1);
  const lines = await inkling.summary();
  expect(lines.length).toBeGreaterThanOrEqual(1);
  for (const line of lines) expect(line).toMatch(/\p{L}/u);
  await expect(page.locator('[data-view="read"] [data-sentence]').first()).toBeVisible();
});

test('every kind and length gives a summary', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  let done = 0;
  await inkling.summarize(ARTICLE);
  done++;
  for (const kind of ['tldr', 'headline', 'teaser', 'sentence', 'key-points']) {
    await page.locator(`input[name="kind"][value="${kind}"]`).check();
    await inkling.summarized(++done);
    expect((await inkling.summary()).length, kind).toBeGreaterThanOrEqual(1);
  }
  await page.locator('input[name="length"][value="long"]').check();
  await inkling.summarized(++done);
  expect((await inkling.summary()).length).toBeGreaterThanOrEqual(1);
});

test('a line lights up where it comes from', async ({ inkling }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  await inkling.summarize(ARTICLE);
  await inkling.lines.first().hover();
  await expect(inkling.lit.first()).toBeVisible();
});

test('what is not English is said to be so, and summarized as well as it goes', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  const german =
    'Der Stadtrat beschloss am Dienstag, die alte Hafenbrücke ab dem nächsten Frühjahr für Autos zu sperren. ' +
    'Die Brücke wurde vor neunzig Jahren gebaut und müsste für vierzehn Millionen Kronen erneuert werden. ' +
    'Die Bürgermeisterin sagte, das Geld sei in einer neuen Fährlinie besser angelegt.';
  await inkling.summarize(german);
  await inkling.says(/looks like German\. The model knows only English/);
  await expect(page.locator('[data-language="other"]')).toBeAttached();
});

for (const [name, text] of Object.entries({
  'one word': 'Bridge',
  'one sentence': 'The council voted to close the bridge.',
  'no punctuation': 'the council voted to close the bridge and the mayor said that the money was better spent elsewhere',
  emoji: '🎉🎉 👩‍👩‍👧 😀',
  'right to left': 'הגשר הישן נסגר למכוניות. ראש העיר אמרה שהכסף יושקע במעבורת.',
  Chinese: '市议会周二投票决定关闭旧港大桥。市长说这笔钱最好用于新的渡轮线路。',
  HTML: '<div class="a"><p>The council <b>voted</b> to close the bridge.</p><script>alert(1)</script></div>',
  code: 'fn main() {\n    let x = 3;\n    println!("{x}");\n}\n',
  'a table': 'year\tcars\tferries\n2020\t9000\t3\n2021\t8700\t4\n',
})) {
  test(`an odd text is an answer or a sentence: ${name}`, async ({ inkling, page }) => {
    await inkling.openSummaries();
    await inkling.summarizerReady();
    await inkling.write(text);
    await page.locator('#summarize').click();
    await expect(page.locator('[data-summary="done"], [data-summary="failed"]')).toBeAttached();
    // The page is as alive as before.
    expect((await inkling.summarize(ARTICLE)).length).toBeGreaterThanOrEqual(1);
  });
}

test('a hundred thousand words can be stopped, and the page answers meanwhile', async ({ inkling, page }) => {
  await inkling.openSummaries();
  await inkling.summarizerReady();
  const text = Array.from({ length: 7_000 }, (_, i) => `In the year ${i} the council of the city voted to close the old bridge to cars.`).join(' ');
  await inkling.write(text);
  await page.locator('#summarize').click();
  await expect(page.locator('[data-summary="reading"], [data-summary="writing"], [data-summary="done"]')).toBeAttached();
  if ((await inkling.attribute('data-summary')) !== 'done') {
    await page.keyboard.press('Escape');
    await expect(page.locator('[data-summary="stopped"], [data-summary="done"]')).toBeAttached();
  }
  await page.locator('#clear-text').click();
  await inkling.has('data-summary', 'empty');
  await page.locator('[data-text-sample]').first().click();
  await expect(page.locator('[data-summary="done"]')).toBeAttached({ timeout: 90_000 });
});
