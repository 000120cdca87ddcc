// What a visitor does, as verbs. Every wait is for a condition that the page states in its data attributes, never for a time.

import type { ConsoleMessage, Locator, Page, Worker } from '@playwright/test';
import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Engine = 'cpu' | 'gpu';
export type Point = { x: number; y: number };
export type Stroke = { points: Point[] };
export type Sample = { label: number; strokes: Stroke[] };

/** Longer than anything takes, also on a software adapter: a wait that ends here has failed. */
const WAIT_MS = 90_000;

/** MNIST's test digits as pen strokes, in pixels of the 28×28 image. */
export function mnistStrokes(): Sample[] {
  const file = join(__dirname, 'fixtures', 'mnist-test-strokes.json');
  return JSON.parse(readFileSync(file, 'utf8')).samples;
}

export type Part = 'digits' | 'summaries' | 'lab';

/** A worker without models that speaks the protocol: what it writes is scripted in `fixtures/scripted-engine.js`. */
const SCRIPTED = join(__dirname, 'fixtures', 'scripted-engine.js');

export class Inkling {
  readonly errors: string[] = [];
  /** The element that says how the page stands. */
  readonly state: Locator;
  readonly pad: Locator;
  private allowed: RegExp[] = [];

  constructor(readonly page: Page) {
    this.state = page.locator('[data-phase]');
    this.pad = page.locator('#pad');
    page.on('pageerror', (error) => this.errors.push(`page: ${error.stack ?? error.message}`));
    page.on('crash', () => this.errors.push('the page crashed'));
    page.on('console', (message) => this.hear(message));
    // "Delete it?" Yes.
    page.on('dialog', (dialog) => dialog.accept());
  }

  /** Lets the browser report what is thrown in workers, where the page deals with it and it would be lost. Before `open`. */
  async hearWorkers() {
    await this.page.addInitScript(() => {
      window.Worker = class extends Worker {
        constructor(...options: ConstructorParameters<typeof Worker>) {
          super(...options);
          this.addEventListener('error', ({ message, filename }) => console.error(`${message} in ${filename}`));
        }
      };
    });
  }

  private hear(message: ConsoleMessage) {
    if (message.type() === 'error') {
      this.errors.push(`console: ${message.text()} (${message.location().url})`);
    }
  }

  /** Names an error in advance, for a scenario that provokes it. */
  allow(...errors: RegExp[]) {
    this.allowed.push(...errors);
  }

  unexpectedErrors(): string[] {
    return this.errors.filter((error) => !this.allowed.some((allowed) => allowed.test(error)));
  }

  /** Opens the page, by `?engine=` with only one engine, and waits until it has begun. */
  async open(engine?: Engine, path = '') {
    await this.page.goto(engine ? `${path}?engine=${engine}` : path || './');
    await this.state.waitFor({ state: 'attached' });
  }

  /** Waits until an engine has its model and answers. */
  async ready(engine: Engine) {
    await this.has(`data-${engine}`, 'ready');
  }

  /** Waits until this engine is the one that answers. */
  async answersOn(engine: Engine) {
    await this.has('data-engine', engine);
  }

  /** Waits until an attribute of the page's state has a value. */
  async has(attribute: string, value: string) {
    try {
      await this.page.locator(`[data-phase][${attribute}="${value}"]`).waitFor({ state: 'attached', timeout: WAIT_MS });
    } catch {
      const state = await this.state.evaluate((element) => JSON.stringify({ ...(element as HTMLElement).dataset }));
      const notices = await this.page.locator('#notices').allInnerTexts();
      const errors = this.errors.map((error) => `\n${error}`).join('');
      throw new Error(`${attribute} did not become "${value}": ${state}; notices: ${notices.join(' ')}${errors}`);
    }
  }

  async attribute(name: string): Promise<string | null> {
    return this.state.getAttribute(name);
  }

  /** Draws strokes with the mouse. Their unit is a pixel of a picture that is `unit` pixels wide and as high. */
  async draw(strokes: Stroke[], unit = 28) {
    await this.pad.scrollIntoViewIfNeeded();
    const box = await this.pad.boundingBox();
    if (!box) throw new Error('the pad is not shown');
    const { mouse } = this.page;
    for (const { points } of strokes) {
      const at = points.map(({ x, y }) => [box.x + (x / unit) * box.width, box.y + (y / unit) * box.height] as const);
      await mouse.move(...at[0]);
      await mouse.down();
      // As fast as they are taken: a hand does not wait for the page to paint either.
      await Promise.all(at.slice(1).map((point) => mouse.move(...point)));
      await mouse.up();
    }
  }

