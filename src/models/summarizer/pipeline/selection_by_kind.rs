//! What each kind of summary takes of a text, so that another kind is another summary: the kinds of the web's Summarizer API.
//!
//! - Key points are the sentences that say most.
//! - A TL;DR is running prose: the sentence that says most, and what goes on from there.
//! - A teaser makes one want to read on and does not give away what the text comes to: it leaves the most salient sentence out and prefers
//!   questions, quotations, contrasts and extremes. This is a rule and not learned: there are no public examples of teasers to learn from.
//! - A sentence and a headline are one of the most salient sentences, shortened.

use super::{
    finished_line::shortened_by_judgment,
    lines::LinePlan,
    sentence_picking::{PickRules, pick},
    source_text::{EncodedText, spoken},
};
use crate::{
    models::summarizer::{
        kind::{SummaryKind, SummaryLength, WantedSummary},
        network::JudgedWord,
        shortening,
    },
    text::Word,
};

/// What a sentence of a TL;DR gains if it goes on from one that was picked.
const CONTINUING: f32 = 0.8;
/// What a sentence that stands alone loses if it leans on the one before it: nothing else is there to say who "he" is. By labels of
/// readers (209 texts of the training set) this takes a third of the lines away that nobody wants. Its length costs nothing.
const LEANING_ALONE: f32 = 1.0;
/// Sentences that are tried as a headline or as the one sentence.
const CANDIDATES: usize = 4;
/// A sentence that is shortened to this share of its words was worth shortening.
const SHORTENED: f32 = 0.85;
/// How much less salient, in logits, the one sentence may be than the best, for being one that can be shortened.
const LESS_SALIENT: f32 = 0.5;
/// A headline may have so many words more than were asked for before a shorter one is looked for.
const HEADLINE_MARGIN: usize = 8;

/// What a teaser gains by a question, by a quotation, and by words of contrast or of extremes.
const QUESTION: f32 = 1.0;
const QUOTATION: f32 = 0.5;
const CONTRAST: f32 = 0.5;
const EXTREME: f32 = 0.3;
const CONTRASTS: [&str; 14] = [
    "but",
    "yet",
    "although",
    "though",
    "despite",
    "instead",
    "even",
    "surprising",
    "surprisingly",
    "unexpected",
    "why",
    "nobody",
    "nothing",
    "unless",
];
const EXTREMES: [&str; 14] = [
    "first", "only", "never", "ever", "most", "largest", "biggest", "smallest", "oldest", "youngest", "best", "worst",
    "last", "rare",
];

/// How much a sentence makes one curious.
fn interest(words: &[Word]) -> f32 {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.text.as_str()));
    let gains =
        [(has(&["?"]), QUESTION), (has(&["\""]), QUOTATION), (has(&CONTRASTS), CONTRAST), (has(&EXTREMES), EXTREME)];
    gains.into_iter().map(|(there, gain)| if there { gain } else { 0.0 }).sum()
}

/// The sentences of a kind that takes whole sentences, in the order of the text.
///
/// `priced` are the `scores` less what the length of the sentences costs.
pub(super) fn choose_for(
    text: &EncodedText,
    [scores, priced]: [&[f32]; 2],
    kind: SummaryKind,
    points: PickRules,
) -> Vec<usize> {
    let top = pick(text, scores, PickRules { leaning: LEANING_ALONE, ..PickRules::points(1, usize::MAX) });
    let mut chosen = match kind {
        SummaryKind::Teaser => teaser(text, priced, points, top.first().copied()),
        _ if points.count == 1 => top,
        SummaryKind::Tldr => running_prose(text, priced, points, top.first().copied()),
        _ => pick(text, priced, points),
    };
    chosen.sort_unstable();
    chosen
}

/// The sentences that may become a headline or the one sentence, the most salient first.
pub(super) fn candidates(text: &EncodedText, scores: &[f32], kind: SummaryKind) -> Vec<usize> {
    let rules = PickRules { leaning: LEANING_ALONE, ..PickRules::points(CANDIDATES, usize::MAX) };
    let picked = pick(text, scores, rules);
    let best = picked.first().map_or(0.0, |at| scores[*at]);
    let leans = |at: usize| shortening::leans_on_the_sentence_before(text.words_of(at));
    let near = |at: &usize| match kind {
        SummaryKind::Headline => !leans(*at) || picked.iter().all(|at| leans(*at)),
        _ => scores[*at] >= best - LESS_SALIENT,
    };
    picked.iter().copied().filter(near).collect()
}

