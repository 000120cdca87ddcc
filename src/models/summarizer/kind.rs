//! Which summary is wanted.

use std::ops::Range;

use crate::text::TokenId;

pub use crate::protocol::{Shortness, SummaryAmount, SummaryKind, SummaryLength};

/// What is wanted of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSummary {
    /// The kind.
    pub kind: SummaryKind,
    /// How long it is.
    pub length: SummaryLength,
    /// How much it holds, in place of the length.
    pub amount: Option<SummaryAmount>,
    /// Passages of the text that are the author's though they do not look so, in bytes.
    pub included: Vec<Range<usize>>,
    /// How short its lines are.
    pub shortness: Shortness,
    /// What it is about or for: sentences that share its words are preferred.
    pub context: Option<String>,
}

impl WantedSummary {
    /// A kind in one of the standard lengths.
    pub fn new(kind: SummaryKind, length: SummaryLength) -> Self {
        Self { kind, length, amount: None, included: Vec::new(), shortness: Shortness::DEFAULT, context: None }
    }

    /// How much is to be said.
    pub fn extent(&self) -> TargetLength {
        let standard = self.kind.extent(self.length);
        match (self.amount, standard) {
            _ if self.kind == SummaryKind::Sentence => standard,
            (None, _) => standard,
            (Some(SummaryAmount::Words(words)), TargetLength::Words(_)) => {
                TargetLength::Words(words.clamp(3, MOST_WORDS) as usize)
            }
            // A headline has no points.
            (Some(SummaryAmount::Points(_)), TargetLength::Words(_)) => standard,
            (Some(SummaryAmount::Points(points)), _) => TargetLength::Sentences(points.clamp(1, MOST_POINTS) as usize),
            (Some(SummaryAmount::Words(words)), _) => {
                TargetLength::SentencesOfWords(words.clamp(5, MOST_WORDS) as usize)
            }
        }
    }
}

/// More points or words than these are not asked of a summary.
const MOST_POINTS: u32 = 50;
const MOST_WORDS: u32 = 2_000;

/// How much may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetLength {
    /// As many sentences.
    Sentences(usize),
    /// One line of about as many words.
    Words(usize),
    /// As many sentences as have together about so many words, and at least one.
    SentencesOfWords(usize),
}

impl SummaryKind {
    /// The piece by which a model is told what is wanted.
    pub fn token(self) -> TokenId {
        match self {
            Self::Headline => TokenId::HEADLINE,
            Self::Tldr => TokenId::TLDR,
            Self::KeyPoints => TokenId::KEY_POINTS,
            Self::Teaser => TokenId::TEASER,
            Self::Sentence => TokenId::SENTENCE,
        }
    }

    /// How much a summary of this kind and a length holds.
    pub fn extent(self, length: SummaryLength) -> TargetLength {
        let of = |short, medium, long| match length {
            SummaryLength::Short => short,
            SummaryLength::Medium => medium,
            SummaryLength::Long => long,
        };
        match self {
            Self::Headline => TargetLength::Words(of(12, 17, 22)),
            Self::KeyPoints => TargetLength::Sentences(of(3, 5, 7)),
            Self::Tldr | Self::Teaser => TargetLength::Sentences(of(1, 3, 5)),
            Self::Sentence => TargetLength::Sentences(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_takes_the_place_of_a_length() {
        let extent = |kind, amount| {
            WantedSummary { amount: Some(amount), ..WantedSummary::new(kind, SummaryLength::Long) }.extent()
        };
        assert_eq!(extent(SummaryKind::KeyPoints, SummaryAmount::Points(4)), TargetLength::Sentences(4));
        assert_eq!(extent(SummaryKind::Tldr, SummaryAmount::Words(60)), TargetLength::SentencesOfWords(60));
        assert_eq!(extent(SummaryKind::Headline, SummaryAmount::Words(8)), TargetLength::Words(8));
        assert_eq!(extent(SummaryKind::Headline, SummaryAmount::Points(8)), TargetLength::Words(22));
        assert_eq!(extent(SummaryKind::Sentence, SummaryAmount::Points(8)), TargetLength::Sentences(1));
        assert_eq!(extent(SummaryKind::KeyPoints, SummaryAmount::Points(0)), TargetLength::Sentences(1));
    }

    #[test]
    fn extents_and_names() {
        assert_eq!(SummaryKind::KeyPoints.extent(SummaryLength::Long), TargetLength::Sentences(7));
        assert_eq!(SummaryKind::Headline.extent(SummaryLength::Short), TargetLength::Words(12));
        assert_eq!(SummaryKind::Sentence.extent(SummaryLength::Long), TargetLength::Sentences(1));
        for kind in [
            SummaryKind::Headline,
            SummaryKind::Tldr,
            SummaryKind::KeyPoints,
            SummaryKind::Teaser,
            SummaryKind::Sentence,
        ] {
            let name = serde_json::to_value(kind).unwrap();
            assert_eq!(format!("<{}>", name.as_str().unwrap()), crate::text::SPECIALS[kind.token().index()]);
        }
    }
}
