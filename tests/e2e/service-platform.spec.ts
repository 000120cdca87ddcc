// What a page can see of `Summarizer` beside its summaries, by Web IDL and the Writing Assistance APIs: shape, conversions, windows.

import { brotliCompressSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { url } from './browser';
import { act, BRIDGE, test } from './service-client';

declare const service: any;
declare const nameOf: (promise: Promise<unknown>) => Promise<string>;

const ATTRIBUTES = [
  'expectedContextLanguages', 'expectedInputLanguages', 'format', 'inputQuota', 'length', 'outputLanguage', 'sharedContext', 'type',
];

/** What a page fetches that imports the module: files and their sizes with brotli. */
async function moduleSizes(file = 'index.js', sizes: Record<string, number> = {}) {
  const response = await fetch(new URL(`inkling-service/${file}`, url));
  expect(response.status, file).toBe(200);
  const source = await response.text();
  sizes[file] = brotliCompressSync(source).length;
  for (const [, name] of source.matchAll(/^(?:import|export) .*from '\.\/(.+)';$/gm)) {
    if (!(name in sizes)) await moduleSizes(name, sizes);
  }
  return sizes;
}

test('the module is small', async () => {
  const sizes = await moduleSizes();
  const total = Object.values(sizes).reduce((sum, size) => sum + size);
  console.log(`bytes with brotli, file by file: ${JSON.stringify(sizes)}, in all ${total}`);
  expect(Object.keys(sizes).sort()).toEqual(['engine.js', 'index.js', 'interfaces.js']);
  expect(total).toBeLessThanOrEqual(8_192);
});

test('the interface objects are as Web IDL makes them', async ({ client }) => {
  const found = await client.evaluate(async () => {
    await service.install();
    const describe = (owner: object, name: PropertyKey) => {
      const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(owner, name)!;
      return { kind: get ? 'attribute' : typeof value, isReadOnly: get ? !set : undefined, ...flags };
    };
    const shape = (Interface: any) => ({
      global: describe(globalThis, Interface.name),
      name: describe(Interface, 'name'),
      length: Interface.length,
      prototype: describe(Interface, 'prototype'),
      constructor: describe(Interface.prototype, 'constructor'),
      tag: [Interface.prototype[Symbol.toStringTag], describe(Interface.prototype, Symbol.toStringTag)],
      statics: Object.keys(Interface).sort(),
      members: Object.fromEntries(Object.keys(Interface.prototype).map((name) => [name, describe(Interface.prototype, name)])),
      others: Object.getOwnPropertyNames(Interface.prototype).filter((name) => !Object.keys(Interface.prototype).includes(name)),
    });
    const { Summarizer, CreateMonitor } = globalThis as any;
    const thrown = (call: () => unknown) => {
      try {
        return `${call()}`;
      } catch (error: any) {
        return `${error.name}: ${error.message}`;
      }
    };
    const property = (name: string) => Object.getOwnPropertyDescriptor(Summarizer.prototype, name)!;
    return {
      summarizer: shape(Summarizer),
      monitor: shape(CreateMonitor),
      parents: [
        Object.getPrototypeOf(Summarizer) === Function.prototype,
        Object.getPrototypeOf(Summarizer.prototype) === Object.prototype,
        Object.getPrototypeOf(CreateMonitor) === EventTarget,
        Object.getPrototypeOf(CreateMonitor.prototype) === EventTarget.prototype,
      ],
      lengths: ['summarize', 'summarizeStreaming', 'measureInputUsage', 'destroy'].map((name) => Summarizer.prototype[name].length),
      staticLengths: [Summarizer.create.length, Summarizer.availability.length],
      getters: [property('type').get!.name, property('type').get!.length],
      constructed: [thrown(() => new Summarizer()), thrown(() => Summarizer()), thrown(() => new CreateMonitor())],
      illegal: [
        thrown(() => Summarizer.prototype.type),
        thrown(() => Summarizer.prototype.summarizeStreaming.call({}, '')),
        thrown(() => Summarizer.prototype.destroy.call(null)),
      ],
      illegalPromises: [
        await nameOf(Summarizer.prototype.summarize.call({}, '')),
        await nameOf(Summarizer.prototype.measureInputUsage.call(undefined, '')),
      ],
    };
  });
  const hidden = { enumerable: false, configurable: true, writable: true };
  const operation = { kind: 'function', enumerable: true, configurable: true, writable: true };
  const attribute = (isReadOnly: boolean) => ({ kind: 'attribute', isReadOnly, enumerable: true, configurable: true });
  const members = (operations: string[], attributes: string[], isReadOnly: boolean) =>
    Object.fromEntries([...operations.map((name) => [name, operation]), ...attributes.map((name) => [name, attribute(isReadOnly)])]);
  const shape = (name: string, statics: string[], all: object) => ({
    global: { kind: 'function', ...hidden },
    name: { kind: 'string', enumerable: false, configurable: true, writable: false },
    length: 0,
    prototype: { kind: 'object', enumerable: false, configurable: false, writable: false },
    constructor: { kind: 'function', ...hidden },
    tag: [name, { kind: 'string', enumerable: false, configurable: true, writable: false }],
    statics,
    members: all,
    others: ['constructor'],
  });
  const operations = ['destroy', 'measureInputUsage', 'summarize', 'summarizeStreaming'];
  expect(found.summarizer).toEqual(shape('Summarizer', ['availability', 'create'], members(operations, ATTRIBUTES, true)));
  expect(found.monitor).toEqual(shape('CreateMonitor', [], members([], ['ondownloadprogress'], false)));
  expect(found.parents).toEqual([true, true, true, true]);
  expect(found.lengths).toEqual([1, 1, 1, 0]);
  expect(found.staticLengths).toEqual([0, 0]);
  expect(found.getters).toEqual(['get type', 0]);
  for (const thrown of found.constructed) expect(thrown).toMatch(/^TypeError: /);
  expect(found.constructed[0]).toBe('TypeError: Illegal constructor');
  for (const thrown of found.illegal) expect(thrown).toMatch(/^TypeError: /);
  expect(found.illegalPromises).toEqual(['TypeError', 'TypeError']);
});

test('options are read once, in the order of Web IDL, and converted', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async () => {
    const { Summarizer } = service;
    const read: string[] = [];
    const spy = (options: object) => new Proxy(options, { get: (target, name) => (read.push(String(name)), Reflect.get(target, name)) });
    await Summarizer.create(spy({}));
    const ofCreate = read.splice(0);
    await Summarizer.availability(spy({}));
    const ofAvailability = read.splice(0);
    const summarizer = await Summarizer.create({ type: { toString: () => 'tldr' }, sharedContext: 7, outputLanguage: ['en'] });
    await summarizer.measureInputUsage('', spy({}));
    const iterated: string[] = [];
    const languages = { get [Symbol.iterator]() { iterated.push('read'); return () => ['EN-latn-us', 'en-Latn-US', 'en'].values(); } };
    const listed = await Summarizer.create({ expectedInputLanguages: languages });
    const refused: Record<string, unknown> = {
      'a type of another name': { type: 'tl;dr' }, 'no type': { type: null }, 'a format': { format: 'html' }, 'a length': { length: '' },
      'a preference': { preference: 'best' }, 'a string for a sequence': { expectedInputLanguages: 'en' },
      'null for a sequence': { expectedContextLanguages: null }, 'an object for a sequence': { expectedInputLanguages: {} },
      'a symbol': { sharedContext: Symbol() }, 'no signal': { signal: {} }, 'null for a signal': { signal: null },
      'a fake signal': { signal: { [Symbol.toStringTag]: 'AbortSignal', aborted: false } }, 'no monitor': { monitor: null },
      'an object for a monitor': { monitor: {} },
    };
    const names: Record<string, string> = {};
    for (const [what, options] of Object.entries(refused)) names[what] = await nameOf(Summarizer.create(options));
    const calls = [{ signal: null }, { context: Symbol() }, 7, 'options'].map((options) => nameOf(summarizer.summarize('', options)));
    return {
      ofCreate, ofAvailability, ofCall: read, type: summarizer.type, context: summarizer.sharedContext, output: summarizer.outputLanguage,
      languages: listed.expectedInputLanguages, iterated: iterated.length, names, calls: await Promise.all(calls),
      nothing: [await summarizer.summarize('', null), await summarizer.summarize('', undefined)],
    };
  });
  const core = ['expectedContextLanguages', 'expectedInputLanguages', 'format', 'length', 'outputLanguage', 'preference', 'type'];
  // `model` is the module's own.
  expect(found.ofCreate).toEqual([...core, 'model', 'monitor', 'sharedContext', 'signal']);
  expect(found.ofAvailability).toEqual(core);
  expect(found.ofCall).toEqual(['context', 'signal']);
  expect([found.type, found.context, found.output]).toEqual(['tldr', '7', 'en']);
  expect(found.languages).toEqual(['en-Latn-US', 'en']);
  expect(found.iterated).toBe(1);
  expect(new Set(Object.values(found.names)), JSON.stringify(found.names)).toEqual(new Set(['TypeError']));
  expect(found.calls).toEqual(Array(4).fill('TypeError'));
  expect(found.nothing).toEqual(['', '']);
});

