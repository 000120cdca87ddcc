//! One item of user data as it is read from storage.

use super::corrections::CorrectionData;
use super::version::ModelVersion;
use super::write_queue::CorrectionId;
use crate::protocol::Learn;

/// A thing that is kept, or is not any more.
#[derive(Clone, Debug, PartialEq)]
pub enum StoredItem {
    /// A sample.
    Correction(CorrectionId, Option<CorrectionData>),
    /// A version.
    Version(String, Option<ModelVersion>),
    /// The learning under way.
    PendingTraining(Option<Box<Learn>>),
}
