//! The page against scripted workers: each test says what the workers reply and looks at what they are asked next.

use EngineKind::{Cpu, Gpu};

use crate::app::model::NoticeOffer;
use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::digit_game::{DigitGame, GAME_SECONDS, GameAction, GameRound};
use crate::app::model::engine_selection::{EnginePreference, SelectionReason};
use crate::app::model::engine_worker::{AssetSource, WorkerState};
use crate::app::model::job_table::{Job, JobLane};
use crate::app::model::pad_content::PadContent;
use crate::app::model::prediction::PredictionStatus;
use crate::app::model::route::Page;
use crate::app::model::startup::{InitialState, WebGpuSupport};
use crate::app::model::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::corrections::{CorrectionData, write_corrections};
use crate::app::model::user_data::stored_item::StoredItem;
use crate::app::model::user_data::task::{PerTask, Task};
use crate::app::model::user_data::training_lock::LockResult;
use crate::app::model::user_data::training_run::TrainingRun;
use crate::app::model::user_data::{StorageEvent, UserDataAction};
use crate::app::model::{Action, State};
use crate::ink::{Drawing, Point, Stroke};
use crate::protocol::{
    Activity, AdapterKind, BeforeAfter, CheckpointStatus, Classification, ClassificationMetrics, Detail, EngineCheck,
    EngineInfo, EngineKind, EngineMessage, EvaluationComparison, Failure, FailureKind, FineTuneRequest, FineTuneResult,
    GrayImage, ImportTrial, ModelInfo, ModelSummary, PROTOCOL_VERSION, Reply, RunState, StartFrom, TrainingProgress,
    VERSION, Verdict,
};

struct TestPage(State);

impl TestPage {
    fn open(engine_preference: EnginePreference, webgpu: WebGpuSupport) -> Self {
        let theme = ThemePreference::System;
        Self(State::new(InitialState {
            engine_preference,
            webgpu,
            theme,
            system_color_scheme: ColorScheme::Light,
            layer_view: Detail::Answer,
            page: Page::Digits,
            saves_data: false,
            drawing: Drawing::default(),
            active_models: PerTask::default(),
        }))
    }

    fn act(&mut self, action: Action) -> &mut Self {
        self.0 = self.0.reduced(action);
        self
    }

    fn hello(&mut self, kind: EngineKind) -> &mut Self {
        let generation = self.0.engine(kind).generation;
        self.act(Action::WorkerStarted(kind, generation))
    }

    fn asked(&self, kind: EngineKind) -> Option<&Job> {
        self.0.engine(kind).jobs.newest(JobLane::Main).map(|job| &job.ask)
    }

    fn reads(&self, kind: EngineKind) -> Option<u32> {
        match self.asked(kind) {
            Some(Job::Classify(key, _)) => Some(key.revision),
            _ => None,
        }
    }

    fn reply(&mut self, kind: EngineKind, reply: Reply) -> &mut Self {
        let worker = self.0.engine(kind);
        let job = worker.jobs.newest(JobLane::Main).expect("is at a job").id;
        let generation = worker.generation;
        self.act(Action::WorkerMessage(kind, generation, EngineMessage { job, reply }))
    }

    fn fail(&mut self, kind: EngineKind, failure: FailureKind, message: &str) -> &mut Self {
        self.reply(kind, Reply::Failed(Failure { kind: failure, message: message.into() }))
    }

    fn ready(&mut self, kind: EngineKind, adapter_kind: AdapterKind) -> &mut Self {
        let engine = EngineInfo { kind, adapter: "test".into(), adapter_kind };
        self.reply(kind, Reply::Ready { version: VERSION.into(), protocol: PROTOCOL_VERSION, engine })
    }

    fn loaded(&mut self, kind: EngineKind, median_ms: f64) -> &mut Self {
        let Some(Job::LoadModel(name)) = self.asked(kind).cloned() else {
            panic!("asks to load, not {:?}", self.asked(kind))
        };
        let model = ModelInfo {
            task: "digits".into(),
            name,
            version: "1".into(),
            description: String::new(),
            parameters: 1,
            bytes: 1,
            sha256: String::new(),
            metrics: Vec::new(),
        };
        self.reply(
            kind,
            Reply::Loaded { model, check: EngineCheck { max_error: 0.0, first_ms: 1.0, median_ms }, trial: None },
        )
    }

    fn catalog(&mut self, kind: EngineKind) -> &mut Self {
        let summary = |name: &str| ModelSummary {
            task: "digits".into(),
            name: name.into(),
            description: String::new(),
            bytes: 1,
        };
        self.reply(kind, Reply::Catalogue { models: vec![summary("digits"), summary("seed-cnn")] })
    }

    fn read(&mut self, kind: EngineKind, digit: u8) -> &mut Self {
        let Some(Job::Classify(key, _)) = self.asked(kind).cloned() else { panic!("reads") };
        let mut probabilities = vec![0.0; 10];
        probabilities[usize::from(digit)] = 1.0;
        self.reply(
            kind,
            Reply::Classified(Box::new(Classification {
                model: key.model,
                engine: kind,
                digit,
                probabilities,
                logits: Vec::new(),
                verdict: Verdict::Digit,
                digit_probability: None,
                number: None,
                parts: Vec::new(),
                image: GrayImage { width: 28, height: 28, pixels: vec![0; 784] },
                found: None,
                layers: Vec::new(),
                model_ms: 1.0,
                total_ms: 1.0,
            })),
        )
    }

    fn digit(&self) -> Option<u8> {
        self.0.prediction.as_ref().map(|answer| answer.result.digit)
    }

    fn draw(&mut self) -> &mut Self {
        self.act(Action::PenDown(Point::new(1.0, 1.0)))
    }

