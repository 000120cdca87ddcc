//! The part of the state that deals with the engines: what each worker is asked next, and what its replies change.

use super::watchdog::health_credit;
use crate::app::model::State;
use crate::app::model::async_value::{AsyncValue, Progress, Shared};
use crate::app::model::engine_selection::{EnginePreference, EngineStatus, select_engine};
use crate::app::model::engine_worker::{
    AssetSource, BenchmarkTimes, EngineWorker, Job, LoadedModel, PredictionKey, RunningJob, WorkerState,
};
use crate::app::model::pad_content::PadContent;
use crate::app::model::prediction::Prediction;
use crate::app::model::startup::WebGpuSupport;
use crate::app::model::summaries::SummariesAction;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_run::TrainingRun;
use crate::protocol::{Classification, Detail, EngineKind, Failure, FailureKind, FromEngine, JobId, Reply, VERSION};

const ENGINES: [EngineKind; 2] = [EngineKind::Cpu, EngineKind::Gpu];

impl State {
    /// Brings everything into line after an action: the model that can be had, the engine that answers, what each worker does next.
    pub(super) fn settle(&mut self) {
        self.fall_back();
        if self.gpu_is_due() {
            self.gpu.call(AssetSource::Cache);
        }
        self.choice = select_engine(self.wish, &self.cpu.standing(&self.model), &self.gpu.standing(&self.model));
        self.settle_course();
        self.settle_measures();
        self.settle_summary();
        self.settle_lab();
        for kind in ENGINES {
            if self.lane(kind).idle()
                && let Some(ask) = self.next_ask(kind)
            {
                self.ask(kind, ask);
            }
        }
        if let AsyncValue::Ready(timing) = &self.timing
            && Some(timing.engine) != self.choice.engine
        {
            self.timing = AsyncValue::NotRequested;
        }
        self.settle_shelf();
    }

    /// A worker is ready to hear its first request.
    pub(super) fn hello(&mut self, kind: EngineKind, life: u32) {
        let lane = self.lane_mut(kind);
        if lane.life == life && lane.worker == WorkerState::Starting {
            lane.worker = WorkerState::Running;
            lane.heard += 1;
        }
    }

    /// A worker replied.
    pub(super) fn hear(&mut self, kind: EngineKind, life: u32, message: FromEngine) {
        let FromEngine { job: id, reply } = message;
        let lane = self.lane_mut(kind);
        if lane.life != life || lane.worker != WorkerState::Running {
            return;
        }
        lane.heard = lane.heard.wrapping_add(1);
        lane.worked(health_credit(&reply));
        if self.course_heard(kind, id, &reply) || self.measure_heard(kind, id, &reply) {
            return;
        }
        if self.lane(kind).text.as_ref().is_some_and(|job| job.id == id) {
            return self.summary_heard(kind, id, reply);
        }
        if self.lane(kind).load.as_ref().is_some_and(|job| job.id == id) {
            return self.summarizer_heard(kind, reply);
        }
        if self.lane(kind).lab.as_ref().is_some_and(|job| job.id == id) {
            return self.lab_heard(kind, reply);
        }
        let lane = self.lane_mut(kind);
        let job = match &lane.job {
            Some(job) if job.id == id && reply.is_final() => lane.job.take().map(|job| job.ask),
            Some(job) if job.id == id => Some(job.ask.clone()),
            _ => None,
        };
        match (job, reply) {
            (Some(ask), Reply::Progress { doing, done, total }) => {
                self.progress(kind, ask, Progress { doing: Some(doing), done, total });
            }
            (Some(Job::Start), Reply::Ready { version, engine }) => {
                if version == VERSION {
                    self.lane_mut(kind).engine = AsyncValue::Ready(engine);
                } else {
                    self.other_version(kind);
                }
            }
            (Some(Job::ListModels), Reply::Catalogue { models }) => {
                self.catalogue = AsyncValue::Ready(Shared::new(models))
            }
            (Some(Job::LoadModel(name) | Job::ImportModel(name, _)), Reply::Loaded { model, check }) => {
                self.installed(&name, &model.task);
                self.lane_mut(kind).models.insert(name, AsyncValue::Ready(LoadedModel { info: model, check }));
            }
            (Some(Job::Classify(key, _)), Reply::Classified(result)) => self.answered(key, *result),
            (Some(Job::Benchmark(_)), Reply::Timed { median_ms, min_ms, p90_ms, runs }) => {
                self.timing = AsyncValue::Ready(BenchmarkTimes { engine: kind, median_ms, min_ms, p90_ms, runs });
            }
            (Some(ask), Reply::Failed(failure)) => self.failed(kind, ask, failure),
            // The engine as a whole failed, which can come at any time; or it failed while it learned.
            (None, Reply::Failed(failure)) if self.lane(kind).start == Some(id) || self.learns(kind, id) => {
                self.engine_failed(kind, failure)
            }
            // An answer of another kind than the question is a worker that cannot be relied on.
            (Some(ask), _) => {
                let message = "The engine answered something else than it was asked.".into();
                self.failed(kind, ask, Failure { kind: FailureKind::Internal, message });
            }
            // A late reply to a job that nobody waits for.
            (None, _) => {}
        }
    }

