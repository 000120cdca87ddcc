//! Messages about the Lab: training the reference network from scratch, and missing data.

use serde::{Deserialize, Serialize};

use super::{ClassificationMetrics, GrayImage, OptimizerKind};

/// What [`Request::LabConfig`](super::Request::Lab) asks: the same network from the same random start, on the same images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabConfig {
    /// What makes the steps.
    pub optimizer: OptimizerKind,
    /// The highest learning rate.
    pub rate: f64,
    /// How often the classifier sees every image, 1 to 10.
    pub epochs: u32,
    /// Training images, 100 to 6,000.
    pub images: u32,
    /// How layered training ends.
    pub ending: FinalStage,
    /// Where the random start, the order of the images and the holes in them come from.
    pub seed: u32,
}

impl LabConfig {
    /// What the Lab begins with.
    pub const FIRST: Self = Self {
        optimizer: OptimizerKind::Adam,
        rate: 4e-3,
        epochs: 3,
        images: 6_000,
        ending: FinalStage::Frozen,
        seed: 1,
    };
}

/// How layered training ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FinalStage {
    /// The bottom stays as the autoencoder left it.
    Frozen,
    /// The last third of the classifier's epochs (at least one) trains bottom and top together.
    Together,
}

/// A way to train the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainingMethod {
    /// Every layer at once, for the labels.
    EndToEnd,
    /// The bottom first, as a denoising autoencoder without any label; then the top, for the labels.
    Layered,
}

impl TrainingMethod {
    /// Both.
    pub const ALL: [TrainingMethod; 2] = [TrainingMethod::EndToEnd, TrainingMethod::Layered];
}

/// How one of the trainings stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabProgress {
    /// Which of them.
    pub way: TrainingMethod,
    /// The stage, counted from 0.
    pub stage: u32,
    /// The stage's name.
    pub name: String,
    /// The epoch in the stage, counted from 1.
    pub epoch: u32,
    /// Epochs of the stage.
    pub epochs: u32,
    /// Steps done, over all stages.
    pub done: u32,
    /// Steps in all.
    pub steps: u32,
    /// The mean loss since the last report: cross-entropy, or the autoencoder's mean squared error a pixel.
    pub loss: f32,
    /// The share of held-out digits that are read correctly, where it was just measured: of some of them, for the curve.
    pub held_out: Option<f64>,
    /// The norm of each layer's gradient.
    pub norms: Vec<(String, f32)>,
    /// Milliseconds that this training's own steps have taken.
    pub ms: f64,
    /// Milliseconds that are left of it, by the steps so far.
    pub left_ms: f64,
}

/// What one of the trainings has learned so far, as pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabSnapshot {
    /// Which of them.
    pub way: TrainingMethod,
    /// The filters of the convolution.
    pub filters: FilterSnapshot,
    /// Held-out digits with holes and what the autoencoder makes of them; empty where there is none.
    pub rebuilt: Vec<Reconstruction>,
}

/// The filters of a convolution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilterSnapshot {
    /// How many.
    pub count: u32,
    /// The side of each, in pixels.
    pub side: u32,
    /// `count * side * side` weights, filter by filter, rows from the top: 128 is zero, 1 and 255 are the largest weight of all, by
    /// its sign.
    #[serde(with = "serde_bytes")]
    pub weights: Vec<u8>,
}

/// A digit with holes, what the autoencoder makes of it, and what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconstruction {
    /// The digit that it is.
    pub label: u8,
    /// What the autoencoder sees.
    pub holes: GrayImage,
    /// What it gives.
    pub output: GrayImage,
    /// What was there.
    pub whole: GrayImage,
}

/// Both trainings ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabMethodResult {
    /// What came of each, in the order of [`TrainingMethod::ALL`].
    pub lanes: Vec<LabResult>,
    /// Held-out digits that the figures are of.
    pub held_out: u32,
}