    fn draw_on(&mut self) -> &mut Self {
        self.act(Action::PenMoved(vec![Point::new(5.0, 5.0)]))
    }
}

/// A page whose CPU engine has loaded its model and read the catalog.
fn cpu_ready(engine_preference: EnginePreference, webgpu: WebGpuSupport) -> TestPage {
    let mut page = TestPage::open(engine_preference, webgpu);
    page.hello(Cpu).ready(Cpu, AdapterKind::Processor).loaded(Cpu, 2.0).catalog(Cpu);
    page
}

/// A page with both engines ready, WebGPU the one that answers.
fn both_ready() -> TestPage {
    let mut page = cpu_ready(EnginePreference::Auto, WebGpuSupport::Available);
    page.hello(Gpu).ready(Gpu, AdapterKind::Hardware).loaded(Gpu, 1.0);
    page
}

#[test]
fn the_cpu_comes_first_and_webgpu_behind_it() {
    let mut page = TestPage::open(EnginePreference::Auto, WebGpuSupport::Available);
    assert_eq!(page.0.cpu.state, WorkerState::Starting);
    assert_eq!(page.asked(Cpu), None, "nobody speaks to a worker that has not said hello");
    page.hello(Cpu);
    assert_eq!(page.asked(Cpu), Some(&Job::Start));
    page.ready(Cpu, AdapterKind::Processor);
    assert_eq!(page.0.gpu.state, WorkerState::Stopped, "takes no bytes from the first answer");
    page.loaded(Cpu, 2.0);
    assert_eq!(page.0.gpu.state, WorkerState::Starting);
    assert_eq!(page.0.engine_selection.engine, Some(Cpu));
    page.catalog(Cpu).hello(Gpu).ready(Gpu, AdapterKind::Hardware).loaded(Gpu, 1.0);
    assert_eq!(page.0.engine_selection.engine, Some(Gpu));
    assert_eq!(page.0.engine_selection.reason, SelectionReason::GpuFaster(1.0, 2.0));
}

#[test]
fn webgpu_is_not_fetched_where_it_is_not_wanted_or_not_offered() {
    assert_eq!(cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available).0.gpu.generation, 0);
    let page = cpu_ready(EnginePreference::Auto, WebGpuSupport::Unavailable);
    assert_eq!(page.0.gpu.generation, 0);
    assert!(matches!(page.0.engine_selection.reason, SelectionReason::OtherFailed(Gpu, _)));
    assert!(page.0.notices.is_empty(), "what a browser lacks interrupts nobody");
}

#[test]
fn an_empty_pad_is_never_read() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    assert_eq!((page.asked(Cpu), page.0.prediction_status()), (None, PredictionStatus::Empty));
    page.act(Action::Clear).act(Action::Undo);
    assert_eq!((page.asked(Cpu), page.0.prediction_status()), (None, PredictionStatus::Empty));
}

#[test]
fn only_the_newest_drawing_waits_while_one_is_read() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    page.draw();
    let first = page.reads(Cpu).expect("reads at once");
    page.draw_on().draw_on().draw_on();
    assert_eq!(page.reads(Cpu), Some(first), "one request is in flight");
    page.read(Cpu, 1);
    assert_eq!(page.reads(Cpu), Some(page.0.revision), "and then the newest");
    assert_eq!(page.0.prediction_status(), PredictionStatus::Pending);
    page.read(Cpu, 7);
    assert_eq!((page.digit(), page.asked(Cpu), page.0.prediction_status()), (Some(7), None, PredictionStatus::Current));
}

#[test]
fn an_answer_to_what_was_cleared_is_dropped() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    page.draw().act(Action::Clear).read(Cpu, 3);
    assert_eq!(
        (page.digit(), page.0.predictions_shown, page.0.prediction_status()),
        (None, 0, PredictionStatus::Empty)
    );
    page.draw().act(Action::Clear).draw().read(Cpu, 4);
    assert_eq!(page.digit(), None, "an answer to the drawing before");
    page.read(Cpu, 5);
    assert_eq!((page.digit(), page.0.predictions_shown), (Some(5), 1));
}

#[test]
fn a_lost_device_loses_no_stroke() {
    let mut page = both_ready();
    page.draw();
    assert!(page.reads(Gpu).is_some());
    page.fail(Gpu, FailureKind::DeviceLost, "The graphics device was lost.");
    assert_eq!(page.0.gpu.state, WorkerState::Stopped);
    assert_eq!(page.reads(Cpu), Some(page.0.revision), "the drawing goes to the CPU");
    page.read(Cpu, 2);
    assert_eq!((page.digit(), page.0.prediction_status()), (Some(2), PredictionStatus::Current));
    assert_eq!(page.0.notices[0].text, "The graphics device was lost. The CPU engine takes over.");
}

#[test]
fn a_device_lost_between_two_readings_is_noticed_too() {
    let mut page = both_ready();
    let (generation, job) = (page.0.gpu.generation, page.0.gpu.jobs.start().expect("was started"));
    let failure = Failure { kind: FailureKind::DeviceLost, message: "Lost.".into() };
    page.act(Action::WorkerMessage(Gpu, generation, EngineMessage { job, reply: Reply::Failed(failure) }));
    assert_eq!((page.0.gpu.state, page.0.engine_selection.engine), (WorkerState::Stopped, Some(Cpu)));
}

#[test]
fn an_engine_that_lies_is_left() {
    let mut page = cpu_ready(EnginePreference::Only(Gpu), WebGpuSupport::Available);
    page.hello(Gpu).ready(Gpu, AdapterKind::Hardware).fail(Gpu, FailureKind::WrongAnswer, "It answers wrongly.");
    assert_eq!(page.0.engine_selection.engine, Some(Cpu));
    assert!(matches!(page.0.engine_selection.reason, SelectionReason::PreferredFailed(Gpu, _)));
    assert_eq!(page.0.notices.len(), 1);
}

