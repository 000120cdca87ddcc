//! Training of a rejector: a digit network that is trained already gets a second head, which learns what is one digit and what is
//! not, while the whole network goes on learning digits at a low rate.

use burn::{
    module::Module,
    tensor::{Device, ElementConversion, ExecutionError, Int, Tensor, TensorData, activation::relu},
};
use serde::{Deserialize, Serialize};

use super::{InkGenerator, calibrate, temperature};
use crate::{
    ink::{Augmentation, Augmenter, Image, render},
    models::digits::{
        ConvNet, ConvNetConfig, Dataset, DigitCheckpoint, DigitTrainingError, Normalization, SampleSource, batch_tensor,
    },
    protocol::Drawing,
    rng::SeededRng,
    training::{
        Batch, ForwardOutput, LayerGroup, Loss, LrSchedule, Optimizer, RecipeError, Stage, StepError, StepPosition,
        StepReport, Trainer, cross_entropy,
    },
};

/// How a rejector is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectorRecipe {
    /// The width of its hidden layer.
    pub width: usize,
    /// Samples of no digit beside each hundred digits.
    pub others: usize,
    /// The share of digits that are written in other styles, or in a hurry.
    pub styled: f32,
    /// The share of digits that are drawn anew from their strokes; the rest are MNIST's images.
    #[serde(default = "quarter")]
    pub drawn: f32,
    /// The share of digits that may be refused, on digits held out, for the half of the probability to lie there.
    pub refused: f64,
    /// What is done, in turn.
    pub stages: Vec<Stage<Augmentation>>,
}

impl RejectorRecipe {
    /// Of the `digits` package: the head alone, then everything.
    pub fn digits() -> Self {
        let head = Stage {
            name: "head".to_owned(),
            layers: vec![LayerGroup::Top],
            optimizer: Optimizer::AdamW,
            schedule: LrSchedule::Cosine { peak: 1e-3, warmup: 0.05 },
            weight_decay: 0.01,
            batch: 80,
            epochs: 1,
            loss: Loss::CrossEntropy { smoothing: 0.03 },
            clip: None,
            averaging: 0.99,
            patience: None,
            variation: Augmentation::DIGITS.scaled(0.7),
        };
        let all = Stage {
            name: "all".to_owned(),
            layers: LayerGroup::ALL.to_vec(),
            schedule: LrSchedule::Cosine { peak: 6e-4, warmup: 0.05 },
            epochs: 5,
            averaging: 0.998,
            ..head.clone()
        };
        Self { width: 24, others: 100, styled: 0.2, drawn: 0.25, refused: 0.0025, stages: vec![head, all] }
    }

    /// Of a package that has a rejector: everything once more, with more digits drawn by a pen, which are what visitors draw and what
    /// numbers are written with.
    pub fn drawn_digits() -> Self {
        let Self { width, others, refused, stages, .. } = Self::digits();
        let stages = stages.into_iter().skip(1).map(|all| Stage {
            name: "drawn".to_owned(),
            schedule: LrSchedule::Cosine { peak: 5e-4, warmup: 0.05 },
            epochs: 3,
            ..all
        });
        Self { width, others, styled: 0.12, drawn: 0.45, refused, stages: stages.collect() }
    }
}

/// What recipes had before the share of drawn digits was part of them.
fn quarter() -> f32 {
    0.25
}

/// A training under way. The same recipe, parent, data and seed give the same weights on one machine.
pub struct RejectorSession {
    recipe: RejectorRecipe,
    architecture: ConvNetConfig,
    data: Dataset,
    drawings: std::sync::Arc<Vec<Drawing>>,
    device: Device,
    trainer: Trainer<ConvNet, Augmentation>,
}

