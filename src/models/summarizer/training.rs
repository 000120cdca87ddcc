//! Training the summarizer, stage by stage: on texts alone, on what is salient in them, on what people wrote, and on all at once.

use std::cmp::Reverse;

use burn::tensor::{Device, Tensor, activation::log_softmax};
use serde::{Deserialize, Serialize};

use super::{
    Kind,
    network::{DocumentBatch, Example, ExampleBatch, SummarizerConfig, SummarizerNetwork},
    seq2seq::{Seq2SeqConfig, Seq2SeqNetwork},
};
use crate::{
    package::PackageError,
    rng::SeededRng,
    text::TokenId,
    training::{
        Batch, Checkpoint, EarlyStoppingDecision, ForwardOutput, LayerGroup, LayerGroups, Loss, LrSchedule, Optimizer,
        Stage, StepError, StepReport, Trainer,
    },
};

/// Sentences of a document that are weighed in training.
const SENTENCES: usize = 40;
/// Pieces of a sentence that are looked at, in training and after it.
pub const SENTENCE_PIECES: usize = 50;
/// Pieces of a source that is rewritten, in training and after it.
pub const SOURCE_PIECES: usize = 100;
/// Pieces of a target.
const TARGET_PIECES: usize = 40;
/// Sentences, over all documents, that a batch of documents holds at most.
const BATCH_SENTENCES: usize = 480;
/// Pieces of sources, fillers counted, that a batch of pairs holds at most.
const BATCH_PIECES: usize = 2_400;
/// Pairs that a batch holds at most.
const BATCH_PAIRS: usize = 64;

/// A document, read for training.
#[derive(Clone, Debug, Default)]
pub struct TrainingDocument {
    /// The pieces of its sentences.
    pub sentences: Vec<Box<[TokenId]>>,
    /// How good each sentence is, adding up to 1; empty for a text that nobody summarized.
    pub worth: Box<[f32]>,
}

/// Sharpness of the share of a sentence by its own ROUGE.
const WORTH_SPREAD: f32 = 0.05;

/// What each sentence of a document is worth: half of it goes to those that an oracle takes together, half to all by what each has
/// alone.
pub fn worth(taken: &[u8], gains: &[f32]) -> Box<[f32]> {
    let chosen = taken.iter().filter(|taken| **taken > 0).count();
    let best = gains.iter().copied().fold(0.0, f32::max);
    let powers: Vec<f32> = gains.iter().map(|gain| ((gain - best) / WORTH_SPREAD).exp()).collect();
    let sum: f32 = powers.iter().sum();
    let share = if chosen > 0 { 0.5 } else { 0.0 };
    let of = |(taken, power): (&u8, &f32)| {
        let together = if *taken > 0 { share / chosen.max(1) as f32 } else { 0.0 };
        together + (1.0 - share) * power / sum
    };
    taken.iter().zip(&powers).map(of).collect()
}

/// A pair, read for training.
#[derive(Clone, Debug)]
pub struct TrainingPair {
    /// What is wanted.
    pub kind: Kind,
    /// The pieces of the source.
    pub source: Box<[TokenId]>,
    /// The pieces of the target.
    pub target: Box<[TokenId]>,
}

/// All that is trained on.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// Texts.
    pub documents: Vec<TrainingDocument>,
    /// Pairs.
    pub pairs: Vec<TrainingPair>,
}

/// What a stage's batches are made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchMix {
    /// The share of the documents whose sentences are weighed.
    pub documents: f32,
    /// The share of the pairs.
    pub pairs: f32,
    /// How many times over, beside that share, the pairs come in which people only left words of a sentence out: they are few, and the
    /// only ones that ask for [`Kind::Sentence`].
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

/// A model that a [`SummaryTrainingSession`] trains.
pub trait TrainableModel: LayerGroups {
    /// What it is made of.
    type Architecture: Clone;

    /// One with random weights.
    ///
    /// # Errors
    /// [`PackageError`] for widths that make no network.
    fn init(architecture: &Self::Architecture, device: &Device) -> Result<Self, PackageError>;

