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

use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::engine_selection::{EnginePreference, EngineSelection, SelectionReason};
use crate::app::model::engine_worker::{AssetSource, BenchmarkTimes, EngineWorker, PredictionKey, WorkerState};
use crate::app::model::lab::{LabAction, LabRunStatus, LabState};
use crate::app::model::pad_content::{PadContent, Photo};
use crate::app::model::prediction::{Prediction, PredictionStatus, SampleDrawing};
use crate::app::model::route::Page;
use crate::app::model::startup::{InitialState, WebGpuSupport};
use crate::app::model::summaries::{ModelDemand, SUMMARY_MODEL, SummariesAction, SummariesState};
use crate::app::model::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::corrections::CorrectionData;
use crate::app::model::user_data::task::{PerTask, Task};
use crate::app::model::user_data::training_lock::LockResult;
use crate::app::model::user_data::{StorageEvent, UserData, UserDataAction};
use crate::ink::{Drawing, Point};
use crate::protocol::{Detail, EngineKind, FromEngine, Input, ModelSummary};

/// The model that a page begins with.
pub const DIGIT_MODEL: &str = "digits";

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
    pub page: Page,
    /// What is to be read.
    pub pad: PadContent,
    /// What it was before, for undoing.
    pub undo_stack: Vec<PadContent>,
    /// Grows with every other subject.
    pub drawing_id: u32,
    /// Grows with every change of the subject.
    pub revision: u32,
    /// A sample that is being drawn.
    pub animated_sample: Option<Shared<Drawing>>,

    /// The CPU engine.
    pub cpu: EngineWorker,
    /// The WebGPU engine.
    pub gpu: EngineWorker,
    /// What the browser offers.
    pub webgpu: WebGpuSupport,
    /// What the visitor wants.
    pub engine_preference: EnginePreference,
    /// Which engine answers, and why.
    pub engine_selection: EngineSelection,
    /// The model that is wanted.
    pub model: String,
    /// What can be loaded.
    pub catalogue: AsyncValue<Shared<Vec<ModelSummary>>>,
    /// Whether the layers are wanted.
    pub layer_view: Detail,
    /// Numbers the jobs.
    pub last_job_id: u32,

    /// The answer shown.
    pub prediction: Option<Shared<Prediction>>,
    /// The last reading that ended, well or not.
    pub last_prediction_key: Option<PredictionKey>,
    /// Why there is no answer to the subject.
    pub error: Option<String>,
    /// Counts the answers shown.
    pub predictions_shown: u32,
    /// Times that the visitor asked for.
    pub benchmark: AsyncValue<BenchmarkTimes>,

    /// What is the visitor's own.
    pub user_data: UserData,
    /// The models of the visitor's own that are to be active once it is known which there are.
    pub models_to_restore: PerTask<Option<String>>,

    /// Texts and their summaries.
    pub summaries: SummariesState,

    /// Networks that are trained from zero.
    pub lab: LabState,

    /// The drawings to pick.
    pub samples: AsyncValue<Shared<Vec<SampleDrawing>>>,
    /// What the visitor is told.
    pub notices: Vec<Notice>,
    /// Numbers the notices.
    pub last_notice_id: u32,
    /// The theme that the visitor wants.
    pub theme: ThemePreference,
    /// What the system prefers.
    pub system_color_scheme: ColorScheme,
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
    AnimateSample(Drawing),
    /// So many points of the sample are drawn.
    AdvanceAnimation(usize),
    /// Put this sample on the pad at once.
    LoadSample(Drawing),
    /// The visitor brought a picture.
    LoadPhoto(Shared<Photo>),

    /// A worker says hello.
    WorkerStarted(EngineKind, u32),
    /// A worker of this life says something.
    WorkerMessage(EngineKind, u32, FromEngine),
    /// A worker of this life stopped, in the browser's words.
    WorkerCrashed(EngineKind, u32, String),
    /// The visitor wants this engine.
    SetEnginePreference(EnginePreference),
    /// The visitor wants this model.
    SelectModel(String),
    /// The visitor wants to know how fast it is.
    BenchmarkInference,
    /// Whether the layers are wanted.
    SetLayerView(Detail),

    /// The visitor goes to this part of the page.
    Navigate(Page),
    /// The visitor does something with texts and summaries.
    Summaries(SummariesAction),
    /// The visitor does something in the Lab.
    Lab(LabAction),
    /// The visitor does something with what is their own.
    UserData(UserDataAction),
    /// The storage of the browser reports something.
    Storage(StorageEvent),
    /// This request for the training lock was answered.
    TrainingLockAnswered(u32, LockResult),
    /// The samples arrived, or did not.
    SamplesLoaded(AsyncValue<Shared<Vec<SampleDrawing>>>),
    /// Tell the visitor this.
    ShowNotice(String),
    /// The visitor has read this notice.
    DismissNotice(u32),
    /// The visitor wants this theme.
    SetTheme(ThemePreference),
    /// The system prefers this.
    SystemColorSchemeChanged(ColorScheme),
}