impl RejectorSession {
    /// A training at its start, of a trained network. A rejector that it has is kept if it has the recipe's width. Without strokes in
    /// `data` there are no samples.
    ///
    /// # Errors
    /// [`DigitTrainingError`].
    pub fn new(
        recipe: RejectorRecipe,
        parent: (ConvNet, ConvNetConfig),
        data: Dataset,
        seed: u64,
        device: Device,
    ) -> Result<Self, DigitTrainingError> {
        let SampleSource::Strokes(drawings) = &data.source else { return Err(RecipeError::NoSamples.into()) };
        let drawings = drawings.clone();
        device.seed(seed);
        let (network, architecture) = parent;
        let has_rejector = architecture.rejector == Some(recipe.width);
        let architecture = ConvNetConfig { rejector: Some(recipe.width), ..architecture };
        let network = match has_rejector {
            true => network,
            false => network.with_rejector_of(architecture.init(Normalization::None, &device)?),
        };
        let model = network.train().unfreeze();
        let trainer = Trainer::new(recipe.stages.clone(), model, data.len(), seed)?;
        Ok(Self { recipe, architecture, data, drawings, device: device.autodiff(), trainer })
    }

    /// What the trained network is made of.
    pub fn architecture(&self) -> &ConvNetConfig {
        &self.architecture
    }

    /// The recipe.
    pub fn recipe(&self) -> &RejectorRecipe {
        &self.recipe
    }

    /// Steps done and steps in all.
    pub fn progress(&self) -> (usize, usize) {
        self.trainer.progress()
    }

    /// Where the next step is; none when all are done.
    pub fn place(&self) -> Option<StepPosition> {
        self.trainer.place()
    }

    /// Does the next step. What it reports as right is whether the rejector was.
    ///
    /// # Errors
    /// [`StepError`].
    pub async fn step(&mut self) -> Result<StepReport, StepError> {
        let Self { recipe, data, drawings, device, trainer, .. } = self;
        let generator = InkGenerator::new(drawings, &data.labels);
        trainer.step(|model, batch| forward(model, batch, recipe, data, &generator, device)).await
    }

    /// Everything that a later [`restore`](Self::restore) needs to go on as if there had been no break.
    ///
    /// # Errors
    /// If the optimizer's state cannot be written.
    pub fn checkpoint(&self) -> Result<DigitCheckpoint, burn::store::RecordError> {
        self.trainer.checkpoint()
    }

    /// Goes on where a checkpoint was taken.
    ///
    /// # Errors
    /// If the optimizer's state does not fit.
    pub fn restore(&mut self, checkpoint: DigitCheckpoint) -> Result<(), burn::store::RecordError> {
        self.trainer.restore(checkpoint)
    }

    /// A network of this session's architecture, to load a record into.
    pub fn blank(&self) -> ConvNet {
        self.trainer.blank()
    }

    /// The network as it stands, calibrated on digits that it was not trained on.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn calibrated(&self, held_out: &Dataset) -> Result<ConvNet, ExecutionError> {
        let network = self.trainer.averaged();
        let device = self.device.clone().without_autodiff();
        let (mut logits, mut one_digit) = (Vec::new(), Vec::new());
        for images in held_out.images.chunks(250) {
            for mut row in answers(&network, images, &device).await? {
                one_digit.extend(row.pop());
                logits.push(row);
            }
        }
        let temperature = temperature(&logits, &held_out.labels);
        if let SampleSource::Strokes(drawings) = &held_out.source {
            let drawn: Vec<Image> = drawings.iter().filter_map(|drawing| render(drawing).ok()).collect();
            for images in drawn.chunks(250) {
                one_digit.extend(answers(&network, images, &device).await?.into_iter().filter_map(|mut row| row.pop()));
            }
        }
        Ok(network.calibrated(temperature, calibrate(&mut one_digit, self.recipe.refused)))
    }
}

