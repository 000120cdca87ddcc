//! Builds the probe: the worker that browser tests and benchmarks reach the models through (`src/probe`).
//!
//! Plain cargo and wasm-bindgen, with the engines' profiles, so that dependencies are compiled once and what is timed is what is
//! shipped. It never comes near the folder that is deployed.

use std::path::PathBuf;

use anyhow::Result;

use crate::build::{self, BuildMode};
use crate::wasm::{Bindings, WasmBinary};
use crate::{development, target, tools};

/// One of the probe's two builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Burn's Flex in wasm.
    Cpu,
    /// Burn on WebGPU.
    Gpu,
}

impl Probe {
    fn feature(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        }
    }
}

/// The folder that then holds `probe_cpu.mjs` or `probe_gpu.mjs`, the script of a module worker.
pub fn build(probe: Probe, mode: BuildMode) -> Result<PathBuf> {
    let tools = tools::set_up(mode)?;
    let feature = probe.feature();
    let (profile, folder) = match mode {
        BuildMode::Release => (format!("engine-{feature}"), target().join("probe")),
        BuildMode::Development => (development::PROFILE.to_owned(), target().join("probe-development")),
    };
    let binary = WasmBinary {
        name: format!("probe_{feature}"),
        features: format!("{feature},probe"),
        bindings: Bindings::Module,
    };
    binary.build(&profile, None, &folder, &tools, |wasm| {
        // The engine that computes in wasm is timed as it ships; wasm-opt changes nothing in how fast a card computes.
        if probe == Probe::Cpu && mode == BuildMode::Release {
            build::wasm_opt(wasm, &binary.name, &["-O3"], &tools)?;
        }
        Ok(())
    })?;
    build::write(&folder.join(script(&binary.name)), loader(&binary.name).as_bytes())?;
    Ok(folder)
}

fn script(binary: &str) -> String {
    format!("{binary}.mjs")
}

/// Starts the wasm; all else is said by its messages.
fn loader(binary: &str) -> String {
    format!("import init from './{binary}.js';\nawait init();\n")
}
