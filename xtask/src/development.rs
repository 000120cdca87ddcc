//! Builds the page and its two workers for development: plain cargo and wasm-bindgen, no link-time optimization, no Trunk and no
//! wasm-opt.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};

use crate::build::{self, BuildMode};
use crate::index_html::{self, Index};
use crate::loader;
use crate::serve::{PendingFiles, Server};
use crate::tools::{self, Tools};
use crate::wasm::{Bindings, WasmBinary};
use crate::{publish, target};

/// The profile in `.cargo/config.toml`.
pub const PROFILE: &str = "development";
/// The worker that the page can do without while it is still compiled.
const BACKGROUND: &str = "engine_gpu";

/// About how long a part takes the first time, on two cores.
fn duration(binary: &str) -> &'static str {
    match binary {
        "app" => "about 3 minutes",
        "engine_cpu" => "about 4 minutes",
        _ => "about 6 minutes",
    }
}

/// The folder with the page and both engines.
pub fn build() -> Result<PathBuf> {
    let build = Build::prepare()?;
    build.build_with_tools(build.index.binaries())?;
    Ok(build.folder)
}

/// Serves the page as soon as it and its CPU engine are built, and builds the WebGPU engine behind it.
pub fn run(port: u16) -> Result<()> {
    let build = Build::prepare()?;
    let (background, first): (Vec<_>, Vec<_>) = build.index.binaries().partition(|binary| binary.name == BACKGROUND);
    let tools = build.build_with_tools(first.into_iter())?;
    let pending = Arc::new(PendingFiles::new(BACKGROUND));
    let server = Server::start_before(&build.folder, port, pending.clone())?;
    println!("\nInkling is at {} (Ctrl-C ends)", server.url());
    println!("It can be used now, on the CPU. The WebGPU engine joins it when it is built.\n");
    for binary in background {
        match build.compile(binary).and_then(|()| build.bind(binary, &tools)) {
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
    version: String,
    folder: PathBuf,
}

impl Build {
    /// Writes everything but the binaries.
    fn prepare() -> Result<Self> {
        let index = Index::read()?;
        let folder = target().join("dist-development");
        index.write_to(&folder)?;
        build::copy_assets(&folder)?;
        publish::remove_service_worker(&folder)?;
        Ok(Self { index, version: build::version()?, folder })
    }

    /// Builds binaries. Tools that are missing are installed while the first ones are compiled: neither keeps all cores busy.
    fn build_with_tools<'a>(&self, binaries: impl Iterator<Item = &'a WasmBinary>) -> Result<Tools> {
        tools::need_wasm_target()?;
        let binaries: Vec<&WasmBinary> = binaries.collect();
        let tools = thread::scope(|scope| {
            let tools = scope.spawn(|| tools::set_up(BuildMode::Development));
            let compiled = binaries.iter().try_for_each(|binary| self.compile(binary));
            let tools = tools.join().map_err(|_| anyhow!("the thread that installs tools panicked"))?;
            compiled.and(tools)
        })?;
        for binary in binaries {
            self.bind(binary, &tools)?;
        }
        Ok(tools)
    }

    fn compile(&self, binary: &WasmBinary) -> Result<()> {
        let name = &binary.name;
        let started = Instant::now();
        eprintln!("Compiling {name} for development ({} on 2 idle cores the first time)", duration(name));
        binary.compile(PROFILE, Some(&self.version)).with_context(|| format!("cannot build {name}"))?;
        eprintln!("Compiled {name} in {} s", started.elapsed().as_secs());
        Ok(())
    }

    /// Writes a compiled binary, with its scripts, into the folder.
    fn bind(&self, binary: &WasmBinary, tools: &Tools) -> Result<()> {
        binary
            .bind(PROFILE, &self.folder, tools, |_| Ok(()))
            .with_context(|| format!("cannot build {}", binary.name))?;
        match binary.bindings {
            Bindings::WorkerScript => loader::write_loader(&self.folder, &binary.name),
            Bindings::Module => index_html::write_length(&self.folder),
        }
    }
}
