//! The gate behind generation: what of a sentence may be left out of a summary's line.
//!
//! The model proposes what to keep of a sentence. This module decides what goes: only phrases that may go without making the rest
//! false or broken ([`cuts`]), and only those of them that the model left out. So each line
//!
//! 1. is, in order, words of one sentence of the source, byte for byte, with nothing added but a capital and the final stop;
//! 2. left out no word of negation, exclusion, condition, modality, doubt or attribution that may govern what was kept;
//! 3. keeps its main verb with its subject, and does not end with a comma, a preposition, a determiner or an opened clause.
//!
//! Otherwise the sentence stands as it is. The rules are no grammar: they know a few shapes of phrases, and keep whatever they do not
//! know. [`check`] holds a line against the three conditions by itself, for tests and measurements.

mod by_syntax;
mod cuts;
mod finite_verbs;
mod governing_words;
mod phrases;
mod sentence;
mod threshold;
mod times;
mod title;
mod word_classes;

#[cfg(test)]
mod tests;

pub use by_syntax::shorten_by_syntax;
pub use cuts::{Cut, CutKind, cuts};
pub use governing_words::{Governance, governance};
pub use threshold::ShorteningThreshold;
pub use title::title;

pub(in crate::models::summarizer) use self::{
    finite_verbs::{may_be_finite, may_be_imperative},
    word_classes::{ends_open, is_determiner, is_month, is_word},
};
use crate::text::Word;

/// Why a shortened line may not be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The kept places are not in order, or not of the sentence.
    #[error("the words are not in the order of one sentence")]
    OutOfOrder,
    /// What was left out holds a word that may govern the rest.
    #[error("what was left out holds \"{word}\" ({governance:?})")]
    Governing {
        /// The word.
        word: String,
        /// What it does.
        governance: Governance,
    },
    /// What was left out is no phrase that may go, or only a part of one.
    #[error("\"{word}\" belongs to what was kept")]
    Needed {
        /// The first word of it.
        word: String,
    },
    /// No finite verb behind a subject is left.
    #[error("the verb or its subject is missing")]
    NoClause,
    /// It ends in a comma, a preposition, a determiner or an opened clause.
    #[error("it breaks off at \"{word}\"")]
    Unfinished {
        /// Its last word.
        word: String,
    },
    /// A quotation or a bracket is open.
    #[error("a quotation or a bracket is not closed")]
    Unbalanced,
}

/// What may be left out of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShorteningRule {
    /// Phrases that their marks or their first word set apart: [`cuts`].
    Phrases,
    /// Whole subtrees of the sentence's dependencies, see [`shorten_by_syntax`]. Which these are is not checked a second time.
    Subtrees,
}

/// Checks what was kept of a sentence: the places of its words, in order.
///
/// # Errors
/// The first [`Refusal`] that applies.
pub fn check(words: &[Word], kept: &[usize], rule: ShorteningRule) -> Result<(), Refusal> {
    let in_order = kept.windows(2).all(|pair| pair[0] < pair[1]) && kept.last().is_some_and(|last| *last < words.len());
    if !in_order {
        return Err(Refusal::OutOfOrder);
    }
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let mut dropped = vec![true; words.len()];
    kept.iter().for_each(|at| dropped[*at] = false);
    let mut allowed = vec![false; words.len()];
    let mut connective = vec![false; words.len()];
    for cut in cuts(words).into_iter().filter(|cut| cut.words.clone().all(|at| dropped[at])) {
        allowed[cut.words.clone()].fill(true);
        connective[cut.words].fill(cut.kind == CutKind::Connective);
    }
    for (at, word) in words.iter().enumerate().filter(|(at, _)| dropped[*at]) {
        if let Some(governance) = governance(&word.text).filter(|_| !connective[at] && !is_month(&texts, at)) {
            return Err(Refusal::Governing { word: word.text.clone(), governance });
        }
    }
    // A headline has no final stop, and "the U.S." ends with that of its abbreviation.
    let is_final_stop = |at: usize| at + 1 == words.len() && words[at].text == ".";
    let is_needed = |at: &usize| dropped[*at] && !allowed[*at] && !is_final_stop(*at);
    if let Some(at) = (0..words.len()).find(is_needed).filter(|_| rule == ShorteningRule::Phrases) {
        return Err(Refusal::Needed { word: words[at].text.clone() });
    }
    is_complete(words, kept)
}

