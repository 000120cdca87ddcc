//! The recurrent works: a bidirectional LSTM over a sequence, and greedy decoding with attention.
//!
//! Sizes, seeds and layouts of what they compute with stand in `tests/bench/peers/network.mjs`, `bilstm` and `decoder`: a dense
//! layer's matrix is [inputs, outputs] there, an LSTM's [4 × hidden, inputs] with PyTorch's order of gates. A check is the sum of
//! all outputs, or of the 16 tokens.

use burn::tensor::{Device, ExecutionError};

use super::Work;

/// A recurrent work on a device. There is none before the layer is there that they measure.
pub enum Recurrent {}

impl Recurrent {
    /// Builds one of [`Work::Bilstm64`], [`Work::Bilstm400`] and [`Work::Decode16`].
    ///
    /// # Errors
    /// Always, until then: a sentence.
    pub fn new(work: Work, device: &Device) -> Result<Self, String> {
        let _ = device;
        Err(format!("The work {work:?} is not built yet."))
    }

    /// Does the work once; the sum of what was read.
    pub async fn run(&mut self) -> Result<f64, ExecutionError> {
        match *self {}
    }
}
