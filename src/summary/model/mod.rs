//! The summarizer's network, in the layers that DESIGN.md names, and what it is given.

mod architecture;
pub(super) mod batch;
pub(super) mod moves;
mod network;

pub use architecture::Architecture;
pub use batch::{Documents, Example, Examples};
pub use moves::Pointer;
pub use network::{Decoded, Memory, Network, Rewriter, Salience, Steps, Targets};
