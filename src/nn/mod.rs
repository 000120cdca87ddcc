//! Layers that Burn lacks, or that a browser needs faster: the recurrent layer, attention, and a decoder's step.
//!
//! Each layer is written once, on tensor operations: that is its *reference*, which autodiff trains on any device. Where no
//! gradient is wanted, [`Path::choose`] sends it through [`kernels`] instead, which do the same work in SIMD on the CPU and in a
//! handful of dispatches on WebGPU. On the CPU, convolutions and recurrences have kernels with gradients too.

mod attention;
mod decoder;
mod error;
mod image;
pub mod kernels;
mod lstm;
mod mask;
mod path;

pub use attention::{AdditiveAttention, Attended, AttentionConfig, MultiplicativeAttention};
pub use decoder::{Chosen, Decoder, DecoderConfig, DecoderState, Memory, Step};
pub use error::ShapeError;
pub use image::{conv_relu_pool, dense};
pub use lstm::{Direction, Encoded, Lstm, LstmConfig, LstmState};
pub use mask::Mask;
pub use path::Path;
