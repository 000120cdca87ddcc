// Summaries in a browser: how long the CPU engine takes, and whether WebGPU says the same. Not a test: a row that misses its aim is
// printed as it is.

import { type LaunchOptions, type Page, chromium, test } from '@playwright/test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { url, withWebGpu, withoutWebGpu } from '../e2e/browser';
import { Inkling } from '../e2e/page';

const out = process.env.INKLING_SUMMARY_OUT || join(__dirname, '../../target/bench/summary.json');
const texts: { id: string; text: string }[] = JSON.parse(readFileSync(join(__dirname, 'texts.json'), 'utf8')).texts;

const rows: { what: string; value: string; aim: string }[] = [];
const figures: Record<string, unknown> = {};
const RUNS = 7;

type Summary = { firstMs: number; totalMs: number; wordsIn: number; lines: { text: string }[] };

async function inBrowser<T>(options: LaunchOptions, work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch(options);
  try {
    const page = await browser.newPage({ baseURL: url, viewport: { width: 1280, height: 800 } });
    // Keeps the page's workers where `summarizeInWorker` finds them, by the engine's name.
    await page.addInitScript(() => {
      const workers: Record<string, Worker> = {};
      Object.assign(window, {
        workers,
        Worker: class extends Worker {
          constructor(script: string | URL, options?: WorkerOptions) {
            super(script, options);
            workers[String(script).includes('engine_gpu') ? 'gpu' : 'cpu'] = this;
          }
        },
      });
    });
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** Asks an engine of the page, in its protocol, for a summary. Runs in the page. */
function summarizeInWorker({ engine, text, job }: { engine: 'cpu' | 'gpu'; text: string; job: number }): Promise<Summary> {
  const worker = (window as unknown as { workers: Record<string, Worker> }).workers[engine];
  const ask = (job: number, request: object) =>
    new Promise<any>((resolve, reject) => {
      const hear = ({ data }: MessageEvent) => {
        if (data.job !== job || ['progress', 'source', 'line'].includes(data.reply.type)) return;
        worker.removeEventListener('message', hear);
        if (data.reply.type === 'failed') reject(new Error(data.reply.message));
        else resolve(data.reply);
      };
      worker.addEventListener('message', hear);
      worker.postMessage({ job, request });
    });
  return ask(job, { type: 'load', model: 'summary' }).then(() =>
    ask(job + 1, { type: 'summarize', model: 'summary', text, kind: 'key-points', length: 'short' }),
  );
}

/** About so many words of the first texts, whole sentences. */
function article(words: number): string {
  const all = texts.map(({ text }) => text).join('\n\n').split(/\s+/);
  const end = all.findIndex((word, at) => at >= words && /[.!?]$/.test(word));
  return all.slice(0, end + 1).join(' ');
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

test('an article of 700 words, key points, CPU engine', async () => {
  await inBrowser(withoutWebGpu, async (page) => {
    const inkling = new Inkling(page);
    await inkling.openSummaries('cpu');
    await inkling.summarizerReady();
    const text = article(700);
    const summaries: Summary[] = [];
    for (let run = 0; run <= RUNS; run++) {
      summaries.push(await page.evaluate(summarizeInWorker, { engine: 'cpu', text, job: 2 ** 30 + 4 * run }));
    }
    // The first one lays out memory.
    const whole = median(summaries.slice(1).map((summary) => summary.totalMs));
    const first = median(summaries.slice(1).map((summary) => summary.firstMs));
    figures.article = { words: summaries[0].wordsIn, whole, first, lines: summaries[0].lines.map(({ text }) => text) };
    const what = `an article of ${summaries[0].wordsIn} words, key points short, CPU engine in Chromium`;
    rows.push({ what: `${what}: whole answer`, value: `${whole.toFixed(0)} ms`, aim: 'at most 1,500 ms, better 500 ms' });
    rows.push({ what: `${what}: first word`, value: `${first.toFixed(0)} ms`, aim: 'at most 500 ms, better 200 ms' });
  });
});

test('20 texts on both engines', async () => {
  await inBrowser(withWebGpu, async (page) => {
    const inkling = new Inkling(page);
    await inkling.openSummaries('gpu');
    await inkling.summarizerReady();
    const different: { id: string; cpu: string[]; gpu: string[] }[] = [];
    for (const [at, { id, text }] of texts.entries()) {
      const [cpu, gpu] = await Promise.all(
        (['cpu', 'gpu'] as const).map((engine) =>
          page.evaluate(summarizeInWorker, { engine, text, job: 2 ** 30 + 4 * at }),
        ),
      );
      const lines = [cpu, gpu].map(({ lines }) => lines.map(({ text }) => text));
      if (lines[0].join('\n') !== lines[1].join('\n')) different.push({ id, cpu: lines[0], gpu: lines[1] });
    }
    figures.same = { texts: texts.length, different };
    rows.push({
      what: 'sample texts of which the WebGPU engine (SwiftShader) says the same as the CPU engine',
      value: `${texts.length - different.length} of ${texts.length}`,
      aim: 'at least 19, better 20',
    });
  });
});

test.afterAll(() => {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, JSON.stringify(figures, null, 2) + '\n');
  const width = Math.max(...rows.map(({ what }) => what.length));
  const table = rows.map(({ what, value, aim }) => `${what.padEnd(width)}  ${value.padEnd(12)} (${aim})`);
  console.log(`\n${table.join('\n')}\n\nwritten to ${out}`);
});
