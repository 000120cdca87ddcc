//! Checkpoints of a training on disk: the network, its moving average, the optimizer's state and the position.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use burn::{module::Module, store::ModuleRecord, tensor::Bytes};

use crate::training::Checkpoint;

const MODEL: &str = "model.bpk";
const AVERAGED: &str = "averaged.bpk";
const OPTIMIZER: &str = "optimizer.bpk";

/// The folder that holds the last checkpoint of one training.
pub struct CheckpointStore {
    folder: PathBuf,
}

impl CheckpointStore {
    /// The store in a folder, which the first checkpoint makes.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Replaces the checkpoint. Writes to a temporary folder and renames it, so that an interrupted write leaves the last checkpoint
    /// whole. `position` is the name and the content of the file that says how far the training is.
    pub fn write<M: Module>(&self, checkpoint: Checkpoint<M>, position: (&str, &[u8])) -> Result<()> {
        let temporary = self.folder.with_extension("new");
        std::fs::create_dir_all(&temporary).with_context(|| format!("making {}", temporary.display()))?;
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(temporary.join(name), bytes).with_context(|| format!("writing {name}"))
        };
        write(MODEL, &record(checkpoint.model)?)?;
        write(AVERAGED, &record(checkpoint.averaged)?)?;
        write(OPTIMIZER, checkpoint.optimizer.as_deref().unwrap_or_default())?;
        write(position.0, position.1)?;
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder)?;
        }
        std::fs::rename(&temporary, &self.folder)?;
        Ok(())
    }

    /// A file of the checkpoint.
    pub fn read(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.folder.join(name);
        std::fs::read(&path).with_context(|| format!("reading the checkpoint {}", path.display()))
    }

    /// The trained network, loaded into one of the same shape.
    pub fn model<M: Module>(&self, blank: M) -> Result<M> {
        self.network(MODEL, blank)
    }

    /// The moving average of the network, loaded into one of the same shape.
    pub fn averaged<M: Module>(&self, blank: M) -> Result<M> {
        self.network(AVERAGED, blank)
    }

    /// The optimizer's state.
    pub fn optimizer(&self) -> Result<Vec<u8>> {
        self.read(OPTIMIZER)
    }

    fn network<M: Module>(&self, name: &str, blank: M) -> Result<M> {
        let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(self.read(name)?));
        let record = record.map_err(|error| anyhow!("{name}: {error:?}"))?;
        blank.try_load_record(record).map_err(|error| anyhow!("{name}: {error:?}"))
    }
}

fn record<M: Module>(network: M) -> Result<Vec<u8>> {
    Ok(network.into_record().into_bytes().map_err(|error| anyhow!("{error:?}"))?.to_vec())
}
