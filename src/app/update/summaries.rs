//! Reducer of summaries: loads the models, starts and cancels jobs, and applies replies.

use super::failure_policy::is_engine_failure;
use crate::app::model::State;
use crate::app::model::async_value::{AsyncValue, Progress, Shared};
use crate::app::model::engine_selection::{
    EnginePreference, EngineSelection, EngineStatus, SelectionReason, select_fastest,
};
use crate::app::model::engine_worker::{AssetSource, EngineWorker, LoadedModel, WorkerState};
use crate::app::model::job_table::{Job, JobLane, RunningJob};
use crate::app::model::summaries::request::{SourceViewMode, SummaryRun, SummaryRunStatus};
use crate::app::model::summaries::{ComparisonMode, ModelDemand, SEQ2SEQ_MODEL, SUMMARY_MODEL, SummariesAction};
use crate::app::model::user_data::UserDataAction;
use crate::protocol::{AdapterKind, EngineKind, Failure, FailureKind, JobId, Reply};

const UNEXPECTED_REPLY: &str = "The engine gave an unexpected answer. Try again.";

const ENGINES: [EngineKind; 2] = [EngineKind::Cpu, EngineKind::Gpu];

impl State {
    /// Applies what the visitor does with texts and summaries.
    pub(super) fn update_summaries(&mut self, act: SummariesAction) {
        if act == SummariesAction::SaveCorrection
            && let Some(sample) = self.summaries.corrected()
        {
            self.summaries.draft = None;
            self.update_user_data(UserDataAction::CorrectSummary(sample));
        }
        if act == SummariesAction::Retry {
            let model = &self.summaries.model;
            for worker in [&mut self.cpu, &mut self.gpu] {
                worker.models.retain(|name, slot| {
                    !((name == model || name == SEQ2SEQ_MODEL) && matches!(slot, AsyncValue::Failed(_)))
                });
            }
            if matches!(self.cpu.info, AsyncValue::Failed(_)) {
                self.cpu = EngineWorker { generation: self.cpu.generation, ..EngineWorker::new(EngineKind::Cpu) };
                self.cpu.start(AssetSource::Cache);
            }
        }
        self.summaries.apply(act);
    }

    /// The text model that an engine should load next, if there is one.
    fn summarizer_to_load(&self, kind: EngineKind) -> Option<String> {
        if self.summaries.opened == ModelDemand::NotRequested || !self.should_summarize(kind) {
            return None;
        }
        let worker = self.engine(kind);
        if *worker.model(&self.summaries.model) == AsyncValue::NotRequested {
            return Some(self.summaries.model.clone());
        }
        let compares =
            self.summaries.compare == ComparisonMode::Seq2Seq && self.summaries.engine_selection.engine == Some(kind);
        (compares && *worker.model(SEQ2SEQ_MODEL) == AsyncValue::NotRequested).then(|| SEQ2SEQ_MODEL.to_owned())
    }

    /// Whether an engine should be able to summarize. WebGPU follows the CPU, so that the model is downloaded once and not
    /// twice, and only where it could be the better one.
    fn should_summarize(&self, kind: EngineKind) -> bool {
        if kind == EngineKind::Cpu {
            return true;
        }
        let cpu = self.cpu.status(&self.summaries.model);
        let fails = matches!(cpu, EngineStatus::Failed(_));
        let hardware = self.gpu.info.ready().is_some_and(|engine| engine.adapter_kind == AdapterKind::Hardware);
        match self.engine_preference {
            EnginePreference::Only(EngineKind::Gpu) => fails || matches!(cpu, EngineStatus::Ready { .. }),
            EnginePreference::Only(EngineKind::Cpu) => fails,
            EnginePreference::Auto => fails || (hardware && matches!(cpu, EngineStatus::Ready { .. })),
        }
    }

