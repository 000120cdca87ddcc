// The service for other pages (www/service/), with the real CPU engine, in a page that has nothing of Inkling's.

import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { url } from './browser';
import { mnistStrokes } from './page';
import { act, BRIDGE, GERMAN, openClient, test } from './service-client';

declare const service: any;
declare const nameOf: (promise: Promise<unknown>) => Promise<string>;

test('a summary, whole and in chunks', async ({ client }) => {
  await act(client);
  const { whole, chunks, plain, headline } = await client.evaluate(async (text) => {
    const summarizer = await service.Summarizer.create();
    const whole = await summarizer.summarize(text);
    const chunks: string[] = [];
    for await (const chunk of summarizer.summarizeStreaming(text)) chunks.push(chunk);
    const plain = await (await service.Summarizer.create({ format: 'plain-text' })).summarize(text);
    const headline = await (await service.Summarizer.create({ type: 'headline', length: 'long' })).summarize(text);
    return { whole, chunks, plain, headline };
  }, BRIDGE);
  const lines = whole.split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^\* [A-Z].+[.]$/);
  expect(chunks).toHaveLength(3);
  expect(chunks.join('')).toBe(whole);
  expect(plain).toBe(lines.map((line) => line.slice(2)).join('\n'));
  expect(headline).toMatch(/\w+ \w+/);
  expect(headline).not.toContain('\n');
});

test('the attributes, their defaults and their conversion', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async () => {
    const { Summarizer } = service;
    const attributes = (it: any) => ({
      tag: `${it}`, context: it.sharedContext, type: it.type, format: it.format, length: it.length,
      input: it.expectedInputLanguages, contexts: it.expectedContextLanguages, output: it.outputLanguage,
    });
    const given = await Summarizer.create({
      sharedContext: 'news', type: 'tldr', format: 'plain-text', length: 'long', preference: 'speed',
      expectedInputLanguages: ['en', 'EN-us', 'en'], expectedContextLanguages: ['en'], outputLanguage: 'en-gb',
    });
    const frozen = Object.isFrozen(given.expectedInputLanguages) && given.expectedInputLanguages === given.expectedInputLanguages;
    const usage = [await given.measureInputUsage('x'), await given.measureInputUsage('x'.repeat(1000))];
    return { default: attributes(await Summarizer.create()), given: attributes(given), frozen, usage, quota: given.inputQuota };
  });
  expect(found.default).toEqual({
    tag: '[object Summarizer]', context: '', type: 'key-points', format: 'markdown', length: 'short', input: null, contexts: null, output: null,
  });
  expect(found.given).toEqual({
    tag: '[object Summarizer]', context: 'news', type: 'tldr', format: 'plain-text', length: 'long',
    input: ['en', 'en-US'], contexts: ['en'], output: 'en-GB',
  });
  expect(found.frozen).toBe(true);
  expect(found.usage[1]).toBeGreaterThan(found.usage[0]);
  expect(found.quota).toBeGreaterThan(found.usage[1]);
});

test('create refuses in the order of the specification', async ({ client }) => {
  const names = await client.evaluate(async () => {
    const { Summarizer, DigitClassifier } = service;
    const aborted = AbortSignal.abort('my reason');
    const fail = () => { throw new RangeError('mine'); };
    let called = 0;
    const count = () => { called += 1; };
    const refused = Summarizer.create({ expectedInputLanguages: ['de'], monitor: count });
    const calledAtOnce = called;
    return {
      'another type': await nameOf(Summarizer.create({ type: 'poem', expectedInputLanguages: ['en-'], signal: aborted })),
      'no object': await nameOf(Summarizer.create(1)),
      'no language tag': await nameOf(Summarizer.create({ expectedInputLanguages: ['en-'], signal: aborted })),
      aborted: await nameOf(Summarizer.create({ signal: aborted, monitor: fail })),
      'a monitor that throws': await nameOf(Summarizer.create({ monitor: fail, outputLanguage: 'de' })),
      'another language': await nameOf(refused),
      calledAtOnce,
      'the constructor': await nameOf((async () => new Summarizer())()),
      'availability of another language': await Summarizer.availability({ outputLanguage: 'fr' }),
      'availability of no language': await nameOf(Summarizer.availability({ outputLanguage: 'not a tag' })),
      'digits, aborted': await nameOf(DigitClassifier.create({ signal: aborted })),
    };
  });
  expect(names).toEqual({
    'another type': 'TypeError',
    'no object': 'TypeError',
    'no language tag': 'RangeError',
    aborted: 'my reason',
    'a monitor that throws': 'RangeError',
    'another language': 'NotSupportedError',
    calledAtOnce: 1,
    'the constructor': 'TypeError',
    'availability of another language': 'unavailable',
    'availability of no language': 'RangeError',
    'digits, aborted': 'my reason',
  });
});

