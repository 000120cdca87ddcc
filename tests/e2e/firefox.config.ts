// The specs that Playwright can run in Debian's Firefox, for `cargo xtask test firefox`. There is no WebGPU in it without a graphics card.

import { defineConfig } from '@playwright/test';
import './firefox';
import config from './playwright.config';

/** What Firefox's automation cannot do. */
const NOT_BY_AUTOMATION = [
  'a scribble over the edge', // moves outside of the window are refused; not tried by hand
  'by touch', // asks Chromium's own protocol; not tried by hand
  'a learning rate that is too high', // what `fill` writes gives no `change`; works by hand
  'rewritten, taken away', // the same
];

export default defineConfig({
  ...config,
  outputDir: '../../target/e2e-firefox',
  grepInvert: new RegExp(NOT_BY_AUTOMATION.join('|')),
  testMatch: ['smoke.spec.ts', 'drawing.spec.ts', 'digit-fine-tuning.spec.ts', 'summary-fine-tuning.spec.ts', 'lab.spec.ts'],
  projects: [
    {
      name: 'firefox',
      use: {
        browserName: 'firefox',
        channel: 'moz-firefox',
        launchOptions: { executablePath: process.env.FIREFOX || '/usr/bin/firefox-esr' },
      },
    },
  ],
});