#[test]
fn a_gpu_that_answers_nothing_any_more_leaves_the_drawing_to_the_cpu() {
    let mut page = both_ready();
    page.draw();
    assert!(page.reads(Gpu).is_some());
    page.fail(Gpu, FailureKind::WrongAnswer, "The graphics device (WebGPU) answered wrongly.");
    assert_eq!((page.0.gpu.state, page.0.prediction.is_none()), (WorkerState::Stopped, true));
    assert_eq!(page.reads(Cpu), Some(page.0.revision), "the drawing goes to the CPU");
    page.read(Cpu, 2);
    assert_eq!((page.digit(), page.0.engine_selection.engine), (Some(2), Some(Cpu)));
    assert_eq!(page.0.notices[0].text, "The graphics device (WebGPU) answered wrongly. The CPU engine takes over.");
}

#[test]
fn an_engine_whose_files_are_none_is_fetched_once_more_and_then_named() {
    let mut page = TestPage::open(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    let why = "the server sent a web page in place of its file engine_cpu_bg.wasm";
    for (generation, source) in [(2, AssetSource::Network), (2, AssetSource::Cache)] {
        let dies = page.0.cpu.generation;
        page.act(Action::WorkerCrashed(Cpu, dies, why.into()));
        assert_eq!((page.0.cpu.generation, page.0.cpu.source), (generation, source));
    }
    assert_eq!(page.0.cpu.state, WorkerState::Stopped);
    assert_eq!(page.0.notices[0].text, format!("The CPU engine did not start: {why}."));
}

#[test]
fn no_adapter_is_quiet_unless_webgpu_was_asked_for() {
    for (engine_preference, notices) in [(EnginePreference::Auto, 0), (EnginePreference::Only(Gpu), 1)] {
        let mut page = cpu_ready(engine_preference, WebGpuSupport::Available);
        page.hello(Gpu).fail(Gpu, FailureKind::NoAdapter, "No adapter was granted.");
        assert_eq!((page.0.engine_selection.engine, page.0.notices.len()), (Some(Cpu), notices));
    }
}

#[test]
fn a_dead_cpu_worker_is_called_again() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.draw();
    let generation = page.0.cpu.generation;
    page.act(Action::WorkerCrashed(Cpu, generation, "unreachable".into()));
    assert_eq!((page.0.cpu.generation, page.0.cpu.state), (generation + 1, WorkerState::Starting));
    page.act(Action::WorkerCrashed(Cpu, generation, "late".into()));
    assert_eq!(page.0.cpu.generation, generation + 1, "an earlier life is not heard");
    page.hello(Cpu).ready(Cpu, AdapterKind::Processor).loaded(Cpu, 2.0);
    assert!(page.reads(Cpu).is_some(), "and reads what it was reading");
    for generation in generation + 1..generation + 7 {
        assert_eq!((page.0.cpu.generation, page.0.notices.len()), (generation, 0));
        page.act(Action::WorkerCrashed(Cpu, generation, "unreachable".into())).hello(Cpu);
        if page.asked(Cpu).is_some() {
            page.ready(Cpu, AdapterKind::Processor).loaded(Cpu, 2.0);
        }
    }
    assert_eq!((page.0.engine_selection.engine, page.0.notices.len()), (None, 1), "but not for ever");
    assert!(matches!(page.0.pad, PadContent::Drawing(_)));
}

#[test]
fn a_worker_that_works_well_is_called_again_however_often_it_dies() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.draw();
    for generation in 1..=10 {
        for _ in 0..20 {
            page.read(Cpu, 7).draw_on();
        }
        page.act(Action::WorkerCrashed(Cpu, generation, "unreachable".into()));
        page.hello(Cpu).ready(Cpu, AdapterKind::Processor).loaded(Cpu, 2.0);
    }
    assert_eq!((page.0.cpu.generation, page.0.notices.len()), (11, 0));
}

#[test]
fn a_worker_of_another_version_is_fetched_anew_once() {
    let mut page = TestPage::open(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    for source in [AssetSource::Cache, AssetSource::Network] {
        assert_eq!(page.0.cpu.source, source);
        let engine = EngineInfo { kind: Cpu, adapter: "test".into(), adapter_kind: AdapterKind::Processor };
        page.hello(Cpu).reply(Cpu, Reply::Ready { version: "another".into(), protocol: PROTOCOL_VERSION, engine });
    }
    assert!(page.0.notices[0].text.contains("Reload the page"));
    assert!(matches!(page.0.cpu.info, AsyncValue::Failed(_)));
}

#[test]
fn a_damaged_model_gives_way_to_another() {
    let mut page = TestPage::open(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    page.hello(Cpu).ready(Cpu, AdapterKind::Processor).fail(Cpu, FailureKind::BadPackage, "digits: wrong SHA-256.");
    page.catalog(Cpu);
    assert_eq!(page.0.model(), "seed-cnn");
    page.loaded(Cpu, 1.0).draw().read(Cpu, 6);
    assert_eq!(page.digit(), Some(6));
    assert_eq!(page.0.notices[0].text, "digits: wrong SHA-256.");
    page.act(Action::SelectModel("digits".into()));
    assert_eq!(page.asked(Cpu), Some(&Job::LoadModel("digits".into())), "it is tried again when asked for");
}

#[test]
fn input_that_cannot_be_read_gets_a_sentence_and_no_answer() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    page.draw().fail(Cpu, FailureKind::NothingThere, "There is no ink.");
    assert_eq!((page.digit(), page.0.error.as_deref()), (None, Some("There is no ink.")));
    assert_eq!(
        (page.asked(Cpu), page.0.prediction_status()),
        (None, PredictionStatus::Current),
        "it is not asked again"
    );
    page.act(Action::Clear);
    assert_eq!(page.0.error, None);
}

#[test]
fn open_layers_are_asked_for_and_closed_ones_cost_nothing() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    page.draw().read(Cpu, 1).act(Action::SetLayerView(Detail::Layers));
    assert!(matches!(page.asked(Cpu), Some(Job::Classify(key, _)) if key.detail == Detail::Layers));
    page.read(Cpu, 1).act(Action::SetLayerView(Detail::Answer));
    assert_eq!(page.asked(Cpu), None);
}

