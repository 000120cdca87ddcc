//! What may be left out of a sentence so that the rest stays true and whole.
//!
//! A cut is a phrase that its marks or its first word set apart: brackets, a comma group between subject and verb, what follows the last
//! comma, a point in time, a connective. Anything else stays: restrictive clauses, complements and objects are not cut, because without a
//! parser nothing says that the rest holds without them. Where the sentence denies, demands or conditions something, even a time or a
//! coordinate clause narrows it ("on Sunday, no ferry will run"), so that there only comments may go.

use std::ops::Range;

use super::sentence::ParsedSentence;
use crate::text::Word;

/// What kind of phrase a cut leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutKind {
    /// "However," at the beginning.
    Connective,
    /// "LONDON (Reuters) --" at the beginning.
    Dateline,
    /// A point in time: "on Monday".
    Time,
    /// "(…)" or "[…]".
    Brackets,
    /// A comma group between subject and verb: ", a former teacher,".
    Aside,
    /// What follows the last comma, or an adverbial clause at the end.
    Tail,
}

/// A phrase that may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its words, as places in the sentence.
    pub words: Range<usize>,
    /// What it is.
    pub kind: CutKind,
}

/// The phrases of a sentence that may be left out, in order. A sentence is its words in the normal form, marks included.
pub fn cuts(words: &[Word]) -> Vec<Cut> {
    let sentence = ParsedSentence::of(words);
    let Some(sentence) = sentence else { return Vec::new() };
    let mut cuts = Vec::new();
    cuts.extend(sentence.connective());
    cuts.extend(sentence.dateline());
    cuts.extend(sentence.brackets());
    if sentence.is_free() {
        cuts.extend(sentence.times());
        cuts.extend(sentence.asides());
        cuts.extend(sentence.tail());
    } else if !sentence.is_conditional {
        cuts.extend(sentence.asides().filter(|cut| sentence.is_relative(cut.words.start + 1)));
        cuts.extend(sentence.tail().filter(|cut| sentence.is_relative(cut.words.start + 1)));
    }
    cuts.retain(|cut| cut.kind == CutKind::Connective || !sentence.governs(&cut.words));
    cuts.retain(|cut| sentence.is_outside_quotations(&cut.words));
    cuts.sort_by_key(|cut| (cut.words.start, cut.words.end));
    cuts
}
