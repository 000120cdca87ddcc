//! One engine as the page sees it: a worker that is called, awakes, starts its device, loads models and does one job at a time.

use std::collections::BTreeMap;

use super::async_value::{Progress, Shared, Slot};
use super::engine_selection::Standing;
use super::pad_content::Subject;
use crate::app::model::summaries::request::Order;
use crate::protocol::{
    Detail, EngineCheck, EngineInfo, EngineKind, JobId, Lab, Learn, Lesson, Missing, ModelInfo, Rest,
};

/// So many answers are much for one life of a worker: what stops it is then not what it always does first.
pub const MUCH: u32 = 20;

/// How often a worker is called again that died with little done.
const REVIVALS: u32 = 6;

/// A model that an engine has loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// What is known of it.
    pub info: ModelInfo,
    /// How it did on this engine.
    pub check: EngineCheck,
}

/// What has become of the worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Worker {
    /// There is none.
    #[default]
    Absent,
    /// Its files are on their way; it hears nothing yet.
    Called,
    /// It has said hello.
    Awake,
}

/// Where a worker's files come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// As the browser likes it.
    #[default]
    Cache,
    /// From the server, past every cache: the cached ones were of another version.
    Network,
}

/// What one reading is of: two equal keys have the same answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Grows with every other subject: an answer to an earlier one is worth nothing.
    pub epoch: u32,
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
pub enum Ask {
    /// To start its device.
    Start,
    /// What there is to load.
    Catalogue,
    /// To load this model.
    Load(String),
    /// To take this package, under this name.
    Install(String, Shared<Vec<u8>>),
    /// To learn.
    Learn(Shared<Learn>),
    /// To measure a model on held-out samples and on these.
    Measure(String, Shared<Lesson>),
    /// To let a job rest, or go on.
    Hold(JobId, Rest),
    /// To stop a job.
    Cancel(JobId),
    /// To read a digit.
    Read(Key, Subject),
    /// To time this model.
    Time(String),
    /// To summarize a text.
    Summarize(Shared<Order>),
    /// To train the Lab's networks.
    Lab(Lab),
    /// To read digits with holes with them.
    Missing(Missing),
}

/// The job that a worker is at.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What was asked.
    pub ask: Ask,
}

/// How many of what a worker was told beside its job are remembered: more than one action of the visitor's can come to.
const ASIDES: usize = 8;

/// One engine as the page sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Which engine.
    pub kind: EngineKind,
    /// Counts workers: each one called is another life, and what an earlier one says is not heard.
    pub life: u32,
    /// The worker of this life.
    pub worker: Worker,
    /// Where its files come from.
    pub source: Source,
    /// The engine in it.
    pub engine: Slot<EngineInfo>,
    /// What it is at.
    pub job: Option<Job>,
    /// The text that it summarizes beside its job: digits are read between two words of it.
    pub text: Option<Job>,
    /// The model for texts that it loads beside both: digits do not wait for its bytes.
    pub load: Option<Job>,
    /// What it does for the Lab beside all of these: digits are read between two steps of a training.
    pub lab: Option<Job>,
    /// What it was told last beside its job, in turn: to learn, to measure, to rest, to stop.
    pub asides: Vec<Job>,
    /// The job that started the engine: a failure of it is a failure of the whole engine, whenever it comes.
    pub start: Option<JobId>,
    /// The models by name.
    pub models: BTreeMap<String, Slot<Loaded>>,
    /// How often this life was heard, for a watch that notices when it falls silent.
    pub heard: u32,
    /// What this life has done, in answers.
    pub work: u32,
    /// How often it died and was called again, without much work between.
    pub revivals: u32,
}

impl Lane {
    /// An engine that nobody has called.
    pub fn new(kind: EngineKind) -> Self {
        Self {
            kind,
            life: 0,
            worker: Worker::Absent,
            source: Source::Cache,
            engine: Slot::Empty,
            job: None,
            text: None,
            load: None,
            lab: None,
            asides: Vec::new(),
            start: None,
            models: BTreeMap::new(),
            heard: 0,
            work: 0,
            revivals: 0,
        }
    }

    /// Calls a worker, in place of the one there is.
    pub fn call(&mut self, source: Source) {
        *self = Self {
            life: self.life + 1,
            worker: Worker::Called,
            source,
            engine: Slot::Loading(Progress::default()),
            revivals: self.revivals,
            ..Self::new(self.kind)
        };
    }

