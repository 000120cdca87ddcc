//! Whether a sentence ends at its mark.

use super::{
    SentenceSplitter,
    characters::{is_face, is_quotation_mark, is_unspaced},
    is_count, is_single_letter,
    line_layout::is_line_break,
    long_sentences::WordSequence,
};
use crate::text::{
    abbreviations::{
        Abbreviation, abbreviation, half_day, is_day_or_zone, is_speech_verb, opens_sentence,
        opens_sentence_in_capitals,
    },
    language::LanguageGuess,
    word_tokenizer::fold,
};

impl SentenceSplitter<'_> {
    /// Whether the sentence with the terminator `at` ends before the word `next`, on the same line or on a wrapped one.
    pub(super) fn sentence_ends(&self, at: usize, next: usize) -> bool {
        if next >= self.words.len() {
            return true;
        }
        let mark = self.word(at);
        if self.ends_without_space(at, next) {
            return !self.quotation_goes_on(at, next);
        }
        if matches!(self.word(next), "," | ";" | ":" | "%" | "/" | ")" | "]") {
            return false;
        }
        let head = self.head(next);
        let capital = head.starts_with(char::is_uppercase);
        let small = head.starts_with(char::is_lowercase);
        let lower = fold(head.trim_end_matches('.'));
        if self.gap(next - 1).is_empty() {
            return self.space_is_forgotten(at, next, head);
        }
        if at > 0 && matches!(self.word(at - 1), "(" | "[") {
            // `[...] However, it` leaves out the end of a sentence.
            return mark == "..." && self.word(next - 1) == "]" && capital && opens_sentence(&lower, self.language);
        }
        if self.is_item_number(at) || self.is_caption_number(at) || self.is_title(at, next) {
            return false;
        }
        // The stop of an abbreviation in brackets: `(Linn.) grows here`.
        if mark == "." && !self.uncased && self.word(at + 1) == ")" && !opens_sentence(&lower, self.language) {
            let opened = (at.saturating_sub(4)..at).find(|at| self.word(*at) == "(");
            if opened.is_some_and(|opened| opened > self.start && at - opened <= 3) {
                return false;
            }
        }
        // A bracket that was opened inside the sentence and closed behind the mark: `(at last!) and`.
        if small && !self.uncased && self.word(next - 1) == ")" && self.word(self.start) != "(" {
            return false;
        }
        // `(b. 1971)` and `(4 p.m. Toronto time)`.
        if self.brackets > 0
            && !self.uncased
            && self.closes_bracket_soon(next)
            && (!capital || mark != "..." && mark.ends_with('.') && !opens_sentence(&lower, self.language))
        {
            return false;
        }
        if mark.len() > 1 && mark != "..." && mark.ends_with('.') {
            return self.abbreviation_ends(at, next, &lower, capital);
        }
        let between = || self.words[at + 1..next].iter().map(|word| &self.text[word.span.clone()]);
        if mark == "." && self.is_ordinal(at, next, &lower) {
            return false;
        }
        let casual = self.uncased || small && self.is_casual();
        let quotation = is_quotation_mark(self.word(at))
            || between().any(|source| is_quotation_mark(&fold(source)) || matches!(source, "“" | "”"));
        if (at + 1..next).any(|at| self.is_picture(at)) {
            return !(quotation && small && mark != "." && !casual);
        }
        if mark == "." && self.is_unknown_abbreviation(at, next, head) {
            return false;
        }
        match mark {
            "!" | "?"
                if self.named.contains(self.word(at.saturating_sub(1))) && !opens_sentence(&lower, self.language) =>
            {
                false
            }
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
            "." if casual => at > 0 && (!is_single_letter(self.word(at - 1)) || self.word(at - 1) == "i"),
            // Sloppy English begins so; in other languages it is an abbreviation.
            "." => {
                at > 0 && (self.language.reads_as_english() || head == "i") && {
                    let before = self.source(at - 1);
                    before == "I"
                        || before.chars().count() >= 4 && before.chars().all(char::is_lowercase)
                        || head == "i"
                }
            }
            _ => casual || matches!(head, "i" | "we" | "you" | "he" | "she" | "they" | "it" | "what" | "how" | "why"),
        }
    }

    /// Whether an emoji or an emoticon stands for the mark that its sentence lacks: `sorry :( I was late`.
    pub(super) fn picture_ends(&self, at: usize, next: usize) -> bool {
        let source = self.source(next);
        let before = self.word(at - 1);
        next < self.words.len()
            && at >= self.start + 2
            && source.starts_with(char::is_uppercase)
            && !self.gap(next - 1).is_empty()
            && !matches!(before, "i" | "we" | "you" | "they" | "," | "the" | "a" | "and")
            && (is_face(self.source(at)) || source == "I" || opens_sentence(&fold(source), self.language))
            && !self.is_in_capitals(at, next)
    }

    /// Marks of Chinese and Japanese need no space after them.
    fn ends_without_space(&self, at: usize, next: usize) -> bool {
        let source = self.source(at);
        source.starts_with(['。', '！', '？', '｡', '．'])
            // Not `我……我不知道`.
            || (source.starts_with(['!', '?']) || source.starts_with('…') && at >= self.start + 6)
                && at > 0
                && self.source(at - 1).ends_with(is_unspaced)
                && self.source(next).starts_with(is_unspaced)
    }

    /// `「…！」と言った` and `“…！”他说` go on after the quotation.
    fn quotation_goes_on(&self, at: usize, next: usize) -> bool {
        if next == at + 1 {
            return false;
        }
        let rest = &self.text[self.words[next].span.start..];
        let follows: String = rest.chars().take(6).collect();
        let japanese = ["と", "って", "という", "とか", "なんて"].iter().any(|particle| follows.starts_with(particle));
        let clause = follows.split_once(['。', '，', '！', '？', '、', '：']).map_or("", |(clause, _)| clause);
        japanese || clause.ends_with(['说', '說', '道', '问', '問', '喊', '答', '叫'])
    }

    /// A stop behind a short word that some rule of writing makes an abbreviation: a unit in a text of capitals, and a word before a number
    /// in languages whose abbreviations are not all known.
    fn is_unknown_abbreviation(&self, at: usize, next: usize, head: &str) -> bool {
        const UNITS: &str = "cm ft g h hr hrs in kg km lb lbs m mi min mins ml mm mo oz pcs sec secs sq yd yr yrs";
        let Some(before) = at.checked_sub(1).map(|at| self.word(at)) else { return false };
        let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
        if at >= 2 && is_number(self.word(at - 2)) && UNITS.split_ascii_whitespace().any(|unit| unit == before) {
            return self.is_in_capitals(at, next) && !opens_sentence_in_capitals(&fold(head));
        }
        // `Holt v. Lund`
        if self.source(at - 1) == "v" && self.gap_before(at).is_empty() {
            return true;
        }
        !self.language.reads_as_english()
            && before.chars().count() <= 4
            && self.source(at - 1).chars().all(char::is_lowercase)
            && !opens_sentence(before, self.language)
            && is_number(head)
    }

    /// Whether somebody forgot the space behind a mark; or it is the inside of a name, an address or a program.
    fn space_is_forgotten(&self, at: usize, next: usize, head: &str) -> bool {
        let before = self.source(at.saturating_sub(1));
        let mut letters = head.chars();
        // A note makes it sure: `1871.[1]It was` and `here.[2]2,000 people`.
        if next > at + 1
            && self.word(next - 1) == "]"
            && self.source(next).starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        {
            return true;
        }
        let capital = letters.next().is_some_and(char::is_uppercase)
            && self.source(next).starts_with(|c: char| c.is_uppercase() || c == '-')
            && (letters.next().is_none_or(char::is_lowercase)
                && (head.chars().count() > 1 || matches!(head, "I" | "A")));
        if !capital || !matches!(self.word(at), "." | "!" | "?" | "...") || self.is_in_address(at) {
            return false;
        }
        let lower = fold(head);
        if self.word(at) == "..." {
            return head != "I" && opens_sentence(&lower, self.language);
        }
        if next > at + 1 {
            // Behind a quotation mark, a bracket or a note.
            let last = self.word(next - 1);
            return !(is_quotation_mark(last) && self.word(at) != "." && self.is_attribution(next))
                && (is_quotation_mark(last) || matches!(last, ")" | "]") || opens_sentence(&lower, self.language));
        }
        let length = before.chars().count();
        let is_year = length == 4 && before.chars().all(|c| c.is_ascii_digit());
        let is_number = at > self.start + 1 && before.chars().all(|c| c.is_ascii_digit());
        let is_word =
            length >= 2 && before.chars().skip(1).all(char::is_lowercase) && before.chars().all(char::is_alphabetic);
        let is_acronym = length >= 2 && before.chars().all(char::is_uppercase);
        is_word
            || is_year
            || is_number && opens_sentence(&lower, self.language) && self.language != LanguageGuess::German
            || (is_acronym || matches!(before, ")" | "%" | "”" | "’" | "\"" | "'"))
                && opens_sentence(&lower, self.language)
    }

    /// Whether an abbreviation in a text with capitals is the last word of its sentence.
    fn abbreviation_ends(&self, at: usize, next: usize, lower: &str, capital: bool) -> bool {
        if !capital || matches!(self.word(next), "-" | "--") {
            return false;
        }
        let mark = self.word(at);
        // `R. A. Holt`: an article has no stop.
        if self.word(next).ends_with('.') && is_single_letter(self.word(next).trim_end_matches('.')) {
            return false;
        }
        let kind = abbreviation(&mark[..mark.len() - 1], self.language);
        if matches!(kind, Some(Abbreviation::Title | Abbreviation::Reference | Abbreviation::Going)) {
            return false;
        }
        if self.is_in_capitals(at, next) {
            return opens_sentence_in_capitals(lower);
        }
        // Not `the "U.S." Army`.
        let quoted = |at: usize| is_quotation_mark(self.word(at));
        if next > at + 1 && quoted(next - 1) && !(self.start.max(at.saturating_sub(3))..at).any(quoted) {
            return !self.is_attribution(next);
        }
        match kind {
            Some(Abbreviation::Closing) if half_day(mark) && self.language.reads_as_english() => !is_day_or_zone(lower),
            Some(Abbreviation::Closing) if mark == "etc." && self.language != LanguageGuess::German => true,
            // A new sentence after `Inc.[3]`.
            Some(Abbreviation::Closing) if self.word(next - 1) == "]" => true,
            _ => opens_sentence(lower, self.language),
        }
    }

    /// Whether the next bracket closes, and soon: one that somebody forgot to close, or a face, glues nothing.
    fn closes_bracket_soon(&self, next: usize) -> bool {
        (next..self.words.len().min(next + 15))
            .map(|at| self.word(at))
            .find(|word| matches!(*word, "(" | ")" | "[" | "]" | "（" | "）"))
            .is_some_and(|word| matches!(word, ")" | "]" | "）"))
    }

    /// `Figure 1. The harbor` and `Step 2. Stir it`: the label of what follows.
    fn is_caption_number(&self, at: usize) -> bool {
        const LABELS: &str = "figure fig. table tab. listing box scheme step chapter chap. section sec. part act lemma theorem \
            thm. corollary proposition definition example exercise remark abb. tabelle abbildung tableau";
        at == self.start + 2
            && self.word(at) == "."
            && is_count(self.word(self.start + 1))
            && LABELS.split_ascii_whitespace().any(|label| label == self.word(self.start))
    }

    /// `Go Home! (1965), a film`: a bracket behind the mark, after which the sentence goes on.
    fn is_title(&self, at: usize, next: usize) -> bool {
        if !matches!(self.word(at), "!" | "?") || self.word(next) != "(" {
            return false;
        }
        let Some(end) = (next + 1..next + 8).find(|at| self.word(*at) == ")") else { return false };
        let after = self.source(end + 1);
        after == ","
            || after == "." && end == next + 2 && self.word(next + 1).bytes().all(|b| b.is_ascii_digit())
            || after.starts_with(char::is_lowercase) && !self.gap(end).contains(is_line_break)
    }

    /// German counts with a stop: `am 31. August`, `die 2. Lesung`, `Wilhelm II. König`. A function word begins a sentence there.
    fn is_ordinal(&self, at: usize, next: usize, lower: &str) -> bool {
        if self.language != LanguageGuess::German || at == 0 || !self.gap_before(at).is_empty() {
            return false;
        }
        // `S. 17. »Nein«` and `Tel. 0711 / 123. Dann` count nothing.
        let before = at.checked_sub(2).map(|at| self.word(at)).unwrap_or_default();
        let refers = before == "/"
            || before.len() > 1 && before.ends_with('.')
            || matches!(before, "seite" | "kapitel" | "nummer");
        if refers || is_quotation_mark(self.word(next)) {
            return false;
        }
        let number = self.source(at - 1);
        let is_count = number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
        let is_roman = (1..=5).contains(&number.len()) && number.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'));
        if is_count && lower.starts_with(|c: char| c.is_ascii_digit()) {
            return self.word(next + 1) == ".";
        }
        (is_count || is_roman) && !opens_sentence(lower, self.language)
    }

    /// Whether the words around a mark are all in capitals, so that a capital tells nothing.
    pub(super) fn is_in_capitals(&self, at: usize, next: usize) -> bool {
        let before = (self.start.max(at.saturating_sub(6))..at).map(|at| self.source(at));
        let after = (next..self.words.len().min(next + 3)).map(|at| self.source(at));
        let (mut capitals, mut all) = (0, 0);
        for word in before.chain(after).filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 2) {
            all += 1;
            capitals += usize::from(!word.contains(char::is_lowercase));
        }
        all >= 3 && capitals * 5 >= all * 4
    }

    /// Whether the sentence began with a small letter, as hasty writers begin them all: then a small letter may begin the next one too.
    pub(super) fn is_casual(&self) -> bool {
        let begins = |at: usize| {
            let head = self.head(at);
            head.starts_with(char::is_lowercase) && !head.contains(char::is_uppercase)
        };
        if self.source(self.start).starts_with(char::is_lowercase) && begins(self.start) {
            // It does not if it goes on with a line or with a sentence that was cut.
            return self.start == 0 || !matches!(self.word(self.start - 1), "," | ";" | "-" | "and");
        }
        // `I` and numbers are written so by everybody.
        let first = self.head(self.start);
        if self.after_casual && (first == "I" || first.starts_with(|c: char| c.is_ascii_digit())) {
            return true;
        }
        // `[10:08] Ben: yes. it does`
        let mut names = 0;
        for at in self.start..self.words.len().min(self.start + 10) {
            if self.source(at).starts_with(char::is_alphabetic) {
                names += 1;
            }
            if self.word(at) == ":" && !self.gap(at).is_empty() {
                return names <= 3 && self.source(at + 1).starts_with(char::is_lowercase) && begins(at + 1);
            }
            if names > 3 {
                break;
            }
        }
        !self.source(self.start).starts_with(char::is_alphabetic)
            && !self.is_picture(self.start)
            && names > 0
            && begins(self.start)
    }

    /// `he asked` or `Mary Smith, 30, told the paper` after a quotation.
    fn is_attribution(&self, next: usize) -> bool {
        (next..self.words.len().min(next + 4))
            .map(|at| self.word(at))
            .take_while(|word| !matches!(*word, "." | "!" | "?" | "\"" | ";"))
            .any(is_speech_verb)
    }

    /// Whether the text without white space around a mark looks like an address or a program.
    pub(super) fn is_in_address(&self, at: usize) -> bool {
        let around = |ats: &mut dyn Iterator<Item = usize>| {
            ats.take(12).any(|at| matches!(self.word(at), "/" | "=" | "@" | "&" | "(" | "{"))
        };
        around(&mut (0..at).rev().take_while(|at| self.gap(*at).is_empty()))
            || around(&mut (at + 1..self.words.len()).take_while(|at| self.gap_before(*at).is_empty()))
    }
}
