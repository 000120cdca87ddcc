//! Layers that Burn lacks, or that a browser needs faster: the recurrent layer, attention, and a decoder's step.
//!
//! Each layer is written once, on tensor operations: that is its *reference*, which autodiff trains on any device. Where no
//! gradient is wanted, [`Path::choose`] sends it through [`backends`] instead, which do the same work in SIMD on the CPU and in a
//! handful of dispatches on WebGPU. On the CPU, convolutions and recurrences have kernels with gradients too.

mod attention;
pub mod backends;
mod conv;
mod decoder;
mod execution_path;
mod lstm;
mod mask;
mod shape_error;

pub use attention::{AdditiveAttention, Attended, AttentionConfig, MultiplicativeAttention};
pub use conv::{conv_relu_pool, dense};
pub use decoder::{Chosen, Decoder, DecoderConfig, DecoderState, Memory, Step};
pub use execution_path::Path;
pub use lstm::{Direction, Encoded, Lstm, LstmConfig, LstmState};
pub use mask::Mask;
pub use shape_error::ShapeError;
