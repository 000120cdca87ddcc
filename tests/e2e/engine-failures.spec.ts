// Faults of what is fetched, and a browser without WebGPU: each ends with an engine that answers, or with a sentence.

import type { Route } from '@playwright/test';
import { createHash } from 'node:crypto';
import { expect, test } from './fixtures';
import { Inkling, mnistStrokes } from './page';

/** Draws a digit and expects it to be read on the CPU engine. */
async function stillReads(inkling: Inkling) {
  const { label, strokes } = mnistStrokes()[0];
  await inkling.draw(strokes);
  expect(await inkling.answer()).toBe(label);
  await inkling.answersOn('cpu');
}

test.describe('a browser without WebGPU', () => {
  test.beforeEach(async ({ page }) => {
    await page.addInitScript(() => {
      delete (Navigator.prototype as { gpu?: unknown }).gpu;
    });
  });

  test('works on the CPU engine, and never fetches the other', async ({ inkling, page }) => {
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    await inkling.open();
    await inkling.ready('cpu');
    await inkling.says(/no WebGPU/i);
    await stillReads(inkling);
    expect(fetched.filter((url) => url.includes('engine_gpu'))).toEqual([]);
  });

  test('works on the CPU engine when the address asks for WebGPU', async ({ inkling }) => {
    await inkling.open('gpu');
    await inkling.ready('cpu');
    await inkling.says(/no WebGPU/i);
    await stillReads(inkling);
  });
});

test('a browser that grants no adapter works on the CPU engine', async ({ inkling }) => {
  await inkling.open();
  await inkling.has('data-gpu', 'failed');
  await inkling.says(/no graphics adapter/i);
  await stillReads(inkling);
});

// The package's manifest has a checksum of the weights. To reach the checks behind it, it is made to fit the damage.
type Damage = (weights: Buffer) => Buffer;
const DIGITS = '**/models/digits/digits/';

async function damage(inkling: Inkling, change: Damage, manifest: 'as it is' | 'made to fit') {
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const changed = async (route: Route) => {
    const response = await route.fetch();
    return { response, before: await response.body() };
  };
  await inkling.page.route(`${DIGITS}weights.safetensors*`, async (route) => {
    const { response, before } = await changed(route);
    const headers = { ...response.headers() };
    delete headers['content-length'];
    await route.fulfill({ status: 200, headers, body: change(before) });
  });
  if (manifest === 'made to fit') {
    await inkling.page.route(`${DIGITS}model.json*`, async (route) => {
      const weights = await (await inkling.page.request.get('models/digits/digits/weights.safetensors')).body();
      const after = change(weights);
      const { response, before } = await changed(route);
      const text = before.toString('utf8').replaceAll(sha256(weights), sha256(after));
      await route.fulfill({ response, body: text.replaceAll(`${weights.length}`, `${after.length}`) });
    });
  }
}

/** Where the tensors of a safetensors file begin. */
const dataOf = (weights: Buffer) => 8 + Number(weights.readBigUInt64LE(0));

const damages: [string, Damage, 'as it is' | 'made to fit'][] = [
  ['truncated', (weights) => weights.subarray(0, weights.length >> 1), 'as it is'],
  ['truncated, with a checksum that fits', (weights) => weights.subarray(0, weights.length >> 1), 'made to fit'],
  [
    'altered by one bit',
    (weights) => {
      const altered = Buffer.from(weights);
      altered[dataOf(altered) + 1000] ^= 1;
      return altered;
    },
    'as it is',
  ],
  [
    'of other shapes',
    (weights) => {
      const altered = Buffer.from(weights);
      const header = altered.subarray(8, dataOf(altered)).toString('utf8');
      // The sides of one tensor change places, so that its bytes are as many as before.
      const swapped = header.replace(/"shape":\[(\d+),(\d+)\]/, '"shape":[$2,$1]');
      expect(swapped).not.toBe(header);
      altered.write(swapped, 8, 'utf8');
      return altered;
    },
    'made to fit',
  ],
  [
    'with a NaN among them',
    (weights) => {
      const altered = Buffer.from(weights);
      altered.writeUInt16LE(0x7e00, dataOf(altered) + 64);
      return altered;
    },
    'made to fit',
  ],
];

for (const [name, change, manifest] of damages) {
  test(`weights ${name} are refused by name, and the page goes on with another model`, async ({ inkling }) => {
    await damage(inkling, change, manifest);
    await inkling.open('cpu');
    await inkling.has('data-model', 'seed-cnn');
    await inkling.ready('cpu');
    await inkling.says(/\bdigits\b/);
    await stillReads(inkling);
  });
}

test('weights that do not come leave the other model', async ({ inkling }) => {
  inkling.allow(/Failed to load resource/);
  await inkling.page.route(`${DIGITS}weights.safetensors*`, (route) => route.fulfill({ status: 404, body: 'gone' }));
  await inkling.open('cpu');
  await inkling.has('data-model', 'seed-cnn');
  await inkling.ready('cpu');
  await stillReads(inkling);
});

/** Lets the worker answer as one of another version does. */
const OTHER_VERSION = `{
  const post = self.postMessage.bind(self);
  const reply = { type: 'failed', kind: 'version', message: 'The page is version 2, the engine is version 1. Reload the page.' };
  self.postMessage = (message, ...rest) => post(message.reply?.type === 'ready' ? { ...message, reply } : message, ...rest);
}`;

test('a worker of another version is fetched anew', async ({ inkling, page }) => {
  let fetched = 0;
  await page.route('**/engine_cpu_loader.js*', async (route) => {
    fetched += 1;
    const response = await route.fetch();
    const script = await response.text();
    await route.fulfill({ response, body: fetched === 1 ? `${OTHER_VERSION}\n${script}` : script });
  });
  await inkling.open('cpu');
  await inkling.ready('cpu');
  expect(fetched).toBeGreaterThan(1);
  await stillReads(inkling);
});

test('a worker that stays of another version is left, with a sentence', async ({ inkling }) => {
  await inkling.patchWorker('cpu', OTHER_VERSION);
  await inkling.open('cpu');
  await inkling.has('data-cpu', 'failed');
  await inkling.says(/version/i);
});

test('a host that sends a web page for the wasm of the engine is named, at once', async ({ inkling, page }) => {
  inkling.allow(/MIME type|Failed to load resource/);
  await page.route('**/engine_cpu_bg.wasm*', (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', body: '<!doctype html><title>Not here</title>' }),
  );
  await inkling.open('cpu');
  await inkling.has('data-cpu', 'failed');
  await inkling.says(/did not start: the server sent a web page instead of the file engine_cpu_bg\.wasm/);
});
