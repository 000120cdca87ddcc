//! The layers' work without gradients, once for each kind of device, through Burn's extension of backends; and two of them with
//! gradients on the CPU.

#[cfg(feature = "cpu")]
mod contiguous_slice;
#[cfg(feature = "cpu")]
pub(super) mod conv_autodiff;
#[cfg(feature = "gpu")]
mod cubecl;
#[cfg(feature = "cpu")]
mod flex;
mod fused_ops;
#[cfg(feature = "cpu")]
pub(super) mod lstm_autodiff;
#[cfg(feature = "cpu")]
mod packed_weights;

use burn::{
    backend::{Dispatch, DispatchTensorKind},
    nn::{Linear, conv::Conv2d},
    tensor::Tensor,
};
pub use fused_ops::{
    DecoderOutput, DecoderWeights, DirectionWeights, FusedOps, LstmOutput, LstmWeights, OptionalState, OptionalTensor,
};
pub use inkling_simd::{ConvShape, Precision};

/// Whether there are kernels for the device that `tensor` is on.
pub(super) fn is_supported<const D: usize>(tensor: &Tensor<D>) -> bool {
    match tensor.clone().into_dispatch().kind {
        #[cfg(feature = "cpu")]
        DispatchTensorKind::Flex(_) => true,
        #[cfg(feature = "gpu")]
        DispatchTensorKind::Cube(tensor) => cubecl::is_supported(&tensor),
        #[allow(unreachable_patterns, reason = "which backends there are is for the build to say")]
        _ => false,
    }
}

/// Whether the device of `memory` has the workgroup memory for a greedy step of a decoder with these
/// [`sizes`](super::Decoder::sizes).
#[allow(unused_variables, reason = "only a GPU may have too little")]
pub(super) fn decoder_fits(memory: &Tensor<3>, sizes: [usize; 4]) -> bool {
    match memory.clone().into_dispatch().kind {
        #[cfg(feature = "cpu")]
        DispatchTensorKind::Flex(_) => true,
        #[cfg(feature = "gpu")]
        DispatchTensorKind::Cube(tensor) => cubecl::decoder_fits(&tensor, sizes, memory.dims()[1]),
        #[allow(unreachable_patterns, reason = "which backends there are is for the build to say")]
        _ => false,
    }
}

/// Whether the device of `tensor` has the workgroup memory for an LSTM of this width.
#[allow(unused_variables, reason = "only a GPU may have too little")]
pub(super) fn lstm_fits<const D: usize>(tensor: &Tensor<D>, hidden: usize) -> bool {
    match tensor.clone().into_dispatch().kind {
        #[cfg(feature = "cpu")]
        DispatchTensorKind::Flex(_) => true,
        #[cfg(feature = "gpu")]
        DispatchTensorKind::Cube(tensor) => cubecl::lstm_fits(&tensor, hidden),
        #[allow(unreachable_patterns, reason = "which backends there are is for the build to say")]
        _ => false,
    }
}

/// A convolution with ReLU and pooling where the CPU computes; `None` where it does not.
#[allow(unused_variables, reason = "a GPU has Burn's own")]
pub(super) fn convolve(x: &Tensor<4>, conv: &Conv2d, sizes: ConvShape) -> Option<Tensor<4>> {
    #[cfg(feature = "cpu")]
    if let (Some(x), Some(weight)) = (flex::values(x), flex::values(&conv.weight.val())) {
        let bias = conv.bias.as_ref().and_then(|bias| flex::values(&bias.val()));
        return Some(Tensor::from_dispatch(flex::tensor_of(flex::convolve(x, weight, bias, sizes))));
    }
    None
}

/// A dense layer where the CPU computes; `None` where it does not.
#[allow(unused_variables, reason = "a GPU has Burn's own")]
pub(super) fn dense(x: &Tensor<2>, linear: &Linear) -> Option<Tensor<2>> {
    #[cfg(feature = "cpu")]
    if let (Some(x), Some(weight)) = (flex::values(x), flex::values(&linear.weight.val())) {
        let bias = linear.bias.as_ref().and_then(|bias| flex::values(&bias.val()));
        return Some(Tensor::from_dispatch(flex::tensor_of(flex::dense(x, weight, bias))));
    }
    None
}

/// A mask for a kernel.
pub(super) fn maybe(visible: Option<Tensor<2>>) -> OptionalTensor<Dispatch> {
    visible.map_or(OptionalTensor::None, |visible| OptionalTensor::Some(visible.into_dispatch()))
}