test('a download needs that the visitor has acted', async ({ page }) => {
  // Whatever a test evaluates counts as an action, so the page itself creates one, and says how it went.
  const address = new URL('without-action.html', url).href;
  const script = `import { Summarizer } from './inkling-service/index.js';
    const name = await Summarizer.create().then(() => 'created', ({ name }) => name);
    console.log(name, navigator.userActivation.hasBeenActive);`;
  const body = `<!doctype html><body><script type="module">${script}</script>`;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }));
  const said = page.waitForEvent('console');
  await page.goto(address);
  expect((await said).text()).toBe('NotAllowedError false');
});

test('progress rises from 0 to 1, with and without a download', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async () => {
    const { Summarizer } = service;
    const listen = async () => {
      const events: { loaded: number; total: number }[] = [];
      const monitor = (monitor: EventTarget) =>
        monitor.addEventListener('downloadprogress', (event) => {
          const { loaded, total } = event as ProgressEvent;
          events.push({ loaded, total });
        });
      await Summarizer.create({ monitor });
      return events;
    };
    const before = await Summarizer.availability();
    const pending = listen();
    const meanwhile = await Summarizer.availability().then(() => Summarizer.availability());
    const downloaded = await pending;
    return { before, meanwhile, after: await Summarizer.availability(), downloaded, cached: await listen() };
  });
  expect(found.before).toBe('downloadable');
  expect(['downloading', 'downloadable']).toContain(found.meanwhile);
  expect(found.after).toBe('available');
  expect(found.cached.map(({ loaded }) => loaded)).toEqual([0, 1]);
  const loaded = found.downloaded.map(({ loaded }) => loaded);
  expect(loaded[0]).toBe(0);
  expect(loaded.at(-1)).toBe(1);
  expect(loaded).toEqual([...new Set(loaded)].sort((a, b) => a - b));
  for (const value of loaded) expect(Number.isInteger(value * 65536)).toBe(true);
  expect(found.downloaded.every(({ total }) => total === 1)).toBe(true);
});

test('a creation that is aborted at its first progress hears no more', async ({ client }) => {
  await act(client);
  const { name, events, next } = await client.evaluate(async (text) => {
    const controller = new AbortController();
    const events: number[] = [];
    const monitor = (monitor: EventTarget) =>
      monitor.addEventListener('downloadprogress', (event) => {
        events.push((event as ProgressEvent).loaded);
        controller.abort('enough');
      });
    const name = await nameOf(service.Summarizer.create({ signal: controller.signal, monitor }));
    await new Promise((done) => setTimeout(done, 300));
    return { name, events: events.length, next: await (await service.Summarizer.create({ type: 'tldr' })).summarize(text) };
  }, BRIDGE);
  expect({ name, events }).toEqual({ name: 'enough', events: 1 });
  expect(next).toMatch(/\w\.$/);
});

