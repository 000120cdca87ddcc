//! State of one engine worker: it starts, starts its device, loads models and runs the jobs of its table.

use std::collections::BTreeMap;

use super::async_value::{AsyncValue, Progress};
use super::engine_selection::EngineStatus;
use super::job_table::{JobLane, JobTable};
use crate::protocol::{EngineCheck, EngineInfo, EngineKind, ModelInfo};

/// So many replies are proof of health: a crash after them is not a failure that happens at every start.
pub const HEALTHY_AFTER_REPLIES: u32 = 20;

/// How often a worker that crashed with few replies is restarted.
const MAX_RESTARTS: u32 = 6;

/// A model that an engine has loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedModel {
    /// What its package says of it.
    pub info: ModelInfo,
    /// The result of its self-test on this engine.
    pub check: EngineCheck,
}

/// State of the worker process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkerState {
    /// There is none.
    #[default]
    Stopped,
    /// Its files are loading; it receives no messages yet.
    Starting,
    /// It has reported that it receives messages.
    Running,
}

/// Where the files of a worker come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssetSource {
    /// From the browser's cache, if they are there.
    #[default]
    Cache,
    /// From the server, past every cache: the cached ones were of another version.
    Network,
}

/// State of one engine worker.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineWorker {
    /// Which engine.
    pub kind: EngineKind,
    /// Counts the workers that were started. A message from an earlier generation is ignored.
    pub generation: u32,
    /// State of the worker process of this generation.
    pub state: WorkerState,
    /// Where its files come from.
    pub source: AssetSource,
    /// The engine in it.
    pub info: AsyncValue<EngineInfo>,
    /// Its jobs.
    pub jobs: JobTable,
    /// The models by name.
    pub models: BTreeMap<String, AsyncValue<LoadedModel>>,
    /// Counts the messages of this generation; the watchdog notices when it stops growing.
    pub messages_received: u32,
    /// Counts the replies of this generation that are proof of health.
    pub replies: u32,
    /// How often it crashed and was restarted without enough replies in between.
    pub restarts: u32,
}

impl EngineWorker {
    /// An engine that is not started.
    pub fn new(kind: EngineKind) -> Self {
        Self {
            kind,
            generation: 0,
            state: WorkerState::Stopped,
            source: AssetSource::Cache,
            info: AsyncValue::NotRequested,
            jobs: JobTable::default(),
            models: BTreeMap::new(),
            messages_received: 0,
            replies: 0,
            restarts: 0,
        }
    }

    /// Starts a worker in place of the current one.
    pub fn start(&mut self, source: AssetSource) {
        *self = Self {
            generation: self.generation + 1,
            state: WorkerState::Starting,
            source,
            info: AsyncValue::Loading(Progress::default()),
            restarts: self.restarts,
            ..Self::new(self.kind)
        };
    }

    /// Disables the engine, with the sentence that says why.
    pub fn disable(&mut self, why: String) {
        *self = Self {
            generation: self.generation,
            info: AsyncValue::Failed(why),
            restarts: self.restarts,
            ..Self::new(self.kind)
        };
    }

    /// The state of a model on this engine.
    pub fn model(&self, name: &str) -> &AsyncValue<LoadedModel> {
        self.models.get(name).unwrap_or(&AsyncValue::NotRequested)
    }

    /// The status of the engine with a model.
    pub fn status(&self, model: &str) -> EngineStatus {
        match (&self.info, self.model(model)) {
            (AsyncValue::NotRequested, _) => EngineStatus::Off,
            (AsyncValue::Failed(why), _) | (_, AsyncValue::Failed(why)) => EngineStatus::Failed(why.clone()),
            (AsyncValue::Ready(engine), AsyncValue::Ready(loaded)) => {
                EngineStatus::Ready { adapter: engine.adapter_kind, median_ms: loaded.check.median_ms }
            }
            _ => EngineStatus::Starting,
        }
    }

