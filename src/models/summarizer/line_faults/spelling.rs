//! How a line is spelled: its end, its capitals, its articles.

use super::source::FaultSource;
use crate::{
    models::summarizer::shortening::{align, ends_open, is_determiner, is_word},
    text::Word,
};

/// First letters whose names begin with a vowel.
const VOWEL_NAMES: &str = "AEFHILMNORSX";
/// Words that begin with a vowel but not with its sound, and the other way round.
const SPOKEN_AS_CONSONANT: [&str; 12] =
    ["uni", "use", "usa", "usu", "uti", "ura", "eu", "ewe", "once", "one", "ubiq", "uk"];
const SPOKEN_AS_VOWEL: [&str; 4] = ["hour", "honest", "hono", "heir"];
/// Words that begin with `uni` and the sound of "under".
const UNLIKE_UNIT: [&str; 6] = ["unin", "unim", "unid", "unig", "unil", "unir"];

/// Words that no sentence ends with.
const NEVER_LAST: [&str; 14] =
    ["a", "an", "and", "because", "but", "if", "its", "my", "nor", "of", "or", "our", "the", "unless"];

/// Whether a line has no final stop or breaks off. A headline needs no stop.
pub(super) fn is_unfinished(line: &str, words: &[Word], source: &[Word], is_headline: bool) -> bool {
    let closers: &[char] = &['"', '\'', '”', '’', ')', ']', '»', ' '];
    let end = line.trim_end_matches(closers);
    if end.ends_with(['…', ',', ';', ':', '-', '–', '—', '(']) || end.ends_with("..") {
        return true;
    }
    if !is_headline && !end.ends_with(['.', '!', '?']) {
        return true;
    }
    let Some(last) = words.iter().rposition(|word| is_word(&word.text)) else { return true };
    let text = words[last].text.as_str();
    if !ends_open(text) {
        return false;
    }
    if NEVER_LAST.contains(&text) {
        return true;
    }
    // "Talks go on [in May]" is whole, "he came to [the bridge]" is not: what followed tells.
    let aligned = align(source, words);
    let Some(at) = aligned.iter().position(|at| *at == Some(last)) else { return true };
    source.get(at + 1).is_some_and(|next| is_word(&next.text) && (is_determiner(&next.text) || !ends_open(&next.text)))
}

