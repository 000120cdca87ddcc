//! What a classifier's package says of its network.

use burn::tensor::Device;

use super::{ConvNet, ConvNetConfig, ConvNetConfigError, Normalization};
use crate::package::{ClassifierSelfTest, Manifest, ModelFamily, ModelSpec, PackageError};

/// The manifest of a digit classifier.
pub type DigitManifest = Manifest<ConvNetConfig>;

impl ModelSpec for ConvNetConfig {
    type Known = ClassifierSelfTest;
    type Network = ConvNet;
    const FAMILY: ModelFamily = ModelFamily::Digits;

    fn check_with(&self, known: &ClassifierSelfTest) -> Result<(), PackageError> {
        self.check()?;
        if known.logits.len() != self.classes || known.logits.iter().any(|logit| !logit.is_finite()) {
            return Err(PackageError::KnownAnswer);
        }
        known.image().map(|_| ())
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
