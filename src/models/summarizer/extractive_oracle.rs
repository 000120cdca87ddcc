//! Which sentences of a document an extractive summary should hold, going by a summary that people wrote.

use std::collections::HashMap;

use super::rouge::{RougeScorer, StemmedToken};

/// The answer of a greedy search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OracleSelection {
    /// The sentences, in the order in which they were taken: each raised the score most.
    pub chosen: Vec<usize>,
    /// For every sentence of the document, the score that it has alone.
    pub gains: Vec<f32>,
    /// The score of all that was chosen.
    pub score: f32,
}

/// What a reference holds, to be compared with growing sets of sentences.
///
/// The score of a set is the mean of the F1 of ROUGE-1 and ROUGE-2, pairs of neighbors counted inside sentences (Nallapati, Zhai
/// and Zhou, *SummaRuNNer*, 2017; Liu and Lapata, *Text summarization with pretrained encoders*, 2019).
pub struct Reference {
    one: HashMap<StemmedToken, u32>,
    two: HashMap<(StemmedToken, StemmedToken), u32>,
    ones: u32,
    twos: u32,
}

/// What a set of sentences has of a reference.
#[derive(Clone, Debug, Default)]
pub struct OverlapCounts {
    one: HashMap<StemmedToken, u32>,
    two: HashMap<(StemmedToken, StemmedToken), u32>,
    ones: u32,
    twos: u32,
    hits_one: u32,
    hits_two: u32,
}

impl Reference {
    /// Reads a summary, a sentence a line.
    pub fn new(scorer: &mut RougeScorer, summary: &str) -> Self {
        let mut reference = Self { one: HashMap::new(), two: HashMap::new(), ones: 0, twos: 0 };
        for stems in summary.lines().map(|line| scorer.stems(line)) {
            for stem in &stems {
                *reference.one.entry(*stem).or_default() += 1;
                reference.ones += 1;
            }
            for pair in stems.windows(2) {
                *reference.two.entry((pair[0], pair[1])).or_default() += 1;
                reference.twos += 1;
            }
        }
        reference
    }

    /// The score of a set of sentences, between 0 and 1.
    pub fn score(&self, extract: &OverlapCounts) -> f32 {
        let f1 = |hits: u32, a: u32, b: u32| if a + b > 0 { 2.0 * hits as f32 / (a + b) as f32 } else { 0.0 };
        (f1(extract.hits_one, extract.ones, self.ones) + f1(extract.hits_two, extract.twos, self.twos)) / 2.0
    }

    /// The score of a set with one sentence more.
    pub fn score_with(&self, extract: &OverlapCounts, sentence: &[StemmedToken]) -> f32 {
        // Only what the sentence itself repeats must be counted anew: sentences are short.
        let mut one: Vec<StemmedToken> = sentence.to_vec();
        one.sort_unstable();
        let mut two: Vec<(StemmedToken, StemmedToken)> = sentence.windows(2).map(|pair| (pair[0], pair[1])).collect();
        two.sort_unstable();
        let with = OverlapCounts {
            ones: extract.ones + one.len() as u32,
            twos: extract.twos + two.len() as u32,
            hits_one: extract.hits_one + new_hits(&one, &self.one, &extract.one),
            hits_two: extract.hits_two + new_hits(&two, &self.two, &extract.two),
            ..OverlapCounts::default()
        };
        self.score(&with)
    }

    /// Adds a sentence to a set.
    pub fn add(&self, extract: &mut OverlapCounts, sentence: &[StemmedToken]) {
        let take = |limit: Option<&u32>, had: &mut u32| {
            *had += 1;
            u32::from(*had <= limit.copied().unwrap_or(0))
        };
        for stem in sentence {
            extract.ones += 1;
            extract.hits_one += take(self.one.get(stem), extract.one.entry(*stem).or_default());
        }
        for pair in sentence.windows(2) {
            let pair = (pair[0], pair[1]);
            extract.twos += 1;
            extract.hits_two += take(self.two.get(&pair), extract.two.entry(pair).or_default());
        }
    }

    /// Takes sentences one after the other, each the one that raises the score most, as long as one does and up to `most`.
    pub fn greedy(&self, sentences: &[Vec<StemmedToken>], most: usize) -> OracleSelection {
        let mut extract = OverlapCounts::default();
        let gains = sentences.iter().map(|sentence| self.score_with(&extract, sentence)).collect();
        let mut oracle = OracleSelection { chosen: Vec::new(), gains, score: 0.0 };
        while oracle.chosen.len() < most {
            let best = (0..sentences.len())
                .filter(|at| !oracle.chosen.contains(at))
                .map(|at| (at, self.score_with(&extract, &sentences[at])))
                // The first of equals: sentences early in a text are read.
                .fold((0, oracle.score), |best, next| if next.1 > best.1 + 1e-6 { next } else { best });
            if best.1 <= oracle.score {
                break;
            }
            self.add(&mut extract, &sentences[best.0]);
            oracle.chosen.push(best.0);
            oracle.score = best.1;
        }
        oracle
    }
}

/// How many of sorted things are in the reference and not yet used up by the set.
fn new_hits<T: Copy + Eq + std::hash::Hash>(sorted: &[T], reference: &HashMap<T, u32>, had: &HashMap<T, u32>) -> u32 {
    sorted
        .chunk_by(|a, b| a == b)
        .filter_map(|same| {
            let limit = reference.get(&same[0])?;
            let had = had.get(&same[0]).copied().unwrap_or(0);
            Some(limit.saturating_sub(had).min(same.len() as u32))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_sentences_of_the_summary_are_found() {
        let mut scorer = RougeScorer::new();
        let reference = Reference::new(&mut scorer, "The cat sat on the mat.\nA dog barked.");
        let texts = ["It rained all day.", "A dog barked loudly.", "The cat sat on the mat.", "The cat slept."];
        let sentences: Vec<_> = texts.iter().map(|text| scorer.stems(text)).collect();
        let oracle = reference.greedy(&sentences, 3);
        assert_eq!(oracle.chosen, [2, 1]);
        assert!(oracle.gains[2] > oracle.gains[1] && oracle.gains[0] == 0.0);
        assert_eq!(reference.greedy(&[], 3).chosen, [0usize; 0]);
    }

    proptest! {
        /// A set's score does not depend on how it is asked for.
        #[test]
        fn with_one_more_is_the_set_with_one_more(
            reference in proptest::collection::vec(0u32..6, 0..12),
            sentences in proptest::collection::vec(proptest::collection::vec(0u32..6, 0..6), 1..5),
        ) {
            let words: Vec<String> = reference.iter().map(|n| format!("w{n}")).collect();
            let mut scorer = RougeScorer::new();
            scorer.stems("w0 w1 w2 w3 w4 w5");
            let reference = Reference::new(&mut scorer, &words.join(" "));
            let mut extract = OverlapCounts::default();
            for sentence in &sentences {
                let expected = reference.score_with(&extract, sentence);
                reference.add(&mut extract, sentence);
                prop_assert!((reference.score(&extract) - expected).abs() < 1e-6);
            }
        }
    }
}
