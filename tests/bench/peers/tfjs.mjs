// TensorFlow.js on one of its backends. Its operations are called one by one, fused where it has fused ones: its layers do the same
// with more around it.

import '../node_modules/@tensorflow/tfjs/dist/tf.min.js';
import { contend, sum } from './contender.mjs';
import { added, bilstm, cnn, decoder, transposed } from './network.mjs';

const tf = globalThis.tf;
const engine = new URLSearchParams(location.search).get('engine');
const complaints = [];

/** Starts the backend, or throws what it complained of. */
async function start() {
  const { warn } = console;
  console.warn = (...words) => complaints.push(words.map((word) => word?.message ?? word).join(' '));
  // The other two come with the library.
  if (['wasm', 'webgpu'].includes(engine)) {
    await import(`../node_modules/@tensorflow/tfjs-backend-${engine}/dist/tf-backend-${engine}.min.js`);
  }
  if (engine === 'wasm') {
    tf.wasm.setWasmPaths(new URL('../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url).href);
    // One thread for everybody.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  }
  const started = await tf.setBackend(engine);
  console.warn = warn;
  if (!started) throw new Error(complaints.join(' ') || `TensorFlow.js could not start its backend ${engine}`);
}

const tensor = ({ shape, values }) => tf.tensor(values, shape);

/** Runs `compute` and reads the tensor that it returns; all others are given back. */
async function read(compute) {
  const result = tf.tidy(compute);
  const values = await result.data();
  result.dispose();
  return sum(values);
}

/** The network's parameters as TensorFlow.js has them: channels last, in convolutions and in what the dense layer takes. */
function parameters({ convolution, hidden, output }) {
  return tf.tidy(() => ({
    w1: tf.transpose(tensor(convolution.weight), [2, 3, 1, 0]),
    b1: tensor(convolution.bias),
    w2: tf.reshape(tf.transpose(tf.tensor(hidden.weight.values, [32, 13, 13, 128]), [1, 2, 0, 3]), [5408, 128]),
    b2: tensor(hidden.bias),
    w3: tensor(output.weight),
    b3: tensor(output.bias),
  }));
}

function logits(x, { w1, b1, w2, b2, w3, b3 }) {
  const features = tf.fused.conv2d({ x, filter: w1, strides: 1, pad: 'valid', bias: b1, activation: 'relu' });
  const pooled = tf.reshape(tf.maxPool(features, 2, 2, 'valid'), [x.shape[0], 5408]);
  const hidden = tf.fused.matMul({ a: pooled, b: w2, bias: b2, activation: 'relu' });
  return tf.fused.matMul({ a: hidden, b: w3, bias: b3 });
}

/** Images with one channel, which may as well be the last. */
const images = ({ shape: [batch], values }) => tf.tensor(values, [batch, 28, 28, 1]);

function reading(batch) {
  const network = cnn(batch);
  const weights = parameters(network);
  const input = images(network.images);
  return () => read(() => logits(input, weights));
}

function training(batch) {
  const network = cnn(batch);
  const weights = Object.fromEntries(Object.entries(parameters(network)).map(([name, value]) => [name, tf.variable(value)]));
  const input = images(network.images);
  const labels = tf.cast(tf.oneHot(tf.tensor1d(network.labels, 'int32'), 10), 'float32');
  const optimizer = tf.train.adam(1e-3);
  return async () => {
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, logits(input, weights)), true);
    // As the probe does: the biases of the convolution too, so that no part of the step is left for the next one to wait for.
    const [value] = await Promise.all([loss.data(), weights.b1.data()]);
    loss.dispose();
    return value[0];
  };
}

function recurrent(length) {
  const { tokens, hidden, directions } = bilstm(length);
  const input = tensor(tokens);
  const start = tf.zeros([1, hidden]);
  const walks = directions.map(engine.startsWith('webg') ? projectedFirst : projectedInSteps);
  return () => read(() => tf.concat([walks[0](input, start), tf.reverse(walks[1](tf.reverse(input, 0), start), 0)], 1));
}

/** All states of an LSTM whose inputs are projected before the steps: least to dispatch, so fastest on a graphics adapter. */
function projectedFirst({ weightInput, weightHidden, biasInput, biasHidden }) {
  const project = { b: tensor(transposed(weightInput)), bias: tensor(added(biasInput, biasHidden)) };
  const recur = tensor(transposed(weightHidden));
  return (sequence, start) => {
    let [h, c] = [start, start];
    const states = tf.unstack(tf.fused.matMul({ a: sequence, ...project })).map((gates) => {
      [h, c] = cell(tf.add(tf.matMul(h, recur), gates), c);
      return h;
    });
    return tf.concat(states);
  };
}

/**
 * The same with input and state in one product a step. In wasm this takes half as long: only a product whose weight and bias are
 * the same as before finds its weight packed.
 */
function projectedInSteps(lstm) {
  const gates = stacked(lstm);
  return (sequence, start) => {
    let [h, c] = [start, start];
    const states = tf.split(sequence, sequence.shape[0]).map((x) => {
      [h, c] = cell(tf.fused.matMul({ a: tf.concat([x, h], 1), ...gates }), c);
      return h;
    });
    return tf.concat(states);
  };
}

/** The weights of input and state as one, and their bias. */
function stacked({ weightInput, weightHidden, biasInput, biasHidden }) {
  const weights = [weightInput, weightHidden].map((weight) => tensor(transposed(weight)));
  return { b: tf.concat(weights), bias: tensor(added(biasInput, biasHidden)) };
}

/** The LSTM's new state from its gates and its old cell. */
function cell(gates, c) {
  const [i, f, g, o] = tf.split(gates, 4, gates.rank - 1);
  const next = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
  return [tf.mul(tf.sigmoid(o), tf.tanh(next)), next];
}

function decoding() {
  const network = decoder();
  const gates = stacked(network.cell);
  const [embedding, states, query] = [network.embedding, network.states, network.query.weight].map(tensor);
  const [combination, output] = [network.combination, network.output].map(({ weight, bias }) => ({ b: tensor(weight), bias: tensor(bias) }));
  const [startHidden, startCell] = [network.startHidden, network.startCell].map(tensor);
  const first = tf.tensor1d([network.first], 'int32');
  return () =>
    read(() => {
      let [token, h, c] = [first, startHidden, startCell];
      const tokens = [];
      for (let step = 0; step < network.steps; step++) {
        [h, c] = cell(tf.fused.matMul({ a: tf.concat([tf.gather(embedding, token), h], 1), ...gates }), c);
        const weights = tf.softmax(tf.matMul(tf.matMul(h, query), states, false, true));
        const context = tf.matMul(weights, states);
        const joint = tf.tanh(tf.fused.matMul({ a: tf.concat([context, h], 1), ...combination }));
        token = tf.argMax(tf.fused.matMul({ a: joint, ...output }), 1);
        tokens.push(token);
      }
      return tf.concat(tokens);
    });
}

const WORKS = {
  'cnn-1': () => reading(1),
  'cnn-64': () => reading(64),
  'cnn-train-32': () => training(32),
  'bilstm-64': () => recurrent(64),
  'bilstm-400': () => recurrent(400),
  'decode-16': decoding,
};

const started = start();
contend(async (work) => {
  await started;
  return WORKS[work]();
});
