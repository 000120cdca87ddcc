//! Everything that crosses the boundary between a client (the page) and the engine in its worker, and nothing else.
//!
//! Plain data that JavaScript can read and write: each message is one object, its kind in `type`, pictures as `Uint8Array`.
//! A client sends [`ToEngine`], the engine answers with one or more [`FromEngine`] that carry the same [`JobId`]; every job ends in
//! exactly one final reply ([`Reply::is_final`]).

mod drawing;
mod fine_tuning;
mod lab;
mod summarization;

use serde::{Deserialize, Serialize};

pub use drawing::{Drawing, Point, Stroke};
pub use fine_tuning::{
    Comparison, Figures, From, Kept, Layers, Learn, Learned, Learning, Lesson, Measured, Plan, PlanOptimizer, Report,
    Rest, Sample, TextReport, TextSample,
};
pub use lab::{
    Ending, Fill, Filled, Filters, Hide, Lab, LabDone, LabEnd, LabOutcome, LabPictures, LabStep, Missing,
    MissingReport, Rebuilt, Way,
};
pub use summarization::{
    Kind, Language, Length, Line, Making, Origin, Source, SourceSentence, Summarize, Summary, Word,
};

/// The version that page and worker must share. Worker files are not hashed, so an old one may come from a cache: a page that
/// meets another version fetches the worker anew.
pub const VERSION: &str = match option_env!("INKLING_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

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
pub struct ToEngine {
    /// Chosen by the client.
    pub job: JobId,
    /// What is asked.
    pub request: Request,
}

/// A message from the engine to a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FromEngine {
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
        /// The client's [`VERSION`].
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
        input: Input,
        /// Whether pictures of the layers are wanted too.
        layers: Detail,
    },
    /// Summarize a text. Answered by [`Reply::Source`], then by [`Reply::Line`] with every word, and by [`Reply::Summarized`].
    Summarize(Box<Summarize>),
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
    Learn(Box<Learn>),
    /// Measure a loaded model on held-out samples and on the visitor's own. Answered by [`Reply::Progress`] and [`Reply::Measured`].
    Measure {
        /// A loaded model's name.
        model: String,
        /// The visitor's own; there may be none.
        lesson: Lesson,
    },
    /// Train the seed network from zero, in two ways side by side. Answered by [`Reply::LabStep`] and [`Reply::LabPictures`], then by
    /// [`Reply::LabDone`]. The networks stay until this is asked again.
    Lab(Lab),
    /// Hide parts of digits from a network that the Lab trained. Answered by [`Reply::Missing`].
    Missing(Missing),
    /// Hold a job that learns, or let it go on. Answered by [`Reply::Heard`].
    Hold {
        /// The job.
        target: JobId,
        /// Whether it is to rest.
        rest: Rest,
    },
    /// Stop a job between its steps; the job's own final reply is [`FailureKind::Cancelled`] if it was still running.
    Cancel {
        /// The job to stop.
        target: JobId,
    },
}

/// What a classification is to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Input {
    /// Strokes of a pen.
    Drawing(Drawing),
    /// A picture of one digit, of either polarity.
    Picture {
        /// Pixels across, 1 to 4,096.
        width: u32,
        /// Pixels down, 1 to 4,096.
        height: u32,
        /// `width * height * 4` bytes, rows from the top, straight alpha.
        #[serde(with = "serde_bytes")]
        rgba: Vec<u8>,
    },
    /// An image as the models read it, 28×28, 255 being full ink: looked at as it is.
    Image(Picture),
}

/// How much a classification reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// The answer alone.
    Answer,
    /// The answer, and every layer as pictures.
    Layers,
}

/// What the engine answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Reply {
    /// The device runs.
    Ready {
        /// The worker's [`VERSION`].
        version: String,
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
        doing: Doing,
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
    },
    /// A digit was read.
    Classified(Box<Classification>),
    /// A text was read, before anything is said about it.
    Source(Box<Source>),
    /// A line of a summary, as far as it is written.
    Line(Box<Line>),
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
    Learning(Box<Learning>),
    /// A new version was learned and measured.
    Learned(Box<Learned>),
    /// A model was measured.
    Measured {
        /// How it does.
        figures: Box<Measured>,
    },
    /// A step of one of the Lab's trainings.
    LabStep(Box<LabStep>),
    /// What one of the Lab's trainings has learned so far.
    LabPictures(Box<LabPictures>),
    /// The Lab's trainings ended.
    LabDone(Box<LabDone>),
    /// How well digits with holes are read.
    Missing(Box<MissingReport>),
    /// A [`Request::Hold`] was heard.
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
pub enum Doing {
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

/// One of the two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngineKind {
    /// Burn's Flex in wasm SIMD.
    Cpu,
    /// Burn on WebGPU.
    Gpu,
}

/// What runs the models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineInfo {
    /// Which engine this is.
    pub kind: EngineKind,
    /// What it runs on, in words: the adapter's name, or "wasm SIMD".
    pub adapter: String,
    /// Whether the adapter is a graphics card or software that imitates one. [`AdapterKind::Processor`] for the CPU engine.
    pub adapter_kind: AdapterKind,
}

/// What stands behind an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdapterKind {
    /// The CPU, through wasm.
    Processor,
    /// A real graphics adapter.
    Hardware,
    /// A graphics adapter imitated by the CPU (SwiftShader, lavapipe, WARP).
    Software,
}

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    /// What it does: `digits`.
    pub task: String,
    /// Its name, unique in the catalogue.
    pub name: String,
    /// One line for the visitor.
    pub description: String,
    /// Bytes to fetch.
    pub bytes: u64,
}

