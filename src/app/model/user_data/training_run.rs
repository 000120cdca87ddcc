//! The training run under way, and its curves.

use super::task::Task;
use crate::app::model::async_value::{Progress, Shared};
use crate::protocol::{EngineKind, FineTuneRequest, FineTuneResult, JobId, RunState, TrainingProgress};

/// A point of a training curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Steps done.
    pub step: u32,
    /// The value.
    pub value: f64,
}

/// State of the training run.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingRun {
    /// There is none.
    Idle,
    /// It waits for an engine with the parent model.
    Queued(Shared<FineTuneRequest>),
    /// It runs.
    Running(ActiveRun),
    /// It is completed: the new version, and its evaluation.
    Completed(String, Shared<FineTuneResult>),
    /// It failed; its task, and a sentence.
    Failed(Task, String),
}

impl TrainingRun {
    /// Whether a run is queued or runs.
    pub fn busy(&self) -> bool {
        matches!(self, TrainingRun::Queued(_) | TrainingRun::Running(_))
    }
}

/// A training run on an engine.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveRun {
    /// The request.
    pub ask: Shared<FineTuneRequest>,
    /// The engine, and the generation of its worker.
    pub engine: (EngineKind, u32),
    /// The job.
    pub job: JobId,
    /// Whether it is paused.
    pub rest: RunState,
    /// Whether it ends with what it has learned so far.
    pub finishing: bool,
    /// How many samples the new version was compared on, once it is learned.
    pub measuring: Option<Progress>,
    /// The last progress report.
    pub latest: Option<TrainingProgress>,
    /// The loss over the steps.
    pub loss: Vec<CurvePoint>,
    /// The accuracy or ROUGE on held-out samples.
    pub held_out: Vec<CurvePoint>,
}
