//! The jobs of one engine worker: which run beside one another, and which are remembered.

use super::async_value::Shared;
use super::pad_content::PadContent;
use crate::app::model::summaries::request::SummaryRequest;
use crate::protocol::{
    Detail, EngineKind, FineTuneRequest, JobId, LabConfig, MissingDataRequest, RunState, TrainingData,
};

/// Identifies a prediction: two equal keys have the same result.
#[derive(Clone, Debug, PartialEq)]
pub struct PredictionKey {
    /// The drawing. Grows with every new one: a result for an earlier drawing is dropped.
    pub drawing_id: u32,
    /// The revision. Grows with every change of the drawing: a result for an earlier revision is shown until a newer one comes.
    pub revision: u32,
    /// The model.
    pub model: String,
    /// The engine.
    pub engine: EngineKind,
    /// Whether activations are requested.
    pub detail: Detail,
}

/// What a worker can be asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// Start the device.
    Start,
    /// List the models that can be loaded.
    ListModels,
    /// Load this model.
    LoadModel(String),
    /// Import this package under this name.
    ImportModel(String, Shared<Vec<u8>>),
    /// Fine-tune a model.
    FineTune(Shared<FineTuneRequest>),
    /// Evaluate a model on held-out samples and on these.
    Evaluate(String, Shared<TrainingData>),
    /// Pause or resume a job.
    SetPaused(JobId, RunState),
    /// End a training run with what it has learned so far.
    Finish(JobId),
    /// Cancel a job.
    Cancel(JobId),
    /// Classify what is on the pad.
    Classify(PredictionKey, PadContent),
    /// Benchmark this model.
    Benchmark(String),
    /// Summarize a text.
    Summarize(Shared<SummaryRequest>),
    /// Train the networks of the Lab from scratch.
    TrainFromScratch(LabConfig),
    /// Evaluate these networks on digits with missing data.
    EvaluateMissingData(MissingDataRequest),
}

/// A job that a worker runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningJob {
    /// The id of the job.
    pub id: JobId,
    /// Beside which others it runs.
    pub lane: JobLane,
    /// What it does.
    pub ask: Job,
}

/// What a job runs beside: the jobs of one lane follow one another, those of different lanes run side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobLane {
    /// Starts the engine, lists and loads models, classifies and benchmarks.
    Main,
    /// Summarizes: digits are classified between two words of a summary.
    Summary,
    /// Loads a text model: digits and summaries do not wait for its bytes.
    TextModel,
    /// Trains and compares for the Lab: digits are classified between two training steps.
    Lab,
    /// Starts training, evaluates, pauses, cancels. Whoever sends one follows it by its id.
    Control,
}

/// What holds for the jobs of a lane.
struct LaneRule {
    /// How many of them are in the table at a time. One more takes the place of the oldest.
    most: usize,
    /// Whether the table knows when they end: their last reply takes them out, and until then a reply is due.
    ends: bool,
}

impl JobLane {
    const fn rule(self) -> LaneRule {
        match self {
            Self::Main | Self::Summary | Self::TextModel | Self::Lab => LaneRule { most: 1, ends: true },
            // More than one action of the visitor can send. The oldest was sent long ago.
            Self::Control => LaneRule { most: 8, ends: false },
        }
    }
}

/// The jobs of one worker, in the order in which they were sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobTable {
    jobs: Vec<RunningJob>,
    // Remembered when it has ended, too: its failure is a failure of the whole engine, whenever it is reported.
    start: Option<JobId>,
}

impl JobTable {
    /// Adds a job with the next id.
    pub fn insert(&mut self, lane: JobLane, id: JobId, ask: Job) {
        if !self.has_room(lane)
            && let Some(oldest) = self.jobs.iter().position(|job| job.lane == lane)
        {
            self.jobs.remove(oldest);
        }
        if ask == Job::Start {
            self.start = Some(id);
        }
        self.jobs.push(RunningJob { id, lane, ask });
    }

    /// Whether a lane takes one more job, and none has to make room for it.
    pub fn has_room(&self, lane: JobLane) -> bool {
        self.jobs.iter().filter(|job| job.lane == lane).count() < lane.rule().most
    }

