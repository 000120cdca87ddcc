//! What the browser tests and benchmarks need: Chrome or Chromium, and Playwright.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build::write;
use crate::command::{command, output_of, run};
use crate::root;
use crate::tools::need_node;

/// Names of the programs, the most usual first.
const NAMES: [&str; 5] = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "chrome"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Chrome or Chromium: `CHROME`, one that is installed, or Debian's, which is installed where that is possible.
pub fn chrome() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROME").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        return match path.is_file() {
            true => Ok(path),
            false => bail!("CHROME is {}, and there is no such file", path.display()),
        };
    }
    if let Some(path) = find_chrome() {
        return Ok(path);
    }
    install_chromium()?;
    find_chrome().context("chromium was installed, but is not in PATH")
}

/// Firefox: `FIREFOX`, or one that is installed.
pub fn firefox() -> Result<PathBuf> {
    match std::env::var_os("FIREFOX").filter(|path| !path.is_empty()).map(PathBuf::from) {
        Some(path) if path.is_file() => Ok(path),
        Some(path) => bail!("FIREFOX is {}, and there is no such file", path.display()),
        None => find(&["firefox-esr", "firefox"]).context(
            "Firefox was not found. Install one (on Debian: `apt-get install firefox-esr`), or name its program in FIREFOX",
        ),
    }
}

fn find_chrome() -> Option<PathBuf> {
    find(&NAMES).or_else(|| Some(PathBuf::from(MAC)).filter(|program| program.is_file()))
}

/// The first of some programs that is in `PATH`.
fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    names
        .iter()
        .flat_map(|name| std::env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
}

/// Installs Debian's Chromium, or says what to do instead.
fn install_chromium() -> Result<()> {
    let advice = "Chrome or Chromium was not found. Install one (on Debian: `apt-get install chromium`), or name its program in CHROME";
    if output_of(command("apt-get").arg("--version")).is_none() {
        bail!(advice);
    }
    let may_sudo = || output_of(command("sudo").args(["-n", "true"])).is_some();
    let prefix: &[&str] = match output_of(command("id").arg("-u")).as_deref() {
        Some("0") => &[],
        _ if may_sudo() => &["sudo", "-n"],
        _ => bail!(advice),
    };
    let apt = |arguments: &[&str]| {
        let line: Vec<&str> = prefix.iter().copied().chain(["apt-get"]).chain(arguments.iter().copied()).collect();
        run(command(line[0]).args(&line[1..]).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    eprintln!("Installing Debian's Chromium");
    apt(&["update", "-q"])
        .and_then(|()| apt(&["install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]))
        .context(advice)
}

/// `npm ci` in a folder of `tests/`, if its lock file changed since the last time. Playwright is told to download no browser: it
/// drives the one that [`chrome`] found.
pub fn npm_ci(folder: &Path) -> Result<()> {
    need_node()?;
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("cannot read the lock file in {}", folder.display()))?;
    let stamp = folder.join("node_modules/.inkling-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    eprintln!("Installing what {} needs from npm", folder.strip_prefix(root()).unwrap_or(folder).display());
    run(command("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    write(&stamp, &lock)
}

/// Playwright in `tests/`, with one of its configurations.
pub fn playwright(tests: &Path, config: &str) -> Command {
    let mut playwright = command("node");
    playwright.args(["node_modules/@playwright/test/cli.js", "test", "--config", config]).current_dir(tests);
    playwright
}
