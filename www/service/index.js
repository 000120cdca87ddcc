// The service of Inkling for other pages. docs/service.md describes it, index.d.ts has its types.

import { CreateMonitor } from './creation.js';
import { Summarizer } from './summarizer.js';

export { configure } from './settings.js';
export { DigitClassifier } from './digit-classifier.js';
export { Summarizer };

/** Defines the global `Summarizer`, unless the browser has one that works on this machine. Returns the one to use. */
export async function install() {
  const native = globalThis.Summarizer;
  if (native && native !== Summarizer) {
    // A native one that cannot even say whether it is available is none.
    const availability = await native.availability().catch(() => 'unavailable');
    if (availability !== 'unavailable') return native;
  }
  for (const Interface of [Summarizer, CreateMonitor]) {
    Object.defineProperty(globalThis, Interface.name, { value: Interface, writable: true, configurable: true });
  }
  return Summarizer;
}
