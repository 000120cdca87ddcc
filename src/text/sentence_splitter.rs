//! Sentence segmentation of edited prose, informal text, lists and headings, and text that was tokenized for training.
//!
//! Every rule looks at a few words around a mark, so that time is proportional to the text. What is looked up for the text as a whole:
//! its language (for its abbreviations), whether it does without capitals (then a capital is no evidence, and a stand-alone stop is),
//! names that hold a mark (`Yahoo!`), and for each block of lines how wide it is (then a line that ends before the next word would
//! have been too much was ended on purpose).
//!
//! The mark is found here. [`trailing_marks`] tells what behind it still belongs to its sentence, [`sentence_ends`] whether the sentence
//! ends there, and [`long_sentences`] where one is cut that has no end.

mod characters;
mod line_layout;
mod long_sentences;
mod named_marks;
mod sentence_ends;
mod trailing_marks;

use std::{collections::HashSet, ops::Range};

pub use self::long_sentences::{LONGEST_SENTENCE, LONGEST_SPEECH};
use self::{
    line_layout::{TextLine, count_line_breaks, lines},
    long_sentences::{WordSequence, cut},
    named_marks::words_with_marks,
};
use super::{
    Word,
    language::{LanguageGuess, guess_language},
    word_tokenizer::{is_uncased, is_white, words_in},
};

/// A text, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// All words, in order.
    pub words: Vec<Word>,
    /// The sentences, in order; together they hold every word.
    pub sentences: Vec<Sentence>,
    /// The language that it seems to be written in.
    pub language: LanguageGuess,
}

/// One sentence of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The bytes of the text, without white space at either end.
    pub span: Range<usize>,
    /// Its words, as indices into the document's.
    pub words: Range<usize>,
    /// Whether it is whole, or the next one goes on with it.
    pub ending: SentenceEnding,
}

/// Why a sentence ends where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentenceEnding {
    /// By a mark, by the end of its line, or by the end of the text.
    Complete,
    /// It was too long, and the next sentence is more of it.
    Cut,
}

impl Document {
    /// Splits a text into words and sentences. Time is proportional to its length.
    pub fn read(text: &str) -> Self {
        let language = guess_language(text);
        let words = words_in(text, language);
        let mut splitter = SentenceSplitter {
            text,
            language,
            words: &words,
            uncased: is_uncased(text),
            named: words_with_marks(text, &words),
            lines: lines(text),
            line: 0,
            start: 0,
            quoted: false,
            after_casual: false,
            brackets: 0,
            sentences: Vec::new(),
        };
        splitter.run();
        let sentences = splitter.sentences;
        Self { words, sentences, language }
    }

    /// Makes one sentence of two neighbors that belong together, as long as it has at most so many words. `belongs` is asked with their
    /// bytes.
    pub fn join_sentences(&mut self, most: usize, belongs: impl Fn(&Range<usize>, &Range<usize>) -> bool) {
        let mut joined: Vec<Sentence> = Vec::with_capacity(self.sentences.len());
        for sentence in std::mem::take(&mut self.sentences) {
            match joined.last_mut() {
                Some(last) if sentence.words.end - last.words.start <= most && belongs(&last.span, &sentence.span) => {
                    (last.span.end, last.words.end) = (sentence.span.end, sentence.words.end);
                }
                _ => joined.push(sentence),
            }
        }
        self.sentences = joined;
    }

    /// The words of a sentence.
    pub fn words_of(&self, sentence: &Sentence) -> &[Word] {
        self.words.get(sentence.words.clone()).unwrap_or_default()
    }
}

/// The bytes of every sentence of a text, in order.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    Document::read(text).sentences.into_iter().map(|sentence| sentence.span).collect()
}

