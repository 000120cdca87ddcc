//! The two trainings of the Lab, run in turns, one step at a time.

use burn::tensor::{Device, ExecutionError, Tensor};

use super::{Autoencoder, LabNetwork, OcclusionConfig, PixelMask};
use crate::{
    ink::Image,
    models::digits::{ConvNet, ConvNetConfigError, Dataset, batch_tensor, loss_and_accuracy, predict},
    protocol::{FilterSnapshot, FinalStage, LabConfig, TrainingMethod},
    rng::SeededRng,
    training::{
        Batch, ForwardOutput, LayerGroup, Loss, LrSchedule, RecipeError, Stage, StepError, StepPosition, StepReport,
        Trainer, end_to_end, mean_squared_error, weight_decay,
    },
};

/// Images a step.
const BATCH: usize = 32;
/// Label smoothing: in so few steps it is worth about a point of accuracy.
const SMOOTHING: f32 = 0.1;
/// The share of the steps that warm up.
const WARMUP: f64 = 0.05;

/// Why the Lab cannot start.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LabError {
    /// A number is none that the Lab is made for.
    #[error("{what} is {value}; it must be {from} to {to}")]
    Number {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: u32,
        /// The smallest possible.
        from: u32,
        /// The largest possible.
        to: u32,
    },
    /// The network is impossible.
    #[error(transparent)]
    Architecture(#[from] ConvNetConfigError),
    /// A stage is.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
}

/// The stages of a way. The classifier sees as many images in either.
pub fn stages(way: TrainingMethod, ask: &LabConfig) -> Vec<Stage<OcclusionConfig>> {
    let epochs = ask.epochs as usize;
    let stage = Stage {
        name: "end to end".to_owned(),
        layers: LayerGroup::ALL.to_vec(),
        optimizer: ask.optimizer.into(),
        schedule: LrSchedule::Cosine { peak: ask.rate, warmup: WARMUP },
        weight_decay: weight_decay(ask.optimizer),
        batch: BATCH,
        epochs,
        loss: Loss::CrossEntropy { smoothing: SMOOTHING },
        clip: None,
        averaging: 0.0,
        patience: None,
        variation: OcclusionConfig::NONE,
    };
    let both = match ask.ending {
        FinalStage::Frozen => 0,
        FinalStage::Together => (epochs as f64 / 3.0).round().max(1.0) as usize,
    };
    match way {
        TrainingMethod::EndToEnd => end_to_end(stage),
        TrainingMethod::Layered => {
            let bottom = Stage {
                name: "bottom: autoencoder".to_owned(),
                layers: vec![LayerGroup::Bottom],
                loss: Loss::MeanSquaredError,
                variation: OcclusionConfig::WIDE,
                ..stage.clone()
            };
            let top = Stage {
                name: "top: classifier on frozen features".to_owned(),
                layers: vec![LayerGroup::Top],
                epochs: epochs.saturating_sub(both),
                ..stage.clone()
            };
            let together = Stage { name: "bottom and top together".to_owned(), epochs: both, ..stage };
            [bottom, top, together].into_iter().filter(|stage| stage.epochs > 0).collect()
        }
    }
}

/// One of the trainings.
pub struct LabTrainingRun {
    way: TrainingMethod,
    data: Dataset,
    device: Device,
    trainer: Trainer<LabNetwork, OcclusionConfig>,
    autoencoder: Option<Autoencoder>,
}

impl LabTrainingRun {
    fn new(
        way: TrainingMethod,
        ask: &LabConfig,
        net: LabNetwork,
        data: Dataset,
        device: Device,
    ) -> Result<Self, RecipeError> {
        let mut trainer = Trainer::new(stages(way, ask), net, data.len(), u64::from(ask.seed))?;
        trainer.track_gradient_norms();
        Ok(Self { way, data, device, trainer, autoencoder: None })
    }

    /// Which way it goes.
    pub fn way(&self) -> TrainingMethod {
        self.way
    }

    /// Steps done and steps in all.
    pub fn progress(&self) -> (usize, usize) {
        self.trainer.progress()
    }

    /// Where the next step is; none when all are done.
    pub fn place(&self) -> Option<StepPosition> {
        self.trainer.place()
    }

    /// The stages.
    pub fn stages(&self) -> &[Stage<OcclusionConfig>] {
        self.trainer.stages()
    }

    /// Does the next step.
    ///
    /// # Errors
    /// [`StepError`].
    pub async fn step(&mut self) -> Result<StepReport, StepError> {
        let (data, device) = (&self.data, &self.device);
        let report = self.trainer.step(|model, batch| forward(model, batch, data, device)).await?;
        let place = report.place;
        let stage = &self.trainer.stages()[place.stage];
        if stage.loss == Loss::MeanSquaredError && place.ends_epoch() && place.epoch + 1 == stage.epochs {
            // What comes after may change the bottom, and then the decoder would no longer fit it.
            self.autoencoder = Autoencoder::of(self.trainer.averaged());
        }
        Ok(report)
    }

