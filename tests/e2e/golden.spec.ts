import { holdsGolden } from './golden';
import { test } from './fixtures';

test("the CPU engine's logits are Keras's to 1e-4", async ({ inkling, page }) => {
  await inkling.open('cpu');
  await holdsGolden(page, 'cpu', 1e-4);
});
