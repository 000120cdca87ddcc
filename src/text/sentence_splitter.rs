//! Sentence segmentation of edited prose, informal text, lists and headings, and text that was tokenized for training.
//!
//! Every rule looks at a few words around a mark, so that time is proportional to the text. Two things are looked up for the text as
//! a whole: whether it does without capitals (then a capital is no evidence, and a stand-alone stop is), and for each block of lines
//! how wide it is (then a line that ends before the next word would have been too much was ended on purpose).

mod line_layout;

use std::ops::Range;

use self::line_layout::{TextLine, is_line_break, lines};
use super::{
    Word,
    abbreviations::{Abbreviation, abbreviation, half_day, is_speech_verb, starts_sentence},
    word_tokenizer::{fold, is_uncased, is_white, words},
};

/// Longer sentences are cut, at a comma if there is one: without any mark at all, a text would be one sentence.
pub const LONGEST_SENTENCE: usize = 120;

/// A text, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// All words, in order.
    pub words: Vec<Word>,
    /// The sentences, in order; together they hold every word.
    pub sentences: Vec<Sentence>,
}

/// One sentence of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The bytes of the text, without white space at either end.
    pub span: Range<usize>,
    /// Its words, as indices into the document's.
    pub words: Range<usize>,
}

impl Document {
    /// Splits a text into words and sentences. Time is proportional to its length.
    pub fn read(text: &str) -> Self {
        let words = words(text);
        let mut splitter = SentenceSplitter {
            text,
            words: &words,
            uncased: is_uncased(text),
            lines: lines(text),
            line: 0,
            start: 0,
            quoted: false,
            sentences: Vec::new(),
        };
        splitter.run();
        let sentences = splitter.sentences;
        Self { words, sentences }
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
    words: &'a [Word],
    uncased: bool,
    lines: Vec<TextLine>,
    /// The line of the word that is looked at.
    line: usize,
    /// The first word of the sentence that is read.
    start: usize,
    /// Whether a quotation is open.
    quoted: bool,
    sentences: Vec<Sentence>,
}

impl SentenceSplitter<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.words.len() {
            self.follow_quotation(at);
            let mut next = at + 1;
            let ends = if self.line_ends(at) {
                self.quoted = false;
                true
            } else if self.is_terminator(at) {
                next = self.after_closers(at);
                // A line may end after a closing mark.
                self.line_ends(next - 1) || self.sentence_ends(at, next)
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
        while self.start < end {
            let cut = if end - self.start > LONGEST_SENTENCE {
                let last = self.start + LONGEST_SENTENCE;
                (self.start + LONGEST_SENTENCE / 2..last)
                    .rev()
                    .find(|at| matches!(self.word(*at), "," | ";" | ":" | "--"))
                    .map_or(last, |at| at + 1)
            } else {
                end
            };
            let span = self.words[self.start].span.start..self.words[cut - 1].span.end;
            self.sentences.push(Sentence { span, words: self.start..cut });
            self.start = cut;
        }
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.text)
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

    /// Follows quotations: curly marks tell, straight ones by the side on which they touch a word, and stand-alone ones by turns.
    fn follow_quotation(&mut self, at: usize) {
        if self.word(at) == "\"" {
            self.quoted = !self.closes_quotation(at);
        }
    }

    fn closes_quotation(&self, at: usize) -> bool {
        match self.source(at) {
            "“" | "„" | "``" => false,
            "”" => true,
            _ => match (self.gap_before(at).is_empty(), self.gap(at).is_empty()) {
                (true, false) => true,
                (false, true) if at + 1 < self.words.len() => false,
                _ => self.quoted,
            },
        }
    }

