//! What a classifier's package says of its network.

use burn::tensor::Device;

use super::{Architecture, ArchitectureError, ConvNet, Norm};
use crate::package::{Design, KnownAnswer, Manifest, ModelFamily, PackageError};

/// The manifest of a digit classifier.
pub type DigitManifest = Manifest<Architecture>;

impl Design for Architecture {
    type Known = KnownAnswer;
    type Network = ConvNet;
    const FAMILY: ModelFamily = ModelFamily::Digits;

    fn check_with(&self, known: &KnownAnswer) -> Result<(), PackageError> {
        self.check()?;
        if known.logits.len() != self.classes || known.logits.iter().any(|logit| !logit.is_finite()) {
            return Err(PackageError::KnownAnswer);
        }
        known.image().map(|_| ())
    }

    fn blank(&self, device: &Device) -> Result<ConvNet, PackageError> {
        Ok(self.init(Norm::None, device)?)
    }
}

impl From<ArchitectureError> for PackageError {
    fn from(error: ArchitectureError) -> Self {
        Self::Architecture(error.to_string())
    }
}