#[test]
fn another_model_reads_the_same_drawing() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    page.draw().read(Cpu, 1).act(Action::SelectModel("seed-cnn".into()));
    page.loaded(Cpu, 1.0);
    assert!(matches!(page.asked(Cpu), Some(Job::Classify(key, _)) if key.model == "seed-cnn"));
}

#[test]
fn a_model_that_nobody_knows_is_not_selected() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    assert_eq!(page.0.task_of("unheard-of"), None);
    page.act(Action::SelectModel("unheard-of".into()));
    assert_eq!((page.0.model(), page.0.summaries.model.as_str()), ("digits", "summary"));
    assert_eq!(page.0.task_of("seed-cnn"), Some(Task::Digits));
    assert_eq!(page.0.task_of("seed-seq2seq"), Some(Task::Summaries));
}

#[test]
fn a_forced_engine_that_failed_gets_another_chance() {
    let mut page = cpu_ready(EnginePreference::Auto, WebGpuSupport::Available);
    page.hello(Gpu).fail(Gpu, FailureKind::NoAdapter, "No adapter.");
    page.act(Action::SetEnginePreference(EnginePreference::Only(Gpu)));
    assert_eq!((page.0.gpu.generation, page.0.gpu.state), (2, WorkerState::Starting));
}

#[test]
fn undo_goes_back_stroke_by_stroke_and_over_a_clear() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    page.draw().draw_on().draw().act(Action::Clear);
    let strokes = |page: &TestPage| match &page.0.pad {
        PadContent::Drawing(drawing) => drawing.strokes.len(),
        _ => 0,
    };
    let mut seen = Vec::new();
    for _ in 0..4 {
        page.act(Action::Undo);
        seen.push(strokes(&page));
    }
    assert_eq!(seen, [2, 1, 0, 0]);
}

#[test]
fn a_sample_is_drawn_point_by_point_and_undone_as_a_whole() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Available);
    let points = (0..4).map(|i| Point::new(0.0, i as f32)).collect();
    page.act(Action::AnimateSample(Drawing { strokes: vec![Stroke { points }] }));
    assert_eq!((page.0.prediction_status(), page.asked(Cpu)), (PredictionStatus::Pending, None));
    page.act(Action::AdvanceAnimation(2)).read(Cpu, 1);
    assert_eq!(page.0.prediction_status(), PredictionStatus::Pending, "it is not settled before it is drawn");
    page.act(Action::AdvanceAnimation(4)).read(Cpu, 1);
    assert_eq!((page.0.prediction_status(), page.0.animated_sample.is_none()), (PredictionStatus::Current, true));
    page.act(Action::Undo);
    assert_eq!(page.0.prediction_status(), PredictionStatus::Empty);
}

#[test]
fn notices_are_said_once_and_dismissed() {
    let mut page = TestPage::open(EnginePreference::Auto, WebGpuSupport::Available);
    page.act(Action::ShowNotice("A.".into())).act(Action::ShowNotice("B.".into())).act(Action::ShowNotice("A.".into()));
    assert_eq!(page.0.notices.iter().map(|n| n.text.as_str()).collect::<Vec<_>>(), ["B.", "A."]);
    let id = page.0.notices[0].id;
    page.act(Action::DismissNotice(id));
    assert_eq!(page.0.notices.len(), 1);
}

#[test]
fn the_offer_of_an_update_stays_when_other_notices_come() {
    let mut page = TestPage::open(EnginePreference::Auto, WebGpuSupport::Available);
    page.act(Action::UpdateReady).act(Action::UpdateReady);
    for text in ["A.", "B.", "C."] {
        page.act(Action::ShowNotice(text.into()));
    }
    let shown: Vec<_> = page.0.notices.iter().map(|notice| (notice.offer, notice.text.as_str())).collect();
    assert_eq!(shown.len(), 3);
    assert_eq!(shown[0].0, NoticeOffer::Update);
    assert_eq!(shown[1..], [(NoticeOffer::Nothing, "B."), (NoticeOffer::Nothing, "C.")]);
}

impl TestPage {
    fn mine(&mut self, action: UserDataAction) -> &mut Self {
        self.act(Action::UserData(action))
    }

    fn storage(&mut self, event: StorageEvent) -> &mut Self {
        self.act(Action::Storage(event))
    }

    /// What a worker was told last beside its job.
    fn aside(&self, kind: EngineKind) -> Option<&Job> {
        self.0.engine(kind).jobs.newest(JobLane::Control).map(|job| &job.ask)
    }

    /// A reply to the learning under way.
    fn learning(&mut self, kind: EngineKind, reply: Reply) -> &mut Self {
        let TrainingRun::Running(running) = &self.0.user_data.training else { panic!("learns") };
        let (job, generation) = (running.job, self.0.engine(kind).generation);
        self.act(Action::WorkerMessage(kind, generation, EngineMessage { job, reply }))
    }

    fn learned(&mut self, kind: EngineKind, before: f64, after: f64) -> &mut Self {
        let report = |accuracy| ClassificationMetrics {
            accuracy,
            precision: accuracy,
            recall: accuracy,
            f1: accuracy,
            confusion: vec![],
        };
        let both = BeforeAfter { before: report(before), after: report(after) };
        let figures = EvaluationComparison::Digits { held_out: both.clone(), own: both };
        let learned = FineTuneResult { package: vec![1, 2], figures, steps: 50, ms: 1.0 };
        self.learning(kind, Reply::Learned(Box::new(learned)))
    }

