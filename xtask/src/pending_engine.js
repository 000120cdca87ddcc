// Stands in for the loader of the WebGPU engine while `cargo xtask run` still compiles that engine. To the page it is a worker that
// starts slowly: it keeps the page's requests, reports progress so that the page goes on waiting, and becomes the engine once its files
// are there.
'use strict';

const BINARY = 'engine_gpu';
const PERIOD_MS = 1000;
const requests = [];

self.onmessage = (event) => {
  requests.push(event);
  report();
};
self.postMessage('hello');

function report() {
  if (requests.length === 0) return;
  self.postMessage({ job: requests[0].data.job, reply: { type: 'progress', doing: 'fetching', done: 0, total: 0 } });
}

async function becomeEngine() {
  for (;;) {
    const { status } = await fetch(`./${BINARY}.js`, { method: 'HEAD', cache: 'no-store' });
    if (status === 200) break;
    if (status !== 202) throw new Error('it could not be built. The terminal of `cargo xtask run` says why.');
    report();
    await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
  }
  importScripts(`./${BINARY}.js`);
  // The engine sets its own `onmessage`.
  await wasm_bindgen({ module_or_path: `./${BINARY}_bg.wasm` });
  for (const request of requests) self.onmessage(request);
}

becomeEngine().catch((error) => {
  // Thrown outside of a promise, so that the page hears of it.
  setTimeout(() => { throw error; });
});
