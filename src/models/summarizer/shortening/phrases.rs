//! Phrases that their marks or their first word set apart.

use std::ops::Range;

use super::{
    cuts::{Cut, CutKind},
    finite_verbs::{is_auxiliary, is_past, may_be_finite},
    sentence::{CONNECTIVES, ParsedSentence},
    word_classes::{begins_adverbial, ends_open, is_word, is_year},
};

/// Longest comma group or bracket that is left out, in words and marks.
const LONGEST_GROUP: usize = 30;
/// Words that join what a coordinate clause would be torn from: "both … and …".
const BETWEEN: [&str; 5] = ["between", "both", "either", "neither", "from"];
/// Connectives of several words that may begin a sentence and go with their comma.
const PHRASE_CONNECTIVES: [&[&str]; 7] = [
    &["in", "addition"],
    &["for", "example"],
    &["for", "instance"],
    &["of", "course"],
    &["in", "fact"],
    &["at", "the", "same", "time"],
    &["on", "the", "other", "hand"],
];
/// Words that leave something open where a clause "after …" is cut behind them: "two days after the crash".
const LEADING_IN: [&str; 26] = [
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "hour",
    "hours",
    "minute",
    "minutes",
    "moments",
    "seconds",
    "shortly",
    "soon",
    "long",
    "immediately",
    "right",
    "ever",
    "even",
    "especially",
    "particularly",
    "simply",
    "and",
    "or",
];

