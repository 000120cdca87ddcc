// The page's side of the engine's protocol (src/protocol/mod.rs): one dedicated worker, shared by every object of the page.

import { engineError } from './errors.js';
import { address } from './settings.js';

/** The version of the messages that this module knows. */
const PROTOCOL_VERSION = 1;
/** How long the worker stays when nothing uses it. */
const IDLE_MS = 30_000;
/** Replies that others follow; any other is the last of its job. */
const STEPS = new Set(['progress', 'source', 'line']);

let current = null;
let users = 0;
let idle;
let turn = Promise.resolve();

/** The worker, started if there is none. */
export function engine() {
  return (current ??= new Engine());
}

/** The worker if there is one. */
export function runningEngine() {
  return current;
}

/** Keeps the worker until the returned function is called, and for a while longer. */
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

/** A promise's outcome, or the signal's reason as soon as it is aborted. */
export function untilAborted(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Does one piece of work after another: texts that are summarized at the same time would each wait for all. */
export function inTurn(signal, work) {
  const done = turn.then(() => {
    signal.throwIfAborted();
    return work();
  });
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
    this.#worker.onmessageerror = () => this.#crash('Its message could not be read');
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // A script that does not come, or that a policy forbids, is an error without words.
      if (event.message) this.#crash(event.message);
      else this.end(new DOMException(`The engine did not come from ${file}. Check the address and the policy.`, 'NetworkError'));
    };
  }

  /** Sends a request and returns the last reply. `onReply` hears the others; what it throws ends the job. */
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

  /** Whether a model is loaded, 'loading', or neither. */
  stateOf(model) {
    const load = this.#loads.get(model);
    if (!load) return 'absent';
    return load.loaded ? 'loaded' : 'loading';
  }

  /** Ends the worker; jobs that are under way fail. */
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
    const reason = why.replace(/\.$/, '');
    this.end(new DOMException(`The engine stopped. ${reason}. The next call starts it again.`, 'OperationError'));
  }

  #hear(data, name) {
    if (data === 'hello') return this.#greeting.resolve();
    if (data === 'alive') return this.#watch(name);
    if (typeof data === 'string') {
      if (data.startsWith('cannot start: ')) this.#crash(`It c${data.slice(1)}`);
      return;
    }
    const { job, reply } = data;
    const waiting = this.#jobs.get(job);
    if (!waiting) {
      // What befalls the engine as a whole is told under the job that started it.
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
    const gone = () => this.#crash('It ended without an error message');
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
        this.#send({ type: 'cancel', target: job });
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
      signal?.addEventListener('abort', abort, { once: true });
      this.#worker.postMessage({ job, request });
    });
  }

  /** Sends a request whose reply nobody waits for. */
  #send(request) {
    if (!this.#ended) this.#worker.postMessage({ job: ++this.#lastJob, request });
  }

  /** Starts the device. An engine takes its own build's version alone, and names it when it refuses another. */
  async #start() {
    const models = address('models/');
    const start = (version) => {
      this.#startJob = this.#lastJob + 1;
      return this.#post({ type: 'start', version, models });
    };
    try {
      const ready = await start('').catch((error) => {
        const version = error.kind === 'version' && /engine (?:is version|of) (\S+)\. /.exec(error.message)?.[1];
        if (!version) throw error;
        return start(version);
      });
      if (ready.protocol > PROTOCOL_VERSION) {
        const versions = `protocol ${ready.protocol}, this inkling-service ${PROTOCOL_VERSION}`;
        throw new DOMException(`The engine speaks ${versions}. Use the inkling-service beside it.`, 'OperationError');
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
    load.finished = this.request({ type: 'load', model }, { signal: load.stop.signal, onReply }).then(
      () => {
        load.loaded = true;
      },
      (error) => {
        if (this.#loads.get(model) === load) this.#loads.delete(model);
        throw error;
      },
    );
    load.finished.catch(() => {});
    return load;
  }
}
