// Writes the seed CNN as an ONNX file (https://onnx.ai/onnx/repo-docs/IR.html), so that onnxruntime-web runs the very same
// weights. ONNX files are protocol buffers; the few messages that this network needs are written by hand.

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
  const graph = message(
    [1, node('Conv', ['image', 'w1', 'b1'], 'c1', attribute('kernel_shape', 7, [8, 3], [8, 3]))],
    [1, node('Relu', ['c1'], 'r1')],
    [1, node('MaxPool', ['r1'], 'p1', attribute('kernel_shape', 7, [8, 2], [8, 2]), attribute('strides', 7, [8, 2], [8, 2]))],
    [1, node('Flatten', ['p1'], 'f1')],
    [1, node('Gemm', ['f1', 'w2', 'b2'], 'd1', attribute('transB', 2, [3, 1]))],
    [1, node('Relu', ['d1'], 'r2')],
    [1, node('Gemm', ['r2', 'w3', 'b3'], 'logits', attribute('transB', 2, [3, 1]))],
    [2, 'seed-cnn'],
    [5, find('w1', 32, 1, 3, 3)],
    [5, find('b1', 32)],
    [5, find('w2', 128, 5408)],
    [5, find('b2', 128)],
    [5, find('w3', 10, 128)],
    [5, find('b3', 10)],
    [11, value('image', 1, 1, 28, 28)],
    [12, value('logits', 1, 10)],
  );
  return message([1, 8], [7, graph], [8, message([2, 17])]);
}

type Field = [number, number | string | Uint8Array];

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

function node(operator: string, inputs: string[], output: string, ...attributes: Field[]): Uint8Array {
  return message(...inputs.map((input): Field => [1, input]), [2, output], [4, operator], ...attributes);
}

/** An attribute of a node: type 2 is an integer, in field 3; type 7 integers, in field 8. */
function attribute(name: string, type: number, ...values: Field[]): Field {
  return [5, message([1, name], ...values, [20, type])];
}

function initializer(name: string, { shape, values }: Tensor): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return message(...shape.map((side): Field => [1, side]), [2, 1], [8, name], [9, bytes]);
}

function value(name: string, ...shape: number[]): Uint8Array {
  const dimensions = shape.map((side): Field => [1, message([1, side])]);
  return message([1, name], [2, message([1, message([1, 1], [2, message(...dimensions)])])]);
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
