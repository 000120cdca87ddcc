//! What the page knows of texts and their summaries, apart from the engines.

// What the components alone ask for is dead code where there are none.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod highlight;
pub mod request;

use super::async_value::{AsyncValue, Shared};
use super::engine_selection::{EngineSelection, SelectionReason};
use crate::app::model::summaries::request::{SourceViewMode, SummaryRequest, SummaryRun, SummaryRunStatus};
use crate::protocol::{JobId, Kind, Length, Summarize, TextSample};

/// The model that the page came with to summarize.
pub const SUMMARY_MODEL: &str = "summary";

/// The model to compare it with: encoder and decoder, without attention.
pub const SEQ2SEQ_MODEL: &str = "seed-seq2seq";

/// Whether this part was ever opened: before that, nothing of it is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelDemand {
    /// Never.
    #[default]
    NotRequested,
    /// It was, and its model has not been ready yet.
    Requested,
    /// It was, and its model has been ready.
    Ready,
}

/// What a summary is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ComparisonMode {
    /// Nothing.
    #[default]
    Off,
    /// The beginning of the text.
    LeadBaseline,
    /// The plain model's.
    Seq2Seq,
}

impl ComparisonMode {
    /// The word for it in the form.
    pub fn as_attribute(self) -> &'static str {
        match self {
            Self::Off => "nothing",
            Self::LeadBaseline => "beginning",
            Self::Seq2Seq => "plain",
        }
    }
}

/// A text to pick.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct SampleText {
    /// What it is about.
    pub title: String,
    /// Its address.
    pub source: String,
    /// Its licence.
    pub licence: String,
    /// The text.
    pub text: String,
}

/// What can happen to texts and summaries.
#[derive(Clone, Debug, PartialEq)]
pub enum SummariesAction {
    /// The visitor typed: this is the text now.
    EditText(String),
    /// The visitor pasted into the text: this is the text now.
    ReplaceText(String),
    /// The visitor brought this whole text.
    LoadSampleText(String),
    /// No text.
    Clear,
    /// The visitor wants this kind.
    SetKind(Kind),
    /// The visitor wants this length.
    SetLength(Length),
    /// Summarize the text as it is.
    Summarize,
    /// Stop.
    Stop,
    /// Show the text so.
    SetSourceView(SourceViewMode),
    /// Compare with this.
    SetComparison(ComparisonMode),
    /// Keep the summary as it was changed.
    SaveCorrection,
    /// Change the summary by hand: what it says so far, or no more.
    EditSummary(Option<String>),
    /// Summarize with this model from now on.
    SelectModel(String),
    /// Try again what failed to load.
    Retry,
    /// The sample texts arrived, or did not.
    SamplesLoaded(AsyncValue<Shared<Vec<SampleText>>>),
}

/// All that the page knows of texts and summaries.
#[derive(Clone, Debug, PartialEq)]
pub struct SummariesState {
    /// Whether this part was ever opened.
    pub opened: ModelDemand,
    /// The model that summarizes.
    pub model: String,
    /// The text as the visitor has it.
    pub text: Shared<String>,
    /// What is wanted.
    pub kind: Kind,
    /// How much of it.
    pub length: Length,
    /// How the text is shown.
    pub view: SourceViewMode,
    /// The summary of our model.
    pub summary: Option<SummaryRun>,
    /// Our model's summary as the visitor is changing it, a sentence a line.
    pub draft: Option<Shared<String>>,
    /// The summary of the plain one.
    pub baseline: Option<SummaryRun>,
    /// What ours is compared with.
    pub compare: ComparisonMode,
    /// Why there is nothing to summarize.
    pub error: Option<String>,
    /// Which engine summarizes, and why.
    pub engine_selection: EngineSelection,
    /// Numbers the orders.
    pub last_request_number: u32,
    /// Counts the summaries of our model that were finished.
    pub finished: u32,
    /// The job that was told to stop, until it has.
    pub stopping: Option<JobId>,
    /// The texts to pick.
    pub samples: AsyncValue<Shared<Vec<SampleText>>>,
}

impl Default for SummariesState {
    fn default() -> Self {
        Self {
            opened: ModelDemand::NotRequested,
            model: SUMMARY_MODEL.to_owned(),
            text: Shared::default(),
            kind: Kind::KeyPoints,
            length: Length::Short,
            view: SourceViewMode::Edit,
            summary: None,
            draft: None,
            baseline: None,
            compare: ComparisonMode::Off,
            error: None,
            engine_selection: EngineSelection { engine: None, reason: SelectionReason::Waiting },
            last_request_number: 0,
            finished: 0,
            stopping: None,
            samples: AsyncValue::NotRequested,
        }
    }
}