    /// The status as a value of the page's `data-*` attributes.
    pub fn as_attribute(&self, model: &str) -> &'static str {
        match self.status(model) {
            EngineStatus::Off => "empty",
            EngineStatus::Starting => "loading",
            EngineStatus::Ready { .. } => "ready",
            EngineStatus::Failed(_) => "failed",
        }
    }

    /// Whether the worker can take a job in a lane now. In every lane but the main one, which starts the engine, its engine has to
    /// run.
    pub fn is_free(&self, lane: JobLane) -> bool {
        let started = lane == JobLane::Main || self.info.ready().is_some();
        self.state == WorkerState::Running && started && self.jobs.has_room(lane)
    }

    /// Whether a message from the worker is due: it is starting, or it runs a job. Training runs are not known here.
    pub fn awaits_reply(&self) -> bool {
        self.state == WorkerState::Starting || self.jobs.await_reply()
    }

    /// Counts replies as proof of health.
    pub fn credit_replies(&mut self, answers: u32) {
        self.replies = self.replies.saturating_add(answers);
    }

    /// Whether a worker that crashed should be restarted: always after enough replies, a few times after fewer, and once if its
    /// engine never ran.
    pub fn should_restart(&mut self) -> bool {
        if self.replies >= HEALTHY_AFTER_REPLIES {
            self.restarts = 0;
        }
        let most = if self.info.ready().is_some() { MAX_RESTARTS } else { 1 };
        let revives = self.restarts < most;
        self.restarts += u32::from(revives);
        revives
    }
}

/// Result of a benchmark, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BenchmarkTimes {
    /// On which engine.
    pub engine: EngineKind,
    /// The median.
    pub median_ms: f64,
    /// The minimum.
    pub min_ms: f64,
    /// The 90th percentile.
    pub p90_ms: f64,
    /// The number of runs.
    pub runs: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::job_table::Job;
    use crate::protocol::JobId;

    #[test]
    fn a_new_life_forgets_the_old_one() {
        let mut worker = EngineWorker::new(EngineKind::Gpu);
        worker.start(AssetSource::Cache);
        worker.state = WorkerState::Running;
        worker.jobs.insert(JobLane::Main, JobId(3), Job::ListModels);
        worker.models.insert("digits".into(), AsyncValue::Failed("no".into()));
        worker.start(AssetSource::Network);
        assert_eq!((worker.generation, worker.state, worker.source), (2, WorkerState::Starting, AssetSource::Network));
        assert!(worker.jobs == JobTable::default() && worker.models.is_empty());
        assert!(!worker.is_free(JobLane::Main) && worker.awaits_reply());
    }

    #[test]
    fn deaths_in_quick_succession_are_counted() {
        let mut worker = EngineWorker::new(EngineKind::Cpu);
        worker.start(AssetSource::Cache);
        assert!(worker.should_restart());
        worker.start(AssetSource::Network);
        assert!(!worker.should_restart(), "an engine that never ran is called again once");
        let runs = EngineInfo {
            kind: EngineKind::Cpu,
            adapter: String::new(),
            adapter_kind: crate::protocol::AdapterKind::Processor,
        };
        let mut live = |work| {
            worker.start(AssetSource::Cache);
            worker.info = AsyncValue::Ready(runs.clone());
            worker.credit_replies(work);
            worker.should_restart()
        };
        assert_eq!([0; 6].map(&mut live), [true, true, true, true, true, false]);
        assert_eq!(
            [HEALTHY_AFTER_REPLIES, 0, 0, 0, 0, 0, 0].map(&mut live),
            [true, true, true, true, true, true, false]
        );
    }

    #[test]
    fn a_lane_that_was_left_says_why_for_every_model() {
        let mut worker = EngineWorker::new(EngineKind::Gpu);
        assert_eq!(worker.status("digits"), EngineStatus::Off);
        worker.start(AssetSource::Cache);
        assert_eq!(worker.status("digits"), EngineStatus::Starting);
        worker.disable("Gone.".into());
        assert_eq!(worker.status("digits"), EngineStatus::Failed("Gone.".into()));
        assert!(!worker.awaits_reply());
    }
}
