//! What the kernels share: arguments, outputs, and functions that no driver overflows.

use burn::{
    backend::TensorMetadata,
    tensor::{DType, Shape},
};
use burn_cubecl::{
    cubecl::{self, prelude::*},
    kernel::into_contiguous,
    tensor::CubeTensor,
};

/// Vec4 values side by side: of the four gates, or of four neighbors.
pub(super) type Vec4 = Vector<f32, Const<4>>;

/// Units of a workgroup at most: WebGPU guarantees as many.
pub(super) const UNITS: usize = 256;

/// An output like `like`, not yet written.
pub(super) fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D], dtype: DType) -> CubeTensor {
    let shape = Shape::from(shape);
    let handle = like.client.empty(shape.num_elements() * dtype.size());
    CubeTensor::new_contiguous(like.client.clone(), like.device.clone(), shape, handle, dtype)
}

/// A tensor in row-major order as a kernel's argument, in vectors of `width`.
pub(super) fn argument(tensor: &CubeTensor, width: usize) -> BufferArg {
    let tensor = into_contiguous(tensor.clone());
    let length = tensor.shape().num_elements() / width;
    // SAFETY: the buffer holds as many values as the shape says.
    unsafe { BufferArg::from_raw_parts(tensor.handle, length) }
}

/// Where the second of two outputs of so many values starts that share a buffer: bindings start at multiples of 256 bytes.
pub(super) fn second_half(values: usize) -> usize {
    values.next_multiple_of(64)
}

/// The two outputs that share a buffer, each of this shape.
pub(super) fn halves<const D: usize>(tensor: &CubeTensor, shape: [usize; D]) -> [CubeTensor; 2] {
    let start = second_half(shape.iter().product());
    [0, start].map(|start| {
        let handle = tensor.handle.clone().offset_start((start * size_of::<f32>()) as u64);
        let (client, device) = (tensor.client.clone(), tensor.device.clone());
        CubeTensor::new_contiguous(client, device, Shape::from(shape), handle, tensor.dtype)
    })
}

/// Workgroups of `units` for `work` items.
pub(super) fn groups(work: usize, units: usize) -> u32 {
    work.div_ceil(units) as u32
}

/// `1 / (1 + e⁻ˣ)`, with no infinity on the way: shaders promise nothing about those.
#[cube]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-clamp(x, -30.0, 30.0)).exp())
}

/// tanh, which some drivers compute from eˣ and overflow.
#[cube]
pub(super) fn bounded_tanh(x: f32) -> f32 {
    clamp(x, -15.0, 15.0).tanh()
}
