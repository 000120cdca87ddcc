//! Reducer of the engines: what each worker is asked next, and what its replies change.

use super::watchdog::health_credit;
use crate::app::model::State;
use crate::app::model::async_value::{AsyncValue, Progress, Shared};
use crate::app::model::engine_selection::{EnginePreference, select_engine};
use crate::app::model::engine_worker::{AssetSource, BenchmarkTimes, EngineWorker, LoadedModel, WorkerState};
use crate::app::model::job_table::{Job, JobLane, PredictionKey, RunningJob};
use crate::app::model::pad_content::PadContent;
use crate::app::model::prediction::Prediction;
use crate::app::model::startup::WebGpuSupport;
use crate::app::model::summaries::SummariesAction;
use crate::app::model::user_data::task::{Task, TaskInput};
use crate::app::model::user_data::training_run::TrainingRun;
use crate::protocol::{
    Activity, Classification, Detail, EngineKind, EngineMessage, Failure, FailureKind, JobId, Reply, VERSION,
};

const ENGINES: [EngineKind; 2] = [EngineKind::Cpu, EngineKind::Gpu];

impl State {
    /// Brings the state into line after an action: the model that can be loaded, the selected engine, the next job of each
    /// worker.
    pub(super) fn reconcile(&mut self) {
        self.fall_back_to_available_model();
        if self.should_start_gpu() {
            self.gpu.start(AssetSource::Cache);
        }
        let (cpu, gpu) = (self.cpu.status(self.model()), self.gpu.status(self.model()));
        self.engine_selection = self.with_left_out_reason(select_engine(self.engine_preference, &cpu, &gpu));
        self.reconcile_training();
        self.reconcile_evaluation();
        self.reconcile_summaries();
        self.reconcile_lab();
        for kind in ENGINES {
            if self.engine(kind).is_free(JobLane::Main)
                && let Some(ask) = self.next_job(kind)
            {
                self.send_job(kind, ask);
            }
        }
        if let AsyncValue::Ready(timing) = &self.benchmark
            && Some(timing.engine) != self.engine_selection.engine
        {
            self.benchmark = AsyncValue::NotRequested;
        }
        self.flush_writes();
    }

    /// A worker receives messages now.
    pub(super) fn on_worker_started(&mut self, kind: EngineKind, generation: u32) {
        let worker = self.engine_mut(kind);
        if worker.generation == generation && worker.state == WorkerState::Starting {
            worker.state = WorkerState::Running;
            worker.messages_received += 1;
        }
    }

    /// A part of a worker's engine was downloaded.
    pub(super) fn on_worker_fetching(&mut self, kind: EngineKind, generation: u32, done: u64, total: u64) {
        let worker = self.engine_mut(kind);
        if worker.generation == generation && worker.state == WorkerState::Starting {
            // Once all of it has come, it is compiled.
            let fetching = Progress { doing: Some(Activity::Fetching), done, total };
            worker.info = AsyncValue::Loading(if done == total { Progress::default() } else { fetching });
            // Bytes that come are no silence.
            worker.messages_received = worker.messages_received.wrapping_add(1);
        }
    }

    /// A worker replied.
    pub(super) fn on_worker_message(&mut self, kind: EngineKind, generation: u32, message: EngineMessage) {
        let EngineMessage { job: id, reply } = message;
        let worker = self.engine_mut(kind);
        if worker.generation != generation || worker.state != WorkerState::Running {
            return;
        }
        worker.messages_received = worker.messages_received.wrapping_add(1);
        worker.credit_replies(health_credit(&reply));
        if self.on_training_reply(kind, id, &reply) || self.on_evaluation_reply(kind, id, &reply) {
            return;
        }
        let jobs = &mut self.engine_mut(kind).jobs;
        let job = jobs.get(id).cloned();
        if reply.is_final() {
            jobs.finish(id);
        }
        let ask = match job {
            Some(RunningJob { lane: JobLane::Main, ask, .. }) => Some(ask),
            Some(RunningJob { lane: JobLane::Summary, ask, .. }) => {
                return self.on_summary_reply(kind, id, &ask, reply);
            }
            Some(RunningJob { lane: JobLane::TextModel, ask, .. }) => {
                return self.on_summarizer_load_reply(kind, ask, reply);
            }
            Some(RunningJob { lane: JobLane::Lab, ask, .. }) => return self.on_lab_reply(kind, &ask, reply),
            Some(RunningJob { lane: JobLane::Control, .. }) | None => None,
        };
        match (ask, reply) {
            (Some(ask), Reply::Progress { doing, done, total }) => {
                self.on_progress(kind, ask, Progress { doing: Some(doing), done, total });
            }
            (Some(Job::Start), Reply::Ready { version, engine, .. }) => {
                if version == VERSION {
                    self.engine_mut(kind).info = AsyncValue::Ready(engine);
                } else {
                    self.on_version_mismatch(kind);
                }
            }
            (Some(Job::ListModels), Reply::Catalogue { models }) => {
                self.catalog = AsyncValue::Ready(Shared::new(models))
            }
            (Some(Job::LoadModel(name) | Job::ImportModel(name, _)), Reply::Loaded { model, check, trial }) => {
                if self.on_import_read(&name, &model.task, trial.as_ref()) {
                    return;
                }
                self.on_model_loaded(&name, &model.task);
                self.engine_mut(kind).models.insert(name, AsyncValue::Ready(LoadedModel { info: model, check }));
            }
            (Some(Job::Classify(key, _)), Reply::Classified(result)) => self.on_prediction(key, *result),
            (Some(Job::Benchmark(_)), Reply::Timed { median_ms, min_ms, p90_ms, runs }) => {
                self.benchmark = AsyncValue::Ready(BenchmarkTimes { engine: kind, median_ms, min_ms, p90_ms, runs });
            }
            (Some(ask), Reply::Failed(failure)) => self.on_job_failed(kind, ask, failure),
            // The whole engine failed, which can be reported at any time; or it failed during training.
            (None, Reply::Failed(failure))
                if self.engine(kind).jobs.start() == Some(id) || self.is_training_job(kind, id) =>
            {
                self.on_engine_failed(kind, failure)
            }
            // A worker whose reply does not fit its job cannot be relied on.
            (Some(ask), _) => {
                let message = "The engine gave an unexpected answer.".into();
                self.on_job_failed(kind, ask, Failure { kind: FailureKind::Internal, message });
            }
            // A late reply to a job that was dropped.
            (None, _) => {}
        }
    }

