//! Which sentences a summary is made of, and what is asked of the decoder for each line.

use super::{
    Summarizer,
    lines::LinePlan,
    selection_by_kind::{candidates, choose_for},
    sentence_picking::{PickRules, pick},
    source_text::EncodedText,
};
use crate::models::summarizer::{
    corpus::{SENTENCE_PIECES, SOURCE_PIECES},
    kind::{SummaryKind, TargetLength, WantedSummary},
};

/// Shorter sentences are not shortened: there is nothing to leave out.
const SHORTEST_SHORTENED: usize = 9;
/// What a sentence's score is lowered by for the logarithm of its length: between two that are as good, the shorter one is the better
/// summary. Chosen on parts of the training sets: 400 texts of CNN/Daily Mail and 200 of four other kinds gain 0.05 to 1.7 ROUGE-1 over
/// 0.15, and the weight of the choice by 209 labels of readers stays.
const LENGTH_PRICE: f32 = 0.3;
/// The same for a network without a reader.
const LENGTH_PRICE_WITHOUT_READER: f32 = 0.4;

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
                let candidates = candidates(text, scores, kind).into_iter();
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
                choose_for(text, [scores, &self.priced(text, scores)], kind, PickRules::points(count, words))
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
