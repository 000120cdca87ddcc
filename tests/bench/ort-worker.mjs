// Times onnxruntime-web's wasm in a worker, on one thread: as the engine is timed.

import * as ort from './node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs';

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = new URL('./node_modules/onnxruntime-web/dist/', import.meta.url).href;

onmessage = async ({ data: { model, image, runs } }) => {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  const input = new ort.Tensor('float32', image, [1, 1, 28, 28]);
  const times = [];
  let logits;
  for (let run = -50; run < runs; run++) {
    const start = performance.now();
    logits = (await session.run({ image: input })).result;
    if (run >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  postMessage({ medianMs: times[times.length >> 1], minMs: times[0], runs, logits: Array.from(logits.data) });
};
