//! The training loop, a step at a time, so that a command line or a page can show, stop and resume it. Knows no model: it is given
//! the forward pass.

use std::collections::HashMap;

use burn::{
    optim::{GradientsParams, ModuleOptimizer},
    tensor::{ExecutionError, Int, Tensor, Transaction},
};

use super::{
    Ema, LayerGroup, LayerGroups, RecipeError, ShuffledBatches, Stage, gradients,
    layer_freezing::{freeze, parts},
};

/// The input of a step's forward pass.
#[derive(Debug)]
pub struct Batch<'a, V> {
    /// The samples, by their index.
    pub indices: &'a [usize],
    /// Steps done before, over all stages.
    pub step: usize,
    /// The seed of the training.
    pub seed: u64,
    /// The stage.
    pub stage: &'a Stage<V>,
}

/// The output of a step's forward pass.
#[derive(Debug)]
pub struct ForwardOutput {
    /// The mean loss of the batch, `[1]`.
    pub loss: Tensor<1>,
    /// How many of the batch were answered correctly, `[1]`, where that means something.
    pub correct: Option<Tensor<1, Int>>,
}

/// The position of a step in a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepPosition {
    /// The stage, from 0.
    pub stage: usize,
    /// The epoch in the stage, from 0.
    pub epoch: usize,
    /// The batch in the epoch, from 0.
    pub batch: usize,
    /// Batches an epoch.
    pub batches: usize,
    /// The step in the stage, from 0.
    step: usize,
    /// Epochs of all stages before this epoch.
    epochs_before: usize,
}

impl StepPosition {
    /// Whether the step is its epoch's last.
    pub fn ends_epoch(&self) -> bool {
        self.batch + 1 == self.batches
    }
}

/// The result of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepReport {
    /// Where it was.
    pub place: StepPosition,
    /// The mean loss of the batch before the step.
    pub loss: f32,
    /// How many of the batch were answered correctly before the step; 0 where nobody counted.
    pub correct: usize,
    /// Samples in the batch.
    pub samples: usize,
    /// The learning rate.
    pub rate: f64,
    /// The norm of each layer's gradient, where it was [watched](Trainer::watch) or clipped.
    pub norms: Vec<(String, f32)>,
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// All stages are done.
    #[error("the training is finished")]
    Finished,
    /// The loss or a gradient is infinite or not a number; the model is as it was before the step.
    #[error("the loss is not finite at step {step} because the learning rate is too high for this model")]
    NotFinite {
        /// Steps done before.
        step: usize,
    },
    /// The device failed.
    #[error("the device failed: {0:?}")]
    Device(ExecutionError),
}

/// The state of early stopping within a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarlyStoppingState {
    /// The best result so far.
    pub best: f64,
    /// Epochs since.
    pub epochs: usize,
}

/// Whether early stopping ends the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlyStoppingDecision {
    /// It goes on.
    Continue,
    /// It got no better for as long as its patience lasts, and has ended.
    Stop,
}

/// Where a training stands, to go on from later. The models have no gradients and share nothing with the one in training.
#[derive(Debug)]
pub struct Checkpoint<M> {
    /// Steps done, over all stages.
    pub step: usize,
    /// The model in training.
    pub model: M,
    /// The model with averaged weights.
    pub averaged: M,
    /// Steps averaged.
    pub averaged_steps: u32,
    /// The optimizer's state, as Burn's record; none where it could not be read, and then the optimizer starts anew.
    pub optimizer: Option<Vec<u8>>,
    /// What early stopping remembers.
    pub waiting: Option<EarlyStoppingState>,
}

/// A training under way. The same recipe, samples, seed and model give the same weights on one machine.
pub struct Trainer<M, V> {
    stages: Vec<Stage<V>>,
    samples: usize,
    seed: u64,
    model: M,
    parts: HashMap<String, LayerGroup>,
    optimizer: ModuleOptimizer,
    average: Ema,
    step: usize,
    epoch: Option<(usize, Vec<Vec<usize>>)>,
    waiting: Option<EarlyStoppingState>,
    watch: bool,
}

