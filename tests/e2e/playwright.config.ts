import { defineConfig } from '@playwright/test';
import { url, withWebGpu, withoutWebGpu } from './browser';

export default defineConfig({
  testDir: '.',
  outputDir: '../../target/e2e',
  // A software graphics adapter computes on the cores that the tests run on.
  workers: 1,
  retries: 0,
  forbidOnly: !!process.env.CI,
  // More than one wait of page.ts, whose message says more than a timeout of Playwright's.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    // What a service worker answers, no test could answer in its place. offline.spec.ts allows it.
    serviceWorkers: 'block',
  },
  projects: [
    { name: 'cpu', testIgnore: '**/*.gpu.spec.ts', use: { launchOptions: withoutWebGpu } },
    {
      name: 'webgpu',
      testMatch: '**/*.gpu.spec.ts',
      use: { launchOptions: withWebGpu },
    },
  ],
});
