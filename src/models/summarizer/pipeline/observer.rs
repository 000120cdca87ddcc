//! What a client hears while a text is summarized, and why there is no summary.

use std::ops::ControlFlow;

use burn::tensor::ExecutionError;

use crate::{
    models::summarizer::beam_search::DecodeError,
    nn::ShapeError,
    protocol::{SkipReason, SourceAnalysis, SummaryLine},
};

/// What a client hears of while a text is summarized.
#[derive(Clone, Debug)]
pub enum SummaryEvent {
    /// Sentences were weighed, out of so many.
    Reading {
        /// How many.
        done: usize,
        /// Out of how many.
        total: usize,
    },
    /// The text was read.
    Source(Box<SourceAnalysis>),
    /// A line, as far as it is written.
    Line(Box<SummaryLine>),
}

/// Who hears of it.
#[allow(async_fn_in_trait, reason = "one thread: no future here needs to be Send")]
pub trait SummaryObserver {
    /// Hears.
    fn tell(&mut self, event: SummaryEvent);

    /// Lets others go on between two steps, and may stop it.
    async fn pause(&mut self) -> ControlFlow<()>;
}

/// Nobody listens, and nobody stops it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullObserver;

impl SummaryObserver for NullObserver {
    fn tell(&mut self, _event: SummaryEvent) {}

    async fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Why there is no summary.
#[derive(Debug, thiserror::Error)]
pub enum SummaryError {
    /// The text has no words.
    #[error("There are no words in the text yet.")]
    NoWords,
    /// There are words, and none of them is running text.
    #[error("{}", no_running_text(*reason))]
    NoRunningText {
        /// What most of it is.
        reason: SkipReason,
    },
    /// The text has more sentences than are read.
    #[error("This text has {found} sentences or lines, and up to {limit} are read at a time. Summarize a part of it.")]
    TooManySentences {
        /// How many it has.
        found: usize,
        /// How many are read.
        limit: usize,
    },
    /// It was stopped.
    #[error("Stopped.")]
    Stopped,
    /// The device failed.
    #[error("the device failed: {0:?}")]
    Device(ExecutionError),
    /// A layer was given what it cannot take: a fault of ours.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// What a text is that has nothing to summarize, and what to do.
fn no_running_text(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Table => {
            "This looks like a table, so there are no sentences to choose from. Paste the text around it."
        }
        SkipReason::Code => "This looks like code, so there are no sentences to choose from. Paste the text around it.",
        SkipReason::Log => {
            "This looks like a program's log, so there are no sentences to choose from. Paste the text around it."
        }
        SkipReason::References => "This looks like a list of references. Paste the text that they belong to.",
        SkipReason::MailHeader | SkipReason::Quotation | SkipReason::Signature => {
            "This email has only headers, quotations and signatures. Paste the text that its sender wrote."
        }
        SkipReason::Navigation
        | SkipReason::Advertisement
        | SkipReason::Notice
        | SkipReason::Byline
        | SkipReason::Comments => "This looks like the menus, notices and links around a text. Paste the text itself.",
        SkipReason::PageHeader | SkipReason::Sound | SkipReason::Markup => {
            "This is markup without any sentences. Paste the text that it displays."
        }
    }
}

impl From<DecodeError> for SummaryError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Device(error) => Self::Device(error),
            DecodeError::Stopped => Self::Stopped,
            DecodeError::Shape(error) => Self::Shape(error),
        }
    }
}
