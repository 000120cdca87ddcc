//! Which summary is wanted.

use crate::text::TokenId;

pub use crate::protocol::{SummaryKind, SummaryLength};

/// How much may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetLength {
    /// As many sentences.
    Sentences(usize),
    /// One line of about as many words.
    Words(usize),
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
