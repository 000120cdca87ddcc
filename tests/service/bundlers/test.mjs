// Builds the page with each bundler and opens it in Chromium: `node test.mjs DIST`, where DIST is what `cargo xtask dist` wrote.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const here = import.meta.dirname;
const page = join(here, 'page');
const entry = join(page, 'main.js');
const dist = resolve(process.argv[2] ?? join(here, '../../../dist'));

/** Those that make scripts alone get a page. */
function writePage(folder, script) {
  writeFileSync(join(folder, 'index.html'), readFileSync(join(page, 'index.html'), 'utf8').replace('./main.js', script));
}

const BUNDLERS = {
  async vite(folder) {
    const { build } = await import('vite');
    await build({ root: page, base: './', logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } });
  },
  async webpack(folder) {
    const { default: webpack } = await import('webpack');
    const config = { mode: 'production', context: page, entry, output: { path: folder, filename: 'page.js' } };
    await new Promise((done, failed) => {
      webpack(config, (error, stats) => (error || stats.hasErrors() ? failed(error ?? new Error(stats.toString())) : done()));
    });
    writePage(folder, './page.js');
  },
  async parcel(folder) {
    const cache = join(folder, '../parcel-cache');
    const options = ['--dist-dir', folder, '--public-url', './', '--cache-dir', cache, '--no-source-maps', '--log-level', 'warn'];
    // From a page, Parcel would write one with a script in it, which policies forbid.
    execFileSync(join(here, 'node_modules/.bin/parcel'), ['build', entry, ...options], { cwd: here, stdio: 'inherit' });
    writePage(folder, './main.js');
  },
  async esbuild(folder) {
    const { build } = await import('esbuild');
    await build({ entryPoints: [entry], bundle: true, minify: true, splitting: true, format: 'esm', outdir: folder, logLevel: 'warning' });
    writePage(folder, './main.js');
  },
  async rollup(folder) {
    const { rollup } = await import('rollup');
    const { default: nodeResolve } = await import('@rollup/plugin-node-resolve');
    const bundle = await rollup({ input: entry, plugins: [nodeResolve()] });
    await bundle.write({ dir: folder, format: 'es' });
    writePage(folder, './main.js');
  },
};

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };

/** Serves folders by the beginnings of paths, with headers that may depend on the path. */
async function serve(folders, headersOf) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const [prefix, folder] = Object.entries(folders).find(([prefix]) => path.startsWith(prefix));
    try {
      const body = readFileSync(join(folder, path.slice(prefix.length)));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', ...headersOf(path) }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, 'localhost', done));
  return { server, origin: `http://localhost:${server.address().port}` };
}

const ISOLATION = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** The same page from four places: engine of its own origin or another, isolated or not, each under the strictest policy. */
async function open(browser, site, cdn, isForeign, isIsolated) {
  const policy = isForeign
    ? `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src ${cdn}; worker-src blob:`
    : "default-src 'self'";
  const headersOf = (path) => ({
    'content-security-policy': path.startsWith('/inkling/') ? "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" : policy,
    ...(isIsolated && ISOLATION),
  });
  const { server, origin } = await serve({ '/inkling/': dist, '/': site }, headersOf);
  const tab = await browser.newPage();
  const said = [];
  tab.on('console', (message) => message.type() === 'error' && !message.location().url.endsWith('favicon.ico') && said.push(message.text()));
  await tab.goto(`${origin}/index.html?base=${isForeign ? `${cdn}/` : '/inkling/'}`);
  await tab.click('button');
  await tab.waitForFunction(() => document.querySelector('output').textContent, null, { timeout: 120_000 });
  const answer = await tab.textContent('output');
  const isolated = await tab.evaluate(() => crossOriginIsolated);
  await tab.close();
  server.close();
  const isRight = answer === '1, true, one' && isolated === isIsolated && said.length === 0;
  return isRight ? 'passes' : `FAILS: ${answer} ${isolated} ${said.join(' ')}`;
}

const built = join(here, 'built');
rmSync(built, { recursive: true, force: true });
const { server, origin: cdn } = await serve({ '/': dist }, () => ({ 'access-control-allow-origin': '*' }));
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath: process.env.CHROME ?? '/usr/bin/chromium', args });
for (const [name, build] of Object.entries(BUNDLERS)) {
  const folder = join(built, name);
  mkdirSync(folder, { recursive: true });
  try {
    await build(folder);
  } catch (error) {
    console.log(`${name}: FAILS to build: ${error.message}`);
    process.exitCode = 1;
    continue;
  }
  for (const isForeign of [false, true]) {
    for (const isIsolated of [false, true]) {
      const result = await open(browser, folder, cdn, isForeign, isIsolated);
      console.log(`${name}, engine of ${isForeign ? 'another' : 'its'} origin, ${isIsolated ? '' : 'not '}isolated: ${result}`);
      if (result !== 'passes') process.exitCode = 1;
    }
  }
}
await browser.close();
server.close();
