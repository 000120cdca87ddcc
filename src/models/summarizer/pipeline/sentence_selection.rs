//! Which sentences a summary is made of, and what is asked of the decoder for each line.

use std::collections::HashSet;

use super::{Summarizer, lines::LinePlan, source_text::EncodedText};
use crate::{
    models::summarizer::{
        corpus::{SENTENCE_PIECES, SOURCE_PIECES},
        kind::{SummaryKind, TargetLength, WantedSummary},
        porter_stemmer::stem,
        shortening,
    },
    text::TokenId,
};

/// Shorter sentences are not shortened: there is nothing to leave out.
const SHORTEST_SHORTENED: usize = 9;
/// Fewer words in a sentence say nothing by themselves.
const SHORTEST_CHOSEN: usize = 5;
/// Sentences that share more runs of three pieces with one that was chosen say the same again (Liu and Lapata 2019 block at the
/// first; chosen on a part of the training sets).
const SHARED: usize = 4;
/// What a sentence's score is lowered by for the logarithm of its length: between two that are as good, the shorter one is the better
/// summary. Chosen on parts of the training sets: 400 texts of CNN/Daily Mail and 200 of four other kinds gain 0.05 to 1.7 ROUGE-1 over
/// 0.15, and the weight of the choice by 209 labels of readers stays.
const LENGTH_PRICE: f32 = 0.3;
/// The same for a network without a reader.
const LENGTH_PRICE_WITHOUT_READER: f32 = 0.4;

/// What a sentence's score is lowered by if it leans on the sentence before it ("He …", "However, …") and that one is not chosen (chosen
/// on the same parts).
const LEANING_PRICE: f32 = 0.3;

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
fn content_stems(text: &EncodedText, sentence: usize) -> HashSet<String> {
    let words = text.words_of(sentence).iter().map(|word| word.text.as_str());
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
    let leans: Vec<bool> =
        (0..scores.len()).map(|at| shortening::leans_on_the_sentence_before(text.words_of(at))).collect();
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
                false => scores[at] - if leans[at] { rules.leaning } else { 0.0 },
            };
            let mut order: Vec<usize> = (0..scores.len())
                .filter(|at| !refused[*at] && !chosen.contains(at) && rules.without != Some(*at))
                .collect();
            order.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)).then(a.cmp(b)));
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
                        runs && says() && (asks || shortening::is_statement(words))
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

impl Summarizer {
    /// The sentences that say most, at most `count` and together at most `words` words (but for the first), in the order of the text; none that says again what another one says.
    pub(super) fn choose(&self, text: &EncodedText, scores: &[f32], count: usize, words: usize) -> Vec<usize> {
        let mut chosen = pick(text, &self.priced(text, scores), PickRules::points(count, words));
        chosen.sort_unstable();
        chosen
    }

    /// The salience of sentences, less what their length costs.
    pub(super) fn priced(&self, text: &EncodedText, scores: &[f32]) -> Vec<f32> {
        let rate = if self.network.shortens() { LENGTH_PRICE } else { LENGTH_PRICE_WITHOUT_READER };
        let price = |at: usize| rate * (text.ids(at).len().clamp(1, SENTENCE_PIECES) as f32).ln();
        scores.iter().enumerate().map(|(at, score)| score - price(at)).collect()
    }

    /// Whole sentences, the most salient ones, as many as the model reads at a time, in the order of the text.
    fn gather(&self, text: &EncodedText, scores: &[f32]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..scores.len()).filter(|at| text.spoken(*at) > 0).collect();
        if order.iter().any(|at| text.is_running_text(*at)) {
            order.retain(|at| text.is_running_text(*at));
        }
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let mut gathered: Vec<usize> = Vec::new();
        let mut room = SOURCE_PIECES;
        for at in order {
            let length = text.ids(at).len();
            if length <= room || gathered.is_empty() {
                room = room.saturating_sub(length);
                gathered.push(at);
            }
        }
        gathered.sort_unstable();
        gathered
    }

    pub(super) fn draft(
        &self,
        text: &EncodedText,
        sentences: Vec<usize>,
        kind: SummaryKind,
        longest: usize,
    ) -> LinePlan {
        let known = sentences.iter().filter(|at| !text.is_foreign(**at));
        let mut places: Vec<usize> = known.flat_map(|at| text.pieces[*at].clone()).collect();
        places.truncate(SOURCE_PIECES);
        let ids = places.iter().map(|place| text.encoding.ids[*place]).collect();
        let wanted = match kind {
            SummaryKind::Teaser => SummaryKind::KeyPoints.token(),
            kind => kind.token(),
        };
        LinePlan { sentences, places, ids, wanted, shortest: 4, longest }
    }

    /// What is to be written, line by line.
    pub(super) fn drafts(&self, text: &EncodedText, scores: &[f32], options: &WantedSummary) -> Vec<LinePlan> {
        let kind = options.kind;
        let words_of = |sentences: &[usize]| sentences.iter().map(|at| text.spoken(*at)).sum::<usize>();
        match (kind, options.extent()) {
            // With a reader, they are one of the most salient sentences, shortened: of these candidates one is taken when it is known how
            // short each becomes.
            (SummaryKind::Headline | SummaryKind::Sentence, extent) if self.network.shortens() => {
                let longest = if let TargetLength::Words(words) = extent { words } else { usize::MAX };
                let candidates = self.candidates(text, scores, kind).into_iter();
                candidates.map(|at| self.draft(text, vec![at], kind, longest.min(text.spoken(at)))).collect()
            }
            (SummaryKind::Headline, TargetLength::Words(words)) => {
                // Titles were learned from the beginnings of texts: earlier is better.
                let earlier: Vec<f32> = (0..scores.len()).map(|at| -(at as f32)).collect();
                let sentences = self.gather(text, &earlier);
                let most = words.min(words_of(&sentences));
                vec![LinePlan { shortest: most.min(words * 2 / 5), ..self.draft(text, sentences, kind, most) }]
            }
            // Without a reader, one line was written about several sentences.
            (SummaryKind::Sentence, _) | (SummaryKind::Tldr, TargetLength::Sentences(1))
                if self.architecture.reader.is_none() =>
            {
                let sentences = self.gather(text, scores);
                let most = words_of(&sentences).min(if kind == SummaryKind::Sentence { 40 } else { 30 });
                vec![self.draft(text, sentences, kind, most)]
            }
            (_, extent) => {
                let (count, words) = match extent {
                    TargetLength::Sentences(count) | TargetLength::Words(count) => (count, usize::MAX),
                    TargetLength::SentencesOfWords(words) => (usize::MAX, words),
                };
                self.choose_for(text, scores, kind, count, words)
                    .into_iter()
                    .map(|at| {
                        let words = text.spoken(at);
                        let draft = self.draft(text, vec![at], SummaryKind::KeyPoints, words.saturating_sub(1));
                        match words < SHORTEST_SHORTENED {
                            true => LinePlan { places: Vec::new(), ids: Vec::new(), ..draft },
                            false => draft,
                        }
                    })
                    .collect()
            }
        }
    }
}
