//! The loaded models that classify drawings, and how a package becomes one.

use burn::{module::Module, tensor::Device};

use crate::{
    models::digits::{ClassifierSpec, ConvNet, ConvNetConfig, ConvSpec, DigitManifest},
    package::{ClassifierSelfTest, Manifest, PackageError, WeightFile},
    protocol::{Failure, FailureKind, Reply},
};

/// A classifier on the device.
pub(super) struct ClassifierModel {
    pub(super) network: ConvNet,
    pub(super) loaded: Reply,
    pub(super) layer_names: LayerNames,
    /// The question that the engine answered when the model was loaded, asked again where an answer is in doubt.
    pub(super) known: ClassifierSelfTest,
    /// What it classifies, in the word of its manifest.
    task: String,
    /// Kept of a classifier of digits, which can learn.
    manifest: Option<DigitManifest>,
}

/// The names of the layers and the sizes of the convolutions, shown with their activations.
pub(super) struct LayerNames {
    pub(super) convolutions: Vec<String>,
    pub(super) hidden: Vec<String>,
    /// What the convolutions are made of.
    pub(super) specs: Vec<ConvSpec>,
}

impl ClassifierModel {
    /// A classifier whose self-test has passed.
    pub(super) fn new<D: ClassifierSpec>(network: ConvNet, manifest: &Manifest<D>, loaded: Reply) -> Self {
        let layer_names = LayerNames::of(manifest.architecture.layers());
        let known = manifest.known.clone();
        let (task, manifest) = (manifest.task.clone(), D::of_digits(manifest).cloned());
        Self { network, loaded, layer_names, known, task, manifest }
    }

    /// The manifest of a classifier of digits.
    ///
    /// # Errors
    /// For any other classifier: it cannot be fine-tuned, nor be compared on digits.
    pub(super) fn digits(&self) -> Result<&DigitManifest, Failure> {
        self.manifest.as_ref().ok_or_else(|| Failure {
            kind: FailureKind::BadInput,
            message: format!(
                "This model classifies {}, and only digit models can be trained here. Choose one of those.",
                self.task
            ),
        })
    }
}

impl LayerNames {
    fn of(architecture: &ConvNetConfig) -> Self {
        let convolutions = architecture
            .convolutions
            .iter()
            .map(|conv| format!("Convolution {0}×{0}, {1} filters, ReLU", conv.kernel, conv.channels))
            .collect();
        let hidden = architecture.hidden.iter().map(|width| format!("Dense, {width} units, ReLU")).collect();
        Self { convolutions, hidden, specs: architecture.convolutions.clone() }
    }
}

/// A manifest's network with the given weights, on a device; nothing reaches the device before all of it has been checked.
///
/// # Errors
/// [`PackageError`].
pub fn network<D: ClassifierSpec>(
    manifest: &Manifest<D>,
    bytes: &[u8],
    device: &Device,
) -> Result<ConvNet, PackageError> {
    let blank = manifest.architecture.blank(device)?;
    let weights = WeightFile::decode(bytes, &blank)?;
    Ok(weights.load(blank, device).valid())
}
