//! Which of the ways through a layer is taken.

use burn::tensor::Tensor;

use super::backends;

/// The ways through a layer. They give the same results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionPath {
    /// Tensor operations: what autodiff trains, on any device.
    Reference,
    /// Tensor operations, but for the recurrence and the convolutions, which the CPU has as one node of the graph each.
    Trained,
    /// Kernels of our own, without gradients: SIMD on the CPU, CubeCL on WebGPU.
    Fused,
}

impl ExecutionPath {
    /// The one place where the way is chosen: kernels where there are some for the device of `input` and no gradient is wanted,
    /// neither of the input nor of the layer's `weight` (a constant may well go through a layer that trains).
    pub fn choose<const D: usize, const E: usize>(input: &Tensor<D>, weight: &Tensor<E>) -> Self {
        let trains = input.device().is_autodiff() || weight.device().is_autodiff();
        #[cfg(feature = "cpu")]
        if trains && backends::lstm_autodiff::exists_for(input) && backends::lstm_autodiff::exists_for(weight) {
            return Self::Trained;
        }
        if trains || !backends::exist_for(input) { Self::Reference } else { Self::Fused }
    }
}
