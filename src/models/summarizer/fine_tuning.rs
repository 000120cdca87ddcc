//! Fine-tuning: a trained summarizer learns from a few summaries that its visitor edited, mixed with texts that it can summarize
//! already so that it keeps what it can do.

use burn::{
    module::Module,
    tensor::{Device, ExecutionError, Tensor},
};

use super::{
    corpus::{Corpus, TrainingDocument, TrainingPair},
    losses::{salience_loss, writing_loss},
    network::{Example, ExampleBatch, SummarizerNetwork},
    recipe::BatchMix,
    shortening_loss::{is_shortened, shortening_divergence, shortening_loss},
};
use crate::{
    protocol::TrainingConfig,
    rng::SeededRng,
    training::{
        Batch, FineTuner, ForwardOutput, LayerGroup, Loss, LrSchedule, RecipeError, Stage, Trainer, stages_from_config,
    },
};

/// What a step's batch holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SummaryReplayMix {
    /// Pairs of the visitor's, and pairs that are replayed.
    pub pairs: [usize; 2],
    /// Texts whose sentences are weighed, of the visitor's, and replayed.
    pub documents: [usize; 2],
    /// The weight of what the visitor teaches against what is to be kept.
    pub taught: f32,
}

/// What works well for a few summaries: chosen by learning from ten pages of the government and judging by ten others.
const MIX: SummaryReplayMix = SummaryReplayMix { pairs: [3, 4], documents: [1, 2], taught: 0.25 };

/// Batches that count as an epoch.
pub const STEPS_AN_EPOCH: usize = 10;
/// Samples that the loss of a whole corpus is computed of at a time.
const MEASURED: usize = 8;

/// What the writing loss is made of.
const MIXTURE: BatchMix =
    BatchMix { documents: 0.0, pairs: 1.0, deletions: 0.0, noise: 0.0, coverage: 0.2, said: true };

/// The stages that a plan comes to.
pub fn stages(plan: &TrainingConfig) -> Vec<Stage<SummaryReplayMix>> {
    let stage = Stage {
        name: String::new(),
        layers: LayerGroup::ALL.to_vec(),
        optimizer: plan.optimizer.into(),
        schedule: LrSchedule::Constant { rate: plan.rate },
        weight_decay: 0.0,
        batch: 1,
        epochs: 1,
        loss: Loss::CrossEntropy { smoothing: 0.0 },
        clip: Some(2.0),
        averaging: 0.9,
        patience: None,
        variation: MIX,
    };
    stages_from_config(plan, stage, &LayerGroup::ALL)
}

/// A fine-tuning at its start. `parent` is on `device`, without gradients.
///
/// # Errors
/// [`RecipeError`]; without anything of the visitor's there are no samples.
pub fn tuning(
    stages: Vec<Stage<SummaryReplayMix>>,
    parent: SummarizerNetwork,
    own: Corpus,
    replay: Corpus,
    seed: u64,
    device: &Device,
) -> Result<FineTuner<SummarizerNetwork, SummaryReplayMix>, RecipeError> {
    if own.pairs.is_empty() && own.documents.is_empty() {
        return Err(RecipeError::NoSamples);
    }
    // A network of its own: one that was loaded to be used has parameters that want no gradient.
    let network = parent.clone().train().unfreeze();
    let trainer = Trainer::new(stages, network, STEPS_AN_EPOCH, seed)?;
    let lesson = FineTuningContext { parent, own, replay, device: device.clone() };
    Ok(FineTuner::new(trainer, move |network, batch| lesson.forward(network, batch)))
}

/// What a fine-tuning goes by.
struct FineTuningContext {
    parent: SummarizerNetwork,
    own: Corpus,
    replay: Corpus,
    /// Without gradients.
    device: Device,
}

impl FineTuningContext {
    /// What is taught is learned from what people wrote. What is to be kept is held to what the parent thinks, not to what was written: as
    /// long as nothing was forgotten there is nothing to learn of it, and no noise (Li and Hoiem, *Learning without forgetting*, 2016).
    fn forward(&self, network: &SummarizerNetwork, batch: &Batch<SummaryReplayMix>) -> ForwardOutput {
        let mix = batch.stage.variation;
        let device = self.device.clone().autodiff();
        let mut random = SeededRng::new(batch.seed ^ (batch.step as u64).wrapping_mul(0xD134_2543_DE82_EF95));
        let mut taught = writing(network, &in_turn(&self.own.pairs, mix.pairs[0], batch.step), &device);
        let mut kept = self.keeping(network, &at_random(&self.replay.pairs, mix.pairs[1], &mut random));
        // The top has no part in weighing sentences.
        if batch.stage.layers != [LayerGroup::Top] {
            taught = taught + weighing(network, &in_turn(&self.own.documents, mix.documents[0], batch.step), &device);
            // These are weighed as the parent does.
            let replayed = at_random(&self.replay.documents, mix.documents[1], &mut random);
            kept = kept + weighing(network, &replayed, &device);
        }
        ForwardOutput { loss: taught * mix.taught + kept, correct: None }
    }

