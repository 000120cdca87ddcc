//! The failures that a client is told of, each a sentence for the visitor.

use crate::{
    host::HostError,
    package::PackageError,
    protocol::{EngineKind, Failure, FailureKind},
};

/// The failure of a job that was cancelled.
pub(super) fn cancelled_failure() -> Failure {
    Failure { kind: FailureKind::Cancelled, message: "Stopped.".to_owned() }
}

/// The failure of a request to summarize with a model that is not a summarizer.
pub(super) fn not_a_summarizer(name: &str) -> Failure {
    Failure { kind: FailureKind::NoSuchModel, message: format!("The model {name:?} does not summarize.") }
}

/// The failure of a lost device.
pub fn device_lost_failure() -> Failure {
    Failure {
        kind: FailureKind::DeviceLost,
        message: "The graphics device was lost, so the CPU takes over. Nothing of yours is lost.".to_owned(),
    }
}

/// The failure of a package that was refused, with the model's name.
pub(super) fn package_failure(model: &str, error: &PackageError) -> Failure {
    let kind = match error {
        PackageError::NoSuchModel(_) => FailureKind::NoSuchModel,
        _ => FailureKind::BadPackage,
    };
    Failure { kind, message: format!("The model {model:?} is refused: {error}.") }
}

/// The failure of a download.
pub(super) fn fetch_failure(error: HostError) -> Failure {
    match error {
        HostError::Cancelled => cancelled_failure(),
        error => Failure {
            kind: FailureKind::Fetch,
            message: format!("The model did not come ({error}). Check the connection and try again."),
        },
    }
}

/// The failure of an engine that gave numbers which say nothing, though it answered its known question when it started.
pub(super) fn blank_answer_failure(kind: EngineKind) -> Failure {
    let message = match kind {
        EngineKind::Gpu => {
            "The graphics device (WebGPU) answered wrongly: what it computed says nothing of the drawing. It is not used any more until the page is loaded again."
        }
        EngineKind::Cpu => {
            "The engine answered wrongly: what it computed says nothing of the drawing. Reload the page to start it anew."
        }
    };
    Failure { kind: FailureKind::WrongAnswer, message: message.to_owned() }
}

/// The failure of an engine whose result differs from the self-test's expected output.
pub(super) fn self_test_failure(error: f32) -> Failure {
    Failure {
        kind: FailureKind::WrongAnswer,
        message: format!(
            "The engine answers a known question wrongly (off by {error:.3}), so it is not used on this device."
        ),
    }
}
