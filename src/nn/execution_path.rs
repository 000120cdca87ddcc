//! The choice between the implementations of a layer.

use burn::tensor::Tensor;

use super::backends;

/// The implementations of a layer. They give the same results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionPath {
    /// Tensor operations: what autodiff trains, on any device.
    TensorOps,
    /// Tensor operations, but for the recurrence and the convolutions, which the CPU has as one node of the graph each.
    FusedTraining,
    /// Kernels of our own, without gradients: SIMD on the CPU, CubeCL on WebGPU.
    FusedInference,
}

impl ExecutionPath {
    /// The one place where the way is chosen: kernels where there are some for the device of `input` and no gradient is wanted,
    /// neither of the input nor of the layer's `weight` (a constant may well go through a layer that trains).
    pub fn choose<const D: usize, const E: usize>(input: &Tensor<D>, weight: &Tensor<E>) -> Self {
        let trains = input.device().is_autodiff() || weight.device().is_autodiff();
        #[cfg(feature = "cpu")]
        if trains && backends::lstm_autodiff::is_supported(input) && backends::lstm_autodiff::is_supported(weight) {
            return Self::FusedTraining;
        }
        if trains || !backends::is_supported(input) { Self::TensorOps } else { Self::FusedInference }
    }
}
