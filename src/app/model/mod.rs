//! The page's one state, the actions that change it, and the one function that does so.
//!
//! The state says what ought to be: which workers live, and what job each is at. The workers themselves are kept in step with it by
//! [`crate::app::browser::use_workers`]; nothing here knows a browser, so every path of it is tested natively.

pub mod async_value;
pub mod engine_selection;
pub mod engine_worker;
pub mod lab;
pub mod pad_content;
pub mod prediction;
pub mod route;
pub mod startup;
pub mod summaries;
pub mod theme;
pub mod user_data;

use crate::app::model::async_value::{Shared, Slot};
use crate::app::model::engine_selection::{Choice, Reason, Wish};
use crate::app::model::engine_worker::{Key, Lane, Source, Timing, Worker};
use crate::app::model::lab::{Lab, LabAct, Stand};
use crate::app::model::pad_content::{Photo, Subject};
use crate::app::model::prediction::{Answer, Phase, Sample};
use crate::app::model::route::Part;
use crate::app::model::startup::{Offer, Opening};
use crate::app::model::summaries::{Act, Opened, SUMMARY, Summaries};
use crate::app::model::theme::{Shade, Theme};
use crate::app::model::user_data::corrections::Taught;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::{Deed, Mine};
use crate::ink::{Drawing, Point};
use crate::protocol::{Detail, EngineKind, FromEngine, Input, ModelSummary};

/// The model that a page begins with.
pub const FIRST_MODEL: &str = "digits";

/// A sentence to the visitor, until it is dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Tells one from another.
    pub id: u32,
    /// The sentence.
    pub text: String,
}

/// All that the page knows.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The part of the page that is shown.
    pub part: Part,
    /// What is to be read.
    pub subject: Subject,
    /// What it was before, for undoing.
    pub past: Vec<Subject>,
    /// Grows with every other subject.
    pub epoch: u32,
    /// Grows with every change of the subject.
    pub revision: u32,
    /// A sample that is being drawn.
    pub playing: Option<Shared<Drawing>>,

    /// The CPU engine.
    pub cpu: Lane,
    /// The WebGPU engine.
    pub gpu: Lane,
    /// What the browser offers.
    pub offer: Offer,
    /// What the visitor wants.
    pub wish: Wish,
    /// Which engine answers, and why.
    pub choice: Choice,
    /// The model that is wanted.
    pub model: String,
    /// What can be loaded.
    pub catalogue: Slot<Shared<Vec<ModelSummary>>>,
    /// Whether the layers are wanted.
    pub detail: Detail,
    /// Numbers the jobs.
    pub jobs: u32,

    /// The answer shown.
    pub answer: Option<Shared<Answer>>,
    /// The last reading that ended, well or not.
    pub read: Option<Key>,
    /// Why there is no answer to the subject.
    pub trouble: Option<String>,
    /// Counts the answers shown.
    pub shown: u32,
    /// Times that the visitor asked for.
    pub timing: Slot<Timing>,

    /// What is the visitor's own.
    pub mine: Mine,
    /// The models of the visitor's own that are to be active once it is known which there are.
    pub recalled: [Option<String>; 2],

    /// Texts and their summaries.
    pub summary: Summaries,

    /// Networks that are trained from zero.
    pub lab: Lab,

    /// The drawings to pick.
    pub samples: Slot<Shared<Vec<Sample>>>,
    /// What the visitor is told.
    pub notices: Vec<Notice>,
    /// Numbers the notices.
    pub told: u32,
    /// The theme that the visitor wants.
    pub theme: Theme,
    /// What the system prefers.
    pub system: Shade,
}

/// All that can happen to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The pen touched the pad.
    PenDown(Point),
    /// The pen moved on the pad.
    PenMoved(Vec<Point>),
    /// One step back.
    Undo,
    /// An empty pad.
    Clear,
    /// Draw this sample, stroke by stroke.
    Play(Drawing),
    /// So many points of the sample are drawn.
    Unroll(usize),
    /// Put this sample on the pad at once.
    Place(Drawing),
    /// The visitor brought a picture.
    Show(Shared<Photo>),

    /// A worker says hello.
    Hello(EngineKind, u32),
    /// A worker of this life says something.
    Heard(EngineKind, u32, FromEngine),
    /// A worker of this life stopped, in the browser's words.
    Died(EngineKind, u32, String),
    /// The visitor wants this engine.
    Wish(Wish),
    /// The visitor wants this model.
    Pick(String),
    /// The visitor wants to know how fast it is.
    Measure,
    /// Whether the layers are wanted.
    Detail(Detail),

    /// The visitor goes to this part of the page.
    Open(Part),
    /// The visitor does something with texts and summaries.
    Summary(Act),
    /// The visitor does something in the Lab.
    Lab(LabAct),
    /// The visitor does something with what is their own.
    Mine(Deed),
    /// The samples arrived, or did not.
    Samples(Slot<Shared<Vec<Sample>>>),
    /// Tell the visitor this.
    Tell(String),
    /// The visitor has read this notice.
    Dismiss(u32),
    /// The visitor wants this theme.
    Theme(Theme),
    /// The system prefers this.
    System(Shade),
}

