// What the creation of every object has in common, in the order of "create an AI model object" in the Writing Assistance APIs.

import { modelAvailability } from './model-files.js';
import { INTERNAL, assertInternal, defineInterface } from './webidl.js';
import { engine, retainEngine, untilAborted } from './worker-client.js';

/** The least time between two progress events, but for the last. */
const PROGRESS_MS = 50;
const STEPS = 0x10000;

/** Hears of a download. */
export class CreateMonitor extends EventTarget {
  #handler = null;

  constructor() {
    assertInternal(arguments[0]);
    super();
    this.addEventListener('downloadprogress', (event) => this.#handler?.call(this, event));
  }

  get ondownloadprogress() {
    return this.#handler;
  }

  set ondownloadprogress(handler) {
    this.#handler = typeof handler === 'function' ? handler : null;
  }
}
defineInterface(CreateMonitor);

/** Throws where the document is in no window any more. */
export function assertActiveDocument() {
  if (globalThis.document && !document.defaultView) {
    throw new DOMException('The document is not active.', 'InvalidStateError');
  }
}

/** Whether a permissions policy forbids a feature that the browser knows. */
export function isForbidden(feature) {
  const policy = globalThis.document?.featurePolicy;
  return Boolean(policy?.features().includes(feature) && !policy.allowsFeature(feature));
}

/**
 * Loads a model and returns the lifetime of an object that uses it. Everything before the first `await` happens during the call.
 * `isSupported` says whether we do what the options ask, `needsActivation` whether a download needs the visitor to have acted.
 */
export async function createLifetime({ model, signal, monitor, isSupported, needsActivation }) {
  const progress = new DownloadProgress(signal);
  if (monitor) {
    progress.target = new CreateMonitor(INTERNAL);
    monitor(progress.target);
  }
  const release = retainEngine();
  try {
    if (!isSupported) {
      await null;
      throw new DOMException('Texts and summaries can be in English alone.', 'NotSupportedError');
    }
    const availability = await untilAborted(modelAvailability(model), signal);
    const mayDownload = !needsActivation || navigator.userActivation?.hasBeenActive !== false;
    if (availability === 'downloadable' && !mayDownload) {
      const message = 'The model has to be downloaded, which needs a click or a key press in the page first.';
      throw new DOMException(message, 'NotAllowedError');
    }
    progress.report(0);
    if (availability === 'available') progress.report(1);
    await engine().load(model.name, { signal, onProgress: (fraction) => progress.report(fraction) });
    progress.report(1);
    signal?.throwIfAborted();
    return new Lifetime(release, signal);
  } catch (error) {
    release();
    throw error;
  }
}

/** Fires strictly rising multiples of 1/65,536, none after an abort. */
class DownloadProgress {
  target = null;
  #last = -1;
  #time = -Infinity;
  #signal;

  constructor(signal) {
    this.#signal = signal;
  }

  report(fraction) {
    const loaded = Math.floor(fraction * STEPS) / STEPS;
    const now = performance.now();
    const isEarly = loaded < 1 && now - this.#time < PROGRESS_MS;
    if (!this.target || this.#signal?.aborted || loaded <= this.#last || isEarly) return;
    this.#last = loaded;
    this.#time = now;
    this.target.dispatchEvent(new ProgressEvent('downloadprogress', { lengthComputable: true, loaded, total: 1 }));
  }
}

/** Objects that are dropped without `destroy()` release the engine too. */
const dropped = new FinalizationRegistry((release) => release());

/** How long an object may be used: until `destroy()`, or until the signal that it was created with is aborted. */
class Lifetime {
  #controller = new AbortController();
  #release;

  constructor(release, signal) {
    this.#release = release;
    dropped.register(this, release);
    signal?.addEventListener('abort', () => this.end(signal.reason), { once: true });
  }

  end(reason = new DOMException('The object was destroyed.', 'AbortError')) {
    this.#controller.abort(reason);
    this.#release();
  }

  /** The signal of one call: the object's, and the caller's if there is one. Throws if either is aborted already. */
  signalOf(callSignal) {
    const own = this.#controller.signal;
    const both = callSignal ? AbortSignal.any([own, callSignal]) : own;
    both.throwIfAborted();
    return both;
  }
}
