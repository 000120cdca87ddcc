//! The script that starts a worker: it loads the engine's files, and tells the page why where they do not start.

use std::path::Path;

use anyhow::Result;

use crate::build::write;

/// `whyNotStarted`, which the page has, too.
const START_FAILURE: &str = include_str!("../../www/start-failure.js");

/// Writes the loader of a worker into a folder, under the name that Trunk gives it, in place of Trunk's own: a wasm that does not
/// start is a rejected promise there, of which no page hears.
pub fn write_loader(folder: &Path, binary: &str) -> Result<()> {
    write(&folder.join(format!("{binary}_loader.js")), script(binary).as_bytes())
}

/// The script. Its message to the page is the one that `src/app/browser/worker_connection.rs` knows.
fn script(binary: &str) -> String {
    format!(
        "{START_FAILURE}
(function () {{
  var files = ['./{binary}.js', './{binary}_bg.wasm'];
  function tell(error) {{
    whyNotStarted(error, files).then(function (why) {{
      self.postMessage('cannot start: ' + why);
    }});
  }}
  try {{
    importScripts(files[0]);
    wasm_bindgen({{ module_or_path: files[1] }}).catch(tell);
  }} catch (error) {{
    tell(error);
  }}
}})();
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loader_starts_its_engine_and_tells_what_stops_it() {
        let script = script("engine_cpu");
        assert!(script.contains("['./engine_cpu.js', './engine_cpu_bg.wasm']"));
        assert!(script.contains("wasm_bindgen({ module_or_path: files[1] }).catch(tell);"));
        let page = include_str!("../../src/app/browser/worker_connection.rs");
        assert!(page.contains("\"cannot start: \"") && script.contains("'cannot start: '"));
    }
}