impl State {
    /// The page as it opens: the CPU engine is called, all else follows.
    pub fn new(opening: Opening) -> Self {
        let mut state = Self {
            part: Part::Digits,
            subject: Subject::Nothing,
            past: Vec::new(),
            epoch: 0,
            revision: 0,
            playing: None,
            cpu: Lane::new(EngineKind::Cpu),
            gpu: Lane::new(EngineKind::Gpu),
            offer: opening.offer,
            wish: opening.wish,
            choice: Choice { engine: None, reason: Reason::Waiting },
            model: FIRST_MODEL.into(),
            catalogue: Slot::Empty,
            detail: opening.detail,
            jobs: 0,
            answer: None,
            read: None,
            trouble: None,
            shown: 0,
            timing: Slot::Empty,
            mine: Mine::default(),
            recalled: opening.active,
            summary: Summaries::default(),
            lab: Lab::default(),
            samples: Slot::Empty,
            notices: Vec::new(),
            told: 0,
            theme: opening.theme,
            system: opening.system,
        };
        if opening.offer == Offer::NoWebGpu {
            state.gpu.leave("This browser has no WebGPU.".into());
        }
        state.open(opening.part);
        state.cpu.call(Source::Cache);
        state
    }

    /// The lane of an engine.
    pub fn lane(&self, kind: EngineKind) -> &Lane {
        match kind {
            EngineKind::Cpu => &self.cpu,
            EngineKind::Gpu => &self.gpu,
        }
    }

    /// The lane of an engine, to change.
    pub fn lane_mut(&mut self, kind: EngineKind) -> &mut Lane {
        match kind {
            EngineKind::Cpu => &mut self.cpu,
            EngineKind::Gpu => &mut self.gpu,
        }
    }

    /// The adapter that gave the answer shown, while its engine is still there.
    pub fn adapter(&self) -> Option<&str> {
        let lane = self.lane(self.answer.as_ref()?.key.engine);
        lane.engine.ready().map(|engine| engine.adapter.as_str())
    }

    /// Where the reading of the subject stands.
    pub fn phase(&self) -> Phase {
        if self.playing.is_some() {
            return Phase::Reading;
        }
        let current = |key: &Key| {
            key.epoch == self.epoch
                && key.revision == self.revision
                && key.model == self.model
                && Some(key.engine) == self.choice.engine
        };
        match (&self.subject, &self.read) {
            (Subject::Nothing, _) => Phase::Empty,
            (_, Some(key)) if current(key) => Phase::Settled,
            _ => Phase::Reading,
        }
    }

    /// The colors that are shown.
    pub fn shade(&self) -> Shade {
        self.theme.shade(self.system)
    }

    /// Opens a part of the page. The summarizer is fetched from now on, not before.
    pub fn open(&mut self, part: Part) {
        self.part = part;
        if part == Part::Summaries && self.summary.opened == Opened::Never {
            self.summary.opened = Opened::Once;
        }
    }

    /// What a model does.
    pub fn task_of(&self, model: &str) -> Task {
        match self.mine.version(model) {
            Some(version) => version.about.task,
            None if model == SUMMARY => Task::Texts,
            None => Task::Digits,
        }
    }

    /// The engine that does what a task asks.
    pub fn engine_of(&self, task: Task) -> Option<EngineKind> {
        match task {
            Task::Digits => self.choice.engine,
            // Before the summaries are opened, nobody has chosen one for them.
            Task::Texts => self.summary.choice.engine.or(self.choice.engine),
        }
    }

    /// What is on the pad, as a sample has it.
    pub fn shown(&self) -> Option<Input> {
        match &self.subject {
            Subject::Drawing(drawing) if self.playing.is_none() => Some(Input::Drawing((**drawing).clone())),
            // A photo is large; what the model saw of it is not.
            Subject::Picture(_) => Some(Input::Image(self.answer.as_ref()?.result.image.clone())),
            _ => None,
        }
    }

    /// What the drawing on the pad was said to be, if it is a sample.
    pub fn kept_label(&self) -> Option<u8> {
        // It is asked at every stroke: mostly there is nothing to look through.
        self.mine.of(Task::Digits).next()?;
        let input = self.shown()?;
        self.mine.of(Task::Digits).find_map(|one| match &one.sample {
            Taught::Digit(sample) if sample.input == input => Some(sample.label),
            _ => None,
        })
    }

    /// The engine that has the networks that the Lab trained last.
    pub fn lab_engine(&self) -> Option<EngineKind> {
        let Some(Stand::Done(kind, life)) = self.lab.run.as_ref().map(|run| &run.stand) else { return None };
        let lane = self.lane(*kind);
        (lane.life == *life && lane.worker == Worker::Awake).then_some(*kind)
    }
}
