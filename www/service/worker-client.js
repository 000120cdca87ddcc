// The page's side of the engine's protocol (src/protocol/mod.rs): one dedicated worker for every object of the page.

import { engineError } from './errors.js';
import { address } from './settings.js';

const PROTOCOL_VERSION = 1;
const IDLE_MS = 30_000;
/** Replies that are not the last of their job. */
const STEPS = new Set(['progress', 'source', 'line']);

let current = null;
let users = 0;
let idle;
let turn = Promise.resolve();

export function engine() {
  return current ?? new Engine();
}

export function runningEngine() {
  return current;
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
    const file = address('engine_cpu_loader.js');
    const hello = new Promise((resolve, reject) => Object.assign(this.#greeting, { resolve, reject }));
    this.#ready = hello.then(() => this.#start());
    // Nobody may be waiting for it when it fails.
    this.#ready.catch(() => {});
    // The engine holds a lock of this name while it lives.
    const name = `inkling-service-${Math.random()}`;
    try {
      this.#worker = new Worker(file, { name });
    } catch (error) {
      this.end(new DOMException(`The engine at ${file} was refused: ${error.message}`, 'SecurityError'));
      return;
    }
    this.#worker.onmessage = ({ data }) => this.#hear(data, name);
    this.#worker.onmessageerror = () => this.#crash('its message could not be read.');
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // A script that does not come, or that a policy forbids, is an error without a message.
      if (event.message) this.#crash(event.message);
      else this.end(new DOMException(`The engine did not come from ${file}. Check the address and the policy.`, 'NetworkError'));
    };
  }

  /** Returns the last reply. `onReply` hears the others; what it throws ends the job. */
  async request(request, { signal, onReply } = {}) {
    const release = retainEngine();
    try {
      await untilAborted(this.#ready, signal);
      signal?.throwIfAborted();
      return await this.#post(request, signal, onReply);
    } finally {
      release();
    }
  }

  /** Loads a model, once for all who want it. Its job is cancelled when nobody wants it any more. */
  async load(model, { signal, onProgress } = {}) {
    signal?.throwIfAborted();
    const load = this.#loads.get(model) ?? this.#beginLoad(model);
    const from = load.done;
    const listener = () => load.total > from && onProgress?.((load.done - from) / (load.total - from));
    load.listeners.add(listener);
    try {
      await untilAborted(load.finished, signal);
    } finally {
      load.listeners.delete(listener);
      if (load.listeners.size === 0 && !load.loaded) {
        if (this.#loads.get(model) === load) this.#loads.delete(model);
        load.stop.abort();
      }
    }
  }

  availabilityOf(model) {
    const load = this.#loads.get(model);
    return load && (load.loaded ? 'available' : 'downloading');
  }

  end(error = new DOMException('The engine was ended.', 'AbortError')) {
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
    this.end(new DOMException(`The engine stopped: ${why} (The next call starts it again.)`, 'OperationError'));
  }

  #hear(data, name) {
    if (data === 'hello') return this.#greeting.resolve();
    if (data === 'alive') return this.#watch(name);
    if (typeof data === 'string') {
      // "cannot start: ", and why.
      return this.#crash(`it ${data}.`);
    }
    const { job, reply } = data;
    const waiting = this.#jobs.get(job);
    if (!waiting) {
      // The engine as a whole failed.
      if (job === this.#startJob && reply.type === 'failed') this.#crash(reply.message);
      return;
    }
    if (STEPS.has(reply.type)) return waiting.step(reply);
    this.#jobs.delete(job);
    if (reply.type === 'failed') waiting.reject(engineError(reply));
    else waiting.resolve(reply);
  }

  /** Waits for the lock that the worker holds while it lives: of its death a browser says nothing. */
  #watch(name) {
    const gone = () => this.#crash('it ended without an error message.');
    navigator.locks?.request(name, { signal: this.#lockWait.signal }, gone).catch(() => {});
  }

  #post(request, signal, onReply) {
    if (this.#ended) return Promise.reject(this.#ended);
    const job = ++this.#lastJob;
    return new Promise((resolve, reject) => {
      const abort = () => stop(signal.reason);
      const settle = (outcome) => (value) => {
        signal?.removeEventListener('abort', abort);
        outcome(value);
      };
      const stop = (reason) => {
        this.#jobs.delete(job);
        this.#worker.postMessage({ job: ++this.#lastJob, request: { type: 'cancel', target: job } });
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
    });
  }

  /** An engine takes its own build's version alone, and names it when it refuses another. */
  async #start() {
    const models = address('models/');
    const start = (version) => {
      this.#startJob = this.#lastJob + 1;
      return this.#post({ type: 'start', version, models });
    };
    try {
      const ready = await start('').catch((error) => {
        const [, version] = /engine (?:is version|of) (\S+)\. /.exec(error.message) ?? [];
        if (!version) throw error;
        return start(version);
      });
      if (ready.protocol > PROTOCOL_VERSION) {
        throw new DOMException('The engine is newer. Use the inkling-service beside it.', 'OperationError');
      }
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
    this.#loads.set(model, load);
    const loaded = this.request({ type: 'load', model }, { signal: load.stop.signal, onReply });
    load.finished = loaded.then(() => (load.loaded = true));
    return load;
  }
}
