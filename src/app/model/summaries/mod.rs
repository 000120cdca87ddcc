//! What the page knows of texts and their summaries, apart from the engines.

pub mod highlight;
pub mod request;

use super::async_value::{Shared, Slot};
use super::engine_selection::{Choice, Reason};
use crate::app::model::summaries::request::{Order, Run, Stage, View};
use crate::protocol::{JobId, Kind, Length, Summarize, TextSample};

/// The model that the page came with to summarize.
pub const SUMMARY: &str = "summary";

/// The model to compare it with: encoder and decoder, without attention.
pub const PLAIN: &str = "seed-seq2seq";

/// Whether this part was ever opened: before that, nothing of it is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Opened {
    /// Never.
    #[default]
    Never,
    /// It was, and its model has not been ready yet.
    Once,
    /// It was, and its model has been ready.
    Served,
}

/// What a summary is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compare {
    /// Nothing.
    #[default]
    Nothing,
    /// The beginning of the text.
    Beginning,
    /// The plain model's.
    Plain,
}

impl Compare {
    /// The word for it in the form.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Beginning => "beginning",
            Self::Plain => "plain",
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
pub enum Act {
    /// The visitor typed: this is the text now.
    Write(String),
    /// The visitor pasted into the text: this is the text now.
    Paste(String),
    /// The visitor brought this whole text.
    Take(String),
    /// No text.
    Clear,
    /// The visitor wants this kind.
    Kind(Kind),
    /// The visitor wants this length.
    Length(Length),
    /// Summarize the text as it is.
    Summarize,
    /// Stop.
    Stop,
    /// Show the text so.
    View(View),
    /// Compare with this.
    Compare(Compare),
    /// Keep the summary as it was changed.
    Keep,
    /// Change the summary by hand: what it says so far, or no more.
    Draft(Option<String>),
    /// Summarize with this model from now on.
    Model(String),
    /// Try again what failed to load.
    Retry,
    /// The sample texts arrived, or did not.
    Samples(Slot<Shared<Vec<SampleText>>>),
}

/// All that the page knows of texts and summaries.
#[derive(Clone, Debug, PartialEq)]
pub struct Summaries {
    /// Whether this part was ever opened.
    pub opened: Opened,
    /// The model that summarizes.
    pub model: String,
    /// The text as the visitor has it.
    pub text: Shared<String>,
    /// What is wanted.
    pub kind: Kind,
    /// How much of it.
    pub length: Length,
    /// How the text is shown.
    pub view: View,
    /// The summary of our model.
    pub ours: Option<Run>,
    /// Our model's summary as the visitor is changing it, a sentence a line.
    pub draft: Option<Shared<String>>,
    /// The summary of the plain one.
    pub plain: Option<Run>,
    /// What ours is compared with.
    pub compare: Compare,
    /// Why there is nothing to summarize.
    pub trouble: Option<String>,
    /// Which engine summarizes, and why.
    pub choice: Choice,
    /// Numbers the orders.
    pub orders: u32,
    /// Counts the summaries of our model that were finished.
    pub finished: u32,
    /// The job that was told to stop, until it has.
    pub stopping: Option<JobId>,
    /// The texts to pick.
    pub samples: Slot<Shared<Vec<SampleText>>>,
}

impl Default for Summaries {
    fn default() -> Self {
        Self {
            opened: Opened::Never,
            model: SUMMARY.to_owned(),
            text: Shared::default(),
            kind: Kind::KeyPoints,
            length: Length::Short,
            view: View::Edit,
            ours: None,
            draft: None,
            plain: None,
            compare: Compare::Nothing,
            trouble: None,
            choice: Choice { engine: None, reason: Reason::Waiting },
            orders: 0,
            finished: 0,
            stopping: None,
            samples: Slot::Empty,
        }
    }
}

impl Summaries {
    /// The word for how things stand, in the page's data attributes.
    pub fn word(&self) -> &'static str {
        self.ours.as_ref().map_or("empty", |run| run.stage.word())
    }

    /// Whether there are words in the text.
    pub fn has_words(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Whether the summary is of the text as it is now.
    pub fn current(&self) -> bool {
        self.ours.as_ref().is_some_and(|run| run.order.ask.text == *self.text)
    }

    /// The word for how our model stands, in the page's data attributes.
    pub fn model_word(&self) -> &'static str {
        match (self.opened, &self.choice) {
            (Opened::Never, _) => "empty",
            (_, Choice { engine: Some(_), .. }) => "ready",
            (_, Choice { reason: Reason::NothingWorks(_), .. }) => "failed",
            _ => "loading",
        }
    }

