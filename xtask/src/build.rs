//! Builds the page and its two workers for a release: Trunk puts them together, wasm-opt shrinks them. `development.rs` is the other,
//! quicker way.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::command::{command, run};
use crate::comments::without_comments;
use crate::index_html::{self, Index};
use crate::tools::{self, Tools};
use crate::{development, loader, publish, root, target};

/// What a build is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuildMode {
    /// What visitors get: small and fast.
    Release,
    /// Built in a fraction of the time, without link-time optimization; larger and slower.
    Development,
}

/// What a build is made of, from the repository's root.
const CODE: [&str; 8] =
    ["src", "crates", "www", "Cargo.toml", "Cargo.lock", "Trunk.toml", "rust-toolchain.toml", ".cargo"];
/// What is only copied, and where to.
const COPIED: [(&str, &str); 5] = [
    ("models", "models"),
    ("assets/samples", "samples"),
    ("www/service", "inkling-service"),
    ("www/examples", "examples"),
    ("www/icons", "icons"),
];
/// What the workers are made of: changed, the page must not use a worker from a cache.
const WORKERS: [&str; 5] = ["src", "crates", "Cargo.toml", "Cargo.lock", ".cargo"];
const NOT_WORKERS: [&str; 4] = ["src/app", "src/cli", "src/bin/app.rs", "src/bin/inkling.rs"];
/// What wasm-opt does to each binary, by the name of its file. The engines for size but for the one that computes in wasm. Functions of
/// like names are mostly one function for several types: beside one another they compress better.
const OPTIMIZE: [(&str, &[&str]); 3] =
    [("app", &["-Oz", BY_NAME]), ("engine_gpu", &["-Oz", BY_NAME]), ("engine_cpu", &["-O3", BY_NAME])];
const BY_NAME: &str = "--reorder-functions-by-name";

/// The folder to serve or deploy, built anew only where something changed.
pub fn build(mode: BuildMode) -> Result<PathBuf> {
    match mode {
        BuildMode::Release => release(),
        BuildMode::Development => development::build(),
    }
}

fn release() -> Result<PathBuf> {
    let tools = tools::set_up(BuildMode::Release)?;
    let folder = root().join("dist");
    let stamp = target().join("xtask/release.stamp");
    let mut fingerprint = DefaultHasher::new();
    // With the folder, because clones may share one target folder.
    (&folder, &tools.versions, OPTIMIZE).hash(&mut fingerprint);
    hash_files(&CODE, &[], &mut fingerprint)?;
    let fingerprint = format!("{:016x}", fingerprint.finish());
    let built = fs::read_to_string(&stamp).is_ok_and(|old| old == fingerprint) && folder.join("index.html").is_file();
    if built {
        eprintln!("{} is up to date", folder.display());
    } else {
        let started = Instant::now();
        let _ = fs::remove_file(&stamp);
        trunk(&tools, &folder)?;
        optimize(&folder, &tools)?;
        index_html::write_length(&folder)?;
        write(&stamp, fingerprint.as_bytes())?;
        eprintln!("Built {} in {} s", folder.display(), started.elapsed().as_secs());
    }
    for worker in Index::read()?.workers() {
        loader::write_loader(&folder, &worker.name)?;
    }
    copy_assets(&folder)?;
    publish::finish(&folder)?;
    Ok(folder)
}

/// The packages and samples, beside the page.
pub fn copy_assets(folder: &Path) -> Result<()> {
    for (from, to) in COPIED {
        let to = folder.join(to);
        let _ = fs::remove_dir_all(&to);
        copy(&root().join(from), &to)?;
    }
    for script in
        files(&folder.join("inkling-service"))?.into_iter().filter(|file| file.extension() == Some("js".as_ref()))
    {
        let text = fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
        write(&script, without_comments(&text)?.as_bytes())?;
    }
    Ok(())
}

/// The version that page and workers compare. Taken from the workers' sources alone, so that a change of the page does not build the
/// engines anew.
pub fn version() -> Result<String> {
    let mut version = DefaultHasher::new();
    hash_files(&WORKERS, &NOT_WORKERS, &mut version)?;
    Ok(format!("{:016x}", version.finish()))
}

/// Trunk compiles the three binaries that `www/index.html` names and puts a folder together.
fn trunk(tools: &Tools, folder: &Path) -> Result<()> {
    let mut trunk = command("trunk");
    trunk.env("PATH", &tools.path).env("INKLING_BUILD", version()?);
    // Trunk reads NO_COLOR as a boolean of its own and stops at the customary `1`.
    trunk.env_remove("NO_COLOR").args(["build", "--release", "--skip-version-check", "--dist"]).arg(folder);
    eprintln!("Building page and engines as they ship (about 12 minutes on 2 cores the first time)");
    run(&mut trunk)
}

/// Shrinks every binary of a folder.
fn optimize(folder: &Path, tools: &Tools) -> Result<()> {
    for file in files(folder)?.into_iter().filter(|file| file.extension().is_some_and(|e| e == "wasm")) {
        let name = file.file_name().and_then(|name| name.to_str()).context("a file's name is not UTF-8")?;
        let Some((binary, passes)) = OPTIMIZE.into_iter().find(|(binary, _)| name.starts_with(binary)) else {
            bail!("{name} is none of the binaries that build.rs knows how to optimize");
        };
        wasm_opt(&file, binary, passes, tools)?;
    }
    Ok(())
}

/// Optimizes a file in its place. That takes minutes for the WebGPU engine, so results are kept by what went in. Trunk could call
/// wasm-opt too, but would do so again at every change of a style sheet.
pub fn wasm_opt(file: &Path, binary: &str, passes: &[&str], tools: &Tools) -> Result<()> {
    let kept = target().join("xtask/wasm-opt");
    fs::create_dir_all(&kept).with_context(|| format!("cannot create {}", kept.display()))?;
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut hasher = DefaultHasher::new();
    (&bytes, passes, &tools.versions).hash(&mut hasher);
    let result = kept.join(format!("{binary}-{:016x}.wasm", hasher.finish()));
    if !result.is_file() {
        // Which features of WebAssembly the binary uses stands in a section of it that wasm-opt reads, and drops last.
        let partial = result.with_extension("partial");
        run(command("wasm-opt")
            .env("PATH", &tools.path)
            .args(passes)
            .args(["--strip-debug", "--strip-producers", "--strip-target-features", "-o"])
            .arg(&partial)
            .arg(file))?;
        // One result a binary is enough.
        for old in files(&kept)? {
            let name = old.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(&format!("{binary}-")) && old != partial {
                fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.display()))?;
            }
        }
        fs::rename(&partial, &result).with_context(|| format!("cannot write {}", result.display()))?;
    }
    fs::copy(&result, file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(())
}

/// Adds names and contents of files, and of all files in folders, but for those below `without`.
fn hash_files(paths: &[&str], without: &[&str], hasher: &mut DefaultHasher) -> Result<()> {
    for path in paths {
        for file in files(&root().join(path))? {
            let name = file.strip_prefix(root()).unwrap_or(&file);
            if without.iter().any(|without| name.starts_with(without)) {
                continue;
            }
            name.hash(hasher);
            fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?.hash(hasher);
        }
    }
    Ok(())
}

/// A file, or every file in a folder and its folders, in order; nothing where nothing is.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
        let mut entries: Vec<PathBuf> =
            entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>().context("cannot list a folder")?;
        entries.sort();
        for entry in entries {
            found.extend(files(&entry)?);
        }
    }
    Ok(found)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let to = to.join(file.strip_prefix(from).expect("a file lies in its folder"));
        let folder = to.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        fs::copy(&file, &to).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(())
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
