//! Text files and standard input, in the encodings that text comes in. What is no text is refused by what it is.

mod decode;

use std::{io::Read, path::Path};

use anyhow::{Context, Result, bail};
use decode::decode;

/// The text of a file, or of standard input where no file is named. How it was read is said on standard error where it is not plain
/// UTF-8 or UTF-16.
pub fn read(file: Option<&Path>) -> Result<String> {
    let (bytes, name) = match file {
        Some(path) if path.is_dir() => bail!("{} is a folder; give a text file", path.display()),
        Some(path) => {
            let name = path.display().to_string();
            (std::fs::read(path).with_context(|| format!("reading {name}"))?, name)
        }
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).context("reading standard input")?;
            (bytes, "standard input".to_owned())
        }
    };
    let decoded = decode(&bytes).with_context(|| format!("{name} cannot be summarized"))?;
    if let Some(note) = decoded.note {
        print_note!("{name} {note}");
    }
    Ok(decoded.text)
}
