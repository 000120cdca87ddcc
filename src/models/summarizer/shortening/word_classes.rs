//! Classes of words that the rules for cuts ask about.

use super::finite_verbs::is_auxiliary;

pub(super) const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
pub(super) const MONTHS: [&str; 22] = [
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
pub(super) const PARTS_OF_DAY: [&str; 5] = ["morning", "afternoon", "evening", "night", "lunchtime"];
pub(super) const SPANS: [&str; 10] =
    ["week", "month", "year", "weekend", "summer", "winter", "spring", "autumn", "fall", "night"];

/// Whether there is a letter or a digit in a word, so that it is no mark.
pub(in crate::models::summarizer) fn is_word(word: &str) -> bool {
    word.contains(char::is_alphanumeric)
}

/// Whether a word is a day of the week or a month.
pub(super) fn is_date(word: &str) -> bool {
    DAYS.contains(&word) || MONTHS.contains(&word)
}

/// Whether a word is a year from 1500 on.
pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4
        && word.bytes().all(|byte| byte.is_ascii_digit())
        && ["15", "16", "17", "18", "19", "20"].iter().any(|century| word.starts_with(century))
}

/// Whether a word is an article or a possessive.
pub(in crate::models::summarizer) fn is_determiner(word: &str) -> bool {
    matches!(word, "a" | "an" | "the" | "his" | "her" | "their" | "its")
}

/// Whether the word at a place is the month of May, not the auxiliary.
pub(in crate::models::summarizer) fn is_month<W: AsRef<str>>(words: &[W], at: usize) -> bool {
    let word = |at: usize| words.get(at).map_or("", AsRef::as_ref);
    let number = |at: usize| word(at).starts_with(|c: char| c.is_ascii_digit());
    let before = if at > 0 { word(at - 1) } else { "" };
    word(at) == "may" && (number(at + 1) || matches!(before, "in" | "on" | "last") || at > 0 && number(at - 1))
}

/// Whether a word begins an adverbial, so that what follows is no subject.
pub(super) fn begins_adverbial(word: &str) -> bool {
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
pub(in crate::models::summarizer) fn ends_open(word: &str) -> bool {
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
