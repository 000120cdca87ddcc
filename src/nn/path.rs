//! Which of the ways through a layer is taken.

use burn::tensor::{Device, Tensor};

use super::kernels;

/// The ways through a layer. They give the same results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// Tensor operations: what autodiff trains, on any device.
    Reference,
    /// Kernels of our own, without gradients: SIMD on the CPU, CubeCL on WebGPU.
    Fused,
}

impl Path {
    /// The one place where the way is chosen: kernels where there are some for the device of `input` and no gradient is wanted.
    pub fn choose<const D: usize>(input: &Tensor<D>) -> Self {
        if Self::wants_gradients(&input.device()) || !kernels::exist_for(input) { Self::Reference } else { Self::Fused }
    }

    fn wants_gradients(device: &Device) -> bool {
        device.is_autodiff()
    }
}
