//! The kernels on a GPU, in CubeCL.
//!
//! What costs there is the number of dispatches: a whole LSTM takes three however long the sequences are, a decoder's step takes
//! four. Nothing is assumed of an adapter beyond WebGPU's guaranteed limits: at most seven storage buffers a kernel, no subgroups.

mod decoder;
mod lstm;

use burn::{
    backend::{
        BackendTensor, TensorMetadata,
        tensor::{FloatTensor, IntTensor},
    },
    tensor::{DType, Shape},
};
use burn_cubecl::{
    CubeBackend, CubeDevice,
    cubecl::{self, prelude::*},
    kernel::into_contiguous,
    tensor::CubeTensor,
};

use super::{DecoderOutput, DecoderWeights, FusedOps, LstmOutput, LstmWeights, OptionalState, OptionalTensor};

/// Vec4 values side by side: of the four gates, or of four neighbors.
type Vec4 = Vector<f32, Const<4>>;

/// Units of a workgroup at most: WebGPU guarantees as many.
const UNITS: usize = 256;

impl FusedOps for CubeBackend {
    fn lstm(
        input: FloatTensor<Self>,
        weights: LstmWeights<Self>,
        reversed: bool,
        visible: OptionalTensor<Self>,
        state: OptionalState<Self>,
    ) -> LstmOutput<Self> {
        lstm::run(input, weights, reversed, visible, state)
    }

    fn decoder_step(
        tokens: IntTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
        weights: DecoderWeights<Self>,
        memory: FloatTensor<Self>,
        visible: OptionalTensor<Self>,
    ) -> DecoderOutput<Self> {
        decoder::run(tokens, hidden, cell, weights, memory, visible)
    }
}

/// Whether the tensor is on WebGPU. CubeCL has one backend for all its devices; on CUDA, which is there for training, nobody has tried
/// these kernels.
pub(super) fn exist_for(tensor: &BackendTensor<CubeBackend>) -> bool {
    matches!(tensor, BackendTensor::Float(CubeTensor { device: CubeDevice::Wgpu(_), .. }))
}

/// Whether so many 32-bit values fit into the workgroup memory of the tensor's device.
fn fits(tensor: &BackendTensor<CubeBackend>, values: usize) -> bool {
    let BackendTensor::Float(tensor) = tensor else { return false };
    values * size_of::<f32>() <= tensor.client.properties().hardware.max_shared_memory_size
}

/// Whether the device has the workgroup memory for an LSTM of this width.
pub(super) fn lstm_fits(tensor: &BackendTensor<CubeBackend>, hidden: usize) -> bool {
    fits(tensor, lstm::workgroup_values(hidden))
}

/// Whether the device has the workgroup memory for a decoder of these sizes (embedding, hidden, memory, vocabulary).
pub(super) fn decoder_fits(tensor: &BackendTensor<CubeBackend>, sizes: [usize; 4], steps: usize) -> bool {
    fits(tensor, decoder::workgroup_values(sizes, steps))
}

/// An output like `like`, not yet written.
fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D], dtype: DType) -> CubeTensor {
    let shape = Shape::from(shape);
    let handle = like.client.empty(shape.num_elements() * dtype.size());
    CubeTensor::new_contiguous(like.client.clone(), like.device.clone(), shape, handle, dtype)
}

/// A tensor in row-major order as a kernel's argument, in vectors of `width`.
fn argument(tensor: &CubeTensor, width: usize) -> BufferArg {
    let tensor = into_contiguous(tensor.clone());
    let length = tensor.shape().num_elements() / width;
    // SAFETY: the buffer holds as many values as the shape says.
    unsafe { BufferArg::from_raw_parts(tensor.handle, length) }
}

/// Where the second of two outputs of so many values starts that share a buffer: bindings start at multiples of 256 bytes.
fn second_half(values: usize) -> usize {
    values.next_multiple_of(64)
}

/// The two outputs that share a buffer, each of this shape.
fn halves<const D: usize>(tensor: &CubeTensor, shape: [usize; D]) -> [CubeTensor; 2] {
    let start = second_half(shape.iter().product());
    [0, start].map(|start| {
        let handle = tensor.handle.clone().offset_start((start * size_of::<f32>()) as u64);
        let (client, device) = (tensor.client.clone(), tensor.device.clone());
        CubeTensor::new_contiguous(client, device, Shape::from(shape), handle, tensor.dtype)
    })
}

/// Workgroups of `units` for `work` items.
fn groups(work: usize, units: usize) -> u32 {
    work.div_ceil(units) as u32
}

/// `1 / (1 + e⁻ˣ)`, with no infinity on the way: shaders promise nothing about those.
#[cube]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-clamp(x, -30.0, 30.0)).exp())
}

/// tanh, which some drivers compute from eˣ and overflow.
#[cube]
fn bounded_tanh(x: f32) -> f32 {
    clamp(x, -15.0, 15.0).tanh()
}
