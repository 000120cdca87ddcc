//! Splits text into words and punctuation in a normalized form, each with its byte span.
//!
//! The model reads one form of English, whether the text was pasted ("He said: “It’s 3.5% — isn’t it?”") or comes from a training set
//! that was tokenized as the Penn Treebank was ("he said : `` it 's 3.5 % -- is n't it ? ''"). The form is the treebank's split with
//! plain marks, because a split can be made on both sides by the same rules, while a join cannot: whether "14 - year - old" was one
//! word is no longer to be seen. So:
//!
//! - everything is lower-cased; soft hyphens and zero-width characters vanish, `ﬁ` is `fi`;
//! - quotation marks are `"`, single ones and apostrophes `'`; dashes are `--`, hyphens `-`, each a word of its own; `...` is one;
//! - contractions are split: `do n't`, `it 's`, `can not`, `gon na`;
//! - numbers keep their points and commas (`3.5`, `1,000`), units and currencies stand apart (`$ 5`, `3 %`);
//! - the stop of an abbreviation belongs to it (`mr.`, `u.s.`, `j.`); every other mark stands alone, and `!!!` is one `!`.
//!
//! Words, joined by single spaces, are read again as the same words, so that prepared text can be stored as text.

use std::ops::Range;

use super::{
    abbreviations::{Abbreviation, abbreviation, is_day_or_zone, is_short_day, opens_sentence},
    language::{LanguageGuess, guess_language},
};

mod forgotten_spaces;
mod letters;
mod segments;

pub use self::letters::is_white;
pub(super) use self::letters::{fold, is_uncased};
use self::{forgotten_spaces::forgotten_space, letters::is_ideograph, segments::segments};

/// One word or mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// In the normal form; never empty, without white space.
    pub text: String,
    /// The bytes of the text it came from, without white space at either end.
    pub span: Range<usize>,
}

/// The words and marks of a text, in order. Time is proportional to its length.
pub fn words(text: &str) -> Vec<Word> {
    words_in(text, guess_language(text))
}

/// The words and marks of a text in a language, which says what is an abbreviation.
pub(super) fn words_in(text: &str, language: LanguageGuess) -> Vec<Word> {
    let mut reader = WordTokenizer {
        text,
        segments: segments(text),
        uncased: is_uncased(text),
        language,
        words: Vec::with_capacity(text.len() / 5),
    };
    let mut at = 0;
    while at < reader.segments.len() {
        at = reader.read(at);
    }
    reader.words
}

/// A text in the normal form: its words with a space between.
pub fn normalize(text: &str) -> String {
    join(&words(text))
}

/// The texts of words with a space between.
pub fn join(words: &[Word]) -> String {
    let mut joined = String::with_capacity(words.iter().map(|word| word.text.len() + 1).sum());
    for word in words {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&word.text);
    }
    joined
}

/// Words in the normal form, with a stop at their end: highlights often lack it, and a model learns to end by it.
pub fn with_final_period(words: &[Word]) -> String {
    let mut text = join(words);
    let last = words.iter().rev().map(|word| &*word.text).find(|word| !matches!(*word, "\"" | "'" | ")" | "]"));
    if !matches!(last, Some("." | "!" | "?" | "...")) {
        text.push_str(" .");
    }
    text
}

struct WordTokenizer<'a> {
    text: &'a str,
    /// By the word boundaries of Unicode (UAX 29), without white ones.
    segments: Vec<(usize, &'a str)>,
    uncased: bool,
    language: LanguageGuess,
    words: Vec<Word>,
}

impl<'a> WordTokenizer<'a> {
    /// Reads the word at a segment and returns the segment after it.
    fn read(&mut self, at: usize) -> usize {
        let (start, segment) = self.segments[at];
        if segment.chars().any(char::is_alphanumeric) { self.wordlike(at, start, segment) } else { self.mark(at) }
    }

