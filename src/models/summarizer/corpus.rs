//! Training data of the summarizer: documents with the worth of their sentences, and pairs of a source and a target.

use super::{SummaryKind, sentence_features::SentencePlace};
use crate::text::TokenId;

/// Sentences of a document that are weighed in training.
pub(super) const SENTENCES: usize = 40;

/// Pieces of a sentence that are looked at, in training and after it.
pub const SENTENCE_PIECES: usize = 50;

/// Pieces of a source that is rewritten, in training and after it.
pub const SOURCE_PIECES: usize = 100;

/// Pieces of a target.
pub(super) const TARGET_PIECES: usize = 40;

/// A document, read for training.
#[derive(Clone, Debug, Default)]
pub struct TrainingDocument {
    /// The pieces of its sentences.
    pub sentences: Vec<Box<[TokenId]>>,
    /// How good each sentence is, adding up to 1; empty for a text that nobody summarized.
    pub worth: Box<[f32]>,
    /// Where its sentences stand; empty where that is not known.
    pub places: Box<[SentencePlace]>,
}

/// Sharpness of the share of a sentence by its own ROUGE.
pub(super) const WORTH_SPREAD: f32 = 0.05;

/// What each sentence of a document is worth: half of it goes to those that an oracle takes together, half to all by what each has
/// alone.
pub fn sentence_targets(taken: &[u8], gains: &[f32]) -> Box<[f32]> {
    let chosen = taken.iter().filter(|taken| **taken > 0).count();
    let best = gains.iter().copied().fold(0.0, f32::max);
    let powers: Vec<f32> = gains.iter().map(|gain| ((gain - best) / WORTH_SPREAD).exp()).collect();
    let sum: f32 = powers.iter().sum();
    let share = if chosen > 0 { 0.5 } else { 0.0 };
    let of = |(taken, power): (&u8, &f32)| {
        let together = if *taken > 0 { share / chosen.max(1) as f32 } else { 0.0 };
        together + (1.0 - share) * power / sum
    };
    taken.iter().zip(&powers).map(of).collect()
}

/// A pair, read for training.
#[derive(Clone, Debug)]
pub struct TrainingPair {
    /// What is wanted.
    pub kind: SummaryKind,
    /// The pieces of the source.
    pub source: Box<[TokenId]>,
    /// The pieces of the target.
    pub target: Box<[TokenId]>,
}

/// All that is trained on.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// Texts.
    pub documents: Vec<TrainingDocument>,
    /// Pairs.
    pub pairs: Vec<TrainingPair>,
}

/// Cuts a pair as training and generation see it; none if nothing is left to learn.
pub fn training_pair(kind: SummaryKind, source: &[TokenId], target: &[TokenId]) -> Option<TrainingPair> {
    if source.len() < 3 || !(2..=TARGET_PIECES).contains(&target.len()) {
        return None;
    }
    let source = &source[..source.len().min(SOURCE_PIECES)];
    Some(TrainingPair { kind, source: source.into(), target: target.into() })
}
