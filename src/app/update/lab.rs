//! Reducer of the Lab: its training runs and comparisons.

use super::failure_policy::is_engine_failure;
use crate::app::model::State;
use crate::app::model::async_value::{Progress, Shared};
use crate::app::model::engine_worker::WorkerState;
use crate::app::model::job_table::{Job, JobLane};
use crate::app::model::lab::{ComparisonStatus, LabAction, LabRun, LabRunStatus};
use crate::app::model::lab_history::LabHistory;
use crate::protocol::{EngineKind, FailureKind, Reply};

const NETWORKS_GONE: &str = "The engine that trained these networks has stopped. Train the networks again.";

impl State {
    /// Applies what the visitor does in the Lab.
    pub(super) fn update_lab(&mut self, act: LabAction) {
        match act {
            LabAction::SetConfig(plan) => self.lab.plan = plan,
            LabAction::Train => {
                if !self.lab.busy() {
                    let number = self.lab.history.next_number();
                    self.lab.run = Some(LabRun { number, ..LabRun::new(self.lab.plan) });
                    // The comparisons were of the networks before.
                    self.lab.measured = Shared::default();
                    self.lab.measuring = ComparisonStatus::Idle;
                }
            }
            LabAction::Stop => {
                let Some(run) = &mut self.lab.run else { return };
                let status = std::mem::replace(&mut run.status, LabRunStatus::Stopped);
                match status {
                    LabRunStatus::Running(kind, ..) => {
                        if let Some(id) = self.engine(kind).jobs.newest(JobLane::Lab).map(|job| job.id) {
                            self.send_control(kind, Job::Cancel(id));
                        }
                    }
                    LabRunStatus::Waiting => {}
                    other => run.status = other,
                }
            }
            LabAction::Restore(plan, runs) => {
                self.lab.plan = plan.unwrap_or(self.lab.plan);
                self.lab.history = Shared::new(LabHistory::restored(runs));
            }
            LabAction::ToggleCompared(number) => self.lab.edit_history(|history| history.toggle(number)),
            LabAction::ForgetRun(number) => self.lab.edit_history(|history| history.forget(number)),
            LabAction::SetOcclusion(missing) => self.lab.missing = missing,
            LabAction::EvaluateMissingData => {
                if self.lab_engine().is_some() {
                    self.lab.measuring = ComparisonStatus::Queued;
                }
            }
        }
    }

    /// Starts queued work where an engine is free, and restarts it where its engine is gone.
    pub(super) fn reconcile_lab(&mut self) {
        self.lab.record_ended_run();
        let Some(run) = &self.lab.run else { return };
        if let LabRunStatus::Running(kind, generation, _) = run.status {
            let worker = self.engine(kind);
            if worker.generation != generation || worker.state != WorkerState::Running {
                // The same seed gives the same training run on any engine.
                self.lab.run = Some(LabRun { number: run.number, ..LabRun::new(run.ask) });
            }
        }
        if self.lab.measuring != ComparisonStatus::Idle && self.lab_engine().is_none() && !self.lab.busy() {
            let waits = matches!(self.lab.measuring, ComparisonStatus::Queued | ComparisonStatus::Running(_));
            if waits {
                self.lab.measuring = ComparisonStatus::Failed(NETWORKS_GONE.into());
            }
        }
        if self.lab.measuring == ComparisonStatus::Queued
            && let Some(kind) = self.lab_engine()
            && self.engine(kind).jobs.has_room(JobLane::Lab)
        {
            self.lab.measuring = ComparisonStatus::Running(Progress::default());
            self.add_job(kind, JobLane::Lab, Job::EvaluateMissingData(self.lab.missing));
        }
        let Some(kind) = self.engine_selection.engine else { return };
        let (free, generation) = (self.engine(kind).is_free(JobLane::Lab), self.engine(kind).generation);
        if let Some(run) = &mut self.lab.run
            && run.status == LabRunStatus::Waiting
            && free
        {
            run.status = LabRunStatus::Running(kind, generation, Progress::default());
            let ask = run.ask;
            self.add_job(kind, JobLane::Lab, Job::TrainFromScratch(ask));
        }
    }

    /// A worker replied to a job of the Lab.
    pub(super) fn on_lab_reply(&mut self, kind: EngineKind, ask: &Job, reply: Reply) {
        let generation = self.engine(kind).generation;
        if let Reply::Failed(failure) = &reply
            && is_engine_failure(kind, failure.kind)
        {
            // The engine is disabled, and its job restarts on the other one.
            return self.on_engine_failed(kind, failure.clone());
        }
        if matches!(ask, Job::EvaluateMissingData(_)) {
            return match reply {
                Reply::Progress { doing, done, total } => {
                    self.lab.measuring = ComparisonStatus::Running(Progress { doing: Some(doing), done, total });
                }
                Reply::Missing(report) => self.lab.compared(*report),
                Reply::Failed(failure) => self.lab.measuring = ComparisonStatus::Failed(failure.message),
                _ => {
                    self.lab.measuring =
                        ComparisonStatus::Failed("The engine gave an unexpected answer. Try again.".into())
                }
            };
        }
        let Some(run) = &mut self.lab.run else { return };
        let LabRunStatus::Running(at, of, progress) = &mut run.status else { return };
        if (*at, *of) != (kind, generation) {
            return;
        }
        match reply {
            Reply::Progress { doing, done, total } => *progress = Progress { doing: Some(doing), done, total },
            Reply::LabStep(step) => run.track_mut(step.way).step(*step),
            Reply::LabPictures(pictures) => run.track_mut(pictures.way).pictures(*pictures),
            Reply::LabDone(done) => self.lab.done(*done, (kind, generation)),
            Reply::Failed(failure) if failure.kind == FailureKind::Cancelled => run.status = LabRunStatus::Stopped,
            Reply::Failed(failure) => run.status = LabRunStatus::Failed(failure.message),
            _ => run.status = LabRunStatus::Failed("The engine gave an unexpected answer. Try again.".into()),
        }
    }
}

#[cfg(test)]
mod tests;