    /// Leaves the engine, with the sentence that says why.
    pub fn leave(&mut self, why: String) {
        *self = Self { life: self.life, engine: Slot::Failed(why), revivals: self.revivals, ..Self::new(self.kind) };
    }

    /// The model as it stands on this engine.
    pub fn model(&self, name: &str) -> &Slot<Loaded> {
        self.models.get(name).unwrap_or(&Slot::Empty)
    }

    /// Where the engine stands with a model.
    pub fn standing(&self, model: &str) -> Standing {
        match (&self.engine, self.model(model)) {
            (Slot::Empty, _) => Standing::Off,
            (Slot::Failed(why), _) | (_, Slot::Failed(why)) => Standing::Failed(why.clone()),
            (Slot::Ready(engine), Slot::Ready(loaded)) => {
                Standing::Ready { adapter: engine.adapter_kind, median_ms: loaded.check.median_ms }
            }
            _ => Standing::Starting,
        }
    }

    /// The standing in one word, for the page's data attributes.
    pub fn word(&self, model: &str) -> &'static str {
        match self.standing(model) {
            Standing::Off => "empty",
            Standing::Starting => "loading",
            Standing::Ready { .. } => "ready",
            Standing::Failed(_) => "failed",
        }
    }

    /// Whether a worker can be asked something now.
    pub fn idle(&self) -> bool {
        self.worker == Worker::Awake && self.job.is_none()
    }

    /// Tells the worker something beside its job.
    pub fn tell(&mut self, job: Job) {
        // Those before the last ones were sent long ago.
        if self.asides.len() == ASIDES {
            self.asides.remove(0);
        }
        self.asides.push(job);
    }

    /// Whether a word from the worker is due: it is called and silent, or it is at something. Of learning the lane does not know.
    pub fn due(&self) -> bool {
        self.worker == Worker::Called || [&self.job, &self.text, &self.load, &self.lab].into_iter().any(Option::is_some)
    }

    /// The worker did something that a visitor can see.
    pub fn worked(&mut self, answers: u32) {
        self.work = self.work.saturating_add(answers);
    }

    /// Whether a worker that died is worth calling again: one that did much always is, one that did little a few times, and one whose
    /// engine never ran once.
    pub fn revives(&mut self) -> bool {
        if self.work >= MUCH {
            self.revivals = 0;
        }
        let most = if self.engine.ready().is_some() { REVIVALS } else { 1 };
        let revives = self.revivals < most;
        self.revivals += u32::from(revives);
        revives
    }
}

/// Times that the visitor asked for, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
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
        let mut lane = Lane::new(EngineKind::Gpu);
        lane.call(Source::Cache);
        lane.worker = Worker::Awake;
        lane.job = Some(Job { id: JobId(3), ask: Ask::Catalogue });
        lane.models.insert("digits".into(), Slot::Failed("no".into()));
        lane.call(Source::Network);
        assert_eq!((lane.life, lane.worker, lane.source), (2, Worker::Called, Source::Network));
        assert!(lane.job.is_none() && lane.models.is_empty() && !lane.idle() && lane.due());
    }

    #[test]
    fn deaths_in_quick_succession_are_counted() {
        let mut lane = Lane::new(EngineKind::Cpu);
        lane.call(Source::Cache);
        assert!(lane.revives());
        lane.call(Source::Network);
        assert!(!lane.revives(), "an engine that never ran is called again once");
        let runs = EngineInfo {
            kind: EngineKind::Cpu,
            adapter: String::new(),
            adapter_kind: crate::protocol::AdapterKind::Processor,
        };
        let mut live = |work| {
            lane.call(Source::Cache);
            lane.engine = Slot::Ready(runs.clone());
            lane.worked(work);
            lane.revives()
        };
        assert_eq!([0; 6].map(&mut live), [true, true, true, true, true, false]);
        assert_eq!([MUCH, 0, 0, 0, 0, 0, 0].map(&mut live), [true, true, true, true, true, true, false]);
    }

    #[test]
    fn a_lane_that_was_left_says_why_for_every_model() {
        let mut lane = Lane::new(EngineKind::Gpu);
        assert_eq!(lane.standing("digits"), Standing::Off);
        lane.call(Source::Cache);
        assert_eq!(lane.standing("digits"), Standing::Starting);
        lane.leave("Gone.".into());
        assert_eq!(lane.standing("digits"), Standing::Failed("Gone.".into()));
        assert!(!lane.due());
    }
}
