import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../target/bench/traces',
  workers: 1,
  timeout: 900_000,
  reporter: [['line']],
  // What is measured comes from the server, or from the caches that a measurement names.
  use: { serviceWorkers: 'block' },
});
