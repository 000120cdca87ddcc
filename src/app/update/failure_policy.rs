//! Which failures take the whole engine out of use.

use crate::protocol::{EngineKind, FailureKind};

/// Whether a failure is of the engine, not of what it was asked.
pub(in crate::app) fn fails_whole(kind: EngineKind, failure: FailureKind) -> bool {
    use FailureKind::{DeviceLost, Internal, MissingFeature, NoAdapter, NoWebGpu, WrongAnswer};
    match failure {
        DeviceLost => true,
        NoWebGpu | NoAdapter | MissingFeature | WrongAnswer | Internal => kind == EngineKind::Gpu,
        _ => false,
    }
}
