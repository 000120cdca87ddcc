//! Reducer of the comparison of model versions. One model is evaluated after the other.

use crate::app::model::State;
use crate::app::model::async_value::{AsyncValue, Progress, Shared};
use crate::app::model::engine_worker::WorkerState;
use crate::app::model::job_table::Job;
use crate::app::model::user_data::task::Task;
use crate::protocol::{Activity, EngineKind, FailureKind, JobId, Reply};

impl State {
    /// The next model to evaluate.
    pub(super) fn next_to_evaluate(&self) -> Option<(Task, String)> {
        let (task, models) = self.user_data.comparison.asked.as_ref()?;
        Some((*task, models.get(self.user_data.comparison.done.len())?.clone()))
    }

    /// Starts the next evaluation on the engine of its task.
    pub(super) fn reconcile_evaluation(&mut self) {
        if let Some((kind, generation, _)) = self.user_data.comparison.running {
            let worker = self.engine(kind);
            if worker.generation == generation && worker.state == WorkerState::Running {
                return;
            }
            self.user_data.comparison.running = None;
        }
        let Some((task, model)) = self.next_to_evaluate() else { return };
        let Some(kind) = self.engine_for(task) else { return };
        match self.engine(kind).model(&model) {
            AsyncValue::Ready(_) => {
                let (generation, lesson) = (self.engine(kind).generation, self.user_data.training_data(task));
                let job = self.send_control(kind, Job::Evaluate(model, Shared::new(lesson)));
                self.user_data.comparison.running = Some((kind, generation, job));
            }
            AsyncValue::Failed(why) => {
                let why = why.clone();
                self.user_data.comparison.done.push((model, Err(why)));
                self.reconcile_evaluation();
            }
            // Its loading is requested next.
            AsyncValue::NotRequested | AsyncValue::Loading(_) => {}
        }
    }

    /// Applies a reply to the evaluation that runs. Says whether it was one.
    pub(super) fn on_evaluation_reply(&mut self, kind: EngineKind, job: JobId, reply: &Reply) -> bool {
        let generation = self.engine(kind).generation;
        if self.user_data.comparison.running != Some((kind, generation, job)) {
            return false;
        }
        let outcome = match reply {
            Reply::Progress { doing: Activity::Measuring, done, total } => {
                self.user_data.comparison.progress =
                    Some(Progress { doing: Some(Activity::Measuring), done: *done, total: *total });
                return true;
            }
            Reply::Measured { figures } => Ok(Shared::new((**figures).clone())),
            Reply::Failed(failure) if matches!(failure.kind, FailureKind::DeviceLost | FailureKind::Internal) => {
                return false;
            }
            Reply::Failed(failure) => Err(failure.message.clone()),
            _ => return true,
        };
        self.user_data.comparison.running = None;
        self.user_data.comparison.progress = None;
        if let Some((_, model)) = self.next_to_evaluate() {
            self.user_data.comparison.done.push((model, outcome));
        }
        true
    }
}