impl<M: LayerGroups, V> Trainer<M, V> {
    /// Starts a training of a model on a device with gradients.
    ///
    /// # Errors
    /// [`RecipeError`].
    pub fn new(stages: Vec<Stage<V>>, model: M, samples: usize, seed: u64) -> Result<Self, RecipeError> {
        let first = stages.first().ok_or(RecipeError::NoStages)?;
        if samples == 0 {
            return Err(RecipeError::NoSamples);
        }
        let parts = parts(&model);
        for stage in &stages {
            stage.check()?;
            if !parts.values().any(|part| stage.layers.contains(part)) {
                return Err(RecipeError::NothingTrains { stage: stage.name.clone() });
            }
        }
        let optimizer = first.optimizer.init(first.weight_decay);
        let average = Ema::new(first.averaging);
        let model = freeze(model, &first.layers, &parts);
        let (step, epoch, waiting, watch) = (0, None, None, false);
        Ok(Self { stages, samples, seed, model, parts, optimizer, average, step, epoch, waiting, watch })
    }

    /// Reports each layer's gradient norm too, which costs a little.
    pub fn track_gradient_norms(&mut self) {
        self.watch = true;
    }

    /// The stages.
    pub fn stages(&self) -> &[Stage<V>] {
        &self.stages
    }

