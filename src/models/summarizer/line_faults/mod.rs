//! What a reader would find fault with in the lines of a summary, and ROUGE does not see.
//!
//! Each [`LineFault`] is a rule that knows the line, the text it was made from and the lines before it. The rules share the lists of the
//! shortening gate, but not its decisions: they measure whatever program wrote the lines. A network with a reader may lend its parts of
//! speech, relations and heads; without it, words alone decide. `tests/python/line_faults.py` judges the same with spaCy.

mod clauses;
mod kept_words;
mod openings;
mod spelling;
mod standalone;

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::{network::JudgedWord, shortening::align};
use crate::text::{Document, Word, words};

/// What may be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineFault {
    /// Its words are not, in order, words of one sentence of the text, nor sentences side by side word for word. `a` and `an` count as
    /// one word.
    NotSubsequence,
    /// A word of negation, condition, modality, doubt or attribution came or went with what it governs kept.
    Polarity,
    /// It has no finite verb with its subject, and is no imperative.
    Fragment,
    /// It begins with a pronoun or connective whose sentence is not among the lines before it.
    Dangling,
    /// It is a question.
    Question,
    /// It greets, thanks or signs.
    Greeting,
    /// It begins with a speaker's name or another label, or is one.
    Label,
    /// It is a heading.
    Heading,
    /// It has no final stop, or breaks off.
    Unfinished,
    /// It begins in lower case, or spells a word with capitals that the text has not.
    Capitals,
    /// `a` stands where `an` should, or the other way round.
    Article,
}

impl LineFault {
    /// All of them, in the order in which they are reported.
    pub const ALL: [Self; 11] = [
        Self::NotSubsequence,
        Self::Polarity,
        Self::Fragment,
        Self::Dangling,
        Self::Question,
        Self::Greeting,
        Self::Label,
        Self::Heading,
        Self::Unfinished,
        Self::Capitals,
        Self::Article,
    ];

    /// Its name in reports and in the stored sample.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotSubsequence => "not_subsequence",
            Self::Polarity => "polarity",
            Self::Fragment => "fragment",
            Self::Dangling => "dangling",
            Self::Question => "question",
            Self::Greeting => "greeting",
            Self::Label => "label",
            Self::Heading => "heading",
            Self::Unfinished => "unfinished",
            Self::Capitals => "capitals",
            Self::Article => "article",
        }
    }

    /// What it says of a line.
    pub fn description(self) -> &'static str {
        match self {
            Self::NotSubsequence => "no subsequence of one sentence",
            Self::Polarity => "polarity or modality changed",
            Self::Fragment => "no finite verb with its subject",
            Self::Dangling => "pronoun or connective without what it refers to",
            Self::Question => "questions",
            Self::Greeting => "greetings",
            Self::Label => "labels",
            Self::Heading => "headings",
            Self::Unfinished => "unfinished",
            Self::Capitals => "wrong capitals",
            Self::Article => "wrong a or an",
        }
    }
}

/// A text that lines were made from, read once.
#[derive(Debug)]
pub struct FaultSource {
    text: String,
    document: Document,
    /// By the lower-cased word, its spellings.
    spellings: HashMap<String, HashSet<String>>,
    has_capitals: bool,
}

/// A line of a summary, with the syntax that a network read in it, if one did.
#[derive(Clone, Copy, Debug)]
pub struct ExaminedLine<'a> {
    /// What it says.
    pub text: &'a str,
    /// Of each of its [`words`], the part of speech, relation and head.
    pub syntax: Option<&'a [JudgedWord]>,
}

impl FaultSource {
    /// Reads a text.
    pub fn read(text: &str) -> Self {
        let document = Document::read(text);
        let mut spellings: HashMap<String, HashSet<String>> = HashMap::new();
        for word in &document.words {
            let written = &text[word.span.clone()];
            spellings.entry(written.to_lowercase()).or_default().insert(written.to_owned());
        }
        Self { text: text.to_owned(), document, spellings, has_capitals: text.contains(char::is_uppercase) }
    }

    /// The sentence that has most of a line's words, and of those the shortest; none if none has any.
    fn sentence_of(&self, line: &[Word]) -> Option<usize> {
        let line = kept_words::spoken(line);
        let shared = |at: usize| {
            let sentence = kept_words::spoken(self.words_of(at));
            let aligned = align(&sentence, &line).iter().flatten().count();
            (aligned, std::cmp::Reverse(sentence.len()), std::cmp::Reverse(at))
        };
        let best = (0..self.document.sentences.len()).map(shared).max();
        best.filter(|(aligned, ..)| *aligned > 0).map(|(.., std::cmp::Reverse(at))| at)
    }

    fn words_of(&self, sentence: usize) -> &[Word] {
        self.document.words_of(&self.document.sentences[sentence])
    }

    /// The sentences that a line is held against: one, or those side by side in one line of the text that it has word for word, as turns
    /// of talk and messages are taken. Empty where no sentence has any of its words.
    fn passage_of(&self, line: &[Word]) -> Range<usize> {
        let Some(sentence) = self.sentence_of(line) else { return 0..0 };
        if kept_words::is_subsequence(self.words_of(sentence), line) {
            return sentence..sentence + 1;
        }
        let (all, line) = (kept_words::spoken(&self.document.words), kept_words::spoken(line));
        let is_line = |run: &&[Word]| {
            let same = run.iter().zip(&line).all(|(word, other)| word.text == other.text);
            same && !self.text[run[0].span.start..run[run.len() - 1].span.end].contains(['\n', '\r'])
        };
        let Some(run) = all.windows(line.len().max(1)).find(is_line) else { return sentence..sentence + 1 };
        let place = |at: usize| self.document.sentences.partition_point(|sentence| sentence.span.end <= at);
        place(run[0].span.start)..place(run[run.len() - 1].span.start) + 1
    }

    /// The words of sentences side by side.
    fn words_of_passage(&self, sentences: &Range<usize>) -> &[Word] {
        let sentences = self.document.sentences.get(sentences.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (sentences.first(), sentences.last()) else { return &[] };
        self.document.words.get(first.words.start..last.words.end).unwrap_or_default()
    }

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
