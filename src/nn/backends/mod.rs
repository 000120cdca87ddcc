//! The layers' work without gradients, once for each kind of device, through Burn's extension of backends; and two of them with
//! gradients on the CPU.

#[cfg(feature = "cpu")]
pub(super) mod conv_autodiff;
#[cfg(feature = "gpu")]
mod cubecl;
#[cfg(feature = "cpu")]
mod flex;
#[cfg(feature = "cpu")]
pub(super) mod lstm_autodiff;

use burn::{
    backend::{
        Backend, Dispatch, DispatchTensorKind, ExtensionType, backend_extension,
        tensor::{FloatTensor, IntTensor},
    },
    nn::{Linear, conv::Conv2d},
    tensor::Tensor,
};
pub use inkling_simd::ConvShape;

/// A tensor that may be left out: a mask, or what is not needed.
#[derive(ExtensionType)]
pub enum OptionalTensor<B: Backend> {
    /// It is there.
    Some(FloatTensor<B>),
    /// It is not.
    None,
}

/// A state that may be left out; then it is zeros, which no kernel needs to write first.
#[derive(ExtensionType)]
pub enum OptionalState<B: Backend> {
    /// Hidden and cell state, each `[directions, batch, hidden]`.
    Some(FloatTensor<B>, FloatTensor<B>),
    /// Zeros.
    None,
}

/// The weights of one direction of an LSTM; see [`Gates`](super::lstm::Gates).
#[derive(ExtensionType)]
pub struct DirectionWeights<B: Backend> {
    pub(in crate::nn) weight_ih: FloatTensor<B>,
    pub(in crate::nn) weight_hh: FloatTensor<B>,
    pub(in crate::nn) bias_ih: FloatTensor<B>,
    pub(in crate::nn) bias_hh: FloatTensor<B>,
}

/// The weights of an LSTM.
#[derive(ExtensionType)]
pub enum LstmWeights<B: Backend> {
    /// One direction, whichever.
    One(#[extension_type] DirectionWeights<B>),
    /// Forward and reverse.
    Both(#[extension_type] DirectionWeights<B>, #[extension_type] DirectionWeights<B>),
}

/// What an LSTM gives.
#[derive(ExtensionType)]
pub struct LstmOutput<B: Backend> {
    /// `[batch, steps, directions × hidden]`
    pub(in crate::nn) states: FloatTensor<B>,
    /// `[directions, batch, hidden]`
    pub(in crate::nn) hidden: FloatTensor<B>,
    /// `[directions, batch, hidden]`
    pub(in crate::nn) cell: FloatTensor<B>,
}

/// The weights of a [`Decoder`](super::Decoder), each in its layer's layout.
#[derive(ExtensionType)]
pub struct DecoderWeights<B: Backend> {
    /// `[vocabulary, embedding]`
    pub(in crate::nn) embedding: FloatTensor<B>,
    #[extension_type]
    pub(in crate::nn) cell: DirectionWeights<B>,
    /// `[hidden, memory]`
    pub(in crate::nn) query: FloatTensor<B>,
    /// `[memory + hidden, hidden]`
    pub(in crate::nn) combine: FloatTensor<B>,
    /// `[hidden]`
    pub(in crate::nn) combine_bias: FloatTensor<B>,
    /// `[hidden, vocabulary]`
    pub(in crate::nn) output: FloatTensor<B>,
    /// `[vocabulary]`
    pub(in crate::nn) output_bias: FloatTensor<B>,
}

/// What a greedy step of a decoder gives; see [`Chosen`](super::Chosen).
#[derive(ExtensionType)]
pub struct DecoderOutput<B: Backend> {
    /// `[batch]`
    pub(in crate::nn) tokens: IntTensor<B>,
    /// `[batch, steps]`
    pub(in crate::nn) weights: FloatTensor<B>,
    /// `[batch, hidden]`
    pub(in crate::nn) hidden: FloatTensor<B>,
    /// `[batch, hidden]`
    pub(in crate::nn) cell: FloatTensor<B>,
}

/// The kernels that a backend brings.
#[backend_extension(Cube: cfg(feature = "gpu"), Flex: cfg(feature = "cpu"))]
pub trait FusedOps: Backend {
    /// A whole batch of sequences through an LSTM. `reversed` tells of a single direction that it is the reverse one.
    fn lstm(
        input: FloatTensor<Self>,
        #[extension_type] weights: LstmWeights<Self>,
        reversed: bool,
        #[extension_type] visible: OptionalTensor<Self>,
        #[extension_type] state: OptionalState<Self>,
    ) -> LstmOutput<Self>;

    /// A greedy step of a decoder.
    fn decoder_step(
        tokens: IntTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
        #[extension_type] weights: DecoderWeights<Self>,
        memory: FloatTensor<Self>,
        #[extension_type] visible: OptionalTensor<Self>,
    ) -> DecoderOutput<Self>;
}

/// Whether there are kernels for the device that `tensor` is on.
pub(super) fn exist_for<const D: usize>(tensor: &Tensor<D>) -> bool {
    match tensor.clone().into_dispatch().kind {
        #[cfg(feature = "cpu")]
        DispatchTensorKind::Flex(_) => true,
        #[cfg(feature = "gpu")]
        DispatchTensorKind::Cube(tensor) => cubecl::exist_for(&tensor),
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
