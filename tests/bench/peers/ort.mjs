// onnxruntime-web: in wasm on one thread, or on WebGPU. The bench serves the models as `models/<work>.onnx` (models.ts).

import { contend, sum } from './contender.mjs';
import { bilstm, cnn, decoder } from './network.mjs';

const engine = new URLSearchParams(location.search).get('engine');
const runtime = new URL('../node_modules/onnxruntime-web/dist/', import.meta.url).href;
const ort = await import(`${runtime}${engine === 'webgpu' ? 'ort.webgpu.bundle.min.mjs' : 'ort.wasm.bundle.min.mjs'}`);
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = runtime;
ort.env.logLevel = 'error';

const tensor = ({ shape, values }) => new ort.Tensor('float32', values, shape);

function inputs(work) {
  switch (work) {
    case 'cnn-1':
      return { image: tensor(cnn(1).images) };
    case 'cnn-64':
      return { image: tensor(cnn(64).images) };
    case 'bilstm-64':
      return { tokens: tensor(bilstm(64).tokens) };
    case 'bilstm-400':
      return { tokens: tensor(bilstm(400).tokens) };
    case 'decode-16': {
      const { first, states, startHidden, startCell } = decoder();
      return {
        token: new ort.Tensor('int64', BigInt64Array.of(BigInt(first)), [1]),
        states: tensor(states),
        hidden: tensor(startHidden),
        cell: tensor(startCell),
      };
    }
    default: {
      const classes = Object.keys(ort).filter((name) => /^[A-Z][a-z]/.test(name));
      throw new Error(`onnxruntime-web ${ort.env.versions.web} cannot do ${work}: its classes are ${classes.join(' and ')}`);
    }
  }
}

contend(async (work) => {
  const feeds = inputs(work);
  const session = await ort.InferenceSession.create(new URL(`models/${work}.onnx`, import.meta.url).href, {
    executionProviders: [engine],
    graphOptimizationLevel: 'all',
    // What WebGPU cannot compute must be an error here, not something that wasm does in its name.
    extra: { session: { disable_cpu_ep_fallback: engine === 'webgpu' ? '1' : '0' } },
  });
  return async () => {
    const outputs = await session.run(feeds);
    const result = outputs.result;
    const check = sum(await result.getData());
    Object.values(outputs).forEach((output) => output.dispose());
    return check;
  };
});
