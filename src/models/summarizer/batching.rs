//! Batches of like lengths, and the loss that each is for.

use std::cmp::Reverse;

use super::{
    SummaryKind,
    corpus::{Corpus, SENTENCES, SOURCE_PIECES, TARGET_PIECES},
    recipe::BatchMix,
};
use crate::{rng::SeededRng, text::TokenId};

/// Sentences, over all documents, that a batch of documents holds at most.
pub(super) const BATCH_SENTENCES: usize = 480;

/// Pieces of sources, fillers counted, that a batch of pairs holds at most.
pub(super) const BATCH_PIECES: usize = 2_400;

/// Pairs that a batch holds at most.
pub(super) const BATCH_PAIRS: usize = 64;

/// One batch of a stage.
#[derive(Clone, Debug)]
pub(super) enum BatchPlan {
    /// Documents whose sentences are weighed.
    Documents(Vec<u32>),
    /// Pairs.
    Pairs(Vec<u32>),
    /// Sentences of documents that are restored from noise.
    Noise(Vec<(u32, u32)>),
}

/// What a step was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// Which sentences are salient.
    Salience,
    /// Writing.
    Writing,
}

impl BatchPlan {
    pub(super) fn len(&self) -> usize {
        match self {
            BatchPlan::Documents(items) | BatchPlan::Pairs(items) => items.len(),
            BatchPlan::Noise(items) => items.len(),
        }
    }

    pub(super) fn task(&self) -> LossKind {
        match self {
            BatchPlan::Documents(_) => LossKind::Salience,
            BatchPlan::Pairs(_) | BatchPlan::Noise(_) => LossKind::Writing,
        }
    }
}

/// Samples of like length together, at most `most` and as wide as `room` allows; a share of them, the same for the same seed.
pub(super) fn buckets<T: Copy>(
    items: &[T],
    size: impl Fn(T) -> (usize, usize),
    share: f32,
    most: usize,
    room: usize,
    seed: u64,
) -> Vec<Vec<T>> {
    let mut random = SeededRng::new(seed);
    // Which of equally long samples come together is chance.
    let mut chosen: Vec<(usize, usize, u64, T)> = items
        .iter()
        .filter_map(|item| {
            let take = random.uniform() < share;
            let chance = random.bits();
            let (size, other) = size(*item);
            take.then_some((size, other / 4, chance, *item))
        })
        .collect();
    chosen.sort_unstable_by_key(|(size, other, chance, _)| Reverse((*size, *other, *chance)));
    let mut batches: Vec<Vec<T>> = Vec::new();
    let mut widest = 0;
    for (size, _, _, item) in chosen {
        match batches.last_mut() {
            Some(batch) if batch.len() < most && (batch.len() + 1) * widest <= room => batch.push(item),
            _ => {
                widest = size.max(1);
                batches.push(vec![item]);
            }
        }
    }
    batches
}