    /// Whether a job is the current training run or evaluation.
    fn is_training_job(&self, kind: EngineKind, id: JobId) -> bool {
        matches!(&self.user_data.training, TrainingRun::Running(running) if running.engine.0 == kind && running.job == id)
            || matches!(self.user_data.comparison.running, Some((engine, _, job)) if engine == kind && job == id)
    }

    /// Sets the preferred engine. One that failed is started again when it is asked for by name.
    pub(super) fn set_engine_preference(&mut self, wish: EnginePreference) {
        self.engine_preference = wish;
        if let EnginePreference::Only(kind) = wish
            && !(kind == EngineKind::Gpu && self.webgpu == WebGpuSupport::Unavailable)
        {
            let model = self.model().to_owned();
            let worker = self.engine_mut(kind);
            if matches!(worker.info, AsyncValue::Failed(_)) {
                *worker = EngineWorker { generation: worker.generation, ..EngineWorker::new(kind) };
                worker.start(AssetSource::Cache);
            } else if matches!(worker.model(&model), AsyncValue::Failed(_)) {
                worker.models.remove(&model);
            }
        }
    }

    /// Selects a model. An unknown one is left alone: nobody could tell which task it is for.
    pub(super) fn select_model(&mut self, model: String) {
        if let Some(task) = self.task_of(&model) {
            self.select_model_for(task, model);
        }
    }

    /// Selects the model of a task. One that failed to load is loaded again.
    pub(super) fn select_model_for(&mut self, task: Task, model: String) {
        for kind in ENGINES {
            let worker = self.engine_mut(kind);
            if matches!(worker.model(&model), AsyncValue::Failed(_)) {
                worker.models.remove(&model);
            }
        }
        match task.input() {
            TaskInput::Drawing => {
                self.benchmark = AsyncValue::NotRequested;
                self.set_model_for(task, model);
            }
            TaskInput::Text => self.update_summaries(SummariesAction::SelectModel(model)),
        }
    }

    /// Selects another model where no running engine can load the selected one: one that is loaded, or the next of the catalog.
    fn fall_back_to_available_model(&mut self) {
        let refused = |worker: &EngineWorker, name: &str| matches!(worker.model(name), AsyncValue::Failed(_));
        let living: Vec<&EngineWorker> =
            [&self.cpu, &self.gpu].into_iter().filter(|worker| worker.info.ready().is_some()).collect();
        if living.is_empty() || !living.iter().all(|worker| refused(worker, self.model())) {
            return;
        }
        let task = self.classifier;
        let reads = |slot: &AsyncValue<LoadedModel>| {
            slot.ready().is_some_and(|loaded| Task::from_package(&loaded.info.task) == Some(task))
        };
        let loaded = living.iter().flat_map(|worker| &worker.models).find(|(_, slot)| reads(slot));
        let untried = self.catalog.ready().and_then(|models| {
            let mut others = models.iter().filter(|model| Task::from_package(&model.task) == Some(task));
            others.find(|model| !living.iter().any(|worker| refused(worker, &model.name))).map(|model| &model.name)
        });
        if let Some(name) = loaded.map(|(name, _)| name).or(untried).cloned() {
            self.notify(format!("Using the model “{name}” instead."));
            self.set_model_for(task, name);
        }
    }

