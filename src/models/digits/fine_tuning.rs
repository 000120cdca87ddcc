//! Fine-tuning: a trained network learns a writer's hand from a few corrections, mixed with digits that it knows already so that it
//! keeps what it can do.

use burn::{
    module::Module,
    tensor::{
        Device, Tensor,
        activation::{log_softmax, relu, softmax},
    },
};

use super::{
    ConvNet, Dataset, batch_tensor,
    evaluation::{argmax, judge, predict},
};
use crate::{
    ink::{Augmentation, Augmenter, Image, lean, render, slant},
    protocol::{Drawing, NOT_A_DIGIT, TrainingConfig},
    rng::SeededRng,
    training::{
        Batch, FineTuner, ForwardOutput, LayerGroup, Loss, LrSchedule, RecipeError, Stage, Trainer, stages_from_config,
    },
};

/// A drawing with what its writer says it is.
#[derive(Clone, Debug, PartialEq)]
pub struct LabeledCorrection {
    /// Which digit, or [`NOT_A_DIGIT`].
    pub label: u8,
    /// What was drawn or shown.
    pub ink: CorrectionInput,
}

/// What a correction is of.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there are a few dozen of them")]
pub enum CorrectionInput {
    /// Strokes, which are varied before they are drawn.
    Drawing(Drawing),
    /// An image as a model sees it.
    Image(Image),
}

impl CorrectionInput {
    /// The image that a model sees of it; an empty one of what cannot be drawn.
    pub fn image(&self) -> Image {
        match self {
            CorrectionInput::Drawing(drawing) => render(drawing).unwrap_or_default(),
            CorrectionInput::Image(image) => image.clone(),
        }
    }
}

/// How the two kinds of samples of a stage are varied and mixed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplayMix {
    /// How the corrections are varied.
    pub own: Augmentation,
    /// How the digits known already are at the most.
    pub replay: Augmentation,
    /// The share of each batch that are corrections.
    pub share: f32,
}

/// The corrections of a fine-tuning.
#[derive(Clone, Debug)]
struct OwnInk {
    digits: Vec<LabeledCorrection>,
    /// What is no digit.
    others: Vec<LabeledCorrection>,
}

/// What the digits known already are made into, and which of them are shown more often, for the sake of some corrections.
#[derive(Clone, Debug)]
struct ReplayBuffer {
    digits: Dataset,
    /// How far the corrections lean; none where too few digits were corrected to know.
    slant: Option<f32>,
    /// Those of the digits that the parent took the corrections for: what is learned of these must not be unlearned of those.
    confused_classes: Vec<usize>,
    /// What the digits are held to.
    parent: ConvNet,
}

impl ReplayBuffer {
    async fn new(
        parent: &ConvNet,
        own: &[LabeledCorrection],
        digits: Dataset,
        device: &Device,
    ) -> Result<Self, burn::tensor::ExecutionError> {
        let images: Vec<Image> = own.iter().map(|correction| correction.ink.image()).collect();
        let mut taken = [false; 10];
        for (rows, own) in images.chunks(250).zip(own.chunks(250)) {
            for (row, own) in predict(parent, rows, device).await?.iter().zip(own) {
                let answer = argmax(row);
                taken[answer] |= answer != usize::from(own.label);
            }
        }
        let rivals = (0..digits.len()).filter(|index| taken[usize::from(digits.labels[*index])]).collect();
        let lean = lean_of(own, &images, &digits);
        Ok(Self { digits, slant: lean, confused_classes: rivals, parent: parent.clone() })
    }

    fn draw(&self, random: &mut SeededRng, augmenter: &mut Augmenter, by: &Augmentation) -> (Image, u8) {
        let index = match self.confused_classes.len() {
            0 => random.below(self.digits.len()),
            rivals if random.uniform() < RIVALS => self.confused_classes[random.below(rivals)],
            _ => random.below(self.digits.len()),
        };
        let image = &self.digits.images[index];
        let image = match self.slant {
            Some(by_hand) if random.uniform() < 0.5 => &lean(image, by_hand),
            _ => image,
        };
        // From as it is to as far as that: none of them may be forgotten.
        let by = by.scaled(random.uniform());
        (augmenter.vary_image(image, &by), self.digits.labels[index])
    }
}

/// The share of the replayed digits that are rivals, at least. This, the [mix](Mix::USUAL) and the steps of the page's plan were chosen on
/// MNIST's training half, with a parent that had not seen the digits that judged, and these varied: MNIST's halves share no writers.
const RIVALS: f32 = 0.75;

/// Digits of which there must be corrections before a hand's slant is known.
const MIN_DIGITS_FOR_SLANT: usize = 4;

