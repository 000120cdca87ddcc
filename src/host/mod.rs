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

use crate::{
    package::FileEntry,
    protocol::{AdapterKind, Failure},
};

/// Why bytes did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// There is no such file, or it could not be reached.
    #[error("{path} could not be fetched: {reason}")]
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
    #[error("nothing can be kept here: {0}")]
    Refused(String),
    /// What is packed cannot be unpacked.
    #[error("the file is no gzip")]
    Packed,
}

/// How a fetch goes on after a part has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Fetch the next part.
    On,
    /// Stop; the fetch ends in [`HostError::Cancelled`].
    Stop,
}

/// A graphics adapter, as far as it is known before anything is started on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adapter {
    /// Its name, in words.
    pub name: String,
    /// A card, or software.
    pub kind: AdapterKind,
}

/// The engine's outside.
#[allow(async_fn_in_trait, reason = "one thread: no future here needs to be Send")]
pub trait Host {
    /// The bytes of a small file under `models/`, as new as they are: a catalogue, a manifest.
    ///
    /// # Errors
    /// [`HostError`]; more than `limit` bytes are not read.
    async fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, HostError>;

    /// The bytes of a package's file, which may come from a cache; `progress` hears of bytes done. What comes may be anything and
    /// is for the caller to check; a cache keeps only what [`FileEntry::check`] passes.
    ///
    /// # Errors
    /// [`HostError`].
    async fn fetch(
        &self,
        path: &str,
        file: &FileEntry,
        progress: &mut dyn FnMut(u64) -> Go,
    ) -> Result<Vec<u8>, HostError>;

    /// Asks for a graphics adapter, and whether it has what the WebGPU engine needs.
    ///
    /// # Errors
    /// [`Failure`] of kind no-web-gpu, no-adapter or missing-feature.
    async fn probe_gpu(&self) -> Result<Adapter, Failure>;

    /// Unpacks gzip.
    ///
    /// # Errors
    /// [`HostError::Packed`].
    async fn unpack(&self, bytes: Vec<u8>) -> Result<Vec<u8>, HostError>;

    /// Keeps bytes under a name until they are forgotten, over a restart too; whole or not at all.
    ///
    /// # Errors
    /// [`HostError::Refused`].
    async fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), HostError>;

    /// What was kept under a name.
    ///
    /// # Errors
    /// [`HostError::Refused`].
    async fn kept(&self, name: &str) -> Result<Option<Vec<u8>>, HostError>;

    /// Forgets what was kept under a name, if anything was.
    ///
    /// # Errors
    /// [`HostError::Refused`].
    async fn forget(&self, name: &str) -> Result<(), HostError>;

    /// Lets others go on, and comes back after at least so many milliseconds.
    async fn pause(&self, ms: u32);

    /// Milliseconds since some moment.
    fn now(&self) -> f64;
}
