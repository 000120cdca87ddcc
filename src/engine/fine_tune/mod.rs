//! Fine-tunes a loaded model on corrections and evaluates the result against its parent.

mod digits;
mod summaries;
mod version;

use serde::{Deserialize, Serialize};

use super::{Engine, failures::fetch_failure};
use crate::{
    host::Host,
    package::{EncodeError, Manifest, ModelSpec, WEIGHTS, WeightDType, WeightFile, encode, sha256},
    protocol::{
        CHECKPOINT, CheckpointStatus, Failure, FailureKind, FineTuneRequest, JobId, Reply, StartFrom, TrainingData,
        TrainingProgress,
    },
    training::{Checkpoint, FineTuner, LayerGroups, StepError},
};

pub(super) use digits::report;
pub(super) use version::bad;

/// Milliseconds between checkpoints, at least.
const CHECKPOINT_MS: f64 = 2_000.0;
/// How much longer than the writing of a checkpoint the learning between two of them takes, at least: those of large models are long.
const CHECKPOINT_SHARE: f64 = 8.0;
/// Milliseconds between reports.
const REPORT_MS: f64 = 150.0;

/// How much of the best value on held-out samples a network may lack and still be what a training that is ended early gives.
const TOLERANCE: f64 = 0.005;

/// What a training run ends with.
struct TrainedNetwork<M> {
    network: M,
    steps: u32,
    ms: f64,
}

/// Identifies the training that a checkpoint belongs to: a checkpoint of another training is not resumed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct CheckpointHeader {
    /// SHA-256 of the parent's weights, the plan and the samples.
    of: String,
    step: usize,
    averaged_steps: u32,
    /// Bytes of the model; those of the averaged one follow.
    model: usize,
    /// The [checksum] of both; none in a checkpoint of before there was one. A few damaged bytes of weights are weights, too.
    #[serde(default)]
    checksum: Option<u64>,
}

impl<H: Host> Engine<H> {
    pub(super) async fn learn(
        &self,
        job: JobId,
        ask: &FineTuneRequest,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        let learned = match &ask.lesson {
            TrainingData::Digits { samples } => self.learn_digits(job, ask, samples, reply).await?,
            TrainingData::Texts { samples } => self.learn_texts(job, ask, samples, reply).await?,
        };
        // The page's own checkpoint is left to it: until the result is kept, a page that ends goes on from there.
        if let Some(name) = ask.checkpoint.as_deref().filter(|name| !name.is_empty()) {
            // One that cannot be forgotten is replaced by that of the next learning of this name.
            let _ = self.host.delete(name).await;
        }
        Ok(Reply::Learned(Box::new(learned)))
    }

    /// Evaluates a model on held-out samples and on the visitor's own.
    pub(super) async fn measure(
        &self,
        job: JobId,
        model: &str,
        lesson: &TrainingData,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        let measured = match lesson {
            TrainingData::Digits { samples } => self.measure_digits(job, model, samples, reply).await?,
            TrainingData::Texts { samples } => self.measure_texts(job, model, samples, reply).await?,
        };
        Ok(Reply::Measured { figures: Box::new(measured) })
    }