    /// The mean loss of some samples, `[1]`.
    fn loss(&self, samples: SummaryBatch, mixture: &BatchMix, device: &Device) -> Tensor<1>;
}

/// What a batch holds.
#[derive(Clone, Copy, Debug)]
pub enum SummaryBatch<'a> {
    /// Documents whose sentences are weighed.
    Documents(&'a [&'a TrainingDocument]),
    /// What is to be written.
    Examples(&'a [Example<'a>]),
}

impl TrainableModel for SummarizerNetwork {
    type Architecture = SummarizerConfig;

    fn init(architecture: &SummarizerConfig, device: &Device) -> Result<Self, PackageError> {
        architecture.init(device)
    }

    fn loss(&self, samples: SummaryBatch, mixture: &BatchMix, device: &Device) -> Tensor<1> {
        match samples {
            SummaryBatch::Documents(documents) => salience_loss(self, documents, device),
            SummaryBatch::Examples(examples) => writing_loss(self, examples, mixture, device),
        }
    }
}

impl TrainableModel for Seq2SeqNetwork {
    type Architecture = Seq2SeqConfig;

    fn init(architecture: &Seq2SeqConfig, device: &Device) -> Result<Self, PackageError> {
        architecture.init(device)
    }

    /// It weighs no sentences: those cost it nothing.
    fn loss(&self, samples: SummaryBatch, _mixture: &BatchMix, device: &Device) -> Tensor<1> {
        match samples {
            SummaryBatch::Documents(_) => Tensor::zeros([1], device),
            SummaryBatch::Examples(examples) => {
                Seq2SeqNetwork::loss(self, examples, device).expect("shapes that were made together")
            }
        }
    }
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

const NOTHING: BatchMix =
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

/// One batch of a stage.
#[derive(Clone, Debug)]
enum BatchPlan {
    /// Documents whose sentences are weighed.
    Documents(Vec<u32>),
    /// Pairs.
    Pairs(Vec<u32>),
    /// Sentences of documents that are restored from noise.
    Noise(Vec<(u32, u32)>),
}

/// Samples of like length together, at most `most` and as wide as `room` allows; a share of them, the same for the same seed.
fn buckets<T: Copy>(
    items: &[T],
    size: impl Fn(T) -> (usize, usize),
    share: f32,
    most: usize,
    room: usize,
    seed: u64,
) -> Vec<Vec<T>> {
    let mut random = SeededRng::new(seed);
    // Which of equally long samples come together is chance.
    let mut chosen: Vec<(usize, usize, u64, T)> = items
        .iter()
        .filter_map(|item| {
            let take = random.uniform() < share;
            let chance = random.bits();
            let (size, other) = size(*item);
            take.then_some((size, other / 4, chance, *item))
        })
        .collect();
    chosen.sort_unstable_by_key(|(size, other, chance, _)| Reverse((*size, *other, *chance)));
    let mut batches: Vec<Vec<T>> = Vec::new();
    let mut widest = 0;
    for (size, _, _, item) in chosen {
        match batches.last_mut() {
            Some(batch) if batch.len() < most && (batch.len() + 1) * widest <= room => batch.push(item),
            _ => {
                widest = size.max(1);
                batches.push(vec![item]);
            }
        }
    }
    batches
}

/// The batches of a stage.
fn works(corpus: &Corpus, mixture: &BatchMix, seed: u64) -> Vec<BatchPlan> {
    let mut works = Vec::new();
    if mixture.documents > 0.0 {
        let labelled: Vec<u32> =
            (0..corpus.documents.len() as u32).filter(|at| !corpus.documents[*at as usize].worth.is_empty()).collect();
        let size = |at: u32| (corpus.documents[at as usize].sentences.len().min(SENTENCES), 0);
        let batches = buckets(&labelled, size, mixture.documents, 64, BATCH_SENTENCES, seed);
        works.extend(batches.into_iter().map(BatchPlan::Documents));
    }
    let size_of_pair = |at: u32| {
        let pair = &corpus.pairs[at as usize];
        (pair.source.len(), pair.target.len())
    };
    if mixture.pairs > 0.0 {
        let all: Vec<u32> = (0..corpus.pairs.len() as u32).collect();
        let batches = buckets(&all, size_of_pair, mixture.pairs, BATCH_PAIRS, BATCH_PIECES, seed ^ 1);
        works.extend(batches.into_iter().map(BatchPlan::Pairs));
    }
    let deletions: Vec<u32> =
        (0..corpus.pairs.len() as u32).filter(|at| corpus.pairs[*at as usize].kind == Kind::Sentence).collect();
    for time in 0..mixture.deletions.ceil() as u64 {
        let share = mixture.deletions - time as f32;
        let batches = buckets(&deletions, size_of_pair, share, BATCH_PAIRS, BATCH_PIECES, seed ^ 4 ^ time << 8);
        works.extend(batches.into_iter().map(BatchPlan::Pairs));
    }
    if mixture.noise > 0.0 {
        let mut random = SeededRng::new(seed ^ 2);
        let all: Vec<(u32, u32)> = (0..corpus.documents.len() as u32)
            .filter_map(|at| {
                let sentences = &corpus.documents[at as usize].sentences;
                let sentence = random.below(sentences.len().clamp(1, 12));
                let long = sentences.get(sentence).is_some_and(|pieces| (6..TARGET_PIECES).contains(&pieces.len()));
                long.then_some((at, sentence as u32))
            })
            .collect();
        let size =
            |(at, sentence): (u32, u32)| (corpus.documents[at as usize].sentences[sentence as usize].len() * 3 / 2, 0);
        let batches = buckets(&all, size, mixture.noise, BATCH_PAIRS, BATCH_PIECES, seed ^ 3);
        works.extend(batches.into_iter().map(BatchPlan::Noise));
    }
    works
}

/// A sentence with words of another one among its own, and some neighbors swapped: what a model learns to leave out (Fevry and Phang,
/// *Unsupervised sentence compression using denoising auto-encoders*, 2018).
fn noisy(sentence: &[TokenId], other: &[TokenId], random: &mut SeededRng) -> Vec<TokenId> {
    let mut noisy = sentence.to_vec();
    let add = (sentence.len() as f32 * (0.3 + 0.3 * random.uniform())) as usize;
    let mut added = 0;
    while added < add && !other.is_empty() {
        // Runs of a few pieces, as clauses are.
        let length = (1 + random.below(5)).min(other.len());
        let from = random.below(other.len() - length + 1);
        let at = random.below(noisy.len() + 1);
        noisy.splice(at..at, other[from..from + length].iter().copied());
        added += length;
    }
    for at in 1..noisy.len() {
        if random.uniform() < 0.05 {
            noisy.swap(at - 1, at);
        }
    }
    noisy.truncate(SOURCE_PIECES);
    noisy
}

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
        let works = works(&corpus, &current.variation, seed ^ (stage as u64) << 32);
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
        self.trainer.judge(result)
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

/// What a step was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// Which sentences are salient.
    Salience,
    /// Writing.
    Writing,
}

