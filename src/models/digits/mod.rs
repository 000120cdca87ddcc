//! The classifiers: a convolutional network in two configurations, the data sets it learns from, and its evaluation.
//!
//! Knows no DOM, no worker and no file system: the readers take bytes.

mod activations;
mod dataset;
mod evaluation;
mod fine_tuning;
mod network;
mod package;
mod package_limits;
mod reading;
pub mod rejection;
mod training;

pub use activations::ConvNetActivations;
pub use dataset::{Dataset, DatasetError, SampleSource, read_idx_images, read_idx_labels, read_npy_strokes};
pub(crate) use evaluation::loss_and_accuracy;
pub use evaluation::{argmax, confusion, predict};
pub use fine_tuning::{CorrectionInput, FineTuningError, LabeledCorrection, ReplayMix, STEPS_AN_EPOCH, stages, tuning};
pub use network::{
    ConvNet, ConvNetConfig, ConvNetConfigError, ConvSpec, Normalization, RejectorCalibration, batch_tensor,
};
pub use package::{ClassifierSpec, DigitManifest};
pub use package_limits::NetworkCost;
pub use reading::{DigitReading, Reading, read, softmax};
pub use training::{AugmentationConfig, DigitCheckpoint, DigitRecipe, DigitTrainingError, DigitTrainingSession};
