//! The layers: sentences' salience from the bottom and the middle, and the sequence-to-sequence model on top.

use burn::{
    module::{Module, Param},
    nn::{Embedding, Linear},
    tensor::{
        Int, Tensor,
        activation::{log_softmax, relu, sigmoid, softmax, tanh},
    },
};

use super::{
    sentence_reader::{SentenceReader, ShorteningHead, SyntaxHead, WordJudgments},
    source_pointer::MOVES,
};
use crate::{
    nn::{Lstm, LstmState, SequenceMask, ShapeError},
    training::{LayerGroup, LayerGroups},
};

/// What hidden steps score; see [`crate::nn`].
const HIDDEN: f32 = -1e9;
/// No logarithm is taken of less.
const SMALLEST: f32 = 1e-8;

/// The summarizer.
#[derive(Module, Debug)]
pub struct SummarizerNetwork {
    /// One table of embeddings for all that is read and written, `[vocabulary, embedding]`.
    pub(super) embedding: Embedding,
    /// What reads each sentence; older packages have none, nor the two layers above it.
    pub(super) reader: Option<SentenceReader>,
    pub(super) syntax: Option<SyntaxHead>,
    pub(super) shortening: Option<ShorteningHead>,
    pub(super) salience: SalienceHead,
    pub(super) rewriter: Rewriter,
}

/// Which sentences say what a text says.
#[derive(Module, Debug)]
pub struct SalienceHead {
    /// Of each word's state, or of three neighboring words where there is no reader: a convolution as one product.
    pub(super) filters: Linear,
    pub(super) document: Lstm,
    pub(super) hidden: Linear,
    pub(super) score: Linear,
}

/// What rewrites.
#[derive(Module, Debug)]
pub struct Rewriter {
    pub(super) encoder: Lstm,
    pub(super) bridge_hidden: Linear,
    pub(super) bridge_cell: Linear,
    pub(super) decoder: Lstm,
    pub(super) query: Linear,
    pub(super) moves: Linear,
    pub(super) combine: Linear,
    pub(super) gate: Linear,
    /// `[sayable]`
    pub(super) output_bias: Param<Tensor<1>>,
}

impl LayerGroups for SummarizerNetwork {
    fn part(&self, path: &str) -> LayerGroup {
        match path.split('.').next() {
            Some("embedding" | "reader" | "syntax") => LayerGroup::Bottom,
            Some("salience") => LayerGroup::Middle,
            _ => LayerGroup::Top,
        }
    }
}

/// A batch of sources that were read, ready to be written about.
#[derive(Clone, Debug)]
pub struct EncodedSource {
    /// `[batch, source, 2 × encoder]`
    pub states: Tensor<3>,
    /// 0 where there is a piece, very low where there is none, `[batch, source]`.
    pub hidden: Tensor<2>,
    /// What writing starts from.
    pub start: LstmState,
}

/// Where a batch of writings stands at each of some steps; see [`SourcePointer`](super::source_pointer::SourcePointer).
#[derive(Clone, Debug)]
pub struct DecoderInputs {
    /// The piece written before, `[batch, steps]`.
    pub tokens: Tensor<2, Int>,
    /// 1 at the piece of the source that it was taken from, `[batch, steps, source]`.
    pub read: Tensor<3>,
    /// The move that leads to each piece of the source, `[batch, steps, source]`.
    pub moves: Tensor<3, Int>,
    /// 1 at what was said before, `[batch, steps, source]`.
    pub said: Tensor<3>,
}

/// What a batch of writings could say next.
#[derive(Clone, Debug)]
pub struct DecoderOutputs {
    /// Logarithms of the shares of the pieces that can be said, `[batch, steps, sayable]`.
    pub vocabulary: Tensor<3>,
    /// The shares of the pieces of the source, `[batch, steps, source]`.
    pub attention: Tensor<3>,
    /// The share of saying against copying, `[batch, steps, 1]`.
    pub gate: Tensor<3>,
    /// The state after the last step.
    pub state: LstmState,
}

impl SummarizerNetwork {
    /// How many pieces it can say without copying them, the first of the vocabulary.
    pub fn output_vocabulary(&self) -> usize {
        self.rewriter.output_bias.dims()[0]
    }

