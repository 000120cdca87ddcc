//! A request for a summary, its status and its result.

use crate::app::model::async_value::{Progress, Shared};
use crate::protocol::{SourceAnalysis, SummarizeRequest, Summary, SummaryLine};

/// A summary has at most this many lines; a reply with a higher index is ignored.
const MAX_LINES: usize = 64;

/// A request for a summary.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryRequest {
    /// Identifies it.
    pub number: u32,
    /// What the engine is asked.
    pub ask: SummarizeRequest,
    /// How the text is shown once it is analyzed.
    pub view: SourceViewMode,
}

/// Status of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum SummaryRunStatus {
    /// It waits for a model or an engine.
    Waiting,
    /// The engine analyzes the text.
    Analyzing(Progress),
    /// The engine generates lines.
    Generating,
    /// It is completed.
    Done(Shared<Summary>),
    /// The visitor stopped it.
    Stopped,
    /// It failed; a sentence for the visitor.
    Failed(String),
}

impl SummaryRunStatus {
    /// Whether an engine works on it.
    pub fn runs(&self) -> bool {
        matches!(self, SummaryRunStatus::Analyzing(_) | SummaryRunStatus::Generating)
    }

    /// Whether it waits or an engine works on it.
    pub fn open(&self) -> bool {
        self.runs() || *self == SummaryRunStatus::Waiting
    }

    /// The status as a value of the page's `data-*` attributes.
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

/// A request with its status and result so far.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryRun {
    /// The request.
    pub order: Shared<SummaryRequest>,
    /// Its status.
    pub stage: SummaryRunStatus,
    /// The analysis of the text.
    pub source: Option<Shared<SourceAnalysis>>,
    /// The lines so far.
    pub lines: Vec<Shared<SummaryLine>>,
}

impl SummaryRun {
    /// A request that waits.
    pub fn new(order: SummaryRequest) -> Self {
        Self { order: Shared::new(order), stage: SummaryRunStatus::Waiting, source: None, lines: Vec::new() }
    }

    /// Puts a line at its index.
    pub fn put(&mut self, line: SummaryLine) {
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

    /// Sets the complete summary, which replaces the lines so far.
    pub fn finish(&mut self, summary: Summary) {
        self.lines = summary.lines.iter().cloned().map(Shared::new).collect();
        self.stage = SummaryRunStatus::Done(Shared::new(summary));
    }

    /// Waits again, without the lines of an engine that is gone.
    pub fn again(&mut self) {
        self.stage = SummaryRunStatus::Waiting;
        self.lines.clear();
    }
}

/// How the text is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceViewMode {
    /// Editable.
    #[default]
    Edit,
    /// Annotated: its sentences are marked.
    Annotated,
}
