//! `inkling export` and `inkling import`: a package as one file, for a page or for Python, and back.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;

use super::{put, read};
use crate::{
    cli::packages::text::{family_of, folder},
    engine::Engine,
    host::NativeHost,
    models::with_spec,
    package::{MANIFEST, Manifest, ModelSpec, WEIGHTS, check_name, to_single_file},
    protocol::{EngineKind, Failure, JobId, Reply, Request},
};

/// Arguments of `export`.
#[derive(Args)]
pub struct ExportArgs {
    /// A package's name, or its folder.
    model: String,
    /// The file to write: safetensors, with the manifest in their metadata.
    file: PathBuf,
    /// Where the packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
}

/// Arguments of `import`.
#[derive(Args)]
pub struct ImportArgs {
    /// A package in one file, or weights of PyTorch's with the names and shapes of one of the packages.
    file: PathBuf,
    /// What the package is called, and its folder.
    #[arg(long)]
    name: String,
    /// The folder to put the package's folder into.
    #[arg(long, default_value = "checkpoints")]
    out: PathBuf,
    /// Where the packages are whose vocabulary a model of texts shares.
    #[arg(long, default_value = "models")]
    models: PathBuf,
}

/// Writes a package as one file.
pub fn export(arguments: &ExportArgs) -> Result<()> {
    let folder = folder(&arguments.models, &arguments.model)?;
    let manifest = read(&folder.join(MANIFEST))?;
    let weights = read(&folder.join(WEIGHTS))?;
    let bytes = with_spec!(family_of(&manifest)?, Spec => bundled::<Spec>(&manifest, &weights))?;
    put(&arguments.file, &bytes)?;
    println!("{}: {} bytes", arguments.file.display(), bytes.len());
    Ok(())
}

fn bundled<D: ModelSpec>(manifest: &[u8], weights: &[u8]) -> Result<Vec<u8>> {
    let manifest = Manifest::<D>::parse(manifest)?;
    manifest.file(WEIGHTS)?.check(weights)?;
    Ok(to_single_file(&manifest, weights)?)
}

/// Reads a package out of one file, as the page does, and writes it as a folder.
pub fn import(arguments: &ImportArgs) -> Result<()> {
    let name = &arguments.name;
    check_name(name)?;
    let folder = arguments.out.join(name);
    if folder.join(MANIFEST).exists() {
        bail!("{} holds a package already", folder.display());
    }
    let bytes = read(&arguments.file)?;
    let said = |failure: Failure| anyhow!(failure.message);
    let package = pollster::block_on(async {
        let engine = Engine::start(EngineKind::Cpu, NativeHost::new(&arguments.models), || ()).await.map_err(said)?;
        // All checks are the engine's, the known question among them.
        let install = Request::Install { name: name.clone(), package: bytes.clone() };
        let mut failed = None;
        engine
            .handle(JobId(1), install, &mut |reply| {
                if let Reply::Failed(failure) = reply {
                    failed = Some(failure);
                }
            })
            .await;
        match failed {
            Some(failure) => Err(said(failure)),
            None => engine.read_package(JobId(2), name, &bytes, &mut |_| ()).await.map_err(said),
        }
    })?;
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for (name, bytes) in package.files() {
        put(&folder.join(name), bytes)?;
    }
    println!("{}", folder.display());
    Ok(())
}
