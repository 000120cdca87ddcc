//! The Lab: the seed network trained from zero in two ways, side by side, and what becomes of it when data is missing.
//!
//! *End to end* is one stage, every layer for the labels. *Layered* trains the bottom first, as a denoising autoencoder that never
//! sees a label (Vincent et al. 2008), then the top on features that stay as they are, then, if wanted, both together. The stages and
//! the loop are [`crate::training`]'s; nothing here has a loop of its own.

mod autoencoder;
mod imputation;
mod masking;
mod training;

pub use autoencoder::{Autoencoder, ConvDecoder, LabNetwork};
pub use imputation::{HOLES_SEED, fill};
pub use masking::{OcclusionConfig, PixelMask, mean_image};
pub use training::{LabError, LabTrainingRun, PairedTraining, read, stages};
