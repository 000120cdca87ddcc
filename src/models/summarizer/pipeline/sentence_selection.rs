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
/// summary (chosen on a part of the training sets).
const LENGTH_PRICE: f32 = 0.15;
/// The same for a network without a reader.
const LENGTH_PRICE_WITHOUT_READER: f32 = 0.4;

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

impl Summarizer {
    /// The sentences that say most, at most `count` and together at most `words` words (but for the first), in the order of the text; none that says again what another one says.
    pub(super) fn choose(&self, text: &EncodedText, scores: &[f32], count: usize, words: usize) -> Vec<usize> {
        let rate = if self.network.shortens() { LENGTH_PRICE } else { LENGTH_PRICE_WITHOUT_READER };
        let price = |at: usize| rate * (text.ids(at).len().clamp(1, SENTENCE_PIECES) as f32).ln();
        let scores: Vec<f32> = scores.iter().enumerate().map(|(at, score)| score - price(at)).collect();
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let mut chosen: Vec<usize> = Vec::new();
        let mut said: HashSet<[TokenId; 3]> = HashSet::new();
        let threes = |at: usize| text.ids(at).windows(3).map(|three| [three[0], three[1], three[2]]);
        let repeats = |at: usize, said: &HashSet<[TokenId; 3]>| {
            let (count, again) = (threes(at).count(), threes(at).filter(|three| said.contains(three)).count());
            again > SHARED || count > 0 && again == count
        };
        // Of the chosen ones, in the order in which they were chosen.
        let mut contents: Vec<HashSet<String>> = Vec::new();
        // Short ones, parts of sentences and those that repeat are taken only where there is nothing else; what is no running text, only
        // where there is none at all.
        let mut room = words;
        for strictness in [3, 2, 1, 0] {
            for at in &order {
                let runs = text.is_running_text(*at);
                let says = text.spoken(*at) >= SHORTEST_CHOSEN
                    && !text.is_part(*at)
                    && !repeats(*at, &said)
                    && !contents.iter().any(|chosen| says_the_same(&content_stems(text, *at), chosen));
                let fits = match strictness {
                    // Questions, items of a list without a verb and what opens a list say nothing by themselves.
                    3 => runs && says && shortening::is_statement(text.words_of(*at)),
                    2 => runs && says,
                    1 => runs,
                    _ => chosen.is_empty(),
                };
                let spoken = text.spoken(*at);
                if chosen.len() < count
                    && fits
                    && !chosen.contains(at)
                    && spoken > 0
                    && (spoken <= room || chosen.is_empty())
                {
                    room = room.saturating_sub(spoken);
                    chosen.push(*at);
                    contents.push(content_stems(text, *at));
                    said.extend(threes(*at));
                }
            }
        }
        chosen.sort_unstable();
        chosen
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
            // With a reader, a headline is the most salient sentence, shortened.
            (SummaryKind::Headline, TargetLength::Words(words)) if self.network.shortens() => {
                let sentences = self.choose(text, scores, 1, usize::MAX);
                vec![self.draft(text, sentences, kind, words)]
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
                self.choose(text, scores, count, words)
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
