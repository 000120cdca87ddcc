//! Files, for the command line and tests.

use std::{cell::RefCell, collections::HashMap, io::Read, path::PathBuf, time::Instant};

use super::{Adapter, Go, Host, HostError};
use crate::{
    package::FileEntry,
    protocol::{AdapterKind, Failure},
};

/// Packages in a folder; what is kept is kept in memory.
pub struct NativeHost {
    models: PathBuf,
    kept: RefCell<HashMap<String, Vec<u8>>>,
    start: Instant,
}

impl NativeHost {
    /// The folder that holds `catalogue.json`.
    pub fn new(models: impl Into<PathBuf>) -> Self {
        Self { models: models.into(), kept: RefCell::default(), start: Instant::now() }
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

impl Host for NativeHost {
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

    async fn unpack(&self, bytes: Vec<u8>) -> Result<Vec<u8>, HostError> {
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut unpacked).map_err(|_| HostError::Packed)?;
        Ok(unpacked)
    }

    async fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), HostError> {
        self.kept.borrow_mut().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    async fn kept(&self, name: &str) -> Result<Option<Vec<u8>>, HostError> {
        Ok(self.kept.borrow().get(name).cloned())
    }

    async fn forget(&self, name: &str) -> Result<(), HostError> {
        self.kept.borrow_mut().remove(name);
        Ok(())
    }

    async fn pause(&self, ms: u32) {
        // Lets a test go on with its own future; nothing else waits natively.
        let mut woken = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut woken, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
        if ms > 0 {
            std::thread::sleep(std::time::Duration::from_millis(ms.into()));
        }
    }

    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1e3
    }
}
