//! Lines that begin with a word which refers to what was said before.

use super::source::FaultSource;
use crate::{
    models::summarizer::{
        network::{JudgedWord, RELATIONS},
        shortening::is_word,
    },
    text::Word,
};

const PRONOUNS: [&str; 18] = [
    "he", "she", "it", "they", "him", "them", "his", "her", "hers", "its", "their", "theirs", "this", "these", "that",
    "those", "such", "both",
];
const CONNECTIVES: [&str; 29] = [
    "however",
    "but",
    "also",
    "and",
    "or",
    "so",
    "therefore",
    "thus",
    "hence",
    "moreover",
    "furthermore",
    "additionally",
    "besides",
    "meanwhile",
    "instead",
    "otherwise",
    "nevertheless",
    "nonetheless",
    "consequently",
    "accordingly",
    "similarly",
    "likewise",
    "conversely",
    "nor",
    "yet",
    "then",
    "still",
    "finally",
    "too",
];
/// Connectives of several words.
const PHRASES: [&str; 13] = [
    "in addition",
    "as a result",
    "for example",
    "for instance",
    "on the other hand",
    "in contrast",
    "by contrast",
    "in other words",
    "that said",
    "at the same time",
    "on the contrary",
    "after that",
    "because of this",
];
/// "This paper", "this year": what these refer to is the text itself, or its time.
const DEICTIC: [&str; 40] = [
    "paper",
    "article",
    "page",
    "report",
    "study",
    "work",
    "thesis",
    "post",
    "section",
    "chapter",
    "book",
    "guide",
    "document",
    "policy",
    "letter",
    "note",
    "survey",
    "proposal",
    "specification",
    "pep",
    "eip",
    "release",
    "website",
    "site",
    "blog",
    "tutorial",
    "agreement",
    "year",
    "week",
    "month",
    "morning",
    "afternoon",
    "evening",
    "summer",
    "winter",
    "spring",
    "autumn",
    "fall",
    "weekend",
    "season",
];

/// Whether a line begins with a pronoun or a connective, and no line before it was made of the sentence that stands before its own.
pub(super) fn dangles(
    source: &FaultSource,
    words: &[Word],
    syntax: Option<&[JudgedWord]>,
    sentence: Option<usize>,
    told: &[usize],
) -> bool {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let Some(first) = texts.iter().position(|text| is_word(text)) else { return false };
    if !refers_back(&texts[first..], syntax.map(|syntax| &syntax[first..])) {
        return false;
    }
    let Some(sentence) = sentence else { return true };
    // Of the text's first sentence, nothing was left out that stood before it. A heading does not say who "he" is.
    let is_heading = |at: &usize| {
        let last = source.words_of(*at).iter().rev().find(|word| !matches!(&*word.text, "\"" | "'" | ")" | "]"));
        !last.is_some_and(|word| matches!(&*word.text, "." | "!" | "?" | "..." | ":" | ";" | ","))
    };
    (0..sentence).rev().find(|at| !is_heading(at)).is_some_and(|before| !told.contains(&before))
}

/// Whether words begin with one that refers to what stands before them.
fn refers_back(texts: &[&str], syntax: Option<&[JudgedWord]>) -> bool {
    let (first, second) = (texts[0], texts.get(1).copied().unwrap_or_default());
    let spoken = texts.join(" ");
    if PHRASES
        .iter()
        .any(|phrase| spoken.strip_prefix(phrase).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
    {
        return true;
    }
    match first {
        "it" => !is_expletive(texts, syntax),
        "this" | "these" => !DEICTIC.contains(&second),
        // "Those who came", "that he came is known", "such as", "both A and B".
        "those" | "that" => !matches!(second, "who" | "whose" | "with" | "of" | "in" | "the" | "he" | "she" | "they"),
        "such" => second != "as",
        "both" => !texts.iter().take(8).any(|text| *text == "and"),
        "so" => !matches!(second, "far" | "that" | "many" | "much"),
        "still" | "then" | "finally" | "yet" | "too" => second == "," || matches!(second, "he" | "she" | "it" | "they"),
        "and" | "or" | "nor" | "but" => true,
        _ => PRONOUNS.contains(&first) || CONNECTIVES.contains(&first),
    }
}

/// "It is clear that", "it rained": nobody is meant.
fn is_expletive(texts: &[&str], syntax: Option<&[JudgedWord]>) -> bool {
    if syntax.is_some_and(|syntax| RELATIONS.get(syntax[0].relation) == Some(&"expl")) {
        return true;
    }
    let is_be = texts.iter().skip(1).take(3).any(|text| matches!(*text, "is" | "was" | "'s" | "be" | "been"));
    let weather = texts
        .iter()
        .skip(1)
        .take(4)
        .any(|text| ["rain", "snow", "seem", "appear", "turn"].iter().any(|stem| text.starts_with(stem)));
    let complement =
        texts.iter().skip(2).take(6).any(|text| matches!(*text, "to" | "that" | "who" | "whether" | "when"));
    weather || is_be && complement
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;

    const TEXT: &str = "Mary Hale opened a shop in Leeds. She sells lamps. However, business is slow. It is clear that rents rose. \
        This year was good. Those who came bought two lamps.";

    #[test]
    fn a_pronoun_needs_the_sentence_before_its_own() {
        assert_eq!(faults_of(TEXT, &["She sells lamps."]), [["dangling"]]);
        assert_eq!(faults_of(TEXT, &["Mary Hale opened a shop in Leeds.", "She sells lamps."]), [[""; 0]; 2]);
        assert_eq!(faults_of(TEXT, &["Mary Hale opened a shop.", "However, business is slow."])[1], ["dangling"]);
        // What comes after it does not help.
        assert_eq!(faults_of(TEXT, &["She sells lamps.", "Mary Hale opened a shop in Leeds."])[0], ["dangling"]);
    }

    #[test]
    fn what_refers_to_nothing_said_needs_nothing() {
        for line in ["It is clear that rents rose.", "This year was good.", "Those who came bought two lamps."] {
            assert_eq!(faults_of(TEXT, &[line]), [[""; 0]], "{line}");
        }
        assert_eq!(faults_of("It works. It is red.", &["It works."]), [[""; 0]]);
    }
}