    /// One to which it is all the same what was said before: what a network becomes that was trained without being told.
    #[must_use]
    pub fn without_coverage(mut self) -> Self {
        let column = MOVES..MOVES + 1;
        let linear = &mut self.rewriter.moves;
        linear.weight = linear.weight.clone().map(|weight| {
            let [rows, _] = weight.dims();
            let nothing = Tensor::zeros([rows, 1], &weight.device());
            weight.slice_assign([0..rows, column.clone()], nothing)
        });
        linear.bias = linear.bias.take().map(|bias| {
            bias.map(|bias| {
                let nothing = Tensor::zeros([1], &bias.device());
                bias.slice_assign([column.clone()], nothing)
            })
        });
        self
    }

    /// How salient each sentence of a batch of documents is: logits, `[documents, sentences]`; very low where there is no sentence.
    ///
    /// # Shapes
    /// - `words`: `[documents × sentences, words]`, pieces
    /// - `visible`: `[documents × sentences, words]`, 1 where there is a piece
    /// - `features`: `[documents, sentences, FEATURES]`
    /// - `sentences`: `[documents, sentences]`, 1 where there is a sentence
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn salience(
        &self,
        words: Tensor<2, Int>,
        visible: Tensor<2>,
        features: Tensor<3>,
        sentences: Tensor<2>,
    ) -> Result<Tensor<2>, ShapeError> {
        let encoded = self.sentences(words, visible)?;
        self.weigh(encoded, features, sentences)
    }

    /// The bottom: each sentence by itself, `[sentences, filters]`; filters over its words and the largest of each (Kim,
    /// *Convolutional neural networks for sentence classification*, 2014).
    ///
    /// # Shapes
    /// - `words`, `visible`: `[sentences, words]`
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn sentences(&self, words: Tensor<2, Int>, visible: Tensor<2>) -> Result<Tensor<2>, ShapeError> {
        let states = match &self.reader {
            Some(reader) => reader.forward(self.embedding.forward(words), visible.clone())?,
            None => self.neighbors(words, visible.clone()),
        };
        let filtered = relu(self.salience.filters.forward(states)) * visible.unsqueeze_dim::<3>(2);
        Ok(filtered.max_dim(1).squeeze_dim(1))
    }

    /// Each word between its neighbors, `[sentences, words, 3 × embedding]`.
    fn neighbors(&self, words: Tensor<2, Int>, visible: Tensor<2>) -> Tensor<3> {
        let [count, length] = words.dims();
        let embedded = self.embedding.forward(words) * visible.unsqueeze_dim::<3>(2);
        let [_, _, width] = embedded.dims();
        let nothing = Tensor::zeros([count, 1, width], &embedded.device());
        let padded = Tensor::cat(vec![nothing.clone(), embedded, nothing], 1);
        let at = |shift: usize| padded.clone().narrow(1, shift, length);
        Tensor::cat(vec![at(0), at(1), at(2)], 2)
    }

    /// Whether it judges word by word what of a sentence may go.
    pub fn shortens(&self) -> bool {
        self.reader.is_some() && self.shortening.is_some()
    }

    /// Logits of keeping each piece of some sentences, by [`ShorteningStyle`](super::ShorteningStyle), `[sentences, words, 3]`; none of a
    /// network without a reader.
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn kept(&self, words: Tensor<2, Int>, visible: Tensor<2>) -> Result<Option<Tensor<3>>, ShapeError> {
        let (Some(reader), Some(shortening)) = (&self.reader, &self.shortening) else { return Ok(None) };
        Ok(Some(shortening.forward(reader.forward(self.embedding.forward(words), visible)?)))
    }

    /// What the layers above the reader say of the words of some sentences; none of a network without a reader.
    ///
    /// # Shapes
    /// - `words`, `visible`: `[sentences, words]`
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn words(&self, words: Tensor<2, Int>, visible: Tensor<2>) -> Result<Option<WordJudgments>, ShapeError> {
        let (Some(reader), Some(syntax), Some(shortening)) = (&self.reader, &self.syntax, &self.shortening) else {
            return Ok(None);
        };
        let states = reader.forward(self.embedding.forward(words), visible)?;
        Ok(Some(WordJudgments {
            kept: shortening.forward(states.clone()),
            relations: syntax.relation.forward(states.clone()),
            parts_of_speech: syntax.part_of_speech.forward(states.clone()),
            heads: syntax.heads(states),
        }))
    }

