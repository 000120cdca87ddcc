//! Fine-tuned and imported versions of a model.

use serde::{Deserialize, Serialize};

use super::task::Task;
use crate::app::model::async_value::Shared;
use crate::protocol::Plan;

/// Points of accuracy on held-out digits that a version may lose and still take its parent's place.
pub const MAX_ACCURACY_DROP: f64 = 0.5;

/// A model that the visitor taught or brought.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelVersion {
    /// What it is.
    pub about: VersionInfo,
    /// The package as one file.
    pub package: Shared<Vec<u8>>,
}

/// What the list says of a version, and what is kept of it beside its package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionInfo {
    /// Names it to the engines.
    pub name: String,
    /// What it does.
    #[serde(default)]
    pub task: Task,
    /// What the visitor calls it.
    pub title: String,
    /// The parent's name; none for one that was brought.
    pub parent: Option<String>,
    /// When it was made.
    pub made: String,
    /// Of how many corrections.
    pub samples: usize,
    /// How it was learned.
    pub plan: Option<Plan>,
    /// The main figure on held-out samples, the parent's and its own: accuracy, or mean ROUGE, as a share.
    pub held_out: Option<[f64; 2]>,
    /// … on the corrections.
    pub own: Option<[f64; 2]>,
}
