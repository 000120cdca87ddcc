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
    tensor::{Int, Tensor},
};
pub use inkling_simd::Convolution;

use super::{
    Decoder, DecoderState, LstmState, Memory,
    decoder::Chosen,
    lstm::{Gates, Lstm},
};

/// A tensor that may be left out: a mask, or what is not needed.
#[derive(ExtensionType)]
pub enum Maybe<B: Backend> {
    /// It is there.
    Some(FloatTensor<B>),
    /// It is not.
    None,
}

/// A state that may be left out; then it is zeros, which no kernel needs to write first.
#[derive(ExtensionType)]
pub enum MaybeState<B: Backend> {
    /// Hidden and cell state, each `[directions, batch, hidden]`.
    Some(FloatTensor<B>, FloatTensor<B>),
    /// Zeros.
    None,
}

/// The weights of one direction of an LSTM; see [`Gates`].
#[derive(ExtensionType)]
pub struct DirectionWeights<B: Backend> {
    weight_ih: FloatTensor<B>,
    weight_hh: FloatTensor<B>,
    bias_ih: FloatTensor<B>,
    bias_hh: FloatTensor<B>,
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
    states: FloatTensor<B>,
    /// `[directions, batch, hidden]`
    hidden: FloatTensor<B>,
    /// `[directions, batch, hidden]`
    cell: FloatTensor<B>,
}

/// The weights of a [`Decoder`], each in its layer's layout.
#[derive(ExtensionType)]
pub struct DecoderWeights<B: Backend> {
    /// `[vocabulary, embedding]`
    embedding: FloatTensor<B>,
    #[extension_type]
    cell: DirectionWeights<B>,
    /// `[hidden, memory]`
    query: FloatTensor<B>,
    /// `[memory + hidden, hidden]`
    combine: FloatTensor<B>,
    /// `[hidden]`
    combine_bias: FloatTensor<B>,
    /// `[hidden, vocabulary]`
    output: FloatTensor<B>,
    /// `[vocabulary]`
    output_bias: FloatTensor<B>,
}

/// What a greedy step of a decoder gives; see [`Chosen`].
#[derive(ExtensionType)]
pub struct DecoderOutput<B: Backend> {
    /// `[batch]`
    tokens: IntTensor<B>,
    /// `[batch, steps]`
    weights: FloatTensor<B>,
    /// `[batch, hidden]`
    hidden: FloatTensor<B>,
    /// `[batch, hidden]`
    cell: FloatTensor<B>,
}

/// The kernels that a backend brings.
#[backend_extension(Cube: cfg(feature = "gpu"), Flex: cfg(feature = "cpu"))]
pub trait Kernels: Backend {
    /// A whole batch of sequences through an LSTM. `reversed` tells of a single direction that it is the reverse one.
    fn lstm(
        input: FloatTensor<Self>,
        #[extension_type] weights: LstmWeights<Self>,
        reversed: bool,
        #[extension_type] visible: Maybe<Self>,
        #[extension_type] state: MaybeState<Self>,
    ) -> LstmOutput<Self>;

    /// A greedy step of a decoder.
    fn decoder_step(
        tokens: IntTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
        #[extension_type] weights: DecoderWeights<Self>,
        memory: FloatTensor<Self>,
        #[extension_type] visible: Maybe<Self>,
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

/// Whether the device has the workgroup memory for a decoder's step.
#[allow(unused_variables, reason = "only a GPU may have too little")]
pub(super) fn decoder_fits(decoder: &Decoder, memory: &Memory) -> bool {
    match memory.states.clone().into_dispatch().kind {
        #[cfg(feature = "cpu")]
        DispatchTensorKind::Flex(_) => true,
        #[cfg(feature = "gpu")]
        DispatchTensorKind::Cube(tensor) => cubecl::decoder_fits(&tensor, decoder.sizes(), memory.states.dims()[1]),
        #[allow(unreachable_patterns, reason = "which backends there are is for the build to say")]
        _ => false,
    }
}

/// A convolution with ReLU and pooling where the CPU computes; `None` where it does not.
#[allow(unused_variables, reason = "a GPU has Burn's own")]
pub(super) fn convolve(x: &Tensor<4>, conv: &Conv2d, sizes: Convolution) -> Option<Tensor<4>> {
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

fn direction_weights(gates: &Gates) -> DirectionWeights<Dispatch> {
    DirectionWeights {
        weight_ih: gates.weight_ih.val().into_dispatch(),
        weight_hh: gates.weight_hh.val().into_dispatch(),
        bias_ih: gates.bias_ih.val().into_dispatch(),
        bias_hh: gates.bias_hh.val().into_dispatch(),
    }
}

fn maybe(visible: Option<Tensor<2>>) -> Maybe<Dispatch> {
    visible.map_or(Maybe::None, |visible| Maybe::Some(visible.into_dispatch()))
}

/// [`Lstm::forward`] without gradients; the shapes fit.
pub(super) fn lstm(
    lstm: &Lstm,
    input: Tensor<3>,
    visible: Option<Tensor<2>>,
    state: Option<LstmState>,
) -> (Tensor<3>, LstmState) {
    let mut directions = lstm.directions();
    let first = directions.next();
    let reversed = first.is_some_and(|(reversed, _)| reversed);
    let weights = match (first, directions.next()) {
        (Some((_, a)), Some((_, b))) => LstmWeights::Both(direction_weights(a), direction_weights(b)),
        (Some((_, a)), None) => LstmWeights::One(direction_weights(a)),
        (None, _) => unreachable!("an LSTM has a direction"),
    };
    let state = state
        .map_or(MaybeState::None, |state| MaybeState::Some(state.hidden.into_dispatch(), state.cell.into_dispatch()));
    let output = Dispatch::lstm(input.into_dispatch(), weights, reversed, maybe(visible), state);
    (
        Tensor::from_dispatch(output.states),
        LstmState { hidden: Tensor::from_dispatch(output.hidden), cell: Tensor::from_dispatch(output.cell) },
    )
}

/// [`Decoder::choose`]; the shapes fit.
pub(super) fn decoder_step(decoder: &Decoder, tokens: Tensor<1, Int>, state: DecoderState, memory: &Memory) -> Chosen {
    let Some((_, gates)) = decoder.cell.directions().next() else { unreachable!("an LSTM has a direction") };
    let bias = |linear: &burn::nn::Linear| match &linear.bias {
        Some(bias) => bias.val(),
        None => Tensor::zeros([linear.weight.dims()[1]], &linear.weight.device()),
    };
    let weights = DecoderWeights {
        embedding: decoder.embedding.weight.val().into_dispatch(),
        cell: direction_weights(gates),
        query: decoder.attention.query.weight.val().into_dispatch(),
        combine: decoder.combine.weight.val().into_dispatch(),
        combine_bias: bias(&decoder.combine).into_dispatch(),
        output: decoder.output.weight.val().into_dispatch(),
        output_bias: bias(&decoder.output).into_dispatch(),
    };
    let output = Dispatch::decoder_step(
        tokens.into_dispatch(),
        state.hidden.into_dispatch(),
        state.cell.into_dispatch(),
        weights,
        memory.states.clone().into_dispatch(),
        maybe(memory.mask.as_ref().map(super::Mask::visible)),
    );
    Chosen {
        tokens: Tensor::from_dispatch(output.tokens),
        weights: Tensor::from_dispatch(output.weights),
        state: DecoderState { hidden: Tensor::from_dispatch(output.hidden), cell: Tensor::from_dispatch(output.cell) },
    }
}
