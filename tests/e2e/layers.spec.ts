import { test } from './fixtures';
import { holdsPyTorch } from './layers';

test("layers in wasm give PyTorch's numbers to 1e-5, and its gradients to 1e-4", async ({ page }) => {
  await holdsPyTorch(page, 'cpu', 1e-5);
});
