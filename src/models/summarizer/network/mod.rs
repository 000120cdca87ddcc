//! The summarizer's network, in the layers that DESIGN.md names, and what it is given.

pub(in crate::models::summarizer) mod batch;
mod config;
mod layers;
pub(in crate::models::summarizer) mod source_pointer;

pub use batch::{DocumentBatch, Example, ExampleBatch};
pub use config::SummarizerConfig;
pub use layers::{
    DecoderInputs, DecoderOutputs, EncodedSource, Rewriter, SalienceHead, SummarizerNetwork, TargetProbabilities,
};
pub use source_pointer::SourcePointer;
