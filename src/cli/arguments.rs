//! Arguments that several commands take.

use clap::ValueEnum;

use crate::models::summarizer::{SummaryKind, SummaryLength};

/// [`SummaryKind`] as an argument.
#[derive(Clone, Copy, ValueEnum)]
pub enum SummaryKindArg {
    Headline,
    Tldr,
    KeyPoints,
    Teaser,
    Sentence,
}

/// [`SummaryLength`] as an argument.
#[derive(Clone, Copy, ValueEnum)]
pub enum SummaryLengthArg {
    Short,
    Medium,
    Long,
}

impl From<SummaryKindArg> for SummaryKind {
    fn from(kind: SummaryKindArg) -> Self {
        match kind {
            SummaryKindArg::Headline => SummaryKind::Headline,
            SummaryKindArg::Tldr => SummaryKind::Tldr,
            SummaryKindArg::KeyPoints => SummaryKind::KeyPoints,
            SummaryKindArg::Teaser => SummaryKind::Teaser,
            SummaryKindArg::Sentence => SummaryKind::Sentence,
        }
    }
}

impl From<SummaryLengthArg> for SummaryLength {
    fn from(length: SummaryLengthArg) -> Self {
        match length {
            SummaryLengthArg::Short => SummaryLength::Short,
            SummaryLengthArg::Medium => SummaryLength::Medium,
            SummaryLengthArg::Long => SummaryLength::Long,
        }
    }
}
