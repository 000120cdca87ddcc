//! The shared reader: two bidirectional layers over a sentence, and what is judged of its words by what they gave.
//!
//! The reader is trained on syntax first, so that what stands above it knows clauses from phrases: parts of speech, dependencies with
//! their heads, and masked words. Shortening is a judgment of each word (Desai, Xu and Durrett, *Compressive summarization with
//! plausibility and salience modeling*, 2020, judge whole phrases by the same two questions).

use burn::{
    module::Module,
    nn::{Linear, LinearConfig},
    tensor::{Device, Tensor, activation::relu},
};

use super::{PARTS_OF_SPEECH, RELATIONS};
use crate::{
    nn::{Lstm, SequenceMask, ShapeError},
    protocol::SummaryKind,
};

/// Width of what stands for a word where its head is looked for.
const HEAD_WIDTH: usize = 96;
/// Width of the hidden layer that judges whether a word is kept.
const SHORTENING_WIDTH: usize = 96;

/// By whose pairs of a sentence and a shorter one a word is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShorteningStyle {
    /// Google's: a sentence as its headline.
    Headline,
    /// Pairs mined from highlights: a clause that stands by itself.
    Clause,
    /// Careful readers, who left out only what does no harm.
    Careful,
}

impl ShorteningStyle {
    /// How many there are.
    pub const COUNT: usize = 3;

    /// The one that lines of a kind are shortened in.
    pub fn of(kind: SummaryKind) -> Self {
        match kind {
            SummaryKind::Sentence | SummaryKind::Headline => Self::Headline,
            SummaryKind::KeyPoints | SummaryKind::Tldr | SummaryKind::Teaser => Self::Careful,
        }
    }

    /// Its place in the last layer.
    pub fn index(self) -> usize {
        match self {
            Self::Headline => 0,
            Self::Clause => 1,
            Self::Careful => 2,
        }
    }
}

/// The layers that read each sentence.
#[derive(Module, Debug)]
pub struct SentenceReader {
    pub(super) first: Lstm,
    pub(super) second: Lstm,
}

impl SentenceReader {
    /// The state of each word, `[sentences, words, 2 × reader]`; zero where there is none.
    ///
    /// # Shapes
    /// - `embedded`: `[sentences, words, embedding]`
    /// - `visible`: `[sentences, words]`, 1 where there is a word
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit.
    pub(super) fn forward(&self, embedded: Tensor<3>, visible: Tensor<2>) -> Result<Tensor<3>, ShapeError> {
        let mask = SequenceMask::from_visible(visible);
        let first = self.first.forward(embedded, Some(mask), None)?;
        let second = self.second.forward(first.states, first.mask, None)?;
        Ok(second.states)
    }
}

/// What part each word has in its sentence.
#[derive(Module, Debug)]
pub struct SyntaxHead {
    pub(super) part_of_speech: Linear,
    pub(super) relation: Linear,
    /// A word as what depends on another one, and as what others depend on.
    pub(super) dependent: Linear,
    pub(super) head: Linear,
}

impl SyntaxHead {
    pub(super) fn init(states: usize, device: &Device) -> Self {
        let linear = |output| LinearConfig::new(states, output).init(device);
        Self {
            part_of_speech: linear(PARTS_OF_SPEECH.len()),
            relation: linear(RELATIONS.len()),
            dependent: linear(HEAD_WIDTH),
            head: linear(HEAD_WIDTH),
        }
    }

    /// How much each piece looks like the head of each other one, `[sentences, words, words]`; the root looks at itself.
    pub(super) fn heads(&self, states: Tensor<3>) -> Tensor<3> {
        let dependents = self.dependent.forward(states.clone());
        let heads = self.head.forward(states);
        dependents.matmul(heads.swap_dims(1, 2)) / (HEAD_WIDTH as f32).sqrt()
    }
}

/// Whether a word is kept where its sentence is shortened.
#[derive(Module, Debug)]
pub struct ShorteningHead {
    pub(super) hidden: Linear,
    pub(super) score: Linear,
}

impl ShorteningHead {
    pub(super) fn init(states: usize, device: &Device) -> Self {
        Self {
            hidden: LinearConfig::new(states, SHORTENING_WIDTH).init(device),
            score: LinearConfig::new(SHORTENING_WIDTH, ShorteningStyle::COUNT).init(device),
        }
    }

    /// Logits of keeping each piece, by [`ShorteningStyle`], `[sentences, words, 3]`.
    pub(super) fn forward(&self, states: Tensor<3>) -> Tensor<3> {
        self.score.forward(relu(self.hidden.forward(states)))
    }
}

/// Number of parameters of both heads.
pub(super) fn head_parameters(states: usize) -> usize {
    let syntax = PARTS_OF_SPEECH.len() + RELATIONS.len() + 2 * HEAD_WIDTH;
    (states + 1) * (syntax + SHORTENING_WIDTH) + (SHORTENING_WIDTH + 1) * ShorteningStyle::COUNT
}

/// What is judged of the pieces of some sentences.
#[derive(Clone, Debug)]
pub struct WordJudgments {
    /// Logits of keeping each, by [`ShorteningStyle`], `[sentences, words, 3]`.
    pub kept: Tensor<3>,
    /// Logits of its [relation](super::RELATIONS), `[sentences, words, relations]`.
    pub relations: Tensor<3>,
    /// Logits of its [part of speech](super::PARTS_OF_SPEECH), `[sentences, words, parts of speech]`.
    pub parts_of_speech: Tensor<3>,
    /// How much it looks like depending on each other piece, `[sentences, words, words]`.
    pub heads: Tensor<3>,
}

/// What is judged of one word, which may be several pieces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JudgedWord {
    /// The logarithm of the odds that it is kept, by [`ShorteningStyle`].
    pub kept: [f32; ShorteningStyle::COUNT],
    /// The word of the sentence that it depends on; itself if it depends on none.
    pub head: usize,
    /// Its relation to that, as a place in [`RELATIONS`](super::RELATIONS).
    pub relation: usize,
    /// Its part of speech, as a place in [`PARTS_OF_SPEECH`](super::PARTS_OF_SPEECH).
    pub part_of_speech: usize,
}
