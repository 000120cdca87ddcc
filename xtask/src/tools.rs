//! The tools that building needs, each at a pinned version, in a cache folder of their own: they disturb nothing of the user's,
//! and a second clone finds them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build::BuildMode;
use crate::command::{cargo, command, output_of, path_with, run};
use crate::{root, target};

/// Trunk 0.22 needs a newer compiler than `rust-toolchain.toml` has.
const TRUNK: &str = "0.21.14";
/// npm's package, which carries wasm-opt compiled to WebAssembly.
const BINARYEN: &str = "132.0.0";
/// Rust's name for the browser.
pub const WASM: &str = "wasm32-unknown-unknown";
const NODE_MAJOR: u32 = 20;

/// Where the tools are.
pub struct Tools {
    /// `PATH` with the tools' folders in front.
    pub path: OsString,
    /// Names and versions, for what depends on them.
    pub versions: String,
    /// A program that does what a development build needs of wasm-bindgen, where wasm-bindgen itself is not installed.
    pub bindgen: Option<PathBuf>,
}

/// Installs what a build needs and neither `PATH` nor the cache has at the right version. A build for development needs wasm-bindgen
/// alone, of which a part is compiled where there is none.
pub fn set_up(mode: BuildMode) -> Result<Tools> {
    need_wasm_target()?;
    let mut folders = Vec::new();
    let bindgen = locked_version("wasm-bindgen")?;
    if mode == BuildMode::Development {
        let versions = format!("wasm-bindgen {bindgen}");
        let installed = cache()?.join(format!("wasm-bindgen-{bindgen}/bin"));
        if !is_on_path("wasm-bindgen", &bindgen) && !installed.join("wasm-bindgen").is_file() {
            return Ok(Tools { path: path_with(&folders)?, versions, bindgen: Some(compile_bindgen()?) });
        }
        folders.push(installed);
        return Ok(Tools { path: path_with(&folders)?, versions, bindgen: None });
    }
    if !is_on_path("wasm-bindgen", &bindgen) {
        folders.push(install_wasm_bindgen(&bindgen)?);
    }
    if !is_on_path("trunk", TRUNK) {
        folders.push(install_trunk()?);
    }
    // Binaryen says its version without the zeros that npm adds.
    if !is_on_path("wasm-opt", BINARYEN.trim_end_matches(".0")) {
        need_node()?;
        folders.push(install_wasm_opt()?);
    }
    let versions = format!("trunk {TRUNK}, wasm-bindgen {bindgen}, binaryen {BINARYEN}");
    Ok(Tools { path: path_with(&folders)?, versions, bindgen: None })
}

/// Whether a program is in `PATH` at this version.
fn is_on_path(program: &str, version: &str) -> bool {
    output_of(command(program).arg("--version")).is_some_and(|printed| has_version(&printed, version))
}

/// Whether what `--version` printed names this version: `wasm-bindgen 0.2.130 (0123abc)`, `wasm-opt version 132 (version_132)`.
fn has_version(printed: &str, version: &str) -> bool {
    printed
        .lines()
        .next()
        .is_some_and(|line| line.split_whitespace().any(|word| word.trim_start_matches('v') == version))
}

