//! A loaded digit classifier.

use crate::{
    models::digits::{ConvNet, DigitManifest},
    protocol::Reply,
};

/// A digit classifier on the device.
pub(super) struct DigitModel {
    pub(super) network: ConvNet,
    pub(super) manifest: DigitManifest,
    pub(super) loaded: Reply,
    pub(super) layer_names: LayerNames,
}

/// The names of the layers, shown with their activations.
pub(super) struct LayerNames {
    pub(super) convolutions: Vec<String>,
    pub(super) hidden: Vec<String>,
}
