// What may go wrong with the service for other pages: many calls, aborts at every moment, a worker that dies, a page that sleeps, servers
// that answer something else. Each time there is an exception with a name, and the next call works.

import { expect } from '@playwright/test';
import { url } from './browser';
import { mnistStrokes } from './page';
import { act, BRIDGE, test } from './service-client';

declare const service: any;
declare const nameOf: (promise: Promise<unknown>) => Promise<string>;

test('a thousand calls at the same time, of which some are aborted', async ({ client }) => {
  await act(client);
  const { label, strokes } = mnistStrokes()[0];
  const found = await client.evaluate(
    async ({ strokes, text }) => {
      const classifier = await service.DigitClassifier.create();
      const summarizer = await service.Summarizer.create({ type: 'tldr' });
      const digits = Array.from({ length: 1000 }, (_, i) => {
        const controller = new AbortController();
        if (i % 3 === 0) setTimeout(() => controller.abort('enough'), i % 50);
        return classifier.classify(strokes, { signal: controller.signal }).then(([best]: any) => best.label, String);
      });
      const summaries = Array.from({ length: 1000 }, (_, i) => {
        const controller = new AbortController();
        if (i >= 5) setTimeout(() => controller.abort('enough'), i % 100);
        return nameOf(summarizer.summarize(text, { signal: controller.signal }));
      });
      const count = async (answers: Promise<string>[]) => {
        const counts: Record<string, number> = {};
        for (const answer of await Promise.all(answers)) counts[answer] = (counts[answer] ?? 0) + 1;
        return counts;
      };
      return { digits: await count(digits), summaries: await count(summaries), next: await nameOf(summarizer.summarize(text)) };
    },
    { strokes, text: BRIDGE },
  );
  const kinds = Object.keys(found.digits).sort();
  expect(kinds).toEqual(expect.arrayContaining([`${label}`]));
  expect(kinds.filter((kind) => ![`${label}`, 'enough'].includes(kind))).toEqual([]);
  expect(found.digits[label]).toBeGreaterThanOrEqual(666);
  // Those that begin in the first moments may be done before they are aborted.
  expect(Object.keys(found.summaries).sort()).toEqual(['enough', 'no error']);
  expect(found.summaries['no error']).toBeGreaterThanOrEqual(5);
  expect(found.next).toBe('no error');
  expect(client.workers()).toHaveLength(1);
});

test('aborts at every moment of a creation and of a call', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async (text) => {
    const { Summarizer } = service;
    const after = (ms: number) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort('enough'), ms);
      return controller.signal;
    };
    const answers = new Set<string>();
    // The first ones find no worker and no model; then both are there.
    for (const ms of [0, 1, 5, 20, 50, 100, 200, 400, 800, 1600]) {
      answers.add(await nameOf(Summarizer.create({ signal: after(ms) }).then((made: any) => made.summarize(text))));
    }
    const summarizer = await Summarizer.create({ type: 'tldr' });
    const expected = await summarizer.summarize(text);
    for (const ms of [0, 1, 2, 5, 10, 20, 50, 100, 200, 400]) {
      const signal = after(ms);
      const reader = summarizer.summarizeStreaming(text, { signal }).getReader();
      const read = (async () => {
        while (!(await reader.read()).done);
      })();
      answers.add(await nameOf(read));
      answers.add(await nameOf(summarizer.summarize(text, { signal: after(ms) })));
    }
    return { answers: [...answers].sort(), same: (await summarizer.summarize(text)) === expected };
  }, BRIDGE);
  expect(found.answers.filter((answer) => !['enough', 'no error'].includes(answer))).toEqual([]);
  expect(found.answers).toContain('enough');
  expect(found.same).toBe(true);
});