    /// The classifier as it stands.
    pub fn network(&self) -> ConvNet {
        self.trainer.averaged().network().clone()
    }

    /// The autoencoder: as it stands while it trains, and from then on as it was at the end of its stage. None without a decoder.
    pub fn autoencoder(&self) -> Option<Autoencoder> {
        self.autoencoder.clone().or_else(|| Autoencoder::of(self.trainer.averaged()))
    }

    /// The filters of the convolution as a picture.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn filters(&self) -> Result<FilterSnapshot, ExecutionError> {
        let network = self.network();
        let Some(weights) = network.filters() else { return Ok(picture(&[], [0, 0])) };
        let [count, _, side, _] = weights.dims();
        let weights: Vec<f32> = weights.into_data_async().await?.iter::<f32>().collect();
        Ok(picture(&weights, [count, side]))
    }
}

/// Weights as bytes: 128 is zero, 1 and 255 are the largest of all by its sign.
fn picture(weights: &[f32], [count, side]: [usize; 2]) -> FilterSnapshot {
    let most = weights.iter().map(|weight| weight.abs()).fold(f32::MIN_POSITIVE, f32::max);
    // `as` saturates, and a NaN becomes 0.
    let weights = weights.iter().map(|weight| (128.0 + 127.0 * weight / most).round() as u8).collect();
    FilterSnapshot { count: count as u32, side: side as u32, weights }
}

/// Both trainings, from the same random start.
pub struct PairedTraining {
    /// In the order of [`TrainingMethod::ALL`].
    pub lanes: Vec<LabTrainingRun>,
}

impl PairedTraining {
    /// Both at their start, on the first of the training images.
    ///
    /// # Errors
    /// [`LabError`].
    pub fn new(ask: &LabConfig, training: &Dataset, device: &Device) -> Result<Self, LabError> {
        let most = training.len() as u32;
        for (what, value, from, to) in
            [("the number of images", ask.images, 100.min(most), most), ("the number of epochs", ask.epochs, 1, 10)]
        {
            if !(from..=to).contains(&value) {
                return Err(LabError::Number { what, value, from, to });
            }
        }
        device.seed(u64::from(ask.seed));
        let device = device.clone().autodiff();
        let net = LabNetwork::init(&device)?;
        let data = training.slice(0..ask.images as usize);
        let lanes = TrainingMethod::ALL.into_iter().map(|way| {
            let net = match way {
                TrainingMethod::EndToEnd => net.clone().without_decoder(),
                TrainingMethod::Layered => net.clone(),
            };
            LabTrainingRun::new(way, ask, net, data.clone(), device.clone())
        });
        Ok(Self { lanes: lanes.collect::<Result<_, _>>()? })
    }

    /// The lane that is the least far of those that go on, so that both get to their end together; none when all are done.
    pub fn next(&self, goes_on: impl Fn(TrainingMethod) -> bool) -> Option<usize> {
        let share = |lane: &LabTrainingRun| {
            let (done, steps) = lane.progress();
            done as f64 / steps.max(1) as f64
        };
        let open = self.lanes.iter().enumerate().filter(|(_, lane)| lane.place().is_some() && goes_on(lane.way));
        open.min_by(|(_, a), (_, b)| share(a).total_cmp(&share(b))).map(|(index, _)| index)
    }
}

fn forward(model: &LabNetwork, batch: &Batch<OcclusionConfig>, data: &Dataset, device: &Device) -> ForwardOutput {
    let digits = data.pick(batch.indices);
    if batch.stage.loss != Loss::MeanSquaredError {
        return loss_and_accuracy(model.network(), &digits.images, &digits.labels, batch.stage.loss, device);
    }
    let mut random = SeededRng::new(batch.seed ^ (batch.step as u64 + 1).wrapping_mul(0xD134_2543_DE82_EF95));
    let holes: Vec<Image> = digits
        .images
        .iter()
        .map(|image| PixelMask::new(batch.stage.variation.draw(&mut random), image, &mut random).empty(image))
        .collect();
    let plain = device.clone().without_autodiff();
    let whole = batch_tensor(&digits.images, &plain).autodiff();
    let loss = match model.reconstruct(batch_tensor(&holes, &plain).autodiff()) {
        Some(output) => mean_squared_error(output, whole),
        // A network without a decoder has no such stage.
        None => Tensor::zeros([1], device),
    };
    ForwardOutput { loss, correct: None }
}