    fn segment(&self, at: usize) -> &'a str {
        self.segments.get(at).map_or("", |(_, segment)| segment)
    }

    fn end(&self, at: usize) -> usize {
        self.segments.get(at).map_or(self.text.len(), |(start, segment)| start + segment.len())
    }

    /// Whether nothing, not even white space, stands between a segment and the next.
    fn adjoins_next(&self, at: usize) -> bool {
        self.segments.get(at + 1).is_some_and(|(start, _)| *start == self.end(at))
    }

    fn adjoins_previous(&self, at: usize) -> bool {
        at > 0 && self.adjoins_next(at - 1)
    }

    fn push(&mut self, text: impl Into<String>, span: Range<usize>) {
        // Zero-width characters stick to words in Unicode's segments.
        let inside = &self.text[span.clone()];
        let trimmed = inside.trim_start_matches(is_white);
        let start = span.end - trimmed.len();
        let span = start..start + trimmed.trim_end_matches(is_white).len();
        self.words.push(Word { text: text.into(), span });
    }

    fn wordlike(&mut self, at: usize, start: usize, segment: &'a str) -> usize {
        let mut from = 0;
        for (index, c) in segment.char_indices() {
            // Unicode joins `a:b` and `end.Next`; a treebank, and whoever forgot a space, does not.
            if matches!(c, ':' | ';') || c == '.' && forgotten_space(segment, index, self.language) {
                self.split(&segment[from..index], start + from);
                self.push(c, start + index..start + index + 1);
                from = index + 1;
            }
        }
        let rest = &segment[from..];
        if self.takes_stop(at, rest) {
            let lower = fold(rest) + ".";
            self.push(lower, start + from..self.end(at + 1));
            return at + 2;
        }
        self.split(rest, start + from);
        at + 1
    }

    /// Whether the segment after a word is a stop that belongs to it.
    fn takes_stop(&self, at: usize, word: &str) -> bool {
        if self.segment(at + 1) != "." || !self.adjoins_next(at) {
            return false;
        }
        // An ellipsis, unless the abbreviation's stop is followed by a spaced one.
        if self.adjoins_next(at + 1) && matches!(self.segment(at + 2), "." | "…") {
            return false;
        }
        let next = self.segment(at + 2);
        match abbreviation(&fold(word), self.language) {
            None => {
                fold(word) == "al" && self.words.last().is_some_and(|previous| previous.text == "et")
                    || is_short_day(word)
                        && (next.starts_with(|c: char| c.is_ascii_digit()) || is_day_or_zone(&fold(next)))
            }
            Some(Abbreviation::Reference) => self.is_number_of_reference(at + 2, word),
            Some(Abbreviation::Initial) => {
                let letter = word.chars().next().unwrap_or_default();
                // "So do I. But" is no initial; "I. M. Pei" is.
                let follows_initial = self.words.last().is_some_and(|last| {
                    last.text.ends_with('.') && last.text.chars().count() == 2 && self.segment(at - 1) == "."
                });
                let pronoun = matches!(letter, 'i' | 'I')
                    && !follows_initial
                    && !(next.chars().count() == 1
                        && next.chars().all(char::is_alphabetic)
                        && self.segment(at + 3) == ".");
                let small = !self.language.reads_as_english() && !opens_sentence(&fold(next), self.language);
                !pronoun && !is_ideograph(letter) && (letter.is_uppercase() || self.uncased || small)
            }
            Some(_) => true,
        }
    }

    /// Whether the segments from `at` on are what `Fig.` or `Sec.` points to: `5`, `[4]`, `(3)`, `S2`, `IV`, `B`.
    fn is_number_of_reference(&self, at: usize, word: &str) -> bool {
        let is_number = |segment: &str| segment.starts_with(|c: char| c.is_ascii_digit());
        let next = self.segment(at);
        match next {
            "(" | "[" => is_number(self.segment(at + 1)) && fold(word) != "no",
            "#" | "§" => is_number(self.segment(at + 1)),
            _ if is_number(next) => true,
            // A letter or a Roman number, after words that are no words without their stop.
            _ if next.len() <= 6 && next.starts_with(|c: char| c.is_ascii_uppercase()) => {
                matches!(
                    &*fold(word),
                    "app"
                        | "chap"
                        | "eq"
                        | "eqn"
                        | "eqs"
                        | "fig"
                        | "figs"
                        | "sec"
                        | "secs"
                        | "sect"
                        | "tab"
                        | "thm"
                        | "vol"
                ) && next != "I"
                    && next.split('.').all(is_letter_or_roman)
                    && (next != "A" || !self.segment(at + 1).starts_with(char::is_lowercase))
            }
            _ => false,
        }
    }

    /// Pushes a word, split where a contraction is.
    fn split(&mut self, word: &str, start: usize) {
        if word.is_empty() {
            return;
        }
        let at = contraction(word);
        if at > 0 && at < word.len() {
            self.push(fold(&word[..at]), start..start + at);
            self.push(fold(&word[at..]), start + at..start + word.len());
        } else {
            self.push(fold(word), start..start + word.len());
        }
    }

    /// How many segments from `at` on are this one again, with nothing between them.
    fn run(&self, at: usize, same: impl Fn(&str) -> bool) -> usize {
        let mut last = at;
        while self.adjoins_next(last) && same(self.segment(last + 1)) {
            last += 1;
        }
        last + 1 - at
    }

    fn mark(&mut self, at: usize) -> usize {
        let (start, segment) = self.segments[at];
        let first = segment.chars().next().unwrap_or_default();
        let (text, length): (String, usize) = match first {
            '.' | '…' => {
                let run = self.run(at, |s| s == "." || s == "…");
                let spaced = self.spaced_stops(at);
                if spaced >= 3 {
                    ("...".into(), spaced)
                } else if run > 1 || first == '…' {
                    ("...".into(), run)
                } else {
                    (".".into(), 1)
                }
            }
            '!' | '！' => ("!".into(), self.run(at, |s| s == segment)),
            '?' | '？' | '؟' => ("?".into(), self.run(at, |s| s == segment)),
            '。' | '｡' | '．' => (".".into(), 1),
            '，' | '、' | '،' => (",".into(), 1),
            '：' => (":".into(), 1),
            '；' | '؛' => (";".into(), 1),
            '-' if self.bracket(at).is_some() => (self.bracket(at).unwrap_or_default().into(), 3),
            '-' => match self.run(at, |s| s == "-") {
                1 => ("-".into(), 1),
                run => ("--".into(), run),
            },
            '‐' | '‑' | '−' => ("-".into(), 1),
            '‒' | '–' if self.adjoins_previous(at) && self.adjoins_next(at) => ("-".into(), 1),
            '‒' | '–' | '—' | '―' | '⸺' => ("--".into(), self.run(at, |s| matches!(s, "–" | "—" | "―"))),
            '“' | '”' | '„' | '‟' | '″' | '＂' | '"' => ("\"".into(), 1),
            '`' | '\'' | '’' | '‘' | '‚' | '‛' | '′' | 'ʼ' => self.single_quote(at),
            '=' | '*' | '_' | '~' | '#' | '+' | '|' | '•' | '·' => {
                (first.to_string(), self.run(at, |s| s.chars().all(|c| c == first)))
            }
            _ => (fold(segment), 1),
        };
        self.push(text, start..self.end(at + length - 1));
        at + length
    }

    /// How many stops stand at `at`, each a space after the other.
    fn spaced_stops(&self, at: usize) -> usize {
        let mut last = at;
        while self.segment(last + 1) == "." && &self.text[self.end(last)..self.segments[last + 1].0] == " " {
            last += 1;
        }
        last + 1 - at
    }

    /// The treebank's names of brackets: `-lrb-`.
    fn bracket(&self, at: usize) -> Option<&'static str> {
        if self.segment(at + 2) != "-" || !self.adjoins_next(at) || !self.adjoins_next(at + 1) {
            return None;
        }
        Some(match self.segment(at + 1).to_ascii_lowercase().as_str() {
            "lrb" => "(",
            "rrb" => ")",
            "lsb" => "[",
            "rsb" => "]",
            "lcb" => "{",
            "rcb" => "}",
            _ => return None,
        })
    }

    /// A quotation mark, a doubled one (`` and ''), or the apostrophe of a contraction that stands alone ('s).
    fn single_quote(&self, at: usize) -> (String, usize) {
        let doubled = matches!(self.segment(at), "`" | "'" | "‘" | "’") && self.segment(at) == self.segment(at + 1);
        if doubled && self.adjoins_next(at) {
            return ("\"".into(), 2);
        }
        let suffix = fold(self.segment(at + 1));
        let whole = !self.adjoins_next(at + 1)
            || !self.segment(at + 2).starts_with(|c: char| c.is_alphanumeric() || c == '\'' || c == '’');
        if self.segment(at) != "`" && self.adjoins_next(at) && whole && is_suffix(&suffix) {
            return (format!("'{suffix}"), 2);
        }
        ("'".into(), 1)
    }
}

