//! Training the summarizer, stage by stage: on texts alone, on what is salient in them, on what people wrote, and on all at once.

use burn::tensor::{Device, Tensor};

use super::{
    batching::{BatchPlan, LossKind, add_noise, plan_batches},
    corpus::{Corpus, TrainingDocument},
    losses::{SummaryBatch, TrainableModel},
    network::{Example, SummarizerNetwork},
    recipe::{BatchMix, SummaryRecipe},
};
use crate::{
    package::PackageError,
    rng::SeededRng,
    text::TokenId,
    training::{Batch, Checkpoint, EarlyStoppingDecision, ForwardOutput, StepError, StepReport, Trainer},
};

/// A training under way: the stages one after the other, each with a trainer of its own.
pub struct SummaryTrainingSession<N: TrainableModel = SummarizerNetwork> {
    recipe: SummaryRecipe<N::Architecture>,
    corpus: Corpus,
    seed: u64,
    device: Device,
    stage: usize,
    works: Vec<BatchPlan>,
    trainer: Trainer<N, BatchMix>,
}

/// Why a training cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SummaryTrainingError {
    /// The widths make no network.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The recipe cannot be followed.
    #[error(transparent)]
    Recipe(#[from] crate::training::RecipeError),
    /// There is no such stage.
    #[error("the recipe has {stages} stages, none of number {stage}")]
    NoSuchStage {
        /// Counted from 0.
        stage: usize,
        /// How many there are.
        stages: usize,
    },
}

impl<N: TrainableModel> SummaryTrainingSession<N> {
    /// A training at the start of a stage, counted from 0; from random weights, or going on from a network on `device`.
    ///
    /// # Errors
    /// [`SummaryTrainingError`].
    pub fn new(
        recipe: SummaryRecipe<N::Architecture>,
        corpus: Corpus,
        seed: u64,
        device: Device,
        stage: usize,
        network: Option<N>,
    ) -> Result<Self, SummaryTrainingError> {
        device.seed(seed);
        let device = device.autodiff();
        let fresh = N::init(&recipe.architecture, &device)?;
        // Into a fresh network: one that comes from another stage has layers that were frozen, which would never train again.
        let network = match network {
            Some(network) => fresh.load_record(network.into_record()),
            None => fresh,
        };
        let current = recipe
            .stages
            .get(stage)
            .ok_or(SummaryTrainingError::NoSuchStage { stage, stages: recipe.stages.len() })?
            .clone();
        let works = plan_batches(&corpus, &current.variation, seed ^ (stage as u64) << 32);
        let trainer = Trainer::new(vec![current], network, works.len(), seed)?;
        Ok(Self { recipe, corpus, seed, device, stage, works, trainer })
    }

    /// Starts the next stage from what this one gave.
    ///
    /// # Errors
    /// [`SummaryTrainingError::NoSuchStage`] after the last.
    pub fn next_stage(self) -> Result<Self, SummaryTrainingError> {
        let network = self.trainer.averaged();
        let device = self.device.inner();
        Self::new(self.recipe, self.corpus, self.seed, device, self.stage + 1, Some(network))
    }

    /// The stage, counted from 0.
    pub fn stage(&self) -> usize {
        self.stage
    }

    /// The recipe.
    pub fn recipe(&self) -> &SummaryRecipe<N::Architecture> {
        &self.recipe
    }

    /// Steps of the stage, done and in all.
    pub fn progress(&self) -> (usize, usize) {
        self.trainer.progress()
    }

    /// Whether the stage has a next step.
    pub fn goes_on(&self) -> bool {
        self.trainer.place().is_some()
    }

    /// The network as it stands, averaged, without gradients.
    pub fn network(&self) -> N {
        self.trainer.averaged()
    }

    /// A network of these widths, to load a record into.
    pub fn blank(&self) -> N {
        self.trainer.blank()
    }

    /// As [`Trainer::checkpoint`].
    ///
    /// # Errors
    /// If the optimizer's state cannot be written.
    pub fn checkpoint(&self) -> Result<Checkpoint<N>, burn::store::RecordError> {
        self.trainer.checkpoint()
    }

    /// As [`Trainer::restore`].
    ///
    /// # Errors
    /// If the optimizer's state does not fit.
    pub fn restore(&mut self, checkpoint: Checkpoint<N>) -> Result<(), burn::store::RecordError> {
        self.trainer.restore(checkpoint)
    }

    /// As [`Trainer::judge`].
    pub fn judge(&mut self, result: f64) -> EarlyStoppingDecision {
        self.trainer.report_validation(result)
    }

    /// Does the next step. The report counts the samples, and as `correct` the pairs among them.
    ///
    /// # Errors
    /// [`StepError`].
    pub async fn step(&mut self) -> Result<(StepReport, LossKind), StepError> {
        let Self { corpus, works, device, .. } = self;
        let (mut samples, mut task) = (0, LossKind::Salience);
        let report = self
            .trainer
            .step(|network, batch| {
                let work = &works[batch.indices[0]];
                (samples, task) = (work.len(), work.task());
                ForwardOutput { loss: forward(network, batch, work, corpus, device), correct: None }
            })
            .await?;
        Ok((StepReport { samples, ..report }, task))
    }
}

pub(super) fn forward<N: TrainableModel>(
    network: &N,
    batch: &Batch<BatchMix>,
    work: &BatchPlan,
    corpus: &Corpus,
    device: &Device,
) -> Tensor<1> {
    let mixture = &batch.stage.variation;
    match work {
        BatchPlan::Documents(items) => {
            let documents: Vec<&TrainingDocument> = items.iter().map(|at| &corpus.documents[*at as usize]).collect();
            network.loss(SummaryBatch::Documents(&documents), mixture, device)
        }
        BatchPlan::Pairs(items) => {
            let examples: Vec<Example> = items
                .iter()
                .map(|at| {
                    let pair = &corpus.pairs[*at as usize];
                    Example { source: &pair.source, wanted: pair.kind.token(), target: &pair.target }
                })
                .collect();
            network.loss(SummaryBatch::Examples(&examples), mixture, device)
        }
        BatchPlan::Noise(items) => {
            let mut random = SeededRng::new(batch.seed ^ (batch.step as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let sources: Vec<(Vec<TokenId>, &[TokenId])> = items
                .iter()
                .map(|(at, sentence)| {
                    let document = &corpus.documents[*at as usize];
                    let target = &document.sentences[*sentence as usize];
                    let other = &document.sentences[random.below(document.sentences.len())];
                    (add_noise(target, other, &mut random), &**target)
                })
                .collect();
            let examples: Vec<Example> =
                sources.iter().map(|(source, target)| Example { source, wanted: TokenId::BEGIN, target }).collect();
            network.loss(SummaryBatch::Examples(&examples), mixture, device)
        }
    }
}
