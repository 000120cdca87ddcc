/**
 * Keeps the page of one build, so that it opens without a network, and never mixes the files of two builds.
 *
 * `cargo xtask dist` writes the lists, each name with its SHA-256, which every file is held against. What is in FILES is fetched before a
 * version is installed; what is in USED is kept when it is used; other addresses are not this script's. Weights and vocabularies are not kept here: the engine keeps them by their SHA-256, and this
 * script only puts those of the first model into the engine's cache. Described in docs/serving.md.
 */
'use strict';

const VERSION = 'written by xtask: VERSION';
const FILES = /* written by xtask: FILES */ [];
const USED = /* written by xtask: USED */ [];
/** Of the model that the page opens with: kept in the engine's cache. */
const WEIGHTS = /* written by xtask: WEIGHTS */ [];
/** Fetched behind the page, where the visitor does not save data. */
const LATER = /* written by xtask: LATER */ [];

const SCOPE = self.registration.scope;
/** Of this address alone: another copy may be served from the same origin. */
const PREFIX = `inkling-page ${SCOPE} `;
const CACHE = PREFIX + VERSION;
/** Where src/host/web_worker.rs keeps weights, and under which addresses. */
const ENGINE_CACHE = 'inkling-weights-1';
const weightsKey = (address, sha256) => `${address}?sha256=${sha256}`;

const PAGE = new URL('index.html', SCOPE).href;
/** Names with a checksum in them, of which there is one content only. */
const IS_HASHED = /-[0-9a-f]{14,16}(_bg)?\.[a-z]+$/;
const byAddress = (list) => new Map(list.map(([name, sha256]) => [new URL(name, SCOPE).href, sha256]));
const installed = byAddress(FILES);
const keptWhenUsed = byAddress(USED);

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => {
  if (event.data === 'use this version') self.skipWaiting();
  if (event.data?.opened) event.waitUntil(opened(event.data.opened));
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(SCOPE) || request.headers.has('range')) return;
  const address = plain(request.url);
  if (address === SCOPE || address === PAGE) event.respondWith(page(event));
  else if (installed.has(address) || keptWhenUsed.has(address) || isOfEarlierPage(address)) event.respondWith(file(event, address));
});

/** An address without its query, which is of the page alone, and without its fragment. */
function plain(address) {
  const url = new URL(address);
  return url.origin + url.pathname;
}

/** A part of the page whose name has a checksum: perhaps of an earlier version, of which a page is still open. */
function isOfEarlierPage(address) {
  const name = address.slice(SCOPE.length);
  return !name.includes('/') && IS_HASHED.test(name);
}

async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map(async ([name, sha256]) => cache.put(new URL(name, SCOPE).href, await fetchFile(name, sha256))));
  await Promise.all(WEIGHTS.map(([name, sha256]) => keepWeights(new URL(name, SCOPE).href, sha256)));
  await keepWhatWasUsed(cache);
}

