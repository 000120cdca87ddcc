// "Create an AI model object" of the Writing Assistance APIs.

import { modelAvailability } from './model-files.js';
import { INTERNAL, assertInternal, defineInterface } from './webidl.js';
import { engine, retainEngine, untilAborted } from './worker-client.js';

const PROGRESS_STEPS = 0x10000;
const PROGRESS_MS = 50;

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

export function assertActiveDocument() {
  if (globalThis.document && !document.defaultView) {
    throw new DOMException('The document is not active.', 'InvalidStateError');
  }
}

/** A policy says nothing of a feature that the browser does not know. */
export function isForbidden(feature) {
  const policy = globalThis.document?.featurePolicy;
  return Boolean(policy?.features().includes(feature) && !policy.allowsFeature(feature));
}

/** Loads a model and returns the lifetime of an object that uses it. `monitor` is called before this returns. */
export async function createLifetime({ model, signal, monitor, isSupported, needsActivation }) {
  const target = monitor && new CreateMonitor(INTERNAL);
  monitor?.(target);
  const report = progressReporter(target, signal);
  const release = retainEngine();
  try {
    if (!isSupported) throw new DOMException('Only English can be summarized.', 'NotSupportedError');
    const availability = await untilAborted(modelAvailability(model), signal);
    const mayDownload = !needsActivation || navigator.userActivation?.hasBeenActive !== false;
    if (availability === 'downloadable' && !mayDownload) {
      throw new DOMException('A download of the model needs a click or a key press in the page.', 'NotAllowedError');
    }
    report(0);
    if (availability === 'available') report(1);
    await engine().load(model.name, { signal, onProgress: report });
    report(1);
    signal?.throwIfAborted();
    return new Lifetime(release, signal);
  } catch (error) {
    release();
    throw error;
  }
}

/** A function that fires strictly rising multiples of 1/65,536 at a monitor, none after an abort. */
function progressReporter(monitor, signal) {
  let last = -1;
  let time = -Infinity;
  return (fraction) => {
    const loaded = Math.floor(fraction * PROGRESS_STEPS) / PROGRESS_STEPS;
    const isEarly = loaded < 1 && performance.now() - time < PROGRESS_MS;
    if (!monitor || signal?.aborted || loaded <= last || isEarly) return;
    last = loaded;
    time = performance.now();
    monitor.dispatchEvent(new ProgressEvent('downloadprogress', { lengthComputable: true, loaded, total: 1 }));
  };
}

/** Objects that are dropped without `destroy()` release the engine too. */
const dropped = new FinalizationRegistry((release) => release());

/** Ends by `destroy()`, or by the signal that the object was created with. */
class Lifetime {
  #controller = new AbortController();
  #release;

  constructor(release, signal) {
    this.#release = release;
    dropped.register(this, release);
    signal?.addEventListener('abort', () => this.end(signal.reason));
  }

  end(reason = new DOMException('The object was destroyed.', 'AbortError')) {
    this.#controller.abort(reason);
    this.#release();
  }

  /** The signal of a call: the object's, and the caller's if there is one. Throws if either is aborted. */
  signalOf(callSignal) {
    const own = this.#controller.signal;
    const both = callSignal ? AbortSignal.any([own, callSignal]) : own;
    both.throwIfAborted();
    return both;
  }
}
