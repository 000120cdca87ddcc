//! Everything that crosses the boundary between a client (the page) and the engine in its worker, and nothing else.
//!
//! Plain data that JavaScript can read and write: each message is one object, its kind in `type`, pictures as `Uint8Array`.
//! A client sends [`ClientMessage`], the engine answers with one or more [`EngineMessage`] that carry the same [`JobId`]; every job ends in
//! exactly one final reply ([`Reply::is_final`]).

mod classification;
mod drawing;
mod engine_info;
mod failure;
mod fine_tuning;
mod incoming;
mod lab;
mod outgoing;
mod shortness;
mod summarization;

use serde::{Deserialize, Serialize};

pub use classification::{
    Classification, ClassifierInput, ConvolutionDetails, Detail, GrayImage, LayerActivations, NumberPart,
    PhotoAnalysis, Polarity, Verdict,
};
pub use drawing::{Drawing, Point, Stroke};
pub use engine_info::{AdapterKind, EngineCheck, EngineInfo, EngineKind, ImportTrial, Metric, ModelInfo, ModelSummary};
pub use failure::{Failure, FailureKind};
pub use fine_tuning::{
    BeforeAfter, CheckpointStatus, ClassificationMetrics, DigitSample, Evaluation, EvaluationComparison,
    FineTuneRequest, FineTuneResult, NOT_A_DIGIT, OptimizerKind, RunState, StartFrom, SummarizationMetrics, TextSample,
    TrainableLayers, TrainingConfig, TrainingData, TrainingProgress,
};
pub use incoming::{
    DEEPEST, LONGEST_TEXT, MOST_BYTES, MOST_VALUES, MessageFault, MessageValue, job_number, job_of, read_message,
};
pub use lab::{
    FilterSnapshot, FinalStage, Imputation, ImputedExample, LabConfig, LabMethodResult, LabOutcome, LabProgress,
    LabResult, LabSnapshot, MissingDataRequest, MissingReport, Occlusion, Reconstruction, TrainingMethod,
};
pub use outgoing::write_message;
pub use shortness::{Shortness, ShortnessError};
pub use summarization::{
    Language, LineReason, LineSource, SkipReason, SkippedPassage, SourceAnalysis, SourceSentence, SummarizeRequest,
    Summary, SummaryAmount, SummaryKind, SummaryLength, SummaryLine, SummaryWord, WholeSentence, WordOrigin,
};

/// The version that page and worker must share. Worker files are not hashed, so an old one may come from a cache: a page that
/// meets another version fetches the worker anew.
pub const VERSION: &str = match option_env!("INKLING_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

/// The version of the messages. [`VERSION`] keeps the page and the workers of one deployment together and changes with every build; this
/// number is for a client that is not of the same build, such as another page that starts an engine of this one.
///
/// Raise it when such a client would no longer understand the engine, or the engine the client: a message, field or value is renamed or
/// removed, changes its meaning, or a request needs a new field. Do not raise it for a new request, a new field of a reply, or a new field
/// of a request that has a default.
pub const PROTOCOL_VERSION: u32 = 1;

/// Under which name the checkpoint of the learning under way is kept. The engine keeps it, and goes on from it where it is asked to;
/// whoever asked forgets it once the result is kept.
pub const CHECKPOINT: &str = "learning";

/// What a worker says beside its replies once it holds the lock of its own name: who is given that lock knows that the worker is gone,
/// of which a browser says nothing. Where there are no locks, it is not said.
pub const ALIVE: &str = "alive";

/// Names one request and all replies to it. Chosen by the client, never reused within one worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobId(pub u32);

/// A message from a client to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientMessage {
    /// Chosen by the client.
    pub job: JobId,
    /// What is asked.
    pub request: Request,
}

/// A message from the engine to a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineMessage {
    /// The job that this answers.
    pub job: JobId,
    /// The answer, or a step towards it.
    pub reply: Reply,
}