fn install_wasm_bindgen(version: &str) -> Result<PathBuf> {
    install(&format!("wasm-bindgen-{version}"), "bin/wasm-bindgen", "about 2 minutes, once", |folder| {
        // Not --locked: the lock file in the crate can name versions that were yanked since.
        run(quick(cargo().args([
            "install",
            "wasm-bindgen-cli",
            "--version",
            version,
            "--bin",
            "wasm-bindgen",
            "--root",
        ]))
        .arg(folder)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"))
    })
}

/// Compiles `xtask/bindgen`, and says where it is.
fn compile_bindgen() -> Result<PathBuf> {
    eprintln!("Compiling wasm-bindgen's library (about a minute, once)");
    run(cargo().args(["build", "--package", "xtask-bindgen", "--profile", "tool"]))?;
    Ok(target().join("tool/xtask-bindgen"))
}

fn install_trunk() -> Result<PathBuf> {
    install(&format!("trunk-{TRUNK}"), "bin/trunk", "about 3 minutes, once", |folder| {
        // Its default features are for downloads and updates, which never happen here.
        let arguments = ["install", "--locked", "trunk", "--version", TRUNK, "--no-default-features", "--root"];
        run(quick(cargo().args(arguments)).arg(folder))
    })
}

/// Without optimizations, a tool compiles in less than half the time; what it does takes seconds.
fn quick(cargo: &mut Command) -> &mut Command {
    cargo
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
}

fn install_wasm_opt() -> Result<PathBuf> {
    install(&format!("binaryen-{BINARYEN}"), "node_modules/.bin/wasm-opt", "some seconds, once", |folder| {
        run(command("npm")
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
            .arg(folder)
            .arg(format!("binaryen@{BINARYEN}")))
    })
}

/// The folder of `name`'s program, installed by `install` if it is not there. A tool is installed into a folder beside its own,
/// which is renamed at the end, so that an install that was cut off is not taken for a whole one.
pub fn install(
    name: &str,
    program: &str,
    duration: &str,
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let cache = cache()?;
    let folder = cache.join(name);
    let program = folder.join(program);
    if !program.is_file() {
        eprintln!("Installing {name} into {} ({duration})", cache.display());
        let partial = cache.join(format!(".partial-{name}-{}", std::process::id()));
        fs::create_dir_all(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
        let installed = install(&partial).with_context(|| format!("cannot install {name}"));
        if installed.is_ok() {
            // What is there without its program was left by something else than this function.
            if folder.exists() && !program.is_file() {
                fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
            }
            // Another xtask may have been faster; then its folder is as good.
            if !folder.exists() {
                fs::rename(&partial, &folder).with_context(|| format!("cannot create {}", folder.display()))?;
            }
        }
        let _ = fs::remove_dir_all(&partial);
        installed?;
        if !program.is_file() {
            bail!("{name} was installed, but {} is not there", program.display());
        }
    }
    Ok(program.parent().expect("a program lies in a folder").to_owned())
}

/// `INKLING_CACHE`, or `inkling` in the user's cache folder.
fn cache() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("INKLING_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("inkling")))
        .or_else(|| set("HOME").map(|folder| folder.join(".cache/inkling")))
        .context("neither INKLING_CACHE nor HOME is set, so there is no place to install the tools")
}

/// Node and npm are prerequisites of a release and of the browser tests: wasm-opt and Playwright come through them.
pub fn need_node() -> Result<()> {
    let advice = format!("install Node.js {NODE_MAJOR} or later with npm, and run the command again");
    let Some(version) = output_of(command("node").arg("--version")) else {
        bail!("`node` was not found: {advice}");
    };
    let major: u32 = version.trim_start_matches('v').split('.').next().unwrap_or("").parse().unwrap_or(0);
    if major < NODE_MAJOR {
        bail!("`node` is {version}: {advice}");
    }
    if output_of(command("npm").arg("--version")).is_none() {
        bail!("`npm` was not found beside Node.js {version}: {advice}");
    }
    Ok(())
}

/// Rust's standard library for the browser.
pub fn need_wasm_target() -> Result<()> {
    let installed = || {
        output_of(command("rustc").args(["--print", "target-libdir", "--target", WASM]))
            .is_some_and(|folder| Path::new(&folder).is_dir())
    };
    if !installed() {
        eprintln!("Installing Rust's {WASM} target");
        run(command("rustup").args(["target", "add", WASM])).with_context(|| {
            format!("Rust's {WASM} target is missing; install it with `rustup target add {WASM}`, or as your Rust came")
        })?;
    }
    Ok(())
}

/// Clippy and rustfmt, which `cargo xtask test` runs.
pub fn need_components() -> Result<()> {
    for (component, probe) in [("clippy", "clippy"), ("rustfmt", "fmt")] {
        if output_of(cargo().args([probe, "--version"])).is_none() {
            run(command("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// The version of a crate in `Cargo.lock`: wasm-bindgen's program must be that of its library.
fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = lock.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    Ok(version.with_context(|| format!("{package} is not in {}", path.display()))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_tools_print() {
        assert!(has_version("wasm-bindgen 0.2.130\n", "0.2.130"));
        assert!(has_version("wasm-bindgen 0.2.130 (0123abc)", "0.2.130"));
        assert!(!has_version("wasm-bindgen 0.2.13", "0.2.130"));
        assert!(has_version("wasm-opt version 132 (version_132)", BINARYEN.trim_end_matches(".0")));
        assert!(!has_version("", "132"));
    }

    #[test]
    fn the_locked_version_of_wasm_bindgen_is_found() {
        assert!(locked_version("wasm-bindgen").is_ok_and(|version| version.starts_with("0.2.")));
        assert!(locked_version("no-such-crate").is_err());
    }
}