/// The answers of a network with a rejector, an image a row.
pub async fn answers(network: &ConvNet, images: &[Image], device: &Device) -> Result<Vec<Vec<f32>>, ExecutionError> {
    let answers = network.answers(batch_tensor(images, device), None);
    let width = answers.dims()[1];
    let values: Vec<f32> = answers.into_data_async().await?.iter::<f32>().collect();
    Ok(values.chunks(width).map(<[f32]>::to_vec).collect())
}

/// The forward pass of a step: some digits, as MNIST has them, drawn anew, and in other styles; and beside them other ink.
fn forward(
    model: &ConvNet,
    batch: &Batch<Augmentation>,
    recipe: &RejectorRecipe,
    data: &Dataset,
    generator: &InkGenerator,
    device: &Device,
) -> ForwardOutput {
    let mut random = SeededRng::new(batch.seed ^ (batch.step as u64).wrapping_mul(0xD134_2543_DE82_EF95));
    let by = &batch.stage.variation;
    let (mut images, labels): (Vec<Image>, Vec<i64>) = batch
        .indices
        .iter()
        .map(|index| {
            let dice = random.uniform();
            if dice < recipe.styled {
                let (image, label) = generator.styled_digit(&mut random);
                return (image, i64::from(label));
            }
            let mut augmenter = Augmenter::new(random.bits());
            let by = by.scaled(augmenter.uniform());
            let drawn = match &data.source {
                SampleSource::Strokes(drawings) if dice < recipe.styled + recipe.drawn => {
                    augmenter.vary_drawing(&drawings[*index], &by).ok()
                }
                _ => None,
            };
            let image = drawn.unwrap_or_else(|| augmenter.vary_image(&data.images[*index], &by));
            (image, i64::from(data.labels[*index]))
        })
        .unzip();
    let digits = images.len();
    let others = (digits * recipe.others).div_ceil(100);
    images.extend((0..others).map(|_| generator.other(&mut random).0));

    let plain = device.clone().without_autodiff();
    let answers = model.answers(batch_tensor(&images, &plain).autodiff(), None);
    let classes = answers.dims()[1] - 1;
    let logits = answers.clone().narrow(0, 0, digits).narrow(1, 0, classes);
    let one_digit = answers.narrow(1, classes, 1); // [digits + others, 1]
    let targets = Tensor::<1, Int>::from_data(TensorData::new(labels, [digits]), &plain).autodiff();
    let smoothing = match batch.stage.loss {
        Loss::CrossEntropy { smoothing } => smoothing,
        Loss::MeanSquaredError => 0.0,
    };
    let truth: Vec<f32> = (0..images.len()).map(|i| f32::from(u8::from(i < digits))).collect();
    let truth = Tensor::<2>::from_data(TensorData::new(truth, [images.len(), 1]), &plain);
    let right =
        one_digit.clone().without_autodiff().greater_elem(0.0.elem::<f32>()).equal(truth.clone().greater_elem(0.5));
    let correct = right.int().sum();
    let loss = cross_entropy(logits, targets, smoothing) + binary_cross_entropy(one_digit, truth.autodiff());
    ForwardOutput { loss, correct: Some(correct) }
}

/// The mean cross-entropy of logits against 0 and 1, without an overflow.
fn binary_cross_entropy(logits: Tensor<2>, truth: Tensor<2>) -> Tensor<1> {
    let far = (-logits.clone().abs()).exp().add_scalar(1.0).log();
    (relu(logits.clone()) - logits * truth + far).mean()
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;

    #[test]
    fn an_unsure_answer_costs_the_logarithm_of_two() {
        let device = Device::flex();
        let value = |logit: f32, truth: f32| -> f32 {
            let of = |value: f32| Tensor::<2>::from_data([[value]], &device);
            binary_cross_entropy(of(logit), of(truth)).into_scalar()
        };
        assert!((value(0.0, 1.0) - 2f32.ln()).abs() < 1e-6);
        assert!(value(80.0, 1.0) < 1e-6);
        assert!((value(80.0, 0.0) - 80.0).abs() < 1e-3);
    }
}
