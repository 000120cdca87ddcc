//! Reads JSON Lines of documents with their reference summaries, one row at a time.

use std::{
    fs::File,
    io::{BufRead, BufReader, Lines, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;

use crate::package::{FileKind, sniff};

/// One row of a raw set.
#[derive(Debug, Deserialize)]
pub struct RawDocument {
    /// Unique in its set.
    pub id: String,
    /// What is to be summarized.
    pub text: String,
    /// What it says, inside one of them a sentence a line.
    #[serde(default)]
    pub summaries: Vec<RawSummary>,
    /// The title, where the set has one beside the summaries.
    pub title: Option<String>,
}

/// A summary, plain or with a note of where it is from.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum RawSummary {
    /// Plain.
    Text(String),
    /// With a note.
    Noted {
        /// The summary.
        t: String,
    },
}

impl RawSummary {
    /// The summary.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Noted { t: text } => text,
        }
    }
}

/// The rows of a file of JSON Lines. A line that is no row is an error inside; a file that cannot be read is one outside.
pub struct JsonlDocuments {
    lines: Lines<BufReader<Box<dyn Read>>>,
    path: PathBuf,
}

/// Opens a file, gzipped or not.
pub fn open(path: &Path) -> Result<JsonlDocuments> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    Ok(read(path, file))
}

/// Reads an open file, whose name is told for messages.
pub fn read(path: &Path, file: impl Read + 'static) -> JsonlDocuments {
    let mut file = BufReader::new(file);
    // What cannot be read fails again at the first line.
    let packed = file.fill_buf().is_ok_and(|beginning| sniff(beginning) == FileKind::Gzip);
    let plain: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    JsonlDocuments { lines: BufReader::new(plain).lines(), path: path.to_owned() }
}

impl Iterator for JsonlDocuments {
    type Item = Result<Result<RawDocument, serde_json::Error>>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next()?;
        Some(line.with_context(|| format!("reading {}", self.path.display())).map(|line| serde_json::from_str(&line)))
    }
}
