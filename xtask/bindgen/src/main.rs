//! `xtask-bindgen KIND FOLDER WASM`: gives a binary for the browser its JavaScript, as `wasm-bindgen --target KIND --no-typescript
//! --out-dir FOLDER WASM` does, with wasm-bindgen's own library. Its program comes with a test runner and a web driver, which take twice
//! as long to compile as all that is needed here.

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, folder, wasm] = arguments.as_slice() else {
        bail!("usage: xtask-bindgen web|no-modules FOLDER WASM");
    };
    let mut bindgen = Bindgen::new();
    match kind.as_str() {
        "web" => bindgen.web(true)?,
        "no-modules" => bindgen.no_modules(true)?,
        other => bail!("`{other}` is neither `web` nor `no-modules`"),
    };
    bindgen.input_path(wasm).typescript(false).generate(folder).with_context(|| format!("cannot bind {wasm}"))
}
