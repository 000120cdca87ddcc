//! Fine-tuning: a trained summarizer learns from a few summaries that its visitor edited, mixed with texts that it can summarize
//! already so that it keeps what it can do.

use burn::{
    module::Module,
    tensor::{Device, ExecutionError, Tensor},
};

use super::{
    model::{Example, Network},
    train::{Corpus, Mixture, TrainingDocument, TrainingPair, salience_loss, writing_loss},
};
use crate::{
    learn::{Batch, Forward, Loss, Part, RecipeError, Schedule, Stage, Trainer, Tuning, planned},
    protocol::Plan,
    random::Random,
};

/// What a step's batch holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix {
    /// Pairs of the visitor's.
    pub own: usize,
    /// Pairs that are replayed.
    pub replay: usize,
    /// Texts whose sentences are weighed: so many of the visitor's, and so many that are replayed.
    pub documents: [usize; 2],
}

/// What works well for a few dozen summaries.
const MIX: Mix = Mix { own: 4, replay: 4, documents: [1, 2] };

/// Batches that count as an epoch.
pub const STEPS_AN_EPOCH: usize = 10;
/// Samples that the loss of a whole corpus is computed of at a time.
const MEASURED: usize = 8;

/// What the writing loss is made of.
const MIXTURE: Mixture = Mixture { documents: 0.0, pairs: 1.0, deletions: 0.0, noise: 0.0, coverage: 0.2, said: true };

/// The stages that a plan comes to.
pub fn stages(plan: &Plan) -> Vec<Stage<Mix>> {
    let stage = Stage {
        name: String::new(),
        layers: Part::ALL.to_vec(),
        optimizer: plan.optimizer.into(),
        schedule: Schedule::Constant { rate: plan.rate },
        weight_decay: 0.0,
        batch: MIX.own + MIX.replay,
        epochs: 1,
        loss: Loss::CrossEntropy { smoothing: 0.0 },
        clip: Some(2.0),
        averaging: 0.9,
        patience: None,
        variation: MIX,
    };
    planned(plan, stage, &Part::ALL)
}

/// A fine-tuning at its start. `parent` is on `device`, without gradients.
///
/// # Errors
/// [`RecipeError`]; without anything of the visitor's there are no samples.
pub fn tuning(
    stages: Vec<Stage<Mix>>,
    parent: Network,
    own: Corpus,
    replay: Corpus,
    seed: u64,
    device: &Device,
) -> Result<Tuning<Network, Mix>, RecipeError> {
    if own.pairs.is_empty() && own.documents.is_empty() {
        return Err(RecipeError::NoSamples);
    }
    let batch = stages.first().map_or(MIX.own + MIX.replay, |stage| stage.batch);
    let device = device.clone().autodiff();
    // A network of its own: one that was loaded to be used has parameters that want no gradient.
    let network = parent.train().unfreeze();
    let trainer = Trainer::new(stages, network, STEPS_AN_EPOCH * batch, seed)?;
    Ok(Tuning::new(trainer, move |network, batch| forward(network, batch, &own, &replay, &device)))
}

/// So many of the visitor's, in turn, so that each is seen as often as any other, and so many of those that are replayed, at random.
fn drawn<'a, T>(
    own: &'a [T],
    replay: &'a [T],
    [taught, kept]: [usize; 2],
    step: usize,
    random: &mut Random,
) -> Vec<&'a T> {
    let own = (0..taught).filter_map(|place| own.get((step * taught + place) % own.len().max(1)));
    let replay = (0..kept).filter_map(|_| replay.get(random.below(replay.len())));
    own.chain(replay).collect()
}

fn forward(network: &Network, batch: &Batch<Mix>, own: &Corpus, replay: &Corpus, device: &Device) -> Forward {
    let mix = batch.stage.variation;
    let mut random = Random::new(batch.seed ^ (batch.step as u64).wrapping_mul(0xD134_2543_DE82_EF95));
    let pairs = drawn(&own.pairs, &replay.pairs, [mix.own, mix.replay], batch.step, &mut random);
    let mut loss = writing(network, &pairs, device);
    // The top has no part in weighing sentences.
    if batch.stage.layers != [Part::Top] {
        let documents = drawn(&own.documents, &replay.documents, mix.documents, batch.step, &mut random);
        if !documents.is_empty() {
            loss = loss + salience_loss(network, &documents, device);
        }
    }
    Forward { loss, correct: None }
}

/// The mean loss of writing some pairs; nothing of none.
fn writing(network: &Network, pairs: &[&TrainingPair], device: &Device) -> Tensor<1> {
    if pairs.is_empty() {
        return Tensor::zeros([1], device);
    }
    let example = |pair: &&'_ TrainingPair| pair.kind.token();
    let examples: Vec<Example> = pairs
        .iter()
        .map(|pair| Example { source: &pair.source, wanted: example(pair), target: &pair.target })
        .collect();
    writing_loss(network, &examples, &MIXTURE, device)
}

/// The mean loss of a network on a corpus, as fine-tuning counts it: of writing its pairs, and of weighing the sentences of its
/// documents. `each` is called between two batches.
///
/// # Errors
/// Of the device.
pub async fn loss(
    network: &Network,
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
        weighed += read(salience_loss(network, &documents, device)).await? * documents.len() as f32;
        each().await;
    }
    Ok(written / corpus.pairs.len().max(1) as f32 + weighed / corpus.documents.len().max(1) as f32)
}

async fn read(loss: Tensor<1>) -> Result<f32, ExecutionError> {
    Ok(loss.into_data_async().await?.iter::<f32>().next().unwrap_or(f32::NAN))
}