test('abort, cancel and destroy end what is under way, and the next call works', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async (text) => {
    const { Summarizer } = service;
    const summarizer = await Summarizer.create({ type: 'tldr' });
    const long = text.repeat(100);
    const controller = new AbortController();
    const aborted = [nameOf(summarizer.summarize(long, { signal: controller.signal })), nameOf(summarizer.summarize(text, { signal: controller.signal }))];
    const reader = summarizer.summarizeStreaming(long, { signal: controller.signal }).getReader();
    const read = nameOf(reader.read());
    controller.abort('enough');
    let thrown = 'nothing';
    try {
      summarizer.summarizeStreaming(text, { signal: controller.signal });
    } catch (error) {
      thrown = `${error}`;
    }
    await summarizer.summarizeStreaming(long).cancel();
    const next = await summarizer.summarize(text);
    const running = nameOf(summarizer.summarize(long));
    const stream = nameOf(summarizer.summarizeStreaming(long).getReader().read());
    summarizer.destroy();
    const signal = new AbortController();
    const other = await Summarizer.create({ signal: signal.signal });
    signal.abort('my reason');
    return {
      aborted: await Promise.all(aborted), read: await read, thrown, next,
      destroyed: await Promise.all([running, stream, nameOf(summarizer.summarize(text)), nameOf(summarizer.measureInputUsage(text))]),
      byItsSignal: await nameOf(other.summarize(text)),
    };
  }, BRIDGE);
  expect(found.aborted).toEqual(['enough', 'enough']);
  expect([found.read, found.thrown]).toEqual(['enough', 'enough']);
  expect(found.next).toMatch(/\w\.$/);
  expect(found.destroyed).toEqual(['AbortError', 'AbortError', 'AbortError', 'AbortError']);
  expect(found.byItsSignal).toBe('my reason');
});

test('sentences that share words with a context are preferred', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async (text) => {
    const { Summarizer } = service;
    const plain = await Summarizer.create({ type: 'tldr' });
    const about = (sharedContext: string) => Summarizer.create({ type: 'tldr', sharedContext });
    return {
      plain: await plain.summarize(text),
      ofCall: await plain.summarize(text, { context: 'For people who drive through the tunnel' }),
      shared: await (await about('Floods of the past')).summarize(text),
      nothing: await plain.summarize(text, { context: 'A recipe with mushrooms' }),
    };
  }, BRIDGE);
  expect(found.plain).not.toMatch(/tunnel|flood/);
  expect(found.ofCall).toMatch(/tunnel/);
  expect(found.shared).toMatch(/flood/);
  expect(found.nothing).toBe(found.plain);
});

test('texts that have no summary', async ({ client }) => {
  await act(client);
  const found = await client.evaluate(async ({ german, english }) => {
    const summarizer = await service.Summarizer.create();
    const tooLong = await summarizer.summarize('word '.repeat(summarizer.inputQuota)).catch((error: any) => error);
    return {
      empty: [await summarizer.summarize(''), await summarizer.summarize(' \n\t'), await summarizer.summarize('… — !')],
      stream: await summarizer.summarizeStreaming('').getReader().read(),
      german: await nameOf(summarizer.summarize(german)),
      tooLong: [tooLong.name, tooLong.requested, tooLong.quota === summarizer.inputQuota],
      nothing: await nameOf(summarizer.summarize()),
      half: (await summarizer.summarize(`Half a pair \ud800 is no character. ${english}`)).length > 0,
    };
  }, { german: GERMAN, english: BRIDGE });
  expect(found).toEqual({
    empty: ['', '', ''],
    stream: { done: true },
    german: 'NotSupportedError',
    tooLong: ['QuotaExceededError', 5_000_000, true],
    nothing: 'TypeError',
    half: true,
  });
});

test('many calls at the same time share one worker', async ({ client }) => {
  await act(client);
  const summaries = await client.evaluate(async (text) => {
    const summarizers = await Promise.all(Array.from({ length: 50 }, () => service.Summarizer.create({ type: 'tldr' })));
    return Promise.all(summarizers.map((summarizer) => summarizer.summarize(text)));
  }, BRIDGE);
  expect(new Set(summaries).size).toBe(1);
  expect(client.workers()).toHaveLength(1);
});

