//! Compressed copies beside the files that they save something of: `.br` and `.gz`, for hosts that send such files.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow};
use flate2::{Compression, write::GzEncoder};

use crate::build::{files, write};
use crate::target;

const SUFFIXES: [&str; 2] = ["br", "gz"];
/// What a compressed copy has to save, or the file itself is as good.
const LEAST_SAVED: f64 = 0.03;
/// A smaller file is one packet of the network either way.
const SMALLEST: usize = 1024;

/// Whether a name is that of a compressed copy. The data sets that we ship have names of their own in `.gz`.
pub fn is_compressed_copy(name: &str) -> bool {
    SUFFIXES.iter().any(|suffix| name.ends_with(&format!(".{suffix}"))) && !is_data(name)
}

fn is_data(name: &str) -> bool {
    name.ends_with("-ubyte.gz") || name.ends_with(".jsonl.gz")
}

/// Writes the copies, and removes those of files that are gone. On all cores: the best compression of the engines takes a minute.
pub fn compress(folder: &Path) -> Result<()> {
    let (copies, originals): (Vec<PathBuf>, Vec<PathBuf>) =
        files(folder)?.into_iter().partition(|file| is_compressed_copy(&file.to_string_lossy()));
    for copy in copies {
        fs::remove_file(&copy).with_context(|| format!("cannot remove {}", copy.display()))?;
    }
    let sent_as_they_are = |file: &PathBuf| {
        let extension = file.extension().and_then(|extension| extension.to_str());
        matches!(extension, None | Some("png" | "gz"))
    };
    let work: Vec<PathBuf> = originals.into_iter().filter(|file| !sent_as_they_are(file)).collect();
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let helpers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(file) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                        copies_of(file)?;
                    }
                    Ok(())
                })
            })
            .collect();
        helpers
            .into_iter()
            .try_for_each(|helper| helper.join().map_err(|_| anyhow!("a thread that compresses panicked"))?)
    })
}

fn copies_of(file: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let most = (bytes.len() as f64 * (1.0 - LEAST_SAVED)) as usize;
    if bytes.len() < SMALLEST {
        return Ok(());
    }
    for (suffix, packed) in [("br", brotli(&bytes)?), ("gz", gzip(&bytes)?)] {
        if packed.len() <= most {
            let mut copy = file.as_os_str().to_owned();
            copy.push(format!(".{suffix}"));
            write(Path::new(&copy), &packed)?;
        }
    }
    Ok(())
}

/// Brotli at quality 11 with the largest window: what servers of static files send.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    kept("br", bytes, || {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 24);
        encoder.write_all(bytes).context("cannot compress")?;
        Ok(encoder.into_inner())
    })
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    kept("gz", bytes, || {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).context("cannot compress")?;
        encoder.finish().context("cannot compress")
    })
}

/// A result, kept by what went in.
fn kept(suffix: &str, bytes: &[u8], compute: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let place = target().join(format!("xtask/compressed/{:016x}-{}.{suffix}", hasher.finish(), bytes.len()));
    if let Ok(packed) = fs::read(&place) {
        return Ok(packed);
    }
    let packed = compute()?;
    // Whole or not at all: another run may read it.
    let partial = place.with_extension(format!("{suffix}-{}-{:?}", std::process::id(), thread::current().id()));
    write(&partial, &packed)?;
    fs::rename(&partial, &place).with_context(|| format!("cannot write {}", place.display()))?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_in_gzip_is_no_compressed_copy() {
        assert!(is_compressed_copy("app.js.gz") && is_compressed_copy("app.js.br"));
        assert!(!is_compressed_copy("models/lab/held-out-images-idx3-ubyte.gz"));
        assert!(!is_compressed_copy("models/replay/texts-training.jsonl.gz") && !is_compressed_copy("app.js"));
    }
}