/// What came of one of the trainings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabResult {
    /// Which of them.
    pub way: TrainingMethod,
    /// Steps done.
    pub steps: u32,
    /// Milliseconds that they took.
    pub ms: f64,
    /// How it ended.
    pub outcome: LabOutcome,
}

/// How a training ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum LabOutcome {
    /// It did all its steps; its figures on the held-out digits.
    Finished(ClassificationMetrics),
    /// It was stopped at the first loss that was no number.
    Diverged {
        /// What happened, a sentence for the visitor.
        message: String,
    },
}

/// What is hidden of a digit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Occlusion {
    /// Pixels here and there.
    Pixels {
        /// The share of them, 0 to 1.
        share: f32,
    },
    /// One stroke of an eraser, straight through the ink.
    Stroke {
        /// Its width in pixels, 1 to 28.
        width: f32,
    },
}

/// What [`Request::MissingDataRequest`](super::Request::Missing) asks of the networks that the Lab trained last.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingDataRequest {
    /// Whose network reads.
    pub way: TrainingMethod,
    /// What is hidden.
    pub hide: Occlusion,
}

/// What is put in the place of what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Imputation {
    /// Nothing: the holes are ground.
    Empty,
    /// The mean of the training images at that pixel.
    Mean,
    /// What the autoencoder gives at that pixel.
    Autoencoder,
}

impl Imputation {
    /// All of them.
    pub const ALL: [Imputation; 3] = [Imputation::Empty, Imputation::Mean, Imputation::Autoencoder];
}

/// How well digits with holes are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MissingReport {
    /// What was asked.
    pub ask: MissingDataRequest,
    /// The share that is read correctly where nothing is missing.
    pub whole: f64,
    /// The share that is read correctly after each fill; without the autoencoder's where there is none.
    pub filled: Vec<(Imputation, f64)>,
    /// Some of the digits.
    pub examples: Vec<ImputedExample>,
    /// Digits in all.
    pub digits: u32,
}

/// A digit as it was and after each fill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImputedExample {
    /// The digit that it is.
    pub label: u8,
    /// As it was.
    pub whole: GrayImage,
    /// After each fill, in the report's order, with the digit that it is read as.
    pub filled: Vec<(GrayImage, u8)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Reply, Request};

    #[test]
    fn requests_and_replies_are_plain_objects() {
        let lab = Request::Lab(LabConfig::FIRST);
        let json = serde_json::to_value(&lab).expect("serializes");
        assert_eq!((json["type"].as_str(), json["optimizer"].as_str()), (Some("lab"), Some("adam")));
        assert_eq!(serde_json::from_value::<Request>(json).expect("reads back"), lab);
        let missing = Request::Missing(MissingDataRequest {
            way: TrainingMethod::EndToEnd,
            hide: Occlusion::Stroke { width: 3.0 },
        });
        let json = serde_json::to_value(&missing).expect("serializes");
        assert_eq!((json["type"].as_str(), json["hide"]["type"].as_str()), (Some("missing"), Some("stroke")));
        assert_eq!(serde_json::from_value::<Request>(json).expect("reads back"), missing);

        let report = ClassificationMetrics { accuracy: 0.9, precision: 0.8, recall: 0.7, f1: 0.6, confusion: vec![] };
        let stopped = LabOutcome::Diverged { message: "Too high.".into() };
        let lanes = TrainingMethod::ALL.into_iter().zip([LabOutcome::Finished(report), stopped]);
        let lanes = lanes.map(|(way, outcome)| LabResult { way, steps: 1, ms: 2.0, outcome }).collect();
        let done = Reply::LabDone(Box::new(LabMethodResult { lanes, held_out: 1_000 }));
        let json = serde_json::to_value(&done).expect("serializes");
        assert_eq!(json["lanes"][0]["outcome"]["type"].as_str(), Some("finished"));
        assert_eq!(serde_json::from_value::<Reply>(json).expect("reads back"), done);
        assert!(done.is_final());
    }
}
