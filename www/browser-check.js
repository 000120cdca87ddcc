/**
 * Runs before anything is painted: the theme, and whether this browser can run the page. In the JavaScript of 2009, so that a browser
 * that cannot is told so.
 */
(function () {
  var root = document.documentElement;
  root.setAttribute('data-scripts', 'run');
  // The theme of an earlier visit. A browser may refuse its storage.
  try { root.setAttribute('data-theme', localStorage.getItem('inkling.theme') || 'system'); } catch (e) {}

  // Scripts and style sheets of the page that cannot be had, which the browser tells the console alone.
  addEventListener('error', function (event) {
    var file = event.target && (event.target.src || event.target.href);
    // The page starts without offline.js; only later visits without a network need it.
    if (!file || /\/offline[^\/]*$/.test(file)) return;
    whenParsed(function () {
      var place = document.getElementById('cannot-start');
      if (!place) return;
      place.textContent = 'Inkling cannot start: its file ' + file.split('/').pop() +
        ' could not be loaded. Reload the page; if that does not help, tell whoever runs this site.';
      place.hidden = false;
    });
  }, true);

  // A module of two functions, one with a 128-bit vector (SIMD) and one with an external reference: what our wasm is compiled to
  // use. start.js starts the page only if the browser takes it.
  var probe = [0, 97, 115, 109, 1, 0, 0, 0, 1, 9, 2, 96, 0, 1, 123, 96, 0, 1, 111, 3, 3, 2, 0, 1,
    10, 15, 2, 8, 0, 65, 0, 253, 15, 253, 98, 11, 4, 0, 208, 111, 11];
  var canRun = typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(probe));
  root.setAttribute('data-can-run', canRun ? 'yes' : 'no');
  if (canRun) return;
  whenParsed(function () {
    document.getElementById('cannot-run').hidden = false;
  });

  function whenParsed(then) {
    if (document.readyState !== 'loading') then();
    else document.addEventListener('DOMContentLoaded', then);
  }
})();
