//! What stands behind a mark and still belongs to its sentence: closing marks, notes, emoji and emoticons.

use super::{
    SentenceSplitter,
    characters::{emoticon, is_emoji, is_flag, is_quotation_mark, is_superscript},
    line_layout::is_line_break,
    long_sentences::WordSequence,
};
use crate::text::abbreviations::{Abbreviation, abbreviation, starts_sentence};

impl SentenceSplitter<'_> {
    /// The first word after a terminator that does not belong to its sentence any more.
    pub(super) fn after_trailing_marks(&mut self, at: usize) -> usize {
        let takes_notes = self.takes_notes(at);
        let mut next = at + 1;
        while next < self.words.len() && !self.gap(next - 1).contains(is_line_break) {
            let mut length = self.closing_mark(next);
            if length == 0 && takes_notes {
                length = self.note(at, next);
            }
            if length == 0 && !self.is_subject_flag(next) {
                length = self.picture(next);
            }
            if length == 0 {
                break;
            }
            for word in next..next + length {
                self.follow(word);
            }
            next += length;
        }
        next.min(self.words.len())
    }

    /// Whether a flag stands for a name, and its sentence goes on: `🇫🇷 won`.
    fn is_subject_flag(&self, at: usize) -> bool {
        is_flag(self.source(at))
            && !self.gap_before(at).is_empty()
            && self.source(at + 1).starts_with(char::is_lowercase)
            && !self.is_casual()
    }

    /// Whether a word begins an emoji or an emoticon.
    pub(super) fn is_picture(&self, at: usize) -> bool {
        self.picture(at) > 0
    }

    /// The first word after emoji and emoticons.
    pub(super) fn after_pictures(&self, at: usize) -> usize {
        let mut next = at;
        while next < self.words.len() && (next == at || !self.gap(next - 1).contains(is_line_break)) {
            let length = self.picture(next);
            if length == 0 {
                break;
            }
            next += length;
        }
        next.min(self.words.len())
    }

    /// The words of a closing mark: 1 or 0.
    fn closing_mark(&self, at: usize) -> usize {
        let touches = self.gap_before(at).is_empty();
        let belongs = match self.word(at) {
            "." | "!" | "?" | "..." | ")" | "]" | "}" | "）" | "】" | "》" | "〉" => self.picture(at) == 0,
            "'" => {
                let is_last = !self.gap(at).is_empty() || at + 1 == self.words.len();
                touches && (is_last || is_quotation_mark(self.word(at + 1)) && self.closes_quotation(at + 1))
            }
            "*" | "†" | "‡" => touches && !self.gap(at).is_empty(),
            word => is_quotation_mark(word) && self.closes_quotation(at),
        };
        usize::from(belongs)
    }

    /// The words of an emoji or an emoticon.
    fn picture(&self, at: usize) -> usize {
        let source = self.source(at);
        if is_emoji(source) {
            return 1;
        }
        // Most words are no emoticon's beginning.
        if !source.starts_with([':', ';', '=', '<', '>', '^', '-', 'x', 'X', 'o'])
            || self.gap_before(at).is_empty() && at > 0
        {
            return 0;
        }
        let Some(word) = self.words.get(at) else { return 0 };
        let end = word.span.start + emoticon(&self.text[word.span.start..]);
        self.words[at..].iter().take(8).take_while(|word| word.span.end <= end).count()
    }

    /// Whether a note may follow a terminator: not behind an abbreviation that points to what follows.
    fn takes_notes(&self, at: usize) -> bool {
        let mark = self.word(at);
        if mark == "..." || mark.len() == 1 || !mark.ends_with('.') {
            return true;
        }
        matches!(
            abbreviation(&mark[..mark.len() - 1], self.language),
            Some(Abbreviation::Closing | Abbreviation::Initial) if self.gap(at).is_empty()
        )
    }

    /// The words of a note's mark: `[1]`, `[citation needed]`, `[6]:12`, `¹²`, and `12` where a superscript was lost.
    fn note(&self, mark: usize, at: usize) -> usize {
        if is_superscript(self.source(at)) {
            return 1;
        }
        let touches = self.gap_before(at).is_empty();
        if self.word(at) == "[" {
            return self.note_in_brackets(at, touches);
        }
        if at == mark + 1 && self.word(mark) == "." { self.lost_superscript(mark, at, touches) } else { 0 }
    }

    fn note_in_brackets(&self, at: usize, touches: bool) -> usize {
        let Some(inside) = (1..=6).find(|length| self.word(at + length) == "]").map(|length| length - 1) else {
            return 0;
        };
        let words = || (at + 1..at + 1 + inside).map(|at| self.word(at));
        let is_number = |word: &str| word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit());
        let is_short = |word: &str| is_number(word) || matches!(word, "," | "-" | "--" | ";") || word.len() == 1;
        let numbered =
            inside > 0 && words().all(is_short) && words().any(|word| word.chars().any(char::is_alphanumeric));
        let named = || words().all(|word| !matches!(word, "." | "!" | "...")) && inside > 0;
        let is_demand = inside > 0 && self.word(at + inside) == "needed";
        let after = at + inside + 2;
        if !(numbered || is_demand || touches && named()) {
            return 0;
        }
        if !touches {
            // A list of sources begins its entries so; and a small letter goes on with what the bracket began.
            let lists_sources = self.word(self.start) == "[" && self.start + 1 < at;
            if lists_sources || self.source(after).starts_with(char::is_lowercase) {
                return 0;
            }
        }
        // `[6]:12` and `[6]:12-15` name pages.
        let is_page = |at: usize| is_number(self.word(at)) && self.gap_before(at).is_empty();
        if self.word(after) == ":" && self.gap_before(after).is_empty() && is_page(after + 1) {
            let ranges = matches!(self.word(after + 2), "-" | "--") && is_page(after + 3);
            return inside + 2 + if ranges { 4 } else { 2 };
        }
        inside + 2
    }

    /// `worldwide.1,2 Here` and `worldwide. 12 The`: numbers behind the stop of a word of letters, and a capital after them. With a
    /// space before them they might begin the next sentence, so a function word must follow.
    fn lost_superscript(&self, mark: usize, at: usize, touches: bool) -> usize {
        let is_number = |word: &str| {
            word.split(',').all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
        };
        let before = mark.checked_sub(1).map(|at| self.source(at)).unwrap_or_default();
        let is_word = before.chars().all(char::is_alphabetic)
            && (before.chars().count() >= 3 || starts_sentence(&before.to_lowercase()))
            || matches!(before, ")" | "”" | "\"");
        let mut length = 0;
        while is_number(self.word(at + length)) {
            length += 1;
            let goes_on = self.gap(at + length - 1).is_empty() && self.gap(at + length).is_empty();
            if !(goes_on && matches!(self.word(at + length), "-" | ",")) {
                break;
            }
            length += 1;
        }
        let next = at + length;
        let head = self.head(next);
        let ends = next >= self.words.len() && touches
            || !self.gap(next - 1).is_empty()
                && self.source(next).starts_with(char::is_uppercase)
                && (touches || self.language.reads_as_english() && starts_sentence(&head.to_lowercase()));
        let is_note = is_word && length > 0 && (touches || length == 1 && self.word(at).len() <= 3);
        if is_note && ends && !self.is_in_address(mark) { length } else { 0 }
    }
}
