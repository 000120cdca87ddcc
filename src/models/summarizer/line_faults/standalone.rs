//! Lines that tell nothing: questions, greetings, labels and headings.

use super::{fault::LineFault, source::FaultSource};
use crate::{models::summarizer::shortening::is_word, text::Word};

/// Words of a greeting or a thanks, at most: longer ones say something besides.
const LONGEST_GREETING: usize = 14;
/// Words of a heading and of a label, at most.
const LONGEST_HEADING: usize = 14;
const LONGEST_LABEL: usize = 4;
const GREETINGS: [&str; 22] = [
    "hi",
    "hello",
    "hey",
    "dear",
    "good morning",
    "good afternoon",
    "good evening",
    "welcome",
    "thank you",
    "thanks",
    "many thanks",
    "best regards",
    "kind regards",
    "regards",
    "sincerely",
    "yours sincerely",
    "yours truly",
    "cheers",
    "best wishes",
    "good night",
    "ladies and gentlemen",
    "see you",
];

/// Which of them a line is.
pub(super) fn standalone(
    source: &FaultSource,
    line: &str,
    words: &[Word],
    sentence: Option<usize>,
) -> Option<LineFault> {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    if is_label(line, words) {
        Some(LineFault::Label)
    } else if last_mark(&texts) == Some("?") {
        Some(LineFault::Question)
    } else if is_greeting(&texts) {
        Some(LineFault::Greeting)
    } else if is_heading(source, line, &texts, sentence) {
        Some(LineFault::Heading)
    } else {
        None
    }
}

/// The last mark or word, quotation marks and brackets aside.
fn last_mark<'a>(texts: &[&'a str]) -> Option<&'a str> {
    texts.iter().rev().copied().find(|text| !matches!(*text, "\"" | "'" | ")" | "]"))
}

fn is_greeting(texts: &[&str]) -> bool {
    let spoken: Vec<&str> = texts.iter().copied().filter(|text| is_word(text)).collect();
    let said = spoken.join(" ");
    // "Thanks to the rain, …" thanks nobody.
    let begins = |greeting: &&str| {
        said.strip_prefix(*greeting)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') && !rest.starts_with(" to "))
            || *greeting == "welcome" && said.starts_with("welcome to ")
    };
    spoken.len() <= LONGEST_GREETING && GREETINGS.iter().any(begins)
}

/// "Anna Berg: …", "WARNING: …", "Ingredients:".
fn is_label(line: &str, words: &[Word]) -> bool {
    let Some(colon) = words.iter().position(|word| word.text == ":") else { return false };
    let before: Vec<&str> =
        words[..colon].iter().filter(|word| is_word(&word.text)).map(|word| &line[word.span.clone()]).collect();
    let is_last = line.trim_end().ends_with(':');
    let is_name = |word: &&str| {
        word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || matches!(*word, "of" | "the" | "de")
    };
    is_last || (1..=LONGEST_LABEL).contains(&before.len()) && before.iter().all(is_name)
}

/// A short line without a final mark that is a line of the text, or spelled as a title.
fn is_heading(source: &FaultSource, line: &str, texts: &[&str], sentence: Option<usize>) -> bool {
    let Some(last) = last_mark(texts) else { return false };
    let spoken = texts.iter().filter(|text| is_word(text)).count();
    // "… in the U.S." has a stop.
    if !is_word(last) || last.ends_with('.') || !(1..=LONGEST_HEADING).contains(&spoken) {
        return false;
    }
    let long: Vec<&str> =
        line.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 3).collect();
    let capitals = long.iter().filter(|word| word.starts_with(char::is_uppercase)).count();
    let is_titled = long.len() >= 2 && capitals == long.len();
    let is_own_line = sentence.is_some_and(|at| {
        let span = &source.document.sentences[at].span;
        let written = source.text[span.clone()].trim();
        let before =
            source.text[..span.start].lines().next_back().filter(|_| !source.text[..span.start].ends_with('\n'));
        let begins =
            before.is_none_or(|before| !before.contains(char::is_alphanumeric) && !before.contains(['-', '*', '•']));
        let ends = source.text[span.end..].trim_start_matches([' ', '\t', '*', '#', '=']).starts_with(['\n', '\r']);
        begins && ends && written.trim_end_matches(['.', ' ']) == line.trim()
    });
    is_titled || is_own_line
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;

    #[test]
    fn lines_that_tell_nothing_are_named() {
        let text = "Opening hours\n\nThe shop opens at nine. Anna Berg: We open at nine. Why so late? Dear customers, thank you all. \
            Thanks to the rain, nobody came. The rule is simple: nobody smokes. He asked why it was late.\n\nIngredients:\n\nFlour.";
        for (line, fault) in [
            ("Opening hours", "heading"),
            ("Why so late?", "question"),
            ("Dear customers, thank you all.", "greeting"),
            ("Anna Berg: We open at nine.", "label"),
            ("Ingredients:", "label"),
        ] {
            assert_eq!(faults_of(text, &[line]), [[fault]], "{line}");
        }
        for line in [
            "The shop opens at nine.",
            "Thanks to the rain, nobody came.",
            "The rule is simple: nobody smokes.",
            "He asked why it was late.",
        ] {
            let faults = faults_of(text, &[line]);
            assert!(
                !faults[0].iter().any(|fault| matches!(*fault, "label" | "greeting" | "heading" | "question")),
                "{line}"
            );
        }
    }
}