/// How much farther the corrections lean than the digits known already do, digit for digit; none where that cannot be known, or is
/// no more than a hand varies by anyway.
fn lean_of(own: &[LabeledCorrection], images: &[Image], digits: &Dataset) -> Option<f32> {
    let mean = |slants: Vec<f32>| (!slants.is_empty()).then(|| slants.iter().sum::<f32>() / slants.len() as f32);
    let leans: Vec<f32> = (0..10u8)
        .filter_map(|digit| {
            let own = own.iter().zip(images).filter(|(own, _)| own.label == digit);
            let own = mean(own.filter_map(|(_, image)| slant(image)).collect())?;
            let known = digits.images.iter().zip(digits.labels.iter()).filter(|(_, label)| **label == digit);
            Some(own - mean(known.filter_map(|(image, _)| slant(image)).collect())?)
        })
        .collect();
    let lean = (leans.len() >= MIN_DIGITS_FOR_SLANT).then(|| mean(leans)).flatten()?;
    (lean.abs() > 0.15).then_some(lean.clamp(-1.2, 1.2))
}

/// Batches that count as an epoch: corrections are too few, and their variations too many, to count otherwise.
pub const STEPS_AN_EPOCH: usize = 10;

/// Samples a step.
const BATCH: usize = 48;

/// How much answers are softened before they are compared (chosen on MNIST's training half).
const TEMPERATURE: f32 = 6.0;

/// How much keeping the answers weighs beside the labels (chosen as [`RIVALS`] was).
const DISTILLATION_WEIGHT: f32 = 1.5;

/// The rejector's logit up to which something more is learned of a correction that is no digit: 5%.
const SURELY_NO_DIGIT: f32 = -3.0;

/// The rejector's logit from which on nothing more is learned of a correction: 95%.
const SURELY_A_DIGIT: f32 = 3.0;

/// How much the rejector weighs beside the labels: enough that it follows the layers below it, which go on learning.
const REJECTOR_WEIGHT: f32 = 0.02;

impl ReplayMix {
    /// The mix for corrections of whatever digits. What is replayed is varied widely, more than in training: it stands for all hands that
    /// are not the writer's, and a few thousand digits of MNIST's writers, as they are, leave the hands of others unguarded.
    pub const USUAL: Self =
        Self { own: Augmentation::DIGITS.scaled(0.25), replay: Augmentation::DIGITS.scaled(1.3), share: 0.25 };
}

/// The stages that a plan comes to for a network.
pub fn stages(plan: &TrainingConfig, network: &ConvNet) -> Vec<Stage<ReplayMix>> {
    let stage = Stage {
        name: String::new(),
        layers: LayerGroup::ALL.to_vec(),
        optimizer: plan.optimizer.into(),
        schedule: LrSchedule::Constant { rate: plan.rate },
        weight_decay: 0.0,
        batch: BATCH,
        epochs: 1,
        loss: Loss::CrossEntropy { smoothing: 0.03 },
        clip: Some(5.0),
        averaging: 0.9,
        patience: None,
        variation: ReplayMix::USUAL,
    };
    stages_from_config(plan, stage, &network.parts())
}

/// Why a fine-tuning cannot start.
#[derive(Debug, thiserror::Error)]
pub enum FineTuningError {
    /// The stages cannot be followed.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The device failed.
    #[error("the device failed: {0:?}")]
    Device(burn::tensor::ExecutionError),
}

/// A fine-tuning at its start. `parent` is on `device`, without gradients.
///
/// # Errors
/// [`FineTuningError`]; without corrections or digits to replay there are no samples.
pub async fn tuning(
    stages: Vec<Stage<ReplayMix>>,
    parent: ConvNet,
    own: Vec<LabeledCorrection>,
    replay: Dataset,
    seed: u64,
    device: &Device,
) -> Result<FineTuner<ConvNet, ReplayMix>, FineTuningError> {
    // What is no digit is learned by the rejector, where there is one, and beside digits alone.
    let rejects = parent.has_rejector();
    let (digits, others): (Vec<_>, Vec<_>) = own.into_iter().partition(|correction| correction.label != NOT_A_DIGIT);
    if digits.is_empty() || replay.is_empty() {
        return Err(RecipeError::NoSamples.into());
    }
    let own = OwnInk { digits, others: if rejects { others } else { Vec::new() } };
    let replay = ReplayBuffer::new(&parent, &own.digits, replay, device).await.map_err(FineTuningError::Device)?;
    let batch = stages.first().map_or(BATCH, |stage| stage.batch);
    let trainer = Trainer::new(stages, parent.train().unfreeze(), STEPS_AN_EPOCH * batch, seed)?;
    let device = device.clone().autodiff();
    Ok(FineTuner::new(trainer, move |model, batch| forward(model, batch, &own, &replay, &device)))
}

