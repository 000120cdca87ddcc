//! Rows in, lines out, one at a time.

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Lines, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::{Compression, bufread::MultiGzDecoder, write::GzEncoder};
use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One row of a raw set.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// Unique in its set.
    pub id: String,
    /// What is to be summarized.
    pub text: String,
    /// What it says, inside one of them a sentence a line.
    #[serde(default)]
    pub summaries: Vec<Summary>,
    /// The title, where the set has one beside the summaries.
    pub title: Option<String>,
}

/// A summary, plain or with a note of where it is from.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Summary {
    /// Plain.
    Text(String),
    /// With a note.
    Noted {
        /// The summary.
        t: String,
    },
}

impl Summary {
    /// The summary.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Noted { t: text } => text,
        }
    }
}

/// A progress bar over the bytes of a file.
pub fn bar(path: &Path, what: &'static str) -> Result<ProgressBar> {
    let size = std::fs::metadata(path).with_context(|| format!("looking at {}", path.display()))?.len();
    let style = ProgressStyle::with_template("{msg:>20} {bar:40} {percent:>3}%  {eta} left")?;
    Ok(ProgressBar::new(size).with_style(style).with_message(what))
}

/// The rows of a file. A line that is no row is an error inside; a file that cannot be read is one outside.
pub struct Rows {
    lines: Lines<BufReader<MultiGzDecoder<BufReader<ProgressBarIter<File>>>>>,
    path: PathBuf,
}

impl Rows {
    /// Opens a gzipped file of JSON Lines.
    pub fn open(path: &Path, bar: &ProgressBar) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
        let unpacked = MultiGzDecoder::new(BufReader::new(bar.wrap_read(file)));
        Ok(Self { lines: BufReader::new(unpacked).lines(), path: path.to_owned() })
    }
}

impl Iterator for Rows {
    type Item = Result<Result<Row, serde_json::Error>>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next()?;
        Some(line.with_context(|| format!("reading {}", self.path.display())).map(|line| serde_json::from_str(&line)))
    }
}

/// A gzipped file of lines, which has its name only when it is whole.
pub struct Writer {
    file: GzEncoder<BufWriter<File>>,
    temporary: PathBuf,
    path: PathBuf,
}

impl Writer {
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
    let bytes = crate::cli::data::read(path)?;
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