    /// The middle: the sentences of a document beside one another.
    ///
    /// # Shapes
    /// - `encoded`: `[documents × sentences, filters]`
    /// - `features`, `sentences`: as in [`salience`](Self::salience)
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn weigh(
        &self,
        encoded: Tensor<2>,
        features: Tensor<3>,
        sentences: Tensor<2>,
    ) -> Result<Tensor<2>, ShapeError> {
        // A network that was made before a figure was known does not look at it.
        let [_, filters] = encoded.dims();
        let [hidden, _] = self.salience.hidden.weight.dims();
        let known = hidden.saturating_sub(filters + 2 * self.salience.document.width());
        let features = features.slice_dim(2, 0..known);
        let [documents, count, known] = features.dims();
        ShapeError::check("encoded sentences", [documents * count, filters], encoded.dims())?;
        ShapeError::check("a mask of sentences", [documents, count], sentences.dims())?;
        let encoded = encoded.reshape([documents, count, filters]);
        let encoded = Tensor::cat(vec![encoded, features], 2);
        ShapeError::check("features", [documents, count, filters + known], encoded.dims())?;
        let mask = SequenceMask::from_visible(sentences.clone());
        let around = self.salience.document.forward(encoded.clone(), Some(mask), None)?;
        let hidden = relu(self.salience.hidden.forward(Tensor::cat(vec![around.states, encoded], 2)));
        let scores = self.salience.score.forward(hidden).squeeze_dim::<2>(2);
        Ok(scores + (sentences * -1.0 + 1.0) * HIDDEN)
    }

    /// Reads a batch of sources.
    ///
    /// # Shapes
    /// - `source`: `[batch, source]`, pieces
    /// - `visible`: `[batch, source]`, 1 where there is a piece
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn read(&self, source: Tensor<2, Int>, visible: Tensor<2>) -> Result<EncodedSource, ShapeError> {
        let [batch, _] = source.dims();
        let rewriter = &self.rewriter;
        let mask = SequenceMask::from_visible(visible.clone());
        let encoded = rewriter.encoder.forward(self.embedding.forward(source), Some(mask), None)?;
        let [_, _, memory] = encoded.states.dims();
        // [2, batch, encoder] → [batch, 2 × encoder]
        let side_by_side = |state: Tensor<3>| state.swap_dims(0, 1).reshape([batch, memory]);
        let hidden = tanh(rewriter.bridge_hidden.forward(side_by_side(encoded.last.hidden)));
        let cell = tanh(rewriter.bridge_cell.forward(side_by_side(encoded.last.cell)));
        Ok(EncodedSource {
            states: encoded.states,
            hidden: (visible * -1.0 + 1.0) * HIDDEN,
            start: LstmState { hidden: hidden.unsqueeze_dim(0), cell: cell.unsqueeze_dim(0) },
        })
    }

    /// Takes some steps of writing at once: all of a target that is known, or the one step that comes next.
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub fn decode(
        &self,
        memory: &EncodedSource,
        steps: DecoderInputs,
        state: LstmState,
    ) -> Result<DecoderOutputs, ShapeError> {
        let rewriter = &self.rewriter;
        let [batch, source, width] = memory.states.dims();
        let [_, count] = steps.tokens.dims();
        ShapeError::check("pieces written", [batch, count], steps.tokens.dims())?;
        ShapeError::check("places read", [batch, count, source], steps.read.dims())?;
        ShapeError::check("moves", [batch, count, source], steps.moves.dims())?;
        ShapeError::check("what was said", [batch, count, source], steps.said.dims())?;

        let written = self.embedding.forward(steps.tokens);
        let read = steps.read.matmul(memory.states.clone()); // [batch, steps, 2 × encoder]
        let decoded = rewriter.decoder.forward(Tensor::cat(vec![written.clone(), read], 2), None, Some(state))?;
        let states = decoded.states;

        let content = rewriter.query.forward(states.clone()).matmul(memory.states.clone().swap_dims(1, 2));
        let moves = rewriter.moves.forward(states.clone()); // [batch, steps, MOVES + 1]
        let again = moves.clone().narrow(2, MOVES, 1);
        let moved = moves.narrow(2, 0, MOVES).gather(2, steps.moves);
        let scores =
            content / (width as f32).sqrt() + moved + steps.said * again + memory.hidden.clone().unsqueeze_dim(1);
        let attention = softmax(scores, 2);
        let context = attention.clone().matmul(memory.states.clone());

        let seen = Tensor::cat(vec![states, context], 2);
        let combined = tanh(rewriter.combine.forward(seen.clone())); // [batch, steps, embedding]
        let sayable = self.output_vocabulary();
        let table = self.embedding.weight.val().narrow(0, 0, sayable).transpose();
        let [.., embedding] = combined.dims();
        let logits = combined.reshape([batch * count, embedding]).matmul(table).reshape([batch, count, sayable]);
        let logits = logits + rewriter.output_bias.val().reshape([1, 1, sayable]);
        Ok(DecoderOutputs {
            vocabulary: log_softmax(logits, 2),
            attention,
            gate: sigmoid(rewriter.gate.forward(Tensor::cat(vec![seen, written], 2))),
            state: decoded.last,
        })
    }
}

