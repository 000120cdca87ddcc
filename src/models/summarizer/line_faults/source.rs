//! The text that lines were made from, and the part of it that each was made of.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use super::kept_words;
use crate::{
    models::summarizer::shortening::align,
    text::{Document, Word},
};

/// A text that lines were made from, read once.
#[derive(Debug)]
pub struct FaultSource {
    pub(super) text: String,
    pub(super) document: Document,
    /// By the lower-cased word, its spellings.
    pub(super) spellings: HashMap<String, HashSet<String>>,
    pub(super) has_capitals: bool,
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

    pub(super) fn words_of(&self, sentence: usize) -> &[Word] {
        self.document.words_of(&self.document.sentences[sentence])
    }

    /// The sentences that a line is held against: one, or those side by side in one line of the text that it has word for word, as turns
    /// of talk and messages are taken. Empty where no sentence has any of its words.
    pub(super) fn passage_of(&self, line: &[Word]) -> Range<usize> {
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
    pub(super) fn words_of_passage(&self, sentences: &Range<usize>) -> &[Word] {
        let sentences = self.document.sentences.get(sentences.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (sentences.first(), sentences.last()) else { return &[] };
        self.document.words.get(first.words.start..last.words.end).unwrap_or_default()
    }
}
