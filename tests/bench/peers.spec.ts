// The same work in Inkling, onnxruntime-web and TensorFlow.js, in one browser, by turns: what one cannot do, it says. Not a test:
// nothing fails here but the bench itself.

import { type Page, chromium, expect, test } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withWebGpu } from '../e2e/browser';
import { models } from './peers/models';
import { type Contender, type Outcome, measured, median, table } from './peers/table';

const server = process.env.INKLING_BENCH_URL || 'http://localhost:8081/';
const out = process.env.INKLING_BENCH_OUT || join(__dirname, '../../target/bench/peers.json');

const WORKS = ['cnn-1', 'cnn-64', 'cnn-train-32', 'bilstm-64', 'bilstm-400', 'decode-16'];
const CONTENDERS: (Contender & { script: string })[] = [
  { contender: 'inkling', engine: 'cpu', script: 'probe/probe_cpu.mjs' },
  { contender: 'inkling', engine: 'webgpu', script: 'probe/probe_gpu.mjs' },
  { contender: 'onnxruntime-web', engine: 'wasm', script: 'peers/ort.mjs?engine=wasm' },
  { contender: 'onnxruntime-web', engine: 'webgpu', script: 'peers/ort.mjs?engine=webgpu' },
  { contender: 'tensorflow.js', engine: 'wasm', script: 'peers/tfjs.mjs?engine=wasm' },
  { contender: 'tensorflow.js', engine: 'cpu', script: 'peers/tfjs.mjs?engine=cpu' },
  { contender: 'tensorflow.js', engine: 'webgl', script: 'peers/tfjs.mjs?engine=webgl' },
  { contender: 'tensorflow.js', engine: 'webgpu', script: 'peers/tfjs.mjs?engine=webgpu' },
];

/** How often each has its turn, unless it has used up its time: in all, by the milliseconds of its runs. */
const ROUNDS = 11;
const BUDGET = 4_000;
/** Milliseconds after which nobody has another turn. */
const END = 420_000;
/** The milliseconds that the runs of a turn take together, where a run takes less. */
const TURN = 60;
const MOST_RUNS = 50;
/** Milliseconds after which the first timed run of a work is the only one. */
const SLOW = 4_000;
/** Milliseconds after which an answer is not waited for. */
const LIMIT = 90_000;

type Answer = { times: number[]; check: number } | { error: string };

/** Asks the worker of a script to do a work some times; starts it if it does not run yet. */
async function ask(page: Page, script: string, work: string, runs: number): Promise<Answer> {
  return page.evaluate(
    async ({ script, work, runs, limit }) => {
      type Peer = { worker: Worker; hello: Promise<Answer>; next: number };
      const peers = ((window as unknown as { peers?: Map<string, Peer> }).peers ??= new Map());
      /** What a worker says under an id, or without one for its hello. */
      const hear = (worker: Worker, id?: number) =>
        new Promise<Answer>((resolve) => {
          const end = (answer: Answer) => {
            worker.removeEventListener('message', message);
            worker.removeEventListener('error', broken);
            resolve(answer);
          };
          const message = ({ data }: MessageEvent) => {
            // An error without an id is of the worker as a whole.
            if (data.id === id || data.id === undefined) end(data);
          };
          const broken = (event: ErrorEvent) => end({ error: event.message || `${script} could not be loaded` });
          worker.addEventListener('message', message);
          worker.addEventListener('error', broken);
          setTimeout(() => end({ error: `no answer within ${limit / 1000} s` }), limit);
        });
      let peer = peers.get(script);
      if (!peer) {
        const worker = new Worker(new URL(`../${script}`, location.href), { type: 'module' });
        peer = { worker, hello: hear(worker), next: 1 };
        peers.set(script, peer);
      }
      let answer = await peer.hello;
      if (!('error' in answer)) {
        const id = peer.next++;
        const heard = hear(peer.worker, id);
        peer.worker.postMessage({ id, measure: { work, runs } });
        answer = await heard;
      }
      // Whatever went wrong, the next work begins with a worker that knows nothing of it.
      if ('error' in answer) {
        peer.worker.terminate();
        peers.delete(script);
      }
      return answer;
    },
    { script, work, runs, limit: LIMIT },
  );
}

/** Does a work with everybody, turn by turn. */
async function compare(page: Page, work: string, started: number): Promise<Outcome[]> {
  const entries = [];
  for (const { script, ...contender } of CONTENDERS) {
    // The first answer tells how many runs a turn has; it came from a machine that was still cold.
    const first = await ask(page, script, work, 1);
    entries.push({ script, contender, first, times: [] as number[], runs: 1 });
  }
  console.log(`${work}: ${entries.filter(({ first }) => 'times' in first).length} of ${entries.length} can do it`);
  for (let round = 0; round < ROUNDS; round++) {
    // Whoever comes first in a round is another one each time.
    for (const entry of [...entries.slice(round % entries.length), ...entries.slice(0, round % entries.length)]) {
      if ('error' in entry.first || entry.first.times[0] > SLOW) continue;
      const spent = entry.times.reduce((a, b) => a + b, 0);
      if (spent > BUDGET || (entry.times.length > 0 && Date.now() - started > END)) continue;
      const usual = entry.times.length ? median(entry.times) : entry.first.times[0];
      const runs = Math.min(MOST_RUNS, Math.max(1, Math.floor(TURN / usual)));
      const answer = await ask(page, entry.script, work, runs);
      if ('error' in answer) entry.first = answer;
      else entry.times.push(...answer.times);
    }
  }
  return entries.map(({ contender, first, times }) => {
    if ('error' in first) return { work, ...contender, reason: sentence(first.error) };
    return { work, ...contender, times: times.length ? times : first.times, check: first.check };
  });
}

/** An error on one line, no longer than one can read. */
function sentence(error: string): string {
  const line = error.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

test('peers', async () => {
  const browser = await chromium.launch(withWebGpu);
  const outcomes: Outcome[] = [];
  try {
    const page = await browser.newPage({ baseURL: server });
    await page.route('**/peers/models/*.onnx', async (route) => {
      const name = new URL(route.request().url()).pathname.split('/').pop()!.replace(/\.onnx$/, '');
      await route.fulfill({ body: Buffer.from(models[name]()), contentType: 'application/octet-stream' });
    });
    await page.goto('peers/');
    expect(await page.evaluate(() => crossOriginIsolated), 'the page has a clock of 5 µs').toBe(true);
    const started = Date.now();
    for (const work of WORKS) outcomes.push(...(await compare(page, work, started)));
    console.log(`\n${browser.browserType().name()} ${browser.version()}, ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    await browser.close();
  }
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, JSON.stringify(measured(outcomes), null, 2) + '\n');
  console.log(`\n${table(outcomes)}\n\nwritten to ${out}`);
});
