//! The classifiers: a convolutional network in two configurations, the data sets it learns from, and its evaluation.
//!
//! Knows no DOM, no worker and no file system: the readers take bytes.

mod dataset;
mod fine_tuning;
mod network;
mod package;
mod training;

pub use dataset::{DataError, Dataset, Source, read_idx_images, read_idx_labels, read_npy_strokes};
pub(crate) use fine_tuning::answer;
pub use fine_tuning::{Correction, Ink, Mix, STEPS_AN_EPOCH, TuningError, stages, tuning};
pub use network::{Architecture, ArchitectureError, ConvNet, ConvSpec, Norm, Trace, batch_tensor};
pub use package::DigitManifest;
pub use training::{Checkpoint, Recipe, Session, SessionError, Variation, best, confusion, predict};
