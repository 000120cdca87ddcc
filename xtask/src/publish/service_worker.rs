//! `service-worker.js` with the list of what it fetches in advance, and the page's word that there is one.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::{SERVICE_WORKER, read};
use crate::build::write;

const TEMPLATE: &str = include_str!("../../../www/service-worker.js");
/// The model that the page opens with.
const FIRST_PACKAGE: &str = "models/digits/digits/";

/// When a file is fetched so that it is there without a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Availability {
    /// At once: a version is not installed without it.
    Installed,
    /// Behind the page, where a visitor does not save data: what corrections of digits are learned with.
    Later,
    /// By the engine itself, which keeps it by its checksum.
    KeptByEngine,
    /// When it is used.
    WhenUsed,
}

fn availability(name: &str) -> Availability {
    let of_engine = |name: &str| {
        let parts: Vec<&str> = name.split('/').collect();
        matches!(parts[..], ["models", _, _, file] if file != "model.json")
    };
    if name.ends_with(".md") || name.starts_with("engine_gpu") || name.ends_with(".map") {
        Availability::WhenUsed
    } else if of_engine(name) {
        Availability::KeptByEngine
    } else if name.starts_with("models/replay/") && name.ends_with("-ubyte.gz") {
        Availability::Later
    } else if !name.contains('/')
        || name.starts_with("icons/")
        || name == "samples/digits.json"
        || name == "models/catalogue.json"
        || name.starts_with(FIRST_PACKAGE)
    {
        Availability::Installed
    } else {
        Availability::WhenUsed
    }
}

/// Tells the page that there is a service worker.
pub fn register(folder: &Path, page: &str) -> Result<()> {
    let tag = format!("<meta name=\"inkling-service-worker\" content=\"./{SERVICE_WORKER}\">");
    if page.contains(&tag) {
        return Ok(());
    }
    let head = page.find("</head>").context("the page has no </head>")?;
    let page = format!("{}{tag}\n{}", &page[..head], &page[head..]);
    write(&folder.join("index.html"), page.as_bytes())
}

/// Writes the service worker for the files of a folder.
pub fn write_to(folder: &Path, names: &[String]) -> Result<()> {
    let (mut installed, mut used, mut later) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let when = availability(name);
        if when == Availability::KeptByEngine {
            continue;
        }
        let path = folder.join(name);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let entry = format!("[{}, \"{}\"]", quoted(name), sha256(&bytes));
        if when == Availability::Installed {
            installed.push(entry);
            continue;
        }
        used.push(entry);
        if when == Availability::Later {
            later.push(quoted(name));
        }
    }
    let first = package_files(&read(folder, &format!("{FIRST_PACKAGE}model.json"))?);
    let kept: Vec<String> =
        first.iter().map(|(name, sha256)| format!("[\"{FIRST_PACKAGE}{name}\", \"{sha256}\"]")).collect();
    let list = |entries: &[String]| format!("[\n  {},\n]", entries.join(",\n  "));
    let script = TEMPLATE
        .replace("/* written by xtask: FILES */ []", &list(&installed))
        .replace("/* written by xtask: USED */ []", &list(&used))
        .replace("/* written by xtask: WEIGHTS */ []", &list(&kept))
        .replace("/* written by xtask: LATER */ []", &list(&later));
    let version = &sha256(script.as_bytes())[..16];
    let script = script.replace("written by xtask: VERSION", version);
    write(&folder.join(SERVICE_WORKER), script.as_bytes())
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Names and checksums of a package's files, as its manifest has them: `"name": "…"`, then `"sha256": "…"`.
fn package_files(manifest: &str) -> Vec<(String, String)> {
    let Some((_, files)) = manifest.split_once("\"files\"") else { return Vec::new() };
    let files = files.split(']').next().unwrap_or_default();
    let value = |entry: &str, key: &str| {
        let (_, rest) = entry.split_once(&format!("\"{key}\""))?;
        Some(rest.split('"').nth(1)?.to_owned())
    };
    files.split('}').filter_map(|entry| Some((value(entry, "name")?, value(entry, "sha256")?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_opens_with_is_installed_and_the_rest_is_not() {
        for name in [
            "index.html",
            "engine_cpu_bg.wasm",
            "style-217716b616ab7db0.css",
            "manifest.webmanifest",
            "icons/icon-192.png",
        ] {
            assert_eq!(availability(name), Availability::Installed, "{name}");
        }
        assert_eq!(availability("models/digits/digits/weights.safetensors"), Availability::KeptByEngine);
        assert_eq!(availability("models/summary/summary/words.txt"), Availability::KeptByEngine);
        assert_eq!(availability("models/replay/held-out-labels-idx1-ubyte.gz"), Availability::Later);
        for name in [
            "engine_gpu_bg.wasm",
            "models/summary/summary/model.json",
            "models/lab/held-out-images-idx3-ubyte.gz",
            "samples/texts.json",
        ] {
            assert_eq!(availability(name), Availability::WhenUsed, "{name}");
        }
    }

    #[test]
    fn the_files_of_the_first_package_are_read() {
        let manifest = include_str!("../../../models/digits/digits/model.json");
        let files = package_files(manifest);
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].0.as_str(), files[0].1.len()), ("weights.safetensors", 64));
    }

    #[test]
    fn the_template_has_every_place_that_is_written() {
        for place in ["FILES */ []", "WEIGHTS */ []", "LATER */ []", "VERSION"] {
            assert_eq!(TEMPLATE.matches(&format!("written by xtask: {place}")).count(), 1, "{place}");
        }
    }
}