impl ParsedSentence<'_> {
    /// "However," at the beginning, or "And" before a subject.
    pub(super) fn connective(&self) -> Option<Cut> {
        let first = self.words.iter().position(|word| is_word(word))?;
        let whole = |end: usize| Cut { words: first..end, kind: CutKind::Connective };
        let comma = |at: usize| self.word(at) == ",";
        for phrase in PHRASE_CONNECTIVES {
            let end = first + phrase.len();
            if self.words.get(first..end) == Some(phrase) && comma(end) {
                return Some(whole(end + 1));
            }
        }
        if CONNECTIVES.contains(&self.word(first)) && comma(first + 1) {
            return Some(whole(first + 2));
        }
        let pronoun = ["he", "she", "it", "they", "we", "i", "the", "a", "this", "these", "those", "there"];
        (matches!(self.word(first), "and" | "but") && pronoun.contains(&self.word(first + 1))).then(|| whole(first + 1))
    }

    /// "LONDON (Reuters) --" at the beginning.
    pub(super) fn dateline(&self) -> Option<Cut> {
        let dash = self.words.iter().take(12).position(|word| matches!(*word, "--" | "-"))?;
        let close = self.words[..dash].iter().rposition(|word| *word == ")")?;
        let open = self.words[..close].iter().position(|word| *word == "(")?;
        let fits = close + 1 == dash && open > 0 && close - open <= 5 && dash + 5 < self.end;
        (fits && !self.has_verb(0..open)).then_some(Cut { words: 0..dash + 1, kind: CutKind::Dateline })
    }

    /// Brackets that only refer or abbreviate; several references in a row, "[5], [6], [11]", go together or not at all.
    pub(super) fn brackets(&self) -> Vec<Cut> {
        let mut found: Vec<(Range<usize>, bool)> = Vec::new();
        let (mut open, mut depth) = (0, 0_usize);
        for at in 0..self.end {
            match self.words[at] {
                "(" | "[" => {
                    if depth == 0 {
                        open = at;
                    }
                    depth += 1;
                }
                ")" | "]" if depth > 0 => {
                    depth -= 1;
                    if depth == 0 {
                        let is_reference = self.is_reference(open, at);
                        match found.last_mut() {
                            Some((last, all)) if last.end + 1 == open && self.word(last.end) == "," => {
                                last.end = at + 1;
                                *all &= is_reference;
                            }
                            _ => found.push((open..at + 1, is_reference)),
                        }
                    }
                }
                _ => {}
            }
        }
        let references = found.into_iter().filter(|(_, is_reference)| *is_reference);
        references.map(|(words, _)| Cut { words, kind: CutKind::Brackets }).collect()
    }

    /// Whether a bracket only refers or abbreviates: "(Figure 2)", "[13]", "(Miller 2010)", "(UNMIK)". Any other may hold what makes the
    /// rest true: "free parking (first half-hour)".
    fn is_reference(&self, open: usize, close: usize) -> bool {
        let inside = &self.words[open + 1..close];
        let number = |word: &str| word.contains(|c: char| c.is_ascii_digit()) && !word.contains(char::is_alphabetic);
        let numbers_alone =
            inside.iter().all(|word| number(word) || !is_word(word)) && inside.iter().any(|word| number(word));
        if numbers_alone {
            // Not the area code of a telephone number.
            return self.words[open] == "[" || open > 0 && is_year(inside[0]) && !number(self.word(close + 1));
        }
        if open == 0 || inside.len() > LONGEST_GROUP || self.has_verb(open + 1..close) {
            return false;
        }
        let refers = ["figure", "fig.", "table", "section", "chapter", "appendix", "see", "e.g.", "i.e."];
        let cites = inside.len() > 1
            && is_word(inside[0])
            && !begins_adverbial(inside[0])
            && inside.iter().any(|word| is_year(word));
        match inside {
            [first, ..] if refers.contains(first) => true,
            [short] => {
                let initials = self.words[open.saturating_sub(10)..open].iter().filter_map(|word| word.chars().next());
                let mut letters = short.chars().peekable();
                initials.for_each(|initial| {
                    letters.next_if_eq(&initial);
                });
                short.len() >= 2 && letters.peek().is_none()
            }
            _ => cites,
        }
    }

    /// Places of the commas outside brackets.
    fn commas(&self) -> Vec<usize> {
        let mut depth = 0_usize;
        let mut commas = Vec::new();
        for (at, word) in self.words[..self.end].iter().enumerate() {
            match *word {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                "," if depth == 0 => commas.push(at),
                _ => {}
            }
        }
        commas
    }

    /// ", a teacher ," and ", who was born in Leeds ," between the subject and its verb.
    pub(super) fn asides(&self) -> impl Iterator<Item = Cut> {
        let commas = self.commas();
        let mut found = Vec::new();
        for (nth, pair) in commas.windows(2).enumerate() {
            let [open, close] = [pair[0], pair[1]];
            let subject = if nth == 0 { 0 } else { commas[nth - 1] + 1 }..open;
            let inside = open + 1..close;
            let verb_follows = may_be_finite(self.word(close + 1));
            let more = commas[nth + 2..].iter().any(|comma| may_be_finite(self.word(comma + 1)));
            // "Nina Chahine, 19, who …, said": what stands between two commas is only the subject where an adverbial opened the sentence.
            let is_opened = nth == 0
                || begins_adverbial(self.word(0))
                || self.connective().is_some_and(|connective| connective.words.end > commas[0]);
            let is_subject = is_opened
                && self.words[subject.clone()].iter().any(|word| is_word(word))
                && !self.has_verb(subject.clone())
                && !begins_adverbial(self.word(subject.start));
            if !verb_follows || more || !is_subject || inside.is_empty() || inside.len() > LONGEST_GROUP {
                continue;
            }
            let is_whole = if self.is_relative(inside.start) {
                self.has_verb(inside.clone())
            } else {
                !self.has_verb(self.behind_participle(inside.start)..close)
                    && !matches!(self.word(inside.start), "and" | "or" | "nor")
            };
            if is_whole {
                found.push(Cut { words: open..close + 1, kind: CutKind::Aside });
            }
        }
        found.into_iter()
    }

    /// What follows the last comma, or an adverbial clause of the past at the end.
    pub(super) fn tail(&self) -> impl Iterator<Item = Cut> {
        let commas = self.commas();
        let mut found = Vec::new();
        if let Some(comma) = commas.last().copied().filter(|comma| *comma > self.verb + 1) {
            let (first, second) = (self.word(comma + 1), self.word(comma + 2));
            let inside = comma + 1..self.end;
            let earlier = commas.iter().any(|other| *other > self.verb && *other != comma);
            let coordinated = || {
                let joined = self.words[..comma].iter().any(|word| BETWEEN.contains(word));
                let clause = comma + 3..self.end;
                !earlier && !joined && clause.start < clause.end && {
                    self.words[clause].iter().any(|word| is_auxiliary(word) || is_past(word))
                }
            };
            let is_whole = match first {
                _ if self.is_relative(comma + 1) => self.has_verb(inside),
                "and" | "while" | "because" | "after" | "before" => coordinated(),
                "a" | "an" => {
                    !earlier
                        && !may_be_finite(self.word(comma - 1))
                        && !self.has_verb(self.behind_participle(comma + 1)..self.end)
                }
                _ => first.len() > 5 && first.ends_with("ing") && !earlier && !second.is_empty(),
            };
            if is_whole {
                found.push(Cut { words: comma..self.end, kind: CutKind::Tail });
            }
        }
        if self.is_past
            && let Some(at) = (self.verb + 2..self.end)
                .rev()
                .find(|at| matches!(self.word(*at), "after" | "before" | "because" | "while"))
            && self.has_verb(at + 2..self.end)
            && !commas.iter().any(|comma| *comma > self.verb)
            && !LEADING_IN.contains(&self.word(at - 1))
            && !ends_open(self.word(at - 1))
            && !may_be_finite(self.word(at - 1))
        {
            found.push(Cut { words: at..self.end, kind: CutKind::Tail });
        }
        found.into_iter()
    }
}
