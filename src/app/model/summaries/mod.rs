//! State of texts and their summaries, and its reducer. Pure state.

mod comparison;
// Only the components use most of it, and they are built for a browser alone.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod draft;
// Only the components use it, and they are built for a browser alone.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod highlight;
// Only a browser pastes.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod pasted_html;
pub mod request;
// Only the components use it, and they are built for a browser alone.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod text_direction;

pub use comparison::ComparisonMode;

use super::async_value::{AsyncValue, Shared};
use super::engine_selection::{EngineSelection, SelectionReason};
use crate::app::model::summaries::request::{SourceViewMode, SummaryRequest, SummaryRun, SummaryRunStatus};
use crate::protocol::{JobId, Shortness, SummarizeRequest, SummaryAmount, SummaryKind, SummaryLength, TextSample};

/// The summarizer that a page starts with.
pub const SUMMARY_MODEL: &str = "summary";

/// The plain Seq2Seq model that the summarizer is compared with: encoder and decoder without attention.
pub const SEQ2SEQ_MODEL: &str = "seed-seq2seq";

/// Whether the summarizer is requested: before its page is opened, nothing of it is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelDemand {
    /// Its page was never opened.
    #[default]
    NotRequested,
    /// Its page was opened, and no engine has been ready yet.
    Requested,
    /// An engine has been ready.
    Ready,
}

/// A sample text.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct SampleText {
    /// Its title.
    pub title: String,
    /// Its URL.
    pub source: String,
    /// Its license.
    #[serde(rename = "licence")]
    pub license: String,
    /// The text.
    pub text: String,
}

/// What the visitor can do with texts and summaries.
#[derive(Clone, Debug, PartialEq)]
pub enum SummariesAction {
    /// Edit the text: the new text.
    EditText(String),
    /// Paste into the text: the new text.
    ReplaceText(String),
    /// Replace the text by a whole one: a sample, a file or a drop.
    LoadSampleText(String),
    /// Clear the text.
    Clear,
    /// Set the kind of summary.
    SetKind(SummaryKind),
    /// Set the length of the summary.
    SetLength(SummaryLength),
    /// Set how much the summary holds, in place of the length; none goes back to the length.
    SetAmount(Option<SummaryAmount>),
    /// Set how short the lines are.
    SetShortness(Shortness),
    /// Show the line with this index as its whole sentence, or shortened again.
    ToggleWhole(usize),
    /// Read a passage that was left out as running text: its span.
    Include([u32; 2]),
    /// Leave out again what was included.
    IncludeNothing,
    /// Summarize the text.
    Summarize,
    /// Stop summarizing.
    Stop,
    /// Show the text as editable or annotated.
    SetSourceView(SourceViewMode),
    /// Set what the summary is compared with.
    SetComparison(ComparisonMode),
    /// Save the edited summary as a correction.
    SaveCorrection,
    /// Edit the summary: its new text; none ends editing.
    EditSummary(Option<String>),
    /// Add a sentence of the source to the edited summary, or take it out again.
    ToggleInDraft(u32),
    /// Select the model that summarizes.
    SelectModel(String),
    /// Load again what failed to load.
    Retry,
    /// The sample texts are loading, loaded or failed to load.
    SamplesLoaded(AsyncValue<Shared<Vec<SampleText>>>),
}

/// State of texts and their summaries.
#[derive(Clone, Debug, PartialEq)]
pub struct SummariesState {
    /// Whether the summarizer is requested.
    pub opened: ModelDemand,
    /// The selected model.
    pub model: String,
    /// The text.
    pub text: Shared<String>,
    /// The requested kind of summary.
    pub kind: SummaryKind,
    /// The requested length.
    pub length: SummaryLength,
    /// How much is requested in place of the length.
    pub amount: Option<SummaryAmount>,
    /// How short the lines are to be.
    pub shortness: Shortness,
    /// Passages of the text that are read though they do not look like running text.
    pub included: Vec<[u32; 2]>,
    /// How the text is shown.
    pub view: SourceViewMode,
    /// The summary of the selected model.
    pub summary: Option<SummaryRun>,
    /// That summary while the visitor edits it, a sentence a line.
    pub draft: Option<Shared<String>>,
    /// The summary of the plain Seq2Seq model.
    pub baseline: Option<SummaryRun>,
    /// What the summary is compared with.
    pub compare: ComparisonMode,
    /// Why there is nothing to summarize.
    pub error: Option<String>,
    /// The engine that summarizes, and why.
    pub engine_selection: EngineSelection,
    /// The number of the last request.
    pub last_request_number: u32,
    /// Counts the completed summaries of the selected model.
    pub finished: u32,
    /// The job that is being canceled.
    pub stopping: Option<JobId>,
    /// The sample texts.
    pub samples: AsyncValue<Shared<Vec<SampleText>>>,
}

