//! The Lab against scripted workers: each test says what the workers reply and looks at what they are asked next.

use EngineKind::{Cpu, Gpu};

use crate::app::model::engine_selection::EnginePreference;
use crate::app::model::job_table::{Job, JobLane};
use crate::app::model::lab::{ComparisonStatus, LabAction, LabRun, LabRunStatus};
use crate::app::model::lab_history::{RunEnding, SavedRun};
use crate::app::model::route::Page;
use crate::app::model::startup::{InitialState, WebGpuSupport};
use crate::app::model::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::task::PerTask;
use crate::app::model::{Action, State};
use crate::ink::Drawing;
use crate::protocol::{
    Activity, AdapterKind, ClassificationMetrics, Detail, EngineCheck, EngineInfo, EngineKind, EngineMessage, Failure,
    FailureKind, FilterSnapshot, Imputation, LabConfig, LabMethodResult, LabOutcome, LabProgress, LabResult,
    LabSnapshot, MissingDataRequest, MissingReport, ModelInfo, Occlusion, PROTOCOL_VERSION, Reply, TrainingMethod,
    VERSION,
};

struct TestPage(State);

impl TestPage {
    /// A page opened at the Lab, its CPU engine ready.
    fn open(webgpu: WebGpuSupport) -> Self {
        let (theme, system_color_scheme, layer_view) = (ThemePreference::System, ColorScheme::Light, Detail::Answer);
        let engine_preference = EnginePreference::Auto;
        let mut page = Self(State::new(InitialState {
            engine_preference,
            webgpu,
            theme,
            system_color_scheme,
            layer_view,
            page: Page::Lab,
            saves_data: false,
            drawing: Drawing::default(),
            active_models: PerTask::default(),
        }));
        page.start(Cpu);
        page
    }

    /// An engine starts and loads its model for digits.
    fn start(&mut self, kind: EngineKind) {
        self.act(Action::WorkerStarted(kind, self.0.engine(kind).generation));
        let adapter_kind = if kind == Cpu { AdapterKind::Processor } else { AdapterKind::Hardware };
        let engine = EngineInfo { kind, adapter: "test".into(), adapter_kind };
        self.reply(kind, Reply::Ready { version: VERSION.into(), protocol: PROTOCOL_VERSION, engine });
        let model = ModelInfo {
            task: "digits".into(),
            name: "digits".into(),
            version: "1".into(),
            description: String::new(),
            parameters: 1,
            bytes: 1,
            sha256: String::new(),
            metrics: Vec::new(),
        };
        self.reply(
            kind,
            Reply::Loaded { model, check: EngineCheck { max_error: 0.0, first_ms: 1.0, median_ms: 1.0 }, trial: None },
        );
    }

    fn act(&mut self, action: Action) {
        self.0 = self.0.reduced(action);
    }

    fn lab(&mut self, act: LabAction) {
        self.act(Action::Lab(act));
    }

    fn reply(&mut self, kind: EngineKind, reply: Reply) {
        let job = self.0.engine(kind).jobs.newest(JobLane::Main).expect("is at a job").id;
        self.act(Action::WorkerMessage(kind, self.0.engine(kind).generation, EngineMessage { job, reply }));
    }

    /// A reply to what a worker does for the Lab.
    fn tell(&mut self, kind: EngineKind, reply: Reply) {
        let job = self.0.engine(kind).jobs.newest(JobLane::Lab).expect("is at the Lab").id;
        self.act(Action::WorkerMessage(kind, self.0.engine(kind).generation, EngineMessage { job, reply }));
    }

    fn asked(&self, kind: EngineKind) -> Option<&Job> {
        self.0.engine(kind).jobs.newest(JobLane::Lab).map(|job| &job.ask)
    }

    fn as_attribute(&self) -> &'static str {
        self.0.lab.as_attribute()
    }
}

fn step(way: TrainingMethod, stage: u32, done: u32, held_out: Option<f64>) -> Reply {
    Reply::LabStep(Box::new(LabProgress {
        way,
        stage,
        name: "a stage".into(),
        epoch: 1,
        epochs: 3,
        done,
        steps: 10,
        loss: 0.5,
        held_out,
        norms: vec![],
        ms: 100.0,
        left_ms: 900.0,
    }))
}