/// Whether what was kept of a sentence is one: it has a verb behind its subject, is not broken off, and leaves nothing open.
fn is_complete(words: &[Word], kept: &[usize]) -> Result<(), Refusal> {
    let texts: Vec<&str> = kept.iter().map(|at| words[*at].text.as_str()).collect();
    let spoken: Vec<&str> = texts.iter().copied().filter(|word| is_word(word)).collect();
    if !spoken.iter().skip(1).any(|word| may_be_finite(word)) {
        return Err(Refusal::NoClause);
    }
    let last = texts.iter().rev().find(|word| !matches!(**word, "." | "!" | "..." | "\"" | "'"));
    if let Some(last) =
        last.filter(|word| ends_open(word) || matches!(**word, "," | ";" | ":" | "--" | "-" | "(" | "["))
    {
        return Err(Refusal::Unfinished { word: (*last).to_owned() });
    }
    // Two marks that did not stand side by side before: a list of which a part is gone.
    let separates = |at: usize| matches!(words[at].text.as_str(), "," | ";" | ":");
    let doubled =
        kept.windows(2).find(|pair| pair[0] + 1 < pair[1] && separates(pair[0]) && !is_word(&words[pair[1]].text));
    if let Some(pair) = doubled {
        return Err(Refusal::Unfinished { word: words[pair[0]].text.clone() });
    }
    let count = |mark: &str| texts.iter().filter(|word| **word == mark).count();
    if count("(") != count(")") || count("[") != count("]") || !count("\"").is_multiple_of(2) {
        return Err(Refusal::Unbalanced);
    }
    Ok(())
}

/// Checks a line against the sentence that it was made of; see [`check`]. A whole sentence passes. Where a word stands twice, the line may
/// have either one.
///
/// # Errors
/// [`Refusal::OutOfOrder`] if the line is no part of the sentence, else what [`check`] says.
pub fn check_line(sentence: &[Word], line: &[Word], rule: ShorteningRule) -> Result<(), Refusal> {
    let places = |aligned: Vec<Option<usize>>| -> Vec<usize> {
        (0..aligned.len()).filter(|at| aligned[*at].is_some()).collect()
    };
    let first = places(align(sentence, line));
    if first.len() < line.len() || line.is_empty() {
        return Err(Refusal::OutOfOrder);
    }
    if first.len() == sentence.len() {
        return Ok(());
    }
    let reversed = |words: &[Word]| words.iter().rev().cloned().collect::<Vec<_>>();
    let mut last = align(&reversed(sentence), &reversed(line));
    last.reverse();
    check(sentence, &first, rule).or_else(|refusal| check(sentence, &places(last), rule).map_err(|_| refusal))
}

/// The places of a sentence that stay if the phrases go that may go and that the model left out.
///
/// `is_kept` says for each place whether the model kept its word. All places stay where no phrase may go.
pub fn shorten(words: &[Word], is_kept: impl Fn(usize) -> bool) -> Vec<usize> {
    let chosen = cuts(words).into_iter().filter(|cut| {
        let spoken = cut.words.clone().filter(|at| is_word(&words[*at].text));
        spoken.clone().count() > 0 && spoken.clone().all(|at| !is_kept(at))
    });
    apply(words, chosen)
}

/// The places that stay where a line is to have at most `longest` words, if that can be: phrases go from the end on.
pub fn shorten_to(words: &[Word], longest: usize) -> Vec<usize> {
    let spoken = |kept: &[usize]| kept.iter().filter(|at| is_word(&words[**at].text)).count();
    let mut chosen: Vec<Cut> = Vec::new();
    let mut kept: Vec<usize> = (0..words.len()).collect();
    let mut all = cuts(words);
    all.sort_by_key(|cut| {
        (!matches!(cut.kind, CutKind::Connective | CutKind::Dateline), std::cmp::Reverse(cut.words.end))
    });
    for cut in all {
        let opening = matches!(cut.kind, CutKind::Connective | CutKind::Dateline);
        if !opening && spoken(&kept) <= longest {
            break;
        }
        chosen.push(cut);
        kept = apply(words, chosen.iter().cloned());
    }
    kept
}

