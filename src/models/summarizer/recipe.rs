//! What the summarizer is trained on in each stage.

use serde::{Deserialize, Serialize};

use super::{network::SummarizerConfig, seq2seq::Seq2SeqConfig};
use crate::training::{LayerGroup, Loss, LrSchedule, Optimizer, Stage};

/// What a stage's batches are made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchMix {
    /// The share of the documents whose sentences are weighed.
    pub documents: f32,
    /// The share of the pairs.
    pub pairs: f32,
    /// How many times over, beside that share, the pairs come in which people only left words of a sentence out: they are few, and the
    /// only ones that ask for [`SummaryKind::Sentence`].
    #[serde(default)]
    pub deletions: f32,
    /// As many sentences of documents, as a share of the documents, are restored from noise.
    pub noise: f32,
    /// The weight of the coverage loss.
    pub coverage: f32,
    /// Whether the model is told what it has said.
    pub said: bool,
}

/// How a summarizer is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryRecipe<A = SummarizerConfig> {
    /// The widths.
    pub architecture: A,
    /// The stages, each with an optimizer of its own.
    pub stages: Vec<Stage<BatchMix>>,
}

/// A stage that trains all that it names, with Adam.
fn stage(name: &str, layers: &[LayerGroup], peak: f64, epochs: usize, variation: BatchMix) -> Stage<BatchMix> {
    Stage {
        name: name.to_owned(),
        layers: layers.to_vec(),
        optimizer: Optimizer::Adam,
        schedule: LrSchedule::Cosine { peak, warmup: 0.05 },
        weight_decay: 0.0,
        batch: 1,
        epochs,
        loss: Loss::CrossEntropy { smoothing: 0.0 },
        clip: Some(2.0),
        averaging: 0.998,
        patience: Some(2),
        variation,
    }
}

/// Nothing of everything: what a stage's own shares are added to.
pub(super) const NOTHING: BatchMix =
    BatchMix { documents: 0.0, pairs: 0.0, deletions: 0.0, noise: 0.0, coverage: 0.0, said: true };

impl SummaryRecipe<Seq2SeqConfig> {
    /// The article's plain model, on the same pairs.
    pub fn seed_seq2seq(vocabulary: usize) -> Self {
        Self {
            architecture: Seq2SeqConfig::seed_seq2seq(vocabulary),
            stages: vec![stage("end to end", &LayerGroup::ALL, 2e-3, 1, BatchMix { pairs: 0.4, ..NOTHING })],
        }
    }
}

impl SummaryRecipe {
    /// The one that ships.
    pub fn summary(vocabulary: usize) -> Self {
        Self {
            architecture: SummarizerConfig::summary(vocabulary),
            stages: vec![
                stage("bottom", &[LayerGroup::Bottom, LayerGroup::Top], 1.5e-3, 1, BatchMix { noise: 0.5, ..NOTHING }),
                stage(
                    "middle",
                    &[LayerGroup::Bottom, LayerGroup::Middle],
                    1e-3,
                    1,
                    BatchMix { documents: 1.0, ..NOTHING },
                ),
                stage("top", &[LayerGroup::Top], 1e-3, 1, BatchMix { pairs: 1.0, ..NOTHING }),
                stage(
                    "together",
                    &LayerGroup::ALL,
                    1e-3,
                    1,
                    BatchMix { documents: 1.0, pairs: 1.0, coverage: 0.2, ..NOTHING },
                ),
                stage(
                    "settle",
                    &LayerGroup::ALL,
                    5e-4,
                    1,
                    BatchMix { documents: 1.0, pairs: 1.0, coverage: 0.2, ..NOTHING },
                ),
                // A third time over the documents made the choice of sentences worse on held-out ones; writing goes on getting better.
                stage(
                    "words left out",
                    &[LayerGroup::Top],
                    1e-3,
                    5,
                    BatchMix { pairs: 0.2, deletions: 2.0, ..NOTHING },
                ),
            ],
        }
    }
}