test('monitors are event targets, and hear nothing after the object is there', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async () => {
    await service.install();
    const { Summarizer, CreateMonitor } = globalThis as any;
    const events: ProgressEvent[] = [];
    let monitor: any;
    const heard: unknown[] = [];
    await Summarizer.create({
      monitor(target: any) {
        monitor = target;
        target.ondownloadprogress = 7;
        heard.push(target.ondownloadprogress);
        target.ondownloadprogress = function (this: unknown, event: ProgressEvent) {
          events.push(event);
          heard.push(this === target && event.target === target);
        };
      },
    });
    const count = events.length;
    await new Promise((done) => setTimeout(done, 200));
    // Abort where all is loaded, from a reaction of the listener's.
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = Summarizer.create({
      signal: controller.signal,
      monitor: (target: EventTarget) =>
        target.addEventListener('downloadprogress', (event) => (event as ProgressEvent).loaded === 1 && resolve()),
    });
    const aborted = nameOf(late);
    await promise;
    controller.abort('late');
    return {
      isMonitor: [monitor instanceof CreateMonitor, monitor instanceof EventTarget, `${monitor}`], heard: [...new Set(heard)],
      events: events.map((event) => [event.constructor.name, event.lengthComputable, event.total, event.loaded]),
      late: events.length - count, aborted: await aborted,
    };
  });
  expect(found.isMonitor).toEqual([true, true, '[object CreateMonitor]']);
  expect(found.heard).toEqual([null, true]);
  expect(found.events.at(0)).toEqual(['ProgressEvent', true, 1, 0]);
  expect(found.events.at(-1)).toEqual(['ProgressEvent', true, 1, 1]);
  expect(found.late).toBe(0);
  expect(found.aborted).toBe('late');
});

