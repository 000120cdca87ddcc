//! What is said of an output beside ROUGE: how it compresses, what it invents, what it repeats.

use std::collections::HashSet;

use super::rouge::common_subsequence;
use crate::text::{Word, words};

/// How well the words that an output keeps of its source are those that the reference keeps: the F1 of the places in the source to
/// which each is aligned, by the longest common subsequence of lower-cased words (Filippova et al., *Sentence compression by deletion
/// with LSTMs*, 2015, count so). Between 0 and 1; 1 where both keep nothing.
pub fn kept_f1(source: &str, reference: &str, output: &str) -> f64 {
    let texts = |text: &str| -> Vec<String> { spoken(text).map(|word| word.text).collect() };
    let source = texts(source);
    let kept = |text: &str| -> HashSet<usize> { common_subsequence(&source, &texts(text)).into_iter().collect() };
    let (reference, output) = (kept(reference), kept(output));
    if reference.is_empty() && output.is_empty() {
        return 1.0;
    }
    2.0 * reference.intersection(&output).count() as f64 / (reference.len() + output.len()) as f64
}

/// Counts over outputs, to be added up over a data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoveltyCounts {
    /// Words of the outputs, without punctuation.
    pub words: usize,
    /// Those that the source does not hold.
    pub novel: usize,
    /// Triples of neighboring words.
    pub trigrams: usize,
    /// Those that the same output held before.
    pub repeated: usize,
}

impl NoveltyCounts {
    /// Counts one output.
    pub fn of(source: &str, output: &str) -> Self {
        let known: HashSet<String> = spoken(source).map(|word| word.text).collect();
        let output: Vec<String> = spoken(output).map(|word| word.text).collect();
        let mut seen = HashSet::new();
        let trigrams = output.windows(3);
        Self {
            words: output.len(),
            novel: output.iter().filter(|word| !known.contains(*word)).count(),
            trigrams: trigrams.len(),
            repeated: trigrams.filter(|triple| !seen.insert(*triple)).count(),
        }
    }

    /// The share of words that are not in the source.
    pub fn novel_words(self) -> f64 {
        self.novel as f64 / self.words.max(1) as f64
    }

    /// The share of words that are in the source.
    pub fn copied_words(self) -> f64 {
        (self.words - self.novel) as f64 / self.words.max(1) as f64
    }

    /// The share of triples that the same output held before.
    pub fn repeated_trigrams(self) -> f64 {
        self.repeated as f64 / self.trigrams.max(1) as f64
    }
}

impl std::ops::AddAssign for NoveltyCounts {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.novel += other.novel;
        self.trigrams += other.trigrams;
        self.repeated += other.repeated;
    }
}

/// The words of a text without its punctuation.
fn spoken(text: &str) -> impl Iterator<Item = Word> {
    words(text).into_iter().filter(|word| word.text.contains(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_words() {
        let source = "Ukrainian troops with five vehicles took control of a checkpoint on Thursday.";
        let reference = "Ukrainian troops took control of a checkpoint.";
        assert_eq!(kept_f1(source, reference, reference), 1.0);
        assert_eq!(kept_f1(source, reference, "nothing like it"), 0.0);
        assert_eq!(kept_f1(source, "", ""), 1.0);
        // 7 kept by the reference, 2 by the output, 2 by both.
        assert!((kept_f1(source, reference, "troops took") - 4.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn rates() {
        let mut rates = NoveltyCounts::of("The cat sat on the mat.", "A cat sat on the cat sat on.");
        assert_eq!(rates, NoveltyCounts { words: 8, novel: 1, trigrams: 6, repeated: 1 });
        rates += NoveltyCounts::of("x", "");
        assert_eq!(rates.novel_words(), 0.125);
        assert_eq!(rates.copied_words(), 0.875);
        assert!((rates.repeated_trigrams() - 1.0 / 6.0).abs() < 1e-12);
        assert_eq!(NoveltyCounts::default().novel_words(), 0.0);
    }
}
