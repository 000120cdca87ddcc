//! The models that `inkling train summary` trains.

use std::path::{Path, PathBuf};

use anyhow::Result;
use burn::tensor::{Device, Tensor};
use serde::{Serialize, de::DeserializeOwned};

use super::super::packages::text::{self as packages, LoadedSummarizer, SummarizerMetadata};
use crate::{
    models::summarizer::{
        losses::TrainableModel,
        network::{DocumentBatch, SummarizerConfig, SummarizerNetwork},
        recipe::SummaryRecipe,
        sentence_features::SentencePlace,
        seq2seq::{Seq2SeqConfig, Seq2SeqNetwork},
    },
    text::TokenId,
};

/// A model as this command trains it.
pub(super) trait TrainableSummarizer: TrainableModel<Architecture: Serialize + DeserializeOwned> {
    /// The package's name.
    const NAME: &'static str;

    fn recipe(vocabulary: usize) -> SummaryRecipe<Self::Architecture>;

    /// The model's line for a visitor.
    fn description() -> &'static str;

    /// A package's network.
    fn of(package: LoadedSummarizer) -> Option<Self>;

    /// Scores of the sentences of some documents, `[document, sentence]`; none from a model that weighs none.
    fn weigh(&self, documents: &[Vec<&[TokenId]>], device: &Device) -> Result<Option<Tensor<2>>>;

    /// Writes a package.
    fn write(&self, models: &Path, draft: SummarizerMetadata<Self::Architecture>, device: &Device) -> Result<PathBuf>;
}

impl TrainableSummarizer for SummarizerNetwork {
    const NAME: &'static str = "summary";

    fn recipe(vocabulary: usize) -> SummaryRecipe {
        SummaryRecipe::summary(vocabulary)
    }

    fn description() -> &'static str {
        "Chooses the sentences that say most, and leaves out phrases where the rest stays true"
    }

    fn of(package: LoadedSummarizer) -> Option<Self> {
        match package {
            LoadedSummarizer::Summary(model) => Some(model.network),
            LoadedSummarizer::Seq2Seq(_) => None,
        }
    }

    fn weigh(&self, documents: &[Vec<&[TokenId]>], device: &Device) -> Result<Option<Tensor<2>>> {
        let documents: Vec<(Vec<&[TokenId]>, &[SentencePlace])> =
            documents.iter().map(|sentences| (sentences.clone(), &[][..])).collect();
        let batch = DocumentBatch::new(&documents, device);
        Ok(Some(self.salience(batch.words, batch.visible, batch.features, batch.sentences)?))
    }

    fn write(&self, models: &Path, draft: SummarizerMetadata<SummarizerConfig>, device: &Device) -> Result<PathBuf> {
        packages::write(models, draft, self, device)
    }
}

impl TrainableSummarizer for Seq2SeqNetwork {
    const NAME: &'static str = "seed-seq2seq";

    fn recipe(vocabulary: usize) -> SummaryRecipe<Seq2SeqConfig> {
        SummaryRecipe::seed_seq2seq(vocabulary)
    }

    fn description() -> &'static str {
        "A textbook sequence-to-sequence model: one LSTM reads, another writes, without attention or copying"
    }

    fn of(package: LoadedSummarizer) -> Option<Self> {
        match package {
            LoadedSummarizer::Seq2Seq(model) => Some(model.network),
            LoadedSummarizer::Summary(_) => None,
        }
    }

    fn weigh(&self, _documents: &[Vec<&[TokenId]>], _device: &Device) -> Result<Option<Tensor<2>>> {
        Ok(None)
    }

    fn write(&self, models: &Path, draft: SummarizerMetadata<Seq2SeqConfig>, device: &Device) -> Result<PathBuf> {
        packages::write(models, draft, self, device)
    }
}
