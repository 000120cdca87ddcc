//! The summarizer's network, in the layers that DESIGN.md names, and what it is given.

pub(in crate::models::summarizer) mod batch;
mod config;
mod grammar;
mod layers;
mod sentence_reader;
pub(in crate::models::summarizer) mod source_pointer;

pub use batch::{DocumentBatch, Example, ExampleBatch};
pub use config::SummarizerConfig;
pub use grammar::{PARTS_OF_SPEECH, RELATIONS};
pub use layers::{
    DecoderInputs, DecoderOutputs, EncodedSource, Rewriter, SalienceHead, SummarizerNetwork, TargetProbabilities,
};
pub use sentence_reader::{JudgedWord, ShorteningStyle, WordJudgments};
pub use source_pointer::SourcePointer;
