// Writes ONNX files (https://onnx.ai/onnx/repo-docs/IR.html), so that onnxruntime-web runs the very same weights. They are protocol
// buffers; the few messages that our networks need are written by hand.

import { readFileSync } from 'node:fs';

type Tensor = { shape: number[]; values: Float32Array };

/** The network Conv 32 of 3×3 – ReLU – max-pool 2 – Dense 128 – ReLU – Dense 10, from a safetensors file. */
export function seedCnn(weights: string): Uint8Array {
  const tensors = readSafetensors(weights);
  // Each tensor of this network is known by its shape.
  const find = (name: string, ...shape: number[]) => {
    const found = tensors.find((tensor) => tensor.shape.join() === shape.join());
    if (!found) throw new Error(`${weights} has no tensor of the shape [${shape}]`);
    return initializer(name, found);
  };
  const parts = [find('w1', 32, 1, 3, 3), find('b1', 32), find('w2', 128, 5408), find('b2', 128), find('w3', 10, 128), find('b3', 10)];
  // A dense layer of a package is [outputs, inputs].
  return seedGraph(1, parts, [attribute('transB', 2, [3, 1])]);
}

/** The graph of that network, from `image` to `result`: weights `w1` to `w3` and biases `b1` to `b3`; `dense` says how those lie. */
export function seedGraph(batch: number, initializers: Uint8Array[], dense: Field[]): Uint8Array {
  return model(
    [
      node('Conv', ['image', 'w1', 'b1'], 'c1', attribute('kernel_shape', 7, [8, 3], [8, 3])),
      node('Relu', ['c1'], 'r1'),
      node('MaxPool', ['r1'], 'p1', attribute('kernel_shape', 7, [8, 2], [8, 2]), attribute('strides', 7, [8, 2], [8, 2])),
      node('Flatten', ['p1'], 'f1'),
      node('Gemm', ['f1', 'w2', 'b2'], 'd1', ...dense),
      node('Relu', ['d1'], 'r2'),
      node('Gemm', ['r2', 'w3', 'b3'], 'result', ...dense),
    ],
    initializers,
    [value('image', float, batch, 1, 28, 28)],
    [value('result', float, batch, 10)],
  );
}

/** A file with one graph, of the operators of opset 17. */
export function model(nodes: Uint8Array[], initializers: Uint8Array[], inputs: Uint8Array[], outputs: Uint8Array[]): Uint8Array {
  const each = (field: number, parts: Uint8Array[]) => parts.map((part): Field => [field, part]);
  const graph = message(...each(1, nodes), [2, 'graph'], ...each(5, initializers), ...each(11, inputs), ...each(12, outputs));
  return message([1, 8], [7, graph], [8, message([2, 17])]);
}

/** A field of a message: its number, and what is in it. */
export type Field = [number, number | string | Uint8Array];

/** A message of protocol buffers: numbers as varints, everything else by length. */
function message(...fields: Field[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [number, content] of fields) {
    if (typeof content === 'number') {
      parts.push(varint(number * 8), varint(content));
    } else {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      parts.push(varint(number * 8 + 2), varint(bytes.length), bytes);
    }
  }
  return Buffer.concat(parts);
}

function varint(value: number): Uint8Array {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Uint8Array.from([...bytes, value]);
}

/** An operator from its named inputs to its named output, or outputs. */
export function node(operator: string, inputs: string[], output: string | string[], ...attributes: Field[]): Uint8Array {
  const outputs = [output].flat().map((name): Field => [2, name]);
  return message(...inputs.map((input): Field => [1, input]), ...outputs, [4, operator], ...attributes);
}

/** An attribute of a node: type 2 is an integer, in field 3; type 3 a string, in field 4; type 7 integers, in field 8. */
export function attribute(name: string, type: number, ...values: Field[]): Field {
  return [5, message([1, name], ...values, [20, type])];
}

/** The numbers that ONNX gives to the types of elements. */
export const float = 1;
export const int64 = 7;

/** A tensor that is part of the file. */
export function initializer(name: string, { shape, values }: { shape: number[]; values: Float32Array | BigInt64Array }): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const type = values instanceof Float32Array ? float : int64;
  return message(...shape.map((side): Field => [1, side]), [2, type], [8, name], [9, bytes]);
}

/** What a graph takes or gives. */
export function value(name: string, type: number, ...shape: number[]): Uint8Array {
  const dimensions = shape.map((side): Field => [1, message([1, side])]);
  return message([1, name], [2, message([1, message([1, type], [2, message(...dimensions)])])]);
}

/** The tensors of a safetensors file of f16 or f32. */
function readSafetensors(path: string): Tensor[] {
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + length).toString('utf8'));
  delete header.__metadata__;
  return Object.values<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(header).map((entry) => {
    const [begin, end] = entry.data_offsets;
    const bytes = file.subarray(8 + length + begin, 8 + length + end);
    const size = entry.dtype === 'F16' ? 2 : 4;
    const values = Float32Array.from({ length: bytes.length / size }, (_, i) =>
      size === 2 ? half(bytes.readUInt16LE(2 * i)) : bytes.readFloatLE(4 * i),
    );
    return { shape: entry.shape, values };
  });
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent ? sign * 2 ** (exponent - 15) * (1 + fraction / 1024) : sign * 2 ** -14 * (fraction / 1024);
}
