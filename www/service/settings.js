// Where the engine and its models are.

// The folder above this one: `inkling-service/` lies beside the engine in what `cargo xtask dist` writes.
let base = new URL('../', import.meta.url).href;

/** Sets the folder with `engine_cpu_loader.js` and `models/`. A worker that runs already stays where it is from. */
export function configure(options) {
  if (options?.base !== undefined) {
    const address = new URL(options.base, globalThis.document?.baseURI ?? import.meta.url).href;
    base = address.endsWith('/') ? address : `${address}/`;
  }
}

/** An address in that folder. */
export function address(path) {
  return new URL(path, base).href;
}