/// What the engine can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Request {
    /// The first message to a worker: start the device. Answered by [`Reply::Ready`].
    Start {
        /// The client's [`VERSION`]; empty from a client that is of no build and goes by [`PROTOCOL_VERSION`], which [`Reply::Ready`] tells.
        #[serde(default)]
        version: String,
        /// Where the folder `models/` is, an absolute address ending in `/`.
        models: String,
    },
    /// The packages that can be loaded. Answered by [`Reply::Catalogue`].
    Catalogue,
    /// Fetch a package, check it, put it on the device, warm it up, ask it its known question, and time it.
    /// Answered by [`Reply::Progress`] and then [`Reply::Loaded`]. A loaded model answers at once.
    Load {
        /// A package's name, as the catalogue has it: `digits`, `seed-cnn`.
        model: String,
    },
    /// Read one digit. Answered by [`Reply::Classified`].
    Classify {
        /// A loaded model's name.
        model: String,
        /// The drawing or picture.
        input: ClassifierInput,
        /// Whether pictures of the layers are wanted too.
        layers: Detail,
    },
    /// Summarize a text. Answered by [`Reply::Source`], then by [`Reply::Line`] with every word, and by [`Reply::Summarized`].
    Summarize(Box<SummarizeRequest>),
    /// Time single classifications inside the engine. Answered by [`Reply::Timed`].
    Time {
        /// A loaded model's name.
        model: String,
        /// How many timed runs after the warm-up; 1 to 10,000.
        runs: u32,
    },
    /// Take a package that did not come from the catalogue: check it like any untrusted file, put it on the device, ask it its known
    /// question. Answered by [`Reply::Progress`] and then [`Reply::Loaded`], whose `task` says what it does.
    Install {
        /// What it is called from now on, in place of the name in its manifest.
        name: String,
        /// The package as one file, or weights of PyTorch's that are those of a model of the catalogue by their names and shapes.
        #[serde(with = "serde_bytes")]
        package: Vec<u8>,
    },
    /// Learn from corrections, of digits or of summaries: fine-tune a loaded model, and measure the result against it. Answered by [`Reply::Learning`] and then
    /// [`Reply::Learned`]; the loaded model stays as it is.
    Learn(Box<FineTuneRequest>),
    /// Measure a loaded model on held-out samples and on the visitor's own. Answered by [`Reply::Progress`] and [`Reply::Measured`].
    Measure {
        /// A loaded model's name.
        model: String,
        /// The visitor's own; there may be none.
        lesson: TrainingData,
    },
    /// Train the seed network from zero, in two ways side by side. Answered by [`Reply::LabStep`] and [`Reply::LabPictures`], then by
    /// [`Reply::LabDone`]. The networks stay until this is asked again.
    Lab(LabConfig),
    /// Hide parts of digits from a network that the Lab trained. Answered by [`Reply::Missing`].
    Missing(MissingDataRequest),
    /// Hold a job that learns, or let it go on. Answered by [`Reply::Heard`].
    Hold {
        /// The job.
        target: JobId,
        /// Whether it is to rest.
        rest: RunState,
    },
    /// End a job that learns after its next step, with what it has learned so far: it measures that and ends in [`Reply::Learned`].
    /// Answered by [`Reply::Heard`].
    Finish {
        /// The job.
        target: JobId,
    },
    /// Stop a job between its steps; the job's own final reply is [`FailureKind::Cancelled`] if it was still running.
    Cancel {
        /// The job to stop.
        target: JobId,
    },
}

