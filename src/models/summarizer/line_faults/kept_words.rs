//! What a line kept of its sentence: whether it added words, and whether what it kept says the same.

use std::ops::Range;

use crate::{
    models::summarizer::shortening::{Governance, align, governance, is_month, is_word},
    text::Word,
};

/// Words that begin a clause or phrase of its own: what they hold governs nothing before them.
const OPENERS: [&str; 22] = [
    "after", "although", "and", "as", "because", "before", "but", "if", "nor", "or", "since", "so", "though", "unless",
    "until", "when", "where", "whereas", "which", "while", "who", "whose",
];
/// Words that oppose a sentence or a clause to what stood before: without them each says what it says.
const CONNECTIVES: [&str; 10] =
    ["albeit", "although", "but", "however", "instead", "nevertheless", "nonetheless", "still", "though", "yet"];
/// Degrees of time, which change no polarity.
const TIMES: [&str; 4] = ["late", "later", "once", "often"];
/// Prefixes that turn a word into its opposite.
const OPPOSITES: [&str; 7] = ["un", "in", "im", "ir", "il", "dis", "non"];

/// The words without marks; `an` is `a`, since which of them stands depends on what follows.
pub(super) fn spoken(words: &[Word]) -> Vec<Word> {
    let plain =
        |word: &Word| Word { text: if word.text == "an" { "a".into() } else { word.text.clone() }, ..word.clone() };
    words.iter().filter(|word| is_word(&word.text)).map(plain).collect()
}

/// Whether the words of a line are, in order, words of a sentence.
pub(super) fn is_subsequence(sentence: &[Word], line: &[Word]) -> bool {
    let (sentence, line) = (spoken(sentence), spoken(line));
    let mut rest = sentence.iter();
    line.iter().all(|word| rest.any(|other| other.text == word.text))
}

/// Whether a word of polarity or modality came, or went from a clause that stayed.
pub(super) fn changes_polarity(sentence: &[Word], line: &[Word]) -> bool {
    let texts: Vec<&str> = sentence.iter().map(|word| word.text.as_str()).collect();
    let aligned = align(sentence, line);
    let mut is_added = vec![true; line.len()];
    aligned.iter().flatten().for_each(|at| is_added[*at] = false);
    let added: Vec<&str> =
        line.iter().zip(&is_added).filter(|(_, added)| **added).map(|(word, _)| &*word.text).collect();
    let dropped: Vec<usize> = (0..texts.len()).filter(|at| aligned[*at].is_none() && is_word(texts[*at])).collect();
    let turned = |word: &str, other: &str| OPPOSITES.iter().any(|prefix| word.strip_prefix(prefix) == Some(other));
    added.iter().any(|word| {
        governance(word).is_some() || dropped.iter().any(|at| turned(word, texts[*at]) || turned(texts[*at], word))
    }) || dropped.iter().any(|at| {
        governance(texts[*at])
            .is_some_and(|governance| !is_month(&texts, *at) && governs_what_stayed(&texts, &aligned, *at, governance))
    })
}

/// Whether a word that went governs something that stayed.
fn governs_what_stayed(texts: &[&str], aligned: &[Option<usize>], at: usize, governance: Governance) -> bool {
    let spoken = |mut range: Range<usize>| range.find(|at| is_word(texts[*at]));
    let opens_sentence = spoken(0..texts.len()) == Some(at);
    if opens_sentence && CONNECTIVES.contains(&texts[at]) {
        return false;
    }
    let stays = |at: usize| aligned[at].is_some() && is_word(texts[at]);
    if governance == Governance::Degree {
        // "almost died": it governs what stands beside it.
        return !TIMES.contains(&texts[at]) && texts.get(at + 1).is_some_and(|word| is_word(word)) && stays(at + 1);
    }
    let segment = segment_of(texts, at);
    if segment.clone().any(stays) {
        return !CONNECTIVES.contains(&texts[at]);
    }
    // A whole clause or phrase went. "If it rains," and "prosecutors said" govern the others; "which did not open" does not.
    let first = spoken(segment).map_or("", |first| texts[first]);
    let is_attribution = governance == Governance::Attribution && !OPENERS.contains(&first);
    let opens_segment = first == texts[at] && !CONNECTIVES.contains(&first);
    is_attribution || opens_segment && governance != Governance::Attribution
}

/// The words around a place up to the next mark or word that begins another clause.
fn segment_of(texts: &[&str], at: usize) -> Range<usize> {
    let is_mark = |at: usize| !is_word(texts[at]) && !matches!(texts[at], "'" | "\"" | "-" | "$" | "%");
    let begins = |at: usize| OPENERS.contains(&texts[at]);
    let start = (0..=at).rev().find(|start| begins(*start) || *start == 0 || is_mark(*start - 1)).unwrap_or(0);
    let end = (at + 1..texts.len()).find(|end| begins(*end) || is_mark(*end)).unwrap_or(texts.len());
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    fn changed(sentence: &str, line: &str) -> bool {
        changes_polarity(&words(sentence), &words(line))
    }

    #[test]
    fn a_subsequence_keeps_the_order() {
        let sentence = words("There is a growing, low-value workload in the county.");
        assert!(is_subsequence(&sentence, &words("There is a workload.")));
        assert!(is_subsequence(&sentence, &words("There is an low-value workload.")));
        assert!(!is_subsequence(&sentence, &words("A workload there is.")));
        assert!(!is_subsequence(&sentence, &words("Jacobs is a workload.")));
    }

    #[test]
    fn what_governs_the_kept_clause_is_missed() {
        for (sentence, line) in [
            ("The mayor did not open the bridge.", "The mayor did open the bridge."),
            ("The bridge never opened.", "The bridge opened."),
            ("The bridge may close in winter.", "The bridge close in winter."),
            ("He said that the bridge is safe.", "The bridge is safe."),
            ("The bridge is safe, the mayor said.", "The bridge is safe."),
            ("If it rains, the match is off.", "The match is off."),
            ("The match is off unless it stops raining.", "The match is off."),
            ("Only members vote on the plan.", "Members vote on the plan."),
            ("The worker was unhappy with the plan.", "The worker was happy with the plan."),
            ("He almost died in the fire.", "He died in the fire."),
            ("He sold food without a permit.", "He sold food."),
        ] {
            assert!(changed(sentence, line), "{sentence} > {line}");
        }
    }

    #[test]
    fn what_went_with_its_own_clause_is_not() {
        for (sentence, line) in [
            ("The mayor opened the bridge, which was not finished.", "The mayor opened the bridge."),
            ("Prices rose because the harvest did not come in.", "Prices rose."),
            ("However, the bridge opened.", "The bridge opened."),
            ("But the bridge opened.", "The bridge opened."),
            ("The bridge opened in May.", "The bridge opened."),
            ("The bridge opened, but nobody came.", "The bridge opened."),
            ("The bridge did not open on Monday.", "The bridge did not open."),
            ("He came later that day with some friends.", "He came that day."),
        ] {
            assert!(!changed(sentence, line), "{sentence} > {line}");
        }
    }
}
