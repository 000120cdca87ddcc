// Fine-tuning by the service for other pages, and the models that come of it.

import { expect } from '@playwright/test';
import { act, BRIDGE, test } from './service-client';

declare const service: any;
declare const nameOf: (promise: Promise<unknown>) => Promise<string>;

/** In the page: zigzags that are to be sevens. */
const ZIGZAGS = `Array.from({ length: 6 }, (_, i) => ({
  digit: 7,
  input: [{ points: Array.from({ length: 20 }, (_, j) => ({ x: 5 * j, y: (j % 2) * 40 + 3 * i })) }],
}))`;

test('a classifier learns, pauses, is kept, and comes back in another object', async ({ client }) => {
  const found = await client.evaluate(async (zigzags) => {
    const { DigitClassifier, fineTune, models } = service;
    const samples = (0, eval)(zigzags);
    const read = async (classifier: any) => (await classifier.classify(samples[0].input))[0].label;
    const classifier = await DigitClassifier.create();
    const steps: number[] = [];
    let stepsInPause = 0;
    const learning = fineTune(classifier, samples, { epochs: 3, onprogress: ({ done }: any) => steps.push(done) });
    const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
    while (steps.length === 0) await pause(50);
    learning.pause();
    // A step that has begun ends, and what it takes to measure it.
    for (; stepsInPause !== steps.length; await pause(3_000)) stepsInPause = steps.length;
    learning.resume();
    const result = await learning;
    service.configure({ name: 'one' });
    await models.put('my/model: ü', result.model);
    const kept = await models.get('my/model: ü');
    const listed = await models.list();
    service.configure({ name: 'another' });
    const others = [await models.get('my/model: ü'), await models.list(), await models.delete('my/model: ü')];
    service.configure({ name: 'one' });
    const mine = await DigitClassifier.create({ model: kept });
    const labels = [await read(classifier), await read(mine), await read(await DigitClassifier.create({ model: kept }))];
    const ended = fineTune(mine, samples, { epochs: 50, onprogress: ({ done }: any) => done >= 10 && ended.finish() });
    return {
      steps, stepsInPause, stepsDone: result.steps, heldOut: result.heldOut, own: result.own, listed, others, labels,
      same: kept.size === result.model.size && result.model instanceof Blob,
      header: JSON.parse(await kept.slice(8, 8 + new DataView(await kept.slice(0, 8).arrayBuffer()).getUint32(0, true)).text()),
      early: (await ended).steps,
      deleted: [await models.delete('my/model: ü'), await models.get('my/model: ü'), await models.list()],
    };
  }, ZIGZAGS);
  expect(found.steps.at(-1)).toBe(30);
  expect(found.stepsDone).toBe(30);
  expect(found.stepsInPause, 'it stood still before its end').toBeLessThan(found.steps.length);
  expect(found.heldOut.after.accuracy).toBeGreaterThan(0.95);
  expect(found.heldOut.before.accuracy).toBeGreaterThan(0.95);
  expect(found.own.before.accuracy).toBeLessThan(0.5);
  expect(found.own.after.accuracy).toBeGreaterThan(0.8);
  expect(found.listed).toEqual(['my/model: ü']);
  expect(found.others).toEqual([null, [], false]);
  expect(found.labels).toEqual(['not a digit', '7', '7']);
  expect(found.same).toBe(true);
  expect(Object.keys(found.header).some((name) => name.endsWith('.weight')), 'a file of safetensors').toBe(true);
  expect(found.early).toBeLessThan(500);
  expect(found.deleted).toEqual([true, null, []]);
});

test('a summarizer learns from a summary', async ({ client }) => {
  // It is measured on many texts, before and after.
  test.setTimeout(900_000);
  await act(client);
  const found = await client.evaluate(async (text) => {
    const summarizer = await service.Summarizer.create({ type: 'tldr' });
    const samples = [{ text, summary: 'Work begins in the spring.' }];
    let reports = 0;
    const { model, heldOut, own, steps } = await service.fineTune(summarizer, samples, { epochs: 1, onprogress: () => (reports += 1) });
    const mine = await service.Summarizer.create({ type: 'tldr', model });
    return { heldOut, own, steps, reports, type: mine.type, summary: await mine.summarize(text) };
  }, BRIDGE);
  expect(found.steps).toBe(10);
  expect(found.reports).toBeGreaterThan(0);
  expect(found.heldOut.after.rouge1).toBeGreaterThan(20);
  expect(found.own.after.loss).toBeLessThan(found.own.before.loss);
  expect(found.type).toBe('tldr');
  expect(found.summary).toMatch(/\w\.$/);
});

