//! The losses of the summarizer: salience of sentences, and writing.

use burn::tensor::{Device, Tensor, activation::log_softmax};

use super::{
    corpus::{SENTENCE_PIECES, SENTENCES, TrainingDocument},
    network::{DocumentBatch, Example, ExampleBatch, SummarizerConfig, SummarizerNetwork},
    recipe::BatchMix,
    sentence_features::SentencePlace,
    seq2seq::{Seq2SeqConfig, Seq2SeqNetwork},
};
use crate::{package::PackageError, text::TokenId, training::LayerGroups};

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

/// The cross-entropy of the sentences' shares against what they are worth, the mean over the documents.
///
/// # Panics
/// Never: the shapes are made here.
pub(super) fn salience_loss(
    network: &SummarizerNetwork,
    documents: &[&TrainingDocument],
    device: &Device,
) -> Tensor<1> {
    let rows: Vec<(Vec<&[TokenId]>, &[SentencePlace])> = documents
        .iter()
        .map(|document| {
            let sentences = document.sentences.iter().take(SENTENCES);
            let sentences = sentences.map(|sentence| &sentence[..sentence.len().min(SENTENCE_PIECES)]).collect();
            (sentences, &*document.places)
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
    let batch = ExampleBatch::new(examples, network.output_vocabulary(), mixture.said, device);
    let fits = "shapes that were made together";
    let memory = network.read(batch.source, batch.visible).expect(fits);
    let start = memory.start.clone();
    let decoded = network.decode(&memory, batch.steps, start).expect(fits);
    let loss = decoded.loss(&batch.targets);
    if mixture.coverage > 0.0 { loss + decoded.coverage_loss(&batch.targets) * mixture.coverage } else { loss }
}