/// What is known of a loaded model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo {
    /// What it does: `digits`.
    pub task: String,
    /// Its name in the catalogue.
    pub name: String,
    /// Its version, as its manifest has it.
    pub version: String,
    /// One line for the visitor.
    pub description: String,
    /// Number of trained parameters.
    pub parameters: u64,
    /// Bytes that were fetched, or read from the cache.
    pub bytes: u64,
    /// SHA-256 of the weights, in hexadecimal.
    pub sha256: String,
    /// Name, value, and the data it was measured on: ("accuracy", 0.9971, "MNIST test, 10,000 images").
    pub metrics: Vec<Metric>,
}

/// One measured figure of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metric {
    /// What was measured: `accuracy`.
    pub name: String,
    /// Its value, as a share where it is one.
    pub value: f64,
    /// On what data.
    pub data: String,
    /// The command that prints it.
    pub command: String,
}

/// How a model did on an engine when it was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineCheck {
    /// The largest difference between a logit of the known question and its stored value. A larger one than the tolerance is a
    /// [`FailureKind::WrongAnswer`] instead.
    pub max_error: f32,
    /// Milliseconds of the first classification (shaders compile).
    pub first_ms: f64,
    /// Median milliseconds of a classification after that.
    pub median_ms: f64,
}

/// A digit that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Classification {
    /// Which model read it.
    pub model: String,
    /// Which engine it ran on.
    pub engine: EngineKind,
    /// The most probable digit, 0 to 9.
    pub digit: u8,
    /// The probability of each digit; they add up to 1.
    pub probabilities: Vec<f32>,
    /// What the probabilities are the softmax of.
    pub logits: Vec<f32>,
    /// The 28×28 image that the model saw.
    pub image: Picture,
    /// What was found out about the picture, if it was one.
    pub found: Option<Found>,
    /// The layers from the bottom up; empty for [`Detail::Answer`].
    pub layers: Vec<Layer>,
    /// Milliseconds in the model, image in, probabilities out.
    pub model_ms: f64,
    /// Milliseconds in the worker for everything.
    pub total_ms: f64,
}

/// What was found out about a picture before it was read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// What the ink is like.
    pub polarity: Polarity,
    /// The grey level that parts ink from ground, 0 to 255.
    pub threshold: u8,
    /// The box around the ink in the picture: left, top, width, height, in pixels.
    pub bounds: [u32; 4],
}

/// Which is darker, ink or ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// Dark ink on a light ground, as on paper.
    DarkOnLight,
    /// Light ink on a dark ground, as in MNIST and on blackboards.
    LightOnDark,
}

/// One layer of the model, as pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Layer {
    /// What it is, in the field's words: "Convolution 3×3, 32 filters, ReLU".
    pub name: String,
    /// Channels, height and width of its output; a dense layer has height and width 1.
    pub shape: [u32; 3],
    /// The largest activation, which is white (255) in the pictures.
    pub max: f32,
    /// `channels * height * width` activations, 0 to 255, channel by channel, rows from the top.
    #[serde(with = "serde_bytes")]
    pub maps: Vec<u8>,
}

/// A grayscale picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `width * height` bytes, 255 is full ink, rows from the top.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{message}")]
pub struct Failure {
    /// What kind of failure, for the client to act on.
    pub kind: FailureKind,
    /// What happened and what to do, a sentence for the visitor.
    pub message: String,
}

/// The kinds of failure that a client treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Nothing was drawn, the picture is of one color, or the text has no words.
    NothingThere,
    /// The input cannot be read: not a picture, too large, impossible numbers.
    BadInput,
    /// The browser has no WebGPU.
    NoWebGpu,
    /// WebGPU is there, but no adapter was granted.
    NoAdapter,
    /// The adapter lacks something the engine needs.
    MissingFeature,
    /// The device was lost; the worker is of no more use.
    DeviceLost,
    /// The engine answers the known question wrongly.
    WrongAnswer,
    /// The bytes did not come.
    Fetch,
    /// The bytes came, and are not what they should be.
    BadPackage,
    /// There is no model of that name, or it is not loaded.
    NoSuchModel,
    /// Page and worker are of different versions.
    Version,
    /// The visitor stopped it.
    Cancelled,
    /// The loss was no longer a number: nothing was changed.
    Diverged,
    /// A fault of ours.
    Internal,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_plain_objects_with_a_type() {
        let message = ToEngine {
            job: JobId(7),
            request: Request::Classify {
                model: "digits".into(),
                input: Input::Drawing(Drawing::default()),
                layers: Detail::Answer,
            },
        };
        let json = serde_json::to_value(&message).expect("serializes");
        assert_eq!(json["job"], 7);
        assert_eq!(json["request"]["type"], "classify");
        assert_eq!(json["request"]["input"]["type"], "drawing");
        assert_eq!(serde_json::from_value::<ToEngine>(json).expect("reads back"), message);
    }

    #[test]
    fn what_is_tagged_in_what_is_tagged_reads_back() {
        let report = TextReport { rouge1: 1.0, ..TextReport::default() };
        let figures = Box::new(Measured::Texts { held_out: report, own: None });
        let reply = Reply::Measured { figures };
        let json = serde_json::to_string(&reply).expect("serializes");
        assert_eq!(serde_json::from_str::<Reply>(&json).expect("reads back"), reply);
    }

    #[test]
    fn failures_are_final_and_progress_is_not() {
        assert!(!Reply::Progress { doing: Doing::Fetching, done: 1, total: 2 }.is_final());
        assert!(Reply::Failed(Failure { kind: FailureKind::Fetch, message: String::new() }).is_final());
    }
}
