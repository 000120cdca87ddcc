//! One engine as the page sees it: a worker that is called, awakes, starts its device, loads models and does one job at a time.

use std::collections::BTreeMap;

use super::async_value::{AsyncValue, Progress, Shared};
use super::engine_selection::EngineStatus;
use super::pad_content::PadContent;
use crate::app::model::summaries::request::SummaryRequest;
use crate::protocol::{
    Detail, EngineCheck, EngineInfo, EngineKind, JobId, Lab, Learn, Lesson, Missing, ModelInfo, Rest,
};

/// So many answers are much for one life of a worker: what stops it is then not what it always does first.
pub const HEALTHY_AFTER_REPLIES: u32 = 20;

/// How often a worker is called again that died with little done.
const MAX_RESTARTS: u32 = 6;

/// A model that an engine has loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedModel {
    /// What is known of it.
    pub info: ModelInfo,
    /// How it did on this engine.
    pub check: EngineCheck,
}

/// What has become of the worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkerState {
    /// There is none.
    #[default]
    Stopped,
    /// Its files are on their way; it hears nothing yet.
    Starting,
    /// It has said hello.
    Running,
}

/// Where a worker's files come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssetSource {
    /// As the browser likes it.
    #[default]
    Cache,
    /// From the server, past every cache: the cached ones were of another version.
    Network,
}

/// What one reading is of: two equal keys have the same answer.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictionKey {
    /// Grows with every other subject: an answer to an earlier one is worth nothing.
    pub drawing_id: u32,
    /// Grows with every change of the subject: an answer to an earlier state of the same drawing is a step on the way.
    pub revision: u32,
    /// Which model reads.
    pub model: String,
    /// On which engine.
    pub engine: EngineKind,
    /// With the layers or without.
    pub detail: Detail,
}

/// What a worker was asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// To start its device.
    Start,
    /// What there is to load.
    ListModels,
    /// To load this model.
    LoadModel(String),
    /// To take this package, under this name.
    ImportModel(String, Shared<Vec<u8>>),
    /// To learn.
    FineTune(Shared<Learn>),
    /// To measure a model on held-out samples and on these.
    Evaluate(String, Shared<Lesson>),
    /// To let a job rest, or go on.
    SetPaused(JobId, Rest),
    /// To stop a job.
    Cancel(JobId),
    /// To read a digit.
    Classify(PredictionKey, PadContent),
    /// To time this model.
    Benchmark(String),
    /// To summarize a text.
    Summarize(Shared<SummaryRequest>),
    /// To train the Lab's networks.
    TrainFromScratch(Lab),
    /// To read digits with holes with them.
    EvaluateMissingData(Missing),
}

/// The job that a worker is at.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningJob {
    /// Its number.
    pub id: JobId,
    /// What was asked.
    pub ask: Job,
}

/// How many of what a worker was told beside its job are remembered: more than one action of the visitor's can come to.
const MAX_CONTROLS: usize = 8;

/// One engine as the page sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineWorker {
    /// Which engine.
    pub kind: EngineKind,
    /// Counts workers: each one called is another life, and what an earlier one says is not heard.
    pub generation: u32,
    /// The worker of this life.
    pub state: WorkerState,
    /// Where its files come from.
    pub source: AssetSource,
    /// The engine in it.
    pub info: AsyncValue<EngineInfo>,
    /// What it is at.
    pub job: Option<RunningJob>,
    /// The text that it summarizes beside its job: digits are read between two words of it.
    pub text: Option<RunningJob>,
    /// The model for texts that it loads beside both: digits do not wait for its bytes.
    pub load: Option<RunningJob>,
    /// What it does for the Lab beside all of these: digits are read between two steps of a training.
    pub lab: Option<RunningJob>,
    /// What it was told last beside its job, in turn: to learn, to measure, to rest, to stop.
    pub controls: Vec<RunningJob>,
    /// The job that started the engine: a failure of it is a failure of the whole engine, whenever it comes.
    pub start: Option<JobId>,
    /// The models by name.
    pub models: BTreeMap<String, AsyncValue<LoadedModel>>,
    /// How often this life was heard, for a watch that notices when it falls silent.
    pub messages_received: u32,
    /// What this life has done, in answers.
    pub replies: u32,
    /// How often it died and was called again, without much work between.
    pub restarts: u32,
}

impl EngineWorker {
    /// An engine that nobody has called.
    pub fn new(kind: EngineKind) -> Self {
        Self {
            kind,
            generation: 0,
            state: WorkerState::Stopped,
            source: AssetSource::Cache,
            info: AsyncValue::NotRequested,
            job: None,
            text: None,
            load: None,
            lab: None,
            controls: Vec::new(),
            start: None,
            models: BTreeMap::new(),
            messages_received: 0,
            replies: 0,
            restarts: 0,
        }
    }

