//! The Lab: the seed network trained from zero in two ways, side by side, and what becomes of it when data is missing.
//!
//! *End to end* is one stage, every layer for the labels. *Layered* trains the bottom first, as a denoising autoencoder that never
//! sees a label (Vincent et al. 2008), then the top on features that stay as they are, then, if wanted, both together. The stages and
//! the loop are [`crate::learn`]'s; nothing here has a loop of its own.

mod fill;
mod hide;
mod model;
mod train;

pub use fill::{HOLES_SEED, fill};
pub use hide::{Holes, Mask, mean_image};
pub use model::{Autoencoder, Decoder, LabNet};
pub use train::{Bench, LabError, Lane, read, stages};
