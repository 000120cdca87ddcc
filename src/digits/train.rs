//! Training of the classifiers: one step at a time, so that a command line or a page can show, stop and resume it.

use burn::{
    module::Module,
    optim::{AdamConfig, AdamWConfig, GradientsParams, ModuleOptimizer},
    tensor::{Device, Int, Tensor, TensorData, activation::softmax},
};

use super::{Architecture, ArchitectureError, ConvNet, Dataset, Norm, Source, batch_tensor};
use crate::{
    ink::{Augmentation, Augmenter, Image},
    learn::{Average, Order, Schedule, cross_entropy},
};

/// How a network is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// What is trained.
    pub architecture: Architecture,
    /// Times every sample is seen.
    pub epochs: usize,
    /// Samples a step.
    pub batch: usize,
    /// The learning rate over time.
    pub schedule: Schedule,
    /// Decoupled weight decay (AdamW); 0 is Adam.
    pub weight_decay: f32,
    /// Label smoothing of the cross-entropy.
    pub smoothing: f32,
    /// Dropout before the dense layers.
    pub dropout: f64,
    /// Whether the convolutions have batch normalization while they are trained; it is fused into them at the end.
    pub norm: Norm,
    /// Variations of the samples, if any.
    pub augmentation: Option<Augmentation>,
    /// The share of samples that are drawn anew from their strokes, where there are strokes.
    pub drawn: f32,
    /// Decay of the running average of the weights; 0 keeps the last step's weights.
    pub averaging: f32,
}

impl Recipe {
    /// The article's: five epochs of Adam, no augmentation. Half a cosine instead of a constant rate, and a little label smoothing,
    /// help five epochs to settle.
    pub fn seed_cnn() -> Self {
        Self {
            architecture: Architecture::seed_cnn(),
            epochs: 5,
            batch: 64,
            schedule: Schedule::Cosine { peak: 2e-3, warmup: 0.05 },
            weight_decay: 0.0,
            smoothing: 0.1,
            dropout: 0.0,
            norm: Norm::None,
            augmentation: None,
            drawn: 0.0,
            averaging: 0.0,
        }
    }

    /// Of the `digits` package.
    pub fn digits() -> Self {
        Self {
            architecture: Architecture::digits(),
            epochs: 32,
            batch: 128,
            schedule: Schedule::Cosine { peak: 4e-3, warmup: 0.05 },
            weight_decay: 0.01,
            smoothing: 0.03,
            dropout: 0.15,
            norm: Norm::Batch,
            augmentation: Some(Augmentation::DIGITS),
            drawn: 0.25,
            averaging: 0.9995,
        }
    }
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The mean loss of the batch.
    pub loss: f32,
    /// How many of the batch were read correctly before the step.
    pub correct: usize,
    /// Samples in the batch.
    pub samples: usize,
    /// The learning rate.
    pub rate: f64,
}

/// A training under way. The same recipe, data and seed give the same weights on one machine.
pub struct Session {
    recipe: Recipe,
    data: Dataset,
    seed: u64,
    device: Device,
    model: ConvNet,
    optimizer: ModuleOptimizer,
    average: Average,
    step: usize,
}

/// What a checkpoint holds, as Burn's records.
pub struct Checkpoint {
    /// Steps done.
    pub step: usize,
    /// The model in training.
    pub model: ConvNet,
    /// The model with averaged weights.
    pub averaged: ConvNet,
    /// The optimizer's state.
    pub optimizer: Vec<u8>,
    /// Steps averaged.
    pub averaged_steps: u32,
}

impl Session {
    /// A training at its start.
    ///
    /// # Errors
    /// For an impossible architecture.
    pub fn new(recipe: Recipe, data: Dataset, seed: u64, device: Device) -> Result<Self, ArchitectureError> {
        device.seed(seed);
        let device = device.autodiff();
        let model = recipe.architecture.init(recipe.norm, &device)?.with_dropout(recipe.dropout);
        let average = Average::new(recipe.averaging);
        let optimizer = optimizer(&recipe);
        Ok(Self { recipe, data, seed, device, model, optimizer, average, step: 0 })
    }

    fn order(&self) -> Order {
        Order { samples: self.data.len(), batch: self.recipe.batch, seed: self.seed }
    }

