//! What the engine does with a package of each family: every classifier alike, and the models of texts.

use burn::tensor::Device;

use super::{
    Engine, ForeignWeights,
    classifier_model::network,
    parsed_package::ParsedPackage,
    text_model::{TextModelSpec, TextNetwork},
};
use crate::{
    host::Host,
    models::{
        digits::{ClassifierSpec, ConvNet},
        summarizer::{network::SummarizerConfig, seq2seq::Seq2SeqConfig},
    },
    package::{Manifest, ModelSpec, PackageError, PackageFiles, VOCABULARY, WEIGHTS, WORDS},
    protocol::{Failure, JobId, Reply},
};

/// The configuration of a model that an engine loads and imports.
pub(super) trait EngineSpec: ModelSpec {
    /// The model on the device.
    type Loaded;
    /// The files of a package, the weights first.
    const FILES: &'static [&'static str];

    /// Builds the model after all of its package has been checked.
    ///
    /// # Errors
    /// [`PackageError`].
    fn build(manifest: &Manifest<Self>, files: &PackageFiles, device: &Device) -> Result<Self::Loaded, PackageError>;

    /// Runs the self-test of a model and adds it to the loaded ones.
    ///
    /// # Errors
    /// [`Failure`] of the self-test.
    async fn register<H: Host>(
        engine: &Engine<H>,
        name: &str,
        model: Self::Loaded,
        manifest: &Manifest<Self>,
    ) -> Result<Reply, Failure>;

    /// Makes a package of weights that came without a manifest.
    ///
    /// # Errors
    /// [`Failure`]: what is wrong with them.
    async fn convert<H: Host>(
        engine: &Engine<H>,
        job: JobId,
        name: &str,
        weights: &ForeignWeights<'_>,
        design: Self,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ParsedPackage<Self>, Failure>;
}

impl<D: ClassifierSpec> EngineSpec for D {
    type Loaded = ConvNet;
    const FILES: &'static [&'static str] = &[WEIGHTS];

    fn build(manifest: &Manifest<D>, files: &PackageFiles, device: &Device) -> Result<ConvNet, PackageError> {
        network(manifest, &files.weights, device)
    }

    async fn register<H: Host>(
        engine: &Engine<H>,
        name: &str,
        model: ConvNet,
        manifest: &Manifest<D>,
    ) -> Result<Reply, Failure> {
        engine.register_classifier(name, model, manifest).await
    }

    async fn convert<H: Host>(
        engine: &Engine<H>,
        _job: JobId,
        name: &str,
        weights: &ForeignWeights<'_>,
        design: D,
        _reply: &mut dyn FnMut(Reply),
    ) -> Result<ParsedPackage<D>, Failure> {
        engine.convert_foreign_classifier(name, weights, design).await
    }
}

/// The same for each model of texts, which a blanket implementation beside the one above could not be.
macro_rules! text_spec {
    ($spec:ty) => {
        impl EngineSpec for $spec {
            type Loaded = TextNetwork;
            const FILES: &'static [&'static str] = &[WEIGHTS, VOCABULARY, WORDS];

            fn build(
                manifest: &Manifest<Self>,
                files: &PackageFiles,
                device: &Device,
            ) -> Result<TextNetwork, PackageError> {
                Self::open(manifest, files, device)
            }

            async fn register<H: Host>(
                engine: &Engine<H>,
                name: &str,
                model: TextNetwork,
                manifest: &Manifest<Self>,
            ) -> Result<Reply, Failure> {
                engine.register_summarizer(name, model, manifest).await
            }

            async fn convert<H: Host>(
                engine: &Engine<H>,
                job: JobId,
                name: &str,
                weights: &ForeignWeights<'_>,
                // The widths are those of the package whose vocabulary it reads with.
                _design: Self,
                reply: &mut dyn FnMut(Reply),
            ) -> Result<ParsedPackage<Self>, Failure> {
                engine.convert_foreign_text(job, name, weights, reply).await
            }
        }
    };
}

text_spec!(SummarizerConfig);
text_spec!(Seq2SeqConfig);