    /// Steps done and steps in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.step, self.stages.iter().map(|stage| self.steps(stage)).sum())
    }

    /// The position of the next step; none when all are done.
    pub fn place(&self) -> Option<StepPosition> {
        self.place_of(self.step)
    }

    fn order(&self, stage: &Stage<V>) -> ShuffledBatches {
        ShuffledBatches { samples: self.samples, batch: stage.batch, seed: self.seed }
    }

    fn steps(&self, stage: &Stage<V>) -> usize {
        self.order(stage).batches() * stage.epochs
    }

    fn place_of(&self, step: usize) -> Option<StepPosition> {
        let (mut before, mut epochs_before) = (0, 0);
        for (index, stage) in self.stages.iter().enumerate() {
            let steps = self.steps(stage);
            if step < before + steps {
                let batches = self.order(stage).batches();
                let step = step - before;
                let (epoch, batch) = (step / batches, step % batches);
                let epochs_before = epochs_before + epoch;
                return Some(StepPosition { stage: index, epoch, batch, batches, step, epochs_before });
            }
            before += steps;
            epochs_before += stage.epochs;
        }
        None
    }

    /// Does the next step. `forward` gets the model and the batch. A step that fails leaves the model as it was.
    ///
    /// # Errors
    /// [`StepError`].
    pub async fn step(
        &mut self,
        forward: impl FnOnce(&M, &Batch<V>) -> ForwardOutput,
    ) -> Result<StepReport, StepError> {
        let place = self.place().ok_or(StepError::Finished)?;
        if place.step == 0 && place.stage > 0 {
            self.enter(place.stage);
        }
        let stage = &self.stages[place.stage];
        if self.epoch.as_ref().is_none_or(|(epoch, _)| *epoch != place.epochs_before) {
            self.epoch = Some((place.epochs_before, self.order(stage).epoch(place.epochs_before)));
        }
        let indices = self.epoch.as_ref().map_or(&[][..], |(_, batches)| &batches[place.batch]);
        let batch = Batch { indices, step: self.step, seed: self.seed, stage };
        let samples = indices.len();
        let ForwardOutput { loss, correct } = forward(&self.model, &batch);

        let mut read = Transaction::default().register(loss.clone().without_autodiff());
        let mut gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        let mut names = Vec::new();
        if self.watch || stage.clip.is_some() {
            let squares = gradients::squared_norms(&self.model, &gradients);
            if let Some(limit) = stage.clip {
                gradients = gradients::clip(&self.model, gradients, &squares, limit);
            }
            for (name, square) in squares {
                names.push(name);
                read = read.register(square.without_autodiff());
            }
        }
        let counted = correct.is_some();
        if let Some(correct) = correct {
            read = read.register(correct.without_autodiff());
        }
        let read = read.execute_async().await.map_err(StepError::Device)?;
        let value = |index: usize| read.get(index).and_then(|data| data.iter::<f32>().next()).unwrap_or(f32::NAN);
        let loss = value(0);
        let norms: Vec<f32> = (1..=names.len()).map(|index| value(index).sqrt()).collect();
        if !loss.is_finite() || norms.iter().any(|norm| !norm.is_finite()) {
            return Err(StepError::NotFinite { step: self.step });
        }
        let correct = if counted { value(1 + names.len()) as usize } else { 0 };

        let rate = stage.schedule.rate(place.step, self.steps(stage));
        self.model = self.optimizer.step(rate, self.model.clone(), gradients);
        if stage.averaging > 0.0 {
            // Without gradients, and with the running statistics as this step left them.
            self.average.update(&self.model.valid());
        }
        self.step += 1;
        let norms = names.into_iter().zip(norms).collect();
        Ok(StepReport { place, loss, correct, samples, rate, norms })
    }

    /// Starts a stage from what the one before gave, with a fresh optimizer and a fresh average.
    fn enter(&mut self, stage: usize) {
        let model = self.averaged_of(stage - 1).train();
        let next = &self.stages[stage];
        self.model = freeze(model, &next.layers, &self.parts);
        self.optimizer = next.optimizer.init(next.weight_decay);
        self.average = Ema::new(next.averaging);
        self.waiting = None;
    }

    /// The stage that the last step belonged to.
    fn last_stage(&self) -> usize {
        self.place_of(self.step.saturating_sub(1)).map_or(0, |place| place.stage)
    }

    /// The model as it stands, for evaluation and for keeping: averaged where the stage says so, without gradients, sharing nothing
    /// with the one in training.
    pub fn averaged(&self) -> M {
        self.averaged_of(self.last_stage())
    }

    fn averaged_of(&self, stage: usize) -> M {
        // `valid` makes running statistics of its own: those of a mere clone are shared.
        let model = self.model.valid();
        if self.stages[stage].averaging > 0.0 { self.average.apply(model) } else { model }
    }

    /// A model like the one in training, to load a record into.
    pub fn blank(&self) -> M {
        self.model.valid()
    }

    /// Tells of a result on held-out samples after an epoch, better when higher; the stage may end by it.
    pub fn report_validation(&mut self, result: f64) -> EarlyStoppingDecision {
        let last = self.last_stage();
        let Some(patience) = self.stages[last].patience else { return EarlyStoppingDecision::Continue };
        let epochs = match self.waiting {
            Some(waiting) if result <= waiting.best => waiting.epochs + 1,
            _ => 0,
        };
        let best = self.waiting.map_or(result, |waiting| waiting.best.max(result));
        self.waiting = Some(EarlyStoppingState { best, epochs });
        if epochs < patience.max(1) {
            return EarlyStoppingDecision::Continue;
        }
        // Steps are counted as if they had been done, so that a step's number says where it is in the recipe.
        self.waiting = None;
        self.step = self.stages[..=last].iter().map(|stage| self.steps(stage)).sum();
        EarlyStoppingDecision::Stop
    }

    /// Everything that [`restore`](Self::restore) needs to go on as if there had been no break. Reads the optimizer's state
    /// synchronously: for native training.
    ///
    /// # Errors
    /// If the optimizer's state cannot be written.
    pub fn checkpoint(&self) -> Result<Checkpoint<M>, burn::store::RecordError> {
        Ok(Checkpoint { optimizer: Some(self.optimizer.into_bytes()?.to_vec()), ..self.weights() })
    }

    /// A checkpoint without the optimizer's state: moments build up again within some steps.
    pub fn weights(&self) -> Checkpoint<M> {
        Checkpoint {
            step: self.step,
            model: self.model.valid(),
            averaged: self.averaged(),
            averaged_steps: self.average.steps(),
            optimizer: None,
            waiting: self.waiting,
        }
    }

    /// Goes on where a checkpoint was taken; its models are [blanks](Self::blank) into which records were loaded.
    ///
    /// # Errors
    /// If the optimizer's state does not fit.
    pub fn restore(&mut self, checkpoint: Checkpoint<M>) -> Result<(), burn::store::RecordError> {
        self.step = checkpoint.step;
        self.epoch = None;
        self.waiting = checkpoint.waiting;
        // At the end of a stage this is still that stage; the next step enters the following one.
        let stage = &self.stages[self.last_stage()];
        self.optimizer = stage.optimizer.init(stage.weight_decay);
        if let Some(bytes) = checkpoint.optimizer {
            let fresh = stage.optimizer.init(stage.weight_decay);
            self.optimizer = fresh.from_bytes(burn::tensor::Bytes::from_bytes_vec(bytes))?;
        }
        self.average = Ema::restore(stage.averaging, checkpoint.averaged_steps, &checkpoint.averaged);
        self.model = freeze(checkpoint.model.train(), &stage.layers, &self.parts);
        Ok(())
    }
}