    /// Our model's summary as the visitor changed it, to be kept: none where there are no words in it.
    pub fn corrected(&self) -> Option<TextSample> {
        let (run, draft) = (self.ours.as_ref()?, self.draft.as_ref()?);
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
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        [&self.ours, &self.plain].into_iter().flatten()
    }

    /// Both runs, to change.
    pub fn runs_mut(&mut self) -> impl Iterator<Item = &mut Run> {
        [&mut self.ours, &mut self.plain].into_iter().flatten()
    }

    /// Does what concerns the text and the orders alone.
    pub fn act(&mut self, act: Act) {
        match act {
            Act::Write(text) => self.write(text),
            Act::Paste(text) => {
                // A word pasted into a text is an edit; a text pasted is what is to be summarized.
                let whole = 2 * inserted(&self.text, &text) >= text.len();
                self.write(text);
                if whole {
                    self.order(View::Read);
                }
            }
            Act::Take(text) => {
                self.write(text);
                self.order(View::Read);
            }
            Act::Clear => {
                self.write(String::new());
                self.ours = None;
                self.draft = None;
                self.plain = None;
                self.view = View::Edit;
            }
            Act::Kind(kind) => {
                self.kind = kind;
                self.again();
            }
            Act::Length(length) => {
                self.length = length;
                self.again();
            }
            Act::Summarize => self.order(View::Read),
            Act::Stop => self.runs_mut().filter(|run| run.stage.open()).for_each(|run| run.stage = Stage::Stopped),
            Act::View(view) => self.view = view,
            Act::Compare(compare) => {
                self.compare = compare;
                if compare != Compare::Plain && self.plain.as_ref().is_some_and(|run| run.stage.open()) {
                    self.plain = None;
                }
                self.order_plain();
            }
            // It goes among the samples, which are no part of this.
            Act::Keep => {}
            Act::Draft(draft) => {
                // Only what is finished can be changed.
                let finished = self.ours.as_ref().is_some_and(|run| !run.stage.open() && !run.lines.is_empty());
                self.draft = draft.filter(|_| finished).map(Shared::new);
            }
            Act::Model(model) => {
                if self.model != model {
                    self.model = model;
                    self.again();
                }
            }
            Act::Retry => {
                for run in self.runs_mut().filter(|run| matches!(run.stage, Stage::Failed(_))) {
                    run.again();
                }
            }
            Act::Samples(samples) => self.samples = samples,
        }
    }

    fn write(&mut self, text: String) {
        if *self.text != text {
            self.text = Shared::new(text);
            self.trouble = None;
        }
    }

    /// Summarizes again where there is a summary, or was to be one.
    fn again(&mut self) {
        if self.ours.is_some() {
            self.order(self.view);
        }
    }

    /// Wants a summary of the text as it is.
    pub fn order(&mut self, view: View) {
        self.plain = None;
        self.draft = None;
        if !self.has_words() {
            self.ours = None;
            self.view = View::Edit;
            self.trouble = Some("There are no words in it yet.".into());
            return;
        }
        self.trouble = None;
        let ask =
            Summarize { model: self.model.clone(), text: (*self.text).clone(), kind: self.kind, length: self.length };
        self.orders += 1;
        self.ours = Some(Run::new(Order { number: self.orders, ask, view }));
        self.order_plain();
    }

    /// Wants the plain model's summary of the same, if it is to be compared.
    fn order_plain(&mut self) {
        let Some(ours) = &self.ours else { return };
        let wanted = self.compare == Compare::Plain;
        let has = self.plain.as_ref().is_some_and(|run| !matches!(run.stage, Stage::Stopped | Stage::Failed(_)));
        if !wanted || has {
            return;
        }
        let ask = Summarize { model: PLAIN.into(), ..ours.order.ask.clone() };
        let view = self.view;
        self.orders += 1;
        self.plain = Some(Run::new(Order { number: self.orders, ask, view }));
    }
}

/// How many bytes of the new text are between its beginning and its end that are the old one's.
fn inserted(old: &str, new: &str) -> usize {
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
        assert_eq!(inserted("", "a text"), 6);
        assert_eq!(inserted("a text", "a long text"), 5);
        assert_eq!(inserted("aa", "aaa"), 1);
        assert_eq!(inserted("a text", "a text"), 0);
        assert_eq!(inserted("gone", ""), 0);
    }
}
