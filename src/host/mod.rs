//! What the engine needs from outside: the bytes of a package with progress, a place to keep checkpoints, what graphics there is, and
//! a clock.
//!
//! The worker fetches and caches; natively there are files.

#[cfg(feature = "cli")]
mod native;
#[cfg(target_family = "wasm")]
mod web_worker;

#[cfg(feature = "cli")]
pub use native::NativeHost;
#[cfg(target_family = "wasm")]
pub use web_worker::WorkerHost;

use std::ops::ControlFlow;

use crate::{
    package::FileEntry,
    protocol::{AdapterKind, Failure},
};

/// Why bytes did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// There is no such file, or it could not be reached.
    #[error("{path} could not be downloaded: {reason}")]
    Unreachable {
        /// Relative to `models/`.
        path: String,
        /// What the network or the file system said.
        reason: String,
    },
    /// More bytes came than may.
    #[error("{path} is longer than the {limit} bytes that are expected")]
    TooLong {
        /// Relative to `models/`.
        path: String,
        /// How many may come.
        limit: u64,
    },
    /// The caller wanted no more.
    #[error("cancelled")]
    Cancelled,
    /// There is no place to keep anything, or it is full.
    #[error("nothing can be saved here: {0}")]
    Refused(String),
    /// What is packed cannot be unpacked.
    #[error("the file is not a gzip file")]
    Packed,
}

/// A graphics adapter, as far as it is known before anything is started on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Its name, in words.
    pub name: String,
    /// A card, or software.
    pub kind: AdapterKind,
}

/// What the engine needs from outside.
#[allow(async_fn_in_trait, reason = "one thread: no future here needs to be Send")]
pub trait Host {
    /// The bytes of a small file under `models/`, never from an old cache: a catalog, a manifest.
    ///
    /// # Errors
    /// [`HostError`]; more than `limit` bytes are not read.
    async fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, HostError>;

    /// The bytes of a package's file, which may come from a cache. `progress` is told how many bytes are done; where it breaks, the
    /// fetch ends in [`HostError::Cancelled`]. The bytes are unchecked; a cache saves only what [`FileEntry::check`] passes.
    ///
    /// # Errors
    /// [`HostError`].
    async fn fetch(
        &self,
        path: &str,
        file: &FileEntry,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, HostError>;

    /// Asks for a graphics adapter, and whether it has what the WebGPU engine needs.
    ///
    /// # Errors
    /// [`Failure`] of kind no-web-gpu, no-adapter or missing-feature.
    async fn request_adapter(&self) -> Result<Adapter, Failure>;

    /// Decompresses gzip.
    ///
    /// # Errors
    /// [`HostError::Packed`].
    async fn gunzip(&self, bytes: Vec<u8>) -> Result<Vec<u8>, HostError>;

    /// Saves bytes under a name until they are deleted, over a restart too; as a whole or not at all.
    ///
    /// # Errors
    /// [`HostError::Refused`].
    async fn save(&self, name: &str, bytes: &[u8]) -> Result<(), HostError>;

    /// The bytes that were saved under a name.
    ///
    /// # Errors
    /// [`HostError::Refused`].
    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, HostError>;

    /// Deletes what was saved under a name, if anything was.
    ///
    /// # Errors
    /// [`HostError::Refused`].
    async fn delete(&self, name: &str) -> Result<(), HostError>;

    /// Yields to the event loop and resumes after at least `ms` milliseconds.
    async fn sleep(&self, ms: u32);

    /// A monotonic clock, in milliseconds since an arbitrary start.
    fn now(&self) -> f64;
}

/// A storage's error as a host's.
#[cfg(any(feature = "cli", target_family = "wasm"))]
fn storage_failure(error: crate::storage::StorageError) -> HostError {
    HostError::Refused(error.to_string())
}
