//! Messages about fine-tuning a model on corrections.

use serde::{Deserialize, Serialize};

use super::{ClassifierInput, SummaryKind, SummaryLength};

/// What [`Request::FineTuneRequest`](super::Request::Learn) asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FineTuneRequest {
    /// The parent, a loaded model's name.
    pub model: String,
    /// What the new version is called, a line for the visitor.
    pub title: String,
    /// The corrections.
    pub lesson: TrainingData,
    /// How.
    pub plan: TrainingConfig,
    /// Whether a checkpoint of the same learning is to be gone on from, if there is one.
    pub from: StartFrom,
    /// Under which name the checkpoints of this learning are kept, in place of [`CHECKPOINT`](super::CHECKPOINT): whoever gives one gets
    /// the result at once, so that the engine forgets them then. None are kept under an empty name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

/// What is learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum TrainingData {
    /// Digits, by a classifier.
    Digits {
        /// The corrections.
        samples: Vec<DigitSample>,
    },
    /// Summaries as they should have been, by a summarizer.
    Texts {
        /// The corrections.
        samples: Vec<TextSample>,
    },
}

impl TrainingData {
    /// How many samples it has.
    pub fn len(&self) -> usize {
        match self {
            Self::Digits { samples } => samples.len(),
            Self::Texts { samples } => samples.len(),
        }
    }

    /// Whether there is nothing to learn from.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A text with its summary as somebody wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TextSample {
    /// The text.
    pub text: String,
    /// What kind of summary it is.
    pub kind: SummaryKind,
    /// How long one was wanted.
    #[serde(default)]
    pub length: SummaryLength,
    /// The summary, a sentence a line.
    pub summary: String,
}

/// The label of a drawing that is no digit.
pub const NOT_A_DIGIT: u8 = 10;

/// A digit with what its writer says it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DigitSample {
    /// What it is, 0 to 9, or [`NOT_A_DIGIT`].
    pub label: u8,
    /// What was drawn or shown.
    pub input: ClassifierInput,
}

/// Where learning starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartFrom {
    /// At its parent.
    Start,
    /// At the last checkpoint, where there is one of the same learning.
    Checkpoint,
}

/// Whether a job rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// It waits between two steps.
    Hold,
    /// It goes on.
    GoOn,
}

/// How a model is to learn, as a visitor can choose it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrainingConfig {
    /// Which layers train.
    pub layers: TrainableLayers,
    /// What makes the steps.
    pub optimizer: OptimizerKind,
    /// The highest learning rate.
    pub rate: f64,
    /// Epochs of ten steps each; in layered learning, for each part.
    pub epochs: u32,
}

impl TrainingConfig {
    /// What works well for a few digits.
    pub const DIGITS: Self =
        Self { layers: TrainableLayers::EndToEnd, optimizer: OptimizerKind::Adam, rate: 2e-3, epochs: 14 };

    /// What works well for a few summaries.
    pub const TEXTS: Self =
        Self { layers: TrainableLayers::EndToEnd, optimizer: OptimizerKind::Adam, rate: 3e-4, epochs: 5 };
}

/// Which layers train.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainableLayers {
    /// All of them at once.
    EndToEnd,
    /// What answers alone: the dense layers; what writes.
    Top,
    /// Part by part from the bottom up, what is below frozen.
    Layered,
}

/// What turns gradients into steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptimizerKind {
    /// Stochastic gradient descent.
    Sgd,
    /// … with momentum 0.9.
    Momentum,
    /// Adam.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
}

/// How learning stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrainingProgress {
    /// The stage's name.
    pub stage: String,
    /// Steps done.
    pub done: u32,
    /// Steps in all.
    pub steps: u32,
    /// The mean loss since the last report.
    pub loss: f32,
    /// How it does on some held-out samples, from 0 to 1, where it was just measured, for the curve: the share of digits that are read
    /// correctly, or the mean ROUGE of summaries.
    pub held_out: Option<f64>,
    /// The norm of each layer's gradient.
    pub norms: Vec<(String, f32)>,
    /// Milliseconds that are left, by the steps so far.
    pub left_ms: f64,
    /// Whether a checkpoint could be kept.
    pub kept: CheckpointStatus,
}

