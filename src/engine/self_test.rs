//! Self-tests of loaded models: the known input is computed and compared with the known output, then timed.

use super::{
    Engine,
    failures::{package_failure, self_test_failure},
    text_model::TextNetwork,
};
use crate::{
    host::Host,
    ink::Image,
    models::digits::ConvNet,
    package::{ClassifierSelfTest, SummarizerSelfTest},
    protocol::{EngineCheck, Failure},
};

/// Timed runs after the warm-up, at most; fewer where each is slow.
const TIMED_RUNS: usize = 15;
/// Milliseconds that the timed runs may take together.
const TIMING_BUDGET: f64 = 250.0;
/// Timed runs of a summarizer's self-test.
const TEXT_RUNS: usize = 3;

impl<H: Host> Engine<H> {
    /// Runs the self-test of a classifier, which also compiles the shaders, and times some runs.
    pub(super) async fn check(
        &self,
        network: &ConvNet,
        known: &ClassifierSelfTest,
        name: &str,
    ) -> Result<EngineCheck, Failure> {
        let start = self.host.now();
        let (image, max_error) = self.ask_known(network, known, name).await?;
        let first_ms = self.host.now() - start;
        let mut times = Vec::new();
        let start = self.host.now();
        while times.len() < TIMED_RUNS && (times.len() < 3 || self.host.now() - start < TIMING_BUDGET) {
            let before = self.host.now();
            self.logits(network, &image).await?;
            times.push(self.host.now() - before);
        }
        Ok(EngineCheck { max_error, first_ms, median_ms: median(times) })
    }

    /// Asks a classifier the known question. The question, and how far off the answer is.
    ///
    /// # Errors
    /// If the answer is wrong, or none comes.
    pub(super) async fn ask_known(
        &self,
        network: &ConvNet,
        known: &ClassifierSelfTest,
        name: &str,
    ) -> Result<(Image, f32), Failure> {
        let image = known.image().map_err(|error| package_failure(name, &error))?;
        let logits = self.logits(network, &image).await?;
        // A NaN is as wrong as can be, and `max` would pass over it.
        let error = |(logit, known): (&f32, &f32)| {
            let error = (logit - known).abs();
            if error.is_nan() { f32::INFINITY } else { error }
        };
        let max_error = logits.iter().zip(&known.logits).map(error).fold(0.0, f32::max);
        if logits.len() != known.logits.len() || max_error > known.tolerance() {
            return Err(self_test_failure(max_error));
        }
        Ok((image, max_error))
    }

    /// The same for a model that reads texts.
    pub(super) async fn check_text(
        &self,
        network: &TextNetwork,
        known: &SummarizerSelfTest,
    ) -> Result<EngineCheck, Failure> {
        let mut times = Vec::with_capacity(TEXT_RUNS);
        let (mut first_ms, mut max_error) = (0.0, 0.0);
        for run in 0..=TEXT_RUNS {
            let start = self.host.now();
            let figures = network.figures(&known.text, &self.device).await;
            let figures = figures.map_err(|error| self.summary_failure(error))?;
            let taken = self.host.now() - start;
            if run > 0 {
                times.push(taken);
                continue;
            }
            (first_ms, max_error) = (taken, known.difference(&figures));
            if max_error > known.tolerance() {
                return Err(self_test_failure(max_error));
            }
        }
        Ok(EngineCheck { max_error, first_ms, median_ms: median(times) })
    }
}

/// The middle one of some times; there are some. By a clock that ticks in whole milliseconds, as those of Firefox and WebKit may, their
/// mean: it says more than one of them.
fn median(mut times: Vec<f64>) -> f64 {
    if times.iter().all(|time| time.fract() == 0.0) {
        return times.iter().sum::<f64>() / times.len() as f64;
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