fn forward(
    model: &ConvNet,
    batch: &Batch<ReplayMix>,
    own: &OwnInk,
    replay: &ReplayBuffer,
    device: &Device,
) -> ForwardOutput {
    let mix = &batch.stage.variation;
    let corrections = (mix.share * batch.indices.len() as f32).round().max(1.0) as usize;
    let mut random = SeededRng::new(batch.seed ^ (batch.step as u64).wrapping_mul(0xD134_2543_DE82_EF95));
    let (mut images, labels): (Vec<Image>, Vec<u8>) = (0..batch.indices.len())
        .map(|place| {
            let mut augmenter = Augmenter::new(random.bits());
            if place < corrections {
                // In turn, so that each is seen as often as any other.
                let correction = &own.digits[(batch.step * corrections + place) % own.digits.len()];
                (vary(&mut augmenter, &correction.ink, &mix.own), correction.label)
            } else {
                replay.draw(&mut random, &mut augmenter, &mix.replay)
            }
        })
        .unzip();
    let digits = images.len();
    // What is no digit comes on top, as many as the corrections that are digits at the most.
    images.extend((0..own.others.len().min(corrections)).map(|place| {
        let mut augmenter = Augmenter::new(random.bits());
        let other = &own.others[(batch.step * corrections + place) % own.others.len()];
        vary(&mut augmenter, &other.ink, &mix.own)
    }));
    let others = images.len() - digits;
    let plain = device.clone().without_autodiff();
    let (logits, one_digit) = parted(model.answers(batch_tensor(&images, &plain).autodiff(), None), model);
    let logits = logits.narrow(0, 0, digits);
    let ForwardOutput { mut loss, correct } = judge(logits.clone(), &labels, batch.stage.loss, device);
    // What its writer says is a digit is one.
    if let Some(one_digit) = &one_digit {
        loss = loss
            + relu(one_digit.clone().narrow(0, 0, corrections).neg().add_scalar(SURELY_A_DIGIT)).mean()
                * REJECTOR_WEIGHT;
        if others > 0 {
            let excess = one_digit.clone().narrow(0, digits, others).add_scalar(-SURELY_NO_DIGIT);
            loss = loss + relu(excess).mean() * REJECTOR_WEIGHT;
        }
    }
    if corrections >= digits {
        return ForwardOutput { loss, correct };
    }
    let replayed = digits - corrections;
    let before = replay.parent.answers(batch_tensor(&images[corrections..digits], &plain), None);
    let (before, one_digit_before) = parted(before, &replay.parent);
    loss = loss + distillation_loss(before.autodiff(), logits.narrow(0, corrections, replayed));
    if let (Some(before), Some(after)) = (one_digit_before, one_digit) {
        let apart = after.narrow(0, corrections, replayed) - before.autodiff();
        loss = loss + apart.square().mean() * REJECTOR_WEIGHT;
    }
    ForwardOutput { loss, correct }
}

/// Answers as the logits of the classes, and the rejector's where the network has one.
fn parted(answers: Tensor<2>, network: &ConvNet) -> (Tensor<2>, Option<Tensor<2>>) {
    if !network.has_rejector() {
        return (answers, None);
    }
    let classes = answers.dims()[1] - 1;
    (answers.clone().narrow(1, 0, classes), Some(answers.narrow(1, classes, 1)))
}

/// How far answers `[images, classes]` are from those before, softened, `[1]`, which is zero where they are the same: the answers of a
/// network before it learns something new keep what it knows (Li and Hoiem, *Learning without forgetting*, 2016, equation 2, less what
/// it is where nothing changed; the square of the temperature as Hinton, Vinyals and Dean, *Distilling the knowledge in a neural network*,
/// 2015). A digit's label says less: it is the same for a clear seven and for
/// one that is nearly a one.
fn distillation_loss(before: Tensor<2>, after: Tensor<2>) -> Tensor<1> {
    let before = before / TEMPERATURE;
    let after = log_softmax(after / TEMPERATURE, 1);
    let apart = softmax(before.clone(), 1) * (log_softmax(before, 1) - after);
    apart.sum() * (DISTILLATION_WEIGHT * TEMPERATURE * TEMPERATURE / BATCH as f32)
}

fn vary(augmenter: &mut Augmenter, ink: &CorrectionInput, by: &Augmentation) -> Image {
    match ink {
        // What cannot be drawn was refused when it came.
        CorrectionInput::Drawing(drawing) => augmenter.vary_drawing(drawing, by).unwrap_or_default(),
        CorrectionInput::Image(image) => augmenter.vary_image(image, by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_forgotten_where_the_answers_are_what_they_were() {
        let device = Device::flex();
        let answers = |values: [[f32; 3]; 2]| Tensor::<2>::from_data(values, &device);
        let before = answers([[9.0, 0.0, -3.0], [1.0, 1.5, 0.0]]);
        let value = |after: Tensor<2>| distillation_loss(before.clone(), after).into_scalar::<f32>();
        let same = value(before.clone());
        assert!(same.abs() < 1e-4);
        // A constant added to all answers to an image changes no share.
        assert!((value(before.clone() + 4.0) - same).abs() < 1e-3);
        for other in [[[0.0, 9.0, -3.0], [1.0, 1.5, 0.0]], [[9.0, 0.0, -3.0], [1.0, 1.4, 0.0]]] {
            assert!(value(answers(other)) > same);
        }
    }
}