    /// The newest job of a lane.
    pub fn newest(&self, lane: JobLane) -> Option<&RunningJob> {
        self.jobs.iter().rev().find(|job| job.lane == lane)
    }

    /// The job with this id.
    pub fn get(&self, id: JobId) -> Option<&RunningJob> {
        self.jobs.iter().find(|job| job.id == id)
    }

    /// Takes out a job that has ended. Of a lane whose ends are not known it stays.
    pub fn finish(&mut self, id: JobId) {
        self.jobs.retain(|job| job.id != id || !job.lane.rule().ends);
    }

    /// The job that started the engine.
    pub fn start(&self) -> Option<JobId> {
        self.start
    }

    /// Whether a reply to one of the jobs is due.
    pub fn await_reply(&self) -> bool {
        self.jobs.iter().any(|job| job.lane.rule().ends)
    }

    /// The id of the last job that was sent and is still here.
    pub fn last_id(&self) -> Option<JobId> {
        self.jobs.last().map(|job| job.id)
    }

    /// The jobs that were sent after the one with this id, in their order.
    pub fn sent_after(&self, id: JobId) -> impl Iterator<Item = &RunningJob> {
        self.jobs.iter().filter(move |job| job.id.0 > id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANES: [JobLane; 5] = [JobLane::Main, JobLane::Summary, JobLane::TextModel, JobLane::Lab, JobLane::Control];

    fn asks(table: &JobTable, lane: JobLane) -> Vec<u32> {
        table.jobs.iter().filter(|job| job.lane == lane).map(|job| job.id.0).collect()
    }

    #[test]
    fn lanes_run_side_by_side_and_their_jobs_one_after_another() {
        let mut table = JobTable::default();
        for (id, lane) in (1..).zip(LANES) {
            assert!(table.has_room(lane), "{lane:?} waits for no other lane");
            table.insert(lane, JobId(id), Job::ListModels);
        }
        assert_eq!(LANES.map(|lane| table.has_room(lane)), [false, false, false, false, true]);
        assert_eq!(LANES.map(|lane| table.newest(lane).map(|job| job.id.0)), [1, 2, 3, 4, 5].map(Some));
        table.finish(JobId(3));
        assert_eq!(LANES.map(|lane| table.has_room(lane)), [false, false, true, false, true]);
        assert_eq!(table.get(JobId(3)), None);
    }

    #[test]
    fn the_oldest_control_makes_room_and_no_reply_to_one_is_due() {
        let mut table = JobTable::default();
        for id in 1..=10 {
            table.insert(JobLane::Control, JobId(id), Job::Cancel(JobId(id)));
        }
        table.finish(JobId(9));
        assert_eq!(asks(&table, JobLane::Control), (3..=10).collect::<Vec<_>>(), "the last eight are remembered");
        assert!(!table.await_reply());
        table.insert(JobLane::Lab, JobId(11), Job::ListModels);
        assert!(table.await_reply());
    }

    #[test]
    fn the_job_that_started_the_engine_is_remembered() {
        let mut table = JobTable::default();
        table.insert(JobLane::Main, JobId(1), Job::Start);
        table.finish(JobId(1));
        table.insert(JobLane::Main, JobId(2), Job::ListModels);
        assert_eq!((table.get(JobId(1)), table.start()), (None, Some(JobId(1))));
    }

    #[test]
    fn each_job_is_sent_once_in_its_order() {
        let mut table = JobTable::default();
        table.insert(JobLane::Lab, JobId(4), Job::ListModels);
        table.insert(JobLane::Main, JobId(5), Job::ListModels);
        table.insert(JobLane::Control, JobId(6), Job::Cancel(JobId(4)));
        let sent = |after| table.sent_after(JobId(after)).map(|job| job.id.0).collect::<Vec<_>>();
        assert_eq!((sent(0), sent(4), sent(6)), (vec![4, 5, 6], vec![5, 6], vec![]));
        assert_eq!(table.last_id(), Some(JobId(6)));
    }
}
