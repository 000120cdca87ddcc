//! Python, which reads what the command line exports.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, command, output_of, run};
use crate::{root, target, tools};

/// What its packages need.
const LEAST: (u32, u32) = (3, 11);

/// The script that reads exported packages, ready to be run: its Python packages are installed, the models exported by the command
/// line.
pub fn read_packages() -> Result<Command> {
    let (python, version) = find()?;
    let list = root().join("tests/python/requirements.txt");
    let pinned = fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let pinned: Vec<String> = pinned.lines().map(|line| line.replace("==", "-")).collect();
    // Into a folder, not an environment: Debian's Python comes without what makes one, and refuses to install anywhere else.
    let name = format!("python{version}-{}", pinned.join("-"));
    let installed = tools::install(&name, "installed", "some seconds, once", |folder| {
        run(command(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"])
            .arg(folder)
            .arg("--requirement")
            .arg(&list)
            // Root is warned of disturbing the system, which a folder does not.
            .env("PIP_ROOT_USER_ACTION", "ignore"))
        .context("Python's package installer is needed; Debian has it as python3-pip")?;
        fs::write(folder.join("installed"), &name).context("cannot write into the folder")
    })?;
    let exported = exported()?;
    let mut script = command(python);
    script
        .arg("tests/python/read_package.py")
        .arg(exported)
        .env("PYTHONPATH", installed)
        .env("PYTHONNOUSERSITE", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(script)
}

/// A Python that is new enough, and its version.
fn find() -> Result<(String, String)> {
    let named = std::env::var("PYTHON").ok().filter(|name| !name.is_empty());
    for python in named.into_iter().chain(["python3".to_owned(), "python".to_owned()]) {
        let print = "import sys; print('%d.%d' % sys.version_info[:2])";
        let Some(version) = output_of(command(&python).args(["-c", print])) else { continue };
        let mut numbers = version.split('.').map(str::parse);
        if let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next())
            && (major, minor) >= LEAST
        {
            return Ok((python, version));
        }
    }
    let (major, minor) = LEAST;
    bail!("no Python {major}.{minor} or later was found; install it, or set PYTHON to where it is")
}

/// A folder with each model as one file, written by the command line that the native tests have built.
fn exported() -> Result<PathBuf> {
    let folder = target().join("python");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for model in packages()? {
        run(cargo()
            .args(["run", "--quiet", "--features", "cli,probe", "--", "export", &model])
            .arg(folder.join(format!("{model}.safetensors"))))?;
    }
    Ok(folder)
}

/// The names of all packages: of each folder `models/TASK/NAME` with a manifest.
fn packages() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for task in folders_in(&root().join("models"))? {
        for package in folders_in(&task)? {
            if package.join("model.json").is_file() {
                names.extend(package.file_name().and_then(|name| name.to_str()).map(str::to_owned));
            }
        }
    }
    if names.is_empty() {
        bail!("there is no package in models");
    }
    Ok(names)
}

/// The folders that lie directly in a folder, by name.
fn folders_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}
