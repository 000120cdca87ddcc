//! The state of the page and the actions that change it. Pure state.
//!
//! The state says which workers should run and which jobs they should run; the hooks of the `browser` room follow it. Nothing
//! here knows a browser, so every path is tested natively.

pub mod async_value;
// Only the components use them, and they are built for a browser alone.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod charts;
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod csv;
pub mod digit_game;
pub mod drawing_pointer;
pub mod engine_selection;
pub mod engine_worker;
pub mod job_table;
pub mod lab;
pub mod lab_history;
mod lab_record;
// Only the components use it, and they are built for a browser alone.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod layers;
mod notice;
pub mod pad_content;
mod pad_correction;
pub mod pad_cursor;
pub mod prediction;
pub mod route;
pub mod startup;
pub mod summaries;
pub mod theme;
// Only a component uses it, and it is built for a browser alone.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod tour;
pub mod user_data;

use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::digit_game::{DigitGame, GameAction};
use crate::app::model::engine_selection::{EnginePreference, EngineSelection, SelectionReason};
use crate::app::model::engine_worker::{AssetSource, BenchmarkTimes, EngineWorker, WorkerState};
use crate::app::model::job_table::PredictionKey;
use crate::app::model::lab::{LabAction, LabRunStatus, LabState};
pub use crate::app::model::notice::{Notice, NoticeOffer};
use crate::app::model::pad_content::{PadContent, Photo};
use crate::app::model::prediction::{Prediction, PredictionStatus, SampleDrawing};
use crate::app::model::route::Page;
use crate::app::model::startup::{InitialState, WebGpuSupport};
use crate::app::model::summaries::{ModelDemand, SummariesAction, SummariesState};
use crate::app::model::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::task::{PerTask, Task, TaskInput};
use crate::app::model::user_data::training_lock::LockResult;
use crate::app::model::user_data::{StorageEvent, UserData, UserDataAction};
use crate::ink::{Drawing, Point};
use crate::protocol::{Detail, EngineKind, EngineMessage, ModelSummary};

/// The state of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The page that is shown.
    pub page: Page,
    /// What is on the pad.
    pub pad: PadContent,
    /// What was on the pad before, for undoing.
    pub undo_stack: Vec<PadContent>,
    /// What was undone, for redoing.
    pub redo_stack: Vec<PadContent>,
    /// Counts the drawings and photos that were put on the pad.
    pub drawing_id: u32,
    /// Counts the changes of what is on the pad.
    pub revision: u32,
    /// The sample drawing that is being animated.
    pub animated_sample: Option<Shared<Drawing>>,

    /// The worker of the CPU engine.
    pub cpu: EngineWorker,
    /// The worker of the WebGPU engine.
    pub gpu: EngineWorker,
    /// Whether the browser has WebGPU.
    pub webgpu: WebGpuSupport,
    /// Whether the browser asks pages to save data.
    pub saves_data: bool,
    /// The engine that the visitor prefers.
    pub engine_preference: EnginePreference,
    /// The selected engine, and why.
    pub engine_selection: EngineSelection,
    /// The task of the classifier: that of the page on which the visitor drew last.
    pub classifier: Task,
    /// The selected model of each task whose input is drawn.
    pub classifier_models: PerTask<String>,
    /// The models that can be loaded.
    pub catalog: AsyncValue<Shared<Vec<ModelSummary>>>,
    /// Whether the layers are shown.
    pub layer_view: Detail,
    /// The id of the last job.
    pub last_job_id: u32,

    /// The prediction that is shown.
    pub prediction: Option<Shared<Prediction>>,
    /// The last prediction that ended, well or not.
    pub last_prediction_key: Option<PredictionKey>,
    /// Why there is no prediction.
    pub error: Option<String>,
    /// Counts the predictions that were shown.
    pub predictions_shown: u32,
    /// The result of the benchmark.
    pub benchmark: AsyncValue<BenchmarkTimes>,

    /// Corrections, training runs and model versions.
    pub user_data: UserData,
    /// The visitor's versions that were active at the last visit, until the stored versions are loaded.
    pub models_to_restore: PerTask<Option<String>>,

    /// The game against the clock.
    pub game: DigitGame,
    /// The best score in it.
    pub best_score: u32,

    /// Texts and their summaries.
    pub summaries: SummariesState,

    /// Networks that are trained from scratch.
    pub lab: LabState,

    /// The sample drawings.
    pub samples: AsyncValue<Shared<Vec<SampleDrawing>>>,
    /// The notices that are shown.
    pub notices: Vec<Notice>,
    /// The id of the last notice.
    pub last_notice_id: u32,
    /// The color scheme that the visitor prefers.
    pub theme: ThemePreference,
    /// The color scheme of the system.
    pub system_color_scheme: ColorScheme,
}

