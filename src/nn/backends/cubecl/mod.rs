//! Fused operations on a GPU, in CubeCL.
//!
//! What costs there is the number of dispatches: a whole LSTM takes three however long the sequences are, a decoder's step takes
//! four. Nothing is assumed of an adapter beyond WebGPU's guaranteed limits: at most seven storage buffers a kernel, no subgroups.

mod common;
mod decoder;
mod lstm;

use burn::backend::{
    BackendTensor,
    tensor::{FloatTensor, IntTensor},
};
use burn_cubecl::{CubeBackend, CubeDevice, tensor::CubeTensor};
use inkling_simd::Precision;

use super::fused_ops::{
    DecoderOutput, DecoderWeights, FusedOps, LstmOutput, LstmWeights, OptionalState, OptionalTensor,
};

impl FusedOps for CubeBackend {
    fn lstm(
        input: FloatTensor<Self>,
        weights: LstmWeights<Self>,
        reversed: bool,
        visible: OptionalTensor<Self>,
        state: OptionalState<Self>,
        _precision: Precision,
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
pub(super) fn is_supported(tensor: &BackendTensor<CubeBackend>) -> bool {
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
