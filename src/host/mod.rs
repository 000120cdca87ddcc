//! What the engine needs from outside: the bytes of a package with progress, what graphics there is, and a clock.
//!
//! The worker fetches and caches; natively there are files.

#[cfg(feature = "cli")]
mod files;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(feature = "cli")]
pub use files::FileHost;
#[cfg(target_family = "wasm")]
pub use web::WebHost;

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

    /// Milliseconds since some moment.
    fn now(&self) -> f64;
}