/// Which of the candidates for a headline or for the one sentence is taken: the first that becomes short enough.
pub(super) fn take_candidate(
    text: &EncodedText,
    drafts: &[LinePlan],
    judged: &[(usize, Vec<JudgedWord>)],
    kind: SummaryKind,
    longest: usize,
) -> usize {
    // At the usual shortness, so that the same sentence is taken whatever a visitor chooses.
    let usual = WantedSummary::new(kind, SummaryLength::Short);
    let length = |draft: &LinePlan| {
        let sentence = *draft.sentences.first()?;
        let (_, words) = judged.iter().find(|(at, _)| *at == sentence)?;
        let line = shortened_by_judgment(text, draft, 0, words, &usual);
        Some((spoken(line.text.split_whitespace()), text.spoken(sentence)))
    };
    let lengths: Vec<Option<(usize, usize)>> = drafts.iter().map(length).collect();
    let is_short = |(line, whole): (usize, usize)| match kind {
        SummaryKind::Headline => line <= longest + HEADLINE_MARGIN,
        _ => line as f32 <= SHORTENED * whole as f32,
    };
    let first = lengths.iter().position(|length| length.is_some_and(is_short));
    let shortest = || {
        let known = lengths.iter().enumerate().filter_map(|(at, length)| length.map(|(line, _)| (line, at)));
        if kind == SummaryKind::Headline { known.min().map(|(_, at)| at) } else { None }
    };
    first.or_else(shortest).unwrap_or(0)
}

/// The sentence that says most and what goes on from it; another choice than the key points of the same number, if there is one.
fn running_prose(text: &EncodedText, scores: &[f32], points: PickRules, top: Option<usize>) -> Vec<usize> {
    let rules = PickRules { continuing: CONTINUING, ..points };
    // The sentence that says most stands in it, whatever its length.
    let mut first = scores.to_vec();
    top.into_iter().for_each(|top| first[top] = f32::MAX);
    let prose = pick(text, &first, rules);
    let sorted = |mut sentences: Vec<usize>| {
        sentences.sort_unstable();
        sentences
    };
    if prose.len() < 2 || sorted(prose.clone()) != sorted(pick(text, scores, points)) {
        return prose;
    }
    // The last one gives way to the next best.
    let last = prose.last().copied();
    let other = pick(text, &first, PickRules { without: last, ..rules });
    if other.len() == prose.len() { other } else { prose }
}

/// What makes one curious, without the sentence that says most.
fn teaser(text: &EncodedText, scores: &[f32], points: PickRules, top: Option<usize>) -> Vec<usize> {
    let curious: Vec<f32> = scores.iter().enumerate().map(|(at, score)| score + interest(text.words_of(at))).collect();
    let rules = PickRules { leaning: LEANING_ALONE, questions: true, without: top, ..points };
    let chosen = pick(text, &curious, rules);
    // Beside the one sentence of a text there may be a heading.
    if chosen.iter().any(|at| text.is_running_text(*at)) { chosen } else { pick(text, scores, points) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{SPECIALS, WordPieceVocabulary};

    fn read(text: &str) -> EncodedText {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        EncodedText::read_verbatim(text, &vocabulary)
    }

    const TEXT: &str = "The council opened the old bridge on Monday. Nobody had crossed it for ten long years. \
         Engineers repaired its northern arch in spring. The work cost three million in total. \
         Why did the town wait so long? Boats may pass below it again from June.";

    #[test]
    fn a_teaser_does_not_tell_the_most_salient_sentence_and_likes_questions() {
        let text = read(TEXT);
        let scores = [3.0, 1.0, 0.5, 1.5, 1.0, 0.0];
        assert_eq!(teaser(&text, &scores, PickRules::points(1, usize::MAX), Some(0)), [4]);
        assert!(!teaser(&text, &scores, PickRules::points(3, usize::MAX), Some(0)).contains(&0));
        let one = read("The council opened the old bridge on Monday.");
        assert_eq!(teaser(&one, &[0.0], PickRules::points(1, usize::MAX), Some(0)), [0]);
    }

    #[test]
    fn running_prose_goes_on_and_differs_from_the_points() {
        let text = read(TEXT);
        let points = PickRules::points(3, usize::MAX);
        for scores in
            [[3.0, 1.0, 0.5, 1.5, -9.0, 1.4], [3.0, 2.9, 2.8, 0.0, -9.0, 0.0], [0.0, 3.0, 0.0, 3.0, -9.0, 3.0]]
        {
            let (mut prose, mut key) = (running_prose(&text, &scores, points, Some(0)), pick(&text, &scores, points));
            prose.sort_unstable();
            key.sort_unstable();
            assert!(prose.len() == 3 && prose != key, "{prose:?} {key:?}");
        }
        assert_eq!(running_prose(&text, &[3.0, 1.0, 0.5, 1.5, -9.0, 1.4], points, Some(0))[..2], [0, 1]);
        // There is no other choice.
        let short = read("The council opened the old bridge. The work cost three million.");
        assert_eq!(running_prose(&short, &[1.0, 0.0], points, Some(0)), [0, 1]);
    }

    #[test]
    fn what_leans_on_a_sentence_is_taken_with_it() {
        let text = read("Anna Berg built the first boat. She sold it to the town. The harbor was closed in winter.");
        let two = PickRules::points(2, usize::MAX);
        assert_eq!(pick(&text, &[1.0, 0.9, 0.8], two), [0, 1]);
        assert_eq!(pick(&text, &[0.0, 0.9, 0.8], PickRules { count: 1, ..two }), [2]);
        // "This" behind another sentence would mean another thing.
        let text = read("Anna Berg built the first boat. This cost her a fortune. The harbor was closed in winter.");
        assert_eq!(pick(&text, &[1.0, 0.9, 0.2], two), [0, 1]);
        assert_eq!(pick(&text, &[0.0, 0.9, 0.2], PickRules { count: 1, ..two }), [2]);
    }
}
