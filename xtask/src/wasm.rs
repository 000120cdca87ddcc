//! One binary for the browser: compiled by cargo, and given its JavaScript by wasm-bindgen.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

use crate::build::write;
use crate::command::{cargo, command, run};
use crate::target;
use crate::tools::{self, Tools};

/// How JavaScript loads a binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bindings {
    /// A module, for `import`.
    Module,
    /// A classic script, for `importScripts` in a worker.
    WorkerScript,
}

/// A binary of this workspace, as it is built for the browser.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WasmBinary {
    /// Its name in `Cargo.toml`.
    pub name: String,
    /// The features that it needs, separated by commas.
    pub features: String,
    /// How it is loaded.
    pub bindings: Bindings,
}

impl WasmBinary {
    /// Compiles the binary, and gives it its JavaScript: [`Self::compile`] and [`Self::bind`].
    pub fn build(
        &self,
        profile: &str,
        version: Option<&str>,
        folder: &Path,
        tools: &Tools,
        finish: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        self.compile(profile, version)?;
        self.bind(profile, folder, tools, finish)
    }

    /// Compiles the binary. `version` is what the page and its workers compare.
    pub fn compile(&self, profile: &str, version: Option<&str>) -> Result<()> {
        let mut cargo = cargo();
        cargo.args(["build", "--target", tools::WASM, "--no-default-features", "--features", &self.features]);
        cargo.args(["--bin", &self.name, "--profile", profile]);
        if let Some(version) = version {
            cargo.env("INKLING_BUILD", version);
        }
        run(&mut cargo)
    }

    /// Writes `NAME.js` and `NAME_bg.wasm` of a compiled binary into a folder, if they are not those of the last time. `finish` changes
    /// the wasm in its place.
    pub fn bind(
        &self,
        profile: &str,
        folder: &Path,
        tools: &Tools,
        finish: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        let Self { name, bindings, .. } = self;
        let linked = target().join(tools::WASM).join(profile).join(format!("{name}.wasm"));
        let bytes = fs::read(&linked).with_context(|| format!("cannot read {}", linked.display()))?;
        let mut hasher = DefaultHasher::new();
        // With the folder, because clones may share one target folder.
        (&bytes, bindings, folder, &tools.versions).hash(&mut hasher);
        let fingerprint = format!("{:016x}", hasher.finish());
        let stamp = target().join(format!("xtask/{name}-{profile}.stamp"));
        let (script, wasm) = (folder.join(format!("{name}.js")), folder.join(format!("{name}_bg.wasm")));
        if fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint) && script.is_file() && wasm.is_file() {
            return Ok(());
        }
        let _ = fs::remove_file(&stamp);
        let kind = match bindings {
            Bindings::Module => "web",
            Bindings::WorkerScript => "no-modules",
        };
        match &tools.bindgen {
            Some(program) => run(command(program).arg(kind).arg(folder).arg(&linked))?,
            None => run(command("wasm-bindgen")
                .env("PATH", &tools.path)
                .args(["--target", kind, "--no-typescript", "--out-dir"])
                .arg(folder)
                .arg(&linked))?,
        }
        finish(&wasm)?;
        write(&stamp, fingerprint.as_bytes())
    }
}
