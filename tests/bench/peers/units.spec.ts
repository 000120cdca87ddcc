// What the peers' bench computes by itself. No browser.

import { expect, test } from '@playwright/test';
import { noise } from './noise.mjs';
import { added, reordered, transposed } from './network.mjs';
import { type Outcome, measured, median, significant, table } from './table';

test('the median is the middle, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 9, 1, 2])).toBe(5.5);
  expect(() => median([])).toThrow('nothing has no median');
});

test('noise is what Rust makes of the same seed', () => {
  const rust = [-0.9765905, -0.8760835, 0.9538153, 0.3980574];
  expect([...noise(7, 4, -1, 1)]).toEqual([...Float32Array.from(rust)]);
});

test('matrices are turned, gates exchanged, biases added', () => {
  const values = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(transposed({ shape: [2, 4], values })).toEqual({ shape: [4, 2], values: Float32Array.from([1, 5, 2, 6, 3, 7, 4, 8]) });
  expect([...reordered({ shape: [4, 2], values }, [0, 3, 1, 2]).values]).toEqual([1, 2, 7, 8, 3, 4, 5, 6]);
  expect([...added({ shape: [8], values }, { shape: [8], values }).values]).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
});

test('numbers have three significant digits', () => {
  expect([0, 0.12345, 1.5, 12.345, 123.45, 12345.6, -4.169].map(significant)).toEqual(['0.00', '0.123', '1.50', '12.3', '123', '12346', '-4.17']);
});

const outcomes: Outcome[] = [
  { work: 'cnn-1', contender: 'inkling', engine: 'cpu', times: [2, 2, 2], check: 1 },
  { work: 'cnn-1', contender: 'tensorflow.js', engine: 'wasm', times: [1, 3], check: 1 },
  { work: 'cnn-1', contender: 'onnxruntime-web', engine: 'webgpu', times: [6, 6, 1], check: 1.1 },
  { work: 'cnn-64', contender: 'inkling', engine: 'webgpu', reason: 'no adapter' },
];

test('who could not do the work is left out of the file', () => {
  expect(measured(outcomes)).toEqual([
    { work: 'cnn-1', contender: 'inkling', engine: 'cpu', median_ms: 2 },
    { work: 'cnn-1', contender: 'tensorflow.js', engine: 'wasm', median_ms: 2 },
    { work: 'cnn-1', contender: 'onnxruntime-web', engine: 'webgpu', median_ms: 6 },
  ]);
});

test('the table has ratios, reasons, and a mark at a result that is not that of the others', () => {
  const lines = table(outcomes).split('\n');
  expect(lines).toHaveLength(5);
  expect(lines[1]).toMatch(/^cnn-1 +inkling cpu +2\.00 ms +3 +1\.00 +1\.00$/);
  expect(lines[3]).toMatch(/^cnn-1 +onnxruntime-web webgpu +6\.00 ms +3 +3\.00 +1\.10 differs$/);
  expect(lines[4]).toMatch(/^cnn-64 +inkling webgpu +— +no adapter$/);
});
