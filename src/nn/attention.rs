//! Attention over a sequence of states: additive (Bahdanau et al. 2015) and multiplicative (Luong et al. 2015, "general").

use burn::{
    config::Config,
    module::Module,
    nn::{Linear, LinearConfig},
    tensor::{
        Device, Tensor,
        activation::{softmax, tanh},
    },
};

use super::{SequenceMask, ShapeError};

/// What hidden steps score: low enough for a weight of zero, and no infinity, which shaders do not promise to handle.
const HIDDEN: f32 = -1e9;

/// What attention gives for one query a sequence.
#[derive(Clone, Debug)]
pub struct AttentionOutput {
    /// The weighted sum of the states, `[batch, memory]`; zeros where the mask hides every step.
    pub context: Tensor<2>,
    /// The weights, `[batch, steps]`; they sum to 1, or to 0 where the mask hides every step.
    pub weights: Tensor<2>,
}

/// Weighs states by their scores `[batch, steps]`.
fn attend(scores: Tensor<2>, states: Tensor<3>, mask: Option<&SequenceMask>) -> AttentionOutput {
    let weights = match mask {
        None => softmax(scores, 1),
        Some(mask) => {
            let visible = mask.visible();
            let hidden = (visible.clone() * -1.0 + 1.0) * HIDDEN;
            // The product leaves nothing where all is hidden: the softmax of equal scores would share 1 among them.
            softmax(scores * visible.clone() + hidden, 1) * visible
        }
    };
    let context = weights.clone().unsqueeze_dim::<3>(1).matmul(states).squeeze_dim(1);
    AttentionOutput { context, weights }
}

/// That a query, states and a mask belong to one batch.
fn check(
    query: &Tensor<2>,
    states: &Tensor<3>,
    mask: Option<&SequenceMask>,
    widths: [usize; 2],
) -> Result<(), ShapeError> {
    let [batch, steps, _] = states.dims();
    ShapeError::check("attention's states", [batch, steps, widths[1]], states.dims())?;
    ShapeError::check("attention's query", [batch, widths[0]], query.dims())?;
    mask.map_or(Ok(()), |mask| ShapeError::check("attention's mask", [batch, steps], mask.dims()))
}

/// Makes an [`AdditiveAttention`] or a [`MultiplicativeAttention`].
#[derive(Config, Debug)]
pub struct AttentionConfig {
    /// Width of the query.
    pub query: usize,
    /// Width of the states.
    pub memory: usize,
}

impl AttentionConfig {
    /// Additive attention whose hidden layer is `width` wide.
    pub fn additive(&self, width: usize, device: &Device) -> AdditiveAttention {
        AdditiveAttention {
            query: LinearConfig::new(self.query, width).init(device),
            memory: LinearConfig::new(self.memory, width).with_bias(false).init(device),
            score: LinearConfig::new(width, 1).with_bias(false).init(device),
        }
    }

    /// Multiplicative attention.
    pub fn multiplicative(&self, device: &Device) -> MultiplicativeAttention {
        MultiplicativeAttention { query: LinearConfig::new(self.query, self.memory).with_bias(false).init(device) }
    }
}

/// `score(q, s) = vᵀ tanh(W q + U s + b)` (Bahdanau et al. 2015, appendix A.1.2).
#[derive(Module, Debug)]
pub struct AdditiveAttention {
    query: Linear,
    memory: Linear,
    score: Linear,
}

impl AdditiveAttention {
    /// The states' part of the score, which does not change from query to query: `[batch, steps, width]`.
    pub fn keys(&self, states: Tensor<3>) -> Tensor<3> {
        self.memory.forward(states)
    }

    /// Attends from one query a sequence; `keys` are [`keys`](Self::keys) of `states`, so that a decoder makes them once.
    ///
    /// # Shapes
    /// - `query`: `[batch, query]`
    /// - `states`: `[batch, steps, memory]`
    /// - `keys`: `[batch, steps, width]`
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn forward(
        &self,
        query: Tensor<2>,
        states: Tensor<3>,
        keys: Tensor<3>,
        mask: Option<&SequenceMask>,
    ) -> Result<AttentionOutput, ShapeError> {
        let [width, _] = self.score.weight.dims();
        check(&query, &states, mask, [self.query.weight.dims()[0], self.memory.weight.dims()[0]])?;
        let [batch, steps, _] = states.dims();
        ShapeError::check("attention's keys", [batch, steps, width], keys.dims())?;
        let query = self.query.forward(query).unsqueeze_dim::<3>(1); // [batch, 1, width]
        let scores = self.score.forward(tanh(keys + query)).squeeze_dim(2);
        Ok(attend(scores, states, mask))
    }
}

/// `score(q, s) = (W q)ᵀ s` (Luong et al. 2015, "general").
#[derive(Module, Debug)]
pub struct MultiplicativeAttention {
    pub(super) query: Linear,
}

impl MultiplicativeAttention {
    /// Attends from one query a sequence.
    ///
    /// # Shapes
    /// - `query`: `[batch, query]`
    /// - `states`: `[batch, steps, memory]`
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn forward(
        &self,
        query: Tensor<2>,
        states: Tensor<3>,
        mask: Option<&SequenceMask>,
    ) -> Result<AttentionOutput, ShapeError> {
        check(&query, &states, mask, self.query.weight.dims())?;
        let query = self.query.forward(query).unsqueeze_dim::<3>(2); // [batch, memory, 1]
        let scores = states.clone().matmul(query).squeeze_dim(2);
        Ok(attend(scores, states, mask))
    }
}