/// The batches of a stage.
pub(super) fn plan_batches(corpus: &Corpus, mixture: &BatchMix, seed: u64) -> Vec<BatchPlan> {
    let mut works = Vec::new();
    if mixture.documents > 0.0 {
        let labelled: Vec<u32> =
            (0..corpus.documents.len() as u32).filter(|at| !corpus.documents[*at as usize].worth.is_empty()).collect();
        let size = |at: u32| (corpus.documents[at as usize].sentences.len().min(SENTENCES), 0);
        let batches = buckets(&labelled, size, mixture.documents, 64, BATCH_SENTENCES, seed);
        works.extend(batches.into_iter().map(BatchPlan::Documents));
    }
    let size_of_pair = |at: u32| {
        let pair = &corpus.pairs[at as usize];
        (pair.source.len(), pair.target.len())
    };
    if mixture.pairs > 0.0 {
        let all: Vec<u32> = (0..corpus.pairs.len() as u32).collect();
        let batches = buckets(&all, size_of_pair, mixture.pairs, BATCH_PAIRS, BATCH_PIECES, seed ^ 1);
        works.extend(batches.into_iter().map(BatchPlan::Pairs));
    }
    let deletions: Vec<u32> =
        (0..corpus.pairs.len() as u32).filter(|at| corpus.pairs[*at as usize].kind == SummaryKind::Sentence).collect();
    for time in 0..mixture.deletions.ceil() as u64 {
        let share = mixture.deletions - time as f32;
        let batches = buckets(&deletions, size_of_pair, share, BATCH_PAIRS, BATCH_PIECES, seed ^ 4 ^ time << 8);
        works.extend(batches.into_iter().map(BatchPlan::Pairs));
    }
    if mixture.noise > 0.0 {
        let mut random = SeededRng::new(seed ^ 2);
        let all: Vec<(u32, u32)> = (0..corpus.documents.len() as u32)
            .filter_map(|at| {
                let sentences = &corpus.documents[at as usize].sentences;
                let sentence = random.below(sentences.len().clamp(1, 12));
                let long = sentences.get(sentence).is_some_and(|pieces| (6..TARGET_PIECES).contains(&pieces.len()));
                long.then_some((at, sentence as u32))
            })
            .collect();
        let size =
            |(at, sentence): (u32, u32)| (corpus.documents[at as usize].sentences[sentence as usize].len() * 3 / 2, 0);
        let batches = buckets(&all, size, mixture.noise, BATCH_PAIRS, BATCH_PIECES, seed ^ 3);
        works.extend(batches.into_iter().map(BatchPlan::Noise));
    }
    works
}

/// A sentence with words of another one among its own, and some neighbors swapped: what a model learns to leave out (Fevry and Phang,
/// *Unsupervised sentence compression using denoising auto-encoders*, 2018).
pub(super) fn add_noise(sentence: &[TokenId], other: &[TokenId], random: &mut SeededRng) -> Vec<TokenId> {
    let mut noisy = sentence.to_vec();
    let add = (sentence.len() as f32 * (0.3 + 0.3 * random.uniform())) as usize;
    let mut added = 0;
    while added < add && !other.is_empty() {
        // Runs of a few pieces, as clauses are.
        let length = (1 + random.below(5)).min(other.len());
        let from = random.below(other.len() - length + 1);
        let at = random.below(noisy.len() + 1);
        noisy.splice(at..at, other[from..from + length].iter().copied());
        added += length;
    }
    for at in 1..noisy.len() {
        if random.uniform() < 0.05 {
            noisy.swap(at - 1, at);
        }
    }
    noisy.truncate(SOURCE_PIECES);
    noisy
}

#[cfg(test)]
mod tests {
    use super::{
        super::{corpus::TrainingPair, recipe::NOTHING},
        *,
    };

    fn pair(kind: SummaryKind, length: u16) -> TrainingPair {
        let pieces: Box<[TokenId]> = (0..length).map(|at| TokenId(20 + at)).collect();
        TrainingPair { kind, source: pieces.clone(), target: pieces[..2].into() }
    }

    #[test]
    fn deletions_come_as_often_as_they_are_asked_for() {
        let mut corpus = Corpus::default();
        corpus.pairs.extend((0..40).map(|at| pair(SummaryKind::Headline, 5 + at)));
        corpus.pairs.extend((0..20).map(|at| pair(SummaryKind::Sentence, 5 + at)));
        let seen = |mixture: BatchMix| {
            let mut seen = [0; 60];
            for work in plan_batches(&corpus, &mixture, 7) {
                let BatchPlan::Pairs(items) = work else { panic!("only pairs were asked for") };
                items.iter().for_each(|at| seen[*at as usize] += 1);
            }
            seen
        };
        let twice = seen(BatchMix { deletions: 2.0, ..NOTHING });
        assert!(twice[..40].iter().all(|count| *count == 0), "others are no part of it");
        assert!(twice[40..].iter().all(|count| *count == 2), "{twice:?}");
        let beside = seen(BatchMix { pairs: 1.0, deletions: 1.0, ..NOTHING });
        assert!(beside[..40].iter().all(|count| *count == 1) && beside[40..].iter().all(|count| *count == 2));
        let some: usize = seen(BatchMix { deletions: 0.5, ..NOTHING })[40..].iter().sum();
        assert!((1..20).contains(&some), "{some} of 20");
    }
}
