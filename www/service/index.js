// The service of Inkling for other pages. docs/service.md describes it, index.d.ts has its types.

import { interfacesOf } from './interfaces.js';

export { configure } from './engine.js';

const own = interfacesOf(globalThis);
export const { Summarizer, DigitClassifier } = own;

/** Defines the global `Summarizer`, unless the browser has one that works on this machine. Returns the one to use. */
export async function install({ frames = false } = {}) {
  const native = globalThis.Summarizer;
  if (native && native !== Summarizer) {
    // A native one that cannot even say whether it is available is none.
    const availability = await native.availability().catch(() => 'unavailable');
    if (availability !== 'unavailable') return native;
  }
  define(globalThis, own);
  if (frames) enterFrames(document);
  return Summarizer;
}

function define(realm, { Summarizer, CreateMonitor }) {
  for (const Interface of [Summarizer, CreateMonitor]) {
    Object.defineProperty(realm, Interface.name, { value: Interface, writable: true, configurable: true });
  }
}

const entered = new WeakSet();

/** Defines the classes in the frames of the page's origin, in those that come later, and in the pages that they go to. */
function enterFrames(document) {
  const enter = (node) => {
    try {
      const realm = node.contentWindow;
      if (!realm || entered.has(realm.document)) return;
      entered.add(realm.document);
      define(realm, interfacesOf(realm));
      enterFrames(realm.document);
    } catch {
      // A frame of another origin.
    }
  };
  const look = (node) => [node, ...(node.querySelectorAll?.('iframe, frame') ?? [])].forEach(enter);
  look(document);
  new MutationObserver((records) => records.forEach(({ addedNodes }) => addedNodes.forEach(look))).observe(document, {
    childList: true,
    subtree: true,
  });
  // On the way down, before the listeners of the frame itself.
  document.addEventListener('load', ({ target }) => enter(target), true);
}

// Pages that do not learn do not fetch this part.
const learning = () => import('./learning.js');

/** Returns a promise that has `pause()`, `resume()` and `finish()`. */
export function fineTune(...values) {
  // What was asked before it began is asked when it does.
  const wishes = new Map();
  let send;
  const ask = (request) => {
    wishes.set(request.type, request);
    send?.(request);
  };
  const onJob = (sender) => {
    send = sender;
    wishes.forEach((request) => send(request));
  };
  const learned = learning().then(({ learn }) => learn(onJob, ...values));
  return Object.assign(learned, {
    pause: () => ask({ type: 'hold', rest: 'hold' }),
    resume: () => ask({ type: 'hold', rest: 'go-on' }),
    finish: () => ask({ type: 'finish' }),
  });
}

/** The models that a page keeps. */
export const models = Object.fromEntries(
  ['put', 'get', 'list', 'delete'].map((name) => [name, async (...values) => (await learning()).models[name](...values)]),
);
