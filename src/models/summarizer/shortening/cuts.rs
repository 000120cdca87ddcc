//! What may be left out of a sentence so that the rest stays true and whole.
//!
//! A cut is a phrase that its marks or its first word set apart: brackets, a comma group between subject and verb, what follows the last
//! comma, a point in time, a connective. Anything else stays: restrictive clauses, complements and objects are not cut, because without a
//! parser nothing says that the rest holds without them. Where the sentence denies, demands or conditions something, even a time or a
//! coordinate clause narrows it ("on Sunday, no ferry will run"), so that there only comments may go.

use std::ops::Range;

use super::{
    finite_verbs::{is_auxiliary, is_past, may_be_finite, may_be_imperative},
    governing_words::{Governance, governance},
};
use crate::text::Word;

/// What kind of phrase a cut leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutKind {
    /// "However," at the beginning.
    Connective,
    /// "LONDON (Reuters) --" at the beginning.
    Dateline,
    /// A point in time: "on Monday".
    Time,
    /// "(…)" or "[…]".
    Brackets,
    /// A comma group between subject and verb: ", a former teacher,".
    Aside,
    /// What follows the last comma, or an adverbial clause at the end.
    Tail,
}

/// A phrase that may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its words, as places in the sentence.
    pub words: Range<usize>,
    /// What it is.
    pub kind: CutKind,
}

/// Longest comma group or bracket that is left out, in words and marks.
const LONGEST_GROUP: usize = 30;

/// The phrases of a sentence that may be left out, in order. A sentence is its words in the normal form, marks included.
pub fn cuts(words: &[Word]) -> Vec<Cut> {
    let sentence = Reading::of(words);
    let Some(sentence) = sentence else { return Vec::new() };
    let mut cuts = Vec::new();
    cuts.extend(sentence.connective());
    cuts.extend(sentence.dateline());
    cuts.extend(sentence.brackets());
    if sentence.is_free() {
        cuts.extend(sentence.times());
        cuts.extend(sentence.asides());
        cuts.extend(sentence.tail());
    } else if !sentence.is_conditional {
        cuts.extend(sentence.asides().filter(|cut| sentence.is_relative(cut.words.start + 1)));
        cuts.extend(sentence.tail().filter(|cut| sentence.is_relative(cut.words.start + 1)));
    }
    cuts.retain(|cut| cut.kind == CutKind::Connective || !sentence.governs(&cut.words));
    cuts.retain(|cut| sentence.is_outside_quotations(&cut.words));
    cuts.sort_by_key(|cut| (cut.words.start, cut.words.end));
    cuts
}

/// A sentence with what all rules ask about it.
struct Reading<'a> {
    words: Vec<&'a str>,
    /// The place behind the last word: closing marks follow.
    end: usize,
    /// The first possible finite verb.
    verb: usize,
    /// Whether it denies, demands or allows something, or speaks of all.
    is_scoped: bool,
    /// Whether it holds a condition or an exclusion.
    is_conditional: bool,
    /// Whether its first finite verb is in the past tense.
    is_past: bool,
}

const RELATIVES: [&str; 4] = ["who", "whom", "whose", "which"];
const UNIVERSALS: [&str; 8] = ["all", "each", "every", "any", "both", "everyone", "anyone", "can"];
const BETWEEN: [&str; 5] = ["between", "both", "either", "neither", "from"];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 22] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan.",
    "feb.",
    "mar.",
    "apr.",
    "aug.",
    "sept.",
    "sep.",
    "oct.",
    "nov.",
    "dec.",
];
const PARTS_OF_DAY: [&str; 5] = ["morning", "afternoon", "evening", "night", "lunchtime"];
const SPANS: [&str; 10] = ["week", "month", "year", "weekend", "summer", "winter", "spring", "autumn", "fall", "night"];
/// Connectives of one word that may begin a sentence and go with their comma.
const CONNECTIVES: [&str; 14] = [
    "however",
    "meanwhile",
    "moreover",
    "furthermore",
    "also",
    "additionally",
    "besides",
    "nevertheless",
    "nonetheless",
    "similarly",
    "indeed",
    "finally",
    "then",
    "so",
];
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

