// How long a visitor waits on a slow network with a slow processor: until the shell is painted, until a stroke can be drawn, until the
// first answer. Not a test: a row that misses its aim is printed as it is.
//
// The network is slow in the server, because Chromium slows down what a page fetches, but not what its workers fetch: all responses share
// 1.6 Mbit/s, and each begins 150 ms after its request. The processor is at a quarter for the page; Chromium cannot slow down workers.

import { chromium, test } from '@playwright/test';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { withoutWebGpu } from '../e2e/browser';
import { mnistStrokes } from '../e2e/page';

const dist = process.env.INKLING_DIST || join(__dirname, '../../dist');
const out = process.env.INKLING_FIRST_SECONDS_OUT || join(__dirname, '../../target/bench/first-seconds.json');

const BYTES_PER_SECOND = 1_600_000 / 8;
const LATENCY_MS = 150;
const SLOWDOWN = 4;
const RUNS = 3;
const VIEWPORTS = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } };

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

type Compressed = { body: Buffer; etag: string };
const compressed = new Map<string, Compressed>();

function compress(file: string): Compressed {
  const known = compressed.get(file);
  if (known) return known;
  const bytes = readFileSync(join(dist, file));
  const ready = join(dist, `${file}.br`);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const body = existsSync(ready) ? readFileSync(ready) : brotliCompressSync(bytes, { params });
  const made = { body, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"` };
  compressed.set(file, made);
  return made;
}

/** A server of `dist` behind a slow network, which all responses share. */
function slowServer(): Server {
  const sending: { response: ServerResponse; body: Buffer }[] = [];
  let last = performance.now();
  let credit = 0;
  setInterval(() => {
    const now = performance.now();
    // What was not used is lost, as on a wire.
    credit = sending.length ? credit + ((now - last) / 1000) * BYTES_PER_SECOND : 0;
    last = now;
    while (sending.length && credit >= 1) {
      const next = sending.shift()!;
      const size = Math.min(1460, next.body.length, Math.floor(credit));
      next.response.write(next.body.subarray(0, size));
      credit -= size;
      if (size === next.body.length) next.response.end();
      else sending.push({ response: next.response, body: next.body.subarray(size) });
    }
  }, 5).unref();
  return createServer((request, response) => {
    const path = new URL(request.url!, 'http://localhost').pathname.slice(1) || 'index.html';
    setTimeout(() => {
      if (!existsSync(join(dist, path)) || !statSync(join(dist, path)).isFile()) {
        response.writeHead(404).end();
        return;
      }
      const { body, etag } = compress(path);
      const headers = { ETag: etag, 'Cache-Control': 'no-cache' };
      if (request.headers['if-none-match'] === etag) {
        response.writeHead(304, headers).end();
        return;
      }
      response.writeHead(200, { ...headers, 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Encoding': 'br' });
      response.flushHeaders();
      sending.push({ response, body });
    }, LATENCY_MS);
  });
}

type Times = { painted: number; drawable: number; answered: number; page: number; shift: number };

/** Draws as soon as the pad is painted, and notes when things are there for the first time. Runs in the page: a driver would be too slow. */
function watch(strokes: { points: { x: number; y: number }[] }[]) {
  const times: Record<string, number> = { shift: 0 };
  Object.assign(window, { times });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') times.painted = entry.startTime;
  }).observe({ type: 'paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) times.shift += (entry as PerformanceEntry & { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  const draw = (pad: Element) => {
    const box = pad.getBoundingClientRect();
    const send = (type: string, { x, y }: { x: number; y: number }) => {
      const place = { clientX: box.x + (x / 28) * box.width, clientY: box.y + (y / 28) * box.height };
      pad.dispatchEvent(new PointerEvent(type, { ...place, pointerId: 1, pointerType: 'mouse', isPrimary: true, bubbles: true }));
    };
    for (const { points } of strokes) {
      send('pointerdown', points[0]);
      for (const point of points.slice(1)) send('pointermove', point);
      send('pointerup', points[points.length - 1]);
    }
  };
  let drawn = false;
  const look = () => {
    const pad = document.querySelector('#pad');
    const page = document.querySelector('[data-phase]');
    if (pad && times.painted && !drawn) {
      draw(pad);
      drawn = true;
    }
    // A stroke is taken if the pad says that there is one.
    if (/stroke/.test(pad?.getAttribute('aria-label') ?? '')) times.drawable ??= performance.now();
    if (page) times.page ??= performance.now();
    if (document.documentElement.dataset.firstAnswer || page?.getAttribute('data-answer')) times.answered ??= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function measure(address: string, viewport: { width: number; height: number }): Promise<Times> {
  const browser = await chromium.launch(withoutWebGpu);
  try {
    const page = await browser.newPage({ viewport });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    await page.addInitScript(watch, mnistStrokes()[0].strokes);
    await page.goto(address, { waitUntil: 'commit' });
    await page.waitForFunction(() => {
      const { times } = window as unknown as { times: Times };
      return times.answered && times.page;
    }, null, { timeout: 120_000 });
    return await page.evaluate(() => (window as unknown as { times: Times }).times);
  } finally {
    await browser.close();
  }
}

test('first seconds: 1.6 Mbit/s, 150 ms, processor at a quarter, compressed', async () => {
  // Compressed before anything is measured.
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const needed = /^(index|app|engine_cpu|style|summaries|lab|first|favicon)|^models.(catalogue|digits.digits)|^samples/.test(file);
    if (needed && statSync(join(dist, file)).isFile() && !/\.(br|gz)$/.test(file)) compress(file.replaceAll('\\', '/'));
  }
  const server = slowServer().listen(0);
  const address = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const figures: Record<string, Times[]> = {};
  const lines: string[] = [];
  for (const [name, viewport] of Object.entries(VIEWPORTS)) {
    const runs: Times[] = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await measure(address, viewport));
    figures[name] = runs;
    const median = (key: keyof Times) => runs.map((run) => run[key]).sort((a, b) => a - b)[RUNS >> 1];
    const seconds = (key: keyof Times) => `${(median(key) / 1000).toFixed(2)} s`;
    lines.push(
      `first paint of the shell, ${name}      ${seconds('painted')}  (at least 1 s, better 0.6 s)`,
      `drawing possible, ${name}              ${seconds('drawable')}  (at least 1 s, better 0.6 s)`,
      `first answer, ${name}                  ${seconds('answered')}  (at least 6 s, better 3.5 s)`,
      `the whole page, ${name}                ${seconds('page')}`,
      `layout shift, ${name}                  ${median('shift')}  (0)`,
    );
  }
  server.close();
  server.closeAllConnections();
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, JSON.stringify(figures, null, 2) + '\n');
  console.log(`\n${lines.join('\n')}\n\nmedians of ${RUNS} visits with an empty cache, written to ${out}`);
});
