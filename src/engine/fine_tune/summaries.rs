//! Fine-tunes the summarizer on corrected summaries and evaluates the result.

use std::ops::ControlFlow;

use burn::module::Module;

use super::version::{bad, trained_on, version};
use crate::{
    engine::{
        Engine,
        failures::fetch_failure,
        request_limits::{check_samples, check_text},
        summarize::TIME_SLICE_MS,
        text_model::TextNetwork,
    },
    host::Host,
    models::summarizer::{
        RougeScorer, Summarizer, SummaryEvent, SummaryObserver, TargetError, TargetMode, WantedSummary,
        corpus::Corpus,
        fine_tuning,
        network::{SummarizerConfig, SummarizerNetwork},
    },
    package::{Manifest, SummarizerSelfTest, WeightDType, WeightFile, encode, to_single_file},
    protocol::{
        Activity, BeforeAfter, Evaluation, EvaluationComparison, Failure, FailureKind, FineTuneRequest, FineTuneResult,
        JobId, Reply, SummarizationMetrics, TextSample,
    },
};

/// Held-out texts that are summarized for the curve, out of those that are evaluated in the end.
const CURVE: usize = 8;
/// The texts of the replay buffer.
const REPLAY: &str = "replay/texts-training.jsonl.gz";
/// The held-out texts.
const HELD_OUT: &str = "replay/texts-held-out.jsonl.gz";
/// The largest size of either file, in bytes.
const LARGEST_SLICE: u64 = 4 << 20;

const PLAIN: &str = "The plain model cannot be trained here; it is only for comparison.";

/// Observer that yields to the event loop, stops when the job is cancelled, and ignores events.
struct CooperativeYield<'a, H> {
    engine: &'a Engine<H>,
    job: JobId,
    paused: f64,
}

impl<H: Host> SummaryObserver for CooperativeYield<'_, H> {
    fn tell(&mut self, _event: SummaryEvent) {}

    async fn pause(&mut self) -> ControlFlow<()> {
        if self.engine.host.now() - self.paused >= TIME_SLICE_MS {
            self.engine.host.sleep(0).await;
            self.paused = self.engine.host.now();
        }
        match self.engine.check_cancelled(self.job) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// Samples with the training examples made of them.
struct SummaryTrainingSet<'a> {
    samples: &'a [TextSample],
    corpus: Corpus,
}

