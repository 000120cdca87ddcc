// Learning in a browser, on the CPU engine: how long corrections and the Lab take, and whether the worker's memory grows. Not a test:
// a row that misses its aim is printed as it is.

import { type Page, type Worker as Thread, chromium, test } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { url, withoutWebGpu } from '../e2e/browser';
import { Inkling, mnistStrokes } from '../e2e/page';

const out = process.env.INKLING_LEARNING_OUT || join(__dirname, '../../target/bench/learning.json');
const rows: { what: string; value: string; aim: string }[] = [];
const figures: Record<string, unknown> = {};

type Reply = { type: string; [key: string]: any };

async function onEngine<T>(work: (page: Page, thread: () => Thread) => Promise<T>): Promise<T> {
  const browser = await chromium.launch(withoutWebGpu);
  try {
    const page = await browser.newPage({ baseURL: url, viewport: { width: 1280, height: 800 } });
    // Keeps the page's worker where `ask` finds it.
    await page.addInitScript(() => {
      Object.assign(window, {
        Worker: class extends Worker {
          constructor(script: string | URL, options?: WorkerOptions) {
            super(script, options);
            Object.assign(window, { engine: this, replies: [] });
          }
        },
      });
    });
    const inkling = new Inkling(page);
    await inkling.open('cpu');
    await inkling.ready('cpu');
    return await work(page, () => page.workers()[0]);
  } finally {
    await browser.close();
  }
}

/** Asks the engine in the page's protocol, and keeps what it replies on the way. Runs in the page. */
function ask({ job, request }: { job: number; request: object }): Promise<Reply> {
  const { engine, replies } = window as unknown as { engine: Worker; replies: Reply[] };
  const last = ['learned', 'lab-done', 'failed', 'cancelled'];
  return new Promise((resolve, reject) => {
    const hear = ({ data }: MessageEvent) => {
      if (data.job !== job) return;
      if (!last.includes(data.reply.type)) return void replies.push(data.reply);
      engine.removeEventListener('message', hear);
      if (data.reply.type === 'failed') reject(new Error(data.reply.message));
      else resolve(data.reply);
    };
    engine.addEventListener('message', hear);
    engine.postMessage({ job, request });
  });
}

/** Bytes of the worker's linear memory, which never shrinks. */
const memory = (thread: Thread): Promise<number> =>
  thread.evaluate(async () => {
    // A `let` of the worker's script: no property of its global object.
    const started = (0, eval)('wasm_bindgen') as () => Promise<{ memory: WebAssembly.Memory }>;
    return (await started()).memory.buffer.byteLength;
  });

/** Three of each digit, slanted by 35° to the right. */
function slanted() {
  const taken = new Array(10).fill(0);
  const slope = Math.tan((35 * Math.PI) / 180);
  return mnistStrokes()
    .filter(({ label }) => taken[label]++ < 3)
    .map(({ label, strokes }) => ({
      label,
      input: {
        type: 'drawing',
        strokes: strokes.map(({ points }) => ({ points: points.map((p) => ({ ...p, x: p.x - slope * p.y })) })),
      },
    }));
}

const plan = { layers: 'end-to-end', optimizer: 'adam', rate: 2e-3 };
const learn = (samples: object[], epochs: number) => ({
  type: 'learn', model: 'digits', title: 'bench', lesson: { type: 'digits', samples }, plan: { ...plan, epochs }, from: 'start',
});

test('thirty corrections', async () => {
  await onEngine(async (page) => {
    const samples = slanted();
    const started = Date.now();
    const learned = await page.evaluate(ask, { job: 2 ** 30, request: learn(samples, 14) });
    const whole = (Date.now() - started) / 1000;
    figures.corrections = { samples: samples.length, steps: learned.steps, seconds: learned.ms / 1000, whole };
    rows.push({
      what: `${samples.length} slanted digits learned, ${learned.steps} steps, CPU engine in Chromium (and measured)`,
      value: `${(learned.ms / 1000).toFixed(1)} s (${whole.toFixed(1)} s)`,
      aim: 'at most 15 s, better 5 s',
    });
  });
});

test('the Lab, end to end', async () => {
  await onEngine(async (page) => {
    const request = {
      type: 'lab', optimizer: 'adam', rate: 4e-3, epochs: 3, images: 6000, ending: 'frozen', seed: 1,
    };
    const done = await page.evaluate(ask, { job: 2 ** 30, request });
    figures.lab = done;
    for (const lane of done.lanes) {
      rows.push({
        what: `the Lab, 6,000 images, 3 epochs, ${lane.way}, ${lane.steps} steps, CPU engine in Chromium`,
        value: `${(100 * lane.outcome.accuracy).toFixed(2)}% in ${(lane.ms / 1000).toFixed(1)} s`,
        aim: lane.way === 'end-to-end' ? 'at least 96% in 60 s, better 97.5% in 20 s' : 'no aim',
      });
    }
  });
});

test('memory over 500 steps', async () => {
  await onEngine(async (page, thread) => {
    const samples = slanted();
    await page.evaluate(ask, { job: 2 ** 30, request: learn(samples, 5) });
    const after50 = await memory(thread());
    await page.evaluate(ask, { job: 2 ** 30 + 1, request: learn(samples, 50) });
    const after550 = await memory(thread());
    figures.memory = { after50, after550 };
    rows.push({
      what: "the worker's memory after 50 training steps, and after 500 more",
      value: `${(after50 / 2 ** 20).toFixed(1)} MiB, ${(after550 / 2 ** 20).toFixed(1)} MiB`,
      aim: 'no growth',
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