test('a worker that dies is named, and the next call starts another', async ({ client }) => {
  await act(client);
  await client.evaluate(() => {
    const Native = Worker;
    Object.assign(globalThis, { workers: [] });
    globalThis.Worker = class extends Native {
      constructor(...options: ConstructorParameters<typeof Worker>) {
        super(...options);
        (globalThis as any).workers.push(this);
      }
    };
  });
  const found = await client.evaluate(async (text) => {
    const summarizer = await service.Summarizer.create({ type: 'tldr' });
    const broken = summarizer.summarize(text.repeat(100)).catch((error: any) => [error.name, error.message]);
    const waiting = summarizer.summarize(text);
    // A terminated worker gives back the lock by which its end is seen.
    setTimeout(() => (globalThis as any).workers[0].terminate(), 50);
    const ended = await broken;
    return { broken: ended, waiting: await waiting, next: await summarizer.summarize(text), workers: (globalThis as any).workers.length };
  }, BRIDGE);
  expect(found.broken[0]).toBe('OperationError');
  expect(found.broken[1]).toContain('The engine stopped');
  expect(found.next).toMatch(/\w\.$/);
  expect(found.waiting, 'a call that had not begun').toBe(found.next);
  expect(found.workers).toBe(2);
});

test('an engine that is not there is an error with a name', async ({ client }) => {
  await act(client);
  const names = await client.evaluate(async () => {
    service.configure({ base: 'nowhere' });
    return [await nameOf(service.Summarizer.availability()), await nameOf(service.Summarizer.create())];
  });
  expect(names).toEqual(['UnknownError', 'NetworkError']);
});

test('a server that sends a web page for the wasm is named, and the next call works', async ({ client }) => {
  const create = () => client.evaluate(() => service.DigitClassifier.create().then(() => 'created', ({ name, message }: any) => `${name}: ${message}`));
  await client.route('**/engine_cpu_bg.wasm', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  expect(await create()).toMatch(/^OperationError: .*web page instead of the file engine_cpu_bg\.wasm/);
  await client.unroute('**/engine_cpu_bg.wasm');
  expect(await create()).toBe('created');
});

test('works under a strict policy', async ({ page }) => {
  const violations: string[] = [];
  page.on('console', (message) => violations.push(message.text()));
  const policy = async (pattern: string, value: string) =>
    page.route(pattern, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), 'content-security-policy': value } });
    });
  await policy('**/engine_cpu_loader.js', "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'");
  await openClient(page, "default-src 'self'");
  await act(page);
  const summary = await page.evaluate(async (text) => (await service.Summarizer.create()).summarize(text), BRIDGE);
  expect(summary).toMatch(/^\* /);
  expect(violations.filter((text) => text.includes('Content Security Policy'))).toEqual([]);
  const wasm = await page.evaluate(() => nameOf(WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))));
  expect(wasm, 'the page itself may not run any').toBe('CompileError');
});

test('how long the first chunk and a long text take', async ({ client }) => {
  await act(client);
  const time = (length: number) =>
    client.evaluate(
      async ({ text, length }) => {
        const start = performance.now();
        const summarizer = await service.Summarizer.create();
        let long = '';
        for (let i = 0; long.length < length; i++) long += `${text.replaceAll('.', ` in ${1900 + i}.`)}\n\n`;
        const reader = summarizer.summarizeStreaming(long.slice(0, length)).getReader();
        await reader.read();
        return Math.round(performance.now() - start);
      },
      { text: BRIDGE, length },
    );
  await time(4_500);
  // The models stay in the cache; the page and its worker are new.
  await openClient(client);
  const times = { newWorker: await time(4_500), runningWorker: await time(4_500), longText: await time(100_000) };
  console.log(`ms until the first chunk: ${JSON.stringify(times)}`);
  expect(times.runningWorker).toBeLessThan(20_000);
});

