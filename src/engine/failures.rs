//! The failures that a client is told of, each a sentence for the visitor.

use crate::{
    host::HostError,
    package::PackageError,
    protocol::{Failure, FailureKind},
};

/// The failure of a job that was cancelled.
pub(super) fn cancelled() -> Failure {
    Failure { kind: FailureKind::Cancelled, message: "Stopped.".to_owned() }
}

/// The failure of a model that is asked for what it does not do.
pub(super) fn not_a_summarizer(name: &str) -> Failure {
    Failure { kind: FailureKind::NoSuchModel, message: format!("The model {name:?} does not summarize.") }
}

/// The failure of a lost device.
pub fn lost() -> Failure {
    Failure {
        kind: FailureKind::DeviceLost,
        message: "The graphics device was lost, so the CPU takes over. Nothing of yours is lost.".to_owned(),
    }
}

/// The failure of a package that was refused, named.
pub(super) fn refused(model: &str, error: &PackageError) -> Failure {
    let kind = match error {
        PackageError::NoSuchModel(_) => FailureKind::NoSuchModel,
        _ => FailureKind::BadPackage,
    };
    Failure { kind, message: format!("The model {model:?} is refused: {error}.") }
}

/// The failure of bytes that did not come.
pub(super) fn fetch_failure(error: HostError) -> Failure {
    match error {
        HostError::Cancelled => cancelled(),
        error => Failure {
            kind: FailureKind::Fetch,
            message: format!("The model did not come ({error}). Check the connection and try again."),
        },
    }
}

/// The failure of an engine that answers a known question wrongly.
pub(super) fn wrong_answer(error: f32) -> Failure {
    Failure {
        kind: FailureKind::WrongAnswer,
        message: format!(
            "The engine answers a known question wrongly (off by {error:.3}), so it is not used on this device."
        ),
    }
}