impl<'a> Reading<'a> {
    /// Reads a sentence; none if nothing of it may be left out: questions, commands, and what has no verb.
    fn of(words: &'a [Word]) -> Option<Self> {
        let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let end =
            words.iter().rposition(|word| is_word(word) || matches!(*word, ")" | "]" | "%")).map_or(0, |at| at + 1);
        if words[end..].contains(&"?") || words.contains(&"?") {
            return None;
        }
        let first = words.iter().position(|word| is_word(word))?;
        let is_adjective = |at: usize| at > 0 && is_determiner(words[at - 1]) && words[at].ends_with("ed");
        let verb = (first..end).find(|at| may_be_finite(words[*at]) && !is_adjective(*at))?;
        // A command tells what to do, and every part of it counts.
        let second = words[first + 1..end].iter().position(|word| is_word(word)).map(|at| first + 1 + at);
        let is_command = |at: usize| may_be_imperative(words[at]);
        let connected = CONNECTIVES.contains(&words[first]) || matches!(words[first], "and" | "but" | "please");
        if is_command(first) && !is_auxiliary(words[first]) || connected && second.is_some_and(is_command) {
            return None;
        }
        if verb > first && words[verb - 1] == "," && begins_adverbial(words[first]) {
            return None;
        }
        let governance_at = |at: usize| governance(words[at]).filter(|_| !is_month(&words, at));
        let is_scoped = (first..end)
            .filter_map(governance_at)
            .any(|kind| matches!(kind, Governance::Negation | Governance::Modality))
            || words[..end].iter().any(|word| UNIVERSALS.contains(word));
        let conditional = |at: usize| {
            let is_opening = at < 3 && CONNECTIVES.contains(&words[at]);
            !is_opening && matches!(governance_at(at), Some(Governance::Condition | Governance::Exclusion))
        };
        let is_conditional = (first..end).any(conditional);
        let is_past = is_past(words[verb]);
        Some(Self { words, end, verb, is_scoped, is_conditional, is_past })
    }

    /// Whether nothing in the sentence makes it depend on its times and its coordinate clauses.
    fn is_free(&self) -> bool {
        !self.is_scoped && !self.is_conditional
    }

