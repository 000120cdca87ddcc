import { holdsGolden } from './golden';
import { test } from './fixtures';

test("the WebGPU engine's logits are Keras's to 1e-3", async ({ inkling, page }) => {
  await inkling.open('cpu');
  await holdsGolden(page, 'gpu', 1e-3);
});
