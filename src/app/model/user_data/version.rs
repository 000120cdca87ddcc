//! Fine-tuned and imported versions of a model.

use serde::{Deserialize, Serialize};

use super::task::Task;
use crate::app::model::async_value::Shared;
use crate::protocol::TrainingConfig;

/// Points of accuracy on held-out samples that a new version may lose and still become active.
pub const MAX_ACCURACY_DROP: f64 = 0.5;

/// A fine-tuned or imported version of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelVersion {
    /// What is known of it.
    pub about: VersionInfo,
    /// The package as one file.
    pub package: Shared<Vec<u8>>,
}

/// A package from a file, which an engine reads before it becomes a version: only then is its task known.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingImport {
    /// The name that the engine knows it by.
    pub name: String,
    /// The name of its file.
    pub title: String,
    /// When it was imported.
    pub made: String,
    /// The package as one file.
    pub package: Shared<Vec<u8>>,
}

/// What is known of a version. It is stored beside the package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionInfo {
    /// The name that the engines know it by.
    pub name: String,
    /// Its task.
    #[serde(default)]
    pub task: Task,
    /// The visitor's title for it.
    pub title: String,
    /// The name of its parent; none for an imported one.
    pub parent: Option<String>,
    /// When it was made.
    pub made: String,
    /// The number of corrections that it was trained on.
    pub samples: usize,
    /// The training configuration.
    pub plan: Option<TrainingConfig>,
    /// The main metric on held-out samples before and after, as a share: accuracy or mean ROUGE. An imported version has no before: both
    /// are its own.
    pub held_out: Option<[f64; 2]>,
    /// The same on the corrections.
    pub own: Option<[f64; 2]>,
}
