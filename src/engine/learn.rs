//! Learning from corrections: a loaded model is fine-tuned, and the result measured against it.

use burn::module::Module;
use serde::{Deserialize, Serialize};

use super::{Engine, Model, classify::read, load::fetch_failure};
use crate::{
    digits::{
        ConvNet, Correction, Dataset, Ink, Norm, Tuning, TuningError, batch_tensor, confusion, read_idx_images,
        read_idx_labels, stages,
    },
    host::Host,
    learn::{Checkpoint, Confusion, StepError},
    package::{Element, EncodeError, FileEntry, KnownAnswer, Manifest, WEIGHTS, Weights, bundle, encode, sha256},
    protocol::{
        Comparison, Doing, Failure, FailureKind, From, Input, JobId, Kept, Learn, Learned, Learning, Metric, Reply,
        Report, Sample,
    },
};

/// Under which name the checkpoint of the learning under way is kept.
pub const CHECKPOINT: &str = "learning";
/// Milliseconds between checkpoints.
const CHECKPOINT_MS: f64 = 2_000.0;
/// Milliseconds between reports.
const REPORT_MS: f64 = 150.0;
/// Held-out digits that are read for the curve, of those that judge in the end.
const CURVE: usize = 200;
/// No slice of MNIST that the page loads is larger.
const LARGEST_SLICE: u64 = 4 << 20;

/// What a checkpoint is of: one of another learning is not gone on from.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    /// SHA-256 of the parent's weights, the plan and the samples.
    of: String,
    step: usize,
    averaged_steps: u32,
    /// Bytes of the model; those of the averaged one follow.
    model: usize,
}

impl<H: Host> Engine<H> {
    pub(super) async fn learn(&self, job: JobId, ask: &Learn, reply: &mut dyn FnMut(Reply)) -> Result<Reply, Failure> {
        let parent = self.model(&ask.model)?;
        let own = corrections(&ask.samples)?;
        let images: Vec<_> = own.iter().map(|correction| correction.ink.image()).collect();
        let labels = own.iter().map(|correction| correction.label).collect();
        let own_digits = Dataset::new(images, labels).map_err(|error| bad(&error.to_string()))?;
        let replay = self.slice("replay/training", reply).await?;
        let held_out = self.slice("replay/held-out", reply).await?;
        self.check_cancelled(job)?;

        let stages = stages(&ask.plan, &parent.network, &own);
        let of = self.identity(&parent, ask)?;
        let mut tuning = Tuning::new(stages, parent.network.clone(), own, replay, 1, &self.device).await.map_err(
            |error| match error {
                TuningError::Recipe(error) => bad(&format!("That cannot be learned: {error}.")),
                TuningError::Device(error) => self.device_failure(error),
            },
        )?;
        if ask.from == From::Checkpoint {
            self.resume(&mut tuning, &parent, &of).await;
        }
        let start = self.host.now();
        let curve = held_out.slice(0..CURVE.min(held_out.len()));
        self.run(job, &mut tuning, &of, &curve, reply).await?;
        let ms = self.host.now() - start;

        let learned = self.finish(job, ask, &parent, &tuning, [&held_out, &own_digits], ms, reply).await?;
        // It is done, whether or not it can be forgotten: a later one is of another identity.
        let _ = self.host.forget(CHECKPOINT).await;
        Ok(Reply::Learned(Box::new(learned)))
    }

