//! The training run under way, and its curves.

use super::task::Task;
use crate::app::model::async_value::Shared;
use crate::protocol::{EngineKind, JobId, Learn, Learned, Learning, Rest};

/// A point of the curves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Steps done.
    pub step: u32,
    /// The value.
    pub value: f64,
}

/// The learning that is under way.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingRun {
    /// None.
    Idle,
    /// It waits for an engine with the parent.
    Queued(Shared<Learn>),
    /// An engine is at it.
    Running(ActiveRun),
    /// It ended well: the version it came to, and its figures.
    Completed(String, Shared<Learned>),
    /// It did not; what it was about, and a sentence.
    Failed(Task, String),
}

impl TrainingRun {
    /// Whether something is to be learned, now or when its turn comes.
    pub fn busy(&self) -> bool {
        matches!(self, TrainingRun::Queued(_) | TrainingRun::Running(_))
    }
}

/// Learning that an engine is at.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveRun {
    /// What was asked.
    pub ask: Shared<Learn>,
    /// Which engine, in which of its lives.
    pub engine: (EngineKind, u32),
    /// The job.
    pub job: JobId,
    /// Whether it rests.
    pub rest: Rest,
    /// The last report.
    pub latest: Option<Learning>,
    /// The loss over the steps.
    pub loss: Vec<CurvePoint>,
    /// The accuracy on held-out digits.
    pub held_out: Vec<CurvePoint>,
}
