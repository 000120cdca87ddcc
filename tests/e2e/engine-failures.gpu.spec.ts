// Faults of WebGPU: each ends on the CPU engine, with a sentence that says so.

import { expect, test } from './fixtures';
import { mnistStrokes } from './page';

const { label, strokes } = mnistStrokes()[0];

/** Scripts that run in the worker before the engine, and what the page then says. */
const faults: [string, string, RegExp][] = [
  ['an adapter that is refused', `GPU.prototype.requestAdapter = async () => null;`, /adapter/i],
  [
    'an adapter without timestamp-query',
    `{
      const { get } = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'features');
      Object.defineProperty(GPUAdapter.prototype, 'features', {
        get() { return new Set([...get.call(this)].filter((feature) => feature !== 'timestamp-query')); },
      });
    }`,
    /timestamp-query/,
  ],
  ['a device that is refused', `GPUAdapter.prototype.requestDevice = async () => { throw new TypeError('refused'); };`, /WebGPU/],
  ['a browser that has WebGPU in pages alone', `delete WorkerNavigator.prototype.gpu;`, /not to workers/],
  ['a device that computes nothing', `GPUQueue.prototype.submit = () => {};`, /WebGPU/],
];

for (const [name, patch, sentence] of faults) {
  test(`${name} leaves the CPU engine`, async ({ inkling }) => {
    await inkling.patchWorker('gpu', patch);
    await inkling.pretendGraphicsCard();
    await inkling.open();
    await inkling.ready('cpu');
    await inkling.has('data-gpu', 'failed');
    await inkling.says(sentence);
    await inkling.draw(strokes);
    expect(await inkling.answer()).toBe(label);
    await inkling.answersOn('cpu');
  });
}

test('a device lost in the middle of drawing leaves the CPU engine, and no stroke is lost', async ({ inkling }) => {
  // Burn's own word about it.
  inkling.allow(/wgpu device was lost/);
  await inkling.patchWorker(
    'gpu',
    `{
      const request = GPUAdapter.prototype.requestDevice;
      GPUAdapter.prototype.requestDevice = async function (...options) {
        return (self.device = await request.apply(this, options));
      };
    }`,
  );
  await inkling.open('gpu');
  await inkling.ready('gpu');
  await inkling.answersOn('gpu');
  const points = strokes.flatMap((stroke) => stroke.points);
  const half = points.length >> 1;
  await inkling.draw([{ points: points.slice(0, half) }]);
  await inkling.answer();
  const worker = await inkling.worker('gpu');
  await worker.evaluate(() => (self as unknown as { device: { destroy(): void } }).device.destroy());
  await inkling.draw([{ points: points.slice(half - 1) }]);
  await inkling.answersOn('cpu');
  expect(await inkling.answer()).toBe(label);
  await inkling.has('data-gpu', 'failed');
  await inkling.says(/stopped responding/i);
});

test('a device that computes nothing any more shows no digit, and leaves the CPU engine', async ({ inkling }) => {
  await inkling.patchWorker(
    'gpu',
    `{
      const read = GPUBuffer.prototype.getMappedRange;
      GPUBuffer.prototype.getMappedRange = function (...range) {
        const bytes = read.apply(this, range);
        if (self.computesNothing) new Uint8Array(bytes).fill(0);
        return bytes;
      };
    }`,
  );
  await inkling.open('gpu');
  await inkling.ready('gpu');
  const worker = await inkling.worker('gpu');
  await worker.evaluate(() => ((self as unknown as { computesNothing: boolean }).computesNothing = true));
  await inkling.draw(strokes);
  expect(await inkling.answer()).toBe(label);
  await inkling.answersOn('cpu');
  await inkling.has('data-gpu', 'failed');
  await inkling.says(/gave wrong results.*The CPU engine takes over/i);
});
