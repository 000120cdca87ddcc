// What a visitor does to teach, as verbs, and what the page's workers say of learning.

import type { BrowserContext, Page } from '@playwright/test';
import type { Inkling, Stroke } from './page';

/** A one with a long upstroke, which others read as a seven; each a little different. */
export const flagged = (i: number): Stroke[] => [
  { points: [[8 + (i % 3), 12], [11, 9.5], [15, 6 + (i % 2)], [15 + (i % 4) / 2, 12], [15.5, 18], [15 + (i % 5) / 3, 24]].map(([x, y]) => ({ x, y })) },
];

/** Draws something and says what it really is. */
export async function correct(inkling: Inkling, strokes: Stroke[], label: number) {
  await inkling.clear();
  await inkling.draw(strokes);
  await inkling.answer();
  await inkling.page.locator(`[data-label="${label}"]`).click();
}

/** Keeps so many samples of one's own. */
export async function teach(inkling: Inkling, count: number) {
  for (let i = 0; i < count; i++) await correct(inkling, flagged(i), 1);
  await inkling.has('data-samples', `${count}`);
}

/** Begins to learn, for so many epochs of ten steps, or for as many as are set. */
export async function learn({ page }: Inkling, epochs?: 2 | 5 | 10 | 20) {
  if (epochs) {
    const select = page.getByLabel('Epochs of 10 steps');
    if (!(await select.isVisible())) await page.getByText('How it learns').click();
    await select.selectOption(`${epochs}`);
  }
  await page.getByRole('button', { name: 'Learn', exact: true }).click();
}

/** Runs in a worker: its clock goes so many times as fast, so that a checkpoint is due sooner than every two seconds. */
export const quickClock = (times: number) => `{
  const now = performance.now.bind(performance);
  performance.now = () => ${times} * now();
}`;

/** Lets the pages of a browser note the steps that their workers report, and those keep checkpoints often. Before `open`. */
export async function watchLearning(context: BrowserContext) {
  await context.addInitScript(() => {
    const steps: number[] = [];
    Object.assign(window, { steps });
    window.Worker = class extends Worker {
      constructor(...options: ConstructorParameters<typeof Worker>) {
        super(...options);
        this.addEventListener('message', ({ data }) => {
          if (data.reply?.type === 'learning') steps.push(data.reply.done);
        });
      }
    };
  });
  await patchWorkers(context, quickClock(10));
}

/** Lets a script run in the worker of every page's CPU engine, before the engine's own. */
export async function patchWorkers(context: BrowserContext, script: string) {
  await context.route('**/engine_cpu_loader.js*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${script}\n${await response.text()}` });
  });
}

/** The first step that was reported since the page was opened, or forgot those before. */
export async function firstStep(page: Page): Promise<number> {
  const first = await page.waitForFunction(() => (window as unknown as { steps: number[] }).steps[0]);
  return (await first.jsonValue())!;
}
