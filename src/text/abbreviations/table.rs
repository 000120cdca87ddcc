//! What kinds of abbreviations there are, and the list of one language.

/// How an abbreviation stands to the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::text) enum Abbreviation {
    /// Stands before a name: never the last word of a sentence.
    Title,
    /// Stands before a number, and only there is it an abbreviation: `no. 5`.
    Reference,
    /// May well be the last word of a sentence: `Inc.`, `etc.`, `U.S.`
    Closing,
    /// Always goes on: `e.g.`
    Going,
    /// The first letter of a name. Hardly ever the last word of a sentence.
    Initial,
}

/// The abbreviations of one language: in lower case, without the stop, sorted by bytes.
pub(super) struct AbbreviationTable {
    pub(super) titles: &'static [&'static str],
    pub(super) references: &'static [&'static str],
    pub(super) going: &'static [&'static str],
    pub(super) closing: &'static [&'static str],
}

impl AbbreviationTable {
    pub(super) fn find(&self, word: &str) -> Option<Abbreviation> {
        [
            (self.titles, Abbreviation::Title),
            (self.references, Abbreviation::Reference),
            (self.going, Abbreviation::Going),
            (self.closing, Abbreviation::Closing),
        ]
        .into_iter()
        .find_map(|(list, kind)| list.binary_search(&word).is_ok().then_some(kind))
    }
}
