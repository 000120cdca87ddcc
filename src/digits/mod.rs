//! The classifiers: a convolutional network in two configurations, the data sets it learns from, and its evaluation.
//!
//! Knows no DOM, no worker and no file system: the readers take bytes.

mod data;
mod model;
mod train;
mod tune;

pub use data::{DataError, Dataset, Source, read_idx_images, read_idx_labels, read_npy_strokes};
pub use model::{Architecture, ArchitectureError, ConvNet, ConvSpec, Norm, Trace, batch_tensor};
pub use train::{Checkpoint, Recipe, Session, SessionError, Variation, best, confusion, predict};
pub(crate) use tune::answer;
pub use tune::{Correction, Ink, Mix, STEPS_AN_EPOCH, TuningError, stages, tuning};
