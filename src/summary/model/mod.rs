//! The summarizer's network, in the layers that DESIGN.md names, and what it is given.

mod architecture;
pub(in crate::summary) mod batch;
pub(in crate::summary) mod moves;
mod network;

pub use architecture::Architecture;
pub use batch::{Documents, Example, Examples};
pub use moves::Pointer;
pub use network::{Decoded, Memory, Network, Rewriter, Salience, Steps, Targets};
