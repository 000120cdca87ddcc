//! The greedy choice among scored sentences: the best first, none that says again what another one says.

use std::collections::HashSet;

use super::source_text::EncodedText;
use crate::{
    models::summarizer::{porter_stemmer::stem, shortening},
    text::TokenId,
};

/// Fewer words in a sentence say nothing by themselves.
const SHORTEST_CHOSEN: usize = 5;
/// Sentences that share more runs of three pieces with one that was chosen say the same again (Liu and Lapata 2019 block at the
/// first; chosen on a part of the training sets).
const SHARED: usize = 4;
/// What a sentence's score is lowered by if it leans on the sentence before it ("He …", "However, …") and that one is not chosen (chosen
/// on the same parts).
const LEANING_PRICE: f32 = 0.3;
/// How many times as much for "this", "it" and their like, which behind another sentence than their own mean another thing: that was most
/// of what two blind readers of 252 key points called wrong (12 and 13 lines). "He" is mostly who the other lines are about.
const OF_A_THING: f32 = 3.0;

/// What of the shorter one of two sentences the other holds, at least, if they say the same in other words.
const SAME: f32 = 0.75;
/// Fewer words of content than these are no proof.
const FEWEST_SAME: usize = 4;

/// Words of four letters and more that say nothing by themselves.
const COMMON_WORDS: [&str; 30] = [
    "that", "this", "with", "from", "will", "have", "been", "were", "they", "their", "than", "then", "said", "says",
    "into", "should", "would", "could", "which", "when", "what", "there", "about", "after", "before", "also", "some",
    "more", "very", "them",
];

/// The stems of a sentence's words of content.
pub(super) fn content_stems(text: &EncodedText, sentence: usize) -> HashSet<String> {
    stems_of_content(text.words_of(sentence).iter().map(|word| word.text.as_str()))
}

/// The stems of those of some lower-cased words that say something.
pub(super) fn stems_of_content<'a>(words: impl Iterator<Item = &'a str>) -> HashSet<String> {
    let says = |word: &&str| {
        word.contains(|c: char| c.is_ascii_digit()) || word.chars().count() >= 4 && !COMMON_WORDS.contains(word)
    };
    words.filter(says).map(stem).collect()
}

/// Whether two sentences say the same in other words: nearly all that the shorter one says, and every number of it.
fn says_the_same(a: &HashSet<String>, b: &HashSet<String>) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let shared = short.intersection(long).count();
    let numbers =
        short.iter().filter(|stem| stem.contains(|c: char| c.is_ascii_digit())).all(|number| long.contains(number));
    short.len() >= FEWEST_SAME && numbers && shared as f32 >= SAME * short.len() as f32
}

/// Sentences by their scores, the best first; none that says again what another one says.
pub(super) fn pick(text: &EncodedText, scores: &[f32], rules: PickRules) -> Vec<usize> {
    let leans: Vec<f32> = (0..scores.len())
        .map(|at| match text.words_of(at) {
            words if shortening::begins_with_pronoun_of_a_thing(words) => OF_A_THING,
            words if shortening::leans_on_the_sentence_before(words) => 1.0,
            _ => 0.0,
        })
        .collect();
    // An item of a list goes on from what opens the list, and begins small where sentences begin with capitals.
    let begins =
        |at: usize| text.clean.text[text.document.sentences[at].span.clone()].chars().find(|c| c.is_alphabetic());
    let is_small = |at: &usize| begins(*at).is_some_and(char::is_lowercase);
    let has_capitals = 2 * (0..scores.len()).filter(is_small).count() < scores.len();
    let mut chosen: Vec<usize> = Vec::new();
    let mut said: HashSet<[TokenId; 3]> = HashSet::new();
    let threes = |at: usize| text.ids(at).windows(3).map(|three| [three[0], three[1], three[2]]);
    let repeats = |at: usize, said: &HashSet<[TokenId; 3]>| {
        let (count, again) = (threes(at).count(), threes(at).filter(|three| said.contains(three)).count());
        again > SHARED || count > 0 && again == count
    };
    // Of the chosen ones, in the order in which they were chosen.
    let mut contents: Vec<HashSet<String>> = Vec::new();
    let mut room = rules.words;
    // Short ones, parts of sentences and those that repeat are taken only where there is nothing else; what is no running text, only
    // where there is none at all.
    for strictness in [3, 2, 1, 0] {
        let mut refused = vec![false; scores.len()];
        while chosen.len() < rules.count {
            let worth = |at: usize| match at > 0 && chosen.contains(&(at - 1)) {
                true => scores[at] + rules.continuing,
                false => scores[at] - leans[at] * rules.leaning,
            };
            // Once for each sentence, not for each comparison: there may be thousands of sentences and a hundred chosen.
            let worths: Vec<f32> = (0..scores.len()).map(worth).collect();
            let mut order: Vec<usize> = (0..scores.len())
                .filter(|at| !refused[*at] && !chosen.contains(at) && rules.without != Some(*at))
                .collect();
            order.sort_by(|a, b| worths[*b].total_cmp(&worths[*a]).then(a.cmp(b)));
            let fits = |at: usize| {
                let runs = text.is_running_text(at);
                let says = || {
                    text.spoken(at) >= SHORTEST_CHOSEN
                        && !text.is_part(at)
                        && !repeats(at, &said)
                        && !contents.iter().any(|chosen| says_the_same(&content_stems(text, at), chosen))
                };
                let good = match strictness {
                    // Questions, items of a list without a verb and what opens a list say nothing by themselves.
                    3 => {
                        let words = text.words_of(at);
                        let asks = rules.questions && words.iter().any(|word| word.text == "?");
                        runs && says() && !(has_capitals && is_small(&at)) && (asks || shortening::is_statement(words))
                    }
                    2 => runs && says(),
                    1 => runs,
                    _ => chosen.is_empty(),
                };
                let spoken = text.spoken(at);
                good && spoken > 0 && (spoken <= room || chosen.is_empty())
            };
            let next = order.into_iter().find(|at| {
                refused[*at] = !fits(*at);
                !refused[*at]
            });
            let Some(at) = next else { break };
            room = room.saturating_sub(text.spoken(at));
            chosen.push(at);
            contents.push(content_stems(text, at));
            said.extend(threes(at));
        }
    }
    chosen
}

/// How sentences are picked for one kind of summary.
#[derive(Clone, Copy, Debug)]
pub(super) struct PickRules {
    /// Sentences, and words of all together but for the first, at most.
    pub count: usize,
    pub words: usize,
    /// What a sentence loses that leans on the one before it, where that one is not picked.
    pub leaning: f32,
    /// What a sentence gains if the one before it is picked: running prose.
    pub continuing: f32,
    /// Whether a question is as good as a statement.
    pub questions: bool,
    /// A sentence that is not picked.
    pub without: Option<usize>,
}

impl PickRules {
    /// As for key points.
    pub fn points(count: usize, words: usize) -> Self {
        Self { count, words, leaning: LEANING_PRICE, continuing: 0.0, questions: false, without: None }
    }
}
