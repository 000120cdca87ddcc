//! ROUGE-1, -2 and -Lsum, as Google's `rouge-score` counts them with its stemmer on.
//!
//! C.-Y. Lin, *ROUGE: a package for automatic evaluation of summaries*, 2004. Words are lower-cased runs of a–z and 0–9; those of more
//! than three letters are stemmed. -Lsum takes a text's lines as its sentences and the union of their longest common subsequences,
//! no word counted more often than either side holds it.

use std::collections::HashMap;

use super::porter_stemmer::stem;

/// How much of two texts is the same, each between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RougeScore {
    /// The share of the candidate that the reference holds.
    pub precision: f64,
    /// The share of the reference that the candidate holds.
    pub recall: f64,
}

impl RougeScore {
    fn new(hits: usize, candidate: usize, reference: usize) -> Self {
        let share = |of: usize| hits as f64 / of.max(1) as f64;
        Self { precision: share(candidate), recall: share(reference) }
    }

    /// The harmonic mean of precision and recall, which is what tables call "ROUGE-1".
    pub fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }
}

/// The three scores of one pair of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RougeScores {
    /// Single words.
    pub one: RougeScore,
    /// Pairs of neighbors, over the ends of sentences too.
    pub two: RougeScore,
    /// Longest common subsequences, sentence by sentence.
    pub lsum: RougeScore,
}

/// A stem, as a number that one [`RougeScorer`] gave it.
pub type StemmedToken = u32;

/// Counts ROUGE. It remembers the stem of every word that it has seen, which is what makes it fast.
#[derive(Default)]
pub struct RougeScorer {
    stems: HashMap<String, StemmedToken>,
    words: HashMap<String, StemmedToken>,
}

impl RougeScorer {
    /// Knows no word yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The stems of a text, in order.
    pub fn stems(&mut self, text: &str) -> Vec<StemmedToken> {
        // Lower-casing comes first: the Kelvin sign is a k then.
        let lower = text.to_lowercase();
        lower
            .split(|c: char| !matches!(c, 'a'..='z' | '0'..='9'))
            .filter(|word| !word.is_empty())
            .map(|word| self.stem(word))
            .collect()
    }

    fn stem(&mut self, word: &str) -> StemmedToken {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let text = if word.len() > 3 { stem(word) } else { word.to_owned() };
        let next = self.stems.len() as StemmedToken;
        let number = *self.stems.entry(text).or_insert(next);
        self.words.insert(word.to_owned(), number);
        number
    }

    /// The scores of a candidate by one reference; both have a sentence a line.
    pub fn score(&mut self, reference: &str, candidate: &str) -> RougeScores {
        let (whole_reference, whole_candidate) = (self.stems(reference), self.stems(candidate));
        let mut lines = |text: &str| -> Vec<Vec<StemmedToken>> {
            text.split('\n').filter(|line| !line.is_empty()).map(|line| self.stems(line)).collect()
        };
        let (reference, candidate) = (lines(reference), lines(candidate));
        RougeScores {
            one: ngrams(&whole_reference, &whole_candidate, <[StemmedToken]>::to_vec),
            two: ngrams(&whole_reference, &whole_candidate, |stems| {
                stems.windows(2).map(|pair| (pair[0], pair[1])).collect()
            }),
            lsum: summary_level(&reference, &candidate),
        }
    }

    /// For each of the three, the best score by any of the references.
    pub fn best(&mut self, references: &[impl AsRef<str>], candidate: &str) -> RougeScores {
        let mut best = RougeScores::default();
        let better = |old: &mut RougeScore, new: RougeScore| {
            if new.f1() > old.f1() {
                *old = new;
            }
        };
        for reference in references {
            let scores = self.score(reference.as_ref(), candidate);
            better(&mut best.one, scores.one);
            better(&mut best.two, scores.two);
            better(&mut best.lsum, scores.lsum);
        }
        best
    }
}

fn ngrams<T: std::hash::Hash + Eq>(
    reference: &[StemmedToken],
    candidate: &[StemmedToken],
    of: impl Fn(&[StemmedToken]) -> Vec<T>,
) -> RougeScore {
    let (reference, candidate) = (of(reference), of(candidate));
    let (count, candidate_count) = (reference.len(), candidate.len());
    let mut left: HashMap<T, usize> = HashMap::with_capacity(count);
    reference.into_iter().for_each(|ngram| *left.entry(ngram).or_default() += 1);
    let hits = candidate
        .into_iter()
        .filter(|ngram| match left.get_mut(ngram) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        })
        .count();
    RougeScore::new(hits, candidate_count, count)
}

fn summary_level(reference: &[Vec<StemmedToken>], candidate: &[Vec<StemmedToken>]) -> RougeScore {
    let count = |lines: &[Vec<StemmedToken>]| -> HashMap<StemmedToken, usize> {
        let mut counts = HashMap::new();
        lines.iter().flatten().for_each(|stem| *counts.entry(*stem).or_default() += 1);
        counts
    };
    // As rouge-score does, both sides' counts bound the hits.
    let (mut in_reference, mut in_candidate) = (count(reference), count(candidate));
    let mut hits = 0;
    for line in reference {
        let mut union = vec![false; line.len()];
        for other in candidate {
            common_subsequence(line, other).into_iter().for_each(|at| union[at] = true);
        }
        for (stem, _) in line.iter().zip(union).filter(|(_, hit)| *hit) {
            if let (Some(a @ 1..), Some(b @ 1..)) = (in_reference.get_mut(stem), in_candidate.get_mut(stem)) {
                *a -= 1;
                *b -= 1;
                hits += 1;
            }
        }
    }
    let total = |lines: &[Vec<StemmedToken>]| lines.iter().map(Vec::len).sum();
    RougeScore::new(hits, total(candidate), total(reference))
}

/// The places in `a` of one of the longest common subsequences of `a` and `b`: of several, the one that `rouge-score` reads out.
pub(super) fn common_subsequence<T: PartialEq>(a: &[T], b: &[T]) -> Vec<usize> {
    let width = b.len() + 1;
    let mut table = vec![0u32; (a.len() + 1) * width];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            table[(i + 1) * width + j + 1] = if x == y {
                table[i * width + j] + 1
            } else {
                table[i * width + j + 1].max(table[(i + 1) * width + j])
            };
        }
    }
    let (mut i, mut j) = (a.len(), b.len());
    let mut places = Vec::new();
    while i > 0 && j > 0 {
        if a[i - 1] == b[j - 1] {
            places.push(i - 1);
            i -= 1;
            j -= 1;
        } else if table[i * width + j - 1] > table[(i - 1) * width + j] {
            j -= 1;
        } else {
            i -= 1;
        }
    }
    places.reverse();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_itself_and_nothing_is_nothing() {
        let mut scorer = RougeScorer::new();
        let same = scorer.score("The cat sat.\nIt purred.", "the cat sat .\nit purred .");
        assert_eq!((same.one.f1(), same.two.f1(), same.lsum.f1()), (1.0, 1.0, 1.0));
        assert_eq!(scorer.score("", ""), RougeScores::default());
        assert_eq!(scorer.score("a", "… !"), RougeScores::default());
    }

    #[test]
    fn the_best_reference_counts_for_each_score() {
        let mut scorer = RougeScorer::new();
        let best = scorer.best(&["one two", "three one"], "one two three");
        assert!((best.two.f1() - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(scorer.best(&[] as &[&str], "one"), RougeScores::default());
    }
}
