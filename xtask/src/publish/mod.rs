//! What a host of static files gets besides the page: headers, a service worker, and compressed files.
//!
//! Written last, when every file is as it will be served: the service worker knows them by their checksums.

mod compression;
mod headers;
mod service_worker;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

pub use compression::{brotli, is_compressed_copy};

use crate::build::{files, write};

/// The service worker, beside the page.
pub const SERVICE_WORKER: &str = "service-worker.js";

/// Takes the place of a release's service worker where a build for development is served from the same address.
const DEVELOPMENT_WORKER: &str = include_str!("../../../www/no-service-worker.js");

/// Finishes a folder with a release in it, to be deployed.
pub fn finish(folder: &Path) -> Result<()> {
    let names = file_names(folder)?;
    let page = headers::read_page(folder)?;
    service_worker::register(folder, &page)?;
    service_worker::write_to(folder, &names)?;
    write(&folder.join(headers::FILE), headers::netlify(&page, &names)?.as_bytes())?;
    compression::compress(folder)
}

/// A build for development is never cached: its service worker removes the one of a release, and itself.
pub fn remove_service_worker(folder: &Path) -> Result<()> {
    write(&folder.join(SERVICE_WORKER), DEVELOPMENT_WORKER.as_bytes())
}

/// The names of the files that are deployed, with `/` between folders, without what this module writes.
fn file_names(folder: &Path) -> Result<Vec<String>> {
    let names = files(folder)?.into_iter().map(|file| {
        let name = file.strip_prefix(folder).unwrap_or(&file);
        name.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    });
    Ok(names.filter(|name| !is_compressed_copy(name) && name != headers::FILE && name != SERVICE_WORKER).collect())
}

/// Reads a file of a folder as text.
fn read(folder: &Path, name: &str) -> Result<String> {
    let path = folder.join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Whether Trunk put a checksum into a file's name: such a file never changes.
fn is_hashed(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        (14..=16).contains(&hash.len()) && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_checksums_are_told_from_others() {
        for name in ["app-40c62426429318b9.js", "app-40c62426429318b9_bg.wasm", "style-217716b616ab7db0.css"] {
            assert!(is_hashed(name), "{name}");
        }
        for name in ["index.html", "engine_cpu_bg.wasm", "models/seq2seq/seed-seq2seq/model.json", "service-worker.js"]
        {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn a_release_gets_headers_a_service_worker_and_compressed_files() {
        let folder = crate::target().join(format!("xtask/finish-test-{}", std::process::id()));
        let page = fs::read_to_string(crate::root().join("www/index.html")).unwrap();
        let long = "one line of a script\n".repeat(200);
        for (name, text) in [
            ("index.html", page.as_str()),
            ("app-40c62426429318b9.js", long.as_str()),
            ("engine_cpu_loader.js", "1"),
            ("engine_gpu_loader.js", "2"),
            ("manifest.webmanifest", "{}"),
            ("models/catalogue.json", "[]"),
            ("models/digits/digits/model.json", r#"{"files":[{"name":"weights.safetensors","sha256":"ab12"}]}"#),
            ("models/digits/digits/weights.safetensors", "w"),
            ("models/summary/summary/model.json", "{}"),
            ("models/replay/training-images-idx3-ubyte.gz", "r"),
            ("inkling-service/index.js", "3"),
        ] {
            write(&folder.join(name), text.as_bytes()).unwrap();
        }
        finish(&folder).unwrap();
        let first = read(&folder, SERVICE_WORKER).unwrap();
        // Twice is as good as once.
        finish(&folder).unwrap();
        assert_eq!(read(&folder, SERVICE_WORKER).unwrap(), first);

        let page = read(&folder, "index.html").unwrap();
        assert_eq!(page.matches("name=\"inkling-service-worker\"").count(), 1);
        let packed = fs::read(folder.join("app-40c62426429318b9.js.br")).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, long.as_bytes());
        assert!(folder.join("app-40c62426429318b9.js.gz").is_file());
        assert!(!folder.join("engine_cpu_loader.js.br").is_file(), "nothing is won");
        for listed in
            ["index.html", "app-40c62426429318b9.js", "engine_cpu_loader.js", "models/digits/digits/model.json"]
        {
            assert!(first.contains(&format!("\"{listed}\"")), "{listed} is in the list");
        }
        let (installed, used) = first.split_once("const USED").unwrap();
        for later in ["engine_gpu_loader.js", "summary/model.json", "inkling-service/index.js"] {
            assert!(!installed.contains(later) && used.contains(later), "{later} is kept when it is used");
        }
        for left in [".br\"", "_headers"] {
            assert!(!first.contains(left), "{left} is not in the lists");
        }
        assert!(first.contains("[\"models/digits/digits/weights.safetensors\", \"ab12\"]"));
        assert!(first.contains("\"models/replay/training-images-idx3-ubyte.gz\""));
        let headers = read(&folder, "_headers").unwrap();
        assert!(headers.contains("/app-40c62426429318b9.js\n  Cache-Control: public, max-age=31536000, immutable\n"));
        assert!(headers.contains("/index.html\n  Content-Security-Policy: default-src 'none'; script-src 'self'"));

        // A file that changed is another version, be it one that is kept when it is used.
        for changed in ["engine_cpu_loader.js", "engine_gpu_loader.js"] {
            let before = read(&folder, SERVICE_WORKER).unwrap();
            write(&folder.join(changed), b"5").unwrap();
            finish(&folder).unwrap();
            assert_ne!(read(&folder, SERVICE_WORKER).unwrap(), before, "{changed}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
