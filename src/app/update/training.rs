//! Reducer of training runs: starts them where an engine is ready, and resumes them where their engine is gone.

use crate::app::model::State;
use crate::app::model::async_value::{AsyncValue, Progress, Shared};
use crate::app::model::engine_worker::WorkerState;
use crate::app::model::job_table::Job;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_lock::LockOwner;
use crate::app::model::user_data::training_run::{ActiveRun, CurvePoint, TrainingRun};
use crate::app::model::user_data::version::{MAX_ACCURACY_DROP, ModelVersion, VersionInfo};
use crate::app::model::user_data::write_queue::{ChangeKind, RecordKey};
use crate::protocol::{
    Activity, CheckpointStatus, EngineKind, FailureKind, FineTuneRequest, FineTuneResult, JobId, Reply, RunState,
    StartFrom,
};

/// How often an engine may crash during a training run between two checkpoints.
const MAX_CRASHES: u32 = 6;

const TRAINING_KEEPS_FAILING: &str = "Training keeps failing, so it is paused. Your samples are saved, and training continues from its last checkpoint when you open the page again.";

impl State {
    pub(super) fn queue_training(&mut self, task: Task, title: String) {
        if self.user_data.correction_count(task) == 0 {
            self.notify(task.texts().nothing_to_learn.into());
            return;
        }
        let model = self.model_for(task).to_owned();
        let (lesson, plan) = (self.user_data.training_data(task), *self.user_data.config(task));
        let ask = FineTuneRequest { model, title, lesson, plan, from: StartFrom::Start, checkpoint: None };
        self.user_data.training = TrainingRun::Queued(Shared::new(ask));
        self.user_data.crashes = 0;
        if self.user_data.training_lock.owner() == LockOwner::ThisTab {
            self.user_data.writes.record_change(RecordKey::PendingTraining, ChangeKind::Insert);
        }
        self.user_data.training_lock.acquire();
    }

    /// Starts the training run where an engine is ready, and resumes it where its engine is gone.
    pub(super) fn reconcile_training(&mut self) {
        if let TrainingRun::Running(running) = &self.user_data.training {
            let worker = self.engine(running.engine.0);
            if worker.generation != running.engine.1 || worker.state != WorkerState::Running {
                let ask = FineTuneRequest { from: StartFrom::Checkpoint, ..(*running.ask).clone() };
                let task = Task::of_training_data(&ask.lesson);
                self.user_data.crashes += 1;
                match self.user_data.crashes {
                    // Something that crashes every engine would otherwise do so forever. The checkpoint stays.
                    MAX_CRASHES => self.user_data.training = TrainingRun::Failed(task, TRAINING_KEEPS_FAILING.into()),
                    _ => self.user_data.training = TrainingRun::Queued(Shared::new(ask)),
                }
            }
        }
        let TrainingRun::Queued(ask) = &self.user_data.training else { return };
        if self.user_data.training_lock.owner() != LockOwner::ThisTab {
            return;
        }
        let ask = ask.clone();
        let task = Task::of_training_data(&ask.lesson);
        let Some(kind) = self.engine_for(task) else { return };
        match self.engine(kind).model(&ask.model) {
            AsyncValue::Ready(_) => {}
            AsyncValue::Failed(why) => {
                self.finish_training(TrainingRun::Failed(task, why.clone()));
                return;
            }
            // Its loading is requested next.
            AsyncValue::NotRequested | AsyncValue::Loading(_) => return,
        }
        let generation = self.engine(kind).generation;
        let job = self.send_control(kind, Job::FineTune(ask.clone()));
        self.user_data.training = TrainingRun::Running(ActiveRun {
            ask,
            engine: (kind, generation),
            job,
            rest: RunState::GoOn,
            finishing: false,
            measuring: None,
            latest: None,
            loss: Vec::new(),
            held_out: Vec::new(),
        });
    }

    /// The model that an engine should load next for a training run or an evaluation.
    pub(super) fn model_to_load(&self, kind: EngineKind) -> Option<String> {
        let learns = match &self.user_data.training {
            TrainingRun::Queued(ask) => Some((Task::of_training_data(&ask.lesson), ask.model.clone())),
            _ => None,
        };
        let due = |(task, model): &(Task, String)| {
            self.engine_for(*task) == Some(kind) && *self.engine(kind).model(model) == AsyncValue::NotRequested
        };
        let import = || {
            let import = self.user_data.imports.first().filter(|_| self.import_engine() == Some(kind))?;
            // One engine reads it, also where another is selected meanwhile.
            let is_free = |kind| *self.engine(kind).model(&import.name) == AsyncValue::NotRequested;
            [EngineKind::Cpu, EngineKind::Gpu].into_iter().all(is_free).then(|| import.name.clone())
        };
        [learns, self.next_to_evaluate()].into_iter().flatten().find(due).map(|(_, model)| model).or_else(import)
    }

    /// Applies a reply to the training run. Says whether it was one.
    pub(super) fn on_training_reply(&mut self, kind: EngineKind, job: JobId, reply: &Reply) -> bool {
        let generation = self.engine(kind).generation;
        let TrainingRun::Running(running) = &mut self.user_data.training else { return false };
        if running.engine != (kind, generation) || running.job != job {
            return false;
        }
        match reply {
            Reply::Learning(step) => {
                running.loss.push(CurvePoint { step: step.done, value: step.loss.into() });
                if let Some(value) = step.held_out {
                    running.held_out.push(CurvePoint { step: step.done, value });
                }
                running.latest = Some((**step).clone());
                if step.kept == CheckpointStatus::Yes {
                    self.user_data.crashes = 0;
                }
            }
            Reply::Progress { doing: Activity::Measuring, done, total } => {
                running.measuring = Some(Progress { doing: Some(Activity::Measuring), done: *done, total: *total });
            }
            Reply::Learned(learned) => {
                let ask = running.ask.clone();
                self.add_version(&ask, (**learned).clone());
            }
            Reply::Failed(failure) => match failure.kind {
                FailureKind::Cancelled => self.finish_training(TrainingRun::Idle),
                // The whole engine failed: it is disabled, and the training run resumes on the other one.
                FailureKind::DeviceLost | FailureKind::Internal => return false,
                _ => {
                    let task = Task::of_training_data(&running.ask.lesson);
                    self.finish_training(TrainingRun::Failed(task, failure.message.clone()));
                }
            },
            _ => {}
        }
        true
    }

    /// Adds a new version, and selects it where it lost no accuracy.
    pub(super) fn add_version(&mut self, ask: &FineTuneRequest, learned: FineTuneResult) {
        let name = self.user_data.unused_name();
        let [held_out, own] = learned.figures.main();
        let about = VersionInfo {
            name: name.clone(),
            task: Task::of_training_data(&ask.lesson),
            title: ask.title.clone(),
            parent: Some(ask.model.clone()),
            made: ask.title.split_once(", ").map_or_else(String::new, |(_, made)| made.to_owned()),
            samples: ask.lesson.len(),
            plan: Some(ask.plan),
            held_out: Some(held_out),
            own: Some(own),
        };
        let lost = learned.figures.lost();
        let package = Shared::new(learned.package.clone());
        self.user_data.edit_versions(|all| all.push(ModelVersion { about, package }));
        // Added in the same transaction as the version: whenever the page closes, the run is completed or can be resumed.
        self.finish_training(TrainingRun::Completed(name.clone(), Shared::new(learned)));
        if lost <= MAX_ACCURACY_DROP {
            self.select_model(name);
        }
    }
}