test('the signals of calls, and what a call costs', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async (text) => {
    const summarizer = await service.Summarizer.create({ type: 'tldr', sharedContext: 'bridges' });
    const reason = new Error('mine');
    const aborted = AbortSignal.abort(reason);
    const same = (promise: Promise<unknown>) => promise.then(() => false, (error) => error === reason);
    const timeout = await nameOf(summarizer.summarize(text.repeat(100), { signal: AbortSignal.timeout(1) }));
    const usage = [
      await summarizer.measureInputUsage(''), await summarizer.measureInputUsage('abc'),
      await summarizer.measureInputUsage('abc', { context: 'de' }),
    ];
    const quota = await summarizer.summarize('word', { context: 'x'.repeat(summarizer.inputQuota) }).catch((error: any) => error);
    const shared = await service.Summarizer.create({ sharedContext: 'x'.repeat(summarizer.inputQuota + 1) }).catch((error: any) => error);
    summarizer.destroy();
    summarizer.destroy();
    const both = await nameOf(summarizer.summarize(text, { signal: aborted }));
    return {
      reasons: [
        await same((await service.Summarizer.create()).summarize(text, { signal: aborted })),
        await same((await service.Summarizer.create()).measureInputUsage(text, { signal: aborted })),
        await same(service.Summarizer.create({ signal: aborted })),
      ],
      timeout, usage, both, type: summarizer.type,
      quota: [quota, shared].map((error) => [error.constructor.name, error instanceof DOMException, error.name, error.requested > error.quota]),
    };
  }, BRIDGE);
  expect(found.reasons).toEqual([true, true, true]);
  expect(found.timeout).toBe('TimeoutError');
  expect(found.usage).toEqual([1, 3, 5]);
  expect(found.both, 'the object was destroyed first').toBe('AbortError');
  expect(found.type, 'attributes stay').toBe('tldr');
  // Chromium has the class.
  expect(found.quota).toEqual(Array(2).fill(['QuotaExceededError', true, 'QuotaExceededError', true]));
});

