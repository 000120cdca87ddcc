//! Saved records: bytes under names, shared by all tabs of the page and by the workers.
//!
//! Each record has its own name, and a change is one transaction: it is applied as a whole or not at all, whatever ends the tab
//! meanwhile, and no tab overwrites what another saves under other names. Refusals of a browser are typed, so that the visitor can be
//! told what to do. Knows nothing of what the records hold.

#[cfg(target_family = "wasm")]
mod indexed_db;
mod memory;
#[cfg(target_family = "wasm")]
pub mod web_locks;

#[cfg(target_family = "wasm")]
pub use indexed_db::{IndexedDb, change, revise, rows};
pub use memory::MemoryStorage;

/// A place where records are saved: IndexedDB in a browser, [`MemoryStorage`] on the command line and in tests.
#[allow(async_fn_in_trait, reason = "one thread: no future here needs to be Send")]
pub trait Storage {
    /// The records that the queries ask for, all as of one moment.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn get(&self, queries: &[RecordQuery]) -> Result<Vec<Record>, StorageError>;

    /// Applies edits in one transaction: all of them, or none.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn apply(&self, edits: &[RecordEdit]) -> Result<(), StorageError>;

    /// Reads records and applies the edits that follow from them, in one transaction.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn read_modify_write(
        &self,
        queries: &[RecordQuery],
        edits: impl FnOnce(&[Record]) -> Vec<RecordEdit>,
    ) -> Result<(), StorageError>;

    /// Saves bytes under a name, in place of what was saved under it.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn save(&self, name: &str, bytes: &[u8]) -> Result<(), StorageError> {
        self.apply(&[RecordEdit::Put(Record { name: name.to_owned(), bytes: bytes.to_vec() })]).await
    }

    /// The bytes that are saved under a name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let records = self.get(&[RecordQuery::Named(name.to_owned())]).await?;
        Ok(records.into_iter().next().map(|record| record.bytes))
    }

    /// Deletes what is saved under a name, if anything is.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn delete(&self, name: &str) -> Result<(), StorageError> {
        self.apply(&[RecordEdit::Forget(name.to_owned())]).await
    }
}

/// Bytes that are saved under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Which records to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordQuery {
    /// The record of this name, if there is one.
    Named(String),
    /// All records whose names begin with this.
    All(String),
}

/// One edit of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordEdit {
    /// Inserts a record. If there is one of its name already, the whole change is [`StorageError::Taken`].
    Add(Record),
    /// Inserts a record, or replaces the one of its name.
    Put(Record),
    /// Replaces the record of this name. Does nothing if there is none: what one tab deleted, another does not bring back.
    Replace(Record),
    /// Deletes the record of this name, if there is one.
    Forget(String),
}

/// Why nothing was read, or nothing of a change was applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// Another tab was the first to insert a record of this name.
    #[error("the name is already taken")]
    Taken,
    /// The disk, or this site's share of it, is full.
    #[error("the browser's storage is full")]
    Full,
    /// A tab of an older page holds the database in an older form.
    #[error("Inkling is open in an older tab; close or reload it")]
    HeldByOlderTab,
    /// A newer page has changed the form of the database.
    #[error("a newer version of Inkling has been used in this browser; reload the page")]
    OfNewerPage,
    /// The browser saves nothing here, for a reason in its own words: a private window, an address that it does not trust.
    #[error("{0}")]
    Denied(String),
}

impl StorageError {
    /// What the error of a database means, by the name of its exception or event, and the browser's own words.
    #[cfg_attr(not(target_family = "wasm"), allow(dead_code, reason = "only a browser has such errors"))]
    fn named(name: Option<&str>, message: Option<String>) -> Self {
        match name {
            Some("QuotaExceededError") => Self::Full,
            Some("ConstraintError") => Self::Taken,
            Some("VersionError") => Self::OfNewerPage,
            Some("blocked") => Self::HeldByOlderTab,
            _ => Self::Denied(
                message.filter(|message| !message.is_empty()).unwrap_or_else(|| "the browser refuses".to_owned()),
            ),
        }
    }

    /// Whether nothing at all can be saved, however small.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Denied(_) | Self::HeldByOlderTab | Self::OfNewerPage => true,
            Self::Taken | Self::Full => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_a_database_are_told_apart() {
        let words = || Some("words".to_owned());
        for (name, expected) in [
            (Some("QuotaExceededError"), StorageError::Full),
            (Some("ConstraintError"), StorageError::Taken),
            (Some("VersionError"), StorageError::OfNewerPage),
            (Some("blocked"), StorageError::HeldByOlderTab),
            (Some("SecurityError"), StorageError::Denied("words".to_owned())),
            (None, StorageError::Denied("words".to_owned())),
        ] {
            assert_eq!(StorageError::named(name, words()), expected, "{name:?}");
        }
        assert_eq!(
            StorageError::named(None, Some(String::new())),
            StorageError::Denied("the browser refuses".to_owned())
        );
    }
}
