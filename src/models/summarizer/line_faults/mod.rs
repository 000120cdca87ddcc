//! What a reader would find fault with in the lines of a summary, and ROUGE does not see.
//!
//! Each [`LineFault`] is a rule that knows the line, the text it was made from and the lines before it. The rules share the lists of the
//! shortening gate, but not its decisions: they measure whatever program wrote the lines. A network with a reader may lend its parts of
//! speech, relations and heads; without it, words alone decide. `tests/python/line_faults.py` judges the same with spaCy.

mod clauses;
mod fault;
mod kept_words;
mod openings;
mod source;
mod spelling;
mod standalone;

pub use fault::LineFault;
pub use source::FaultSource;

use std::ops::Range;

use super::network::JudgedWord;
use crate::text::{Word, words};

/// A line of a summary, with the syntax that a network read in it, if one did.
#[derive(Clone, Copy, Debug)]
pub struct ExaminedLine<'a> {
    /// What it says.
    pub text: &'a str,
    /// Of each of its [`words`], the part of speech, relation and head.
    pub syntax: Option<&'a [JudgedWord]>,
}

impl FaultSource {
    /// The faults of the lines of one summary, in the lines' order. A headline may be no sentence and has no stop.
    pub fn faults(&self, lines: &[ExaminedLine], is_headline: bool) -> Vec<Vec<LineFault>> {
        let mut told: Vec<usize> = Vec::new();
        let mut faults = Vec::with_capacity(lines.len());
        for line in lines {
            let words = words(line.text);
            let passage = self.passage_of(&words);
            faults.push(self.faults_of(line, &words, &passage, &told, is_headline));
            told.extend(passage);
        }
        faults
    }

    fn faults_of(
        &self,
        line: &ExaminedLine,
        words: &[Word],
        passage: &Range<usize>,
        told: &[usize],
        is_headline: bool,
    ) -> Vec<LineFault> {
        let source = self.words_of_passage(passage);
        let sentence = (!passage.is_empty()).then_some(passage.start);
        let syntax = line.syntax.filter(|syntax| syntax.len() == words.len());
        let mut faults = Vec::new();
        let mut note = |fault: LineFault, is_found: bool| faults.extend(is_found.then_some(fault));
        note(LineFault::NotSubsequence, !kept_words::is_subsequence(source, words));
        note(LineFault::Polarity, kept_words::changes_polarity(source, words));
        let alone = standalone::standalone(self, line.text, words, sentence).filter(|fault| {
            // A headline is a heading.
            !(is_headline && *fault == LineFault::Heading)
        });
        // A heading is no sentence, and has no stop: that is one fault, not three.
        if alone.is_none() {
            note(LineFault::Fragment, !is_headline && clauses::is_fragment(words, syntax));
            note(LineFault::Dangling, openings::dangles(self, words, syntax, sentence, told));
        }
        if let Some(alone) = alone {
            note(alone, true);
        } else {
            note(LineFault::Unfinished, spelling::is_unfinished(line.text, words, source, is_headline));
        }
        note(LineFault::Capitals, spelling::has_wrong_capitals(self, line.text, words));
        note(LineFault::Article, spelling::has_wrong_article(&self.text, line.text, words, source));
        faults
    }
}

/// The faults of some lines without a network, by their names.
#[cfg(test)]
fn faults_of(text: &str, lines: &[&str]) -> Vec<Vec<&'static str>> {
    let lines: Vec<ExaminedLine> = lines.iter().map(|text| ExaminedLine { text, syntax: None }).collect();
    let faults = FaultSource::read(text).faults(&lines, false);
    faults.into_iter().map(|faults| faults.into_iter().map(LineFault::name).collect()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn sentences_of_the_text_have_no_faults() {
        let text = "The town council met on Monday. It voted to open the bridge again. Repairs took six years.";
        let lines =
            ["The town council met on Monday.", "It voted to open the bridge again.", "Repairs took six years."];
        assert_eq!(faults_of(text, &lines), [[""; 0]; 3]);
    }

    #[test]
    fn sentences_side_by_side_are_one_passage() {
        let text = "Anna spoke first. Hours\nYes. We did not see it. But the bridge was open. He left.";
        assert_eq!(faults_of(text, &["Yes. We did not see it."]), [[""; 0]]);
        assert_eq!(faults_of(text, &["Yes. We did not see it.", "But the bridge was open."]), [[""; 0]; 2]);
        // A heading is no part of the sentence below it, and nothing is left out between two sentences.
        assert_eq!(faults_of(text, &["Hours Yes. We did not see it."])[0][0], "not_subsequence");
        assert_eq!(faults_of(text, &["We did not see it. He left."])[0][0], "not_subsequence");
    }

    #[test]
    fn names_are_those_of_the_table() {
        let names: HashSet<&str> = LineFault::ALL.into_iter().map(LineFault::name).collect();
        let descriptions: HashSet<&str> = LineFault::ALL.into_iter().map(LineFault::description).collect();
        assert_eq!((names.len(), descriptions.len()), (11, 11));
    }

    #[test]
    fn a_headline_needs_no_verb_and_no_stop() {
        let source = FaultSource::read("Bridge to open again\n\nThe town council voted to open the bridge.");
        let line = [ExaminedLine { text: "Bridge to open again", syntax: None }];
        assert_eq!(source.faults(&line, true), [[]]);
        assert_eq!(source.faults(&line, false), [[LineFault::Heading]]);
        let broken = [ExaminedLine { text: "The town council voted to", syntax: None }];
        assert_eq!(source.faults(&broken, true), [[LineFault::Unfinished]]);
    }

    #[test]
    fn empty_lines_and_texts_are_no_panic() {
        assert_eq!(faults_of("", &[""]).len(), 1);
        assert_eq!(faults_of("It rained.", &["", "..."]).len(), 2);
        assert_eq!(faults_of("", &["It rained."]), [["not_subsequence"]]);
    }
}