/// What is to be written in a batch.
#[derive(Clone, Debug)]
pub struct TargetProbabilities {
    /// The pieces, `[batch, steps]`; any piece where the model cannot say the right one.
    pub tokens: Tensor<2, Int>,
    /// 1 where the piece can be said, `[batch, steps]`.
    pub sayable: Tensor<2>,
    /// 1 where the source holds the piece, `[batch, steps, source]`.
    pub copies: Tensor<3>,
    /// 1 where a piece counts: there is one, and it can be said or copied, `[batch, steps]`.
    pub counted: Tensor<2>,
}

impl DecoderOutputs {
    /// The share of each piece that is to be written, `[batch, steps]`: it is said, or copied from any place that holds it (See et
    /// al. 2017, equation 9).
    pub fn shares(&self, targets: &TargetProbabilities) -> Tensor<2> {
        let said = self.vocabulary.clone().gather(2, targets.tokens.clone().unsqueeze_dim(2)).squeeze_dim::<2>(2).exp();
        let copied = (self.attention.clone() * targets.copies.clone()).sum_dim(2).squeeze_dim::<2>(2);
        let gate = self.gate.clone().squeeze_dim::<2>(2);
        gate.clone() * said * targets.sayable.clone() + (gate * -1.0 + 1.0) * copied
    }

    /// The mean of −log of the [shares](Self::shares) over the pieces that count, `[1]`.
    pub fn loss(&self, targets: &TargetProbabilities) -> Tensor<1> {
        let lost = (self.shares(targets) + SMALLEST).log() * targets.counted.clone() * -1.0;
        lost.sum() / targets.counted.clone().sum().clamp_min(1.0)
    }

    /// The same, as a constant in a graph of gradients.
    #[must_use]
    pub fn autodiff(self) -> Self {
        let LstmState { hidden, cell } = self.state;
        Self {
            vocabulary: self.vocabulary.autodiff(),
            attention: self.attention.autodiff(),
            gate: self.gate.autodiff(),
            state: LstmState { hidden: hidden.autodiff(), cell: cell.autodiff() },
        }
    }

    /// How far this is from what another network thinks of the same, `[1]`: the Kullback-Leibler divergences of whether a piece is
    /// said or copied, of where from, and of which one, as much as the other one would say or copy it; the mean over the steps that
    /// count. 0 where both think the same.
    pub fn kl_divergence(&self, other: Self, counted: Tensor<2>) -> Tensor<1> {
        let log = |shares: Tensor<3>| (shares + SMALLEST).log();
        let (said, copied) = (other.gate.clone(), other.gate.clone() * -1.0 + 1.0); // [batch, steps, 1]
        let apart = |p: Tensor<3>, q: Tensor<3>| p.clone() * (log(p) - log(q));
        let gate = apart(said.clone(), self.gate.clone()) + apart(copied.clone(), self.gate.clone() * -1.0 + 1.0);
        let places = apart(other.attention, self.attention.clone()).sum_dim(2);
        let pieces = (other.vocabulary.clone().exp() * (other.vocabulary - self.vocabulary.clone())).sum_dim(2);
        let lost = (gate + said * pieces + copied * places).squeeze_dim::<2>(2) * counted.clone();
        lost.sum() / counted.sum().clamp_min(1.0)
    }

    /// How much attention goes where it went before, the mean over the pieces that count, `[1]` (See et al. 2017, equation 12).
    pub fn coverage_loss(&self, targets: &TargetProbabilities) -> Tensor<1> {
        let [batch, steps, _] = self.attention.dims();
        // Sums over the steps before, as one product.
        let device = self.attention.device();
        let at = Tensor::<1, Int>::arange(0..steps as i64, &device);
        let before = at.clone().reshape([steps, 1]).greater(at.reshape([1, steps])).float();
        let before = before.reshape([1, steps, steps]).expand([batch, steps, steps]);
        let covered = before.matmul(self.attention.clone());
        let attention = self.attention.clone();
        let smaller = attention.clone().lower(covered.clone()).float();
        let least = attention * smaller.clone() + covered * (smaller * -1.0 + 1.0);
        let lost = least.sum_dim(2).reshape([batch, steps]) * targets.counted.clone();
        lost.sum() / targets.counted.clone().sum().clamp_min(1.0)
    }
}
