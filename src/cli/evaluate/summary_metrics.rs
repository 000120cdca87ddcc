//! The metrics of a summarizer on a data set.

use serde::Serialize;

use crate::models::summarizer::{NoveltyCounts, RougeScorer, kept_f1};

/// What is measured, on all texts together.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct SummaryMetrics {
    pub rouge1: f64,
    pub rouge2: f64,
    /// Lsum.
    #[serde(rename = "rougeL")]
    pub rouge_l: f64,
    pub kept_f1: f64,
    pub novel_words: f64,
    pub repeated_trigrams: f64,
    pub pairs: usize,
    pub seconds: f64,
}

/// Sums over texts, on the way to [`SummaryMetrics`].
#[derive(Default)]
pub struct MetricsAccumulator {
    figures: SummaryMetrics,
    rates: NoveltyCounts,
}

impl MetricsAccumulator {
    /// Adds a text with its summary.
    pub fn add(&mut self, scorer: &mut RougeScorer, text: &str, references: &[String], summary: &str, seconds: f64) {
        let rouge = scorer.best(references, summary);
        self.figures.rouge1 += rouge.one.f1();
        self.figures.rouge2 += rouge.two.f1();
        self.figures.rouge_l += rouge.lsum.f1();
        self.figures.kept_f1 +=
            references.iter().map(|reference| kept_f1(text, reference, summary)).fold(0.0, f64::max);
        self.figures.pairs += 1;
        self.figures.seconds += seconds;
        self.rates += NoveltyCounts::of(text, summary);
    }

    /// ROUGE in percent, shares between 0 and 1.
    pub fn figures(&self) -> SummaryMetrics {
        let SummaryMetrics { rouge1, rouge2, rouge_l, kept_f1, pairs, seconds, .. } = self.figures;
        let count = pairs.max(1) as f64;
        let percent = |sum: f64| 100.0 * sum / count;
        SummaryMetrics {
            rouge1: percent(rouge1),
            rouge2: percent(rouge2),
            rouge_l: percent(rouge_l),
            kept_f1: kept_f1 / count,
            novel_words: self.rates.novel_words(),
            repeated_trigrams: self.rates.repeated_trigrams(),
            pairs,
            seconds,
        }
    }
}