    /// Whether a job is the learning or the measuring under way.
    fn learns(&self, kind: EngineKind, id: JobId) -> bool {
        matches!(&self.mine.course, TrainingRun::Running(running) if running.engine.0 == kind && running.job == id)
            || matches!(self.mine.measures.running, Some((engine, _, job)) if engine == kind && job == id)
    }

    /// The visitor wants an engine. One that failed gets another chance when it is asked for by name.
    pub(super) fn wish_for(&mut self, wish: EnginePreference) {
        self.wish = wish;
        if let EnginePreference::Only(kind) = wish
            && !(kind == EngineKind::Gpu && self.offer == WebGpuSupport::Unavailable)
        {
            let model = self.model.clone();
            let lane = self.lane_mut(kind);
            if matches!(lane.engine, AsyncValue::Failed(_)) {
                *lane = EngineWorker { life: lane.life, ..EngineWorker::new(kind) };
                lane.call(AssetSource::Cache);
            } else if matches!(lane.model(&model), AsyncValue::Failed(_)) {
                lane.models.remove(&model);
            }
        }
    }

    /// The visitor wants a model. One that failed is tried again.
    pub(super) fn pick(&mut self, model: String) {
        for kind in ENGINES {
            let lane = self.lane_mut(kind);
            if matches!(lane.model(&model), AsyncValue::Failed(_)) {
                lane.models.remove(&model);
            }
        }
        match self.task_of(&model) {
            Task::Digits => {
                self.timing = AsyncValue::NotRequested;
                self.model = model;
            }
            Task::Summaries => self.act_on_summary(SummariesAction::SelectModel(model)),
        }
    }

    /// Takes another model where no living engine can have the one that is wanted: one that is loaded, or the next of the catalogue.
    fn fall_back(&mut self) {
        let refused = |lane: &EngineWorker, name: &str| matches!(lane.model(name), AsyncValue::Failed(_));
        let living: Vec<&EngineWorker> =
            [&self.cpu, &self.gpu].into_iter().filter(|l| l.engine.ready().is_some()).collect();
        if living.is_empty() || !living.iter().all(|lane| refused(lane, &self.model)) {
            return;
        }
        let reads = |slot: &AsyncValue<LoadedModel>| slot.ready().is_some_and(|loaded| loaded.info.task == "digits");
        let loaded = living.iter().flat_map(|lane| &lane.models).find(|(_, slot)| reads(slot));
        let untried = self.catalogue.ready().and_then(|models| {
            let mut digits = models.iter().filter(|model| model.task == "digits");
            digits.find(|model| !living.iter().any(|lane| refused(lane, &model.name))).map(|model| &model.name)
        });
        if let Some(name) = loaded.map(|(name, _)| name).or(untried).cloned() {
            self.tell(format!("The page goes on with the model {name}."));
            self.model = name;
        }
    }

    /// WebGPU comes behind the CPU engine, so that it takes no bytes from the first answer, and not at all where it is not wanted.
    pub(super) fn gpu_is_due(&self) -> bool {
        let first = matches!(self.cpu.standing(&self.model), EngineStatus::Ready { .. } | EngineStatus::Failed(_));
        self.gpu.engine == AsyncValue::NotRequested && first && self.wanted(EngineKind::Gpu)
    }

    /// Whether an engine should be ready to answer.
    fn wanted(&self, kind: EngineKind) -> bool {
        kind == EngineKind::Cpu
            || self.wish != EnginePreference::Only(EngineKind::Cpu)
            || matches!(self.cpu.engine, AsyncValue::Failed(_))
    }

