//! The summarizer's network, in the layers that DESIGN.md names, and what it is given.

mod architecture;
pub(in crate::summary) mod batch;
pub(in crate::summary) mod moves;
mod network;

pub use architecture::SummarizerConfig;
pub use batch::{DocumentBatch, Example, ExampleBatch};
pub use moves::SourcePointer;
pub use network::{
    DecoderInputs, DecoderOutputs, EncodedSource, Rewriter, SalienceHead, SummarizerNetwork, TargetProbabilities,
};
