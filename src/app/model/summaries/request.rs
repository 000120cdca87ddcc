//! One summary: what was ordered, where it stands, and what has come of it.

use crate::app::model::async_value::{Progress, Shared};
use crate::protocol::{Line, Source, Summarize, Summary};

/// A summary has at most this many lines; a reply that names another is not believed.
const MAX_LINES: usize = 64;

/// One summary that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryRequest {
    /// Tells one from another.
    pub number: u32,
    /// What an engine is asked.
    pub ask: Summarize,
    /// How the text is to be shown once it is read.
    pub view: SourceViewMode,
}

/// Where an order stands.
#[derive(Clone, Debug, PartialEq)]
pub enum SummaryRunStatus {
    /// Until a model is there, or an engine is free.
    Waiting,
    /// The engine reads.
    Analyzing(Progress),
    /// The engine writes.
    Generating,
    /// It is finished.
    Done(Shared<Summary>),
    /// The visitor stopped it.
    Stopped,
    /// There will be none; a sentence for the visitor.
    Failed(String),
}

impl SummaryRunStatus {
    /// Whether an engine is at it.
    pub fn runs(&self) -> bool {
        matches!(self, SummaryRunStatus::Analyzing(_) | SummaryRunStatus::Generating)
    }

    /// Whether something is still to come.
    pub fn open(&self) -> bool {
        self.runs() || *self == SummaryRunStatus::Waiting
    }

    /// The word for it in the page's data attributes.
    pub fn as_attribute(&self) -> &'static str {
        match self {
            SummaryRunStatus::Waiting => "waiting",
            SummaryRunStatus::Analyzing(_) => "reading",
            SummaryRunStatus::Generating => "writing",
            SummaryRunStatus::Done(_) => "done",
            SummaryRunStatus::Stopped => "stopped",
            SummaryRunStatus::Failed(_) => "failed",
        }
    }
}

/// An order, and what came of it so far.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryRun {
    /// The order.
    pub order: Shared<SummaryRequest>,
    /// Where it stands.
    pub stage: SummaryRunStatus,
    /// The text as the engine read it.
    pub source: Option<Shared<Source>>,
    /// The lines so far.
    pub lines: Vec<Shared<Line>>,
}

impl SummaryRun {
    /// An order that nobody is at yet.
    pub fn new(order: SummaryRequest) -> Self {
        Self { order: Shared::new(order), stage: SummaryRunStatus::Waiting, source: None, lines: Vec::new() }
    }

    /// Puts a line in its place.
    pub fn put(&mut self, line: Line) {
        let index = line.index as usize;
        if index >= MAX_LINES || index > self.lines.len() {
            return;
        }
        match self.lines.get_mut(index) {
            Some(place) => *place = Shared::new(line),
            None => self.lines.push(Shared::new(line)),
        }
        self.stage = SummaryRunStatus::Generating;
    }

    /// Takes the whole, which counts over the lines told before.
    pub fn finish(&mut self, summary: Summary) {
        self.lines = summary.lines.iter().cloned().map(Shared::new).collect();
        self.stage = SummaryRunStatus::Done(Shared::new(summary));
    }

    /// Forgets what an engine that is gone has said.
    pub fn again(&mut self) {
        self.stage = SummaryRunStatus::Waiting;
        self.lines.clear();
    }
}

/// How the text is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceViewMode {
    /// To be written.
    #[default]
    Edit,
    /// As it was read, with its sentences marked.
    Annotated,
}
