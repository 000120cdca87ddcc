//! Tries imported classifiers on the held-out digits: names and shapes fit many networks that read nothing.

use super::{ConvertedWeights, Engine, classifier_model::network};
use crate::{
    host::Host,
    models::digits::{ClassifierSpec, ConvNet},
    package::{FileEntry, Manifest, ModelSpec, PackageError, WEIGHTS},
    protocol::{Activity, Failure, ImportTrial, Metric, Reply},
};

/// What it is tried on, in words.
const DATA: &str = "1,000 of MNIST's test images";

/// The classes of a classifier that can be tried on digits.
const DIGITS: usize = 10;

impl<H: Host> Engine<H> {
    /// Tries a classifier of digits with a manifest and writes the result into it, unless the page that trained it did so.
    pub(super) async fn try_classifier<D: ClassifierSpec>(
        &self,
        network: &ConvNet,
        manifest: &mut Manifest<D>,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Option<ImportTrial>, Failure> {
        let is_of_digits = D::of_digits(manifest).is_some() && manifest.architecture.layers().classes == DIGITS;
        if !is_of_digits || is_measured(manifest) {
            return Ok(None);
        }
        let trial = self.try_network(network, reply).await?;
        trial.iter().for_each(|trial| record_trial(manifest, trial));
        Ok(trial)
    }

    /// How many of the held-out digits a network reads right; none if they do not come, which is no fault of the network.
    async fn try_network(
        &self,
        network: &ConvNet,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Option<ImportTrial>, Failure> {
        let Ok(held_out) = self.slice("replay/held-out", reply).await else { return Ok(None) };
        reply(Reply::Progress { doing: Activity::Measuring, done: 0, total: 1 });
        self.host.sleep(0).await;
        let confusion = self.confusion(network, &held_out).await?;
        let right = (0..confusion.classes()).map(|class| confusion.count(class, class)).sum::<u64>();
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Some(ImportTrial { right: count(right), total: count(confusion.total()), notes: Vec::new() }))
    }

    /// Tries converted weights, and where they read next to nothing also with their features in the other order, which no shape tells.
    /// Gives the better ones and their result.
    pub(super) async fn try_both_orders<D: ClassifierSpec>(
        &self,
        manifest: &Manifest<D>,
        adopted: ConvertedWeights,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<(ConvertedWeights, Option<ImportTrial>), TrialError> {
        if D::of_digits(manifest).is_none() {
            return Ok((adopted, None));
        }
        let as_it_is = network(manifest, &adopted.weights, &self.device)?;
        let Some(first) = self.try_network(&as_it_is, reply).await? else { return Ok((adopted, None)) };
        if !first.is_near_chance() {
            return Ok((adopted, Some(first)));
        }
        let other = adopted.from_channels_last(manifest.architecture.layers())?;
        let reordered = network(manifest, &other.weights, &self.device)?;
        match self.try_network(&reordered, reply).await? {
            Some(second) if !second.is_near_chance() => Ok((other, Some(second))),
            _ => Ok((adopted, Some(first))),
        }
    }
}

/// Why a trial came to no end.
pub(super) enum TrialError {
    /// The weights are refused.
    Refused(PackageError),
    /// The device failed.
    Failed(Failure),
}

impl From<PackageError> for TrialError {
    fn from(error: PackageError) -> Self {
        Self::Refused(error)
    }
}

impl From<Failure> for TrialError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Writes into a manifest what a trial found, in place of what stood there of the same data, and the weights' entry anew.
pub(super) fn record_trial<D: ModelSpec>(manifest: &mut Manifest<D>, trial: &ImportTrial) {
    let metric = Metric {
        name: "accuracy".to_owned(),
        value: trial.accuracy(),
        data: DATA.to_owned(),
        command: "cargo run --release -- import".to_owned(),
    };
    manifest.metrics.retain(|other| (&other.name, &other.data) != (&metric.name, &metric.data));
    manifest.metrics.insert(0, metric);
}

/// Whether a manifest says already how well the network reads the held-out digits: a version that the page trained and measured.
fn is_measured<D: ModelSpec>(manifest: &Manifest<D>) -> bool {
    manifest.parent.is_some() && manifest.metrics.iter().any(|metric| metric.name == "accuracy" && metric.data == DATA)
}

/// Puts weights into a manifest.
pub(super) fn set_weights<D: ModelSpec>(manifest: &mut Manifest<D>, weights: &[u8]) {
    manifest.files = vec![FileEntry::of(WEIGHTS, weights)];
}