impl<H: Host> Engine<H> {
    pub(super) async fn learn_texts(
        &self,
        job: JobId,
        ask: &FineTuneRequest,
        samples: &[TextSample],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<FineTuneResult, Failure> {
        let model = self.text_model(&ask.model)?;
        let TextNetwork::Summary(parent, manifest) = &model.network else { return Err(bad(PLAIN)) };
        if samples.is_empty() {
            return Err(bad("There is nothing to learn from yet. Correct a summary and save it."));
        }
        check(samples)?;
        let replay = self.texts_slice(REPLAY, reply).await?;
        let held_out = self.texts_slice(HELD_OUT, reply).await?;
        self.check_cancelled(job)?;

        let own = self.lessons(job, parent, samples, TargetMode::Teach).await?;
        let held_out = self.lessons(job, parent, &held_out, TargetMode::Teach).await?;
        let replay = self.lessons(job, parent, &replay, TargetMode::Keep).await?;
        let stages = fine_tuning::stages(&ask.plan);
        let tuning =
            fine_tuning::tuning(stages, parent.network.clone(), own.corpus.clone(), replay.corpus, 1, &self.device);
        let mut tuning = tuning.map_err(|error| bad(&format!("The model cannot be trained this way: {error}.")))?;
        let curve = &held_out.samples[..CURVE.min(held_out.samples.len())];
        let measure = async |network: &SummarizerNetwork| {
            let model = with(parent, network.clone());
            Ok(self.rouge(job, &model, curve, &mut |_| ()).await?.rouge() / 100.0)
        };
        let trained = self.run(job, ask, (&**manifest, &mut tuning), measure, reply).await?;

        let failed = |error: &dyn std::fmt::Display| bad(&error.to_string());
        // What is measured is the package, rounded as it is written.
        let weights = encode(&trained.network, WeightDType::F16).await.map_err(|error| self.encode_failure(error))?;
        let blank = manifest.architecture.init(&self.device).map_err(|error| failed(&error))?;
        let rounded = WeightFile::decode(&weights, &blank).map_err(|error| failed(&error))?;
        let rounded = with(parent, rounded.load(blank, &self.device).valid());

        let total = 2 * (own.samples.len() + held_out.samples.len()) as u64;
        let mut done = 0;
        let mut each = |count: u64| {
            done += count;
            reply(Reply::Progress { doing: Activity::Measuring, done, total });
        };
        each(0);
        let figures = EvaluationComparison::Texts {
            held_out: BeforeAfter {
                before: self.text_report(job, parent, &held_out, &mut each).await?,
                after: self.text_report(job, &rounded, &held_out, &mut each).await?,
            },
            own: BeforeAfter {
                before: self.text_report(job, parent, &own, &mut each).await?,
                after: self.text_report(job, &rounded, &own, &mut each).await?,
            },
        };
        let text = manifest.known.text.clone();
        let known = rounded.figures(&text, &self.device).await.map_err(|error| self.summary_failure(error))?;
        let beside = "abstracts of arXiv, and what the summarizer that the page came with wrote of others";
        let training = trained_on(ask, manifest, "summaries as their reader wants them", beside);
        let data = ["texts that the page holds out", "the summaries that it was trained on"];
        let known = SummarizerSelfTest { text, figures: known };
        let manifest: Manifest<SummarizerConfig> =
            version(ask, manifest, &weights, known, training, ("mean ROUGE", &figures, data));
        let package = to_single_file(&manifest, &weights).map_err(|error| failed(&error))?;
        Ok(FineTuneResult { package, figures, steps: trained.steps, ms: trained.ms })
    }

    pub(super) async fn measure_texts(
        &self,
        job: JobId,
        model: &str,
        samples: &[TextSample],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Evaluation, Failure> {
        let model = self.text_model(model)?;
        let TextNetwork::Summary(summarizer, _) = &model.network else { return Err(bad(PLAIN)) };
        let held_out = self.texts_slice(HELD_OUT, reply).await?;
        let held_out = self.lessons(job, summarizer, &held_out, TargetMode::Teach).await?;
        let own = self.lessons(job, summarizer, samples, TargetMode::Teach).await?;
        let total = (own.samples.len() + held_out.samples.len()) as u64;
        let mut done = 0;
        let mut each = |count: u64| {
            done += count;
            reply(Reply::Progress { doing: Activity::Measuring, done, total });
        };
        each(0);
        let held_out = self.text_report(job, summarizer, &held_out, &mut each).await?;
        let own = match samples.is_empty() {
            true => None,
            false => Some(self.text_report(job, summarizer, &own, &mut each).await?),
        };
        Ok(Evaluation::Texts { held_out, own })
    }

    /// Makes training examples of samples and yields after each.
    async fn lessons<'a>(
        &self,
        job: JobId,
        model: &Summarizer,
        samples: &'a [TextSample],
        aim: TargetMode,
    ) -> Result<SummaryTrainingSet<'a>, Failure> {
        let mut corpus = Corpus::default();
        for (index, sample) in samples.iter().enumerate() {
            let lesson = model.lesson(sample, aim, &self.device).await.map_err(|error| match error {
                TargetError::Device(error) => self.device_failure(error),
                error => bad(&format!("The model cannot learn from sample {}: {error}.", index + 1)),
            })?;
            corpus.documents.extend(lesson.documents);
            corpus.pairs.extend(lesson.pairs);
            self.host.sleep(0).await;
            self.check_cancelled(job)?;
        }
        Ok(SummaryTrainingSet { samples, corpus })
    }