    /// Whether the line ends after a word, and the sentence with it.
    fn line_ends(&mut self, at: usize) -> bool {
        let gap = self.gap(at);
        let breaks = gap.chars().filter(|c| is_line_break(*c)).count();
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

    /// The first word after a terminator that does not belong to its sentence any more.
    fn after_closers(&mut self, at: usize) -> usize {
        let mut next = at + 1;
        while next < self.words.len() && !self.gap(next - 1).contains(is_line_break) {
            let touches = self.gap(next - 1).is_empty();
            let belongs = match self.word(next) {
                "." | "!" | "?" | "..." | ")" | "]" | "}" => true,
                "»" | "」" | "』" | "›" => true,
                "\"" => self.closes_quotation(next),
                "'" => touches && (!self.gap(next).is_empty() || next + 1 == self.words.len()),
                _ => false,
            };
            if !belongs {
                break;
            }
            self.follow_quotation(next);
            next += 1;
        }
        next
    }

    /// Whether the sentence with the terminator `at` ends before the word `next`, on the same line or on a wrapped one.
    fn sentence_ends(&self, at: usize, next: usize) -> bool {
        if next >= self.words.len() {
            return true;
        }
        let mark = self.word(at);
        if self.source(at).starts_with(['。', '！', '？', '｡']) {
            return true;
        }
        if matches!(self.word(next), "," | ";" | ":" | "%" | "/" | ")" | "]") {
            return false;
        }
        let head = self.head(next);
        let capital = head.starts_with(char::is_uppercase);
        let small = head.starts_with(char::is_lowercase);
        if self.gap(next - 1).is_empty() {
            // Somebody forgot the space; or it is the inside of a name, an address or a program.
            let before = self.source(at.saturating_sub(1));
            return next == at + 1
                && matches!(mark, "." | "!" | "?")
                && before.chars().count() >= 2
                && before.chars().skip(1).all(char::is_lowercase)
                && capital
                && head.chars().nth(1).is_some_and(char::is_lowercase)
                && !self.in_address(at);
        }
        if at > 0 && matches!(self.word(at - 1), "(" | "[") || self.is_item_number(at) {
            return false;
        }
        if mark.len() > 1 && mark != "..." && mark.ends_with('.') {
            return self.abbreviation_ends(mark, head, capital);
        }
        let quotation = self.words[at..next].iter().any(|word| word.text == "\"");
        match mark {
            "..." if self.uncased => false,
            "..." => capital && head != "I",
            "." if at > 0 && is_single_letter(self.word(at - 1)) && head.starts_with(|c: char| c.is_ascii_digit()) => {
                false
            }
            _ if mark != "." && quotation && (small && !self.uncased || self.is_attribution(next)) => false,
            _ if !small || self.uncased => true,
            // From here on: a small letter in a text with capitals. A name may begin so.
            _ if head.chars().any(char::is_uppercase) => true,
            "." if quotation => !self.is_attribution(next),
            "." => {
                at > 0 && {
                    let before = self.source(at - 1);
                    before == "I"
                        || before.chars().count() >= 4 && before.chars().all(char::is_lowercase)
                        || head == "i"
                }
            }
            _ => matches!(head, "i" | "we" | "you" | "he" | "she" | "they" | "it" | "what" | "how" | "why"),
        }
    }

    /// Whether an abbreviation in a text with capitals is the last word of its sentence.
    fn abbreviation_ends(&self, mark: &str, head: &str, capital: bool) -> bool {
        if !capital {
            return false;
        }
        let lower = fold(head.trim_end_matches('.'));
        match abbreviation(&mark[..mark.len() - 1]) {
            Some(Abbreviation::Title | Abbreviation::Reference | Abbreviation::Going) => false,
            Some(Abbreviation::Closing) if half_day(mark) => !is_day_or_zone(&lower),
            Some(Abbreviation::Closing) if mark == "etc." => true,
            _ => starts_sentence(&lower),
        }
    }

    /// The visitor's letters of the first word from `at` on which is no mark.
    fn head(&self, at: usize) -> &str {
        (at..self.words.len().min(at + 4))
            .map(|at| self.source(at))
            .find(|source| source.starts_with(char::is_alphanumeric))
            .unwrap_or_default()
    }

    /// `1.`, `iv.` or `b.` at the beginning of a sentence.
    fn is_item_number(&self, at: usize) -> bool {
        match at - self.start {
            0 => self.word(at).ends_with('.') && is_count(self.word(at).trim_end_matches('.')),
            1 => self.word(at) == "." && is_count(self.word(self.start)),
            _ => false,
        }
    }

    /// `he asked` or `Mary Smith, 30, told the paper` after a quotation.
    fn is_attribution(&self, next: usize) -> bool {
        (next..self.words.len().min(next + 4))
            .map(|at| self.word(at))
            .take_while(|word| !matches!(*word, "." | "!" | "?" | "\"" | ";"))
            .any(is_speech_verb)
    }

    /// Whether the text without white space around a mark looks like an address or a program.
    fn in_address(&self, at: usize) -> bool {
        let around = |ats: &mut dyn Iterator<Item = usize>| {
            ats.take(12).any(|at| matches!(self.word(at), "/" | "=" | "@" | "&" | "(" | "{"))
        };
        around(&mut (0..at).rev().take_while(|at| self.gap(*at).is_empty()))
            || around(&mut (at + 1..self.words.len()).take_while(|at| self.gap_before(*at).is_empty()))
    }
}

/// The number of a list's item: up to three digits, a letter, or a small Roman number.
fn is_count(word: &str) -> bool {
    !word.is_empty()
        && (word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit())
            || is_single_letter(word)
            || word.len() <= 5 && word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')))
}

fn is_single_letter(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// What goes on after `5 p.m.` with a capital.
fn is_day_or_zone(word: &str) -> bool {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let begins = |names: &[&str]| names.iter().any(|name| word.starts_with(name));
    begins(&DAYS) && (word.len() == 3 || word.ends_with("day"))
        || begins(&MONTHS)
        || matches!(
            word,
            "est"
                | "edt"
                | "et"
                | "cst"
                | "cdt"
                | "ct"
                | "mst"
                | "mdt"
                | "mt"
                | "pst"
                | "pdt"
                | "pt"
                | "gmt"
                | "utc"
                | "bst"
                | "eastern"
                | "central"
                | "mountain"
                | "pacific"
                | "local"
        )
}

#[cfg(test)]
mod tests;