test('the worker ends 30 seconds after the last object', async ({ client }) => {
  await act(client);
  await client.clock.install();
  const made = await client.evaluate(async () => {
    const [one, two] = [await service.DigitClassifier.create(), await service.DigitClassifier.create()];
    Object.assign(globalThis, { two });
    one.destroy();
  });
  expect(made).toBeUndefined();
  await client.clock.runFor(60_000);
  expect(client.workers()).toHaveLength(1);
  await client.evaluate(() => (globalThis as any).two.destroy());
  await client.clock.runFor(29_000);
  expect(client.workers()).toHaveLength(1);
  await client.clock.runFor(2_000);
  await expect.poll(() => client.workers().length).toBe(0);
});

test('digits from strokes and from every kind of picture', async ({ client }) => {
  const samples = mnistStrokes().slice(0, 10);
  const found = await client.evaluate(async (samples) => {
    const classifier = await service.DigitClassifier.create();
    const read = async (input: unknown) => (await classifier.classify(input))[0].digit;
    const right: boolean[] = [];
    for (const { label, strokes } of samples) right.push((await read(strokes)) === label);
    const { label, strokes } = samples[0];
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 280;
    const pen = canvas.getContext('2d')!;
    Object.assign(pen, { lineWidth: 22, lineCap: 'round', lineJoin: 'round' });
    pen.fillStyle = 'white';
    pen.fillRect(0, 0, 280, 280);
    for (const { points } of strokes) {
      pen.beginPath();
      for (const { x, y } of points) pen.lineTo(10 * x, 10 * y);
      pen.stroke();
    }
    const blob: Blob = await new Promise((done) => canvas.toBlob((blob) => done(blob!)));
    const image = new Image();
    image.src = URL.createObjectURL(blob);
    const pictures = [canvas, pen.getImageData(0, 0, 280, 280), await createImageBitmap(canvas), blob, image, { strokes, width: 28, height: 28 }];
    const read28: number[] = [];
    for (const picture of pictures) read28.push(await read(picture));
    const results = await classifier.classify(strokes);
    // A zigzag.
    const scribble = [{ points: Array.from({ length: 40 }, (_, i) => ({ x: (i * 37) % 100, y: (i * 61) % 100 })) }];
    const refused = [nameOf(classifier.classify([])), nameOf(classifier.classify(new Blob(['no picture']))), nameOf(classifier.classify(7))];
    return { right, label, read28, results, scribble: await classifier.classify(scribble), refused: await Promise.all(refused) };
  }, samples);
  expect(found.right.filter(Boolean).length).toBeGreaterThanOrEqual(9);
  expect(found.read28).toEqual(Array(6).fill(found.label));
  expect(found.results).toHaveLength(10);
  const confidences = found.results.map((result: any) => result.confidence);
  expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
  expect(confidences.reduce((a: number, b: number) => a + b)).toBeCloseTo(1, 4);
  expect(found.scribble[0]).toMatchObject({ digit: null, label: 'not a digit' });
  expect(found.refused).toEqual(['DataError', 'DataError', 'TypeError']);
});

test('install keeps a native Summarizer that works, and replaces any other', async ({ client }) => {
  const found = await client.evaluate(async () => {
    const define = (native: unknown) => Object.defineProperty(globalThis, 'Summarizer', { value: native, configurable: true, writable: true });
    const native = (answer: string) => ({ availability: async () => answer });
    const kept = native('downloadable');
    define(kept);
    const before = Object.getOwnPropertyNames(globalThis);
    const keeps = (await service.install()) === kept && (globalThis as any).Summarizer === kept;
    define(native('unavailable'));
    const replaces = (await service.install()) === service.Summarizer && (globalThis as any).Summarizer === service.Summarizer;
    const others = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
    return { keeps, replaces, others: others.filter((name) => name !== 'CreateMonitor') };
  });
  expect(found, 'and takes no other name').toEqual({ keeps: true, replaces: true, others: [] });
});