  /** The digit that is read once everything drawn so far has been looked at, or `null` where there is none. */
  async answer(): Promise<number | null> {
    await this.has('data-phase', 'settled');
    const answer = await this.attribute('data-answer');
    return answer ? Number(answer) : null;
  }

  async clear() {
    if ((await this.attribute('data-phase')) === 'empty') return;
    await this.page.getByRole('button', { name: /clear/i }).click();
    await this.has('data-phase', 'empty');
  }

  async undo() {
    await this.page.getByRole('button', { name: /undo/i }).click();
  }

  /** Opens a picture through the page's own button. */
  async openFile(file: { name: string; mimeType: string; buffer: Buffer }) {
    await this.page.locator('#picture').setInputFiles(file);
  }

  /** Waits until the page says something, anywhere that a visitor can see. */
  async says(text: RegExp) {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: WAIT_MS });
  }

  /** Lets the page find a graphics card, so that it loads WebGPU by itself also on a software adapter. Before `open`. */
  async pretendGraphicsCard(info: object = { vendor: 'some graphics card' }) {
    await this.page.addInitScript((info) => {
      const gpu = { requestAdapter: async () => ({ info }) };
      Object.defineProperty(Navigator.prototype, 'gpu', { configurable: true, get: () => gpu });
    }, info);
  }

  /** Lets a script run in an engine's worker before the engine's own. */
  async patchWorker(engine: Engine, script: string) {
    await this.page.route(`**/engine_${engine}_loader.js*`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${script}\n${await response.text()}` });
    });
  }

  /** The worker of an engine, once it runs. */
  async worker(engine: Engine): Promise<Worker> {
    const ours = (worker: Worker) => worker.url().includes(`engine_${engine}`);
    return this.page.workers().find(ours) ?? this.page.waitForEvent('worker', { predicate: ours });
  }

  // Summaries

  /** Puts a worker without models in the CPU engine's place, which comes when `gate` opens. Before `open`. */
  async scriptEngine(gate: Promise<void> = Promise.resolve()) {
    await this.page.route('**/engine_cpu_loader.js*', async (route) => {
      await gate;
      await route.fulfill({ path: SCRIPTED, contentType: 'text/javascript' });
    });
  }

  /** Opens the page at the summaries and waits until it has begun. */
  async openSummaries(engine: Engine = 'cpu') {
    await this.open(undefined, `?engine=${engine}#summaries`);
    await this.has('data-part', 'summaries');
  }

  /** Goes to a part by its tab. */
  async goTo(part: Part) {
    await this.page.getByRole('navigation').getByRole('link', { name: new RegExp(part, 'i') }).click();
    await this.has('data-part', part);
  }

  /** Waits until the model for summaries is there. */
  async summarizerReady() {
    await this.has('data-summarizer', 'ready');
  }

  /** The lines of the summary. */
  get lines(): Locator {
    return this.page.locator('[data-line]');
  }

  /** The sentences of the text that light up. */
  get lit(): Locator {
    return this.page.locator('[data-sentence][data-lit]');
  }

  /** Puts a text into the text area, without asking for anything. */
  async write(text: string) {
    if (await this.page.locator('[data-view="read"]').count()) await this.page.getByRole('button', { name: 'Edit' }).click();
    await this.page.locator('#text').fill(text);
  }

  /** Writes a text, asks for its summary, and gives the lines once it is finished. */
  async summarize(text: string): Promise<string[]> {
    // One that is still under way, as after a change of the model, would be counted for this one.
    await expect(this.state).not.toHaveAttribute('data-summary-status', /^(waiting|analyzing|generating)$/, { timeout: WAIT_MS });
    const before = Number(await this.attribute('data-summaries-done'));
    await this.write(text);
    await this.page.locator('#summarize').click();
    await this.summarized(before + 1);
    return this.summary();
  }

  /** Waits until so many summaries were finished. */
  async summarized(count: number) {
    await this.has('data-summaries-done', String(count));
  }

  /** The lines as a visitor reads them. */
  async summary(): Promise<string[]> {
    const texts = await this.page.locator('[data-line] .line-text').evaluateAll((lines) =>
      lines.map((line) => [...line.childNodes].filter((node) => !(node as Element).classList?.contains('badge')).map((node) => node.textContent).join('')),
    );
    return texts.map((text) => text.trim());
  }
}