/** A file of this build. Fails where the host serves another's, as in the middle of a deployment. */
async function fetchFile(name, sha256) {
  const response = await fetch(new URL(name, SCOPE), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${name}`);
  const bytes = await response.clone().arrayBuffer();
  if (name === 'index.html') {
    // Some hosts write into pages. It is this build's if it names this build's files.
    const text = new TextDecoder().decode(bytes);
    const named = FILES.map(([file]) => file).filter((file) => /^app-[0-9a-f]+(_bg)?\.(js|wasm)$/.test(file));
    if (!named.every((file) => text.includes(file))) throw new Error('the page is of another build');
  } else if ((await digest(bytes)) !== sha256) {
    throw new Error(`${name} is of another build`);
  }
  return withoutRedirect(response);
}

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Browsers refuse a redirected response for a navigation; hosts redirect `/index.html` to `/`. */
function withoutRedirect(response) {
  const { status, statusText, headers } = response;
  return response.redirected ? new Response(response.body, { status, statusText, headers }) : response;
}

async function keepWeights(address, sha256) {
  const cache = await caches.open(ENGINE_CACHE);
  const key = weightsKey(address, sha256);
  if (await cache.match(key)) return;
  const bytes = await (await fetch(address, { cache: 'no-cache' })).arrayBuffer();
  if ((await digest(bytes)) !== sha256) throw new Error(`${address} is of another build`);
  await cache.put(key, new Response(bytes));
}

/** Fetches this build's version of what earlier ones kept as it was used. What cannot be had is fetched when it is used again. */
async function keepWhatWasUsed(cache) {
  const addresses = new Set();
  for (const name of await otherVersions()) {
    for (const { url } of await (await caches.open(name)).keys()) {
      if (keptWhenUsed.has(url)) addresses.add(url);
    }
  }
  await Promise.all([...addresses].map((address) => keepPackage(cache, address, true)));
}

/** Keeps a file and, where it is the manifest of a package whose weights were used, its weights. */
async function keepPackage(cache, address, anew) {
  try {
    if (!anew && (await cache.match(address))) return;
    const before = await caches.match(address);
    const response = await fetch(address, { cache: 'no-cache' });
    if (!(await isOfThisVersion(response, address))) return;
    await cache.put(address, response.clone());
    if (!address.endsWith('/model.json') || !before) return;
    const folder = address.slice(0, -'model.json'.length);
    const engine = await caches.open(ENGINE_CACHE);
    const [old, now] = [await before.json(), await response.json()];
    const wasUsed = await Promise.all(old.files.map(({ name, sha256 }) => engine.match(weightsKey(folder + name, sha256))));
    if (wasUsed.every(Boolean)) await Promise.all(now.files.map(({ name, sha256 }) => keepWeights(folder + name, sha256)));
  } catch {
    // Without it the version is whole all the same.
  }
}

async function otherVersions() {
  return (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
}

async function activate() {
  // The page that is open now need not be reloaded to be kept.
  await self.clients.claim();
  await removeOldVersions();
}

/** Other tabs may still have pages of an earlier version. */
async function removeOldVersions() {
  const pages = await self.clients.matchAll({ type: 'window' });
  // What is being installed, or waits, has its files already.
  if (pages.length > 1 || self.registration.installing || self.registration.waiting) return;
  await Promise.all((await otherVersions()).map((name) => caches.delete(name)));
}

/** A page tells what it has fetched, perhaps before this script heard of its requests. */
async function opened({ addresses, savesData }) {
  await removeOldVersions();
  const cache = await caches.open(CACHE);
  const used = new Set(addresses.filter((address) => address.startsWith(SCOPE)).map(plain));
  for (const address of used) {
    // The loader of an engine fetches two files more, which pages do not see.
    const engine = /^(.*\/engine_[a-z]+)_loader\.js$/.exec(address);
    if (engine) ['.js', '_bg.wasm'].forEach((end) => used.add(engine[1] + end));
  }
  // The packages that the engine keeps were used.
  for (const { url } of await (await caches.open(ENGINE_CACHE)).keys()) {
    if (url.startsWith(SCOPE)) used.add(new URL('model.json', plain(url)).href);
  }
  if (!savesData) LATER.forEach((name) => used.add(new URL(name, SCOPE).href));
  const missing = [...used].filter((address) => keptWhenUsed.has(address));
  await Promise.all(missing.map((address) => keepPackage(cache, address, false)));
}

/** Whether a response is this version's file of an address, and whole. The host may serve another build by now. */
async function isOfThisVersion(response, address) {
  if (response.status !== 200 || response.type !== 'basic' || response.redirected) return false;
  return (await digest(await response.clone().arrayBuffer())) === keptWhenUsed.get(address);
}

/** The page of this version, whatever the server has by now. */
async function page({ request }) {
  const cache = await caches.open(CACHE);
  return (await cache.match(PAGE)) ?? fetch(request);
}

/** A file of this version; or of an earlier one, for a page that is still open; or from the network, kept from then on. */
async function file(event, address) {
  const { request } = event;
  const past = request.cache === 'reload' || request.cache === 'no-store';
  const cache = await caches.open(CACHE);
  const kept = (await cache.match(address)) ?? (IS_HASHED.test(address) ? await caches.match(address) : undefined);
  if (kept && !past) return kept;
  try {
    const response = await fetch(request);
    if (keptWhenUsed.has(address)) {
      const copy = response.clone();
      const keep = async () => (await isOfThisVersion(copy, address)) && cache.put(address, copy);
      // A full disk refuses: then the next visit fetches again.
      event.waitUntil(keep().catch(() => {}));
    }
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