/// The digits that a network takes some images for; none where its answer to one of them is no number.
///
/// # Errors
/// If the device fails.
pub async fn predict_labels(
    model: &ConvNet,
    images: &[Image],
    device: &Device,
) -> Result<Option<Vec<u8>>, ExecutionError> {
    let mut digits = Vec::with_capacity(images.len());
    for images in images.chunks(250) {
        for row in predict(model, images, device).await? {
            if row.iter().any(|probability| !probability.is_finite()) {
                return Ok(None);
            }
            digits.push(crate::models::digits::argmax(&row) as u8);
        }
    }
    Ok(Some(digits))
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;
    use crate::ink::SIDE;

    /// Upright and level bars, here and there.
    fn bars(count: usize) -> Dataset {
        let image = |i: usize| {
            let mut values = [0.0; SIDE * SIDE];
            let at = 8 + i / 2 % 12;
            (4..24).for_each(|j| values[if i.is_multiple_of(2) { j * SIDE + at } else { at * SIDE + j }] = 1.0);
            Image::new(values)
        };
        Dataset::new((0..count).map(image).collect(), (0..count).map(|i| (i % 2) as u8).collect()).unwrap()
    }

    const ASK: LabConfig = LabConfig { images: 256, epochs: 3, ending: FinalStage::Together, ..LabConfig::FIRST };

    #[test]
    fn the_classifier_sees_as_many_images_either_way() {
        for (epochs, ending, expected) in [
            (3, FinalStage::Frozen, &[3, 3][..]),
            (1, FinalStage::Together, &[1, 1]),
            (3, FinalStage::Together, &[3, 2, 1]),
            (5, FinalStage::Together, &[5, 3, 2]),
        ] {
            let layered = stages(TrainingMethod::Layered, &LabConfig { epochs, ending, ..ASK });
            assert_eq!(layered.iter().map(|stage| stage.epochs).collect::<Vec<_>>(), expected);
            let labels = layered.iter().filter(|stage| stage.loss != Loss::MeanSquaredError);
            assert_eq!(labels.map(|stage| stage.epochs).sum::<usize>(), epochs as usize);
            assert_eq!(layered[0].layers, [LayerGroup::Bottom]);
        }
        assert_eq!(stages(TrainingMethod::EndToEnd, &ASK).len(), 1);
    }

    #[test]
    fn each_stage_trains_what_it_says_and_the_autoencoder_s_loss_falls() {
        let device = Device::flex();
        let mut bench = PairedTraining::new(&ASK, &bars(256), &device).unwrap();
        let lane = &mut bench.lanes[1];
        let values = |tensor: Tensor<1>| tensor.into_data().iter::<f32>().collect::<Vec<_>>();
        let bottom = |lane: &LabTrainingRun| values(lane.network().filters().unwrap().reshape([-1]));
        // What the dense layers alone make of an image of features that no convolution changes: an empty one.
        let top = |lane: &LabTrainingRun| {
            let net = lane.network();
            values(net.forward(batch_tensor(&[Image::default()], &device), None).reshape([-1]))
        };
        let mut losses = Vec::new();
        let mut seen = vec![(bottom(lane), top(lane))];
        while let Some(place) = lane.place() {
            let report = pollster::block_on(lane.step()).unwrap();
            if place.stage == 0 {
                losses.push(report.loss);
            }
            let ends = lane.place().is_none_or(|next| next.stage != place.stage);
            if ends {
                seen.push((bottom(lane), top(lane)));
            }
        }
        let [start, denoised, named, together] = &seen[..] else { panic!("three stages") };
        assert_ne!(start.0, denoised.0, "the bottom learns as an autoencoder");
        assert_eq!(denoised.0, named.0, "and is frozen while the top learns");
        assert_ne!(denoised.1, named.1);
        assert_ne!(named.0, together.0, "then both learn");
        assert!(losses.last().unwrap() < &(0.7 * losses[0]), "{losses:?}");
        assert!(lane.autoencoder().is_some());
    }

    #[test]
    fn both_begin_alike_and_end_together() {
        let device = Device::flex();
        let mut bench = PairedTraining::new(&ASK, &bars(256), &device).unwrap();
        let filters = |lane: &LabTrainingRun| pollster::block_on(lane.filters()).unwrap();
        assert_eq!(filters(&bench.lanes[0]), filters(&bench.lanes[1]));
        let steps = bench.lanes.iter().map(|lane| lane.progress().1).collect::<Vec<_>>();
        assert_eq!(steps, [24, 48]);
        while let Some(index) = bench.next(|_| true) {
            pollster::block_on(bench.lanes[index].step()).unwrap();
            let [a, b] = [0, 1].map(|index| {
                let (done, steps) = bench.lanes[index].progress();
                done as f64 / steps as f64
            });
            assert!((a - b).abs() < 0.05, "{a} and {b}");
        }
        assert!(bench.lanes.iter().all(|lane| lane.place().is_none()));
        let (network, digits) = (bench.lanes[0].network(), bars(24));
        let answers = pollster::block_on(predict_labels(&network, &digits.images, &device)).unwrap().unwrap();
        let right = answers.iter().zip(digits.labels.iter()).filter(|(answer, label)| answer == label).count();
        assert!(right >= 22, "{right} of 24");
    }
}
