//! Builds the probe: the worker that browser tests and benchmarks reach the models through (`src/probe`).
//!
//! Plain cargo and wasm-bindgen, with the engines' profiles, so that dependencies are compiled once and what is timed is what is
//! shipped. It never comes near the folder that is deployed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::build::{self, Mode};
use crate::command::{cargo, command, run};
use crate::target;
use crate::tools;

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
pub fn build(probe: Probe, mode: Mode) -> Result<PathBuf> {
    let tools = tools::set_up()?;
    let feature = probe.feature();
    let binary = format!("probe_{feature}");
    let profile = match mode {
        Mode::Ship => format!("engine-{feature}"),
        Mode::Fast => "fast".to_owned(),
    };
    let folder = target().join(match mode {
        Mode::Ship => "probe",
        Mode::Fast => "probe-fast",
    });
    run(cargo().args(["build", "--target", tools::WASM, "--no-default-features", "--features"]).args([
        &format!("{feature},probe"),
        "--bin",
        &binary,
        "--profile",
        &profile,
    ]))?;
    let linked = target().join(tools::WASM).join(&profile).join(format!("{binary}.wasm"));
    let bytes = fs::read(&linked).with_context(|| format!("cannot read {}", linked.display()))?;
    let mut hasher = DefaultHasher::new();
    (&bytes, &tools.versions).hash(&mut hasher);
    let fingerprint = format!("{:016x}", hasher.finish());
    let stamp = target().join(format!("xtask/{binary}-{mode:?}.stamp"));
    if fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint) && folder.join(script(&binary)).is_file() {
        return Ok(folder);
    }
    let _ = fs::remove_file(&stamp);
    run(command("wasm-bindgen")
        .env("PATH", &tools.path)
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&folder)
        .arg(&linked))?;
    // The engine that computes in wasm is timed as it ships; wasm-opt changes nothing in how fast a card computes.
    if probe == Probe::Cpu && mode == Mode::Ship {
        build::wasm_opt(&folder.join(format!("{binary}_bg.wasm")), &binary, &["-O3"], &tools)?;
    }
    build::write(&folder.join(script(&binary)), loader(&binary).as_bytes())?;
    build::write(&stamp, fingerprint.as_bytes())?;
    Ok(folder)
}

fn script(binary: &str) -> String {
    format!("{binary}.mjs")
}

/// Starts the wasm; all else is said by its messages.
fn loader(binary: &str) -> String {
    format!("import init from './{binary}.js';\nawait init();\n")
}
