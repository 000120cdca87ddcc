//! Messages about how short a line is, what it leaves out, and why its sentence was chosen.

use super::format::thousands;
use crate::protocol::{LineReason, Shortness, SourceAnalysis, SummaryKind};

/// The name of the slider.
pub const SHORTNESS: &str = "Shortness";
/// Its ends.
pub const AS_IT_STANDS: &str = "as it stands";
/// Its other end.
pub const SHORTEST: &str = "as short as possible";

/// What screen readers say around words that a line leaves out.
pub const CUT: [&str; 2] = ["[left out: ", "]"];

/// Words that a reason names, at most.
const NAMED: usize = 5;

/// What a shortness gives, in a line.
pub fn shortness_description(kind: SummaryKind, shortness: Shortness) -> String {
    let percent = shortness.percent();
    match shortness {
        _ if kind == SummaryKind::Headline => "a headline is as short as it can be".into(),
        Shortness::AS_IT_STANDS => "whole sentences".into(),
        Shortness::DEFAULT => "as usual".into(),
        Shortness::SHORTEST => "everything that can be left out is left out".into(),
        _ if shortness < Shortness::DEFAULT => format!("{percent} of 100: longer than usual"),
        _ => format!("{percent} of 100: shorter than usual"),
    }
}

/// The name of the button that shows a line's whole sentence, or the line shortened again.
pub fn whole_button(is_whole: bool) -> &'static str {
    if is_whole { "shortened" } else { AS_IT_STANDS }
}

/// Of which line a button in it is, for screen readers.
pub fn of_line(index: usize) -> String {
    format!(", line {}", index + 1)
}

/// Why a sentence was chosen.
pub fn reason_sentence(reason: &LineReason) -> String {
    let mut because = vec![place(reason)];
    if !reason.opening_words.is_empty() {
        let of = if reason.opening_heading { "heading" } else { "first sentence" };
        because.push(format!(
            "shares {} with the {of} ({})",
            words(&reason.opening_words),
            named(&reason.opening_words)
        ));
    }
    if !reason.repeated_words.is_empty() {
        let repeated = &reason.repeated_words;
        because.push(format!("uses {} that the text repeats ({})", words(repeated), named(repeated)));
    }
    because.push(match reason.ranked {
        0 | 1 => "there is no other sentence to choose from".into(),
        ranked => format!("the model ranks it {} of {}", ordinal(reason.rank), thousands(ranked.into())),
    });
    format!("Chosen because: {}.", because.join("; "))
}

/// What is said below the text before a sentence is pointed at.
pub fn sentence_hint(correcting: bool) -> &'static str {
    match correcting {
        true => "Choose a sentence of the text to add it to your summary; choose it again to take it out.",
        false => "Point at the strip beside the text to see how important each sentence is.",
    }
}

/// How important a sentence of the text is, and why it was chosen where that is known.
pub fn sentence_importance(source: &SourceAnalysis, sentence: u32, reason: Option<&LineReason>) -> Option<String> {
    let salience = source.sentences.get(sentence as usize)?.salience;
    let rank = 1 + source.sentences.iter().filter(|other| other.salience > salience).count();
    let (count, rank) = (source.sentences.len(), ordinal(rank as u32));
    let of = format!(
        "Sentence {}: importance {:.0}%, {rank} of {}.",
        sentence + 1,
        100.0 * salience,
        thousands(count as u64)
    );
    Some(match reason {
        Some(reason) => format!("{of} {}", reason_sentence(reason)),
        None => format!("{of} Not in the summary."),
    })
}

/// Where it stands.
fn place(reason: &LineReason) -> String {
    let at = match reason.place {
        1 => "first sentence of the text".to_owned(),
        2 => "second sentence of the text".to_owned(),
        3 => "third sentence of the text".to_owned(),
        place => format!("sentence {} of {}", thousands(place.into()), thousands(reason.sentences.into())),
    };
    match (reason.begins_paragraph, reason.under_heading) {
        (true, true) => format!("{at}, the first under its heading"),
        (true, false) if reason.place > 1 => format!("{at}, the first of its paragraph"),
        _ => at,
    }
}

fn words(words: &[String]) -> String {
    if words.len() == 1 { "1 word".into() } else { format!("{} words", words.len()) }
}

/// The first of some words.
fn named(words: &[String]) -> String {
    let more = if words.len() > NAMED { ", …" } else { "" };
    format!("{}{more}", words.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", "))
}

/// 1st, 2nd, 3rd.
fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", thousands(number.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Language, SourceSentence};

    #[test]
    fn a_sentence_has_its_importance_and_rank() {
        let sentence = |salience: f32| SourceSentence { span: [0, 1], salience };
        let source = SourceAnalysis {
            sentences: vec![sentence(0.2), sentence(0.9), sentence(0.5)],
            words: vec![],
            baseline: vec![],
            language: Language::English,
            language_name: None,
            skipped: vec![],
        };
        assert_eq!(
            sentence_importance(&source, 2, None).as_deref(),
            Some("Sentence 3: importance 50%, 2nd of 3. Not in the summary.")
        );
        let why = sentence_importance(&source, 1, Some(&reason())).expect("there is such a sentence");
        assert!(why.starts_with("Sentence 2: importance 90%, 1st of 3. Chosen because: "), "{why}");
        assert_eq!(sentence_importance(&source, 3, None), None);
    }

    fn reason() -> LineReason {
        let words = |all: &str| all.split_whitespace().map(str::to_owned).collect();
        LineReason {
            place: 2,
            sentences: 14,
            rank: 1,
            ranked: 12,
            salience: 1.0,
            begins_paragraph: false,
            under_heading: false,
            opening_heading: true,
            opening_words: words("council bridge"),
            repeated_words: words("bridge ferry council cars money mayor"),
        }
    }

    #[test]
    fn a_reason_is_told_in_words() {
        assert_eq!(
            reason_sentence(&reason()),
            "Chosen because: second sentence of the text; shares 2 words with the heading (council, bridge); uses 6 words that \
             the text repeats (bridge, ferry, council, cars, money, …); the model ranks it 1st of 12."
        );
        let last = LineReason {
            place: 14,
            begins_paragraph: true,
            opening_heading: false,
            opening_words: vec!["bridge".into()],
            repeated_words: Vec::new(),
            rank: 12,
            ..reason()
        };
        assert_eq!(
            reason_sentence(&last),
            "Chosen because: sentence 14 of 14, the first of its paragraph; shares 1 word with the first sentence (bridge); the \
             model ranks it 12th of 12."
        );
        let only = LineReason { place: 1, ranked: 1, opening_words: vec![], repeated_words: vec![], ..reason() };
        assert_eq!(
            reason_sentence(&only),
            "Chosen because: first sentence of the text; there is no other sentence to choose from."
        );
    }

    #[test]
    fn numbers_have_their_endings() {
        let all: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 112, 1_003].into_iter().map(ordinal).collect();
        assert_eq!(all, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th", "1,003rd"]);
    }

    #[test]
    fn every_shortness_is_described() {
        let told = |percent: u8| {
            shortness_description(SummaryKind::Tldr, Shortness::try_from(f64::from(percent)).unwrap_or_default())
        };
        assert_eq!(
            [told(0), told(50), told(100)],
            ["whole sentences", "as usual", "everything that can be left out is left out"]
        );
        assert!(told(49).ends_with("longer than usual") && told(51).ends_with("shorter than usual"));
    }
}
