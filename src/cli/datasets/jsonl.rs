//! Texts and their summaries, one row of a file at a time.

use std::{
    fs::File,
    io::{BufRead, BufReader, Lines, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;

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

/// Opens a file, gzipped if its name ends in `.gz`.
pub fn open(path: &Path) -> Result<JsonlDocuments> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    Ok(read(path, file))
}

/// Reads an open file, whose name is told for messages and its ending.
pub fn read(path: &Path, file: impl Read + 'static) -> JsonlDocuments {
    let packed = path.extension().is_some_and(|extension| extension == "gz");
    let plain: Box<dyn Read> =
        if packed { Box::new(MultiGzDecoder::new(BufReader::new(file))) } else { Box::new(file) };
    JsonlDocuments { lines: BufReader::new(plain).lines(), path: path.to_owned() }
}

impl Iterator for JsonlDocuments {
    type Item = Result<Result<RawDocument, serde_json::Error>>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.next()?;
        Some(line.with_context(|| format!("reading {}", self.path.display())).map(|line| serde_json::from_str(&line)))
    }
}
