//! Checkpoints of digit networks, and the digits that are held out of their training.

use anyhow::{Result, bail};

use super::checkpoints::CheckpointStore;
use crate::{
    models::digits::{ConvNet, Dataset, DigitCheckpoint},
    training::EarlyStoppingState,
};

/// Images held out of MNIST's 60,000, the last ones.
pub const HELD_OUT: usize = 5_000;

/// The file that says how far the training is.
const POSITION: &str = "step.txt";

/// Writes a checkpoint of a digit network.
pub fn write_checkpoint(store: &CheckpointStore, checkpoint: DigitCheckpoint) -> Result<()> {
    let mut steps = format!("{} {}", checkpoint.step, checkpoint.averaged_steps);
    if let Some(EarlyStoppingState { best, epochs }) = checkpoint.waiting {
        steps += &format!(" {best} {epochs}");
    }
    store.write(checkpoint, (POSITION, steps.as_bytes()))
}

/// Reads a checkpoint of a digit network into blanks.
pub fn read_checkpoint(store: &CheckpointStore, blank: impl Fn() -> ConvNet) -> Result<DigitCheckpoint> {
    let steps = String::from_utf8(store.read(POSITION)?)?;
    // Steps done and steps averaged; with early stopping, the best result so far and the epochs since.
    let (step, averaged_steps, waiting) = match steps.split_whitespace().collect::<Vec<_>>()[..] {
        [step, averaged] => (step.parse()?, averaged.parse()?, None),
        [step, averaged, best, epochs] => (
            step.parse()?,
            averaged.parse()?,
            Some(EarlyStoppingState { best: best.parse()?, epochs: epochs.parse()? }),
        ),
        _ => bail!("{POSITION} holds {steps:?}"),
    };
    Ok(DigitCheckpoint {
        step,
        averaged_steps,
        waiting,
        model: store.model(blank())?,
        averaged: store.averaged(blank())?,
        optimizer: Some(store.optimizer()?),
    })
}

/// Parts the last samples from the others.
pub fn split(data: &Dataset, held_out: usize) -> (Dataset, Option<Dataset>) {
    let at = data.len().saturating_sub(held_out);
    (data.slice(0..at), Some(data.slice(at..data.len())))
}
