//! Failure policy: what happens when a job, a worker or a whole engine fails.

use crate::app::model::State;
use crate::app::model::async_value::AsyncValue;
use crate::app::model::engine_selection::EnginePreference;
use crate::app::model::engine_worker::{AssetSource, WorkerState};
use crate::app::model::job_table::{Job, JobLane, RunningJob};
use crate::protocol::{EngineKind, Failure, FailureKind};

impl State {
    pub(super) fn on_job_failed(&mut self, kind: EngineKind, ask: Job, failure: Failure) {
        use FailureKind::{DeviceLost, Internal, MissingFeature, NoAdapter, NoWebGpu, Version, WrongAnswer};
        let gpu = kind == EngineKind::Gpu;
        match (ask, failure.kind) {
            (_, Version) => self.on_version_mismatch(kind),
            (_, DeviceLost) | (Job::Start, _) => self.on_engine_failed(kind, failure),
            (_, NoWebGpu | NoAdapter | MissingFeature | WrongAnswer | Internal) if gpu => {
                self.on_engine_failed(kind, failure);
            }
            (ask @ (Job::LoadModel(_) | Job::ImportModel(..)), _) => {
                let (Job::LoadModel(name) | Job::ImportModel(name, _)) = ask else { return };
                if self.reject_import(&name, &failure.message) {
                    return;
                }
                self.notify(self.failure_of_version(&name, &failure.message));
                self.engine_mut(kind).models.insert(name, AsyncValue::Failed(failure.message));
            }
            (Job::Classify(key, _), FailureKind::NoSuchModel) => {
                self.notify(failure.message.clone());
                self.engine_mut(kind).models.insert(key.model, AsyncValue::Failed(failure.message));
            }
            (Job::Classify(key, _), _) => {
                if key.drawing_id == self.drawing_id {
                    self.prediction = None;
                    self.error = Some(failure.message);
                }
                self.last_prediction_key = Some(key);
            }
            (Job::ListModels, _) => self.catalog = AsyncValue::Failed(failure.message),
            (Job::Benchmark(_), _) => self.benchmark = AsyncValue::Failed(failure.message),
            // These never run as the main job.
            (
                Job::FineTune(_)
                | Job::Evaluate(..)
                | Job::SetPaused(..)
                | Job::Cancel(_)
                | Job::Finish(_)
                | Job::Summarize(_)
                | Job::TrainFromScratch(_)
                | Job::EvaluateMissingData(_),
                _,
            ) => {}
        }
    }

    /// What is said of a model that does not load: of a version by the title that the visitor knows.
    pub(super) fn failure_of_version(&self, name: &str, message: &str) -> String {
        message.replace(&format!("“{name}”"), &format!("“{}”", self.user_data.title_of(name)))
    }

    /// The whole engine failed.
    pub(super) fn on_engine_failed(&mut self, kind: EngineKind, failure: Failure) {
        use FailureKind::{MissingFeature, NoAdapter, NoWebGpu, Version};
        match (kind, failure.kind) {
            (_, Version) => self.on_version_mismatch(kind),
            (EngineKind::Cpu, _) => self.on_worker_crashed(kind, self.cpu.generation, &failure.message),
            // A missing feature is shown in the engine panel. A notice would only disturb, unless the visitor asked for this
            // engine.
            (EngineKind::Gpu, NoWebGpu | NoAdapter | MissingFeature)
                if self.engine_preference == EnginePreference::Auto =>
            {
                self.disable_engine(kind, failure.message, NoticeMode::Silent);
            }
            (EngineKind::Gpu, _) => self.disable_engine(kind, failure.message, NoticeMode::Shown),
        }
    }

    /// A worker crashed. The CPU engine is restarted, since the page has nothing else to fall back on, unless it keeps crashing.
    pub(super) fn on_worker_crashed(&mut self, kind: EngineKind, generation: u32, why: &str) {
        let worker = self.engine_mut(kind);
        if worker.generation != generation || worker.state == WorkerState::Stopped {
            return;
        }
        // A file that ends the worker would end the next one.
        if let Some(RunningJob { ask: Job::ImportModel(name, _), .. }) = worker.jobs.newest(JobLane::Main) {
            let name = name.clone();
            self.reject_import(&name, "The engine stopped while it read the file.");
        }
        let worker = self.engine_mut(kind);
        if kind == EngineKind::Cpu && worker.should_restart() {
            // A worker that never reported may come from a damaged cache.
            let source = if worker.state == WorkerState::Starting { AssetSource::Network } else { AssetSource::Cache };
            self.free_shared_job(kind);
            self.cpu.start(source);
            return;
        }
        let name = crate::app::messages::engines::engine_name(kind);
        let what = if worker.state == WorkerState::Starting { "did not start" } else { "stopped" };
        let why = match why.trim() {
            "" => format!("The {name} engine {what}."),
            why => format!("The {name} engine {what}: {}", crate::app::messages::format::sentence(why)),
        };
        self.disable_engine(kind, why, NoticeMode::Shown);
    }

    /// A worker of another version came from a cache: its files are fetched again, once.
    pub(super) fn on_version_mismatch(&mut self, kind: EngineKind) {
        if self.engine(kind).source == AssetSource::Cache {
            self.free_shared_job(kind);
            self.engine_mut(kind).start(AssetSource::Network);
        } else {
            let name = crate::app::messages::engines::engine_name(kind);
            let why = format!(
                "The {name} engine and this page are different versions. Reload the page; if that does not help, close all tabs of Inkling, then open it again."
            );
            self.disable_engine(kind, why, NoticeMode::Shown);
        }
    }

    /// Frees a job that was run for the whole page, so that the other worker can run it.
    fn free_shared_job(&mut self, kind: EngineKind) {
        if let Some(RunningJob { ask: Job::ListModels, .. }) = self.engine(kind).jobs.newest(JobLane::Main) {
            self.catalog = AsyncValue::NotRequested;
        }
    }

    fn disable_engine(&mut self, kind: EngineKind, why: String, volume: NoticeMode) {
        self.free_shared_job(kind);
        self.engine_mut(kind).disable(why.clone());
        if matches!([&self.cpu.info, &self.gpu.info], [AsyncValue::Failed(_), AsyncValue::Failed(_)]) {
            for import in self.user_data.imports.clone() {
                self.reject_import(&import.name, "No engine works that could read it.");
            }
        }
        if volume == NoticeMode::Shown {
            let other = if kind == EngineKind::Cpu { EngineKind::Gpu } else { EngineKind::Cpu };
            self.notify(match &self.engine(other).info {
                // The engine's own sentence may say so already.
                AsyncValue::Ready(_) if !why.contains(crate::app::messages::engines::engine_name(other)) => {
                    format!("{why} The {} engine takes over.", crate::app::messages::engines::engine_name(other))
                }
                _ => why,
            });
        }
    }
}

/// Whether the visitor is notified at once, or sees it beside the prediction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NoticeMode {
    Silent,
    Shown,
}

/// Whether a failure is one of the whole engine, not of one job.
pub(super) fn is_engine_failure(kind: EngineKind, failure: FailureKind) -> bool {
    use FailureKind::{DeviceLost, Internal, MissingFeature, NoAdapter, NoWebGpu, WrongAnswer};
    match failure {
        DeviceLost => true,
        NoWebGpu | NoAdapter | MissingFeature | WrongAnswer | Internal => kind == EngineKind::Gpu,
        _ => false,
    }
}
