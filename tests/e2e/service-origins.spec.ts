// The service for other pages from another origin, in isolated pages, and under policies.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, type Page } from '@playwright/test';
import { url } from './browser';
import { act, BRIDGE } from './service-client';

declare const service: any;
declare const nameOf: (promise: Promise<unknown>) => Promise<string>;

type Headers = Record<string, string>;
const CORS: Headers = { 'access-control-allow-origin': '*' };
const ISOLATED: Headers = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

let servers: Server[] = [];

test.afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<string> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(502).end(`${error}`));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}

/** A server of the files of the page, with other headers. Ports are other origins. */
function host(headers: Headers, page: Headers = {}): Promise<string> {
  return serve(async (request, response) => {
    if (request.url === '/client.html') {
      response.writeHead(200, { 'content-type': 'text/html', ...page }).end('<!doctype html><button>Act</button>');
      return;
    }
    if (request.url === '/frame.html') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><script type="module">
        import { Summarizer } from './inkling-service/index.js';
        const created = Summarizer.create().then(() => 'created', ({ name, message }) => name + ': ' + message);
        parent.postMessage([await Summarizer.availability(), await created], '*');
      </script>`);
      return;
    }
    const file = await fetch(new URL(request.url!.slice(1), url));
    const type = file.headers.get('content-type') ?? 'application/octet-stream';
    response.writeHead(file.status, { 'content-type': type, ...headers }).end(new Uint8Array(await file.arrayBuffer()));
  });
}

/** A page of one host with the service of another. */
async function open(page: Page, site: string, from: string) {
  await page.goto(new URL('client.html', site).href);
  await act(page);
  await page.evaluate(async (module) => {
    const service = await import(module);
    const sentence = ({ name, message }: Error) => `${name}: ${message}`;
    Object.assign(globalThis, { service, nameOf: (promise: Promise<unknown>) => promise.then(() => 'no error', sentence) });
  }, new URL('inkling-service/index.js', from).href);
}

function summary(page: Page) {
  return page.evaluate(async (text) => (await service.Summarizer.create({ type: 'tldr' })).summarize(text), BRIDGE);
}

function creation(page: Page) {
  return page.evaluate(() => nameOf(service.DigitClassifier.create()));
}

test('from another origin, by a worker of text', async ({ page }) => {
  const [site, cdn] = [await host({}), await host(CORS)];
  await open(page, site, cdn);
  expect(await page.evaluate(() => service.Summarizer.availability())).toBe('downloadable');
  expect(await summary(page)).toMatch(/\w\.$/);
  expect(await page.evaluate(() => service.Summarizer.availability())).toBe('available');
  expect(page.workers().map((worker) => worker.url().split(':')[0])).toEqual(['blob']);
});

test('from the own origin, by a worker of a file', async ({ page }) => {
  const site = await host({});
  await open(page, site, site);
  expect(await creation(page)).toBe('no error');
  expect(page.workers().map((worker) => worker.url())).toEqual([`${site}engine_cpu_loader.js`]);
});

test('in an isolated page, from either origin', async ({ page }) => {
  const cdn = await host(CORS);
  const [plain, careful] = [await host({}, ISOLATED), await host(ISOLATED, ISOLATED)];
  for (const [site, from, kind] of [[plain, cdn, 'blob'], [plain, plain, 'blob'], [careful, careful, 'http']]) {
    await open(page, site, from);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await creation(page)).toBe('no error');
    expect(page.workers().map((worker) => worker.url().split(':')[0]), `${site} ${from}`).toEqual([kind]);
  }
});

test('under a policy that allows another origin, and under one that forbids its worker', async ({ page }) => {
  const cdn = await host(CORS);
  const policy = (rest: string): Headers => ({
    'content-security-policy': `default-src 'none'; script-src 'wasm-unsafe-eval' ${cdn}; connect-src ${cdn}; ${rest}`,
  });
  const open_ = await host({}, policy('worker-src blob:'));
  await open(page, open_, cdn);
  expect(await creation(page)).toBe('no error');
  const closed = await host({}, policy("worker-src 'self'"));
  await open(page, closed, cdn);
  expect(await creation(page)).toBe("SecurityError: The page's policy forbids the worker: its worker-src needs blob:.");
});

test('a host without CORS, and one that breaks off, are named, and the next call works', async ({ page }) => {
  let isBroken = true;
  const [site, silent] = [await host({}), await host({})];
  const broken = await serve(async (request, response) => {
    const file = new Uint8Array(await (await fetch(new URL(request.url!.slice(1), url))).arrayBuffer());
    response.writeHead(200, { ...CORS, 'content-length': `${file.length}` });
    if (!isBroken || !request.url!.endsWith('.safetensors')) {
      response.end(file);
      return;
    }
    response.write(file.subarray(0, file.length / 2), () => response.destroy());
  });
  await open(page, site, site);
  await page.evaluate((base) => service.configure({ base }), silent);
  expect(await creation(page)).toMatch(/^NetworkError: .*CORS/);
  await page.evaluate((base) => service.configure({ base }), broken);
  expect(await creation(page)).toMatch(/^NetworkError: .*could not be downloaded/);
  isBroken = false;
  expect(await creation(page)).toBe('no error');
});

test('a frame of another origin may summarize if its page allows it', async ({ page }) => {
  const [site, other] = [await host({}), await host({})];
  await open(page, site, site);
  const answers = await page.evaluate(async (address) => {
    const ask = (allow: string) =>
      new Promise((resolve) => {
        addEventListener('message', ({ data }) => resolve(data), { once: true });
        document.body.append(Object.assign(document.createElement('iframe'), { allow, src: address }));
      });
    return [await ask(''), await ask('summarizer')];
  }, new URL('frame.html', other).href);
  expect(answers).toEqual([
    ['unavailable', 'NotAllowedError: A permissions policy forbids summaries here.'],
    // Nobody has clicked in the frame.
    ['downloadable', 'NotAllowedError: A download of the model needs a click or a key press in the page.'],
  ]);
});
