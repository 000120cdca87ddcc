// The works as ONNX files, in the form that onnxruntime-web is fastest at.

import { type Field, attribute, float, initializer, int64, model, node, seedGraph, value } from '../onnx';
import { added, bilstm, cnn, decoder, joined, reordered, transposed } from './network.mjs';

type Tensor = { shape: number[]; values: Float32Array };

/** Gates as ONNX has them: input, output, forget, cell; ours are input, forget, cell, output. */
const IOFC = [0, 3, 1, 2];

/** The ONNX file of each work that an inference runtime can do. */
export const models: Record<string, () => Uint8Array> = {
  'cnn-1': () => convolutional(1),
  'cnn-64': () => convolutional(64),
  'bilstm-64': () => recurrent(64),
  'bilstm-400': () => recurrent(400),
  'decode-16': () => decoding(),
};

function convolutional(batch: number): Uint8Array {
  const { convolution, hidden, output } = cnn(batch);
  const layers = [convolution, hidden, output].entries();
  const parts = [...layers].flatMap(([i, { weight, bias }]) => [initializer(`w${i + 1}`, weight), initializer(`b${i + 1}`, bias)]);
  return seedGraph(batch, parts, []);
}

function recurrent(tokens: number): Uint8Array {
  const { directions, hidden } = bilstm(tokens);
  const both = (name: string, shape: number[], part: (direction: Lstm) => Tensor[]) =>
    initializer(name, { shape, values: joined(...directions.flatMap(part).map(({ values }) => values)) });
  return model(
    [
      node('Unsqueeze', ['tokens', 'one'], 'x'),
      node('LSTM', ['x', 'w', 'r', 'b'], 'y', attribute('direction', 3, [4, 'bidirectional']), attribute('hidden_size', 2, [3, hidden])),
      // [tokens, directions, 1, hidden] → [tokens, directions × hidden]
      node('Flatten', ['y'], 'result'),
    ],
    [
      initializer('one', { shape: [1], values: BigInt64Array.of(1n) }),
      both('w', [2, 4 * hidden, 128], ({ weightInput }) => [reordered(weightInput, IOFC)]),
      both('r', [2, 4 * hidden, hidden], ({ weightHidden }) => [reordered(weightHidden, IOFC)]),
      both('b', [2, 8 * hidden], ({ biasInput, biasHidden }) => [reordered(biasInput, IOFC), reordered(biasHidden, IOFC)]),
    ],
    [value('tokens', float, tokens, 128)],
    [value('result', float, tokens, 2 * hidden)],
  );
}

type Lstm = { weightInput: Tensor; weightHidden: Tensor; biasInput: Tensor; biasHidden: Tensor };

/**
 * All steps in one graph. A graph of one step that is run 16 times, its state fed back, is how it is done in the field; in wasm it
 * took a fifth longer. The cell is written out: that was as fast as the operator.
 */
function decoding(): Uint8Array {
  const { steps, hidden, cell, embedding, query, combination, output } = decoder();
  const nodes: Uint8Array[] = [];
  const add = (operator: string, inputs: string[], outputs: string | string[], ...attributes: Field[]) => {
    nodes.push(node(operator, inputs, outputs, ...attributes));
    return typeof outputs === 'string' ? outputs : outputs[0];
  };
  let [token, h, c] = ['token', 'hidden', 'cell'];
  const tokens = [];
  for (let step = 0; step < steps; step++) {
    const at = (name: string) => `${name}${step}`;
    const rows = attribute('axis', 2, [3, 1]);
    const x = add('Gather', ['embedding', token], at('x'));
    const gates = add('Gemm', [add('Concat', [x, h], at('xh'), rows), 'cell_w', 'cell_b'], at('gates'));
    const parts = ['i', 'f', 'g', 'o'].map(at);
    add('Split', [gates], parts, rows);
    const [i, f, o] = [0, 1, 3].map((gate) => add('Sigmoid', [parts[gate]], `s${parts[gate]}`));
    const g = add('Tanh', [parts[2]], at('tg'));
    c = add('Add', [add('Mul', [f, c], at('fc')), add('Mul', [i, g], at('ig'))], at('c'));
    h = add('Mul', [o, add('Tanh', [c], at('tc'))], at('h'));
    const scores = add('Gemm', [add('MatMul', [h, 'query'], at('q')), 'states'], at('scores'), attribute('transB', 2, [3, 1]));
    const context = add('MatMul', [add('Softmax', [scores], at('a'), rows), 'states'], at('context'));
    const joint = add('Gemm', [add('Concat', [context, h], at('ch'), rows), 'combination_w', 'combination_b'], at('joint'));
    const logits = add('Gemm', [add('Tanh', [joint], at('tj')), 'output_w', 'output_b'], at('logits'));
    token = add('ArgMax', [logits], at('token'), rows, attribute('keepdims', 2, [3, 0]));
    // The WebGPU provider neither joins nor casts int64, but looks things up by it.
    tokens.push(add('Gather', ['numbers', token], at('number')));
  }
  add('Concat', tokens, 'result', attribute('axis', 2, [3, 0]));
  const stacked = joined(transposed(cell.weightInput).values, transposed(cell.weightHidden).values);
  return model(
    nodes,
    [
      initializer('embedding', embedding),
      initializer('numbers', { shape: [embedding.shape[0]], values: Float32Array.from({ length: embedding.shape[0] }, (_, i) => i) }),
      initializer('cell_w', { shape: [128 + hidden, 4 * hidden], values: stacked }),
      initializer('cell_b', added(cell.biasInput, cell.biasHidden)),
      initializer('query', query.weight),
      initializer('combination_w', combination.weight),
      initializer('combination_b', combination.bias),
      initializer('output_w', output.weight),
      initializer('output_b', output.bias),
    ],
    [value('token', int64, 1), value('states', float, 64, 512), value('hidden', float, 1, hidden), value('cell', float, 1, hidden)],
    [value('result', float, steps)],
  );
}