struct SentenceSplitter<'a> {
    text: &'a str,
    language: LanguageGuess,
    words: &'a [Word],
    uncased: bool,
    /// Words that keep their mark inside a sentence, lower-cased: `yahoo`.
    named: HashSet<&'a str>,
    lines: Vec<TextLine>,
    /// The line of the word that is looked at.
    line: usize,
    /// The first word of the sentence that is read.
    start: usize,
    /// Whether a quotation is open.
    quoted: bool,
    /// Whether the sentence before began with a small letter, as hasty writers begin them.
    after_casual: bool,
    /// How many brackets are open that were opened inside the sentence.
    brackets: usize,
    sentences: Vec<Sentence>,
}

impl SentenceSplitter<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            if self.is_next_item(at) {
                self.close(at);
            }
            self.follow(at);
            let mut next = at + 1;
            let ends = if self.line_ends(at) {
                self.quoted = false;
                true
            } else if self.is_terminator(at) {
                next = self.after_trailing_marks(at);
                // A line may end after a closing mark.
                self.line_ends(next - 1) || self.sentence_ends(at, next)
            } else if at > self.start && self.is_picture(at) {
                next = self.after_pictures(at);
                self.line_ends(next - 1) || self.picture_ends(at, next)
            } else {
                false
            };
            if ends {
                self.close(next);
            }
            at = next;
        }
        self.close(self.words.len());
    }

    /// Ends the sentence before a word, in parts if it is too long.
    fn close(&mut self, end: usize) {
        self.after_casual = self.is_casual();
        let mut ends = Vec::new();
        cut(&*self, self.start, end, |end| ends.push(end));
        for at in ends {
            let span = self.words[self.start].span.start..self.words[at - 1].span.end;
            let ending = if at < end { SentenceEnding::Cut } else { SentenceEnding::Complete };
            self.sentences.push(Sentence { span, words: self.start..at, ending });
            self.start = at;
        }
        self.brackets = 0;
    }

    /// The visitor's own letters.
    fn source(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &self.text[word.span.clone()])
    }

    /// What stands between a word and the next.
    fn gap(&self, at: usize) -> &str {
        match (self.words.get(at), self.words.get(at + 1)) {
            (Some(word), Some(next)) => &self.text[word.span.end..next.span.start],
            _ => "",
        }
    }

    fn gap_before(&self, at: usize) -> &str {
        if at == 0 { "\n" } else { self.gap(at - 1) }
    }

    /// The visitor's letters of the first word from `at` on which is no mark.
    fn head(&self, at: usize) -> &str {
        (at..self.words.len().min(at + 4))
            .map(|at| self.source(at))
            .find(|source| source.starts_with(char::is_alphanumeric))
            .unwrap_or_default()
    }

    /// Follows quotations and brackets over a word.
    fn follow(&mut self, at: usize) {
        match self.word(at) {
            "(" | "[" | "（" if at > self.start => self.brackets += 1,
            ")" | "]" | "）" => self.brackets = self.brackets.saturating_sub(1),
            word if characters::is_quotation_mark(word) => self.quoted = !self.closes_quotation(at),
            _ => {}
        }
    }

    /// Which way a quotation mark looks: curly ones and corners tell, straight ones and guillemets by the side on which they touch a word,
    /// and stand-alone ones by turns.
    fn closes_quotation(&self, at: usize) -> bool {
        let touches = (self.gap_before(at).is_empty(), self.gap(at).is_empty() && at + 1 < self.words.len());
        match self.source(at) {
            "”" | "」" | "』" => true,
            "„" | "``" | "「" | "『" => false,
            // German closes with the mark that English opens with.
            "“" => touches == (true, false) && self.quoted,
            _ if touches == (true, false) => true,
            _ if touches == (false, true) => false,
            "«" | "‹" => false,
            "»" | "›" => true,
            _ => self.quoted,
        }
    }

    /// Whether the line ends after a word, and the sentence with it.
    fn line_ends(&mut self, at: usize) -> bool {
        let gap = self.gap(at);
        let breaks = count_line_breaks(gap);
        if breaks == 0 {
            return false;
        }
        if breaks > 1 || gap.contains(['\u{c}', '\u{2029}']) {
            return true;
        }
        let end = self.words[at].span.end;
        while self.lines.get(self.line).is_some_and(|line| line.end < end) {
            self.line += 1;
        }
        let Some(line) = self.lines.get(self.line) else { return true };
        if self.lines.get(self.line + 1).is_some_and(|next| next.is_message) {
            return true;
        }
        if line.block_width > 120 || line.block_width < 40 || self.is_list_marker(at + 1) || self.word(at) == ":" {
            return true;
        }
        let next = &self.text[self.words[at + 1].span.start..];
        let first: usize = next.chars().take(line.block_width).take_while(|c| !is_white(*c)).count();
        let on_purpose = line.width + 1 + first <= line.block_width;
        if next.starts_with(char::is_lowercase) {
            on_purpose && self.uncased
        } else {
            on_purpose || line.block_lines < 4
        }
    }

    /// Whether an item of a list, a row or a heading begins at a word, which begins a line.
    fn is_list_marker(&self, at: usize) -> bool {
        let apart = !self.gap(at).is_empty();
        match self.word(at) {
            "-" | "--" | "*" | "+" | "#" | ">" => apart,
            "•" | "·" | "|" | "◦" | "▪" | "–" => true,
            "(" => self.word(at + 2) == ")" && is_count(self.word(at + 1)),
            word => {
                is_count(word.trim_end_matches('.')) && (word.ends_with('.') || matches!(self.word(at + 1), "." | ")"))
            }
        }
    }

    /// Whether a word can be the last of a sentence, but for closing marks.
    fn is_terminator(&self, at: usize) -> bool {
        let word = self.word(at);
        matches!(word, "." | "!" | "?" | "..." | "‽" | "।" | "॥" | "۔" | "።")
            || word.len() > 1 && word.ends_with('.') && !self.uncased
    }

    /// Where the number of an item stands: the first word of the sentence but for marks such as `*` and `(`.
    fn item_start(&self) -> usize {
        let is_lead = |at: &usize| matches!(self.word(*at), "*" | "-" | "--" | "•" | "(" | ">" | "#" | "\"");
        self.start + (self.start..self.start + 2).take_while(is_lead).count()
    }

    /// `1.`, `iv.` or `b.` at the beginning of a sentence.
    fn is_item_number(&self, at: usize) -> bool {
        let first = self.item_start();
        if at == first {
            self.word(at).ends_with('.') && is_count(self.word(at).trim_end_matches('.'))
        } else {
            at == first + 1 && self.word(at) == "." && is_count(self.word(first))
        }
    }

    /// Whether the next item of a list begins at a word inside a line, and the sentence before it has no stop: `8. Sweep 9. Dust`.
    fn is_next_item(&self, at: usize) -> bool {
        let number = |at: usize| self.word(at).parse::<u32>().ok().filter(|number| *number < 100);
        let is_marked = |at: usize| matches!(self.word(at + 1), "." | ")") && self.gap(at).is_empty();
        let first = self.item_start();
        at > first + 2
            && number(at).is_some()
            && number(at).zip(number(first)).is_some_and(|(this, before)| this.abs_diff(before) == 1)
            && is_marked(first)
            && is_marked(at)
            && self.word(first + 1) == self.word(at + 1)
            && !self.gap_before(at).is_empty()
            && !self.gap(at + 1).is_empty()
            && self.brackets == 0
            && self.source(at + 2).starts_with(char::is_alphabetic)
            && !matches!(self.word(at - 1), "and" | "or" | "to" | "in" | "of" | "is" | "was" | "at" | "," | "$" | "-")
    }
}

impl WordSequence for SentenceSplitter<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.text)
    }

    fn is_apart(&self, at: usize) -> bool {
        !self.gap(at).is_empty()
    }
}

/// The number of a list's item: up to three digits, several with stops between, a letter, or a small Roman number.
fn is_count(word: &str) -> bool {
    let is_number = |word: &str| (1..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    !word.is_empty()
        && (word.len() <= 8 && word.split('.').all(is_number)
            || is_single_letter(word)
            || word.len() <= 5 && word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')))
}

fn is_single_letter(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

#[cfg(test)]
mod tests;
