import { test as base, expect } from '@playwright/test';
import { Inkling } from './page';

/** A test with a page, that fails on any error which the test did not name in advance. */
export const test = base.extend<{ inkling: Inkling }>({
  inkling: async ({ page }, use) => {
    const inkling = new Inkling(page);
    await inkling.hearWorkers();
    await use(inkling);
    // What is still on its way when a test ends is nobody's error.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(inkling.unexpectedErrors(), 'errors of the page and its workers').toEqual([]);
  },
});

export { expect };