impl BatchPlan {
    fn len(&self) -> usize {
        match self {
            BatchPlan::Documents(items) | BatchPlan::Pairs(items) => items.len(),
            BatchPlan::Noise(items) => items.len(),
        }
    }

    fn task(&self) -> LossKind {
        match self {
            BatchPlan::Documents(_) => LossKind::Salience,
            BatchPlan::Pairs(_) | BatchPlan::Noise(_) => LossKind::Writing,
        }
    }
}

fn forward<N: TrainableModel>(
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
                    (noisy(target, other, &mut random), &**target)
                })
                .collect();
            let examples: Vec<Example> =
                sources.iter().map(|(source, target)| Example { source, wanted: TokenId::BEGIN, target }).collect();
            network.loss(SummaryBatch::Examples(&examples), mixture, device)
        }
    }
}

/// The cross-entropy of the sentences' shares against what they are worth, the mean over the documents.
///
/// # Panics
/// Never: the shapes are made here.
pub(super) fn salience_loss(
    network: &SummarizerNetwork,
    documents: &[&TrainingDocument],
    device: &Device,
) -> Tensor<1> {
    let rows: Vec<Vec<&[TokenId]>> = documents
        .iter()
        .map(|document| {
            let sentences = document.sentences.iter().take(SENTENCES);
            sentences.map(|sentence| &sentence[..sentence.len().min(SENTENCE_PIECES)]).collect()
        })
        .collect();
    let batch = DocumentBatch::new(&rows, device);
    let [count, sentences] = batch.sentences.dims();
    let mut worth = vec![0f32; count * sentences];
    for (row, document) in documents.iter().enumerate() {
        let kept: f32 = document.worth.iter().take(SENTENCES).sum();
        for (at, value) in document.worth.iter().take(SENTENCES).enumerate() {
            worth[row * sentences + at] = value / kept.max(1e-6);
        }
    }
    let worth = Tensor::from_data(burn::tensor::TensorData::new(worth, [count, sentences]), device);
    let scores = network
        .salience(batch.words, batch.visible, batch.features, batch.sentences)
        .expect("shapes that were made together");
    (log_softmax(scores, 1) * worth * -1.0).sum() / count as f32
}