fn end(way: TrainingMethod, accuracy: f64) -> LabResult {
    let report = ClassificationMetrics { accuracy, precision: 0.9, recall: 0.9, f1: 0.9, confusion: vec![] };
    LabResult { way, steps: 10, ms: 1_000.0, outcome: LabOutcome::Finished(report) }
}

fn done() -> Reply {
    let lanes = vec![end(TrainingMethod::EndToEnd, 0.97), end(TrainingMethod::Layered, 0.95)];
    Reply::LabDone(Box::new(LabMethodResult { lanes, held_out: 1_000 }))
}

fn failed(kind: FailureKind, message: &str) -> Reply {
    Reply::Failed(Failure { kind, message: message.into() })
}

#[test]
fn both_are_trained_as_planned_and_their_curves_grow() {
    let mut page = TestPage::open(WebGpuSupport::Unavailable);
    let plan = LabConfig { images: 1_000, ..LabConfig::FIRST };
    page.lab(LabAction::SetConfig(plan));
    assert_eq!((page.as_attribute(), page.asked(Cpu)), ("idle", None));
    page.lab(LabAction::Train);
    assert_eq!(page.asked(Cpu), Some(&Job::TrainFromScratch(plan)));
    page.lab(LabAction::Train);
    assert_eq!(page.as_attribute(), "running", "a second click begins nothing");
    page.tell(Cpu, Reply::Progress { doing: Activity::Fetching, done: 0, total: 0 });
    page.tell(Cpu, step(TrainingMethod::Layered, 0, 2, None));
    page.tell(Cpu, step(TrainingMethod::Layered, 1, 5, Some(0.8)));
    page.tell(Cpu, step(TrainingMethod::EndToEnd, 0, 3, Some(0.9)));
    let filters = FilterSnapshot { count: 1, side: 1, weights: vec![128] };
    page.tell(
        Cpu,
        Reply::LabPictures(Box::new(LabSnapshot { way: TrainingMethod::Layered, filters, rebuilt: vec![] })),
    );
    let tracks = &page.0.lab.run.as_ref().unwrap().tracks;
    assert_eq!(tracks[1].losses.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1], "a curve a stage");
    assert_eq!((tracks[0].held_out.len(), tracks[1].held_out.len()), (1, 1));
    assert!(tracks[1].filters.is_some() && tracks[0].filters.is_none());
    page.tell(Cpu, done());
    assert_eq!((page.as_attribute(), page.0.lab.finished, page.asked(Cpu)), ("done", 1, None));
    assert_eq!(page.0.lab_engine(), Some(Cpu));
}

#[test]
fn a_training_can_be_stopped_and_begun_again() {
    let mut page = TestPage::open(WebGpuSupport::Unavailable);
    page.lab(LabAction::Train);
    let job = page.0.cpu.jobs.newest(JobLane::Lab).unwrap().id;
    page.lab(LabAction::Stop);
    assert_eq!(page.as_attribute(), "stopped");
    assert!(
        matches!(page.0.cpu.jobs.newest(JobLane::Control).map(|job| &job.ask), Some(Job::Cancel(id)) if *id == job)
    );
    // It waits until the engine has heard.
    page.lab(LabAction::Train);
    assert_eq!(page.as_attribute(), "waiting");
    page.tell(Cpu, step(TrainingMethod::EndToEnd, 0, 3, None));
    page.tell(Cpu, failed(FailureKind::Cancelled, "Stopped."));
    assert_eq!(page.as_attribute(), "running");
    assert!(page.0.lab.run.as_ref().unwrap().tracks[0].latest.is_none(), "what was stopped shows nothing any more");
    assert_ne!(page.0.cpu.jobs.newest(JobLane::Lab).unwrap().id, job);
}

#[test]
fn a_failure_is_a_sentence_and_not_the_end() {
    let mut page = TestPage::open(WebGpuSupport::Unavailable);
    page.lab(LabAction::Train);
    page.tell(Cpu, failed(FailureKind::Fetch, "The digits could not be downloaded."));
    let LabRunStatus::Failed(why) = &page.0.lab.run.as_ref().unwrap().status else { panic!("failed") };
    assert_eq!(why, "The digits could not be downloaded.");
    page.lab(LabAction::Train);
    assert_eq!(page.as_attribute(), "running");
}