    /// Calls a worker, in place of the one there is.
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

    /// Leaves the engine, with the sentence that says why.
    pub fn disable(&mut self, why: String) {
        *self = Self {
            generation: self.generation,
            info: AsyncValue::Failed(why),
            restarts: self.restarts,
            ..Self::new(self.kind)
        };
    }

    /// The model as it stands on this engine.
    pub fn model(&self, name: &str) -> &AsyncValue<LoadedModel> {
        self.models.get(name).unwrap_or(&AsyncValue::NotRequested)
    }

    /// Where the engine stands with a model.
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

    /// The standing in one word, for the page's data attributes.
    pub fn as_attribute(&self, model: &str) -> &'static str {
        match self.status(model) {
            EngineStatus::Off => "empty",
            EngineStatus::Starting => "loading",
            EngineStatus::Ready { .. } => "ready",
            EngineStatus::Failed(_) => "failed",
        }
    }

    /// Whether a worker can be asked something now.
    pub fn is_idle(&self) -> bool {
        self.state == WorkerState::Running && self.job.is_none()
    }

    /// Tells the worker something beside its job.
    pub fn push_control(&mut self, job: RunningJob) {
        // Those before the last ones were sent long ago.
        if self.controls.len() == MAX_CONTROLS {
            self.controls.remove(0);
        }
        self.controls.push(job);
    }

    /// Whether a word from the worker is due: it is called and silent, or it is at something. Of learning the lane does not know.
    pub fn awaits_reply(&self) -> bool {
        self.state == WorkerState::Starting
            || [&self.job, &self.text, &self.load, &self.lab].into_iter().any(Option::is_some)
    }

    /// The worker did something that a visitor can see.
    pub fn credit_replies(&mut self, answers: u32) {
        self.replies = self.replies.saturating_add(answers);
    }

    /// Whether a worker that died is worth calling again: one that did much always is, one that did little a few times, and one whose
    /// engine never ran once.
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

/// Times that the visitor asked for, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BenchmarkTimes {
    /// On which engine.
    pub engine: EngineKind,
    /// The median.
    pub median_ms: f64,
    /// The fastest.
    pub min_ms: f64,
    /// The 90th percentile.
    pub p90_ms: f64,
    /// Of how many runs.
    pub runs: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_life_forgets_the_old_one() {
        let mut lane = EngineWorker::new(EngineKind::Gpu);
        lane.start(AssetSource::Cache);
        lane.state = WorkerState::Running;
        lane.job = Some(RunningJob { id: JobId(3), ask: Job::ListModels });
        lane.models.insert("digits".into(), AsyncValue::Failed("no".into()));
        lane.start(AssetSource::Network);
        assert_eq!((lane.generation, lane.state, lane.source), (2, WorkerState::Starting, AssetSource::Network));
        assert!(lane.job.is_none() && lane.models.is_empty() && !lane.is_idle() && lane.awaits_reply());
    }

    #[test]
    fn deaths_in_quick_succession_are_counted() {
        let mut lane = EngineWorker::new(EngineKind::Cpu);
        lane.start(AssetSource::Cache);
        assert!(lane.should_restart());
        lane.start(AssetSource::Network);
        assert!(!lane.should_restart(), "an engine that never ran is called again once");
        let runs = EngineInfo {
            kind: EngineKind::Cpu,
            adapter: String::new(),
            adapter_kind: crate::protocol::AdapterKind::Processor,
        };
        let mut live = |work| {
            lane.start(AssetSource::Cache);
            lane.info = AsyncValue::Ready(runs.clone());
            lane.credit_replies(work);
            lane.should_restart()
        };
        assert_eq!([0; 6].map(&mut live), [true, true, true, true, true, false]);
        assert_eq!(
            [HEALTHY_AFTER_REPLIES, 0, 0, 0, 0, 0, 0].map(&mut live),
            [true, true, true, true, true, true, false]
        );
    }

    #[test]
    fn a_lane_that_was_left_says_why_for_every_model() {
        let mut lane = EngineWorker::new(EngineKind::Gpu);
        assert_eq!(lane.status("digits"), EngineStatus::Off);
        lane.start(AssetSource::Cache);
        assert_eq!(lane.status("digits"), EngineStatus::Starting);
        lane.disable("Gone.".into());
        assert_eq!(lane.status("digits"), EngineStatus::Failed("Gone.".into()));
        assert!(!lane.awaits_reply());
    }
}
