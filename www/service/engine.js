// The page's side of the engine's protocol (src/protocol/mod.rs): one dedicated worker for every object of the page.

const PROTOCOL_VERSION = 1;
const IDLE_MS = 30_000;
/** Of a worker that ends before it holds its lock nothing is heard. */
const START_MS = 120_000;
/** Replies that are not the last of their job. */
const STEPS = new Set(['progress', 'source', 'line', 'learning']);
/** Names of exceptions by the engine's kinds of failure (src/protocol/failure.rs); of all others it is OperationError. */
const NAMES = {
  'bad-input': 'DataError',
  'nothing-there': 'DataError',
  'bad-package': 'NetworkError',
  fetch: 'NetworkError',
  cancelled: 'AbortError',
};
/** As in src/host/web_worker.rs. */
const CACHE = 'inkling-weights-1';

// Bundlers look for a file wherever a URL is made of it.
const here = import.meta.url;

export const settings = { name: '' };

export function configure({ base, name } = {}) {
  if (base !== undefined) {
    settings.base = new URL(`${base}`.replace(/\/*$/, '/'), globalThis.document?.baseURI ?? location.href).href;
  }
  if (name !== undefined) settings.name = `${name}`;
}

/** An address in the folder of the engine. By default, that is the one above the folder of this module. */
function address(path) {
  return new URL(path, settings.base ?? new URL('..', here)).href;
}

export function exception(name, message) {
  return new DOMException(message, name);
}

async function fetched(path, read) {
  const file = address(path);
  try {
    const response = await fetch(file);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await response[read]();
  } catch ({ message }) {
    throw exception('NetworkError', `${file} cannot be read: ${message}. Check the address and, of another origin, its CORS headers.`);
  }
}

let current = null;
let users = 0;
let idle;
let turn = Promise.resolve();

export function engine() {
  return current ?? new Engine();
}

/** Keeps the worker until the returned function is called. */
export function retainEngine() {
  users += 1;
  clearTimeout(idle);
  let released = false;
  return () => {
    if (released) return;
    released = true;
    users -= 1;
    if (users === 0) idle = setTimeout(() => current?.end(), IDLE_MS);
  };
}

export function untilAborted(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Does one piece of work after another: texts that are summarized at the same time would each wait for all. */
export function inTurn(signal, work) {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return untilAborted(done, signal);
}

const manifests = new Map();

/** Whether a model has to be downloaded: its manifest is compared with the engine's cache. Rejects where the host cannot be reached. */
export async function modelAvailability({ task, name, file }) {
  if (file) return 'available';
  const known = current?.availabilityOf(name);
  if (known) return known;
  const folder = `models/${task}/${name}/`;
  const files = manifests.get(address(folder)) ?? (await fetched(`${folder}model.json`, 'json')).files;
  manifests.set(address(folder), files);
  try {
    const cache = await caches.open(CACHE);
    const keys = files.map((file) => `${address(folder + file.name)}?sha256=${file.sha256}`);
    const found = await Promise.all(keys.map((key) => cache.match(key)));
    return found.every(Boolean) ? 'available' : 'downloadable';
  } catch {
    // Private windows and insecure addresses have no cache.
    return 'downloadable';
  }
}

class Engine {
  #worker;
  #jobs = new Map();
  #lastJob = 0;
  #ended = null;
  #startJob = 0;
  #ready;
  #greeting = {};
  #lockWait = new AbortController();
  #loads = new Map();

  constructor() {
    current = this;
    const greeted = new Promise((resolve, reject) => Object.assign(this.#greeting, { resolve, reject }));
    const patience = setTimeout(() => this.#crash('it did not start in two minutes.'), START_MS);
    this.#ready = greeted.finally(() => clearTimeout(patience)).then(() => this.#start());
    // Nobody may be waiting for it when it fails.
    this.#ready.catch(() => {});
    this.#open().catch((error) => this.end(error));
  }

  /** Starts the worker. Browsers refuse one from another origin, so it is then made of the text of the engine's scripts. */
  async #open(file = address('engine_cpu_loader.js'), isText = new URL(file).origin !== location.origin) {
    // The engine holds a lock of this name while it lives.
    const name = `inkling-service-${Math.random()}`;
    const script = isText ? URL.createObjectURL(await engineScript()) : file;
    const revoke = () => isText && URL.revokeObjectURL(script);
    // The worker has its script once it has said a word; one that never does is given up in the end.
    this.#ready.then(revoke, revoke);
    if (this.#ended) return;
    try {
      this.#worker = new Worker(script, { name });
    } catch ({ message }) {
      throw exception('SecurityError', `The worker was refused: ${message}`);
    }
    this.#worker.onmessage = ({ data }) => this.#hear(data, name);
    this.#worker.onmessageerror = () => this.#crash('its message could not be read.');
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // A script that does not come, or that a policy forbids, is an error without a message.
      if (event.message) this.#crash(event.message);
      else if (isText) this.end(exception('SecurityError', "The page's policy forbids the worker: its worker-src needs blob:."));
      // An isolated page takes a file without a header of its own for one of another origin.
      else if (globalThis.crossOriginIsolated) this.#open(file, true).catch((error) => this.end(error));
      else this.end(exception('NetworkError', `The engine could not be loaded from ${file}. Check the address and the policy.`));
    };
  }

  /** Returns the last reply. `onReply` hears the others; what it throws ends the job. `onJob` gets a function that sends requests about it. */
  async request(request, { signal, onReply, onJob } = {}) {
    const release = retainEngine();
    try {
      await untilAborted(this.#ready, signal);
      signal?.throwIfAborted();
      return await this.#post(request, signal, onReply, onJob);
    } finally {
      release();
    }
  }

  /** Loads a model, once for all who want it. Its job is cancelled when nobody wants it any more. */
  async load(model, { signal, onProgress } = {}) {
    signal?.throwIfAborted();
    const load = this.#loads.get(model.name) ?? this.#beginLoad(model);
    const from = load.done;
    const listener = () => load.total > from && onProgress?.((load.done - from) / (load.total - from));
    load.listeners.add(listener);
    try {
      await untilAborted(load.finished, signal);
    } finally {
      load.listeners.delete(listener);
      if (load.listeners.size === 0 && !load.loaded) {
        if (this.#loads.get(model.name) === load) this.#loads.delete(model.name);
        load.stop.abort();
      }
    }
  }

  availabilityOf(name) {
    const load = this.#loads.get(name);
    return load && (load.loaded ? 'available' : 'downloading');
  }

  end(error = exception('AbortError', 'The engine was ended.')) {
    if (this.#ended) return;
    this.#ended = error;
    if (current === this) current = null;
    this.#worker?.terminate();
    this.#lockWait.abort();
    this.#greeting.reject(error);
    for (const { reject } of this.#jobs.values()) reject(error);
    this.#jobs.clear();
  }

  #crash(why) {
    this.end(exception('OperationError', `The engine stopped: ${why.replace(/\.?$/, '.')} (The next call starts it again.)`));
  }

  #hear(data, name) {
    if (data === 'hello') return this.#greeting.resolve();
    if (data === 'alive') return this.#watch(name);
    // "cannot start: ", and why.
    if (typeof data === 'string') return this.#crash(`it ${data}`);
    const { job, reply } = data;
    const waiting = this.#jobs.get(job);
    if (!waiting) {
      // The engine as a whole failed.
      if (job === this.#startJob && reply.type === 'failed') this.#crash(reply.message);
      return;
    }
    if (STEPS.has(reply.type)) return waiting.step(reply);
    this.#jobs.delete(job);
    const { type, kind, message } = reply;
    if (type === 'failed') waiting.reject(Object.assign(exception(NAMES[kind] ?? 'OperationError', message), { kind }));
    else waiting.resolve(reply);
  }

  /** Waits for the lock that the worker holds while it lives: of its death a browser says nothing. */
  #watch(name) {
    const gone = () => this.#crash('it ended without an error message.');
    navigator.locks?.request(name, { signal: this.#lockWait.signal }, gone).catch(() => {});
  }

  #post(request, signal, onReply, onJob) {
    if (this.#ended) return Promise.reject(this.#ended);
    const job = ++this.#lastJob;
    const send = (request) => this.#worker.postMessage({ job: ++this.#lastJob, request: { ...request, target: job } });
    return new Promise((resolve, reject) => {
      const abort = () => stop(signal.reason);
      const settle = (outcome) => (value) => {
        signal?.removeEventListener('abort', abort);
        outcome(value);
      };
      const stop = (reason) => {
        this.#jobs.delete(job);
        send({ type: 'cancel' });
        settle(reject)(reason);
      };
      const step = (reply) => {
        try {
          onReply?.(reply);
        } catch (error) {
          stop(error);
        }
      };
      this.#jobs.set(job, { step, resolve: settle(resolve), reject: settle(reject) });
      signal?.addEventListener('abort', abort);
      this.#worker.postMessage({ job, request });
      onJob?.(send);
    });
  }

  async #start() {
    try {
      this.#startJob = this.#lastJob + 1;
      // The version of a build is for pages of that build; other clients have none, and look at the protocol's.
      const { protocol } = await this.#post({ type: 'start', version: '', models: address('models/') });
      if (protocol > PROTOCOL_VERSION) throw exception('OperationError', 'The engine is newer. Use the inkling-service beside it.');
    } catch (error) {
      this.end(error);
      throw error;
    }
  }

  #beginLoad(model) {
    const load = { done: 0, total: 0, loaded: false, listeners: new Set(), stop: new AbortController() };
    const onReply = ({ type, doing, done, total }) => {
      if (type !== 'progress' || doing !== 'fetching') return;
      Object.assign(load, { done, total });
      for (const listener of load.listeners) listener();
    };
    this.#loads.set(model.name, load);
    load.finished = this.#place(model, { signal: load.stop.signal, onReply }).then(() => (load.loaded = true));
    return load;
  }

  async #place({ name, task, file }, options) {
    if (!file) return this.request({ type: 'load', model: name }, options);
    const request = { type: 'install', name, package: new Uint8Array(await file.arrayBuffer()) };
    const { model } = await this.request(request, options).catch((error) => {
      throw error.kind === 'bad-package' ? exception('DataError', error.message) : error;
    });
    if (model.task !== task) throw exception('DataError', `The model is for another task: ${model.task}, not ${task}.`);
  }
}

/** The scripts of the engine in one, with absolute addresses. */
async function engineScript() {
  const [script, loader] = await Promise.all(['engine_cpu.js', 'engine_cpu_loader.js'].map((file) => fetched(file, 'text')));
  const start = loader.replaceAll("'./", `'${address('').replaceAll("'", '%27')}`);
  return new Blob([script, '\nimportScripts = () => {};\n', start], { type: 'text/javascript' });
}