impl State {
    /// The page as it opens: the CPU engine is called, all else follows.
    pub fn new(opening: InitialState) -> Self {
        let mut state = Self {
            page: Page::Digits,
            pad: PadContent::Empty,
            undo_stack: Vec::new(),
            drawing_id: 0,
            revision: 0,
            animated_sample: None,
            cpu: EngineWorker::new(EngineKind::Cpu),
            gpu: EngineWorker::new(EngineKind::Gpu),
            webgpu: opening.offer,
            engine_preference: opening.wish,
            engine_selection: EngineSelection { engine: None, reason: SelectionReason::Waiting },
            model: DIGIT_MODEL.into(),
            catalogue: AsyncValue::NotRequested,
            layer_view: opening.detail,
            last_job_id: 0,
            prediction: None,
            last_prediction_key: None,
            error: None,
            predictions_shown: 0,
            benchmark: AsyncValue::NotRequested,
            user_data: UserData::default(),
            models_to_restore: opening.active,
            summaries: SummariesState::default(),
            lab: LabState::default(),
            samples: AsyncValue::NotRequested,
            notices: Vec::new(),
            last_notice_id: 0,
            theme: opening.theme,
            system_color_scheme: opening.system,
        };
        if opening.offer == WebGpuSupport::Unavailable {
            state.gpu.disable("This browser has no WebGPU.".into());
        }
        state.navigate(opening.part);
        state.cpu.start(AssetSource::Cache);
        state
    }

    /// The lane of an engine.
    pub fn engine(&self, kind: EngineKind) -> &EngineWorker {
        match kind {
            EngineKind::Cpu => &self.cpu,
            EngineKind::Gpu => &self.gpu,
        }
    }

    /// The lane of an engine, to change.
    pub fn engine_mut(&mut self, kind: EngineKind) -> &mut EngineWorker {
        match kind {
            EngineKind::Cpu => &mut self.cpu,
            EngineKind::Gpu => &mut self.gpu,
        }
    }

    /// The adapter that gave the answer shown, while its engine is still there.
    pub fn adapter(&self) -> Option<&str> {
        let lane = self.engine(self.prediction.as_ref()?.key.engine);
        lane.info.ready().map(|engine| engine.adapter.as_str())
    }

    /// Where the reading of the subject stands.
    pub fn prediction_status(&self) -> PredictionStatus {
        if self.animated_sample.is_some() {
            return PredictionStatus::Pending;
        }
        let current = |key: &PredictionKey| {
            key.drawing_id == self.drawing_id
                && key.revision == self.revision
                && key.model == self.model
                && Some(key.engine) == self.engine_selection.engine
        };
        match (&self.pad, &self.last_prediction_key) {
            (PadContent::Empty, _) => PredictionStatus::Empty,
            (_, Some(key)) if current(key) => PredictionStatus::Current,
            _ => PredictionStatus::Pending,
        }
    }

    /// The colors that are shown.
    pub fn color_scheme(&self) -> ColorScheme {
        self.theme.shade(self.system_color_scheme)
    }

    /// Opens a part of the page. The summarizer is fetched from now on, not before.
    pub fn navigate(&mut self, part: Page) {
        self.page = part;
        if part == Page::Summaries && self.summaries.opened == ModelDemand::NotRequested {
            self.summaries.opened = ModelDemand::Requested;
        }
    }

    /// What a model does.
    pub fn task_of(&self, model: &str) -> Task {
        match self.user_data.version(model) {
            Some(version) => version.about.task,
            None if model == SUMMARY_MODEL => Task::Summaries,
            None => Task::Digits,
        }
    }

    /// The engine that does what a task asks.
    pub fn engine_for(&self, task: Task) -> Option<EngineKind> {
        match task {
            Task::Digits => self.engine_selection.engine,
            // Before the summaries are opened, nobody has chosen one for them.
            Task::Summaries => self.summaries.engine_selection.engine.or(self.engine_selection.engine),
        }
    }

    /// What is on the pad, as a sample has it.
    pub fn correction_input(&self) -> Option<Input> {
        match &self.pad {
            PadContent::Drawing(drawing) if self.animated_sample.is_none() => Some(Input::Drawing((**drawing).clone())),
            // A photo is large; what the model saw of it is not.
            PadContent::Photo(_) => Some(Input::Image(self.prediction.as_ref()?.result.image.clone())),
            _ => None,
        }
    }

    /// What the drawing on the pad was said to be, if it is a sample.
    pub fn correction_label(&self) -> Option<u8> {
        // It is asked at every stroke: mostly there is nothing to look through.
        self.user_data.corrections_for(Task::Digits).next()?;
        let input = self.correction_input()?;
        self.user_data.corrections_for(Task::Digits).find_map(|one| match &one.sample {
            CorrectionData::Digit(sample) if sample.input == input => Some(sample.label),
            _ => None,
        })
    }

    /// The engine that has the networks that the Lab trained last.
    pub fn lab_engine(&self) -> Option<EngineKind> {
        let Some(LabRunStatus::Done(kind, life)) = self.lab.run.as_ref().map(|run| &run.stand) else { return None };
        let lane = self.engine(*kind);
        (lane.generation == *life && lane.state == WorkerState::Running).then_some(*kind)
    }
}
