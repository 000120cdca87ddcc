//! Training of the classifiers: recipes, samples, the forward pass; the loop itself is [`crate::training`]'s.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::{
    ConvNet, ConvNetConfig, ConvNetConfigError, Dataset, Normalization, SampleSource, evaluation::loss_and_accuracy,
};
use crate::{
    ink::{Augmentation, Augmenter, Image},
    training::{
        Batch, EarlyStoppingDecision, ForwardOutput, LayerGroup, Loss, LrSchedule, Optimizer, RecipeError, Stage,
        StepError, StepPosition, StepReport, Trainer,
    },
};

/// A checkpoint of a [`DigitTrainingSession`].
pub type DigitCheckpoint = crate::training::Checkpoint<ConvNet>;

/// How a network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigitRecipe {
    /// What is trained.
    pub architecture: ConvNetConfig,
    /// Whether the convolutions have batch normalization while they are trained; it is fused into them at the end.
    pub norm: Normalization,
    /// Dropout before the dense layers.
    pub dropout: f64,
    /// What is done, in turn.
    pub stages: Vec<Stage<AugmentationConfig>>,
}

/// How the samples of a stage are varied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AugmentationConfig {
    /// How far, if at all.
    pub augmentation: Option<Augmentation>,
    /// The share of samples that are drawn anew from their strokes, where there are strokes.
    pub drawn: f32,
}

impl AugmentationConfig {
    /// Samples as they are.
    pub const NONE: Self = Self { augmentation: None, drawn: 0.0 };
}

impl DigitRecipe {
    /// The article's: five epochs of Adam, no augmentation. Half a cosine instead of a constant rate, and a little label smoothing,
    /// help five epochs to settle.
    pub fn seed_cnn() -> Self {
        let stage = Stage {
            name: "end to end".to_owned(),
            layers: LayerGroup::ALL.to_vec(),
            optimizer: Optimizer::Adam,
            schedule: LrSchedule::Cosine { peak: 2e-3, warmup: 0.05 },
            weight_decay: 0.0,
            batch: 64,
            epochs: 5,
            loss: Loss::CrossEntropy { smoothing: 0.1 },
            clip: None,
            averaging: 0.0,
            patience: None,
            variation: AugmentationConfig::NONE,
        };
        Self { architecture: ConvNetConfig::seed_cnn(), norm: Normalization::None, dropout: 0.0, stages: vec![stage] }
    }

    /// Of the `digits` package: a long stage on samples that are varied widely, then a short one that starts from the averaged weights
    /// and settles on samples closer to the real ones.
    pub fn digits() -> Self {
        let vary = Stage {
            name: "vary".to_owned(),
            layers: LayerGroup::ALL.to_vec(),
            optimizer: Optimizer::AdamW,
            schedule: LrSchedule::Cosine { peak: 4e-3, warmup: 0.05 },
            weight_decay: 0.01,
            batch: 128,
            epochs: 32,
            loss: Loss::CrossEntropy { smoothing: 0.03 },
            clip: None,
            averaging: 0.9995,
            patience: None,
            variation: AugmentationConfig { augmentation: Some(Augmentation::DIGITS), drawn: 0.25 },
        };
        let settle = Stage {
            name: "settle".to_owned(),
            schedule: LrSchedule::Cosine { peak: 4e-4, warmup: 0.05 },
            epochs: 4,
            averaging: 0.998,
            variation: AugmentationConfig { augmentation: Some(Augmentation::DIGITS.scaled(0.5)), drawn: 0.25 },
            ..vary.clone()
        };
        Self {
            architecture: ConvNetConfig::digits(),
            norm: Normalization::Batch,
            dropout: 0.15,
            stages: vec![vary, settle],
        }
    }
}

/// Why a training cannot start.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DigitTrainingError {
    /// The network is impossible.
    #[error(transparent)]
    Architecture(#[from] ConvNetConfigError),
    /// The recipe is.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// Dropout is a share.
    #[error("dropout is {0}; 0 up to 1 is possible")]
    Dropout(f64),
}

/// A training under way. The same recipe, data and seed give the same weights on one machine.
pub struct DigitTrainingSession {
    recipe: DigitRecipe,
    data: Dataset,
    device: Device,
    trainer: Trainer<ConvNet, AugmentationConfig>,
}