    /// Runs the training loop and yields between steps; resumes from the checkpoint if that is requested and there is one.
    /// `measure` tells how a network does on held-out samples, for the curve. A training that is ended early gives the latest network
    /// that does about as well on them as the best one did; before the first epoch ended, the newest.
    async fn run<M: LayerGroups, V, D: ModelSpec>(
        &self,
        job: JobId,
        ask: &FineTuneRequest,
        (parent, tuning): (&Manifest<D>, &mut FineTuner<M, V>),
        measure: impl AsyncFn(&M) -> Result<f64, Failure>,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<TrainedNetwork<M>, Failure> {
        let of = identity(parent, ask)?;
        let name = ask.checkpoint.as_deref().unwrap_or(CHECKPOINT);
        match ask.from {
            _ if name.is_empty() => (),
            StartFrom::Checkpoint => self.resume(tuning, name, &of).await,
            // One that cannot be forgotten is of no harm: this one's takes its place.
            StartFrom::Start => drop(self.host.delete(name).await),
        }
        let start = self.host.now();
        let (first, steps) = tuning.progress();
        let mut started = self.host.now();
        let (mut reported, mut due) = (0.0, self.host.now() + CHECKPOINT_MS);
        let (mut loss, mut count, mut kept) = (0.0, 0, CheckpointStatus::NotYet);
        let ends = || self.finishing.borrow().contains(&job);
        let (mut best, mut latest_good) = (f64::NEG_INFINITY, None);
        while tuning.progress().0 < steps {
            self.host.sleep(0).await;
            let resting = self.host.now();
            while self.held.borrow().contains(&job) && !ends() {
                self.check_cancelled(job)?;
                self.host.sleep(50).await;
            }
            started += self.host.now() - resting;
            self.check_cancelled(job)?;
            if ends() && tuning.progress().0 > 0 {
                break;
            }
            let stage = tuning.stage().to_owned();
            let report = tuning.step().await.map_err(|error| match error {
                StepError::Device(error) => self.device_failure(error),
                error => Failure {
                    kind: FailureKind::Diverged,
                    message: format!("Training failed: {error}. The model is unchanged. Try a lower learning rate."),
                },
            })?;
            (loss, count) = (loss + report.loss, count + 1);
            let done = tuning.progress().0;
            let now = self.host.now();
            if now > due && !name.is_empty() {
                kept = match self.checkpoint(tuning, name, &of).await {
                    Ok(()) => CheckpointStatus::Yes,
                    Err(_) => CheckpointStatus::Refused,
                };
                let written = self.host.now();
                due = written + CHECKPOINT_MS.max(CHECKPOINT_SHARE * (written - now));
            }
            let measured = report.place.ends_epoch();
            if measured || now - reported > REPORT_MS {
                let held_out = match measured {
                    true => {
                        let network = tuning.network();
                        let value = measure(&network).await?;
                        if value >= best - TOLERANCE {
                            latest_good = Some((network, done));
                        }
                        best = best.max(value);
                        Some(value)
                    }
                    false => None,
                };
                let each = (self.host.now() - started) / (done - first) as f64;
                reply(Reply::Learning(Box::new(TrainingProgress {
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
        let done = tuning.progress().0;
        let ended_early = latest_good.filter(|_| done < steps);
        let (network, done) = ended_early.unwrap_or_else(|| (tuning.network(), done));
        Ok(TrainedNetwork { network, steps: done as u32, ms: self.host.now() - start })
    }

    async fn checkpoint<M: LayerGroups, V>(
        &self,
        tuning: &FineTuner<M, V>,
        name: &str,
        of: &str,
    ) -> Result<(), Failure> {
        let Checkpoint { step, model, averaged, averaged_steps, .. } = tuning.weights();
        let model = encode(&model, WeightDType::F32).await.map_err(|error| self.encode_failure(error))?;
        let averaged = encode(&averaged, WeightDType::F32).await.map_err(|error| self.encode_failure(error))?;
        let checksum = Some(checksum(&[&model, &averaged]));
        let header = CheckpointHeader { of: of.to_owned(), step, averaged_steps, model: model.len(), checksum };
        let header = serde_json::to_vec(&header).map_err(|error| bad(&error.to_string()))?;
        let bytes = [&(header.len() as u32).to_le_bytes()[..], &header, &model, &averaged].concat();
        self.host.save(name, &bytes).await.map_err(fetch_failure)
    }

    /// Resumes from the checkpoint if there is a readable one of this training; otherwise starts from the parent.
    async fn resume<M: LayerGroups, V>(&self, tuning: &mut FineTuner<M, V>, name: &str, of: &str) {
        let Ok(Some(bytes)) = self.host.load(name).await else { return };
        let Some((header, model, averaged)) = parts(&bytes) else { return };
        let damaged = header.checksum.is_some_and(|expected| checksum(&[model, averaged]) != expected);
        if damaged || header.of != of || header.step > tuning.progress().1 {
            return;
        }
        // Other networks than the one in training, and with the same names for its parameters: the average is kept by these.
        let load = |bytes: &[u8]| {
            let blank = tuning.blank();
            Some(WeightFile::decode(bytes, &blank).ok()?.load(blank, &self.device))
        };
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
                Failure { kind: FailureKind::Internal, message: format!("The weights could not be saved: {error}.") }
            }
        }
    }
}

fn identity<D: ModelSpec>(parent: &Manifest<D>, ask: &FineTuneRequest) -> Result<String, Failure> {
    let parent = parent.file(WEIGHTS).map(|file| file.sha256.as_str()).unwrap_or_default();
    let what = serde_json::to_vec(&(parent, &ask.plan, &ask.lesson)).map_err(|error| bad(&error.to_string()))?;
    Ok(sha256(&what))
}

/// A checksum against damage, not against malice: FNV-1a over words of eight bytes, which takes milliseconds where SHA-256 would take
/// a second.
fn checksum(parts: &[&[u8]]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325u64;
    let mut take = |word: u64| {
        sum = (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        // Multiplication carries upwards alone.
        sum ^= sum >> 32;
    };
    for part in parts {
        take(part.len() as u64);
        for word in part.chunks(8) {
            let mut bytes = [0; 8];
            bytes[..word.len()].copy_from_slice(word);
            take(u64::from_le_bytes(bytes));
        }
    }
    sum
}

/// Splits a checkpoint into its header, the model and the averaged model.
fn parts(bytes: &[u8]) -> Option<(CheckpointHeader, &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (header, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let header: CheckpointHeader = serde_json::from_slice(header).ok()?;
    let (model, averaged) = rest.split_at_checked(header.model)?;
    Some((header, model, averaged))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damaged_byte_of_a_checkpoint_is_seen() {
        let (model, averaged): (Vec<u8>, Vec<u8>) = ((0..100).collect(), (100..131).collect());
        let whole = checksum(&[&model, &averaged]);
        for at in 0..averaged.len() {
            for bit in 0..8 {
                let mut damaged = averaged.clone();
                damaged[at] ^= 1 << bit;
                assert_ne!(checksum(&[&model, &damaged]), whole, "byte {at}, bit {bit}");
            }
        }
        assert_ne!(checksum(&[&model, &averaged[..30]]), whole);
        assert_ne!(checksum(&[&averaged, &model]), whole);
    }

    #[test]
    fn a_checkpoint_of_before_is_still_read() {
        let header = r#"{"of":"a","step":3,"averaged_steps":2,"model":2}"#;
        let bytes = [&(header.len() as u32).to_le_bytes()[..], header.as_bytes(), b"mmaaa"].concat();
        let (header, model, averaged) = parts(&bytes).expect("it is read");
        assert_eq!((header.checksum, model, averaged), (None, &b"mm"[..], &b"aaa"[..]));
    }
}
