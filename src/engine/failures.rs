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
    Failure { kind: FailureKind::NoSuchModel, message: format!("The model “{name}” cannot summarize.") }
}

/// The failure of a lost device.
pub fn device_lost_failure() -> Failure {
    Failure {
        kind: FailureKind::DeviceLost,
        message: "The graphics card stopped responding, so the CPU takes over. Your work is not lost.".to_owned(),
    }
}

/// The failure of a package that was refused, with the model's name.
pub(super) fn package_failure(model: &str, error: &PackageError) -> Failure {
    let kind = match error {
        PackageError::NoSuchModel(_) => FailureKind::NoSuchModel,
        _ => FailureKind::BadPackage,
    };
    Failure { kind, message: format!("The model “{model}” cannot be used: {error}.") }
}

/// The failure of a download.
pub(super) fn fetch_failure(error: HostError) -> Failure {
    match error {
        HostError::Cancelled => cancelled_failure(),
        error => Failure { kind: FailureKind::Fetch, message: download_message(&error) },
    }
}

/// What is said of a download that failed. Only an answer of the server tells more than that the network did not reach it.
fn download_message(error: &HostError) -> String {
    match error {
        HostError::Unreachable { path, reason } if reason.starts_with("the server answered") => {
            format!("The model could not be downloaded: {reason} for {path}. Try again later.")
        }
        HostError::Unreachable { .. } | HostError::Cancelled => {
            "The model could not be downloaded. Check your connection and try again.".to_owned()
        }
        error => format!("The model could not be downloaded ({error}). Check your connection and try again."),
    }
}

/// The failure of an engine that gave numbers which say nothing, though it answered its known question when it started.
pub(super) fn blank_answer_failure(kind: EngineKind) -> Failure {
    let message = match kind {
        EngineKind::Gpu => "WebGPU gave wrong results on this device, so it is not used until you reload the page.",
        EngineKind::Cpu => "The engine gave wrong results. Reload the page to restart it.",
    };
    Failure { kind: FailureKind::WrongAnswer, message: message.to_owned() }
}

/// The failure of an engine whose result differs from the self-test's expected output.
pub(super) fn self_test_failure(error: f32) -> Failure {
    Failure {
        kind: FailureKind::WrongAnswer,
        message: format!("The engine fails its self-test (off by {error:.3}), so it is not used on this device."),
    }
}
