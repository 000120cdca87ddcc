//! Packages on disk: written by training, read by every other command; their one-file form.

pub mod convert;
pub mod digits;
pub mod inspect;
pub mod text;

use std::path::Path;

use anyhow::{Context, Result};

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// Writes to a temporary place and renames, so that no half-written file stays.
pub fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("new");
    std::fs::write(&temporary, bytes).with_context(|| format!("writing {}", temporary.display()))?;
    std::fs::rename(&temporary, path).with_context(|| format!("renaming to {}", path.display()))
}
