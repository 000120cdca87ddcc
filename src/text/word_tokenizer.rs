//! Words and punctuation in one normal form, each with the bytes it came from.
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

use unicode_segmentation::UnicodeSegmentation;

use super::abbreviations::{Abbreviation, abbreviation};

/// One word or mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// In the normal form; never empty, without white space.
    pub text: String,
    /// The bytes of the text it came from, without white space at either end.
    pub span: Range<usize>,
}

/// What separates words and is shown by nothing: white space, control and zero-width characters.
pub fn is_white(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether a text does without capitals, as tokenized training sets and hasty writers do: less than one in 200 of its letters is one.
pub(super) fn is_uncased(text: &str) -> bool {
    let (mut capitals, mut small) = (0usize, 0usize);
    for c in text.chars() {
        if c.is_uppercase() {
            capitals += 1;
        } else if c.is_lowercase() {
            small += 1;
        }
    }
    capitals * 200 < small
}

/// The words and marks of a text, in order. Time is proportional to its length.
pub fn words(text: &str) -> Vec<Word> {
    let mut reader = WordTokenizer {
        text,
        segments: text.split_word_bound_indices().filter(|(_, s)| !s.chars().all(is_white)).collect(),
        uncased: is_uncased(text),
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
pub fn stopped(words: &[Word]) -> String {
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
            if matches!(c, ':' | ';') || c == '.' && forgotten_space(segment, index) {
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
        match abbreviation(&fold(word)) {
            None => fold(word) == "al" && self.words.last().is_some_and(|previous| previous.text == "et"),
            Some(Abbreviation::Reference) => next.starts_with(|c: char| c.is_ascii_digit()),
            Some(Abbreviation::Initial) => {
                let letter = word.chars().next().unwrap_or_default();
                // "So do I. But" is no initial; "I. M. Pei" is.
                let pronoun = matches!(letter, 'i' | 'I')
                    && !(next.chars().count() == 1
                        && next.chars().all(char::is_alphabetic)
                        && self.segment(at + 3) == ".");
                !pronoun && !is_ideograph(letter) && (letter.is_uppercase() || self.uncased)
            }
            Some(_) => true,
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
            '。' | '｡' => (".".into(), 1),
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

/// A stop inside a segment which ends a sentence whose writer forgot the space: small letters before it, a capital after it.
fn forgotten_space(segment: &str, at: usize) -> bool {
    let before = segment[..at].rsplit('.').next().unwrap_or_default();
    let mut after = segment[at + 1..].chars();
    before.chars().count() >= 2
        && before.chars().skip(1).all(char::is_lowercase)
        && after.next().is_some_and(char::is_uppercase)
        && after.next().is_none_or(char::is_lowercase)
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Lower-cased, with plain apostrophes, without ligatures and zero-width characters.
pub(super) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'a'..='z' | '0'..='9' => folded.push(c),
            '’' | '‘' | 'ʼ' | '＇' => folded.push('\''),
            'ﬀ' => folded.push_str("ff"),
            'ﬁ' => folded.push_str("fi"),
            'ﬂ' => folded.push_str("fl"),
            'ﬃ' => folded.push_str("ffi"),
            'ﬄ' => folded.push_str("ffl"),
            // "İ" is "i" and a dot above; the dot is dropped, as a visitor's search would.
            'İ' => folded.push('i'),
            _ if is_white(c) => {}
            // What picks the shape of an emoji.
            '\u{fe00}'..='\u{fe0f}' => {}
            _ => folded.extend(c.to_lowercase()),
        }
    }
    if folded.is_empty() { word.chars().filter(|c| !is_white(*c)).collect() } else { folded }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a visitor pastes, and the same as a treebank has it: both must be read as the third.
    const PAIRS: &[(&str, &str, &str)] = &[
        (
            "He said: “It’s 3.5% — isn’t it?”",
            "he said : `` it 's 3.5 % -- is n't it ? ''",
            r#"he said : " it 's 3.5 % -- is n't it ? ""#,
        ),
        ("Mr. Smith paid $41.1 million.", "mr. smith paid $ 41.1 million .", "mr. smith paid $ 41.1 million ."),
        ("The 14-year-old (a boy)", "the 14 - year - old -lrb- a boy -rrb-", "the 14 - year - old ( a boy )"),
        ("the U.S.-led war", "the u.s. - led war", "the u.s. - led war"),
        ("He can't, won't and cannot.", "he ca n't , wo n't and can not .", "he ca n't , wo n't and can not ."),
        ("They're gonna go!!!", "they 're gon na go !!!", "they 're gon na go !"),
        ("Ivins' e-mail; O'Brien's", "ivins ' e-mail ; o'brien 's", "ivins ' e - mail ; o'brien 's"),
        ("J. K. Rowling and J.K. Simmons", "j. k. rowling and j.k. simmons", "j. k. rowling and j.k. simmons"),
        ("at 3:30 p.m. on 9/11", "at 3:30 p.m. on 9/11", "at 3 : 30 p.m. on 9 / 11"),
        ("Well… I, er, don't know...", "well ... i , er , do n't know ...", "well ... i , er , do n't know ..."),
        ("from 2010–2015, Paris–Nice", "from 2010 - 2015 , paris - nice", "from 2010 - 2015 , paris - nice"),
        ("the '90s, the 1990s", "the ' 90s , the 1990s", "the ' 90s , the 1990s"),
        ("See No. 5. No. It is.", "see no. 5 . no . it is .", "see no. 5 . no . it is ."),
        ("£20m, 1,000 km & AT&T", "£ 20m , 1,000 km & at & t", "£ 20m , 1,000 km & at & t"),
        ("the boys’ toys", "the boys ' toys", "the boys ' toys"),
        ("the dog's [sic] tail", "the dog 's -lsb- sic -rsb- tail", "the dog 's [ sic ] tail"),
        ("the U.S.'s debt", "the u.s. 's debt", "the u.s. 's debt"),
        ("Apple Inc. said", "apple inc. said", "apple inc. said"),
        ("“Yes,” she said", "\" yes , \" she said", "\" yes , \" she said"),
        ("The end.The next", "the end . the next", "the end . the next"),
    ];

    fn texts(text: &str) -> String {
        normalize(text)
    }

    #[test]
    fn a_page_and_a_treebank_look_alike() {
        for (natural, treebank, normal) in PAIRS {
            assert_eq!(texts(natural), *normal, "{natural}");
            assert_eq!(texts(treebank), *normal, "{treebank}");
            assert_eq!(texts(normal), *normal);
        }
    }

    #[test]
    fn spans_are_the_visitors_bytes() {
        let text = "“Don’t,” said Ms. O’Neil — twice.";
        let spans: Vec<&str> = words(text).iter().map(|word| &text[word.span.clone()]).collect();
        assert_eq!(spans, ["“", "Do", "n’t", ",", "”", "said", "Ms.", "O’Neil", "—", "twice", "."]);
    }

    #[test]
    fn odd_characters() {
        assert_eq!(texts("a\u{200b}b e\u{ad}f \u{feff}ﬁne"), "a b ef fine");
        assert_eq!(texts("naïve CAFÉ İstanbul"), "naïve café istanbul");
        assert_eq!(texts("我去。你呢？"), "我 去 . 你 呢 ?");
        assert_eq!(texts("a ===== b ***** c ----- d"), "a = b * c -- d");
        assert_eq!(texts("👩‍👩‍👧 ok ❤️"), "👩👩👧 ok ❤");
        assert_eq!(texts("\u{2066}a\u{2069} \u{fe0f}"), "a \u{fe0f}");
        assert_eq!(texts("www.whitehouse.gov/back me@here.org"), "www.whitehouse.gov / back me @ here.org");
        assert_eq!(texts(" \t\r\n\u{a0}"), "");
    }

    proptest! {
        #[test]
        fn spans_are_valid_and_cover_what_shows(text in "(?s).{0,200}") {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(!word.text.is_empty() && !word.text.contains(is_white));
                prop_assert!(word.span.start >= end && word.span.end > word.span.start);
                prop_assert!(text[end..word.span.start].chars().all(is_white));
                prop_assert_eq!(text[word.span.clone()].trim_matches(is_white), &text[word.span.clone()]);
                end = word.span.end;
            }
            prop_assert!(text[end..].chars().all(is_white));
        }

        /// Prepared text is stored as text and read again.
        #[test]
        fn the_normal_form_is_its_own(
            text in r#"([A-Za-z]{1,6}|[0-9]{1,4}|Mr\.|U\.S\.|don't|it’s|[.,;:!?"“”'()\[\]$%/—–-]|\.\.\.|[ \n]){0,30}"#
        ) {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }
    }
}
