//! Inkling's commands: `cargo xtask run | test | bench | dist | serve | setup`.

mod bench;
mod browser;
mod build;
mod command;
mod comments;
mod development;
mod dist;
mod index_html;
mod loader;
mod probe;
mod publish;
mod python;
mod serve;
mod test;
mod tools;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::build::BuildMode;

const HELP: &str = "\
Inkling's commands

    cargo xtask run [--port N] [--release]   set up, build, and serve the page on http://localhost:8080/
    cargo xtask test [NAME…]                 every test: native, Python, wasm and browser
    cargo xtask bench [NAME…]                the measured figures of docs/benchmarks.md, in Chromium; `bench peers` is the
                                             layers alone, against Burn's, onnxruntime-web and TensorFlow.js
    cargo xtask dist                         the folder to deploy, dist/, and a table of its sizes
    cargo xtask serve [FOLDER] [--port N]    serve dist/, or a folder like it, as it is
    cargo xtask finish FOLDER                write headers, service worker and compressed files into a folder like dist/
    cargo xtask setup                        only install the tools that building needs

Options
    --port N    another port than 8080
    --release   what visitors get, as `dist` builds it. `run` builds for development without it: larger and slower, done
                in a fraction of the time; `test` and `bench` build a release
    --fast      a build for development, for `test` and `bench` too
    NAME        only the suites (of test) or rows (of bench) whose names contain NAME; `test --list` names them
                (native-gpu, which needs a Vulkan driver, runs only if it is named in full)

Environment
    INKLING_CACHE   where tools are installed that PATH does not have at the right version (otherwise ~/.cache/inkling)
    INKLING_FAST    as --fast
    CHROME          the Chrome or Chromium that tests and benchmarks use
    PYTHON          the Python that tests use (otherwise python3)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((command, rest)) = arguments.split_first() else {
        eprint!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::parse(rest)?;
    match command.as_str() {
        "run" => {
            options.refuse_names("run")?;
            serve::check_port(options.port)?;
            match options.mode.unwrap_or(BuildMode::Development) {
                BuildMode::Development => development::run(options.port)?,
                BuildMode::Release => serve::serve_forever(&build::build(BuildMode::Release)?, options.port)?,
            }
        }
        "test" => return test::test(&options.names, options.list, options.mode.unwrap_or(BuildMode::Release)),
        "bench" => bench::bench(&options.names, options.mode.unwrap_or(BuildMode::Release))?,
        "dist" => {
            options.refuse_names("dist")?;
            let folder = build::build(BuildMode::Release)?;
            dist::print_sizes(&folder)?;
        }
        "serve" => {
            let folder = options.folder("serve")?.unwrap_or_else(|| root().join("dist"));
            if !folder.join("index.html").is_file() {
                bail!("{} has no index.html; `cargo xtask dist` builds it", folder.display());
            }
            serve::serve_forever(&folder, options.port)?;
        }
        "finish" => publish::finish(&options.folder("finish")?.context("`cargo xtask finish` needs a folder")?)?,
        "setup" => {
            options.refuse_names("setup")?;
            tools::set_up(BuildMode::Release)?;
        }
        "help" | "--help" | "-h" => print!("{HELP}"),
        other => bail!("there is no command `{other}`; `cargo xtask help` lists them"),
    }
    Ok(ExitCode::SUCCESS)
}

/// What may stand behind a command.
struct Options {
    /// What was asked for; each command has its own default.
    mode: Option<BuildMode>,
    port: u16,
    list: bool,
    names: Vec<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let fast = std::env::var_os("INKLING_FAST").is_some_and(|value| !value.is_empty() && value != "0");
        let mode = fast.then_some(BuildMode::Development);
        let mut options = Self { mode, port: 8080, list: false, names: Vec::new() };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--fast" => options.mode = Some(BuildMode::Development),
                "--release" => options.mode = Some(BuildMode::Release),
                "--list" => options.list = true,
                "--port" => {
                    let value = arguments.next().context("--port needs a number")?;
                    options.port = value.parse().with_context(|| format!("`{value}` is no port; 1 to 65535 are"))?;
                }
                flag if flag.starts_with('-') => bail!("there is no option `{flag}`; `cargo xtask help` lists them"),
                name => options.names.push(name.to_owned()),
            }
        }
        Ok(options)
    }

    /// The one folder that may be named.
    fn folder(&self, command: &str) -> Result<Option<PathBuf>> {
        match &self.names[..] {
            [] => Ok(None),
            [folder] => Ok(Some(PathBuf::from(folder))),
            [_, more, ..] => bail!("`cargo xtask {command}` does not know what to do with `{more}`"),
        }
    }

    fn refuse_names(&self, command: &str) -> Result<()> {
        match self.names.first() {
            Some(name) => bail!("`cargo xtask {command}` does not know what to do with `{name}`"),
            None => Ok(()),
        }
    }
}

/// The repository's root: cargo says where xtask's sources are when it runs it. Not fixed when it is compiled, since several
/// clones may share one target folder.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let xtask =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        xtask.parent().expect("xtask lies in the repository").to_owned()
    })
}

/// Cargo's folder for what is built.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(arguments: &[&str]) -> Option<BuildMode> {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Options::parse(&arguments).unwrap().mode
    }

    #[test]
    fn a_build_for_development_or_a_release_can_be_asked_for() {
        assert_eq!(mode(&["--release", "--port", "9000"]), Some(BuildMode::Release));
        assert_eq!(mode(&["--fast"]), Some(BuildMode::Development));
        if std::env::var_os("INKLING_FAST").is_none() {
            assert_eq!(mode(&["name"]), None);
        }
    }
}