/// The loss of writing the targets.
///
/// # Panics
/// Never: the shapes are made here.
pub fn writing_loss(
    network: &SummarizerNetwork,
    examples: &[Example],
    mixture: &BatchMix,
    device: &Device,
) -> Tensor<1> {
    let batch = ExampleBatch::new(examples, network.sayable(), mixture.said, device);
    let fits = "shapes that were made together";
    let memory = network.read(batch.source, batch.visible).expect(fits);
    let start = memory.start.clone();
    let decoded = network.decode(&memory, batch.steps, start).expect(fits);
    let loss = decoded.loss(&batch.targets);
    if mixture.coverage > 0.0 { loss + decoded.coverage_loss(&batch.targets) * mixture.coverage } else { loss }
}

/// Cuts a pair as training and generation see it; none if nothing is left to learn.
pub fn training_pair(kind: Kind, source: &[TokenId], target: &[TokenId]) -> Option<TrainingPair> {
    if source.len() < 3 || !(2..=TARGET_PIECES).contains(&target.len()) {
        return None;
    }
    let source = &source[..source.len().min(SOURCE_PIECES)];
    Some(TrainingPair { kind, source: source.into(), target: target.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(kind: Kind, length: u16) -> TrainingPair {
        let pieces: Box<[TokenId]> = (0..length).map(|at| TokenId(20 + at)).collect();
        TrainingPair { kind, source: pieces.clone(), target: pieces[..2].into() }
    }

    #[test]
    fn deletions_come_as_often_as_they_are_asked_for() {
        let mut corpus = Corpus::default();
        corpus.pairs.extend((0..40).map(|at| pair(Kind::Headline, 5 + at)));
        corpus.pairs.extend((0..20).map(|at| pair(Kind::Sentence, 5 + at)));
        let seen = |mixture: BatchMix| {
            let mut seen = [0; 60];
            for work in works(&corpus, &mixture, 7) {
                let BatchPlan::Pairs(items) = work else { panic!("only pairs were asked for") };
                items.iter().for_each(|at| seen[*at as usize] += 1);
            }
            seen
        };
        let twice = seen(BatchMix { deletions: 2.0, ..NOTHING });
        assert!(twice[..40].iter().all(|count| *count == 0), "others are no part of it");
        assert!(twice[40..].iter().all(|count| *count == 2), "{twice:?}");
        let beside = seen(BatchMix { pairs: 1.0, deletions: 1.0, ..NOTHING });
        assert!(beside[..40].iter().all(|count| *count == 1) && beside[40..].iter().all(|count| *count == 2));
        let some: usize = seen(BatchMix { deletions: 0.5, ..NOTHING })[40..].iter().sum();
        assert!((1..20).contains(&some), "{some} of 20");
    }
}