    /// Selects the engine, cancels stale jobs and starts the next one.
    pub(super) fn reconcile_summaries(&mut self) {
        if self.summaries.opened == ModelDemand::NotRequested {
            return;
        }
        self.fall_back_to_builtin();
        self.summaries.engine_selection = self.select_summarizer();
        if self.summaries.engine_selection.engine.is_some() && self.summaries.opened == ModelDemand::Requested {
            self.summaries.opened = ModelDemand::Ready;
            // A text that was typed in the meantime is summarized now, but stays editable.
            if self.summaries.summary.is_none() && self.summaries.has_words() {
                self.summaries.request(SourceViewMode::Edit);
            }
        }
        for kind in ENGINES {
            if self.engine(kind).is_free(JobLane::TextModel)
                && let Some(name) = self.summarizer_to_load(kind)
            {
                self.add_job(kind, JobLane::TextModel, self.job_to_load(&name));
                self.engine_mut(kind).models.insert(name, AsyncValue::Loading(Progress::default()));
            }
        }
        self.fail_unavailable();
        self.requeue_lost();
        self.cancel_stale();
        self.start_next();
    }

    /// Selects the built-in model where the selected version is deleted, or no running engine can load it.
    fn fall_back_to_builtin(&mut self) {
        let model = &self.summaries.model;
        let living =
            || ENGINES.into_iter().map(|kind| self.engine(kind)).filter(|worker| worker.info.ready().is_some());
        let refused = |worker: &EngineWorker| matches!(worker.model(model), AsyncValue::Failed(_));
        let nobody = living().next().is_some() && living().all(refused);
        if *model != SUMMARY_MODEL && (nobody || self.user_data.version(model).is_none()) {
            self.notify(format!("Using the model “{SUMMARY_MODEL}” instead."));
            self.summaries.apply(SummariesAction::SelectModel(SUMMARY_MODEL.to_owned()));
        }
    }

    fn select_summarizer(&self) -> EngineSelection {
        let model = &self.summaries.model;
        let (cpu, gpu) = (self.cpu.status(model), self.gpu.status(model));
        let choice = select_fastest(self.engine_preference, &cpu, &gpu);
        match (cpu, gpu) {
            // There is no other engine to wait for.
            (EngineStatus::Failed(why), EngineStatus::Off) if !self.should_start_gpu() => {
                EngineSelection { engine: None, reason: SelectionReason::NoEngineWorks(why) }
            }
            _ => choice,
        }
    }

    /// Fails requests that wait for a model that cannot be loaded.
    fn fail_unavailable(&mut self) {
        let ours = match &self.summaries.engine_selection.reason {
            SelectionReason::NoEngineWorks(why) => Some(why.clone()),
            _ => None,
        };
        let plain =
            self.summaries.engine_selection.engine.and_then(|kind| match self.engine(kind).model(SEQ2SEQ_MODEL) {
                AsyncValue::Failed(why) => Some(why.clone()),
                _ => None,
            });
        let runs = [(&mut self.summaries.summary, ours.clone()), (&mut self.summaries.baseline, ours.or(plain))];
        for (run, why) in runs {
            if let (Some(run), Some(why)) = (run, why)
                && run.stage == SummaryRunStatus::Waiting
            {
                run.stage = SummaryRunStatus::Failed(why);
            }
        }
    }

    /// Requeues the requests of an engine that is gone.
    fn requeue_lost(&mut self) {
        let at: Vec<u32> = ENGINES.into_iter().filter_map(|kind| request_number(self.engine(kind))).collect();
        for run in self.summaries.runs_mut() {
            if run.stage.runs() && !at.contains(&run.order.number) {
                run.again();
            }
        }
    }

    /// Cancels jobs whose result is no longer wanted.
    fn cancel_stale(&mut self) {
        for kind in ENGINES {
            let Some(id) = self.engine(kind).jobs.newest(JobLane::Summary).map(|job| job.id) else { continue };
            let number = request_number(self.engine(kind));
            let wanted = self.summaries.runs().any(|run| run.stage.runs() && Some(run.order.number) == number);
            if !wanted && self.summaries.stopping != Some(id) {
                self.summaries.stopping = Some(id);
                self.send_control(kind, Job::Cancel(id));
            }
        }
    }

