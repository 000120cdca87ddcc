//! What the Lab trained last, for its comparison of missing pixels.

use crate::{
    ink::Image,
    models::{
        digits::{ConvNet, Dataset},
        lab::Autoencoder,
    },
    protocol::TrainingMethod,
};

/// The networks of the last run of the Lab.
pub(super) struct LabNetworks {
    /// Those that did not diverge.
    pub(super) networks: Vec<(TrainingMethod, ConvNet)>,
    /// None where its training diverged.
    pub(super) autoencoder: Option<Autoencoder>,
    /// The mean of the training images.
    pub(super) mean: Image,
    pub(super) held_out: Dataset,
}
