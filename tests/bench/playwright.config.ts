import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../target/bench/traces',
  workers: 1,
  timeout: 900_000,
  reporter: [['line']],
});