    fn start_next(&mut self) {
        let Some(kind) = self.summaries.engine_selection.engine else { return };
        let worker = self.engine(kind);
        if worker.state != WorkerState::Running
            || ENGINES.into_iter().any(|kind| !self.engine(kind).jobs.has_room(JobLane::Summary))
        {
            return;
        }
        let due = self.summaries.runs().find(|run| run.stage == SummaryRunStatus::Waiting).map(|run| run.order.clone());
        let Some(order) = due.filter(|order| worker.model(&order.ask.model).ready().is_some()) else { return };
        if let Some(run) = self.summary_run_mut(order.number) {
            run.stage = SummaryRunStatus::Analyzing(Progress::default());
        }
        self.add_job(kind, JobLane::Summary, Job::Summarize(order));
    }

    fn summary_run_mut(&mut self, number: u32) -> Option<&mut SummaryRun> {
        self.summaries.runs_mut().find(|run| run.order.number == number)
    }

    /// A worker replied to the loading of a text model. The page shows the result in its place, so there is no notice.
    pub(super) fn on_summarizer_load_reply(&mut self, kind: EngineKind, ask: Job, reply: Reply) {
        let (Job::LoadModel(name) | Job::ImportModel(name, _)) = ask else { return };
        let slot = match reply {
            Reply::Progress { doing, done, total } => AsyncValue::Loading(Progress { doing: Some(doing), done, total }),
            Reply::Loaded { model, check, .. } => {
                self.on_model_loaded(&name, &model.task);
                AsyncValue::Ready(LoadedModel { info: model, check })
            }
            // An engine that fails the self-test of this model may still classify digits, so it is not disabled.
            Reply::Failed(failure)
                if failure.kind != FailureKind::WrongAnswer && is_engine_failure(kind, failure.kind) =>
            {
                return self.on_engine_failed(kind, failure);
            }
            Reply::Failed(failure) => {
                if failure.kind == FailureKind::BadPackage && self.user_data.version(&name).is_some() {
                    self.notify(self.failure_of_version(&name, &failure.message));
                }
                AsyncValue::Failed(failure.message)
            }
            _ => AsyncValue::Failed(UNEXPECTED_REPLY.into()),
        };
        self.engine_mut(kind).models.insert(name, slot);
    }

    /// A worker replied to the job of a summary.
    pub(super) fn on_summary_reply(&mut self, kind: EngineKind, id: JobId, ask: &Job, reply: Reply) {
        use FailureKind::{Cancelled, NoSuchModel};
        let Job::Summarize(order) = ask else { return };
        let number = order.number;
        if reply.is_final() && self.summaries.stopping == Some(id) {
            self.summaries.stopping = None;
        }
        if let Reply::Failed(failure) = &reply
            && is_engine_failure(kind, failure.kind)
        {
            // The engine is disabled, and its request is requeued.
            return self.on_engine_failed(kind, failure.clone());
        }
        let (model, view) = match self.summary_run_mut(number) {
            Some(run) if run.stage.runs() => (run.order.ask.model.clone(), run.order.view),
            // The request was dropped.
            _ => return,
        };
        let Some(run) = self.summary_run_mut(number) else { return };
        match reply {
            Reply::Progress { doing, done, total } => {
                if matches!(run.stage, SummaryRunStatus::Analyzing(_)) {
                    run.stage = SummaryRunStatus::Analyzing(Progress { doing: Some(doing), done, total });
                }
            }
            Reply::Source(source) => {
                run.source = Some(Shared::new(*source));
                if view == SourceViewMode::Annotated {
                    self.summaries.view = SourceViewMode::Annotated;
                }
            }
            Reply::Line(line) => run.put(*line),
            Reply::Summarized(summary) => {
                run.finish(*summary);
                if model != SEQ2SEQ_MODEL {
                    self.summaries.finished += 1;
                }
            }
            Reply::Failed(Failure { kind: Cancelled, .. }) => run.stage = SummaryRunStatus::Stopped,
            Reply::Failed(Failure { kind: failure, message }) => {
                run.stage = SummaryRunStatus::Failed(message.clone());
                if failure == NoSuchModel {
                    self.engine_mut(kind).models.insert(model, AsyncValue::Failed(message));
                }
            }
            _ => run.stage = SummaryRunStatus::Failed(UNEXPECTED_REPLY.into()),
        }
    }
}

fn request_number(worker: &EngineWorker) -> Option<u32> {
    match worker.jobs.newest(JobLane::Summary) {
        Some(RunningJob { ask: Job::Summarize(order), .. }) => Some(order.number),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