/// Everything that can happen to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The pen touched the pad.
    PenDown(Point),
    /// The pen moved on the pad.
    PenMoved(Vec<Point>),
    /// Erase the strokes near some points; the first ones of a movement can be undone.
    Erase {
        /// The points.
        points: Vec<Point>,
        /// Whether a movement begins.
        begins: bool,
    },
    /// Undo the last change of the pad.
    Undo,
    /// Redo what was undone last.
    Redo,
    /// Clear the pad.
    Clear,
    /// Draw this sample on the pad, stroke by stroke.
    AnimateSample(Drawing),
    /// So many points of the sample are drawn.
    AdvanceAnimation(usize),
    /// Put this sample on the pad at once.
    LoadSample(Drawing),
    /// Put this photo on the pad.
    LoadPhoto(Shared<Photo>),

    /// A worker of this generation receives messages now.
    WorkerStarted(EngineKind, u32),
    /// So many bytes of so many of the engine of a worker of this generation have come.
    WorkerFetching(EngineKind, u32, u64, u64),
    /// A worker of this generation sent a message.
    WorkerMessage(EngineKind, u32, EngineMessage),
    /// A worker of this generation stopped; the browser's reason.
    WorkerCrashed(EngineKind, u32, String),
    /// The browser was asked for a graphics adapter.
    AdapterFound(WebGpuSupport),
    /// Prefer this engine.
    SetEnginePreference(EnginePreference),
    /// Select this model.
    SelectModel(String),
    /// Benchmark the selected model.
    BenchmarkInference,
    /// Show or hide the layers.
    SetLayerView(Detail),

    /// Go to this page.
    Navigate(Page),
    /// The visitor acts on texts and summaries.
    Summaries(SummariesAction),
    /// The visitor plays against the clock.
    Game(GameAction),
    /// The visitor acts in the Lab.
    Lab(LabAction),
    /// The visitor acts on corrections, training runs and versions.
    UserData(UserDataAction),
    /// The storage of the browser reports a change or a result.
    Storage(StorageEvent),
    /// A request for the training lock was answered.
    TrainingLockAnswered(u32, LockResult),
    /// The sample drawings are loading, loaded or failed to load.
    SamplesLoaded(AsyncValue<Shared<Vec<SampleDrawing>>>),
    /// Show this notice.
    ShowNotice(String),
    /// Dismiss this notice.
    DismissNotice(u32),
    /// A new version of the page is ready to be used.
    UpdateReady,
    /// Prefer this color scheme.
    SetTheme(ThemePreference),
    /// The color scheme of the system changed.
    SystemColorSchemeChanged(ColorScheme),
}

impl State {
    /// The state of a page that opens: the CPU engine starts, everything else follows.
    pub fn new(opening: InitialState) -> Self {
        let mut state = Self {
            page: Page::Digits,
            pad: PadContent::Empty,
            undo_stack: Vec::new(),
            redo_stack: Vec::new(),
            drawing_id: 0,
            revision: 0,
            animated_sample: None,
            cpu: EngineWorker::new(EngineKind::Cpu),
            gpu: EngineWorker::new(EngineKind::Gpu),
            webgpu: opening.webgpu,
            saves_data: opening.saves_data,
            engine_preference: opening.engine_preference,
            engine_selection: EngineSelection { engine: None, reason: SelectionReason::Waiting },
            classifier: Task::default(),
            classifier_models: PerTask::of(|task| task.facts().first_model.to_owned()),
            catalog: AsyncValue::NotRequested,
            layer_view: opening.layer_view,
            last_job_id: 0,
            prediction: None,
            last_prediction_key: None,
            error: None,
            predictions_shown: 0,
            benchmark: AsyncValue::NotRequested,
            user_data: UserData::default(),
            models_to_restore: opening.active_models,
            game: DigitGame::Off,
            best_score: 0,
            summaries: SummariesState::default(),
            lab: LabState::default(),
            samples: AsyncValue::NotRequested,
            notices: Vec::new(),
            last_notice_id: 0,
            theme: opening.theme,
            system_color_scheme: opening.system_color_scheme,
        };
        if opening.webgpu == WebGpuSupport::Unavailable {
            state.gpu.disable("This browser has no WebGPU.".into());
        }
        state.take_over(opening.drawing);
        state.navigate(opening.page);
        state.cpu.start(AssetSource::Cache);
        state
    }

