import { expect } from '@playwright/test';
import { test } from './fixtures';
import { Probe, holdsPyTorch, learnsAsNatively } from './layers';

test("layers on WebGPU give PyTorch's numbers and gradients to 1e-4", async ({ page }) => {
  await holdsPyTorch(page, 'gpu', 1e-4);
});

test('a batch of sequences, however long, takes three dispatches, and a greedy step five', async ({ page }) => {
  const probe = await Probe.start(page, 'gpu');
  for (const [work, most] of Object.entries({ 'bilstm-16x64': 3, 'bilstm-400': 3, 'decode-16': 16 * (5 + 1) })) {
    // A token's sixth puts it among the others. The first time, inputs and weights are made too.
    await probe.ask({ measure: { work, runs: 1 } });
    await probe.ask({ dispatches: true });
    await probe.ask({ measure: { work, runs: 1 } });
    const { dispatches } = await probe.ask({ dispatches: true });
    expect(dispatches, work).toBeGreaterThan(0);
    expect(dispatches, work).toBeLessThanOrEqual(most);
  }
});

test('gradients on WebGPU are the native ones to 1e-3, and a step of Adam to 1e-6', async ({ page }) => {
  await learnsAsNatively(page, 'gpu', 1e-3);
});
