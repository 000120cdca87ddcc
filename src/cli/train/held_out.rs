//! Losses of a training run, and its metrics on held-out samples.

use std::time::Instant;

use anyhow::Result;
use burn::tensor::Device;

use super::corpus::{self};
use crate::{
    models::summarizer::{
        RougeScorer, SummaryKind, batching::LossKind, corpus::TrainingPair, losses::SummaryBatch, network::Example,
        recipe::BatchMix, training::SummaryTrainingSession,
    },
    text::TokenId,
};

use super::trainable::TrainableSummarizer;

/// What there are pairs of.
pub(super) const KINDS: [SummaryKind; 4] =
    [SummaryKind::Sentence, SummaryKind::KeyPoints, SummaryKind::Headline, SummaryKind::Tldr];
/// Sentences that are taken of a document to measure salience.
const TAKEN: usize = 3;

/// Losses so far, by task.
pub(super) struct LossAccumulator {
    since: Instant,
    salience: (f64, usize),
    writing: (f64, usize),
}

impl LossAccumulator {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), salience: (0.0, 0), writing: (0.0, 0) }
    }

    pub(super) fn add(&mut self, task: LossKind, loss: f32, samples: usize) {
        let of = match task {
            LossKind::Salience => &mut self.salience,
            LossKind::Writing => &mut self.writing,
        };
        of.0 += f64::from(loss) * samples as f64;
        of.1 += samples;
    }
}

impl std::fmt::Display for LossAccumulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.since.elapsed().as_secs_f64();
        for (name, (loss, samples)) in [("salience", self.salience), ("writing", self.writing)] {
            if samples > 0 {
                let (mean, rate) = (loss / samples as f64, samples as f64 / seconds);
                write!(f, "{name} loss {mean:.4}, {samples} samples, {rate:.0} a second  ")?;
            }
        }
        Ok(())
    }
}

/// What is measured on.
pub(super) struct HeldOutSet {
    pub(super) documents: Vec<corpus::MeasuredDocument>,
    pub(super) pairs: Vec<TrainingPair>,
    pub(super) device: Device,
}

/// How a network does on it.
pub(super) struct HeldOutMetrics {
    pub(super) rouge: [f64; 3],
    pub(super) loss: f64,
    /// The same of each kind of which there are pairs.
    pub(super) kinds: Vec<(SummaryKind, f64)>,
}

impl HeldOutMetrics {
    /// Better when higher: points of ROUGE, and the loss of writing weighed as much as ten of them.
    pub(super) fn result(&self) -> f64 {
        self.rouge.iter().sum::<f64>() / 3.0 - 10.0 * self.loss
    }
}

impl std::fmt::Display for HeldOutMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [one, two, l] = self.rouge;
        write!(f, "ROUGE of {TAKEN} sentences {one:.2} / {two:.2} / {l:.2}, loss of writing {:.4}", self.loss)?;
        self.kinds.iter().try_for_each(|(kind, loss)| write!(f, ", {kind:?} {loss:.4}"))
    }
}

impl HeldOutSet {
    pub(super) fn measure<N: TrainableSummarizer>(
        &self,
        session: &SummaryTrainingSession<N>,
    ) -> Result<HeldOutMetrics> {
        let network = session.network();
        let mut scorer = RougeScorer::new();
        let mut rouge = [0.0; 3];
        for documents in self.documents.chunks(16) {
            let rows: Vec<Vec<&[TokenId]>> =
                documents.iter().map(|document| document.pieces.sentences.iter().map(|s| &**s).collect()).collect();
            let Some(scores) = network.weigh(&rows, &self.device)? else { break };
            let [_, width] = scores.dims();
            let scores: Vec<f32> = scores.into_data().iter::<f32>().collect();
            for (document, scores) in documents.iter().zip(scores.chunks(width)) {
                let mut order: Vec<usize> = (0..document.sentences.len()).collect();
                order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
                order.truncate(TAKEN);
                order.sort_unstable();
                let taken: Vec<&str> = order.iter().map(|at| document.sentences[*at].as_str()).collect();
                let score = scorer.score(&document.reference, &taken.join("\n"));
                rouge[0] += score.one.f1();
                rouge[1] += score.two.f1();
                rouge[2] += score.lsum.f1();
            }
        }
        let rouge = rouge.map(|sum| 100.0 * sum / self.documents.len().max(1) as f64);
        let mixture = BatchMix { coverage: 0.0, ..session.recipe().stages[session.stage()].variation };
        let (mut loss, mut kinds) = (0.0, Vec::new());
        for kind in KINDS {
            let mut pairs: Vec<_> = self.pairs.iter().filter(|pair| pair.kind == kind).collect();
            pairs.sort_by_key(|pair| pair.source.len());
            let sum: f64 = pairs.chunks(32).map(|pairs| self.loss(&network, &mixture, pairs)).sum();
            loss += sum;
            if !pairs.is_empty() {
                kinds.push((kind, sum / pairs.len() as f64));
            }
        }
        Ok(HeldOutMetrics { rouge, loss: loss / self.pairs.len().max(1) as f64, kinds })
    }

    /// The loss of writing some pairs, added up.
    pub(super) fn loss<N: TrainableSummarizer>(&self, network: &N, mixture: &BatchMix, pairs: &[&TrainingPair]) -> f64 {
        let examples: Vec<Example> = pairs
            .iter()
            .map(|pair| Example { source: &pair.source, wanted: pair.kind.token(), target: &pair.target })
            .collect();
        let value = network.loss(SummaryBatch::Examples(&examples), mixture, &self.device).into_data();
        f64::from(value.iter::<f32>().next().unwrap_or(f32::NAN)) * pairs.len() as f64
    }
}
