//! Reducer of the comparison of model versions: one model after the other.

use crate::app::model::State;
use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::engine_worker::{Job, WorkerState};
use crate::app::model::user_data::task::Task;
use crate::protocol::{EngineKind, FailureKind, JobId, Reply};

impl State {
    /// The model that is to be measured next.
    pub(super) fn measured_next(&self) -> Option<(Task, String)> {
        let (task, models) = self.mine.measures.asked.as_ref()?;
        Some((*task, models.get(self.mine.measures.done.len())?.clone()))
    }

    /// Brings measuring into line: one model after the other, on the engine that does the task.
    pub(super) fn settle_measures(&mut self) {
        if let Some((kind, life, _)) = self.mine.measures.running {
            let lane = self.lane(kind);
            if lane.life == life && lane.worker == WorkerState::Running {
                return;
            }
            self.mine.measures.running = None;
        }
        let Some((task, model)) = self.measured_next() else { return };
        let Some(kind) = self.engine_of(task) else { return };
        match self.lane(kind).model(&model) {
            AsyncValue::Ready(_) => {
                let (life, lesson) = (self.lane(kind).life, self.mine.lesson(task));
                let job = self.aside(kind, Job::Evaluate(model, Shared::new(lesson)));
                self.mine.measures.running = Some((kind, life, job));
            }
            AsyncValue::Failed(why) => {
                let why = why.clone();
                self.mine.measures.done.push((model, Err(why)));
                self.settle_measures();
            }
            // It is asked for next.
            AsyncValue::NotRequested | AsyncValue::Loading(_) => {}
        }
    }

    /// Whether a reply belongs to what is measured; then it is dealt with.
    pub(super) fn measure_heard(&mut self, kind: EngineKind, job: JobId, reply: &Reply) -> bool {
        let life = self.lane(kind).life;
        if self.mine.measures.running != Some((kind, life, job)) {
            return false;
        }
        let outcome = match reply {
            Reply::Measured { figures } => Ok(Shared::new((**figures).clone())),
            Reply::Failed(failure) if matches!(failure.kind, FailureKind::DeviceLost | FailureKind::Internal) => {
                return false;
            }
            Reply::Failed(failure) => Err(failure.message.clone()),
            _ => return true,
        };
        self.mine.measures.running = None;
        if let Some((_, model)) = self.measured_next() {
            self.mine.measures.done.push((model, outcome));
        }
        true
    }
}