    /// A page with a sample, that is asked to learn.
    fn teaching(engine_preference: EnginePreference, webgpu: WebGpuSupport) -> Self {
        let mut page = cpu_ready(engine_preference, webgpu);
        page.storage(StorageEvent::Loaded(1, vec![], None)).draw().read(Cpu, 7).mine(UserDataAction::CorrectDigit(1));
        page.mine(UserDataAction::StartTraining(Task::Digits, "Mine, now".into())).turn(None);
        page
    }

    /// It is this tab's turn to learn, with what another one left.
    fn turn(&mut self, left: Option<FineTuneRequest>) -> &mut Self {
        let request = self.0.user_data.training_lock.request().expect("asks for its turn");
        self.act(Action::TrainingLockAnswered(request, LockResult::Acquired(left.map(Box::new))))
    }
}

#[test]
fn one_click_makes_a_sample_and_another_relabels_it() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.mine(UserDataAction::CorrectDigit(1));
    assert!(page.0.user_data.corrections.is_empty(), "of an empty pad there is none");
    page.draw().read(Cpu, 7).mine(UserDataAction::CorrectDigit(1));
    assert_eq!(page.0.pad, PadContent::Empty, "the next stroke belongs to another drawing");
    assert_eq!(page.0.user_data.saved_label, Some(1));
    page.act(Action::Undo);
    assert_eq!((page.0.correction_label(), page.0.user_data.saved_label), (Some(1), None));
    page.mine(UserDataAction::CorrectDigit(4));
    assert_eq!(
        (page.0.user_data.corrections.len(), page.0.user_data.digit_count(4)),
        (1, 1),
        "one drawing has one label"
    );
    let id = page.0.user_data.corrections[0].id;
    page.mine(UserDataAction::RelabelDigit(id, 9));
    assert_eq!(page.0.user_data.digit_count(9), 1);
    page.mine(UserDataAction::DeleteCorrection(id));
    assert!(page.0.user_data.corrections.is_empty());
}

