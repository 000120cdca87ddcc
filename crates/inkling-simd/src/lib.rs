//! What the CPU engine computes its layers with: loops over slices in SIMD, AVX or NEON as the processor has it, wasm's 128 bits in the
//! browser (macerator chooses). It knows no tensor.
//!
//! A crate of its own so that a build can have these for speed and what is around them for size: a compiler takes one of the two for
//! a whole crate.

mod conv;
mod conv_backward;
mod conv_pooled_backward;
mod linear;
mod lstm;
mod lstm_parameters;
mod packed;
mod vectors;

pub use conv::ConvShape;
pub use conv_pooled_backward::ConvGradients;
pub use linear::*;
pub use lstm::{PackedLstm, SequenceBatch, StateColumns};
pub use lstm_parameters::{LstmParameters, Precision};