/// Whether a line begins in lower case, or has a word with capitals that the text does not have it with.
pub(super) fn has_wrong_capitals(source: &FaultSource, line: &str, words: &[Word]) -> bool {
    // A text without capitals has none to keep.
    if !source.has_capitals {
        return false;
    }
    let first = words.iter().position(|word| is_word(&word.text));
    words.iter().enumerate().filter(|(_, word)| is_word(&word.text)).any(|(at, word)| {
        let written = &line[word.span.clone()];
        if Some(at) == first && written.starts_with(char::is_lowercase) {
            // "iPhone" begins so.
            return !written.contains(char::is_uppercase);
        }
        let Some(spellings) = source.spellings.get(&written.to_lowercase()) else { return false };
        let opens = Some(at) == first && spellings.iter().any(|other| capitalized(other) == written);
        !opens && !spellings.contains(written)
    })
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Whether an article does not fit the word behind it, which did not stand behind it in the text.
pub(super) fn has_wrong_article(text: &str, line: &str, words: &[Word], source: &[Word]) -> bool {
    let stood =
        |article: &str, next: &str| source.windows(2).any(|pair| pair[0].text == article && pair[1].text == next);
    words.windows(2).enumerate().any(|(at, pair)| {
        let (article, next) = (&*pair[0].text, &*pair[1].text);
        let written = &line[pair[0].span.clone()];
        // "Vitamin A is": a name.
        let is_article = matches!(article, "a" | "an") && (at == 0 || written == article || text.is_empty());
        is_article
            && is_word(next)
            && !stood(article, next)
            && fits(article, &line[pair[1].span.clone()]) == Some(false)
    })
}

/// Whether an article fits the word behind it; nothing where it may be spoken in two ways.
fn fits(article: &str, next: &str) -> Option<bool> {
    let lower = next.to_lowercase();
    let first = lower.chars().next()?;
    let letters = next.chars().filter(|c| c.is_alphabetic()).count();
    let vowel = if first.is_ascii_digit() {
        let number: String = lower.chars().take_while(|c| c.is_ascii_digit() || *c == ',').collect();
        lower.starts_with('8')
            || matches!(number.as_str(), "11" | "18")
            || number.starts_with("11,")
            || number.starts_with("18,")
    } else if letters > 1 && next.chars().all(|c| !c.is_lowercase()) {
        // "An FBI agent", but "a NATO base": by letters or as a word.
        let by_letters = VOWEL_NAMES.contains(next.chars().next()?);
        if by_letters != "AEIOU".contains(next.chars().next()?) {
            return None;
        }
        by_letters
    } else if letters == 1 {
        VOWEL_NAMES.contains(first.to_ascii_uppercase())
    } else if first == 'h' {
        if lower.starts_with("hist") || lower.starts_with("hab") || lower.starts_with("herb") {
            return None;
        }
        SPOKEN_AS_VOWEL.iter().any(|start| lower.starts_with(start))
    } else if matches!(first, 'a' | 'e' | 'i' | 'o' | 'u') {
        let like_unit = SPOKEN_AS_CONSONANT.iter().any(|start| lower.starts_with(start));
        !like_unit || UNLIKE_UNIT.iter().any(|start| lower.starts_with(start))
    } else if first.is_alphabetic() && first.is_ascii() {
        false
    } else {
        return None;
    };
    Some((article == "an") == vowel)
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;
    use super::*;
    use crate::text::words;

    #[test]
    fn articles_go_by_sound() {
        for (article, next) in [
            ("a", "low"),
            ("an", "old"),
            ("an", "hour"),
            ("a", "house"),
            ("a", "unit"),
            ("an", "uninformed"),
            ("a", "one"),
            ("an", "8"),
            ("a", "9"),
            ("an", "11"),
            ("an", "honest"),
            ("a", "European"),
            ("an", "X"),
            ("a", "Tuesday"),
        ] {
            assert_eq!(fits(article, next), Some(true), "{article} {next}");
            let other = if article == "a" { "an" } else { "a" };
            assert_eq!(fits(other, next), Some(false), "{other} {next}");
        }
        for next in ["FBI", "NATO", "historic"] {
            assert_eq!((fits("a", next), fits("an", next)), (None, None), "{next}");
        }
    }

    #[test]
    fn an_article_that_lost_its_word_is_seen() {
        let text = "It is an old, low-value workload. He took vitamin A. It was a hour late.";
        assert_eq!(faults_of(text, &["It is an low-value workload."]), [["article"]]);
        assert_eq!(faults_of(text, &["It is a low-value workload."]), [[""; 0]]);
        // As its author wrote it.
        let source = words("It was a hour late.");
        assert!(!has_wrong_article(text, "It was a hour late.", &words("It was a hour late."), &source));
    }

    #[test]
    fn capitals_are_those_of_the_text() {
        let text = "The OpenACR editor was moved. The iPhone is new. an editor wrote it.";
        let source = FaultSource::read(text);
        let wrong = |line: &str| has_wrong_capitals(&source, line, &words(line));
        assert!(wrong("The Openacr editor was moved."));
        assert!(wrong("the OpenACR editor was moved."));
        assert!(wrong("an editor wrote it."));
        assert!(wrong("The OpenACR Editor was moved."));
        assert!(!wrong("OpenACR was moved."));
        assert!(!wrong("An editor wrote it."));
        assert!(!wrong("iPhone is new."));
        assert!(!wrong("Editor was moved."));
        let plain = FaultSource::read("the bridge opened .");
        assert!(!has_wrong_capitals(&plain, "the bridge opened .", &words("the bridge opened .")));
    }

    #[test]
    fn a_line_ends_with_a_stop() {
        let source = words("The mayor, who came to the bridge, knew what it was for.");
        let unfinished = |line: &str| is_unfinished(line, &words(line), &source, false);
        for line in
            ["The mayor,", "The mayor knew", "The mayor came to.", "The mayor…", "The mayor...", "The mayor knew:", ""]
        {
            assert!(unfinished(line), "{line}");
        }
        for line in ["The mayor knew.", "“The mayor knew.”", "The mayor knew what it was for.", "(The mayor knew.)"]
        {
            assert!(!unfinished(line), "{line}");
        }
        let source_of_particle = words("Talks go on in May.");
        assert!(!is_unfinished("Talks go on.", &words("Talks go on."), &source_of_particle, false));
        assert!(!is_unfinished("The mayor knew", &words("The mayor knew"), &source, true));
        assert!(is_unfinished("The mayor came to", &words("The mayor came to"), &source, true));
    }
}