    /// How far a network's thoughts about some pairs are from the parent's; nothing of none.
    fn keeping(&self, network: &SummarizerNetwork, pairs: &[&TrainingPair]) -> Tensor<1> {
        let device = self.device.clone().autodiff();
        if pairs.is_empty() {
            return Tensor::zeros([1], &device);
        }
        let (shortened, written): (Vec<&TrainingPair>, Vec<&TrainingPair>) =
            pairs.iter().partition(|pair| is_shortened(network, pair));
        let mut apart = Tensor::zeros([1], &device);
        if !shortened.is_empty() {
            let share = shortened.len() as f32 / pairs.len() as f32;
            apart = apart + shortening_divergence(network, &self.parent, &shortened, &self.device) * share;
        }
        if written.is_empty() {
            return apart;
        }
        let share = written.len() as f32 / pairs.len() as f32;
        let examples = examples(&written);
        let thought = |network: &SummarizerNetwork, device: &Device| {
            let batch = ExampleBatch::new(&examples, network.output_vocabulary(), MIXTURE.said, device);
            let fits = "shapes that were made together";
            let memory = network.read(batch.source, batch.visible).expect(fits);
            let start = memory.start.clone();
            (network.decode(&memory, batch.steps, start).expect(fits), batch.targets.counted)
        };
        let (parents, _) = thought(&self.parent, &self.device);
        let (own, counted) = thought(network, &device);
        apart + own.kl_divergence(parents.autodiff(), counted) * share
    }
}

/// So many in turn, so that each is seen as often as any other.
fn in_turn<T>(all: &[T], count: usize, step: usize) -> Vec<&T> {
    (0..count.min(all.len())).filter_map(|place| all.get((step * count + place) % all.len())).collect()
}

fn at_random<'a, T>(all: &'a [T], count: usize, random: &mut SeededRng) -> Vec<&'a T> {
    (0..count).filter_map(|_| all.get(random.below(all.len()))).collect()
}

fn examples<'a>(pairs: &[&'a TrainingPair]) -> Vec<Example<'a>> {
    let example = |pair: &&'a TrainingPair| {
        let TrainingPair { kind, source, target } = *pair;
        Example { source, wanted: kind.token(), target }
    };
    pairs.iter().map(example).collect()
}

/// The mean loss of weighing the sentences of some texts; nothing of none.
fn weighing(network: &SummarizerNetwork, documents: &[&TrainingDocument], device: &Device) -> Tensor<1> {
    match documents.is_empty() {
        true => Tensor::zeros([1], device),
        false => salience_loss(network, documents, device),
    }
}

/// The mean loss of some pairs, of writing headlines and of judging what other lines leave out; nothing of none.
fn writing(network: &SummarizerNetwork, pairs: &[&TrainingPair], device: &Device) -> Tensor<1> {
    if pairs.is_empty() {
        return Tensor::zeros([1], device);
    }
    let (shortened, written): (Vec<&TrainingPair>, Vec<&TrainingPair>) =
        pairs.iter().partition(|pair| is_shortened(network, pair));
    let mut lost = Tensor::zeros([1], device);
    if !shortened.is_empty() {
        let share = shortened.len() as f32 / pairs.len() as f32;
        lost = lost + shortening_loss(network, &shortened, device) * share;
    }
    if !written.is_empty() {
        let share = written.len() as f32 / pairs.len() as f32;
        lost = lost + writing_loss(network, &examples(&written), &MIXTURE, device) * share;
    }
    lost
}

/// The mean loss of a network on a corpus, as fine-tuning counts it: of writing its pairs, and of weighing the sentences of its
/// documents. `each` is called between two batches.
///
/// # Errors
/// Of the device.
pub async fn loss(
    network: &SummarizerNetwork,
    corpus: &Corpus,
    device: &Device,
    mut each: impl AsyncFnMut(),
) -> Result<f32, ExecutionError> {
    let (mut written, mut weighed) = (0.0, 0.0);
    for pairs in corpus.pairs.chunks(MEASURED) {
        let pairs: Vec<&TrainingPair> = pairs.iter().collect();
        written += read(writing(network, &pairs, device)).await? * pairs.len() as f32;
        each().await;
    }
    for documents in corpus.documents.chunks(MEASURED) {
        let documents: Vec<&TrainingDocument> = documents.iter().collect();
        weighed += read(weighing(network, &documents, device)).await? * documents.len() as f32;
        each().await;
    }
    Ok(written / corpus.pairs.len().max(1) as f32 + weighed / corpus.documents.len().max(1) as f32)
}

async fn read(loss: Tensor<1>) -> Result<f32, ExecutionError> {
    Ok(loss.into_data_async().await?.iter::<f32>().next().unwrap_or(f32::NAN))
}
