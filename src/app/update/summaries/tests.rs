//! Summaries against scripted workers: each test says what the workers reply and looks at what they are asked next.

use EngineKind::{Cpu, Gpu};

use crate::app::model::engine_selection::{EnginePreference, SelectionReason};
use crate::app::model::job_table::{Job, JobLane};
use crate::app::model::route::Page;
use crate::app::model::startup::{InitialState, WebGpuSupport};
use crate::app::model::summaries::request::{SourceViewMode, SummaryRunStatus};
use crate::app::model::summaries::{ComparisonMode, ModelDemand, SEQ2SEQ_MODEL, SUMMARY_MODEL, SummariesAction};
use crate::app::model::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::task::PerTask;
use crate::app::model::{Action, State};
use crate::ink::{Drawing, Point};
use crate::protocol::{
    Activity, AdapterKind, Detail, EngineCheck, EngineInfo, EngineKind, EngineMessage, Failure, FailureKind, JobId,
    Language, LineSource, ModelInfo, PROTOCOL_VERSION, Reply, Shortness, SourceAnalysis, Summary, SummaryKind,
    SummaryLength, SummaryLine, VERSION, WholeSentence,
};

struct TestPage(State);

impl TestPage {
    fn open(page: Page, engine_preference: EnginePreference, webgpu: WebGpuSupport) -> Self {
        let (theme, system_color_scheme, layer_view) = (ThemePreference::System, ColorScheme::Light, Detail::Answer);
        Self(State::new(InitialState {
            engine_preference,
            webgpu,
            theme,
            system_color_scheme,
            layer_view,
            page,
            saves_data: false,
            drawing: Drawing::default(),
            active_models: PerTask::default(),
        }))
    }

    fn act(&mut self, action: Action) -> &mut Self {
        self.0 = self.0.reduced(action);
        self
    }

    fn summary(&mut self, act: SummariesAction) -> &mut Self {
        self.act(Action::Summaries(act))
    }

    fn take(&mut self, text: &str) -> &mut Self {
        self.summary(SummariesAction::LoadSampleText(text.into()))
    }

    fn hear(&mut self, kind: EngineKind, job: JobId, reply: Reply) -> &mut Self {
        let generation = self.0.engine(kind).generation;
        self.act(Action::WorkerMessage(kind, generation, EngineMessage { job, reply }))
    }

    /// A reply to a worker's job.
    fn reply(&mut self, kind: EngineKind, reply: Reply) -> &mut Self {
        let job = self.0.engine(kind).jobs.newest(JobLane::Main).expect("is at a job").id;
        self.hear(kind, job, reply)
    }

    /// A reply to a worker's text.
    fn tell(&mut self, kind: EngineKind, reply: Reply) -> &mut Self {
        let job = self.0.engine(kind).jobs.newest(JobLane::Summary).expect("is at a text").id;
        self.hear(kind, job, reply)
    }

    fn start(&mut self, kind: EngineKind) -> &mut Self {
        let generation = self.0.engine(kind).generation;
        let adapter_kind = if kind == Cpu { AdapterKind::Processor } else { AdapterKind::Hardware };
        let engine = EngineInfo { kind, adapter: "test".into(), adapter_kind };
        self.act(Action::WorkerStarted(kind, generation))
            .reply(kind, Reply::Ready { version: VERSION.into(), protocol: PROTOCOL_VERSION, engine })
    }

    fn asked(&self, kind: EngineKind) -> Option<&Job> {
        self.0.engine(kind).jobs.newest(JobLane::Main).map(|job| &job.ask)
    }

    /// The model for texts that a worker is asked to load.
    fn loads(&self, kind: EngineKind) -> Option<&str> {
        match self.0.engine(kind).jobs.newest(JobLane::TextModel).map(|job| &job.ask) {
            Some(Job::LoadModel(name)) => Some(name),
            _ => None,
        }
    }

    /// The number and the model of the text that a worker is at.
    fn writes(&self, kind: EngineKind) -> Option<(u32, &str)> {
        match self.0.engine(kind).jobs.newest(JobLane::Summary).map(|job| &job.ask) {
            Some(Job::Summarize(order)) => Some((order.number, order.ask.model.as_str())),
            _ => None,
        }
    }