impl SummariesState {
    /// The word for how things stand, in the page's data attributes.
    pub fn as_attribute(&self) -> &'static str {
        self.summary.as_ref().map_or("empty", |run| run.stage.as_attribute())
    }

    /// Whether there are words in the text.
    pub fn has_words(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Whether the summary is of the text as it is now.
    pub fn current(&self) -> bool {
        self.summary.as_ref().is_some_and(|run| run.order.ask.text == *self.text)
    }

    /// The word for how our model stands, in the page's data attributes.
    pub fn model_attribute(&self) -> &'static str {
        match (self.opened, &self.engine_selection) {
            (ModelDemand::NotRequested, _) => "empty",
            (_, EngineSelection { engine: Some(_), .. }) => "ready",
            (_, EngineSelection { reason: SelectionReason::NoEngineWorks(_), .. }) => "failed",
            _ => "loading",
        }
    }

    /// Our model's summary as the visitor changed it, to be kept: none where there are no words in it.
    pub fn corrected(&self) -> Option<TextSample> {
        let (run, draft) = (self.summary.as_ref()?, self.draft.as_ref()?);
        let lines: Vec<&str> = draft.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let ask = &run.order.ask;
        let (text, kind, length) = (ask.text.clone(), ask.kind, ask.length);
        lines.iter().any(|line| line.contains(char::is_alphanumeric)).then(|| TextSample {
            text,
            kind,
            length,
            summary: lines.join("\n"),
        })
    }

    /// Whether something is still to come, and can be stopped.
    pub fn busy(&self) -> bool {
        self.runs().any(|run| run.stage.open())
    }

    /// Both runs, ours first.
    pub fn runs(&self) -> impl Iterator<Item = &SummaryRun> {
        [&self.summary, &self.baseline].into_iter().flatten()
    }

    /// Both runs, to change.
    pub fn runs_mut(&mut self) -> impl Iterator<Item = &mut SummaryRun> {
        [&mut self.summary, &mut self.baseline].into_iter().flatten()
    }

    /// Does what concerns the text and the orders alone.
    pub fn apply(&mut self, act: SummariesAction) {
        match act {
            SummariesAction::EditText(text) => self.set_text(text),
            SummariesAction::ReplaceText(text) => {
                // A word pasted into a text is an edit; a text pasted is what is to be summarized.
                let whole = 2 * inserted_bytes(&self.text, &text) >= text.len();
                self.set_text(text);
                if whole {
                    self.request(SourceViewMode::Annotated);
                }
            }
            SummariesAction::LoadSampleText(text) => {
                self.set_text(text);
                self.request(SourceViewMode::Annotated);
            }
            SummariesAction::Clear => {
                self.set_text(String::new());
                self.summary = None;
                self.draft = None;
                self.baseline = None;
                self.view = SourceViewMode::Edit;
            }
            SummariesAction::SetKind(kind) => {
                self.kind = kind;
                self.request_again();
            }
            SummariesAction::SetLength(length) => {
                self.length = length;
                self.request_again();
            }
            SummariesAction::Summarize => self.request(SourceViewMode::Annotated),
            SummariesAction::Stop => {
                self.runs_mut().filter(|run| run.stage.open()).for_each(|run| run.stage = SummaryRunStatus::Stopped)
            }
            SummariesAction::SetSourceView(view) => self.view = view,
            SummariesAction::SetComparison(compare) => {
                self.compare = compare;
                if compare != ComparisonMode::Seq2Seq && self.baseline.as_ref().is_some_and(|run| run.stage.open()) {
                    self.baseline = None;
                }
                self.request_baseline();
            }
            // It goes among the samples, which are no part of this.
            SummariesAction::SaveCorrection => {}
            SummariesAction::EditSummary(draft) => {
                // Only what is finished can be changed.
                let finished = self.summary.as_ref().is_some_and(|run| !run.stage.open() && !run.lines.is_empty());
                self.draft = draft.filter(|_| finished).map(Shared::new);
            }
            SummariesAction::SelectModel(model) => {
                if self.model != model {
                    self.model = model;
                    self.request_again();
                }
            }
            SummariesAction::Retry => {
                for run in self.runs_mut().filter(|run| matches!(run.stage, SummaryRunStatus::Failed(_))) {
                    run.again();
                }
            }
            SummariesAction::SamplesLoaded(samples) => self.samples = samples,
        }
    }

    fn set_text(&mut self, text: String) {
        if *self.text != text {
            self.text = Shared::new(text);
            self.error = None;
        }
    }

    /// Summarizes again where there is a summary, or was to be one.
    fn request_again(&mut self) {
        if self.summary.is_some() {
            self.request(self.view);
        }
    }

    /// Wants a summary of the text as it is.
    pub fn request(&mut self, view: SourceViewMode) {
        self.baseline = None;
        self.draft = None;
        if !self.has_words() {
            self.summary = None;
            self.view = SourceViewMode::Edit;
            self.error = Some("There are no words in it yet.".into());
            return;
        }
        self.error = None;
        let ask =
            Summarize { model: self.model.clone(), text: (*self.text).clone(), kind: self.kind, length: self.length };
        self.last_request_number += 1;
        self.summary = Some(SummaryRun::new(SummaryRequest { number: self.last_request_number, ask, view }));
        self.request_baseline();
    }

    /// Wants the plain model's summary of the same, if it is to be compared.
    fn request_baseline(&mut self) {
        let Some(ours) = &self.summary else { return };
        let wanted = self.compare == ComparisonMode::Seq2Seq;
        let has = self
            .baseline
            .as_ref()
            .is_some_and(|run| !matches!(run.stage, SummaryRunStatus::Stopped | SummaryRunStatus::Failed(_)));
        if !wanted || has {
            return;
        }
        let ask = Summarize { model: SEQ2SEQ_MODEL.into(), ..ours.order.ask.clone() };
        let view = self.view;
        self.last_request_number += 1;
        self.baseline = Some(SummaryRun::new(SummaryRequest { number: self.last_request_number, ask, view }));
    }
}

/// How many bytes of the new text are between its beginning and its end that are the old one's.
fn inserted_bytes(old: &str, new: &str) -> usize {
    let common = |pair: &(u8, u8)| pair.0 == pair.1;
    let before = old.bytes().zip(new.bytes()).take_while(common).count();
    let most = old.len().min(new.len()) - before;
    let after = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(common).count();
    new.len() - before - after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pasted_is_what_is_new() {
        assert_eq!(inserted_bytes("", "a text"), 6);
        assert_eq!(inserted_bytes("a text", "a long text"), 5);
        assert_eq!(inserted_bytes("aa", "aaa"), 1);
        assert_eq!(inserted_bytes("a text", "a text"), 0);
        assert_eq!(inserted_bytes("gone", ""), 0);
    }
}
