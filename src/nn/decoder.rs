//! A decoder with attention, and its greedy steps.

use burn::{
    backend::Dispatch,
    config::Config,
    module::Module,
    nn::{Embedding, EmbeddingConfig, Linear, LinearConfig},
    tensor::{Device, Int, Tensor, activation::tanh},
};

use super::{
    AttentionOutput, ExecutionPath, Lstm, LstmConfig, LstmState, MultiplicativeAttention, SequenceMask, ShapeError,
    attention::AttentionConfig,
    backends::{self, DecoderWeights, FusedOps},
};

/// Makes a [`DecoderCell`].
#[derive(Config, Debug)]
pub struct DecoderConfig {
    /// Tokens there are.
    pub vocabulary: usize,
    /// Width of a token's embedding.
    pub embedding: usize,
    /// Width of the state.
    pub hidden: usize,
    /// Width of the states that are attended to.
    pub memory: usize,
}

impl DecoderConfig {
    /// A decoder with random weights.
    pub fn init(&self, device: &Device) -> DecoderCell {
        DecoderCell {
            embedding: EmbeddingConfig::new(self.vocabulary, self.embedding).init(device),
            cell: LstmConfig::new(self.embedding, self.hidden).init(device),
            attention: AttentionConfig::new(self.hidden, self.memory).multiplicative(device),
            combine: LinearConfig::new(self.hidden + self.memory, self.hidden).init(device),
            output: LinearConfig::new(self.hidden, self.vocabulary).init(device),
        }
    }
}

/// A recurrent decoder with multiplicative attention (Luong et al. 2015, equations 5 to 8):
///
/// ```text
/// h_t, c_t = LSTM(embedding(y_{t-1}), h_{t-1}, c_{t-1})
/// context  = attention(h_t, memory)
/// h̃_t      = tanh(combine [context; h_t])
/// logits   = output h̃_t
/// ```
#[derive(Module, Debug)]
pub struct DecoderCell {
    pub(super) embedding: Embedding,
    pub(super) cell: Lstm,
    pub(super) attention: MultiplicativeAttention,
    pub(super) combine: Linear,
    pub(super) output: Linear,
}

/// What a decoder attends to.
#[derive(Clone, Debug)]
pub struct AttentionMemory {
    /// `[batch, steps, memory]`
    pub states: Tensor<3>,
    /// Which steps are there.
    pub mask: Option<SequenceMask>,
}

/// A decoder's state between two tokens.
#[derive(Clone, Debug)]
pub struct DecoderState {
    /// `[batch, hidden]`
    pub hidden: Tensor<2>,
    /// `[batch, hidden]`
    pub cell: Tensor<2>,
}

/// What a step of a decoder gives.
#[derive(Clone, Debug)]
pub struct DecoderStepOutput {
    /// `[batch, vocabulary]`
    pub logits: Tensor<2>,
    /// Where it looked.
    pub attended: AttentionOutput,
    /// The state after it.
    pub state: DecoderState,
}

/// What a greedy step gives: everything is left on the device.
#[derive(Clone, Debug)]
pub struct GreedyStep {
    /// The most probable token of each sequence, the first of equals, `[batch]`.
    pub tokens: Tensor<1, Int>,
    /// The attention's weights, `[batch, steps]`.
    pub weights: Tensor<2>,
    /// The state after it.
    pub state: DecoderState,
}

impl DecoderCell {
    /// One step on tensor operations, which autodiff trains.
    ///
    /// # Shapes
    /// - `tokens`: `[batch]`, the tokens before; each below the size of the vocabulary
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn step(
        &self,
        tokens: Tensor<1, Int>,
        state: DecoderState,
        memory: &AttentionMemory,
    ) -> Result<DecoderStepOutput, ShapeError> {
        self.check(&tokens, &state, memory)?;
        let embedded = self.embedding.weight.val().select(0, tokens).unsqueeze_dim::<3>(1); // [batch, 1, embedding]
        let state = LstmState { hidden: state.hidden.unsqueeze(), cell: state.cell.unsqueeze() };
        let last = self.cell.forward(embedded, None, Some(state))?.last;
        let state = DecoderState { hidden: last.hidden.squeeze_dim(0), cell: last.cell.squeeze_dim(0) };
        let attended = self.attention.forward(state.hidden.clone(), memory.states.clone(), memory.mask.as_ref())?;
        let combined = tanh(self.combine.forward(Tensor::cat(vec![attended.context.clone(), state.hidden.clone()], 1)));
        Ok(DecoderStepOutput { logits: self.output.forward(combined), attended, state })
    }

