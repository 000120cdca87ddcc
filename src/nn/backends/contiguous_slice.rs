//! A tensor's values on the CPU.

use burn::backend::{Flex, tensor::FloatTensor};

/// A tensor's values in row-major order, copied only where they are not already.
pub(super) struct ContiguousSlice(FloatTensor<Flex>);

impl ContiguousSlice {
    pub(super) fn new(tensor: FloatTensor<Flex>) -> Self {
        Self(if tensor.as_slice::<f32>().is_some() { tensor } else { tensor.to_contiguous() })
    }

    pub(super) fn get(&self) -> &[f32] {
        self.0.as_slice().unwrap_or_default()
    }
}
