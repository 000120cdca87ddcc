// Keras's logits (tests/golden/seed_cnn.json), held by an engine in its worker, which the test speaks to as any client would.

import { expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Engine } from './page';

type Golden = { weights_sha256: string; cases: { image: string; logits: number[] }[] };

const golden: Golden = JSON.parse(readFileSync(join(__dirname, '..', 'golden', 'seed_cnn.json'), 'utf8'));

/** Asks a worker of its own, from an open page, and holds every logit against Keras's. */
export async function holdsGolden(page: Page, engine: Engine, tolerance: number) {
  const images = golden.cases.map(({ image }) => [...Buffer.from(image, 'hex')]);
  const { sha256, logits } = await page.evaluate(
    async ({ engine, images }) => {
      type Reply = { type: string; message?: string; model?: { sha256: string }; logits?: number[] };
      const worker = new Worker(new URL(`engine_${engine}_loader.js`, document.baseURI));
      const waiting = new Map<number, (reply: Reply) => void>();
      await new Promise((hello) => {
        worker.onmessage = ({ data }) => {
          if (data === 'hello') hello(undefined);
          else if (data.reply.type !== 'progress') waiting.get(data.job)?.(data.reply);
        };
      });
      let job = 0;
      const ask = async (request: object, ...types: string[]) => {
        const id = ++job;
        const reply = await new Promise<Reply>((done) => {
          waiting.set(id, done);
          worker.postMessage({ job: id, request });
        });
        if (!types.includes(reply.type)) throw new Error(`${reply.type}: ${reply.message}`);
        return reply;
      };
      const models = new URL('models/', document.baseURI).href;
      // Only the page knows its version; a client of another one is told the engine's.
      const other = await ask({ type: 'start', version: 'unknown', models }, 'failed');
      const version = /the engine is version (\S+)\. /.exec(other.message ?? '')?.[1];
      await ask({ type: 'start', version, models }, 'ready');
      const loaded = await ask({ type: 'load', model: 'seed-cnn' }, 'loaded');
      const logits: number[][] = [];
      for (const image of images) {
        const input = { type: 'image', width: 28, height: 28, pixels: new Uint8Array(image) };
        const answer = await ask({ type: 'classify', model: 'seed-cnn', input, layers: 'answer' }, 'classified');
        logits.push(answer.logits ?? []);
      }
      worker.terminate();
      return { sha256: loaded.model?.sha256, logits };
    },
    { engine, images },
  );
  expect(sha256, 'the weights changed: run tests/golden/seed_cnn.py again').toBe(golden.weights_sha256);
  const errors = golden.cases.flatMap((one, i) => one.logits.map((logit, j) => Math.abs(logit - logits[i][j])));
  expect(errors).toHaveLength(120);
  // A NaN is not less than anything.
  expect(errors.filter((error) => !(error < tolerance))).toEqual([]);
}