    /// One greedy step: what [`step`](Self::step) gives, and of its logits the arg-max, without leaving the device.
    ///
    /// # Errors
    /// As `step`.
    pub fn choose(
        &self,
        tokens: Tensor<1, Int>,
        state: DecoderState,
        memory: &AttentionMemory,
    ) -> Result<GreedyStep, ShapeError> {
        let path = ExecutionPath::choose(&memory.states, &self.output.weight.val());
        self.choose_on(path, tokens, state, memory)
    }

    /// [`choose`](Self::choose) on a given path; a path that cannot do it gives way to the reference.
    ///
    /// # Errors
    /// As `step`.
    pub fn choose_on(
        &self,
        path: ExecutionPath,
        tokens: Tensor<1, Int>,
        state: DecoderState,
        memory: &AttentionMemory,
    ) -> Result<GreedyStep, ShapeError> {
        self.check(&tokens, &state, memory)?;
        if path == ExecutionPath::Fused && backends::decoder_fits(&memory.states, self.sizes()) {
            return Ok(self.fused(tokens, state, memory));
        }
        let DecoderStepOutput { logits, attended, state } = self.step(tokens, state, memory)?;
        Ok(GreedyStep { tokens: logits.argmax(1).squeeze_dim(1), weights: attended.weights, state })
    }

    /// The fused operation, without gradients.
    fn fused(&self, tokens: Tensor<1, Int>, state: DecoderState, memory: &AttentionMemory) -> GreedyStep {
        let Some((_, gates)) = self.cell.directions().next() else { unreachable!("an LSTM has a direction") };
        let bias = |linear: &Linear| match &linear.bias {
            Some(bias) => bias.val(),
            None => Tensor::zeros([linear.weight.dims()[1]], &linear.weight.device()),
        };
        let weights = DecoderWeights {
            embedding: self.embedding.weight.val().into_dispatch(),
            cell: gates.for_kernel(),
            query: self.attention.query.weight.val().into_dispatch(),
            combine: self.combine.weight.val().into_dispatch(),
            combine_bias: bias(&self.combine).into_dispatch(),
            output: self.output.weight.val().into_dispatch(),
            output_bias: bias(&self.output).into_dispatch(),
        };
        let output = Dispatch::decoder_step(
            tokens.into_dispatch(),
            state.hidden.into_dispatch(),
            state.cell.into_dispatch(),
            weights,
            memory.states.clone().into_dispatch(),
            backends::maybe(memory.mask.as_ref().map(SequenceMask::visible)),
        );
        GreedyStep {
            tokens: Tensor::from_dispatch(output.tokens),
            weights: Tensor::from_dispatch(output.weights),
            state: DecoderState {
                hidden: Tensor::from_dispatch(output.hidden),
                cell: Tensor::from_dispatch(output.cell),
            },
        }
    }

    /// Sizes: embedding, hidden, memory, vocabulary.
    pub(super) fn sizes(&self) -> [usize; 4] {
        let [vocabulary, embedding] = self.embedding.weight.dims();
        let [hidden, memory] = self.attention.query.weight.dims();
        [embedding, hidden, memory, vocabulary]
    }

    fn check(&self, tokens: &Tensor<1, Int>, state: &DecoderState, memory: &AttentionMemory) -> Result<(), ShapeError> {
        let [_, hidden, width, _] = self.sizes();
        let [batch, steps, _] = memory.states.dims();
        ShapeError::check("a decoder's memory", [batch, steps, width], memory.states.dims())?;
        ShapeError::check("a decoder's tokens", [batch], tokens.dims())?;
        ShapeError::check("a decoder's hidden state", [batch, hidden], state.hidden.dims())?;
        ShapeError::check("a decoder's cell state", [batch, hidden], state.cell.dims())?;
        memory.mask.as_ref().map_or(Ok(()), |mask| ShapeError::check("a decoder's mask", [batch, steps], mask.dims()))
    }
}