    /// The model for texts is there.
    fn served(&mut self, kind: EngineKind, median_ms: f64) -> &mut Self {
        let load = self.0.engine(kind).jobs.newest(JobLane::TextModel).expect("loads");
        let Job::LoadModel(name) = &load.ask else { panic!("loads") };
        let (job, reply) = (load.id, loaded("summary", name, median_ms));
        self.hear(kind, job, reply)
    }

    /// The model for digits is there, and the list of all.
    fn digits(&mut self, kind: EngineKind) -> &mut Self {
        self.reply(kind, loaded("digits", "digits", 1.0));
        if matches!(self.asked(kind), Some(Job::ListModels)) {
            self.reply(kind, Reply::Catalogue { models: vec![] });
        }
        self
    }

    /// The model for texts does not come.
    fn refuse(&mut self, kind: EngineKind, failure: FailureKind, message: &str) -> &mut Self {
        let job = self.0.engine(kind).jobs.newest(JobLane::TextModel).expect("loads").id;
        self.hear(kind, job, failed(failure, message))
    }

    fn fail(&mut self, kind: EngineKind, failure: FailureKind, message: &str) -> &mut Self {
        self.tell(kind, failed(failure, message))
    }

    fn line(&mut self, kind: EngineKind, index: u32, text: &str) -> &mut Self {
        self.tell(kind, Reply::Line(Box::new(line(index, text))))
    }

    fn source(&mut self, kind: EngineKind) -> &mut Self {
        let source = SourceAnalysis {
            sentences: vec![],
            words: vec![],
            baseline: vec![],
            language: Language::Unsure,
            language_name: None,
            skipped: vec![],
        };
        self.tell(kind, Reply::Source(Box::new(source)))
    }

    fn finish(&mut self, kind: EngineKind, lines: &[&str]) -> &mut Self {
        let model = self.writes(kind).expect("writes").1.to_owned();
        let lines = lines.iter().enumerate().map(|(index, text)| line(index as u32, text)).collect();
        let summary = Summary { model, engine: kind, lines, words_in: 10, words_out: 3, first_ms: 1.0, total_ms: 2.0 };
        self.tell(kind, Reply::Summarized(Box::new(summary)))
    }

    fn lines(&self) -> Vec<&str> {
        self.0.summaries.summary.iter().flat_map(|run| &run.lines).map(|line| line.text.as_str()).collect()
    }

    fn cancels(&self, kind: EngineKind) -> Option<JobId> {
        match self.0.engine(kind).jobs.newest(JobLane::Control).map(|job| &job.ask) {
            Some(Job::Cancel(job)) => Some(*job),
            _ => None,
        }
    }

    fn as_attribute(&self) -> &'static str {
        self.0.summaries.as_attribute()
    }
}

fn loaded(task: &str, name: &str, median_ms: f64) -> Reply {
    let model = ModelInfo {
        task: task.into(),
        name: name.into(),
        version: "1".into(),
        description: String::new(),
        parameters: 1,
        bytes: 1,
        sha256: String::new(),
        metrics: Vec::new(),
    };
    Reply::Loaded { model, check: EngineCheck { max_error: 0.0, first_ms: 1.0, median_ms }, trial: None }
}

fn failed(kind: FailureKind, message: &str) -> Reply {
    Reply::Failed(Failure { kind, message: message.into() })
}

fn line(index: u32, text: &str) -> SummaryLine {
    SummaryLine {
        index,
        text: text.into(),
        words: vec![],
        sources: vec![0],
        making: LineSource::Rewritten,
        finished: false,
        whole: None,
        reason: None,
    }
}