test('polyfill.js defines the global', async ({ client }) => {
  const module = new URL('inkling-service/polyfill.js', url).href;
  const same = await client.evaluate(async (module) => {
    Reflect.deleteProperty(globalThis, 'Summarizer');
    await import(module);
    return (globalThis as any).Summarizer === service.Summarizer;
  }, module);
  expect(same).toBe(true);
});

test('the snippets of docs/service.md run', async ({ page }) => {
  const document = readFileSync(join(__dirname, '../../docs/service.md'), 'utf8');
  const [html, script] = ['html', 'js'].map((kind) => document.split(`\`\`\`${kind}\n`)[1].split('```')[0]);
  const text = html.replace('…', BRIDGE);
  const drawing = `const pen = document.querySelector('canvas').getContext('2d'); pen.lineWidth = 20; pen.moveTo(140, 40); pen.lineTo(130, 240); pen.stroke();`;
  const body = `<!doctype html>${text}<canvas width="280" height="280"></canvas><script>${drawing}</script><script type="module">${script}</script>`;
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  const address = new URL('snippets.html', url).href;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(address);
  await page.getByRole('button').click();
  await expect(page.locator('pre')).toHaveText(/^\* .+\n\* .+\n\* .+\.$/);
  await expect.poll(() => said.join()).toMatch(/^1: \d+%$/);
});

test('the example with a text answers', async ({ page }) => {
  await page.goto(new URL('examples/summarize.html', url).href);
  await page.getByLabel('Text').fill(BRIDGE);
  await page.getByRole('button', { name: 'Summarize' }).click();
  await expect(page.getByRole('status')).toHaveText(/^\* .+\n\* .+\n\* .+\.$/);
});

test('the example with a canvas answers', async ({ page }) => {
  await page.goto(new URL('examples/digit.html', url).href);
  const { label, strokes } = mnistStrokes()[0];
  const box = (await page.locator('canvas').boundingBox())!;
  for (const { points } of strokes) {
    const at = points.map(({ x, y }) => [box.x + 10 * x, box.y + 10 * y] as const);
    await page.mouse.move(...at[0]);
    await page.mouse.down();
    for (const point of at) await page.mouse.move(...point);
    await page.mouse.up();
  }
  await expect(page.locator('output')).toHaveText(new RegExp(`^${label} \\(\\d+%\\)$`));
});

test('the example that learns knows a digit of another form, after a reload too', async ({ page }) => {
  await page.goto(new URL('examples/learn.html', url).href);
  const box = (await page.locator('canvas').boundingBox())!;
  const draw = async (shift: number) => {
    await page.mouse.move(box.x + 40, box.y + 100 + shift);
    await page.mouse.down();
    for (let i = 1; i < 12; i++) await page.mouse.move(box.x + 40 + 18 * i, box.y + 100 + shift + (i % 2) * 80);
    await page.mouse.up();
  };
  const answer = page.locator('output');
  for (let i = 0; i < 5; i++) {
    await draw(6 * i);
    await expect(answer).toHaveText('I read: not a digit');
    await page.getByRole('button', { name: 'Add it' }).click();
    await expect(answer).toHaveText(`${i + 1} added.`);
  }
  await page.getByRole('button', { name: 'Learn' }).click();
  await expect(answer).toHaveText(/^Learning: \d+ of \d+ steps$/, { timeout: 120_000 });
  await expect(answer).toHaveText(/^Learned\. Of yours it read 0%, and now \d+%\.$/, { timeout: 200_000 });
  await page.reload();
  await draw(3);
  await expect(answer).toHaveText('I read: 7');
  await page.getByRole('button', { name: 'Forget' }).click();
  await expect(answer).toHaveText('Forgotten.');
  await draw(3);
  await expect(answer).toHaveText('I read: not a digit');
});
