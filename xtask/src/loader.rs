//! The script that starts a worker: it loads the engine's files, and tells the page why where they do not start.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::build::write;

/// `whyNotStarted`, which the page has, too.
const START_FAILURE: &str = include_str!("../../www/start-failure.js");

/// Writes the loader of a worker into a folder, under the name that Trunk gives it, in place of Trunk's own: a wasm that does not
/// start is a rejected promise there, of which no page hears. The worker's wasm lies in the folder already, because the loader tells how
/// much of it has come: what a compressed response says of its own length is of no use for that.
pub fn write_loader(folder: &Path, binary: &str) -> Result<()> {
    let wasm = folder.join(format!("{binary}_bg.wasm"));
    let bytes = fs::metadata(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?.len();
    write(&folder.join(format!("{binary}_loader.js")), script(binary, bytes).as_bytes())
}

/// What the CPU engine asks for first, one after the other, on the page that opens with digits: fetched beside its wasm, these cost no
/// time of their own.
const FIRST_FILES: [&str; 2] = ["./models/catalogue.json", "./models/digits/digits/model.json"];

/// The script. Its messages to the page are those that `src/app/browser/worker_connection.rs` and `www/first-seconds.js` know.
fn script(binary: &str, bytes: u64) -> String {
    let first = if binary == "engine_cpu" { FIRST_FILES.join("', '") } else { String::new() };
    format!(
        "{START_FAILURE}
(function () {{
  // Pages by these names of their workers are ours; others know no such messages, and may have their models elsewhere.
  var ours = /^engine_/.test(self.name);
  var files = ['./{binary}.js', './{binary}_bg.wasm'];
  function tell(error) {{
    whyNotStarted(error, files).then(function (why) {{
      self.postMessage('cannot start: ' + why);
    }});
  }}
  function count(reader, done) {{
    return reader.read().then(function (chunk) {{
      if (chunk.done) return;
      done += chunk.value.length;
      self.postMessage('fetched: ' + done + '/{bytes}');
      return count(reader, done);
    }});
  }}
  // Hands the engine the response of a file that was fetched early; any other is fetched as it asks.
  function fetchEarly(files) {{
    var later = self.fetch;
    var early = {{}};
    files.forEach(function (file) {{
      if (!file) return;
      var address = new URL(file, self.location).href;
      early[address] = later(address, {{ cache: 'no-cache' }});
      early[address].catch(function () {{}});
    }});
    self.fetch = function (request, options) {{
      var response = early[request && request.url];
      if (!response) return later(request, options);
      delete early[request.url];
      return response.catch(function () {{
        return later(request, options);
      }});
    }};
  }}
  try {{
    // At once, not after the script, which takes as long again on a slow network.
    var wasm = fetch(files[1]).then(function (response) {{
      if (ours && response.ok && response.body) {{
        count(response.clone().body.getReader(), 0).catch(function () {{}});
      }}
      return response;
    }});
    // It is heard of below, once the script is there.
    wasm.catch(function () {{}});
    if (ours) fetchEarly(['{first}']);
    importScripts(files[0]);
    wasm_bindgen({{ module_or_path: wasm }}).catch(tell);
  }} catch (error) {{
    tell(error);
  }}
}})();
"
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_loader_starts_its_engine_and_tells_what_stops_it() {
        let script = super::script("engine_cpu", 3_900_000);
        assert!(script.contains("['./engine_cpu.js', './engine_cpu_bg.wasm']"));
        assert!(
            script.contains("fetch(files[1])")
                && script.contains("wasm_bindgen({ module_or_path: wasm }).catch(tell);")
        );
        assert!(script.contains("fetchEarly(['./models/catalogue.json', './models/digits/digits/model.json'])"));
        assert!(super::script("engine_gpu", 1).contains("fetchEarly([''])"));
        let page = include_str!("../../src/app/browser/worker_connection.rs");
        let shell = include_str!("../../www/first-seconds.js");
        assert!(
            page.contains("\"cannot start: \"")
                && script.contains("'cannot start: '")
                && shell.contains("'cannot start: '")
        );
        assert!(
            page.contains("\"fetched: \"")
                && shell.contains("/^fetched: ")
                && script.contains("'fetched: ' + done + '/3900000'")
        );
    }
}
