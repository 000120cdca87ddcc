//! A request for a summary, its status and its result.

use std::collections::BTreeMap;

use crate::app::model::async_value::{Progress, Shared};
use crate::protocol::{LineSource, SourceAnalysis, SummarizeRequest, Summary, SummaryLine};

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
    /// The lines so far, as they are shown.
    pub lines: Vec<Shared<SummaryLine>>,
    /// The shortened lines in whose place their whole sentence is shown, by their index.
    pub shortened: BTreeMap<usize, Shared<SummaryLine>>,
}

impl SummaryRun {
    /// A request that waits.
    pub fn new(order: SummaryRequest) -> Self {
        Self {
            order: Shared::new(order),
            stage: SummaryRunStatus::Waiting,
            source: None,
            lines: Vec::new(),
            shortened: BTreeMap::new(),
        }
    }

    /// Puts a line at its index.
    pub fn put(&mut self, line: SummaryLine) {
        let index = line.index as usize;
        if index >= MAX_LINES || index > self.lines.len() {
            return;
        }
        self.shortened.remove(&index);
        match self.lines.get_mut(index) {
            Some(place) => *place = Shared::new(line),
            None => self.lines.push(Shared::new(line)),
        }
        self.stage = SummaryRunStatus::Generating;
    }

    /// Shows a shortened line as its whole sentence, or shortened again.
    pub fn toggle_whole(&mut self, index: usize) {
        let Some(shown) = self.lines.get_mut(index) else { return };
        if let Some(line) = self.shortened.remove(&index) {
            *shown = line;
        } else if let Some(whole) = shown.whole.clone() {
            let whole = SummaryLine {
                text: whole.text,
                words: whole.words,
                making: LineSource::Extracted,
                whole: None,
                ..(**shown).clone()
            };
            self.shortened.insert(index, std::mem::replace(shown, Shared::new(whole)));
        }
    }

    /// Sets the complete summary, which replaces the lines so far. What is shown as a whole sentence stays one.
    pub fn finish(&mut self, summary: Summary) {
        self.lines = summary.lines.iter().cloned().map(Shared::new).collect();
        let wholes: Vec<usize> = std::mem::take(&mut self.shortened).into_keys().collect();
        wholes.into_iter().for_each(|index| self.toggle_whole(index));
        self.stage = SummaryRunStatus::Done(Shared::new(summary));
    }

    /// Waits again, without the lines of an engine that is gone.
    pub fn again(&mut self) {
        self.stage = SummaryRunStatus::Waiting;
        self.lines.clear();
        self.shortened.clear();
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
