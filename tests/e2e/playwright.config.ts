import { defineConfig } from '@playwright/test';

// `cargo xtask test` sets all three; by hand, `cargo xtask run` serves the page and Chromium is Debian's.
const chrome = process.env.CHROME || '/usr/bin/chromium';
const url = process.env.INKLING_URL || 'http://localhost:8080/';

const args = [
  // Chromium started by root, as in a container, refuses its sandbox.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: '.',
  outputDir: '../../target/e2e',
  // A software graphics adapter computes on the cores that the tests run on.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: chrome, args },
  },
  projects: [
    {
      // A browser without WebGPU.
      name: 'cpu',
      testIgnore: '**/*.gpu.spec.ts',
      use: { launchOptions: { executablePath: chrome, args: [...args, '--disable-features=WebGPU'] } },
    },
    {
      // The same with WebGPU, on the software adapter where there is no graphics card.
      name: 'webgpu',
      testMatch: '**/*.gpu.spec.ts',
      // Shaders compile slowly on a software adapter.
      timeout: 180_000,
      expect: { timeout: 60_000 },
      use: { launchOptions: { executablePath: chrome, args: [...args, '--enable-unsafe-webgpu'] } },
    },
  ],
});