/// A page that was opened at summaries, its CPU engine ready for them.
fn ready() -> TestPage {
    let mut page = TestPage::open(Page::Summaries, EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.start(Cpu).served(Cpu, 100.0);
    page
}

#[test]
fn nothing_of_the_summarizer_is_fetched_before_its_part_is_opened() {
    let mut page = TestPage::open(Page::Digits, EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.start(Cpu).digits(Cpu);
    assert_eq!((page.asked(Cpu), page.loads(Cpu), page.0.summaries.opened), (None, None, ModelDemand::NotRequested));
    page.act(Action::Navigate(Page::Summaries));
    assert_eq!(page.loads(Cpu), Some(SUMMARY_MODEL));
    page.act(Action::Navigate(Page::Digits)).act(Action::Navigate(Page::Summaries)).served(Cpu, 100.0);
    assert_eq!(page.loads(Cpu), None, "and only once");
}

#[test]
fn digits_do_not_wait_for_the_summarizer() {
    let mut page = TestPage::open(Page::Summaries, EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.start(Cpu);
    assert_eq!(page.loads(Cpu), Some(SUMMARY_MODEL));
    page.digits(Cpu).act(Action::Navigate(Page::Digits)).act(Action::PenDown(Point::new(1.0, 1.0)));
    assert!(matches!(page.asked(Cpu), Some(Job::Classify(..))));
}

#[test]
fn a_text_taken_before_the_model_waits_for_it() {
    let mut page = TestPage::open(Page::Summaries, EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.take("A text.");
    assert_eq!((page.as_attribute(), page.writes(Cpu)), ("waiting", None));
    page.start(Cpu).served(Cpu, 100.0);
    assert_eq!((page.as_attribute(), page.writes(Cpu)), ("reading", Some((1, SUMMARY_MODEL))));
}

#[test]
fn what_was_typed_before_the_model_came_is_summarized_once() {
    let mut page = TestPage::open(Page::Summaries, EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
    page.summary(SummariesAction::EditText("A te".into())).summary(SummariesAction::EditText("A text.".into()));
    assert_eq!(page.as_attribute(), "empty", "typing alone asks for nothing");
    page.start(Cpu).served(Cpu, 100.0);
    assert_eq!(page.writes(Cpu), Some((1, SUMMARY_MODEL)));
    page.source(Cpu).finish(Cpu, &["Text."]);
    assert_eq!(page.0.summaries.view, SourceViewMode::Edit, "nobody is taken away from their typing");
    page.summary(SummariesAction::EditText("A text. More".into()));
    assert_eq!((page.as_attribute(), page.writes(Cpu), page.0.summaries.current()), ("done", None, false));
}

#[test]
fn lines_stream_in_and_the_end_counts() {
    let mut page = ready();
    page.take("A text.");
    page.tell(Cpu, Reply::Progress { doing: Activity::Reading, done: 1, total: 2 });
    assert!(
        matches!(&page.0.summaries.summary.as_ref().unwrap().stage, SummaryRunStatus::Analyzing(p) if p.share() == Some(0.5))
    );
    page.source(Cpu).line(Cpu, 0, "A").line(Cpu, 0, "A word").line(Cpu, 1, "B").line(Cpu, 7, "out of order");
    assert_eq!(
        (page.lines(), page.as_attribute(), page.0.summaries.view),
        (vec!["A word", "B"], "writing", SourceViewMode::Annotated)
    );
    page.finish(Cpu, &["A word.", "B."]);
    assert_eq!((page.lines(), page.as_attribute(), page.0.summaries.finished), (vec!["A word.", "B."], "done", 1));
    assert_eq!(page.0.cpu.jobs.newest(JobLane::Summary), None);
}

#[test]
fn a_pasted_text_is_summarized_and_a_pasted_word_is_not() {
    let mut page = ready();
    page.summary(SummariesAction::ReplaceText("A text that was pasted.".into()));
    page.source(Cpu).finish(Cpu, &["A."]);
    page.summary(SummariesAction::ReplaceText("A long text that was pasted.".into()));
    assert_eq!((page.as_attribute(), page.writes(Cpu)), ("done", None));
    page.summary(SummariesAction::Summarize);
    assert_eq!(page.as_attribute(), "reading");
}

#[test]
fn stopping_tells_the_engine_and_hears_no_more() {
    let mut page = ready();
    page.take("A text.").line(Cpu, 0, "A");
    let job = page.0.cpu.jobs.newest(JobLane::Summary).unwrap().id;
    page.summary(SummariesAction::Stop);
    assert_eq!((page.as_attribute(), page.cancels(Cpu)), ("stopped", Some(job)));
    page.line(Cpu, 0, "A word");
    assert_eq!(page.lines(), ["A"], "what was on its way is not shown");
    page.fail(Cpu, FailureKind::Cancelled, "Stopped.");
    assert_eq!((page.as_attribute(), page.writes(Cpu), page.0.summaries.stopping), ("stopped", None, None));
}

#[test]
fn another_kind_stops_the_one_under_way_and_begins_anew() {
    let mut page = ready();
    page.take("A text.").line(Cpu, 0, "A");
    let job = page.0.cpu.jobs.newest(JobLane::Summary).unwrap().id;
    page.summary(SummariesAction::SetKind(SummaryKind::Headline))
        .summary(SummariesAction::SetLength(SummaryLength::Long));
    assert_eq!((page.cancels(Cpu), page.as_attribute(), page.lines().len()), (Some(job), "waiting", 0));
    assert_eq!(page.writes(Cpu), Some((1, SUMMARY_MODEL)), "one text at a time");
    page.fail(Cpu, FailureKind::Cancelled, "Stopped.");
    assert_eq!(page.writes(Cpu), Some((3, SUMMARY_MODEL)));
    let ask = &page.0.summaries.summary.as_ref().unwrap().order.ask;
    assert_eq!((ask.kind, ask.length), (SummaryKind::Headline, SummaryLength::Long));
}

/// A line that leaves something out.
fn shortened(index: u32, text: &str, whole: &str) -> SummaryLine {
    let whole = WholeSentence { text: whole.into(), words: vec![] };
    SummaryLine { whole: Some(Box::new(whole)), finished: true, ..line(index, text) }
}

#[test]
fn another_shortness_asks_for_it_and_the_same_one_does_not() {
    let mut page = ready();
    page.summary(SummariesAction::SetShortness(Shortness::SHORTEST));
    assert_eq!((page.as_attribute(), page.writes(Cpu)), ("empty", None), "there is no text yet");
    page.take("A text.").finish(Cpu, &["A."]);
    let asked = |page: &TestPage| page.0.summaries.summary.as_ref().unwrap().order.ask.shortness;
    assert_eq!(asked(&page), Shortness::SHORTEST);
    page.summary(SummariesAction::SetShortness(Shortness::SHORTEST));
    assert_eq!((page.as_attribute(), page.writes(Cpu)), ("done", None));
    page.summary(SummariesAction::SetShortness(Shortness::AS_IT_STANDS));
    assert_eq!(page.writes(Cpu), Some((2, SUMMARY_MODEL)));
    assert_eq!(asked(&page), Shortness::AS_IT_STANDS);
    // It is a choice for the next text too.
    page.finish(Cpu, &["A."]).take("Another text.");
    assert_eq!(asked(&page), Shortness::AS_IT_STANDS);
}

#[test]
fn a_line_is_shown_as_its_whole_sentence_and_back() {
    let mut page = ready();
    page.take("The mayor, a teacher, opened it. Boats pass.");
    let line_0 = || shortened(0, "The mayor opened it.", "The mayor, a teacher, opened it.");
    page.tell(Cpu, Reply::Line(Box::new(line_0())));
    page.summary(SummariesAction::ToggleWhole(0));
    assert_eq!(page.lines(), ["The mayor, a teacher, opened it."]);
    // The end of the summary does not take it back.
    let lines = vec![line_0(), line(1, "Boats pass.")];
    let model = SUMMARY_MODEL.to_owned();
    let summary = Summary { model, engine: Cpu, lines, words_in: 8, words_out: 6, first_ms: 1.0, total_ms: 2.0 };
    page.tell(Cpu, Reply::Summarized(Box::new(summary)));
    assert_eq!((page.lines(), page.as_attribute()), (vec!["The mayor, a teacher, opened it.", "Boats pass."], "done"));
    let run = page.0.summaries.summary.clone().unwrap();
    assert_eq!((run.lines[0].making, run.shortened.len()), (LineSource::Extracted, 1));
    // What is copied and corrected is what is shown.
    assert!(crate::app::messages::summaries::plain_text(&run).starts_with("- The mayor, a teacher, opened it."));
    page.summary(SummariesAction::ToggleWhole(1)).summary(SummariesAction::ToggleWhole(7));
    assert_eq!(page.lines()[1], "Boats pass.", "it leaves nothing out");
    page.summary(SummariesAction::ToggleWhole(0));
    assert_eq!(page.lines()[0], "The mayor opened it.");
    assert_eq!(page.0.summaries.summary.as_ref().unwrap().lines[0].making, LineSource::Rewritten);
    // Not under somebody's correction, and not for another summary.
    page.summary(SummariesAction::EditSummary(Some("Mine.".into()))).summary(SummariesAction::ToggleWhole(0));
    assert_eq!(page.lines()[0], "The mayor opened it.");
    page.summary(SummariesAction::EditSummary(None)).summary(SummariesAction::ToggleWhole(0));
    page.summary(SummariesAction::Summarize).tell(Cpu, Reply::Line(Box::new(line_0())));
    assert_eq!(page.lines(), ["The mayor opened it."]);
}

#[test]
fn a_kind_chosen_before_there_is_a_text_asks_for_nothing() {
    let mut page = ready();
    page.summary(SummariesAction::SetKind(SummaryKind::Tldr));
    assert_eq!((page.as_attribute(), page.writes(Cpu)), ("empty", None));
}

#[test]
fn white_space_has_no_words() {
    let mut page = ready();
    page.take(" \n\t ");
    assert_eq!(page.0.summaries.error.as_deref(), Some("There are no words in the text yet."));
    assert_eq!((page.writes(Cpu), page.0.summaries.view), (None, SourceViewMode::Edit));
    page.take("A text.");
    assert_eq!(page.0.summaries.error, None);
}

#[test]
fn clearing_forgets_the_summary_and_stops_it() {
    let mut page = ready();
    page.take("A text.").summary(SummariesAction::Clear);
    assert!(page.cancels(Cpu).is_some());
    assert_eq!((page.as_attribute(), page.0.summaries.text.as_str()), ("empty", ""));
    page.finish(Cpu, &["Late."]);
    assert_eq!((page.as_attribute(), page.0.summaries.finished), ("empty", 0));
}

#[test]
fn digits_are_read_while_a_text_is_summarized() {
    let mut page = ready();
    page.digits(Cpu);
    page.take("A text.").act(Action::Navigate(Page::Digits)).act(Action::PenDown(Point::new(1.0, 1.0)));
    assert!(matches!(page.asked(Cpu), Some(Job::Classify(..))));
    assert!(page.writes(Cpu).is_some());
}

#[test]
fn a_lost_device_gives_the_text_to_the_cpu() {
    let mut page = TestPage::open(Page::Summaries, EnginePreference::Auto, WebGpuSupport::Available);
    page.start(Cpu).served(Cpu, 100.0).digits(Cpu).start(Gpu);
    assert_eq!(page.loads(Gpu), Some(SUMMARY_MODEL), "the model is fetched behind the CPU engine");
    page.served(Gpu, 10.0);
    assert_eq!(page.0.summaries.engine_selection.reason, SelectionReason::GpuFaster(10.0, 100.0));
    page.take("A text.").line(Gpu, 0, "A");
    page.fail(Gpu, FailureKind::DeviceLost, "The graphics device was lost.");
    assert_eq!((page.writes(Cpu), page.lines().len()), (Some((1, SUMMARY_MODEL)), 0));
    page.finish(Cpu, &["A."]);
    assert_eq!((page.as_attribute(), page.0.summaries.engine_selection.engine), ("done", Some(Cpu)));
}

#[test]
fn a_dead_worker_is_called_again_and_summarizes_again() {
    let mut page = ready();
    page.take("A text.").line(Cpu, 0, "A");
    let generation = page.0.cpu.generation;
    page.act(Action::WorkerCrashed(Cpu, generation, "unreachable".into()));
    assert_eq!((page.as_attribute(), page.lines().len()), ("waiting", 0));
    page.start(Cpu).served(Cpu, 100.0);
    assert_eq!(page.writes(Cpu), Some((1, SUMMARY_MODEL)));
}

#[test]
fn webgpu_that_summarizes_wrongly_still_reads_digits() {
    let mut page = TestPage::open(Page::Summaries, EnginePreference::Auto, WebGpuSupport::Available);
    page.start(Cpu).served(Cpu, 100.0).digits(Cpu).start(Gpu).digits(Gpu);
    page.refuse(Gpu, FailureKind::WrongAnswer, "It answers wrongly.");
    assert_eq!((page.0.summaries.engine_selection.engine, page.0.engine_selection.engine), (Some(Cpu), Some(Gpu)));
}

#[test]
fn webgpu_that_is_slower_stays_out_of_it() {
    let mut page = TestPage::open(Page::Summaries, EnginePreference::Auto, WebGpuSupport::Available);
    page.start(Cpu).served(Cpu, 100.0).digits(Cpu).start(Gpu).served(Gpu, 300.0).digits(Gpu);
    assert_eq!(page.0.summaries.engine_selection.engine, Some(Cpu));
    assert_eq!(page.0.engine_selection.engine, Some(Gpu), "digits choose for themselves");
}

#[test]
fn a_model_that_does_not_come_is_a_sentence_and_can_be_tried_again() {
    let mut page = TestPage::open(Page::Summaries, EnginePreference::Auto, WebGpuSupport::Unavailable);
    page.take("A text.").start(Cpu).refuse(Cpu, FailureKind::Fetch, "The model could not be downloaded.");
    let stage = &page.0.summaries.summary.as_ref().unwrap().stage;
    assert_eq!(*stage, SummaryRunStatus::Failed("The model could not be downloaded.".into()));
    assert!(page.0.notices.is_empty(), "its own place says so");
    page.summary(SummariesAction::Retry);
    assert_eq!((page.as_attribute(), page.loads(Cpu)), ("waiting", Some(SUMMARY_MODEL)));
    page.served(Cpu, 100.0);
    assert_eq!(page.as_attribute(), "reading");
}

#[test]
fn a_dead_engine_is_called_again_when_asked_for() {
    let mut page = ready();
    for _ in 0..2 {
        let generation = page.0.cpu.generation;
        page.act(Action::WorkerCrashed(Cpu, generation, "unreachable".into()));
    }
    assert_eq!(page.0.summaries.model_attribute(), "failed");
    page.take("A text.");
    assert_eq!(page.as_attribute(), "failed");
    page.summary(SummariesAction::Retry).start(Cpu).served(Cpu, 100.0);
    assert_eq!(page.writes(Cpu), Some((1, SUMMARY_MODEL)));
}

#[test]
fn a_summarizer_never_reads_digits() {
    let mut page = ready();
    page.reply(Cpu, failed(FailureKind::BadPackage, "digits: wrong SHA-256."));
    assert_eq!(page.0.model(), "digits", "not the summarizer, though it is loaded");
}

#[test]
fn a_failure_of_the_text_is_said_and_not_repeated() {
    let mut page = ready();
    page.take("A text.").fail(Cpu, FailureKind::Internal, "A fault of ours.");
    assert_eq!((page.as_attribute(), page.writes(Cpu)), ("failed", None));
}

#[test]
fn the_plain_model_comes_only_when_asked_for_and_after_ours() {
    let mut page = ready();
    page.digits(Cpu);
    page.take("A text.").finish(Cpu, &["A."]).summary(SummariesAction::SetComparison(ComparisonMode::Seq2Seq));
    assert_eq!(page.loads(Cpu), Some(SEQ2SEQ_MODEL));
    page.served(Cpu, 50.0);
    assert_eq!(page.writes(Cpu), Some((2, SEQ2SEQ_MODEL)));
    page.source(Cpu).finish(Cpu, &["The the."]);
    assert_eq!((page.lines(), page.0.summaries.finished), (vec!["A."], 1), "ours stays as it is");
    assert_eq!(page.0.summaries.baseline.as_ref().unwrap().lines[0].text, "The the.");
    page.take("Another text.");
    assert_eq!(page.writes(Cpu), Some((3, SUMMARY_MODEL)));
    page.finish(Cpu, &["B."]);
    assert_eq!(page.writes(Cpu), Some((4, SEQ2SEQ_MODEL)), "and is asked for every text from now on");
    page.summary(SummariesAction::SetComparison(ComparisonMode::Off));
}
