//! The fused operations that a backend brings, and their arguments and outputs.

#[allow(unused_imports, reason = "the extension's code names it where a feature brings a backend")]
use burn::backend::Dispatch;
use burn::backend::{
    Backend, ExtensionType, backend_extension,
    tensor::{FloatTensor, IntTensor},
};
use inkling_simd::Precision;

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

/// The weights of one direction of an LSTM; see [`Gates`](crate::nn::lstm::Gates).
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

/// The weights of a [`DecoderCell`](crate::nn::DecoderCell), each in its layer's layout.
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

/// What a greedy step of a decoder gives; see [`GreedyStep`](crate::nn::GreedyStep).
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
    /// A whole batch of sequences through an LSTM. `reversed` tells of a single direction that it is the reverse one; `precision` is
    /// for the CPU.
    fn lstm(
        input: FloatTensor<Self>,
        #[extension_type] weights: LstmWeights<Self>,
        reversed: bool,
        #[extension_type] visible: OptionalTensor<Self>,
        #[extension_type] state: OptionalState<Self>,
        precision: Precision,
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