impl DigitTrainingSession {
    /// A training at its start, of a network with random weights.
    ///
    /// # Errors
    /// [`DigitTrainingError`].
    pub fn new(recipe: DigitRecipe, data: Dataset, seed: u64, device: Device) -> Result<Self, DigitTrainingError> {
        if !(0.0..1.0).contains(&recipe.dropout) {
            return Err(DigitTrainingError::Dropout(recipe.dropout));
        }
        device.seed(seed);
        let device = device.autodiff();
        let model = recipe.architecture.init(recipe.norm, &device)?.with_dropout(recipe.dropout);
        let trainer = Trainer::new(recipe.stages.clone(), model, data.len(), seed)?;
        Ok(Self { recipe, data, device, trainer })
    }

    /// Steps done and steps in all.
    pub fn progress(&self) -> (usize, usize) {
        self.trainer.progress()
    }

    /// Where the next step is; none when all are done.
    pub fn place(&self) -> Option<StepPosition> {
        self.trainer.place()
    }

    /// The recipe.
    pub fn recipe(&self) -> &DigitRecipe {
        &self.recipe
    }

    /// Does the next step.
    ///
    /// # Errors
    /// [`StepError`].
    pub async fn step(&mut self) -> Result<StepReport, StepError> {
        let (data, device) = (&self.data, &self.device);
        self.trainer.step(|model, batch| forward(model, batch, data, device)).await
    }

    /// Tells of a result on held-out samples after an epoch, better when higher; the stage may end by it.
    pub fn judge(&mut self, result: f64) -> EarlyStoppingDecision {
        self.trainer.report_validation(result)
    }

    /// The network as it stands, for evaluation and packages: averaged where the recipe says so, batch normalization fused.
    pub fn network(&self) -> ConvNet {
        self.trainer.averaged().fuse().with_dropout(0.0)
    }

    /// Everything that a later [`restore`](Self::restore) needs to go on as if there had been no break.
    ///
    /// # Errors
    /// If the optimizer's state cannot be written.
    pub fn checkpoint(&self) -> Result<DigitCheckpoint, burn::store::RecordError> {
        self.trainer.checkpoint()
    }

    /// Goes on where a checkpoint was taken; its networks are [blanks](Self::blank) into which records were loaded.
    ///
    /// # Errors
    /// If the optimizer's state does not fit.
    pub fn restore(&mut self, checkpoint: DigitCheckpoint) -> Result<(), burn::store::RecordError> {
        self.trainer.restore(checkpoint)
    }

    /// The first training image, as it is: the question that packages ask an engine.
    pub fn first_image(&self) -> Image {
        self.data.images.first().cloned().unwrap_or_default()
    }

    /// A network of this session's architecture, to load a record into.
    pub fn blank(&self) -> ConvNet {
        self.trainer.blank()
    }
}

/// The forward pass of a step.
fn forward(model: &ConvNet, batch: &Batch<AugmentationConfig>, data: &Dataset, device: &Device) -> ForwardOutput {
    let images: Vec<Image> =
        batch.indices.iter().enumerate().map(|(place, index)| sample(batch, data, place, *index)).collect();
    // Dropout draws from the device's generator: seeded by the step, a resumed training draws the same.
    device.seed(batch.seed ^ (batch.step as u64).wrapping_mul(0x9E37_79B9));
    let labels: Vec<u8> = batch.indices.iter().map(|index| data.labels[*index]).collect();
    loss_and_accuracy(model, &images, &labels, batch.stage.loss, device)
}

/// A sample as a step sees it. Depends on the seed, the step and its place in the batch alone.
fn sample(batch: &Batch<AugmentationConfig>, data: &Dataset, place: usize, index: usize) -> Image {
    let image = &data.images[index];
    let Some(by) = &batch.stage.variation.augmentation else { return image.clone() };
    let mut augmenter =
        Augmenter::new(batch.seed.wrapping_mul(31) ^ ((batch.step as u64) << 20) ^ place as u64 ^ 0x1_4B1C_0000_0000);
    if let SampleSource::Strokes(drawings) = &data.source
        && augmenter.uniform() < batch.stage.variation.drawn
        && let Ok(image) = augmenter.vary_drawing(&drawings[index], by)
    {
        return image;
    }
    augmenter.vary_image(image, by)
}
