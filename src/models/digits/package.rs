//! The packages of classifiers: what the configurations of all of them have in common, and those of digits.

use burn::tensor::Device;

use super::{ConvNet, ConvNetConfig, ConvNetConfigError, Normalization};
use crate::package::{ClassifierSelfTest, Manifest, ModelFamily, ModelSpec, PackageError};

/// The manifest of a digit classifier.
pub type DigitManifest = Manifest<ConvNetConfig>;

/// The configuration of a classifier of drawings: a [`ConvNet`], whatever its classes are.
pub trait ClassifierSpec: ModelSpec<Known = ClassifierSelfTest, Network = ConvNet> {
    /// What it reads and cannot do, for the model card.
    const CARD: &'static str;

    /// Its layers.
    fn layers(&self) -> &ConvNetConfig;

    /// The manifest as one of a classifier of digits: digits alone are fine-tuned, and none of another family is one.
    fn of_digits(_manifest: &Manifest<Self>) -> Option<&DigitManifest> {
        None
    }
}

impl ClassifierSpec for ConvNetConfig {
    const CARD: &'static str = "Reads one digit, 0 to 9, in a 28×28 grayscale image made as MNIST was made: ink is 1, fitted into 20×20, its center\n\
         of mass in the middle.";

    fn layers(&self) -> &ConvNetConfig {
        self
    }

    fn of_digits(manifest: &DigitManifest) -> Option<&DigitManifest> {
        Some(manifest)
    }
}

impl ModelSpec for ConvNetConfig {
    type Known = ClassifierSelfTest;
    type Network = ConvNet;
    const FAMILY: ModelFamily = ModelFamily::Digits;

    fn check_with(&self, known: &ClassifierSelfTest) -> Result<(), PackageError> {
        self.check_limits()?;
        if known.logits.len() != self.classes || known.logits.iter().any(|logit| !logit.is_finite()) {
            return Err(PackageError::KnownAnswer);
        }
        known.image().map(|_| ())
    }

    fn known_designs() -> Vec<Self> {
        vec![Self::seed_cnn(), Self::digits(), Self::digits_with_rejector()]
    }

    fn blank(&self, device: &Device) -> Result<ConvNet, PackageError> {
        Ok(self.init(Normalization::None, device)?)
    }
}

impl From<ConvNetConfigError> for PackageError {
    fn from(error: ConvNetConfigError) -> Self {
        Self::Architecture(error.to_string())
    }
}
