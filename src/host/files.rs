//! Files, for the command line and tests.

use std::{path::PathBuf, time::Instant};

use super::{Adapter, Go, Host, HostError};
use crate::{
    package::FileEntry,
    protocol::{AdapterKind, Failure},
};

/// Packages in a folder.
pub struct FileHost {
    models: PathBuf,
    start: Instant,
}

impl FileHost {
    /// The folder that holds `catalogue.json`.
    pub fn new(models: impl Into<PathBuf>) -> Self {
        Self { models: models.into(), start: Instant::now() }
    }

    fn bytes(&self, path: &str, limit: u64) -> Result<Vec<u8>, HostError> {
        let unreachable = |error: std::io::Error| HostError::Unreachable {
            path: path.to_owned(),
            reason: format!("{}: {error}", self.models.join(path).display()),
        };
        let file = self.models.join(path);
        if std::fs::metadata(&file).map_err(unreachable)?.len() > limit {
            return Err(HostError::TooLong { path: path.to_owned(), limit });
        }
        std::fs::read(file).map_err(unreachable)
    }
}

impl Host for FileHost {
    async fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, HostError> {
        self.bytes(path, limit)
    }

    async fn fetch(
        &self,
        path: &str,
        file: &FileEntry,
        progress: &mut dyn FnMut(u64) -> Go,
    ) -> Result<Vec<u8>, HostError> {
        let bytes = self.bytes(path, file.bytes)?;
        match progress(bytes.len() as u64) {
            Go::On => Ok(bytes),
            Go::Stop => Err(HostError::Cancelled),
        }
    }

    async fn probe_gpu(&self) -> Result<Adapter, Failure> {
        // Natively wgpu itself names the adapter when it starts.
        Ok(Adapter { name: "native adapter".to_owned(), kind: AdapterKind::Hardware })
    }

    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1e3
    }
}