/// Whether checkpoints are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckpointStatus {
    /// None was due yet.
    NotYet,
    /// The last one was kept.
    Yes,
    /// The browser refused to keep the last one: a reload begins at the one before, if there is one.
    Refused,
}

/// A new version, and how it does against its parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FineTuneResult {
    /// The package as one file.
    #[serde(with = "serde_bytes")]
    pub package: Vec<u8>,
    /// How it does beside its parent.
    pub figures: EvaluationComparison,
    /// Steps done.
    pub steps: u32,
    /// Milliseconds that they took.
    pub ms: f64,
}

/// How a new version does beside its parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum EvaluationComparison {
    /// A classifier.
    Digits {
        /// On digits held out of all training.
        held_out: BeforeAfter<ClassificationMetrics>,
        /// On the corrections themselves.
        own: BeforeAfter<ClassificationMetrics>,
    },
    /// A summarizer.
    Texts {
        /// On texts held out of all training.
        held_out: BeforeAfter<SummarizationMetrics>,
        /// On the corrections themselves.
        own: BeforeAfter<SummarizationMetrics>,
    },
}

impl EvaluationComparison {
    /// Points (hundredths) that were lost on held-out samples: of accuracy, or of the mean of ROUGE-1, -2 and -L, which varies less than
    /// any of them from one choice of texts to another. Negative where some were won.
    pub fn lost(&self) -> f64 {
        match self {
            Self::Digits { held_out, .. } => 100.0 * (held_out.before.accuracy - held_out.after.accuracy),
            Self::Texts { held_out, .. } => held_out.before.rouge() - held_out.after.rouge(),
        }
    }

    /// The parent's and the new version's main figure from 0 to 1, on held-out samples and on the corrections: accuracy, or mean ROUGE.
    pub fn main(&self) -> [[f64; 2]; 2] {
        let accuracy = |both: &BeforeAfter<ClassificationMetrics>| [both.before.accuracy, both.after.accuracy];
        let rouge =
            |both: &BeforeAfter<SummarizationMetrics>| [both.before.rouge() / 100.0, both.after.rouge() / 100.0];
        match self {
            Self::Digits { held_out, own } => [accuracy(held_out), accuracy(own)],
            Self::Texts { held_out, own } => [rouge(held_out), rouge(own)],
        }
    }
}

/// How a model does, on held-out samples and on the visitor's own, if there are any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Evaluation {
    /// A classifier.
    Digits {
        /// On digits held out of all training.
        held_out: ClassificationMetrics,
        /// On the visitor's own.
        own: Option<ClassificationMetrics>,
    },
    /// A summarizer.
    Texts {
        /// On texts held out of all training.
        held_out: SummarizationMetrics,
        /// On the visitor's own.
        own: Option<SummarizationMetrics>,
    },
}

/// The parent's and the new version's figures on the same samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BeforeAfter<R> {
    /// The parent's.
    pub before: R,
    /// The new version's.
    pub after: R,
}

/// How a classifier did on some digits. Shares from 0 to 1; of precision, recall and F1 the unweighted mean over the digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassificationMetrics {
    /// The share read correctly.
    pub accuracy: f64,
    /// Macro precision.
    pub precision: f64,
    /// Macro recall.
    pub recall: f64,
    /// Macro F1.
    pub f1: f64,
    /// How often each digit (row) was read as each (column).
    pub confusion: Vec<Vec<u32>>,
}

/// How a summarizer did on some texts, beside what people wrote of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummarizationMetrics {
    /// The mean F1 of ROUGE-1, 0 to 100.
    pub rouge1: f64,
    /// … of ROUGE-2.
    pub rouge2: f64,
    /// … of ROUGE-Lsum.
    pub rouge_l: f64,
    /// The mean loss, as training counts it.
    pub loss: f64,
    /// How many texts.
    pub texts: u32,
}

impl SummarizationMetrics {
    /// The mean of the three.
    pub fn rouge(&self) -> f64 {
        (self.rouge1 + self.rouge2 + self.rouge_l) / 3.0
    }
}