    async fn text_report(
        &self,
        job: JobId,
        model: &Summarizer,
        lessons: &SummaryTrainingSet<'_>,
        each: &mut dyn FnMut(u64),
    ) -> Result<SummarizationMetrics, Failure> {
        let report = self.rouge(job, model, lessons.samples, each).await?;
        let loss =
            fine_tuning::loss(&model.network, &lessons.corpus, &self.device, async || self.host.sleep(0).await).await;
        Ok(SummarizationMetrics { loss: loss.map_err(|error| self.device_failure(error))?.into(), ..report })
    }

    /// ROUGE of a model's summaries against those of the samples; the loss is left at 0.
    async fn rouge(
        &self,
        job: JobId,
        model: &Summarizer,
        samples: &[TextSample],
        each: &mut dyn FnMut(u64),
    ) -> Result<SummarizationMetrics, Failure> {
        let (mut scorer, mut sums) = (RougeScorer::new(), [0.0; 3]);
        for sample in samples {
            let mut turns = CooperativeYield { engine: self, job, paused: self.host.now() };
            let lines = model
                .summarize(&sample.text, &WantedSummary::new(sample.kind, sample.length), &self.device, &mut turns)
                .await;
            let lines = lines.map_err(|error| self.summary_failure(error))?;
            let said = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
            let rouge = scorer.score(&sample.summary, &said);
            let scores = [rouge.one, rouge.two, rouge.lsum].map(|score| 100.0 * score.f1());
            sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
            each(1);
        }
        let [rouge1, rouge2, rouge_l] = sums.map(|sum| sum / samples.len().max(1) as f64);
        Ok(SummarizationMetrics { rouge1, rouge2, rouge_l, loss: 0.0, texts: samples.len() as u32 })
    }

    /// Reads texts that are deployed with the page: gzipped JSON Lines.
    async fn texts_slice(&self, path: &str, reply: &mut dyn FnMut(Reply)) -> Result<Vec<TextSample>, Failure> {
        reply(Reply::Progress { doing: Activity::Fetching, done: 0, total: 0 });
        let bytes = self.host.read(path, LARGEST_SLICE).await.map_err(fetch_failure)?;
        let bytes = self.host.gunzip(bytes).await.map_err(fetch_failure)?;
        let damaged = |reason: &dyn std::fmt::Display| Failure {
            kind: FailureKind::BadPackage,
            message: format!("The training texts ({path}) are damaged: {reason}."),
        };
        let text = String::from_utf8(bytes).map_err(|error| damaged(&error))?;
        let rows = text.lines().map(serde_json::from_str::<TextSample>).collect::<Result<Vec<_>, _>>();
        rows.map_err(|error| damaged(&error))
    }
}

/// A summarizer with the parent's vocabulary and another network.
fn with(parent: &Summarizer, network: SummarizerNetwork) -> Summarizer {
    Summarizer::new(network, parent.architecture.clone(), parent.vocabulary.clone(), parent.words.clone())
}

/// Checks how many samples there are, how long they are, and that no two contradict each other.
fn check(samples: &[TextSample]) -> Result<(), Failure> {
    check_samples(samples.len())?;
    for sample in samples {
        check_text(&sample.text)?;
        check_text(&sample.summary)?;
    }
    for (index, sample) in samples.iter().enumerate() {
        let same = |other: &TextSample| {
            (&other.text, other.kind, other.length) == (&sample.text, sample.kind, sample.length)
                && other.summary != sample.summary
        };
        if let Some(other) = samples[..index].iter().position(same) {
            return Err(bad(&format!(
                "Samples {} and {} are different summaries of the same text. Delete one of them.",
                other + 1,
                index + 1
            )));
        }
    }
    Ok(())
}
