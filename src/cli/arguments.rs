//! Arguments that several commands take.

use clap::ValueEnum;

use crate::models::summarizer::{Kind, Length};

/// [`Kind`] as an argument.
#[derive(Clone, Copy, ValueEnum)]
pub enum SummaryKindArg {
    Headline,
    Tldr,
    KeyPoints,
    Teaser,
    Sentence,
}

/// [`Length`] as an argument.
#[derive(Clone, Copy, ValueEnum)]
pub enum SummaryLengthArg {
    Short,
    Medium,
    Long,
}

impl From<SummaryKindArg> for Kind {
    fn from(kind: SummaryKindArg) -> Self {
        match kind {
            SummaryKindArg::Headline => Kind::Headline,
            SummaryKindArg::Tldr => Kind::Tldr,
            SummaryKindArg::KeyPoints => Kind::KeyPoints,
            SummaryKindArg::Teaser => Kind::Teaser,
            SummaryKindArg::Sentence => Kind::Sentence,
        }
    }
}

impl From<SummaryLengthArg> for Length {
    fn from(length: SummaryLengthArg) -> Self {
        match length {
            SummaryLengthArg::Short => Length::Short,
            SummaryLengthArg::Medium => Length::Medium,
            SummaryLengthArg::Long => Length::Long,
        }
    }
}
