//! Layers that Burn lacks, or that a browser needs faster: the recurrent layer, attention, and a decoder's step.
//!
//! Each layer is written once, on tensor operations: that is its *reference*, which autodiff trains on any device. Where no
//! gradient is wanted, [`ExecutionPath::choose`] sends it through [`backends`] instead, which do the same work in SIMD on the CPU and in a
//! handful of dispatches on WebGPU. On the CPU, convolutions and recurrences have kernels with gradients too.

mod attention;
pub mod backends;
mod conv;
mod decoder;
mod execution_path;
mod lstm;
mod mask;
mod shape_error;

pub use backends::Precision;

pub use attention::{AdditiveAttention, AttentionConfig, AttentionOutput, MultiplicativeAttention};
pub use conv::{conv_relu_pool, dense};
pub use decoder::{AttentionMemory, DecoderCell, DecoderConfig, DecoderState, DecoderStepOutput, GreedyStep};
pub use execution_path::ExecutionPath;
pub use lstm::{Direction, Lstm, LstmConfig, LstmSequenceOutput, LstmState};
pub use mask::SequenceMask;
pub use shape_error::ShapeError;