    /// Puts on the pad what was drawn before the page's program was there; each stroke can be undone.
    fn take_over(&mut self, drawing: Drawing) {
        let mut strokes = Vec::new();
        for stroke in drawing.strokes.into_iter().filter(|stroke| !stroke.points.is_empty()) {
            strokes.push(stroke);
            let next = PadContent::drawing(Drawing { strokes: strokes.clone() });
            self.undo_stack.push(std::mem::replace(&mut self.pad, next));
            self.revision += 1;
            self.drawing_id = 1;
        }
    }

    /// The worker of an engine.
    pub fn engine(&self, kind: EngineKind) -> &EngineWorker {
        match kind {
            EngineKind::Cpu => &self.cpu,
            EngineKind::Gpu => &self.gpu,
        }
    }

    /// The worker of an engine, to change.
    pub fn engine_mut(&mut self, kind: EngineKind) -> &mut EngineWorker {
        match kind {
            EngineKind::Cpu => &mut self.cpu,
            EngineKind::Gpu => &mut self.gpu,
        }
    }

    /// The adapter that made the shown prediction, while its engine still runs.
    pub fn adapter(&self) -> Option<&str> {
        let worker = self.engine(self.prediction.as_ref()?.key.engine);
        worker.info.ready().map(|engine| engine.adapter.as_str())
    }

    /// Status of the prediction for what is on the pad.
    pub fn prediction_status(&self) -> PredictionStatus {
        if self.animated_sample.is_some() {
            return PredictionStatus::Pending;
        }
        let current = |key: &PredictionKey| {
            key.drawing_id == self.drawing_id
                && key.revision == self.revision
                && key.model == self.model()
                && Some(key.engine) == self.engine_selection.engine
        };
        match (&self.pad, &self.last_prediction_key) {
            (PadContent::Empty, _) => PredictionStatus::Empty,
            (_, Some(key)) if current(key) => PredictionStatus::Current,
            _ => PredictionStatus::Pending,
        }
    }

    /// The color scheme that is shown.
    pub fn color_scheme(&self) -> ColorScheme {
        self.theme.color_scheme(self.system_color_scheme)
    }

    /// Shows a page. The summarizer is loaded from the first visit of its page on, not before.
    pub fn navigate(&mut self, part: Page) {
        self.page = part;
        let Some(task) = part.task() else { return };
        match task.input() {
            TaskInput::Drawing => self.classify_with(task),
            TaskInput::Text => {
                if self.summaries.opened == ModelDemand::NotRequested {
                    self.summaries.opened = ModelDemand::Requested;
                }
            }
        }
    }

    /// What is on the pad is classified for this task from now on. The predictions of another one are dropped.
    fn classify_with(&mut self, task: Task) {
        if task != self.classifier {
            self.classifier = task;
            self.prediction = None;
            self.last_prediction_key = None;
            self.error = None;
            self.benchmark = AsyncValue::NotRequested;
        }
    }

    /// The selected model of the classifier.
    pub fn model(&self) -> &str {
        self.model_for(self.classifier)
    }

    /// The selected model of a task.
    pub fn model_for(&self, task: Task) -> &str {
        match task.input() {
            TaskInput::Drawing => self.classifier_models.get(task),
            TaskInput::Text => &self.summaries.model,
        }
    }

    /// Sets the selected model of a task, and nothing that follows from it.
    pub fn set_model_for(&mut self, task: Task, model: String) {
        match task.input() {
            TaskInput::Drawing => *self.classifier_models.get_mut(task) = model,
            TaskInput::Text => self.summaries.model = model,
        }
    }

    /// The task of a model: of a version, or of a model that came with the page. None for an unknown one.
    pub fn task_of(&self, model: &str) -> Option<Task> {
        if let Some(version) = self.user_data.version(model) {
            return Some(version.about.task);
        }
        let listed = self.catalog.ready().and_then(|models| models.iter().find(|listed| listed.name == model));
        match listed {
            Some(listed) => Task::from_package(&listed.task),
            None => Task::ALL.into_iter().find(|task| task.facts().built_in.contains(&model)),
        }
    }

    /// The engine that runs a task.
    pub fn engine_for(&self, task: Task) -> Option<EngineKind> {
        match task.input() {
            TaskInput::Drawing => self.engine_selection.engine,
            // Before the page of summaries was opened, no engine is selected for it.
            TaskInput::Text => self.summaries.engine_selection.engine.or(self.engine_selection.engine),
        }
    }

    /// The engine that has the networks of the last training run of the Lab.
    pub fn lab_engine(&self) -> Option<EngineKind> {
        let Some(LabRunStatus::Done(kind, generation)) = self.lab.run.as_ref().map(|run| &run.status) else {
            return None;
        };
        let worker = self.engine(*kind);
        (worker.generation == *generation && worker.state == WorkerState::Running).then_some(*kind)
    }
}