impl Default for SummariesState {
    fn default() -> Self {
        Self {
            opened: ModelDemand::NotRequested,
            model: SUMMARY_MODEL.to_owned(),
            text: Shared::default(),
            kind: SummaryKind::KeyPoints,
            length: SummaryLength::Short,
            amount: None,
            shortness: Shortness::DEFAULT,
            included: Vec::new(),
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
    /// The status of the summary as a value of the page's `data-*` attributes.
    pub fn as_attribute(&self) -> &'static str {
        self.summary.as_ref().map_or("empty", |run| run.stage.as_attribute())
    }

    /// Whether there are words in the text.
    pub fn has_words(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Whether the summary is of the current text.
    pub fn current(&self) -> bool {
        self.summary.as_ref().is_some_and(|run| run.order.ask.text == *self.text)
    }

    /// The status of the summarizer as a value of the page's `data-*` attributes.
    pub fn model_attribute(&self) -> &'static str {
        match (self.opened, &self.engine_selection) {
            (ModelDemand::NotRequested, _) => "empty",
            (_, EngineSelection { engine: Some(_), .. }) => "ready",
            (_, EngineSelection { reason: SelectionReason::NoEngineWorks(_), .. }) => "failed",
            _ => "loading",
        }
    }

    /// The edited summary as a correction: none where there are no words in it.
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

    /// Whether a summary waits or is being generated, and can be stopped.
    pub fn busy(&self) -> bool {
        self.runs().any(|run| run.stage.open())
    }

    /// The runs of the selected model and of the plain one, in this order.
    pub fn runs(&self) -> impl Iterator<Item = &SummaryRun> {
        [&self.summary, &self.baseline].into_iter().flatten()
    }

    /// The runs, to change.
    pub fn runs_mut(&mut self) -> impl Iterator<Item = &mut SummaryRun> {
        [&mut self.summary, &mut self.baseline].into_iter().flatten()
    }

    /// Applies what concerns texts and requests alone; the reducer of the page does the rest.
    pub fn apply(&mut self, act: SummariesAction) {
        match act {
            SummariesAction::EditText(text) => self.set_text(text),
            SummariesAction::ReplaceText(text) => {
                // A pasted word is an edit; a pasted text is to be summarized.
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
                (self.length, self.amount) = (length, None);
                self.request_again();
            }
            SummariesAction::SetAmount(amount) => {
                if self.amount != amount {
                    self.amount = amount;
                    self.request_again();
                }
            }
            SummariesAction::SetShortness(shortness) => {
                if self.shortness != shortness {
                    self.shortness = shortness;
                    self.request_again();
                }
            }
            SummariesAction::ToggleWhole(index) => {
                if let Some(run) = self.summary.as_mut().filter(|_| self.draft.is_none()) {
                    run.toggle_whole(index);
                }
            }
            SummariesAction::Include(span) => {
                if !self.included.contains(&span) {
                    self.included.push(span);
                    self.request_again();
                }
            }
            SummariesAction::IncludeNothing => {
                self.included.clear();
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
            // The reducer of the page adds it to the corrections.
            SummariesAction::SaveCorrection => {}
            SummariesAction::EditSummary(draft) => {
                // Only a completed summary can be edited.
                let finished = self.summary.as_ref().is_some_and(|run| !run.stage.open() && !run.lines.is_empty());
                self.draft = draft.filter(|_| finished).map(Shared::new);
            }
            SummariesAction::ToggleInDraft(sentence) => self.toggle_in_draft(sentence),
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
            self.included.clear();
            self.error = None;
        }
    }

    /// Requests the summary again where there is one, or was to be one.
    fn request_again(&mut self) {
        if self.summary.is_some() {
            self.request(self.view);
        }
    }

    /// Requests a summary of the current text.
    pub fn request(&mut self, view: SourceViewMode) {
        self.baseline = None;
        self.draft = None;
        if !self.has_words() {
            self.summary = None;
            self.view = SourceViewMode::Edit;
            self.error = Some("There are no words in the text yet.".into());
            return;
        }
        self.error = None;
        let ask = SummarizeRequest {
            model: self.model.clone(),
            text: (*self.text).clone(),
            kind: self.kind,
            length: self.length,
            amount: self.amount,
            included: self.included.clone(),
            shortness: self.shortness,
            context: None,
        };
        self.last_request_number += 1;
        self.summary = Some(SummaryRun::new(SummaryRequest { number: self.last_request_number, ask, view }));
        self.request_baseline();
    }

    /// Requests the summary of the plain model, if it is to be compared.
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
        let ask = SummarizeRequest { model: SEQ2SEQ_MODEL.into(), ..ours.order.ask.clone() };
        let view = self.view;
        self.last_request_number += 1;
        self.baseline = Some(SummaryRun::new(SummaryRequest { number: self.last_request_number, ask, view }));
    }
}

/// How many bytes of the new text lie between its common prefix and suffix with the old one.
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

    fn ask(state: &SummariesState) -> &SummarizeRequest {
        &state.summary.as_ref().unwrap().order.ask
    }

    #[test]
    fn an_amount_and_included_passages_are_asked_for() {
        let mut state = SummariesState::default();
        state.apply(SummariesAction::LoadSampleText("One. Two.".into()));
        state.apply(SummariesAction::SetAmount(Some(SummaryAmount::Points(4))));
        state.apply(SummariesAction::Include([0, 4]));
        state.apply(SummariesAction::Include([0, 4]));
        assert_eq!((ask(&state).amount, &ask(&state).included), (Some(SummaryAmount::Points(4)), &vec![[0, 4]]));
        // A standard length takes the place of an amount, and another text has nothing included.
        state.apply(SummariesAction::SetLength(SummaryLength::Long));
        state.apply(SummariesAction::LoadSampleText("Three.".into()));
        assert_eq!((ask(&state).amount, ask(&state).included.len()), (None, 0));
        state.apply(SummariesAction::Include([0, 6]));
        state.apply(SummariesAction::IncludeNothing);
        assert!(ask(&state).included.is_empty());
    }

    #[test]
    fn what_was_pasted_is_what_is_new() {
        assert_eq!(inserted_bytes("", "a text"), 6);
        assert_eq!(inserted_bytes("a text", "a long text"), 5);
        assert_eq!(inserted_bytes("aa", "aaa"), 1);
        assert_eq!(inserted_bytes("a text", "a text"), 0);
        assert_eq!(inserted_bytes("gone", ""), 0);
    }
}