/// Leaves phrases out one after the other, each only if what remains passes [`check`].
fn apply(words: &[Word], chosen: impl Iterator<Item = Cut>) -> Vec<usize> {
    let mut kept: Vec<usize> = (0..words.len()).collect();
    for cut in chosen {
        let fewer: Vec<usize> = kept.iter().copied().filter(|at| !cut.words.contains(at)).collect();
        if fewer.len() < kept.len() && check(words, &fewer, ShorteningRule::Phrases).is_ok() {
            kept = fewer;
        }
    }
    kept
}

/// Whether a sentence says something by itself: it has a verb behind its first word, ends with a stop, and is no question.
pub fn is_statement(words: &[Word]) -> bool {
    let spoken = words.iter().filter(|word| is_word(&word.text));
    let ends = words.iter().rev().find(|word| !matches!(&*word.text, "\"" | "'" | ")" | "]"));
    let is_ended = ends.is_some_and(|word| matches!(&*word.text, "." | "!" | "..."));
    // "Where h is a hex digit" explains what stood before it.
    let is_dependent =
        spoken.clone().next().is_some_and(|word| matches!(&*word.text, "where" | "which" | "who" | "that"));
    is_ended && !is_dependent && spoken.clone().count() >= 4 && spoken.skip(1).any(|word| may_be_finite(&word.text))
}

/// The first word of a sentence that is no mark; empty where there is none.
fn first_word(words: &[Word]) -> &str {
    words.iter().find(|word| is_word(&word.text)).map_or("", |word| word.text.as_str())
}

/// Whether a sentence begins with a word that stands for something said before it.
pub fn begins_with_pronoun(words: &[Word]) -> bool {
    let first = first_word(words);
    matches!(
        first,
        "it" | "they" | "he" | "she" | "this" | "that" | "these" | "those" | "its" | "their" | "his" | "her" | "such"
    )
}

/// Whether a sentence begins with a word that stands for a thing, or for all that was said before it.
pub fn begins_with_pronoun_of_a_thing(words: &[Word]) -> bool {
    let first = first_word(words);
    matches!(first, "it" | "this" | "that" | "these" | "those" | "its" | "such")
}

/// Whether a sentence leans on the one before it: it begins with a word that stands for something said there, or that joins it to that.
pub fn leans_on_the_sentence_before(words: &[Word]) -> bool {
    let first = first_word(words);
    const JOINING: [&str; 23] = [
        "however",
        "but",
        "also",
        "therefore",
        "thus",
        "moreover",
        "furthermore",
        "meanwhile",
        "and",
        "so",
        "instead",
        "otherwise",
        "then",
        "yet",
        "still",
        "or",
        "additionally",
        "finally",
        "nevertheless",
        "consequently",
        "hence",
        "similarly",
        "likewise",
    ];
    begins_with_pronoun(words) || JOINING.contains(&first)
}

/// For each place of a sentence whether a line has its word: the longest common subsequence, so that a word which the model put elsewhere
/// counts as left out.
pub fn align(words: &[Word], line: &[Word]) -> Vec<Option<usize>> {
    let (rows, columns) = (words.len() + 1, line.len() + 1);
    let mut longest = vec![0_u16; rows * columns];
    for row in (0..words.len()).rev() {
        for column in (0..line.len()).rev() {
            longest[row * columns + column] = if words[row].text == line[column].text {
                longest[(row + 1) * columns + column + 1] + 1
            } else {
                longest[(row + 1) * columns + column].max(longest[row * columns + column + 1])
            };
        }
    }
    let mut aligned = vec![None; words.len()];
    let (mut row, mut column) = (0, 0);
    while row < words.len() && column < line.len() {
        if words[row].text == line[column].text {
            aligned[row] = Some(column);
            (row, column) = (row + 1, column + 1);
        } else if longest[(row + 1) * columns + column] >= longest[row * columns + column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    aligned
}
