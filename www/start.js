/**
 * Starts the page. The names of its JavaScript and its wasm, which change with each build, are in two <meta> tags that Trunk or
 * `cargo xtask` writes (pattern_script in Trunk.toml).
 */
const named = (name) => new URL(document.querySelector(`meta[name="${name}"]`).content, document.baseURI).href;

/** Resolves when the document is parsed, and the deferred script with `whyNotStarted` has run. */
const parsed = new Promise((resolve) => {
  if (document.readyState === 'complete') resolve();
  else {
    document.addEventListener('DOMContentLoaded', resolve);
    // An asynchronous script may come between the two.
    addEventListener('load', resolve);
  }
});

if (document.documentElement.dataset.canRun === 'yes') {
  const [script, binary] = [named('inkling-script'), named('inkling-wasm')];
  // What the visitor looks at comes first (first-seconds.js); then the two side by side.
  await window.firstSeconds?.pageTurn();
  const wasm = (window.firstSeconds?.fetchPage ?? fetch)(binary);
  try {
    const page = await import(script);
    await parsed;
    await page.default({ module_or_path: wasm });
  } catch (error) {
    // A newer version that waits may start.
    navigator.serviceWorker?.getRegistration().then((worker) => worker?.waiting?.postMessage('use this version'), () => {});
    await parsed;
    if (typeof whyNotStarted === 'undefined') throw error; // browser-check.js has told it.
    const why = await whyNotStarted(error, [script, binary]);
    const place = document.getElementById('cannot-start');
    // Once the page has begun, it speaks for itself.
    if (place) {
      place.textContent = `Inkling cannot start: ${why.replace(/[.!]$/, '')}. Reload the page; if that does not help, tell whoever runs this site.`;
      place.hidden = false;
    }
    throw error;
  }
}
