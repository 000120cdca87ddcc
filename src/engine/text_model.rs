//! The loaded models that read texts, and how a package of each becomes one.

use burn::tensor::Device;

use crate::{
    package::{Design, KnownText, Manifest, PackageError, PackageFiles},
    protocol::Reply,
    summary::{PlainSummarizer, Summarizer, SummaryError, model::Architecture, plain::PlainArchitecture},
};

/// A summarizer on the device.
pub(super) struct TextModel {
    pub(super) network: TextNetwork,
    pub(super) loaded: Reply,
}

/// Either of the models that read texts.
pub(super) enum TextNetwork {
    /// The summarizer; it can learn, for which its manifest is kept.
    Summary(Box<Summarizer>, Box<Manifest<Architecture>>),
    Plain(Box<PlainSummarizer>),
}

impl TextNetwork {
    /// Number of trained parameters.
    pub(super) fn parameters(&self) -> usize {
        match self {
            Self::Summary(model, _) => model.parameters(),
            Self::Plain(model) => model.parameters(),
        }
    }

    pub(super) async fn figures(&self, text: &str, device: &Device) -> Result<Vec<f32>, SummaryError> {
        match self {
            Self::Summary(model, _) => model.figures(text, device).await,
            Self::Plain(model) => model.figures(text, device).await,
        }
    }
}

/// A model that reads texts, by its design.
pub(super) trait TextDesign: Design<Known = KnownText> {
    /// Makes the model, once all of its package has been checked.
    ///
    /// # Errors
    /// [`PackageError`].
    fn open(manifest: &Manifest<Self>, files: &PackageFiles, device: &Device) -> Result<TextNetwork, PackageError>;
}

impl TextDesign for Architecture {
    fn open(manifest: &Manifest<Self>, files: &PackageFiles, device: &Device) -> Result<TextNetwork, PackageError> {
        let summarizer = Summarizer::open(manifest, files, device)?;
        Ok(TextNetwork::Summary(Box::new(summarizer), Box::new(manifest.clone())))
    }
}

impl TextDesign for PlainArchitecture {
    fn open(manifest: &Manifest<Self>, files: &PackageFiles, device: &Device) -> Result<TextNetwork, PackageError> {
        Ok(TextNetwork::Plain(Box::new(PlainSummarizer::open(manifest, files, device)?)))
    }
}
