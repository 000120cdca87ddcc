// TensorFlow.js on one of its backends. Its operations are called one by one, fused where it has fused ones: layers models do the
// same with more around it.

import '../node_modules/@tensorflow/tfjs-core/dist/tf-core.min.js';
import '../node_modules/@tensorflow/tfjs-backend-cpu/dist/tf-backend-cpu.min.js';
import { contend, sum } from './contender.mjs';
import { added, bilstm, cnn, decoder, joined, transposed } from './network.mjs';

const tf = globalThis.tf;
const engine = new URLSearchParams(location.search).get('engine');
const complaints = [];

/** Starts the backend, or throws what it complained of. */
async function start() {
  const { warn } = console;
  console.warn = (...words) => complaints.push(words.map((word) => word?.message ?? word).join(' '));
  if (engine !== 'cpu') await import(`../node_modules/@tensorflow/tfjs-backend-${engine}/dist/tf-backend-${engine}.min.js`);
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
  const project = directions.map((lstm) => tensor(transposed(lstm.weightInput)));
  const bias = directions.map((lstm) => tensor(added(lstm.biasInput, lstm.biasHidden)));
  // Both directions at once: half as many operations.
  const recur = tf.tensor(joined(...directions.map((lstm) => transposed(lstm.weightHidden).values)), [2, hidden, 4 * hidden]);
  const start = tf.zeros([2, 1, hidden]);
  return () =>
    read(() => {
      const there = tf.fused.matMul({ a: input, b: project[0], bias: bias[0] });
      const back = tf.fused.matMul({ a: tf.reverse(input, 0), b: project[1], bias: bias[1] });
      const gates = tf.unstack(tf.reshape(tf.stack([there, back], 1), [length, 2, 1, 4 * hidden]));
      let [h, c] = [start, start];
      const states = gates.map((projected) => {
        [h, c] = cell(tf.add(tf.matMul(h, recur), projected), c);
        return h;
      });
      const [forward, reversed] = tf.unstack(tf.reshape(tf.stack(states), [length, 2, hidden]), 1);
      return tf.concat([forward, tf.reverse(reversed, 0)], 1);
    });
}

/** The LSTM's new state from its gates and its old cell. */
function cell(gates, c) {
  const [i, f, g, o] = tf.split(gates, 4, gates.rank - 1);
  const next = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
  return [tf.mul(tf.sigmoid(o), tf.tanh(next)), next];
}

function decoding() {
  const network = decoder();
  const { weightInput, weightHidden, biasInput, biasHidden } = network.cell;
  const gates = {
    b: tf.tensor(joined(transposed(weightInput).values, transposed(weightHidden).values), [128 + network.hidden, 4 * network.hidden]),
    bias: tensor(added(biasInput, biasHidden)),
  };
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
