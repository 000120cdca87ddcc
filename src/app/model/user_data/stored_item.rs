//! One item of user data as it is read from storage.

use super::corrections::CorrectionData;
use super::version::ModelVersion;
use super::write_queue::CorrectionId;
use crate::protocol::FineTuneRequest;

/// A stored item, or that it was deleted.
#[derive(Clone, Debug, PartialEq)]
pub enum StoredItem {
    /// A correction.
    Correction(CorrectionId, Option<CorrectionData>),
    /// A version.
    Version(String, Option<ModelVersion>),
    /// The training run that is not completed.
    PendingTraining(Option<Box<FineTuneRequest>>),
}
