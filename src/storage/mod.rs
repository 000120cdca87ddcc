//! What is kept over a reload: bytes under names, in IndexedDB, for every tab of the page and for the workers alike.
//!
//! Each thing is kept under a name of its own, and a change is one transaction: whole or not at all, whatever ends the tab meanwhile,
//! and no tab writes over what another tab keeps under other names. What a browser refuses is typed, so that the visitor can be told
//! what to do. Only the store itself needs a browser.

#[cfg(target_family = "wasm")]
mod indexed_db;
#[cfg(target_family = "wasm")]
pub mod web_locks;

#[cfg(target_family = "wasm")]
pub use indexed_db::{change, forget, keep, kept, revise, rows};

/// What is kept under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name.
    pub name: String,
    /// What is kept.
    pub bytes: Vec<u8>,
}

/// Rows that are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordQuery {
    /// The one of this name, if there is one.
    Named(String),
    /// All whose names begin so.
    All(String),
}

/// A part of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordEdit {
    /// Keeps a row under a new name. Where something is kept under it already, the whole change is [`StorageError::Taken`].
    Add(Record),
    /// Keeps a row, whatever was kept under its name.
    Put(Record),
    /// Keeps a row in place of the one of its name. Where there is none, nothing happens: what one tab forgot, another does not
    /// bring back.
    Replace(Record),
    /// Forgets what is kept under a name, if anything is.
    Forget(String),
}

/// Why nothing of a change was kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// Another tab was faster to keep something under a new name.
    #[error("there is one of this name already")]
    Taken,
    /// The disk, or this site's share of it, is full.
    #[error("the browser's storage is full")]
    Full,
    /// The browser keeps nothing here, for a reason in its own words: a private window, an address that it does not trust.
    #[error("{0}")]
    Denied(String),
}
