// The layers of `nn`, reached in the browser through the probe (`src/probe`), a worker that the page does not have.

import { type Page, expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './page';

const probes = process.env.INKLING_PROBE_URL || 'http://localhost:8082/';
const figures = readFileSync(join(__dirname, '..', 'golden', 'learning.json'), 'utf8');
const cases = readFileSync(join(__dirname, '..', 'golden', 'layers.json'), 'utf8');

type Outcome = { name: string; path: string; results: number; gradients: number };
type Answer = {
  error?: string;
  learning?: { loss: number; gradients: number; adam: number };
  golden?: Outcome[];
  dispatches?: number;
  times?: number[];
};

/** A page of the probe's origin, and in it the worker, which counts what it has a graphics card do. */
export class Probe {
  constructor(private readonly page: Page) {}

  static async start(page: Page, engine: Engine): Promise<Probe> {
    await page.route(`${probes}blank`, (route) => route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }));
    await page.route(`${probes}counting.mjs`, (route) => route.fulfill({ body: counting(engine), contentType: 'text/javascript' }));
    await page.goto(`${probes}blank`);
    const error = await page.evaluate(
      () =>
        new Promise((hello) => {
          const worker = new Worker('counting.mjs', { type: 'module' });
          (window as unknown as { probe: Worker }).probe = worker;
          worker.onmessage = ({ data }) => hello(data.error);
          worker.onerror = ({ message }) => hello(message);
        }),
    );
    expect(error).toBeUndefined();
    return new Probe(page);
  }

  /** Asks the probe something, and hears its answer. */
  async ask(question: object): Promise<Answer> {
    const answer = await this.page.evaluate(
      (question) =>
        new Promise<Answer>((answered) => {
          const { probe } = window as unknown as { probe: Worker };
          probe.onmessage = ({ data }) => answered(data);
          probe.postMessage({ id: 1, ...question });
        }),
      question,
    );
    expect(answer.error).toBeUndefined();
    return answer;
  }
}

/** The worker's script: it counts dispatches, and else is the probe. */
const counting = (engine: Engine) => `
  let dispatches = 0;
  if (self.GPUComputePassEncoder) {
    const { prototype } = GPUComputePassEncoder;
    for (const name of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect']) {
      const dispatch = prototype[name];
      prototype[name] = function (...sizes) { dispatches++; return dispatch.apply(this, sizes); };
    }
  }
  self.addEventListener('message', (event) => {
    if (!event.data.dispatches) return;
    event.stopImmediatePropagation();
    postMessage({ dispatches });
    dispatches = 0;
  });
  await import('./probe_${engine}.mjs');
`;

/** Holds every case, on tensor operations and on kernels, against PyTorch's numbers; gradients too. */
export async function holdsPyTorch(page: Page, engine: Engine, tolerance: number) {
  const probe = await Probe.start(page, engine);
  const { golden } = await probe.ask({ golden: { cases } });
  // The CPU has a path of its own for the six LSTMs' training.
  expect(golden).toHaveLength(engine === 'cpu' ? 24 : 18);
  // A NaN is not less than anything.
  expect(golden!.filter(({ results, gradients }) => !(results < tolerance && gradients < 1e-4))).toEqual([]);
}

/** Holds the gradients of the network that learns in the page, and a step of Adam, against what they are natively. */
export async function learnsAsNatively(page: Page, engine: Engine, gradients: number) {
  const probe = await Probe.start(page, engine);
  const { learning } = await probe.ask({ learning: { figures } });
  console.log(`${engine}: ${JSON.stringify(learning)}`);
  // A NaN is not less than anything.
  expect(learning!.gradients).toBeLessThan(gradients);
  expect(learning!.loss).toBeLessThan(gradients);
  expect(learning!.adam).toBeLessThan(1e-6);
}
