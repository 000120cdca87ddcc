//! Summarizes one text.

use std::{ops::ControlFlow, rc::Rc};

use super::{
    Engine,
    failures::{cancelled_failure, not_a_summarizer},
    request_limits::check_text,
    text_model::{TextModel, TextNetwork},
};
use crate::{
    host::Host,
    models::summarizer::{SummaryError, SummaryEvent, SummaryObserver, WantedSummary},
    package::{Manifest, ModelSpec, SummarizerSelfTest},
    protocol::{Activity, Failure, FailureKind, JobId, Reply, SourceAnalysis, SummarizeRequest, Summary},
};

/// Milliseconds of computation between two yields, and between two reports of an unfinished line.
pub(super) const TIME_SLICE_MS: f64 = 24.0;

/// Observer that reports the progress of a summary to the client.
struct SummaryReporter<'a, H> {
    engine: &'a Engine<H>,
    job: JobId,
    text: &'a str,
    reply: &'a mut dyn FnMut(Reply),
    start: f64,
    first: Option<f64>,
    words_in: u32,
    paused: f64,
    /// When each line was told last.
    told: Vec<f64>,
}

impl<H: Host> SummaryObserver for SummaryReporter<'_, H> {
    fn tell(&mut self, event: SummaryEvent) {
        let now = self.engine.host.now();
        match event {
            SummaryEvent::Reading { done, total } => {
                (self.reply)(Reply::Progress { doing: Activity::Reading, done: done as u64, total: total as u64 });
            }
            SummaryEvent::Source(source) => {
                self.words_in = spoken(self.text, &source);
                (self.reply)(Reply::Source(source));
            }
            SummaryEvent::Line(line) => {
                if !line.words.is_empty() {
                    self.first.get_or_insert(now - self.start);
                }
                let index = line.index as usize;
                if self.told.len() <= index {
                    self.told.resize(index + 1, f64::NEG_INFINITY);
                }
                if line.finished || now - self.told[index] >= TIME_SLICE_MS {
                    self.told[index] = now;
                    (self.reply)(Reply::Line(line));
                }
            }
        }
    }

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

/// What a request wants.
fn options(ask: &SummarizeRequest) -> WantedSummary {
    let included = ask.included.iter().map(|[start, end]| *start as usize..*end as usize).collect();
    WantedSummary {
        kind: ask.kind,
        length: ask.length,
        amount: ask.amount,
        included,
        shortness: ask.shortness,
        context: ask.context.clone(),
    }
}

/// Number of words in a text, without punctuation.
fn spoken(text: &str, source: &SourceAnalysis) -> u32 {
    let of = |[start, end]: &[u32; 2]| text.get(*start as usize..*end as usize).unwrap_or_default();
    source.words.iter().filter(|span| of(span).contains(char::is_alphanumeric)).count() as u32
}

impl<H: Host> Engine<H> {
    pub(super) async fn summarize(
        &self,
        job: JobId,
        ask: &SummarizeRequest,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        let model = self.text_model(&ask.model)?;
        check_text(&ask.text)?;
        let start = self.host.now();
        let mut teller = SummaryReporter {
            engine: self,
            job,
            text: &ask.text,
            reply,
            start,
            first: None,
            words_in: 0,
            paused: start,
            told: Vec::new(),
        };
        let options = options(ask);
        let lines = match &model.network {
            TextNetwork::Summary(model, _) => model.summarize(&ask.text, &options, &self.device, &mut teller).await,
            TextNetwork::Plain(model) => model.summarize(&ask.text, &options, &self.device, &mut teller).await,
        };
        let lines = lines.map_err(|error| self.summary_failure(error))?;
        let total_ms = self.host.now() - start;
        let words = |line: &crate::protocol::SummaryLine| {
            let of = |[start, end]: [u32; 2]| line.text.get(start as usize..end as usize).unwrap_or_default();
            line.words.iter().filter(|word| of(word.span).contains(char::is_alphanumeric)).count() as u32
        };
        Ok(Reply::Summarized(Box::new(Summary {
            model: ask.model.clone(),
            engine: self.info.kind,
            words_in: teller.words_in,
            words_out: lines.iter().map(words).sum(),
            first_ms: teller.first.unwrap_or(total_ms),
            total_ms,
            lines,
        })))
    }

    /// A loaded model of texts. One that does something else is told from one that is not loaded.
    pub(super) fn text_model(&self, name: &str) -> Result<Rc<TextModel>, Failure> {
        let model = self.texts.borrow().get(name).cloned();
        model.map_or_else(|| self.model(name).and_then(|_| Err(not_a_summarizer(name))), Ok)
    }

    pub(super) fn summary_failure(&self, error: SummaryError) -> Failure {
        match error {
            SummaryError::NoWords | SummaryError::NoRunningText { .. } => {
                Failure { kind: FailureKind::NothingThere, message: error.to_string() }
            }
            SummaryError::TooManySentences { .. } => {
                Failure { kind: FailureKind::BadInput, message: error.to_string() }
            }
            SummaryError::Stopped => cancelled_failure(),
            SummaryError::Device(error) => self.device_failure(error),
            SummaryError::Shape(error) => Failure {
                kind: FailureKind::Internal,
                message: format!("The engine made an error ({error}). Please report it; your text is still here."),
            },
        }
    }

    /// Runs the self-test of a summarizer and adds it to the loaded models.
    pub(super) async fn register_summarizer<D: ModelSpec<Known = SummarizerSelfTest>>(
        &self,
        name: &str,
        network: TextNetwork,
        manifest: &Manifest<D>,
    ) -> Result<Reply, Failure> {
        // Integers are for packages that hold what they promise with them.
        let (network, check) = match self.check_text(&network, &manifest.known).await {
            Ok(check) => (network, check),
            Err(_) => {
                let network = network.in_floats();
                let check = self.check_text(&network, &manifest.known).await?;
                (network, check)
            }
        };
        let loaded = Reply::Loaded { model: super::load::info(manifest), check, trial: None };
        let model = TextModel { network, loaded: loaded.clone() };
        // A name is one model's, whatever it does.
        self.models.borrow_mut().remove(name);
        self.texts.borrow_mut().insert(name.to_owned(), Rc::new(model));
        Ok(loaded)
    }
}