    /// The next job of an idle worker, if there is one.
    fn next_job(&self, kind: EngineKind) -> Option<Job> {
        let worker = self.engine(kind);
        if worker.info.ready().is_none() {
            return Some(Job::Start);
        }
        if self.should_run(kind) && *worker.model(self.model()) == AsyncValue::NotRequested {
            return Some(self.job_to_load(self.model()));
        }
        if self.engine_selection.engine == Some(kind) {
            if let Some(key) = self.pending_prediction(kind) {
                return Some(Job::Classify(key, self.pad.clone()));
            }
            if matches!(self.benchmark, AsyncValue::Loading(_)) {
                return Some(Job::Benchmark(self.model().to_owned()));
            }
        }
        if let Some(parent) = self.model_to_load(kind) {
            return Some(self.job_to_load(&parent));
        }
        (self.catalog == AsyncValue::NotRequested).then_some(Job::ListModels)
    }

    /// The next prediction: what is on the pad, unless it is classified already or another engine is just classifying. States
    /// of the pad between two predictions are skipped, so that only the newest one waits.
    pub(super) fn pending_prediction(&self, kind: EngineKind) -> Option<PredictionKey> {
        let reading = |kind| {
            let job = self.engine(kind).jobs.newest(JobLane::Main);
            matches!(job, Some(RunningJob { ask: Job::Classify(..), .. }))
        };
        if self.pad == PadContent::Empty || ENGINES.into_iter().any(reading) {
            return None;
        }
        let key = PredictionKey {
            drawing_id: self.drawing_id,
            revision: self.revision,
            model: self.model().to_owned(),
            engine: kind,
            detail: self.layer_view,
        };
        let has = |read: &PredictionKey| {
            *read == key
                || (key.detail == Detail::Answer && PredictionKey { detail: Detail::Answer, ..read.clone() } == key)
        };
        (!self.last_prediction_key.as_ref().is_some_and(has)).then_some(key)
    }

    /// Adds a job to an engine's table, which sends it.
    pub(super) fn add_job(&mut self, kind: EngineKind, lane: JobLane, ask: Job) -> JobId {
        self.last_job_id += 1;
        let id = JobId(self.last_job_id);
        self.engine_mut(kind).jobs.insert(lane, id, ask);
        id
    }

    /// Sends a worker its next main job.
    pub(super) fn send_job(&mut self, kind: EngineKind, ask: Job) {
        match &ask {
            Job::ListModels => self.catalog = AsyncValue::Loading(Progress::default()),
            Job::LoadModel(name) | Job::ImportModel(name, _) => {
                self.engine_mut(kind).models.insert(name.clone(), AsyncValue::Loading(Progress::default()));
            }
            Job::Start | Job::Classify(..) | Job::Benchmark(_) => {}
            // These never run as the main job.
            Job::FineTune(_)
            | Job::Evaluate(..)
            | Job::SetPaused(..)
            | Job::Cancel(_)
            | Job::Finish(_)
            | Job::Summarize(_)
            | Job::TrainFromScratch(_)
            | Job::EvaluateMissingData(_) => {}
        }
        self.add_job(kind, JobLane::Main, ask);
    }

    pub(super) fn on_progress(&mut self, kind: EngineKind, ask: Job, progress: Progress) {
        match ask {
            Job::Start => self.engine_mut(kind).info = AsyncValue::Loading(progress),
            Job::LoadModel(name) | Job::ImportModel(name, _) => {
                self.engine_mut(kind).models.insert(name, AsyncValue::Loading(progress));
            }
            Job::Benchmark(_) => self.benchmark = AsyncValue::Loading(progress),
            Job::ListModels | Job::Classify(..) => {}
            // These never run as the main job.
            Job::FineTune(_)
            | Job::Evaluate(..)
            | Job::SetPaused(..)
            | Job::Cancel(_)
            | Job::Finish(_)
            | Job::Summarize(_)
            | Job::TrainFromScratch(_)
            | Job::EvaluateMissingData(_) => {}
        }
    }

    /// Shows a prediction, unless the pad was replaced or another model was selected. A prediction for an earlier revision of a
    /// growing drawing is shown: on a slow engine there would otherwise be none until the pen rests.
    pub(super) fn on_prediction(&mut self, key: PredictionKey, result: Classification) {
        if key.drawing_id == self.drawing_id && key.model == self.model() && self.pad != PadContent::Empty {
            self.error = None;
            self.predictions_shown += 1;
            self.prediction = Some(Shared::new(Prediction { key: key.clone(), result }));
        }
        self.last_prediction_key = Some(key);
    }

    /// The job that loads a model: from the visitor's versions, or from the catalog.
    pub(super) fn job_to_load(&self, model: &str) -> Job {
        let import = self.user_data.imports.iter().find(|import| import.name == model).map(|import| &import.package);
        match import.or(self.user_data.version(model).map(|version| &version.package)) {
            Some(package) => Job::ImportModel(model.to_owned(), package.clone()),
            None => Job::LoadModel(model.to_owned()),
        }
    }

    /// Sends a control to a worker beside its jobs.
    pub(super) fn send_control(&mut self, kind: EngineKind, ask: Job) -> JobId {
        self.add_job(kind, JobLane::Control, ask)
    }
}

#[cfg(test)]
mod tests;