    fn word(&self, at: usize) -> &'a str {
        self.words.get(at).copied().unwrap_or("")
    }

    fn is_relative(&self, at: usize) -> bool {
        RELATIVES.contains(&self.word(at))
    }

    fn governs(&self, cut: &Range<usize>) -> bool {
        cut.clone().any(|at| governance(self.words[at]).is_some() && !is_month(&self.words, at))
    }

    /// The place behind the first word of a phrase, and behind a participle that follows a determiner: "a retired teacher".
    fn behind_participle(&self, start: usize) -> usize {
        let participle = is_determiner(self.word(start)) && self.word(start + 1).ends_with("ed");
        start + 1 + usize::from(participle)
    }

    fn has_verb(&self, words: Range<usize>) -> bool {
        self.words.get(words).is_some_and(|words| words.iter().any(|word| may_be_finite(word)))
    }

    /// Quotations are not shortened: who quotes leaves nothing out.
    fn is_outside_quotations(&self, cut: &Range<usize>) -> bool {
        let marks = |words: &[&str]| words.iter().filter(|word| **word == "\"").count();
        let lone = self.words[cut.clone()].contains(&"'");
        !lone && marks(&self.words[..cut.start]).is_multiple_of(2) && marks(&self.words[cut.clone()]) == 0
    }

    fn connective(&self) -> Option<Cut> {
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

    fn dateline(&self) -> Option<Cut> {
        let dash = self.words.iter().take(12).position(|word| matches!(*word, "--" | "-"))?;
        let close = self.words[..dash].iter().rposition(|word| *word == ")")?;
        let open = self.words[..close].iter().position(|word| *word == "(")?;
        let fits = close + 1 == dash && open > 0 && close - open <= 5 && dash + 5 < self.end;
        (fits && !self.has_verb(0..open)).then_some(Cut { words: 0..dash + 1, kind: CutKind::Dateline })
    }

    /// Brackets that only refer or abbreviate; several references in a row, "[5], [6], [11]", go together or not at all.
    fn brackets(&self) -> Vec<Cut> {
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
    fn asides(&self) -> impl Iterator<Item = Cut> {
        let commas = self.commas();
        let mut found = Vec::new();
        for (nth, pair) in commas.windows(2).enumerate() {
            let [open, close] = [pair[0], pair[1]];
            let subject = if nth == 0 { 0 } else { commas[nth - 1] + 1 }..open;
            let inside = open + 1..close;
            let verb_follows = may_be_finite(self.word(close + 1));
            let more = commas[nth + 2..].iter().any(|comma| may_be_finite(self.word(comma + 1)));
            let is_subject = self.words[subject.clone()].iter().any(|word| is_word(word))
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
    fn tail(&self) -> impl Iterator<Item = Cut> {
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
                _ if RELATIVES.contains(&first) => self.has_verb(inside),
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

    /// Points in time of what happened.
    fn times(&self) -> impl Iterator<Item = Cut> {
        let mut found = Vec::new();
        let mut at = 0;
        while self.is_past && at < self.end {
            match self.time_from(at) {
                Some(end) => {
                    found.extend(self.time_cut(at, end));
                    at = end;
                }
                None => at += 1,
            }
        }
        found.into_iter()
    }

    /// The place behind a point in time that begins at a word.
    fn time_from(&self, at: usize) -> Option<usize> {
        let word = |at: usize| self.word(at);
        let is_day = |at: usize| DAYS.contains(&word(at));
        let is_year = |at: usize| is_year(word(at));
        let is_month = |at: usize| MONTHS.contains(&word(at));
        let is_number = |at: usize| word(at).len() <= 2 && word(at).bytes().all(|byte| byte.is_ascii_digit());
        let year_after = |at: usize| match (word(at), is_year(at), is_year(at + 1)) {
            (",", _, true) => at + 2,
            (_, true, _) => at + 1,
            _ => at,
        };
        match word(at) {
            "yesterday" => Some(at + 1),
            "last" if SPANS.contains(&word(at + 1)) || is_day(at + 1) || is_month(at + 1) => Some(at + 2),
            "in" if is_year(at + 1) => Some(at + 2),
            "in" if is_month(at + 1) => Some(year_after(at + 2)),
            "on" if is_day(at + 1) => Some(at + 2 + usize::from(PARTS_OF_DAY.contains(&word(at + 2)))),
            "on" if is_month(at + 1) && is_number(at + 2) && !word(at + 2).is_empty() => Some(year_after(at + 3)),
            "on" if is_number(at + 1) && is_month(at + 2) && !word(at + 1).is_empty() => Some(year_after(at + 3)),
            _ => None,
        }
    }

    /// The cut that leaves a point in time out, if what stands around it allows that.
    fn time_cut(&self, start: usize, end: usize) -> Option<Cut> {
        let before = if start > 0 { self.word(start - 1) } else { "" };
        let kind = CutKind::Time;
        if start == 0 || (start == 1 && !is_word(before)) {
            let subject = self.word(end + 1);
            let fits = self.word(end) == "," && !begins_adverbial(subject) && !may_be_finite(subject);
            return fits.then_some(Cut { words: start..end + 1, kind });
        }
        let is_last = end == self.end;
        let follows = matches!(self.word(end), "in" | "at" | "after" | "for" | "with" | "by" | "near");
        let is_open = ends_open(before) || may_be_finite(before) || !is_word(before);
        let names_the_time = ["born", "place", "scheduled", "due", "dated", "until", "since", "held"].contains(&before);
        // "a prize in 2003 and a medal in 2008": each time belongs to its own part.
        let is_part = self.words[start.saturating_sub(6)..start].contains(&"and");
        (start > self.verb && (is_last || follows) && !is_open && !names_the_time && !is_part)
            .then_some(Cut { words: start..end, kind })
    }
}

/// Whether there is a letter or a digit in a word, so that it is no mark.
pub(super) fn is_word(word: &str) -> bool {
    word.contains(char::is_alphanumeric)
}

/// Whether a word is a day of the week or a month.
pub(super) fn is_date(word: &str) -> bool {
    DAYS.contains(&word) || MONTHS.contains(&word)
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && word.bytes().all(|byte| byte.is_ascii_digit())
        && ["15", "16", "17", "18", "19", "20"].iter().any(|century| word.starts_with(century))
}

fn is_determiner(word: &str) -> bool {
    matches!(word, "a" | "an" | "the" | "his" | "her" | "their" | "its")
}

/// Whether the word at a place is the month of May, not the auxiliary.
pub(super) fn is_month<W: AsRef<str>>(words: &[W], at: usize) -> bool {
    let word = |at: usize| words.get(at).map_or("", AsRef::as_ref);
    let number = |at: usize| word(at).starts_with(|c: char| c.is_ascii_digit());
    let before = if at > 0 { word(at - 1) } else { "" };
    word(at) == "may" && (number(at + 1) || matches!(before, "in" | "on" | "last") || at > 0 && number(at - 1))
}

/// Whether a word begins an adverbial, so that what follows is no subject.
fn begins_adverbial(word: &str) -> bool {
    const OPENERS: [&str; 42] = [
        "about",
        "above",
        "across",
        "after",
        "against",
        "along",
        "although",
        "amid",
        "among",
        "around",
        "as",
        "at",
        "because",
        "before",
        "behind",
        "below",
        "between",
        "by",
        "despite",
        "during",
        "following",
        "for",
        "from",
        "in",
        "inside",
        "into",
        "near",
        "of",
        "off",
        "on",
        "once",
        "over",
        "since",
        "that",
        "through",
        "to",
        "under",
        "upon",
        "when",
        "while",
        "with",
        "like",
    ];
    OPENERS.contains(&word) || word.len() > 5 && (word.ends_with("ing") || word.ends_with("ly"))
}

/// Whether a line cannot end with a word: a preposition, a determiner, an opened clause, an auxiliary.
pub(super) fn ends_open(word: &str) -> bool {
    const OPEN: [&str; 78] = [
        "a",
        "about",
        "above",
        "across",
        "after",
        "against",
        "along",
        "although",
        "amid",
        "among",
        "an",
        "and",
        "around",
        "as",
        "at",
        "because",
        "before",
        "behind",
        "below",
        "between",
        "but",
        "by",
        "despite",
        "during",
        "each",
        "every",
        "except",
        "for",
        "from",
        "her",
        "his",
        "how",
        "if",
        "in",
        "including",
        "inside",
        "into",
        "its",
        "like",
        "my",
        "near",
        "nor",
        "of",
        "off",
        "on",
        "onto",
        "or",
        "our",
        "over",
        "per",
        "since",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "this",
        "those",
        "through",
        "to",
        "toward",
        "towards",
        "under",
        "unless",
        "until",
        "upon",
        "very",
        "via",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whose",
        "with",
    ];
    OPEN.contains(&word) || word == "without" || word == "your" || is_auxiliary(word)
}