    /// Steps done and steps in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.step, self.order().batches() * self.recipe.epochs)
    }

    /// Steps an epoch.
    pub fn steps_per_epoch(&self) -> usize {
        self.order().batches()
    }

    /// The recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The batch of a step: images (varied, where the recipe says so) and labels. Depends on seed and step alone.
    pub fn batch(&self, indices: &[usize]) -> (Vec<Image>, Vec<u8>) {
        let images = indices.iter().enumerate().map(|(place, index)| self.sample(place, *index));
        (images.collect(), indices.iter().map(|index| self.data.labels[*index]).collect())
    }

    fn sample(&self, place: usize, index: usize) -> Image {
        let image = &self.data.images[index];
        let Some(by) = &self.recipe.augmentation else { return image.clone() };
        let mut augmenter =
            Augmenter::new(self.seed.wrapping_mul(31) ^ ((self.step as u64) << 20) ^ place as u64 ^ 0x1_4B1C_0000_0000);
        if let Source::Strokes(drawings) = &self.data.source
            && augmenter.uniform() < self.recipe.drawn
            && let Ok(image) = augmenter.vary_drawing(&drawings[index], by)
        {
            return image;
        }
        augmenter.vary_image(image, by)
    }

    /// Does the steps of the epoch that the session is in, from where it is; `on_step` hears of each and can stop.
    pub fn run_epoch(&mut self, mut on_step: impl FnMut(&Self, StepReport) -> std::ops::ControlFlow<()>) {
        let order = self.order();
        let (epoch, done) = (self.step / order.batches(), self.step % order.batches());
        for indices in order.epoch(epoch).into_iter().skip(done) {
            let report = self.step(&indices);
            if on_step(self, report).is_break() {
                return;
            }
        }
    }

    fn step(&mut self, indices: &[usize]) -> StepReport {
        let (images, labels) = self.batch(indices);
        // Dropout draws from the device's generator: seeded by the step, a resumed training draws the same.
        self.device.seed(self.seed ^ (self.step as u64).wrapping_mul(0x9E37_79B9));
        let plain = self.device.clone().without_autodiff();
        let targets: Vec<i64> = labels.iter().map(|label| i64::from(*label)).collect();
        let targets = Tensor::<1, Int>::from_data(TensorData::new(targets, [labels.len()]), &self.device);
        let logits = self.model.forward(batch_tensor(&images, &plain).autodiff(), None);
        let answers = logits.clone().detach().argmax(1).into_data();
        let correct =
            answers.iter::<i64>().zip(&labels).filter(|(answer, label)| *answer == i64::from(**label)).count();
        let loss = cross_entropy(logits, targets, self.recipe.smoothing);
        let value = loss.clone().detach().into_data().iter::<f32>().next().unwrap_or(f32::NAN);
        let rate = self.recipe.schedule.rate(self.step, self.progress().1);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        let model = self.model.clone();
        self.model = self.optimizer.step(rate, model, gradients);
        if self.recipe.averaging > 0.0 {
            self.average.update(&self.model);
        }
        self.step += 1;
        StepReport { loss: value, correct, samples: labels.len(), rate }
    }

    /// The network as it stands, for evaluation and packages: averaged where the recipe says so, batch normalization fused.
    pub fn network(&self) -> ConvNet {
        self.averaged().valid().fuse().with_dropout(0.0)
    }

    fn averaged(&self) -> ConvNet {
        let model = self.model.clone();
        if self.recipe.averaging > 0.0 { self.average.apply(model) } else { model }
    }

    /// Everything that a later [`restore`](Self::restore) needs to go on as if there had been no break.
    ///
    /// # Errors
    /// If the optimizer's state cannot be written.
    pub fn checkpoint(&self) -> Result<Checkpoint, burn::store::RecordError> {
        Ok(Checkpoint {
            step: self.step,
            model: self.model.clone(),
            averaged: self.averaged(),
            optimizer: self.optimizer.into_bytes()?.to_vec(),
            averaged_steps: self.average.steps(),
        })
    }

    /// Goes on where a checkpoint was taken; the records are loaded into networks of this session's architecture by `load`.
    ///
    /// # Errors
    /// If the optimizer's state does not fit.
    pub fn restore(&mut self, checkpoint: Checkpoint) -> Result<(), burn::store::RecordError> {
        self.optimizer =
            optimizer(&self.recipe).from_bytes(burn::tensor::Bytes::from_bytes_vec(checkpoint.optimizer))?;
        self.average = Average::restore(self.recipe.averaging, checkpoint.averaged_steps, &checkpoint.averaged);
        self.model = checkpoint.model;
        self.step = checkpoint.step;
        Ok(())
    }

    /// The first training image, as it is: the question that packages ask an engine.
    pub fn first_image(&self) -> Image {
        self.data.images.first().cloned().unwrap_or_default()
    }

    /// A network of this session's architecture, to load a record into.
    pub fn blank(&self) -> ConvNet {
        self.model.clone()
    }
}

fn optimizer(recipe: &Recipe) -> ModuleOptimizer {
    // Keras's epsilon is 1e-7, PyTorch's 1e-8; Burn's default of 1e-5 damps small gradients.
    if recipe.weight_decay > 0.0 {
        AdamWConfig::new().with_epsilon(1e-7).with_weight_decay(recipe.weight_decay).init()
    } else {
        AdamConfig::new().with_epsilon(1e-7).init()
    }
}

/// The probabilities of each class for a batch of images, `[batch][class]`.
///
/// # Errors
/// If the device fails.
pub async fn predict(
    model: &ConvNet,
    images: &[Image],
    device: &Device,
) -> Result<Vec<Vec<f32>>, burn::tensor::ExecutionError> {
    let logits = model.forward(batch_tensor(images, device), None);
    let classes = logits.dims()[1];
    let data = softmax(logits, 1).into_data_async().await?;
    let values: Vec<f32> = data.iter::<f32>().collect();
    Ok(values.chunks(classes).map(<[f32]>::to_vec).collect())
}