test('a permissions policy forbids summaries', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.allow = "summarizer 'none'";
    await service.install({ frames: true });
    document.body.append(frame);
    await 0;
    const { Summarizer } = frame.contentWindow as any;
    return [await Summarizer.availability(), await nameOf(Summarizer.create()), await service.Summarizer.availability()];
  });
  expect(found.slice(0, 2)).toEqual(['unavailable', 'NotAllowedError']);
  expect(found[2]).not.toBe('unavailable');
});

test('frames get classes of their own, which end with the frame', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async (text) => {
    const early = document.body.appendChild(document.createElement('iframe'));
    await service.install({ frames: true });
    const frame = document.body.appendChild(document.createElement('iframe'));
    // A microtask, as every script has at its end.
    await 0;
    const inner = frame.contentWindow as any;
    const { DOMException, Summarizer } = inner;
    const nested = inner.document.body.appendChild(inner.document.createElement('iframe'));
    await 0;
    const elsewhere = document.createElement('iframe');
    elsewhere.srcdoc = '<p>Another page</p>';
    const own = ({ contentWindow }: any) => {
      const { Summarizer } = contentWindow;
      return Summarizer.name === 'Summarizer' && !/native/.test(Summarizer) && Summarizer !== service.Summarizer;
    };
    const atLoad = new Promise((done) => (elsewhere.onload = () => done(own(elsewhere))));
    document.body.append(elsewhere);
    const defined = [early, frame, nested].map(own).concat((await atLoad) as boolean);
    // The visitor acted in the page, not in the frame: nothing may be downloaded there.
    const refused = await nameOf(Summarizer.create());
    await service.Summarizer.create();
    const summarizer = await Summarizer.create({ type: 'tldr' });
    const summary = await summarizer.summarize(text);
    const signal = new inner.AbortController().signal;
    const crossed = await summarizer.summarize(text, { signal });
    // Neither of these may be an unhandled rejection.
    Summarizer.create();
    summarizer.summarize(text);
    frame.remove();
    const failed = async (call: () => unknown) => {
      try {
        await call();
      } catch (error: any) {
        return [error.name, error instanceof DOMException];
      }
    };
    return {
      defined, refused, isOwn: summarizer instanceof Summarizer && !(summarizer instanceof service.Summarizer), summary, crossed,
      failures: [
        await failed(() => Summarizer.create()), await failed(() => Summarizer.availability()), await failed(() => summarizer.summarize(text)),
        await failed(() => summarizer.summarizeStreaming(text)), await failed(() => summarizer.measureInputUsage(text)),
      ],
      next: await (await service.Summarizer.create({ type: 'tldr' })).summarize(text),
    };
  }, BRIDGE);
  expect(found.defined).toEqual([true, true, true, true]);
  expect(found.refused).toBe('NotAllowedError');
  expect(found.isOwn).toBe(true);
  expect(found.summary).toMatch(/\w\.$/);
  expect(found.crossed).toBe(found.summary);
  expect(found.failures).toEqual(Array(5).fill(['InvalidStateError', true]));
  expect(found.next).toBe(found.summary);
  expect(client.workers(), 'one worker for all windows').toHaveLength(1);
});
