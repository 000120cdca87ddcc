//! The comparison of model versions.

use super::task::Task;
use crate::app::model::async_value::Shared;
use crate::protocol::{EngineKind, JobId, Measured};

/// What models were measured at, beside one another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VersionComparison {
    /// What was asked: models of one task, which are measured one after the other.
    pub asked: Option<(Task, Vec<String>)>,
    /// What came of it so far.
    pub done: Vec<(String, Result<Shared<Measured>, String>)>,
    /// The model that an engine is at: the engine, its life, the job.
    pub running: Option<(EngineKind, u32, JobId)>,
}
