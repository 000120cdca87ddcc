/**
 * Why a program of WebAssembly did not start, as the middle of a sentence for the visitor. The page has this in its own script, each
 * worker in its loader (xtask/src/loader.rs).
 *
 * `error` is what the browser threw, `files` are the addresses of the program's script and wasm.
 */
async function whyNotStarted(error, files) {
  var words = String((error && error.message) || error);
  if (/unsafe-eval|content security policy|\bCSP\b/i.test(words)) {
    return "a security policy of this site forbids WebAssembly (its script-src lacks 'wasm-unsafe-eval')";
  }
  for (var file of files) {
    var name = file.split('/').pop();
    try {
      var response = await fetch(file);
      if (!response.ok) return 'the server answered ' + response.status + ' for the file ' + name;
      var head = new Uint8Array(await response.arrayBuffer()).subarray(0, 64);
      if (/^\s*</.test(new TextDecoder().decode(head))) return 'the server sent a web page instead of the file ' + name;
      var isWasm = head[0] === 0 && head[1] === 97 && head[2] === 115 && head[3] === 109;
      if (/\.wasm$/.test(name) && !isWasm) return 'the server sent something else instead of the file ' + name;
    } catch (e) {
      return 'its file ' + name + ' could not be downloaded; check your connection';
    }
  }
  if (typeof WebAssembly === 'object' && error instanceof WebAssembly.LinkError) {
    return 'its files are from different builds, so a cache is still serving old ones';
  }
  if (/memory/i.test(words)) return 'there is not enough memory; close other tabs';
  return words;
}