    /// What an idle worker should do next, if anything.
    fn next_ask(&self, kind: EngineKind) -> Option<Job> {
        let lane = self.lane(kind);
        if lane.engine.ready().is_none() {
            return Some(Job::Start);
        }
        if self.wanted(kind) && *lane.model(&self.model) == AsyncValue::NotRequested {
            return Some(self.ask_for(&self.model));
        }
        if self.choice.engine == Some(kind) {
            if let Some(key) = self.due(kind) {
                return Some(Job::Classify(key, self.subject.clone()));
            }
            if matches!(self.timing, AsyncValue::Loading(_)) {
                return Some(Job::Benchmark(self.model.clone()));
            }
        }
        if let Some(parent) = self.parent_due(kind) {
            return Some(self.ask_for(&parent));
        }
        (self.catalogue == AsyncValue::NotRequested).then_some(Job::ListModels)
    }

    /// The reading that is due: the subject as it is now, unless it has been read, or another engine is just reading. What came
    /// between the last reading and now is never asked for, so that only the newest state of a drawing waits.
    pub(super) fn due(&self, kind: EngineKind) -> Option<PredictionKey> {
        let reading = |kind| matches!(self.lane(kind).job, Some(RunningJob { ask: Job::Classify(..), .. }));
        if self.subject == PadContent::Empty || ENGINES.into_iter().any(reading) {
            return None;
        }
        let key = PredictionKey {
            epoch: self.epoch,
            revision: self.revision,
            model: self.model.clone(),
            engine: kind,
            detail: self.detail,
        };
        let has = |read: &PredictionKey| {
            *read == key
                || (key.detail == Detail::Answer && PredictionKey { detail: Detail::Answer, ..read.clone() } == key)
        };
        (!self.read.as_ref().is_some_and(has)).then_some(key)
    }

    pub(super) fn ask(&mut self, kind: EngineKind, ask: Job) {
        self.jobs += 1;
        let id = JobId(self.jobs);
        match &ask {
            Job::ListModels => self.catalogue = AsyncValue::Loading(Progress::default()),
            Job::LoadModel(name) | Job::ImportModel(name, _) => {
                self.lane_mut(kind).models.insert(name.clone(), AsyncValue::Loading(Progress::default()));
            }
            Job::Start => self.lane_mut(kind).start = Some(id),
            Job::Classify(..) | Job::Benchmark(_) => {}
            // These are never a lane's job.
            Job::FineTune(_)
            | Job::Evaluate(..)
            | Job::SetPaused(..)
            | Job::Cancel(_)
            | Job::Summarize(_)
            | Job::TrainFromScratch(_)
            | Job::EvaluateMissingData(_) => {}
        }
        self.lane_mut(kind).job = Some(RunningJob { id, ask });
    }

    pub(super) fn progress(&mut self, kind: EngineKind, ask: Job, progress: Progress) {
        match ask {
            Job::Start => self.lane_mut(kind).engine = AsyncValue::Loading(progress),
            Job::LoadModel(name) | Job::ImportModel(name, _) => {
                self.lane_mut(kind).models.insert(name, AsyncValue::Loading(progress));
            }
            Job::Benchmark(_) => self.timing = AsyncValue::Loading(progress),
            Job::ListModels | Job::Classify(..) => {}
            // These are never a lane's job.
            Job::FineTune(_)
            | Job::Evaluate(..)
            | Job::SetPaused(..)
            | Job::Cancel(_)
            | Job::Summarize(_)
            | Job::TrainFromScratch(_)
            | Job::EvaluateMissingData(_) => {}
        }
    }

    /// Shows an answer, unless what it answers is gone: another subject, another model. An answer to an earlier state of the drawing
    /// that is still growing is shown, since on a slow engine there would otherwise be none until the pen rests.
    pub(super) fn answered(&mut self, key: PredictionKey, result: Classification) {
        if key.epoch == self.epoch && key.model == self.model && self.subject != PadContent::Empty {
            self.trouble = None;
            self.shown += 1;
            self.answer = Some(Shared::new(Prediction { key: key.clone(), result }));
        }
        self.read = Some(key);
    }

    /// How an engine comes to a model: from the visitor's versions, or from the catalogue.
    pub(super) fn ask_for(&self, model: &str) -> Job {
        match self.mine.version(model) {
            Some(version) => Job::ImportModel(model.to_owned(), version.package.clone()),
            None => Job::LoadModel(model.to_owned()),
        }
    }

    /// Tells a worker something beside its job.
    pub(super) fn aside(&mut self, kind: EngineKind, ask: Job) -> JobId {
        self.jobs += 1;
        let id = JobId(self.jobs);
        self.lane_mut(kind).tell(RunningJob { id, ask });
        id
    }
}

#[cfg(test)]
mod tests;