test('workers that die at every moment', async ({ client }) => {
  await act(client);
  await client.evaluate(() => {
    const Native = Worker;
    globalThis.Worker = class extends Native {
      constructor(...options: ConstructorParameters<typeof Worker>) {
        super(...options);
        Object.assign(globalThis, { last: this });
      }
    };
  });
  const found = await client.evaluate(async (text) => {
    const summarizer = await service.Summarizer.create({ type: 'tldr' });
    const expected = await summarizer.summarize(text);
    const answers = new Set<string>();
    for (const ms of [0, 20, 200]) {
      const call = nameOf(summarizer.summarize(text.repeat(50)));
      await new Promise((done) => setTimeout(done, ms));
      (globalThis as any).last.terminate();
      answers.add(await call);
      // In another worker.
      if ((await summarizer.summarize(text)) !== expected) answers.add('another summary');
    }
    return [...answers];
  }, BRIDGE);
  expect(found).toEqual(['OperationError']);
});

test('a worker that ends before anything is heard of it', async ({ client }) => {
  await client.clock.install();
  await client.evaluate(() => {
    const Native = Worker;
    globalThis.Worker = class extends Native {
      constructor(...options: ConstructorParameters<typeof Worker>) {
        super(...options);
        this.terminate();
      }
    };
    const ended = service.DigitClassifier.create().catch((error: Error) => `${error.name}: ${error.message}`);
    Object.assign(globalThis, { Native, ended });
  });
  await client.waitForTimeout(500);
  await client.clock.runFor(121_000);
  expect(await client.evaluate(() => (globalThis as any).ended)).toMatch(/^OperationError: .*did not start/);
  const next = await client.evaluate(() => {
    globalThis.Worker = (globalThis as any).Native;
    return nameOf(service.DigitClassifier.create());
  });
  expect(next).toBe('no error');
});

test('a page that is frozen goes on when it is thawed', async ({ client }) => {
  await act(client);
  await client.evaluate(async (text) => {
    const summarizer = await service.Summarizer.create({ type: 'tldr' });
    Object.assign(globalThis, { summarizer, long: summarizer.summarize(text.repeat(30)) });
  }, BRIDGE);
  const session = await client.context().newCDPSession(client);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((done) => setTimeout(done, 2_000));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  const found = await client.evaluate(async (text) => {
    const { summarizer, long } = globalThis as any;
    return [await nameOf(long), await nameOf(summarizer.summarize(text))];
  }, BRIDGE);
  expect(found).toEqual(['no error', 'no error']);
});

test('servers that send something else are named, and the next call works', async ({ client }) => {
  const create = () => client.evaluate(() => nameOf(service.DigitClassifier.create()));
  const answers: Record<string, string> = {};
  const html = { contentType: 'text/html', body: '<!doctype html><p>Not found' };
  for (const file of ['engine_cpu_loader.js', 'engine_cpu.js', 'engine_cpu_bg.wasm', 'models/catalogue.json', 'models/digits/digits/model.json', 'models/digits/digits/weights.safetensors']) {
    // Nothing of what a browser keeps of the answers before.
    await client.goto(new URL(`service-client.html?${file}`, url).href);
    await client.evaluate(async (module) => {
      Object.assign(globalThis, { service: await import(module), nameOf: (made: Promise<unknown>) => made.then(() => 'no error', ({ name }) => name) });
    }, new URL('inkling-service/index.js', url).href);
    await client.route(`**/${file}*`, (route) => route.fulfill(html));
    answers[file] = await create();
    await client.unroute(`**/${file}*`);
    answers[`${file}, then`] = await create();
    await client.evaluate(() => caches.delete('inkling-weights-1'));
  }
  expect(answers).toEqual({
    'engine_cpu_loader.js': 'OperationError',
    'engine_cpu.js': 'OperationError',
    'engine_cpu_bg.wasm': 'OperationError',
    'models/catalogue.json': 'NetworkError',
    'models/digits/digits/model.json': 'NetworkError',
    'models/digits/digits/weights.safetensors': 'NetworkError',
    ...Object.fromEntries(Object.keys(answers).filter((name) => name.endsWith(', then')).map((name) => [name, 'no error'])),
  });
});