test('models and samples that cannot be used are named, and the next call works', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async (zigzags) => {
    const { DigitClassifier, Summarizer, fineTune } = service;
    const samples = (0, eval)(zigzags);
    const classifier = await DigitClassifier.create();
    const { model } = await fineTune(classifier, samples, { epochs: 1 });
    const bytes = new Uint8Array(await model.arrayBuffer());
    // A bit of the weights.
    bytes[bytes.length - 100] ^= 1;
    const create = (model: unknown) => nameOf(DigitClassifier.create({ model }));
    const refused = [await create(new Blob([bytes])), await create(model.slice(0, 5_000)), await create(new Blob([])), await create(new Blob(['no model']))];
    const other = await Summarizer.create({ model }).catch((error: any) => `${error.name}: ${error.message}`);
    const types = [await create({}), await create(null), await nameOf(fineTune({}, samples)), await nameOf(service.models.put('x', 'text'))];
    const bad = [
      await nameOf(fineTune(classifier, [])), await nameOf(fineTune(classifier, [{ ...samples[0], digit: 12 }])),
      await nameOf(fineTune(classifier, [{ digit: 1, input: 'one' }])),
    ];
    const summarizer = await Summarizer.create();
    const wrong = [
      fineTune(classifier, samples, { epochs: 1.5 }), fineTune(classifier, samples, { epochs: 0 }), fineTune(classifier, samples, { rate: NaN }),
      fineTune(summarizer, [{ text: 'A text.', summary: 'One.', type: 'poem' }]), fineTune(summarizer, samples), fineTune(classifier, samples, { signal: {} }),
    ].map(nameOf);
    const controller = new AbortController();
    const options = { signal: controller.signal, onprogress: () => controller.abort('enough') };
    const aborted = await nameOf(fineTune(classifier, samples, options));
    const again = await nameOf(fineTune(classifier, samples, options));
    const thrown = await nameOf(fineTune(classifier, samples, { onprogress() { throw new RangeError('mine'); } }));
    const one = await DigitClassifier.create();
    const destroyed = nameOf(fineTune(one, samples, { onprogress: () => one.destroy() }));
    return {
      refused, other, types, bad, wrong: await Promise.all(wrong), aborted, again, thrown, destroyed: await destroyed,
      next: (await classifier.classify(samples[0].input))[0].label,
    };
  }, ZIGZAGS);
  expect(found.refused).toEqual(Array(4).fill('DataError'));
  expect(found.other).toMatch(/^DataError: The model is for another task/);
  expect(found.types).toEqual(Array(4).fill('TypeError'));
  expect(found.wrong).toEqual(Array(6).fill('TypeError'));
  expect(found.bad).toEqual(['DataError', 'TypeError', 'TypeError']);
  expect([found.aborted, found.again, found.thrown, found.destroyed]).toEqual(['enough', 'enough', 'RangeError', 'AbortError']);
  expect(found.next).toBe('not a digit');
});

test('a worker that dies while it learns is named; from a checkpoint it goes on', async ({ client }) => {
  await client.evaluate(() => {
    const Native = Worker;
    globalThis.Worker = class extends Native {
      constructor(...options: ConstructorParameters<typeof Worker>) {
        super(...options);
        Object.assign(globalThis, { last: this });
      }
    };
  });
  const found = await client.evaluate(async (zigzags) => {
    const { DigitClassifier, fineTune } = service;
    const samples = (0, eval)(zigzags);
    const kept = async () => {
      const open = indexedDB.open('inkling');
      await new Promise((done) => (open.onsuccess = done));
      // Nothing was ever kept: then nobody has made the store.
      if (!open.result.objectStoreNames.contains('kept')) {
        open.result.close();
        indexedDB.deleteDatabase('inkling');
        return [];
      }
      const keys = open.result.transaction('kept').objectStore('kept').getAllKeys();
      await new Promise((done) => (keys.onsuccess = done));
      open.result.close();
      return keys.result as string[];
    };
    service.configure({ name: 'tests' });
    const classifier = await DigitClassifier.create();
    await fineTune(classifier, samples, { epochs: 1 });
    const without = await kept();
    const learn = (onprogress: (progress: any) => void) => nameOf(fineTune(classifier, samples, { epochs: 40, checkpoint: 'mine', onprogress }));
    const broken = await learn(({ kept }) => kept === 'yes' && (globalThis as any).last.terminate());
    const meanwhile = await kept();
    let first = 0;
    const controller = new AbortController();
    const next = fineTune(classifier, samples, {
      epochs: 40, checkpoint: 'mine', signal: controller.signal, onprogress: ({ done }: any) => ((first ||= done), next.finish()),
    });
    const { steps } = await next;
    return { without, broken, meanwhile, first, steps, after: await kept() };
  }, ZIGZAGS);
  expect(found.broken).toBe('OperationError');
  expect(found.without).toEqual([]);
  expect(found.meanwhile).toEqual(['service/tests/mine']);
  expect(found.first, 'not from the start').toBeGreaterThan(1);
  expect(found.after).toEqual([]);
});
