// The browser that tests and benchmarks drive. `cargo xtask` sets the environment; by hand, `cargo xtask run` serves the page.

import type { LaunchOptions } from '@playwright/test';

export const url = process.env.INKLING_URL || 'http://localhost:8080/';

const args = [
  // Chromium started by root, as in a container, refuses its sandbox.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const launch = (...more: string[]): LaunchOptions => ({
  executablePath: process.env.CHROME || '/usr/bin/chromium',
  args: [...args, ...more],
});

/** Its `navigator.gpu` grants no adapter. */
export const withoutWebGpu = launch('--disable-features=WebGPU');

/** With WebGPU, on the software adapter where there is no graphics card. */
export const withWebGpu = launch('--enable-unsafe-webgpu');