#[test]
fn learning_goes_on_beside_reading() {
    let mut page = TestPage::teaching(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    assert!(
        matches!(page.aside(Cpu), Some(Job::FineTune(ask)) if ask.lesson.len() == 1 && ask.from == StartFrom::Start)
    );
    page.draw();
    assert!(page.reads(Cpu).is_some(), "drawing is read meanwhile");
    let step = |done, held_out| {
        let kept = CheckpointStatus::Yes;
        let norms = vec![("dense.1".into(), 0.5)];
        TrainingProgress { stage: "end to end".into(), done, steps: 50, loss: 0.5, held_out, norms, left_ms: 9.0, kept }
    };
    page.learning(Cpu, Reply::Learning(Box::new(step(5, None))))
        .learning(Cpu, Reply::Learning(Box::new(step(10, Some(0.9)))));
    let TrainingRun::Running(running) = &page.0.user_data.training else { panic!("runs") };
    assert_eq!((running.loss.len(), running.held_out.len()), (2, 1));
    page.mine(UserDataAction::SetPaused(RunState::Hold));
    assert!(matches!(page.aside(Cpu), Some(Job::SetPaused(_, RunState::Hold))));
    page.mine(UserDataAction::FinishTraining);
    assert!(matches!(page.aside(Cpu), Some(Job::Finish(_))));
    page.learning(Cpu, Reply::Progress { doing: Activity::Measuring, done: 1, total: 4 });
    let TrainingRun::Running(running) = &page.0.user_data.training else { panic!("runs") };
    assert_eq!((running.finishing, running.measuring.map(|by| (by.done, by.total))), (true, Some((1, 4))));
    page.mine(UserDataAction::CancelTraining);
    assert!(matches!(page.aside(Cpu), Some(Job::Cancel(_))) && page.0.user_data.training == TrainingRun::Idle);
}

#[test]
fn a_version_that_lost_nothing_takes_its_parents_place() {
    let mut page = TestPage::teaching(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.learned(Cpu, 0.99, 0.99);
    assert_eq!((page.0.model(), page.0.user_data.versions.len()), ("mine-1", 1));
    assert!(
        matches!(page.asked(Cpu), Some(Job::ImportModel(name, package)) if name == "mine-1" && **package == [1, 2])
    );
    page.mine(UserDataAction::DeleteVersion("mine-1".into()));
    assert_eq!((page.0.model(), page.0.user_data.versions.len()), ("digits", 0));
}

#[test]
fn a_version_that_lost_too_much_waits_to_be_chosen() {
    let mut page = TestPage::teaching(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.learned(Cpu, 0.99, 0.98);
    assert_eq!((page.0.model(), page.0.user_data.versions.len()), ("digits", 1));
    page.act(Action::SelectModel("mine-1".into()));
    assert_eq!(page.0.model(), "mine-1");
}

#[test]
fn a_device_that_is_lost_while_it_learns_leaves_the_checkpoint_to_the_other_engine() {
    let mut page = both_ready();
    page.storage(StorageEvent::Loaded(1, vec![], None)).draw().read(Gpu, 7).mine(UserDataAction::CorrectDigit(1));
    page.mine(UserDataAction::StartTraining(Task::Digits, "Mine, now".into())).turn(None);
    assert!(matches!(page.aside(Gpu), Some(Job::FineTune(_))));
    let failure = Failure { kind: FailureKind::DeviceLost, message: "Lost.".into() };
    page.learning(Gpu, Reply::Failed(failure));
    assert!(matches!(page.aside(Cpu), Some(Job::FineTune(ask)) if ask.from == StartFrom::Checkpoint));
}

#[test]
fn a_dead_worker_learns_on_in_its_next_life() {
    let mut page = TestPage::teaching(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    let generation = page.0.cpu.generation;
    page.act(Action::WorkerCrashed(Cpu, generation, "gone".into()));
    assert!(matches!(page.0.user_data.training, TrainingRun::Queued(_)));
    page.hello(Cpu).ready(Cpu, AdapterKind::Processor).loaded(Cpu, 1.0);
    assert!(matches!(page.aside(Cpu), Some(Job::FineTune(ask)) if ask.from == StartFrom::Checkpoint));
}

fn step(done: u32, kept: CheckpointStatus) -> Reply {
    let (norms, held_out) = (vec![("dense.1".into(), 0.5)], None);
    let stage = "end to end".into();
    Reply::Learning(Box::new(TrainingProgress {
        stage,
        done,
        steps: 50,
        loss: 0.5,
        held_out,
        norms,
        left_ms: 9.0,
        kept,
    }))
}

#[test]
fn an_engine_that_learns_is_soon_noticed_when_it_falls_silent() {
    let mut page = TestPage::teaching(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    assert_eq!(page.0.reply_timeout(Cpu), Some(90_000), "digits to learn beside are on their way");
    page.learning(Cpu, step(5, CheckpointStatus::NotYet));
    assert_eq!((page.0.reply_timeout(Cpu), page.0.reply_timeout(Gpu)), (Some(30_000), None));
    page.mine(UserDataAction::SetPaused(RunState::Hold));
    assert_eq!(page.0.reply_timeout(Cpu), None, "what rests has nothing to say");
    page.mine(UserDataAction::SetPaused(RunState::GoOn)).learning(Cpu, step(50, CheckpointStatus::Yes));
    assert_eq!(page.0.reply_timeout(Cpu), Some(90_000), "it measures");
    page.learned(Cpu, 0.99, 0.98);
    assert_eq!(page.0.reply_timeout(Cpu), None);
}

#[test]
fn learning_that_stops_its_engine_again_and_again_is_left() {
    let mut page = TestPage::teaching(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    while let Some(batch) = page.0.user_data.writes.writing().cloned() {
        page.storage(StorageEvent::WriteSucceeded(batch.attempt));
    }
    let given_up = page.0.user_data.pending_training();
    let mut die = |kept| {
        page.learning(Cpu, step(5, kept));
        let generation = page.0.cpu.generation;
        page.act(Action::WorkerCrashed(Cpu, generation, "unreachable".into()));
        page.hello(Cpu).ready(Cpu, AdapterKind::Processor).loaded(Cpu, 1.0);
        matches!(page.0.user_data.training, TrainingRun::Running(_))
    };
    assert_eq!([CheckpointStatus::NotYet; 5].map(&mut die), [true; 5]);
    assert!(die(CheckpointStatus::Yes), "one that comes further goes on");
    assert_eq!([CheckpointStatus::NotYet; 5].map(&mut die), [true, true, true, true, false]);
    assert!(
        matches!(&page.0.user_data.training, TrainingRun::Failed(_, why) if why.contains("continues from its last checkpoint"))
    );
    assert_eq!(page.0.user_data.training_lock.request(), None, "and other tabs have their turn");
    assert_eq!(page.0.engine_selection.engine, Some(Cpu), "and the page reads on");
    page.mine(UserDataAction::StartTraining(Task::Digits, "Other, now".into())).turn(given_up);
    assert!(matches!(&page.0.user_data.training, TrainingRun::Running(running) if running.ask.title == "Other, now"));
}

#[test]
fn what_was_interrupted_goes_on_after_a_reload() {
    let page = TestPage::teaching(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    let pending = page.0.user_data.pending_training().expect("is kept");
    let sample = page.0.user_data.corrections[0].clone();
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    let found = vec![
        StoredItem::Correction(sample.id, Some(sample.sample)),
        StoredItem::PendingTraining(Some(Box::new(pending.clone()))),
    ];
    page.storage(StorageEvent::Loaded(2, found, None)).turn(Some(pending));
    assert!(matches!(page.aside(Cpu), Some(Job::FineTune(ask)) if ask.from == StartFrom::Checkpoint));
    assert_eq!(page.0.user_data.corrections.len(), 1);
}

#[test]
fn learning_that_diverges_says_so_and_changes_nothing() {
    let mut page = TestPage::teaching(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    let failure = Failure { kind: FailureKind::Diverged, message: "The learning stopped.".into() };
    page.learning(Cpu, Reply::Failed(failure));
    assert_eq!(page.0.user_data.training, TrainingRun::Failed(Task::Digits, "The learning stopped.".into()));
    assert_eq!(
        (page.0.model(), page.0.user_data.versions.len(), page.0.engine_selection.engine),
        ("digits", 0, Some(Cpu))
    );
}

#[test]
fn a_package_from_a_file_is_tried_and_refused_by_the_engine() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.mine(UserDataAction::ImportVersion("theirs.safetensors".into(), "now".into(), Shared::new(vec![9])));
    assert!(matches!(page.asked(Cpu), Some(Job::ImportModel(name, _)) if name == "import-1"));
    page.fail(Cpu, FailureKind::BadPackage, "Refused.");
    assert_eq!(page.0.model(), "digits", "nothing is activated by itself");
    let notices: Vec<&str> = page.0.notices.iter().map(|notice| notice.text.as_str()).collect();
    assert_eq!(notices, ["The file “theirs” could not be imported: Refused."]);
    assert!(page.0.user_data.versions.is_empty(), "what is refused is not kept");
}

#[test]
fn an_import_goes_to_its_task_and_is_not_activated() {
    for (right, says) in [(97, "about what guessing would give"), (960, "fc1.weight was turned. Choose Use")] {
        let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
        page.mine(UserDataAction::ImportVersion("theirs.safetensors".into(), "now".into(), Shared::new(vec![9])));
        let model = ModelInfo {
            task: "digits".into(),
            name: "mine-1".into(),
            version: "1".into(),
            description: String::new(),
            parameters: 1,
            bytes: 1,
            sha256: String::new(),
            metrics: Vec::new(),
        };
        let check = EngineCheck { max_error: 0.0, first_ms: 1.0, median_ms: 1.0 };
        let trial = Some(ImportTrial { right, total: 1_000, notes: vec!["fc1.weight was turned".into()] });
        page.reply(Cpu, Reply::Loaded { model, check, trial });
        assert_eq!(page.0.model_for(Task::Digits), "digits");
        assert!(page.0.cpu.models.keys().all(|name| !name.starts_with("import-")), "nor kept under another name");
        let version = page.0.user_data.version("mine-1").expect("it is kept");
        assert_eq!(version.about.held_out, Some([f64::from(right) / 1e3; 2]));
        let notice = &page.0.notices.last().expect("it is said").text;
        assert!(notice.contains(&format!("It reads {right} of 1,000 held-out digits correctly")), "{notice}");
        assert!(notice.starts_with("Imported “theirs” to your versions.") && notice.contains(says), "{notice}");
    }
}

#[test]
fn a_summarizer_that_is_imported_among_digits_goes_to_the_summaries() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    let model = page.0.summaries.model.clone();
    page.mine(UserDataAction::ImportVersion("theirs.safetensors".into(), "now".into(), Shared::new(vec![9])));
    page.reply(Cpu, loaded_as("summary"));
    assert_eq!(page.0.user_data.version("mine-1").map(|version| version.about.task), Some(Task::Summaries));
    assert_eq!((page.0.model(), &page.0.summaries.model), ("digits", &model));
    let notice = &page.0.notices.last().expect("it is said").text;
    assert!(
        notice.contains("on the Summaries page") && notice.ends_with("Choose Use there to activate it."),
        "{notice}"
    );
    page.mine(UserDataAction::ImportVersion("cats.safetensors".into(), "now".into(), Shared::new(vec![8])));
    page.reply(Cpu, loaded_as("cats"));
    assert_eq!(page.0.user_data.versions.len(), 1, "what the page has no use for is not kept");
}

#[test]
fn samples_that_are_there_already_are_not_imported_again() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.draw().read(Cpu, 7).mine(UserDataAction::CorrectDigit(1)).act(Action::PenDown(Point::new(9.0, 9.0)));
    page.mine(UserDataAction::CorrectDigit(8));
    let samples: Vec<CorrectionData> = page.0.user_data.corrections.iter().map(|one| one.sample.clone()).collect();
    let text = write_corrections(&samples);
    page.mine(UserDataAction::ImportCorrections(text.clone()));
    assert_eq!(page.0.user_data.corrections.len(), 2);
    let says = |page: &TestPage| page.0.notices.last().map(|notice| notice.text.clone()).expect("it is said");
    assert_eq!(says(&page), "All 2 samples were already there, so nothing was imported.");
    let id = page.0.user_data.corrections[0].id;
    page.mine(UserDataAction::DeleteCorrection(id)).mine(UserDataAction::ImportCorrections(text));
    assert_eq!(page.0.user_data.corrections.len(), 2);
    assert_eq!(says(&page), "Imported 1 sample; 1 more was already there.");
}

#[test]
fn what_is_undone_is_redone_until_something_else_is_drawn() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.draw().act(Action::PenDown(Point::new(50.0, 50.0)));
    let whole = page.0.pad.clone();
    page.act(Action::Undo).act(Action::Undo);
    assert_eq!((page.0.pad.clone(), page.0.redo_stack.len()), (PadContent::Empty, 2));
    page.act(Action::Redo).act(Action::Redo).act(Action::Redo);
    assert_eq!((page.0.pad.clone(), page.0.redo_stack.len()), (whole, 0));
    page.act(Action::Undo).act(Action::PenDown(Point::new(70.0, 70.0)));
    assert!(page.0.redo_stack.is_empty());
}

#[test]
fn the_guide_ends_with_a_sentence() {
    let mut page = cpu_ready(EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.mine(UserDataAction::SetGuidedMode(true));
    for step in 0..30_u8 {
        page.act(Action::PenDown(Point::new(f32::from(step) + 1.0, 9.0)));
        let asked = page.0.user_data.guided_digit.expect("asks for a digit");
        page.mine(UserDataAction::CorrectDigit(asked));
    }
    assert_eq!((page.0.user_data.guided_digit, page.0.user_data.corrections.len()), (None, 30));
    assert!(page.0.notices.last().is_some_and(|notice| notice.text.contains("enough samples of each digit")));
}

/// The reply that an engine has loaded a model of a task.
fn loaded_as(task: &str) -> Reply {
    let model = ModelInfo {
        task: task.into(),
        name: "theirs".into(),
        version: "1".into(),
        description: String::new(),
        parameters: 1,
        bytes: 1,
        sha256: String::new(),
        metrics: Vec::new(),
    };
    Reply::Loaded { model, check: EngineCheck { max_error: 0.0, first_ms: 1.0, median_ms: 1.0 }, trial: None }
}

/// What a page knows that opens in a browser with WebGPU which was not asked for an adapter yet.
fn opening(saves_data: bool, drawing: Drawing) -> InitialState {
    InitialState {
        engine_preference: EnginePreference::Auto,
        webgpu: WebGpuSupport::Unknown,
        theme: ThemePreference::System,
        system_color_scheme: ColorScheme::Light,
        layer_view: Detail::Answer,
        page: Page::Digits,
        saves_data,
        drawing,
        active_models: PerTask::default(),
    }
}

#[test]
fn what_was_drawn_before_the_page_is_on_its_pad_and_is_read() {
    let stroke = |x: f32| Stroke { points: vec![Point::new(x, 1.0), Point::new(x, 9.0)] };
    let drawing = Drawing { strokes: vec![stroke(1.0), Stroke::default(), stroke(5.0)] };
    let mut page = TestPage(State::new(opening(false, drawing)));
    assert_eq!(page.0.undo_stack.len(), 2, "each stroke can be undone; one without points is none");
    page.hello(Cpu).ready(Cpu, AdapterKind::Processor).loaded(Cpu, 2.0);
    assert!(!page.0.should_request_adapter(), "the drawing waits for its answer");
    page.read(Cpu, 4);
    assert_eq!((page.digit(), page.0.prediction_status()), (Some(4), PredictionStatus::Current));
    assert!(page.0.should_request_adapter());
    page.act(Action::Undo);
    let PadContent::Drawing(rest) = &page.0.pad else { panic!("a stroke is left") };
    assert_eq!(rest.strokes, [stroke(1.0)]);
    page.act(Action::Undo);
    assert_eq!(page.0.pad, PadContent::Empty);
}

#[test]
fn webgpu_is_fetched_by_itself_only_for_a_graphics_card() {
    let found = |found| {
        let mut page = TestPage(State::new(opening(false, Drawing::default())));
        page.hello(Cpu).ready(Cpu, AdapterKind::Processor);
        assert!(!page.0.should_request_adapter(), "not before the model in view");
        page.loaded(Cpu, 2.0).catalog(Cpu);
        assert!(page.0.should_request_adapter() && page.0.gpu.generation == 0, "the browser is asked first");
        page.act(Action::AdapterFound(found));
        page
    };
    assert_eq!(found(WebGpuSupport::Available).0.gpu.state, WorkerState::Starting);
    let mut page = found(WebGpuSupport::SoftwareOnly);
    assert_eq!((page.0.gpu.generation, &page.0.engine_selection.reason), (0, &SelectionReason::SoftwareAdapter));
    page.act(Action::SetEnginePreference(EnginePreference::Only(Gpu)));
    assert_eq!(page.0.gpu.state, WorkerState::Starting, "the visitor may want it all the same");
    let page = found(WebGpuSupport::Refused);
    assert!(
        matches!(&page.0.engine_selection.reason, SelectionReason::OtherFailed(Gpu, why) if why.contains("no graphics adapter"))
    );
    assert!(page.0.notices.is_empty());
}

#[test]
fn a_browser_that_saves_data_fetches_webgpu_when_it_is_chosen() {
    let mut page = TestPage(State::new(opening(true, Drawing::default())));
    page.hello(Cpu).ready(Cpu, AdapterKind::Processor).loaded(Cpu, 2.0).catalog(Cpu);
    assert!(!page.0.should_request_adapter());
    assert_eq!((page.0.gpu.generation, &page.0.engine_selection.reason), (0, &SelectionReason::SavesData));
    page.act(Action::SetEnginePreference(EnginePreference::Only(Gpu)));
    assert_eq!(page.0.gpu.state, WorkerState::Starting);
}

#[test]
fn webgpu_takes_the_place_of_a_cpu_engine_that_fails_without_being_asked_for() {
    let mut page = TestPage(State::new(opening(true, Drawing::default())));
    for _ in 0..2 {
        page.hello(Cpu).fail(Cpu, FailureKind::Internal, "It does not work.");
    }
    assert_eq!(page.0.gpu.state, WorkerState::Starting);
}

#[test]
fn the_download_of_an_engine_is_counted() {
    let mut page = TestPage::open(EnginePreference::Auto, WebGpuSupport::Available);
    let generation = page.0.cpu.generation;
    page.act(Action::WorkerFetching(Cpu, generation, 1, 4));
    let AsyncValue::Loading(progress) = page.0.cpu.info else { panic!("loads") };
    assert_eq!((progress.doing, progress.share()), (Some(Activity::Fetching), Some(0.25)));
    page.act(Action::WorkerFetching(Cpu, generation + 1, 3, 4));
    page.act(Action::WorkerFetching(Cpu, generation, 4, 4));
    assert_eq!(page.0.cpu.info, AsyncValue::Loading(Default::default()), "then it is compiled");
    page.hello(Cpu).ready(Cpu, AdapterKind::Processor).act(Action::WorkerFetching(Cpu, generation, 2, 4));
    assert!(page.0.cpu.info.ready().is_some(), "a late word changes nothing");
}

#[test]
fn the_game_counts_what_is_read_as_asked_and_its_drawings_become_samples() {
    let mut page = cpu_ready(EnginePreference::Auto, WebGpuSupport::Unavailable);
    page.act(Action::Game(GameAction::Start(7)));
    let asked = |page: &TestPage| page.0.game.round().expect("a game runs").asked;
    let first = asked(&page);
    page.draw().read(Cpu, (first + 1) % 10);
    assert_eq!(page.0.game.round().map(GameRound::score), Some(0), "another digit does not count");
    page.draw_on().read(Cpu, first);
    assert_eq!(page.0.game.round().map(GameRound::score), Some(1));
    assert_ne!(asked(&page), first);
    assert_eq!(page.0.pad, PadContent::Empty, "the next digit has an empty pad");
    for _ in 0..GAME_SECONDS {
        page.act(Action::Game(GameAction::Tick));
    }
    assert!(matches!(page.0.game, DigitGame::Over(_)));
    assert_eq!(page.0.best_score, 1);
    page.act(Action::Game(GameAction::RestoreBest(0))).act(Action::Game(GameAction::Keep));
    assert_eq!((page.0.user_data.corrections.len(), page.0.best_score), (1, 1));
    assert_eq!(page.0.game, DigitGame::Off);
}