#[test]
fn a_lost_engine_s_training_begins_again_on_the_other() {
    let mut page = TestPage::open(WebGpuSupport::Available);
    page.start(Gpu);
    assert_eq!(page.0.engine_selection.engine, Some(Gpu));
    page.lab(LabAction::Train);
    page.tell(Gpu, step(TrainingMethod::EndToEnd, 0, 3, None));
    page.tell(Gpu, failed(FailureKind::DeviceLost, "The graphics device was lost."));
    assert_eq!((page.as_attribute(), page.asked(Cpu)), ("running", Some(&Job::TrainFromScratch(LabConfig::FIRST))));
    assert!(page.0.lab.run.as_ref().unwrap().tracks[0].latest.is_none());
}

#[test]
fn holes_are_compared_on_the_engine_that_has_the_networks() {
    let mut page = TestPage::open(WebGpuSupport::Unavailable);
    page.lab(LabAction::EvaluateMissingData);
    assert_eq!(page.0.lab.measuring, ComparisonStatus::Idle, "there is nothing to measure yet");
    page.lab(LabAction::Train);
    page.tell(Cpu, done());
    let ask = MissingDataRequest { way: TrainingMethod::Layered, hide: Occlusion::Stroke { width: 5.0 } };
    page.lab(LabAction::SetOcclusion(ask));
    let report = |whole| {
        let filled = vec![(Imputation::Empty, 0.5), (Imputation::Mean, 0.6), (Imputation::Autoencoder, 0.7)];
        Reply::Missing(Box::new(MissingReport { ask, whole, filled, examples: vec![], digits: 1_000 }))
    };
    for whole in [0.95, 0.96] {
        page.lab(LabAction::EvaluateMissingData);
        assert_eq!(page.asked(Cpu), Some(&Job::EvaluateMissingData(ask)));
        page.tell(Cpu, report(whole));
    }
    assert_eq!(page.0.lab.measured.len(), 1, "the same again takes the place of the first");
    assert_eq!(page.0.lab.measured[0].whole, 0.96);
    // With other networks, what was measured of these is gone.
    page.lab(LabAction::Train);
    assert!(page.0.lab.measured.is_empty());
}

#[test]
fn networks_die_with_their_engine() {
    let mut page = TestPage::open(WebGpuSupport::Unavailable);
    page.lab(LabAction::Train);
    page.tell(Cpu, done());
    page.lab(LabAction::EvaluateMissingData);
    let generation = page.0.cpu.generation;
    page.act(Action::WorkerCrashed(Cpu, generation, "crash".into()));
    assert_eq!(page.0.lab_engine(), None);
    assert!(matches!(&page.0.lab.measuring, ComparisonStatus::Failed(why) if why.contains("Train the networks again")));
}

#[test]
fn runs_that_ended_are_listed_once_and_stay_deleted() {
    let mut page = TestPage::open(WebGpuSupport::Unavailable);
    let earlier = SavedRun { ending: RunEnding::Running, ..SavedRun::of(&LabRun::new(LabConfig::FIRST)) };
    let plan = LabConfig { images: 1_000, ..LabConfig::FIRST };
    page.lab(LabAction::Restore(Some(plan), vec![earlier]));
    assert_eq!(page.0.lab.plan, plan);
    page.lab(LabAction::Train);
    assert_eq!(page.0.lab.history.runs.len(), 1, "one under way is not in the list");
    page.tell(Cpu, step(TrainingMethod::EndToEnd, 0, 3, Some(0.9)));
    page.tell(Cpu, done());
    let runs = |page: &TestPage| page.0.lab.history.runs.iter().map(|run| run.number).collect::<Vec<_>>();
    assert_eq!(runs(&page), [1, 2]);
    let [first, second] = &page.0.lab.history.runs[..] else { panic!("two runs") };
    assert_eq!((&first.ending, &second.ending), (&RunEnding::Reloaded, &RunEnding::Finished));
    assert_eq!(second.method(TrainingMethod::EndToEnd).held_out, [(3, 0.9)]);
    assert_eq!(second.method(TrainingMethod::Layered).figures.map(|figures| figures.accuracy), Some(0.95));
    page.lab(LabAction::ToggleCompared(1));
    page.lab(LabAction::ToggleCompared(2));
    assert!(page.0.lab.history.compared().is_some());
    page.lab(LabAction::ForgetRun(2));
    assert_eq!((runs(&page), page.0.lab.history.compared()), (vec![1], None));
    page.lab(LabAction::Train);
    page.lab(LabAction::Stop);
    assert_eq!(runs(&page), [1, 3]);
    assert_eq!(page.0.lab.history.runs[1].ending, RunEnding::Stopped);
}