/// `B`, `S2`, `S2b` and `IV`.
fn is_letter_or_roman(part: &str) -> bool {
    let number = part.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = &part[..part.len() - number.len()];
    let digits = number.trim_start_matches(|c: char| c.is_ascii_digit());
    (letters.len() <= 1 || letters.bytes().all(|b| matches!(b, b'I' | b'V' | b'X')))
        && digits.len() <= usize::from(digits.len() < number.len())
        && digits.bytes().all(|b| b.is_ascii_lowercase())
}

/// What stands after the apostrophe of a contraction.
fn is_suffix(suffix: &str) -> bool {
    matches!(suffix, "s" | "re" | "ve" | "ll" | "d" | "m")
}

/// Where a contraction is split, as the treebank splits it; 0 if it is none.
fn contraction(word: &str) -> usize {
    for (whole, at) in [("cannot", 3), ("gonna", 3), ("wanna", 3), ("gotta", 3), ("gimme", 3), ("lemme", 3)] {
        if word.eq_ignore_ascii_case(whole) {
            return at;
        }
    }
    let Some((at, apostrophe)) = word.char_indices().rev().find(|(_, c)| matches!(c, '\'' | '’' | 'ʼ' | '‘'))
    else {
        return 0;
    };
    let suffix = fold(&word[at + apostrophe.len_utf8()..]);
    if is_suffix(&suffix) {
        at
    } else if suffix == "t" && word[..at].ends_with(['n', 'N']) {
        at - 1
    } else {
        0
    }
}

#[cfg(test)]
mod tests;
