//! The loaded models that read texts, and how a package of each becomes one.

use burn::tensor::Device;

use crate::{
    models::summarizer::{
        Seq2SeqSummarizer, Summarizer, SummaryError, network::SummarizerConfig, seq2seq::Seq2SeqConfig,
    },
    package::{Manifest, ModelSpec, PackageError, PackageFiles, SummarizerSelfTest},
    protocol::Reply,
};

/// A summarizer on the device.
pub(super) struct TextModel {
    pub(super) network: TextNetwork,
    pub(super) loaded: Reply,
}

/// The network of a model that reads texts.
pub(super) enum TextNetwork {
    /// The summarizer; it can learn, for which its manifest is kept.
    Summary(Box<Summarizer>, Box<Manifest<SummarizerConfig>>),
    Plain(Box<Seq2SeqSummarizer>),
}

impl TextNetwork {
    /// Number of trained parameters.
    pub(super) fn parameters(&self) -> usize {
        match self {
            Self::Summary(model, _) => model.parameters(),
            Self::Plain(model) => model.parameters(),
        }
    }

    /// The same without integers; see [`Summarizer::in_floats`].
    pub(super) fn in_floats(self) -> Self {
        match self {
            Self::Summary(model, manifest) => Self::Summary(Box::new(model.in_floats()), manifest),
            plain @ Self::Plain(_) => plain,
        }
    }

    pub(super) async fn figures(&self, text: &str, device: &Device) -> Result<Vec<f32>, SummaryError> {
        match self {
            Self::Summary(model, _) => model.figures(text, device).await,
            Self::Plain(model) => model.figures(text, device).await,
        }
    }
}

/// The configuration of a model that reads texts.
pub(super) trait TextModelSpec: ModelSpec<Known = SummarizerSelfTest> {
    /// Builds the model after all of its package has been checked.
    ///
    /// # Errors
    /// [`PackageError`].
    fn open(manifest: &Manifest<Self>, files: &PackageFiles, device: &Device) -> Result<TextNetwork, PackageError>;
}

impl TextModelSpec for SummarizerConfig {
    fn open(manifest: &Manifest<Self>, files: &PackageFiles, device: &Device) -> Result<TextNetwork, PackageError> {
        let summarizer = Summarizer::open(manifest, files, device)?;
        Ok(TextNetwork::Summary(Box::new(summarizer), Box::new(manifest.clone())))
    }
}

impl TextModelSpec for Seq2SeqConfig {
    fn open(manifest: &Manifest<Self>, files: &PackageFiles, device: &Device) -> Result<TextNetwork, PackageError> {
        Ok(TextNetwork::Plain(Box::new(Seq2SeqSummarizer::open(manifest, files, device)?)))
    }
}