/// What the engine answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Reply {
    /// The device runs.
    Ready {
        /// The worker's [`VERSION`].
        version: String,
        /// The worker's [`PROTOCOL_VERSION`]; 0 from a worker of before there was one.
        #[serde(default)]
        protocol: u32,
        /// What runs the models.
        engine: EngineInfo,
    },
    /// What can be loaded.
    Catalogue {
        /// One entry a package.
        models: Vec<ModelSummary>,
    },
    /// A step of a long job.
    Progress {
        /// What is being done, in words for the visitor.
        doing: Activity,
        /// How much is done, in bytes or steps.
        done: u64,
        /// Out of how much; 0 while unknown.
        total: u64,
    },
    /// A model is ready to answer.
    Loaded {
        /// What was loaded.
        model: ModelInfo,
        /// How it did on its known question, and how fast.
        check: EngineCheck,
        /// How it did on held-out digits, if it is a classifier that came by [`Request::Install`] and was not measured before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trial: Option<ImportTrial>,
    },
    /// A digit was read.
    Classified(Box<Classification>),
    /// A text was read, before anything is said about it.
    Source(Box<SourceAnalysis>),
    /// A line of a summary, as far as it is written.
    Line(Box<SummaryLine>),
    /// A text was summarized.
    Summarized(Box<Summary>),
    /// The times that [`Request::Time`] asked for.
    Timed {
        /// Median milliseconds of one classification, image in, probabilities out. Fast ones are timed several at a time, because
        /// browsers round their clocks; the figures are then of such groups.
        median_ms: f64,
        /// The fastest.
        min_ms: f64,
        /// The 90th percentile.
        p90_ms: f64,
        /// How many classifications, in all.
        runs: u32,
    },
    /// A step of learning.
    Learning(Box<TrainingProgress>),
    /// A new version was learned and measured.
    Learned(Box<FineTuneResult>),
    /// A model was measured.
    Measured {
        /// How it does.
        figures: Box<Evaluation>,
    },
    /// A step of one of the Lab's trainings.
    LabStep(Box<LabProgress>),
    /// What one of the Lab's trainings has learned so far.
    LabPictures(Box<LabSnapshot>),
    /// The Lab's trainings ended.
    LabDone(Box<LabMethodResult>),
    /// How well digits with holes are read.
    Missing(Box<MissingReport>),
    /// A [`Request::Hold`] or [`Request::Finish`] was heard.
    Heard,
    /// The job, or (with the job of [`Request::Start`]) the whole engine, failed.
    Failed(Failure),
    /// A [`Request::Cancel`] was heard.
    Cancelling,
}

impl Reply {
    /// Whether this is the last reply to its job.
    pub fn is_final(&self) -> bool {
        use Reply::{LabPictures, LabStep, Learning, Line, Progress, Source};
        !matches!(self, Progress { .. } | Learning(_) | Source(_) | Line(_) | LabStep(_) | LabPictures(_))
    }
}

/// What a long job is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// Bytes are on their way.
    Fetching,
    /// Sizes, names, shapes and checksums are looked at.
    Checking,
    /// First runs: shaders compile, memory is laid out.
    WarmingUp,
    /// Runs that are timed.
    Timing,
    /// Digits are read whose labels are known.
    Measuring,
    /// Sentences of a long text are weighed.
    Reading,
}

#[cfg(test)]
mod tests {
    mod examples;
    mod golden;

    use super::*;

    #[test]
    fn messages_are_plain_objects_with_a_type() {
        let message = ClientMessage {
            job: JobId(7),
            request: Request::Classify {
                model: "digits".into(),
                input: ClassifierInput::Drawing(Drawing::default()),
                layers: Detail::Answer,
            },
        };
        let json = serde_json::to_value(&message).expect("serializes");
        assert_eq!(json["job"], 7);
        assert_eq!(json["request"]["type"], "classify");
        assert_eq!(json["request"]["input"]["type"], "drawing");
        assert_eq!(serde_json::from_value::<ClientMessage>(json).expect("reads back"), message);
    }

    #[test]
    fn what_is_tagged_in_what_is_tagged_reads_back() {
        let report = SummarizationMetrics { rouge1: 1.0, ..SummarizationMetrics::default() };
        let figures = Box::new(Evaluation::Texts { held_out: report, own: None });
        let reply = Reply::Measured { figures };
        let json = serde_json::to_string(&reply).expect("serializes");
        assert_eq!(serde_json::from_str::<Reply>(&json).expect("reads back"), reply);
    }

    #[test]
    fn failures_are_final_and_progress_is_not() {
        assert!(!Reply::Progress { doing: Activity::Fetching, done: 1, total: 2 }.is_final());
        assert!(Reply::Failed(Failure { kind: FailureKind::Fetch, message: String::new() }).is_final());
    }
}
