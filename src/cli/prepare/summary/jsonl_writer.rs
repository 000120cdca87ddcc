//! Writes JSON Lines, one row at a time, into files that appear only when they are complete.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Serialize, de::DeserializeOwned};

/// A progress bar over the bytes of a file.
pub fn bar(path: &Path, what: &'static str) -> Result<ProgressBar> {
    let size = std::fs::metadata(path).with_context(|| format!("looking at {}", path.display()))?.len();
    let style = ProgressStyle::with_template("{msg:>20} {bar:40} {percent:>3}%  {eta} left")?;
    Ok(ProgressBar::new(size).with_style(style).with_message(what))
}

/// A gzipped file of lines, which has its name only when it is whole.
pub struct JsonlWriter {
    file: GzEncoder<BufWriter<File>>,
    temporary: PathBuf,
    path: PathBuf,
}

impl JsonlWriter {
    /// Begins a file.
    pub fn create(path: &Path) -> Result<Self> {
        let temporary = temporary(path);
        let file = File::create(&temporary).with_context(|| format!("making {}", temporary.display()))?;
        Ok(Self { file: GzEncoder::new(BufWriter::new(file), Compression::fast()), temporary, path: path.to_owned() })
    }

    /// Adds a line of JSON.
    pub fn line(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.file, value)?;
        self.file.write_all(b"\n").with_context(|| format!("writing {}", self.temporary.display()))
    }

    /// Ends the file and gives it its name.
    pub fn finish(self) -> Result<()> {
        let buffer = self.file.finish()?;
        let file = buffer.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_all()?;
        rename(&self.temporary, &self.path)
    }
}

/// Writes a small file as a whole, and gives it its name only then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = temporary(path);
    std::fs::write(&temporary, bytes).with_context(|| format!("writing {}", temporary.display()))?;
    rename(&temporary, path)
}

/// A gzipped file of one JSON value.
pub fn read_whole<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = crate::cli::datasets::idx::read(path)?;
    serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).with_context(|| format!("renaming {} to {}", from.display(), to.display()))
}
