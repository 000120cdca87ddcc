//! The comparison of model versions.

use super::task::Task;
use crate::app::model::async_value::{Progress, Shared};
use crate::protocol::{EngineKind, Evaluation, JobId};

/// The comparison of model versions on the same samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VersionComparison {
    /// The models to evaluate, one after the other, and their task.
    pub asked: Option<(Task, Vec<String>)>,
    /// The results so far.
    pub done: Vec<(String, Result<Shared<Evaluation>, String>)>,
    /// How many samples the model was evaluated on so far.
    pub progress: Option<Progress>,
    /// The evaluation that runs: the engine, the generation of its worker, the job.
    pub running: Option<(EngineKind, u32, JobId)>,
}
