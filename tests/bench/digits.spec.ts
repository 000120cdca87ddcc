// The figures of the README that are measured in a browser. Not a test: a row that misses its aim is printed as it is.

import { type Browser, type LaunchOptions, type Page, chromium, test } from '@playwright/test';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { url, withWebGpu, withoutWebGpu } from '../e2e/browser';
import { type Engine, Inkling, mnistStrokes } from '../e2e/page';
import { seedCnn } from './onnx';

const dist = process.env.INKLING_DIST || join(__dirname, '../../dist');
const runtime = process.env.INKLING_BENCH_URL || 'http://localhost:8081/';
const out = process.env.INKLING_BENCH_OUT || join(__dirname, '../../target/bench/digits.json');

/** One measured figure: what, how much, and what it should be. */
type Row = { what: string; value: string; aim: string };
const rows: Row[] = [];
const figures: Record<string, unknown> = {};

const DRAWN: Record<Engine, number> = { cpu: 200, gpu: 40 };
const RUNS = 1000;

async function inBrowser<T>(options: LaunchOptions, work: (page: Page, browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.launch(options);
  try {
    return await work(await browser.newPage({ baseURL: url, viewport: { width: 1280, height: 800 } }), browser);
  } finally {
    await browser.close();
  }
}

for (const engine of ['cpu', 'gpu'] as const) {
  test(`accuracy of drawn strokes, ${engine}`, async () => {
    await inBrowser(engine === 'gpu' ? withWebGpu : withoutWebGpu, async (page) => {
      const inkling = new Inkling(page);
      await inkling.open(engine);
      await inkling.ready(engine);
      await inkling.answersOn(engine);
      const samples = mnistStrokes().slice(0, DRAWN[engine]);
      const wrong: { index: number; label: number; answer: number | null }[] = [];
      for (const [index, { label, strokes }] of samples.entries()) {
        await inkling.clear();
        await inkling.draw(strokes);
        const answer = await inkling.answer();
        if (answer !== label) wrong.push({ index, label, answer });
      }
      const right = samples.length - wrong.length;
      const share = (100 * right) / samples.length;
      const name = engine === 'gpu' ? 'WebGPU' : 'CPU';
      figures[`accuracy_${engine}`] = { right, of: samples.length, wrong };
      rows.push({
        what: `MNIST test strokes drawn in Chromium, ${name} engine`,
        value: `${right} of ${samples.length} (${share.toFixed(1)}%)`,
        aim: 'at least 97%, better 99%',
      });
    });
  });
}

const brotli = (file: string) =>
  brotliCompressSync(readFileSync(file), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  }).length;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(3)} MB`;

test('bytes to the first answer', async () => {
  await inBrowser(withoutWebGpu, async (page) => {
    const files = new Set<string>();
    const prefix = new URL(url).pathname;
    page.context().on('request', (request) => {
      const path = new URL(request.url()).pathname.slice(prefix.length) || 'index.html';
      if (request.url().startsWith(url)) files.add(path);
    });
    const inkling = new Inkling(page);
    await inkling.open('cpu');
    await inkling.ready('cpu');
    const sample = mnistStrokes()[0];
    await inkling.draw(sample.strokes);
    await inkling.answer();
    const sizes = Object.fromEntries([...files].sort().map((file) => [file, brotli(join(dist, file))]));
    const total = Object.values(sizes).reduce((a, b) => a + b, 0);
    figures.first_answer = { total, sizes };
    rows.push({ what: 'compressed bytes to the first answer, CPU engine', value: megabytes(total), aim: 'at most 1.2 MB, better 0.8 MB' });
  });
});

test('WebGPU engine, brotli', () => {
  const files = readdirSync(dist).filter((file) => file.startsWith('engine_gpu'));
  const sizes = Object.fromEntries(files.sort().map((file) => [file, brotli(join(dist, file))]));
  const total = Object.values(sizes).reduce((a, b) => a + b, 0);
  figures.webgpu_engine = { total, sizes };
  rows.push({ what: 'WebGPU engine, brotli', value: megabytes(total), aim: 'at most 1.6 MB, better 1.0 MB' });
});

/** Gives a page and its workers a clock of 5 µs instead of 100 µs, which browsers grant to isolated origins. */
async function isolate(page: Page) {
  await page.route('**/*', async (route) => {
    const response = await route.fetch();
    const headers = {
      ...response.headers(),
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    };
    await route.fulfill({ response, headers });
  });
}

type Times = { medianMs: number; minMs: number; runs: number };

test('one classification in the worker', async () => {
  await inBrowser(withoutWebGpu, async (page, browser) => {
    await isolate(page);
    // Keeps the page's workers where `timeInWorker` finds them.
    await page.addInitScript(() => {
      const workers: Worker[] = [];
      Object.assign(window, {
        workers,
        Worker: class extends Worker {
          constructor(...options: ConstructorParameters<typeof Worker>) {
            super(...options);
            workers.push(this);
          }
        },
      });
    });
    const inkling = new Inkling(page);
    await inkling.open('cpu');
    await inkling.ready('cpu');
    for (const [model, aim] of [
      ['seed-cnn', 'at most 1 ms, better below onnxruntime-web'],
      ['digits', 'at most 3 ms, better 1 ms'],
    ]) {
      const times: Times = await page.evaluate(timeInWorker, { model, runs: RUNS });
      figures[`cpu_ms_${model}`] = times;
      rows.push({ what: `one classification in the worker, CPU engine, ${model}, median`, value: `${times.medianMs.toFixed(3)} ms`, aim });
    }
    const peer = await browser.newPage({ baseURL: runtime });
    await isolate(peer);
    await peer.goto('ort.html');
    const model = Buffer.from(seedCnn(join(dist, 'models/digits/seed-cnn/weights.safetensors'))).toString('base64');
    const times: Times = await peer.evaluate(async ({ model, runs }) => {
      const worker = new Worker('ort-worker.mjs', { type: 'module' });
      const bytes = Uint8Array.from(atob(model), (c) => c.charCodeAt(0));
      const image = Float32Array.from({ length: 784 }, (_, i) => ((i * 31) % 97) / 97);
      return new Promise<Times>((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => reject(new Error(event.message));
        worker.postMessage({ model: bytes, image, runs });
      });
    }, { model, runs: RUNS });
    figures.onnxruntime_ms_seed_cnn = times;
    rows.push({ what: 'the same in onnxruntime-web 1.30.0 (wasm, one thread), seed-cnn', value: `${times.medianMs.toFixed(3)} ms`, aim: '' });
  });
});

/** Asks the page's CPU engine, in its protocol, how long a classification takes. Runs in the page. */
async function timeInWorker({ model, runs }: { model: string; runs: number }): Promise<Times> {
  const [worker] = (window as unknown as { workers: Worker[] }).workers;
  const ask = (job: number, request: object) =>
    new Promise<any>((resolve, reject) => {
      const hear = ({ data }: MessageEvent) => {
        if (data.job !== job || data.reply.type === 'progress') return;
        worker.removeEventListener('message', hear);
        if (data.reply.type === 'failed') reject(new Error(data.reply.message));
        else resolve(data.reply);
      };
      worker.addEventListener('message', hear);
      worker.postMessage({ job, request });
    });
  // Numbers of jobs that the page itself never reaches.
  const job = 4_000_000_000 + Math.floor(performance.now());
  await ask(job, { type: 'load', model });
  const { medianMs, minMs } = await ask(job + 1, { type: 'time', model, runs });
  return { medianMs, minMs, runs };
}

test.afterAll(() => {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, JSON.stringify(figures, null, 2) + '\n');
  const width = Math.max(...rows.map(({ what }) => what.length));
  const table = rows.map(({ what, value, aim }) => `${what.padEnd(width)}  ${value.padEnd(18)} ${aim && `(${aim})`}`.trimEnd());
  console.log(`\n${table.join('\n')}\n\nwritten to ${out}`);
});
