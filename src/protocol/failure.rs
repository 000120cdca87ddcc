//! Why a job failed.

use serde::{Deserialize, Serialize};

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct Failure {
    /// What kind of failure, for the client to act on.
    pub kind: FailureKind,
    /// What happened and what to do, a sentence for the visitor.
    pub message: String,
}

/// The kinds of failure that a client treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Nothing was drawn, the picture is of one color, or the text has no words.
    NothingThere,
    /// The input cannot be read: not a picture, too large, impossible numbers.
    BadInput,
    /// The browser has no WebGPU.
    NoWebGpu,
    /// WebGPU is there, but no adapter was granted.
    NoAdapter,
    /// The adapter lacks something the engine needs.
    MissingFeature,
    /// The device was lost; the worker is of no more use.
    DeviceLost,
    /// The engine answers the known question wrongly.
    WrongAnswer,
    /// The bytes did not come.
    Fetch,
    /// The bytes came, and are not what they should be.
    BadPackage,
    /// There is no model of that name, or it is not loaded.
    NoSuchModel,
    /// Page and worker are of different versions.
    Version,
    /// The visitor stopped it.
    Cancelled,
    /// The loss was no longer a number: nothing was changed.
    Diverged,
    /// A fault of ours.
    Internal,
}