    /// Does the steps, with a rest for everybody else between any two.
    async fn run(
        &self,
        job: JobId,
        tuning: &mut Tuning,
        of: &str,
        curve: &Dataset,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<(), Failure> {
        let (first, steps) = tuning.progress();
        let mut started = self.host.now();
        let (mut reported, mut checkpointed) = (0.0, self.host.now());
        let (mut loss, mut count, mut kept) = (0.0, 0, Kept::NotYet);
        while tuning.progress().0 < steps {
            self.host.pause(0).await;
            let resting = self.host.now();
            while self.held.borrow().contains(&job) {
                self.check_cancelled(job)?;
                self.host.pause(50).await;
            }
            started += self.host.now() - resting;
            self.check_cancelled(job)?;
            let stage = tuning.stage().to_owned();
            let report = tuning.step().await.map_err(|error| match error {
                StepError::Device(error) => self.device_failure(error),
                error => Failure {
                    kind: FailureKind::Diverged,
                    message: format!(
                        "The learning stopped, and the model stays as it was: {error}. Try again with a lower one."
                    ),
                },
            })?;
            (loss, count) = (loss + report.loss, count + 1);
            let done = tuning.progress().0;
            let now = self.host.now();
            if now - checkpointed > CHECKPOINT_MS {
                kept = match self.checkpoint(tuning, of).await {
                    Ok(()) => Kept::Yes,
                    Err(_) => Kept::Refused,
                };
                checkpointed = self.host.now();
            }
            let measured = report.place.ends_epoch();
            if measured || now - reported > REPORT_MS {
                let held_out = match measured {
                    true => Some(self.confusion(&tuning.network(), curve).await?.accuracy()),
                    false => None,
                };
                let each = (self.host.now() - started) / (done - first) as f64;
                reply(Reply::Learning(Box::new(Learning {
                    stage,
                    done: done as u32,
                    steps: steps as u32,
                    loss: loss / count as f32,
                    held_out,
                    norms: report.norms,
                    left_ms: each * (steps - done) as f64,
                    kept,
                })));
                (loss, count, reported) = (0.0, 0, self.host.now());
            }
        }
        Ok(())
    }

    /// Rounds the network as its package does, and measures it against its parent.
    #[allow(clippy::too_many_arguments, reason = "the end of one long function")]
    async fn finish(
        &self,
        job: JobId,
        ask: &Learn,
        parent: &Model,
        tuning: &Tuning,
        [held_out, own]: [&Dataset; 2],
        ms: f64,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Learned, Failure> {
        reply(Reply::Progress { doing: Doing::Measuring, done: 0, total: 4 });
        let weights = encode(&tuning.network(), Element::F16).await.map_err(|error| self.encode_failure(error))?;
        let blank =
            parent.manifest.architecture.init(Norm::None, &self.device).map_err(|error| bad(&error.to_string()))?;
        let rounded = Weights::decode(&weights, &blank).map_err(|error| bad(&error.to_string()))?;
        let rounded = rounded.load(blank, &self.device).valid();
        let mut reports = Vec::new();
        for (network, digits) in
            [(&parent.network, held_out), (&rounded, held_out), (&parent.network, own), (&rounded, own)]
        {
            self.host.pause(0).await;
            self.check_cancelled(job)?;
            reports.push(report(&self.confusion(network, digits).await?));
            reply(Reply::Progress { doing: Doing::Measuring, done: reports.len() as u64, total: 4 });
        }
        let Ok([held_before, held_after, own_before, own_after]) = <[Report; 4]>::try_from(reports) else {
            return Err(bad("The measuring was not finished."));
        };
        let held_out = Comparison { before: held_before, after: held_after };
        let own = Comparison { before: own_before, after: own_after };
        let question = parent.manifest.known.image().map_err(|error| bad(&error.to_string()))?;
        let logits = rounded.forward(batch_tensor(std::slice::from_ref(&question), &self.device), None);
        let logits =
            logits.into_data_async().await.map_err(|error| self.device_failure(error))?.iter::<f32>().collect();
        let manifest = manifest(ask, parent, &weights, KnownAnswer::new(&question, logits), (&held_out, &own));
        let package = bundle(&manifest, &weights).map_err(|error| bad(&error.to_string()))?;
        Ok(Learned { package, held_out, own, steps: tuning.progress().0 as u32, ms })
    }

    async fn confusion(&self, network: &ConvNet, digits: &Dataset) -> Result<Confusion, Failure> {
        confusion(network, digits, &self.device).await.map_err(|error| self.device_failure(error))
    }

    /// A slice of MNIST that the page carries, by its folder and name.
    pub(super) async fn slice(&self, name: &str, reply: &mut dyn FnMut(Reply)) -> Result<Dataset, Failure> {
        if let Some(slice) = self.slices.borrow().get(name) {
            return Ok(slice.clone());
        }
        reply(Reply::Progress { doing: Doing::Fetching, done: 0, total: 0 });
        let file = async |kind: &str| {
            let path = format!("{name}-{kind}-ubyte.gz");
            let bytes = self.host.read(&path, LARGEST_SLICE).await.map_err(fetch_failure)?;
            self.host.unpack(bytes).await.map_err(fetch_failure)
        };
        let damaged = |error: crate::digits::DataError| Failure {
            kind: FailureKind::BadPackage,
            message: format!("The digits to learn from ({name}) are damaged: {error}."),
        };
        let images = read_idx_images(&file("images-idx3").await?).map_err(damaged)?;
        let labels = read_idx_labels(&file("labels-idx1").await?).map_err(damaged)?;
        let slice = Dataset::new(images, labels).map_err(damaged)?;
        self.slices.borrow_mut().insert(name.to_owned(), slice.clone());
        Ok(slice)
    }

    fn identity(&self, parent: &Model, ask: &Learn) -> Result<String, Failure> {
        let parent = parent.manifest.file(WEIGHTS).map(|file| file.sha256.as_str()).unwrap_or_default();
        let what = serde_json::to_vec(&(parent, &ask.plan, &ask.samples)).map_err(|error| bad(&error.to_string()))?;
        Ok(sha256(&what))
    }

    async fn checkpoint(&self, tuning: &Tuning, of: &str) -> Result<(), Failure> {
        let Checkpoint { step, model, averaged, averaged_steps, .. } = tuning.weights();
        let model = encode(&model, Element::F32).await.map_err(|error| self.encode_failure(error))?;
        let averaged = encode(&averaged, Element::F32).await.map_err(|error| self.encode_failure(error))?;
        let header = Header { of: of.to_owned(), step, averaged_steps, model: model.len() };
        let header = serde_json::to_vec(&header).map_err(|error| bad(&error.to_string()))?;
        let bytes = [&(header.len() as u32).to_le_bytes()[..], &header, &model, &averaged].concat();
        self.host.keep(CHECKPOINT, &bytes).await.map_err(fetch_failure)
    }

    /// Goes on from the checkpoint, if there is one of this learning that can be read; otherwise from the start.
    async fn resume(&self, tuning: &mut Tuning, parent: &Model, of: &str) {
        let Ok(Some(bytes)) = self.host.kept(CHECKPOINT).await else { return };
        let Some((header, model, averaged)) = parts(&bytes) else { return };
        if header.of != of || header.step > tuning.progress().1 {
            return;
        }
        // Other networks than the one in training, and with the same names for its parameters: the average is kept by these.
        let blank = || tuning.weights().model;
        let load = |bytes: &[u8]| Some(Weights::decode(bytes, &parent.network).ok()?.load(blank(), &self.device));
        if let (Some(model), Some(averaged)) = (load(model), load(averaged)) {
            let (step, averaged_steps) = (header.step, header.averaged_steps);
            let checkpoint = Checkpoint { step, model, averaged, averaged_steps, optimizer: None, waiting: None };
            // Without the optimizer's state nothing is read that could fail.
            let _ = tuning.restore(checkpoint);
        }
    }

    fn encode_failure(&self, error: EncodeError) -> Failure {
        match error {
            EncodeError::Device(error) => self.device_failure(error),
            error => {
                Failure { kind: FailureKind::Internal, message: format!("The weights cannot be written: {error}.") }
            }
        }
    }
}

/// A checkpoint's parts.
fn parts(bytes: &[u8]) -> Option<(Header, &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (header, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let header: Header = serde_json::from_slice(header).ok()?;
    let (model, averaged) = rest.split_at_checked(header.model)?;
    Some((header, model, averaged))
}

/// Samples as corrections, or what is wrong with them.
fn corrections(samples: &[Sample]) -> Result<Vec<Correction>, Failure> {
    if samples.is_empty() {
        return Err(bad("There is nothing to learn from yet. Draw a digit, and say what it really is."));
    }
    let mut own: Vec<Correction> = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        let number = index + 1;
        if sample.label > 9 {
            return Err(bad(&format!("Sample {number} is labelled {}, and digits are 0 to 9.", sample.label)));
        }
        let (image, _) = read(sample.input.clone())
            .map_err(|failure| bad(&format!("Sample {number} cannot be read. {}", failure.message)))?;
        let ink = match &sample.input {
            Input::Drawing(drawing) => Ink::Drawing(drawing.clone()),
            _ => Ink::Image(image),
        };
        if let Some(other) = own.iter().position(|other| other.ink == ink && other.label != sample.label) {
            return Err(bad(&format!(
                "Samples {} and {number} are the same drawing with different labels ({} and {}). Delete or relabel one.",
                other + 1,
                own[other].label,
                sample.label
            )));
        }
        own.push(Correction { label: sample.label, ink });
    }
    Ok(own)
}

/// What the new version says of itself.
fn manifest(
    ask: &Learn,
    parent: &Model,
    weights: &[u8],
    known: KnownAnswer,
    (held_out, own): (&Comparison, &Comparison),
) -> Manifest {
    let count = ask.samples.len();
    let metric = |value, data: &str| Metric {
        name: "accuracy".to_owned(),
        value,
        data: data.to_owned(),
        command: "measured in the page".to_owned(),
    };
    let layers = match ask.plan.layers {
        crate::protocol::Layers::EndToEnd => "end to end",
        crate::protocol::Layers::Top => "the top alone",
        crate::protocol::Layers::Layered => "in layers",
    };
    let mut training = parent.manifest.training.clone();
    training.push(format!(
        "then from {}: {count} corrections by its writer, mixed with 1,500 of MNIST's training images; {layers}, {} epochs of 10 steps, rate {}",
        parent.manifest.name, ask.plan.epochs, ask.plan.rate
    ));
    Manifest {
        parent: parent.manifest.file(WEIGHTS).ok().map(|file| file.sha256.clone()),
        description: ask.title.clone(),
        element: Element::F16,
        files: vec![FileEntry::of(WEIGHTS, weights)],
        metrics: vec![
            metric(held_out.after.accuracy, "held out: 1,000 of MNIST's test images"),
            metric(own.after.accuracy, &format!("the {count} corrections, which it was trained on")),
        ],
        training,
        known,
        ..parent.manifest.clone()
    }
}

pub(super) fn report(confusion: &Confusion) -> Report {
    let average = confusion.macro_average();
    let classes = confusion.classes();
    let row = |truth| (0..classes).map(|answer| confusion.count(truth, answer) as u32).collect();
    Report {
        accuracy: confusion.accuracy(),
        precision: average.precision,
        recall: average.recall,
        f1: average.f1,
        confusion: (0..classes).map(row).collect(),
    }
}

pub(super) fn bad(message: &str) -> Failure {
    Failure { kind: FailureKind::BadInput, message: message.to_owned() }
}
