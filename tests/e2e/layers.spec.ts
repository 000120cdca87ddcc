import { test } from './fixtures';
import { holdsPyTorch, learnsAsNatively } from './layers';

test("layers in wasm give PyTorch's numbers to 1e-5, and its gradients to 1e-4", async ({ page }) => {
  await holdsPyTorch(page, 'cpu', 1e-5);
});

test('gradients in wasm are the native ones to 1e-4, and a step of Adam to 1e-6', async ({ page }) => {
  await learnsAsNatively(page, 'cpu', 1e-4);
});
