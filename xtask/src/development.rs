//! Builds the page and its two workers for development: plain cargo and wasm-bindgen, no link-time optimization, no Trunk and no
//! wasm-opt.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::build::{self, BuildMode, write};
use crate::index_html::Index;
use crate::serve::{PendingFiles, Server};
use crate::target;
use crate::tools::{self, Tools};
use crate::wasm::{Bindings, WasmBinary};

/// The profile in `.cargo/config.toml`.
pub const PROFILE: &str = "development";
/// The worker that the page can do without while it is still compiled.
const BACKGROUND: &str = "engine_gpu";

/// About how long a part takes the first time, on two cores.
fn duration(binary: &str) -> &'static str {
    match binary {
        "app" => "about 1 minute",
        "engine_cpu" => "about 2 minutes",
        _ => "about 3 minutes",
    }
}

/// The folder with the page and both engines.
pub fn build() -> Result<PathBuf> {
    let build = Build::prepare()?;
    for binary in build.index.binaries() {
        build.binary(binary)?;
    }
    Ok(build.folder)
}

/// Serves the page as soon as it and its CPU engine are built, and builds the WebGPU engine behind it.
pub fn run(port: u16) -> Result<()> {
    let build = Build::prepare()?;
    let (background, first): (Vec<_>, Vec<_>) = build.index.binaries().partition(|binary| binary.name == BACKGROUND);
    for binary in first {
        build.binary(binary)?;
    }
    let pending = Arc::new(PendingFiles::new(BACKGROUND));
    let server = Server::start_before(&build.folder, port, pending.clone())?;
    println!("\nInkling is at {} (Ctrl-C ends)", server.url());
    println!("It can be used now, on the CPU. The WebGPU engine joins it when it is built.\n");
    for binary in background {
        match build.binary(binary) {
            Ok(()) => {
                pending.ready();
                println!("\nThe WebGPU engine is ready. Inkling is at {} (Ctrl-C ends)", server.url());
            }
            Err(error) => {
                pending.failed();
                eprintln!("\nerror: {error:#}\nThe page goes on with the CPU engine.");
            }
        }
    }
    loop {
        thread::park();
    }
}

/// What all parts of a build share.
struct Build {
    index: Index,
    tools: Tools,
    version: String,
    folder: PathBuf,
}

impl Build {
    /// Sets the tools up and writes everything but the binaries.
    fn prepare() -> Result<Self> {
        let tools = tools::set_up(BuildMode::Development)?;
        let index = Index::read()?;
        let folder = target().join("dist-development");
        index.write_to(&folder)?;
        build::copy_assets(&folder)?;
        Ok(Self { index, tools, version: build::version()?, folder })
    }

    /// Builds one binary into the folder.
    fn binary(&self, binary: &WasmBinary) -> Result<()> {
        let started = Instant::now();
        eprintln!("Building {} for development ({} on 2 cores the first time)", binary.name, duration(&binary.name));
        binary
            .build(PROFILE, Some(&self.version), &self.folder, &self.tools, |_| Ok(()))
            .with_context(|| format!("cannot build {}", binary.name))?;
        if binary.bindings == Bindings::WorkerScript {
            write_loader(&self.folder, &binary.name)?;
        }
        eprintln!("Built {} in {} s", binary.name, started.elapsed().as_secs());
        Ok(())
    }
}

/// The script of a worker, of the name that Trunk gives it.
fn write_loader(folder: &Path, binary: &str) -> Result<()> {
    let script =
        format!("importScripts('./{binary}.js');\nwasm_bindgen({{ module_or_path: './{binary}_bg.wasm' }});\n");
    write(&folder.join(format!("{binary}_loader.js")), script.as_bytes())
}
