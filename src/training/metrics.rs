//! Metrics of a classifier: confusion matrix, accuracy, precision, recall and F1.

use serde::{Deserialize, Serialize};

/// A confusion matrix: counts of true against predicted classes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfusionMatrix {
    classes: usize,
    /// Row: what was there. Column: what was said.
    counts: Vec<u64>,
}

/// Precision, recall and F1 of one class; 0 where there is nothing to divide by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassReport {
    /// Of those said to be of the class, the share that is.
    pub precision: f64,
    /// Of those of the class, the share that was said to be.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

impl ConfusionMatrix {
    /// No counts yet.
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    /// Counts one answer; classes that do not exist are not counted.
    pub fn add(&mut self, truth: usize, answer: usize) {
        if truth < self.classes && answer < self.classes {
            self.counts[truth * self.classes + answer] += 1;
        }
    }

    /// Adds the counts of another matrix of as many classes.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
    }

    /// How often class `truth` was predicted as `answer`.
    pub fn count(&self, truth: usize, answer: usize) -> u64 {
        self.counts.get(truth * self.classes + answer).copied().unwrap_or(0)
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of answers.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The accuracy; 0 without any answer.
    pub fn accuracy(&self) -> f64 {
        share((0..self.classes).map(|class| self.count(class, class)).sum(), self.total())
    }

    /// Precision, recall and F1 of a class.
    pub fn class(&self, class: usize) -> ClassReport {
        let right = self.count(class, class);
        let precision = share(right, (0..self.classes).map(|truth| self.count(truth, class)).sum());
        let recall = share(right, (0..self.classes).map(|answer| self.count(class, answer)).sum());
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        ClassReport { precision, recall, f1 }
    }

    /// The unweighted mean over the classes that occur or were predicted.
    pub fn macro_average(&self) -> ClassReport {
        let occurs =
            |class: &usize| (0..self.classes).any(|other| self.count(*class, other) + self.count(other, *class) > 0);
        let reports: Vec<_> = (0..self.classes).filter(occurs).map(|class| self.class(class)).collect();
        let mean = |f: fn(&ClassReport) -> f64| reports.iter().map(f).sum::<f64>() / reports.len().max(1) as f64;
        ClassReport { precision: mean(|r| r.precision), recall: mean(|r| r.recall), f1: mean(|r| r.f1) }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_a_small_example() {
        let mut confusion = ConfusionMatrix::new(2);
        for (truth, answer) in [(0, 0), (0, 0), (0, 1), (1, 1), (1, 1), (1, 1), (1, 0), (1, 0)] {
            confusion.add(truth, answer);
        }
        assert_eq!(confusion.accuracy(), 5.0 / 8.0);
        let zero = confusion.class(0);
        assert_eq!((zero.precision, zero.recall), (0.5, 2.0 / 3.0));
        assert!((zero.f1 - 4.0 / 7.0).abs() < 1e-12);
        assert!((confusion.macro_average().recall - (2.0 / 3.0 + 0.6) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn classes_that_do_not_occur_have_no_part_in_the_mean() {
        let mut confusion = ConfusionMatrix::new(10);
        confusion.add(1, 1);
        assert_eq!(confusion.macro_average().recall, 1.0);
        confusion.add(1, 7);
        assert_eq!(confusion.macro_average().recall, 0.25);
    }

    #[test]
    fn nothing_counted_is_nothing_known() {
        assert_eq!(ConfusionMatrix::new(10).accuracy(), 0.0);
        assert_eq!(ConfusionMatrix::new(10).macro_average().f1, 0.0);
    }
}
