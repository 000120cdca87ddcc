//! Fine-tunes a digit classifier on corrections and evaluates the result.

use burn::module::Module;

use super::version::{bad, trained_on, version};
use crate::{
    engine::{
        Engine, classify::read, failures::fetch_failure, request_limits::check_samples, summarize::TIME_SLICE_MS,
    },
    host::Host,
    models::digits::{
        ConvNet, CorrectionInput, Dataset, DatasetError, FineTuningError, LabeledCorrection, Normalization,
        batch_tensor, confusion, read_idx_images, read_idx_labels, stages, tuning,
    },
    package::{ClassifierSelfTest, WeightDType, WeightFile, encode, to_single_file},
    protocol::{
        Activity, BeforeAfter, ClassificationMetrics, ClassifierInput, DigitSample, Evaluation, EvaluationComparison,
        Failure, FailureKind, FineTuneRequest, FineTuneResult, JobId, NOT_A_DIGIT, Reply,
    },
    training::ConfusionMatrix,
};

/// Held-out digits that are evaluated for the curve, out of those that are evaluated in the end.
const CURVE: usize = 200;
/// Digits that are measured between two pauses.
const MEASURED_TOGETHER: usize = 100;
/// The largest size of a slice of MNIST, in bytes.
const LARGEST_SLICE: u64 = 4 << 20;

impl<H: Host> Engine<H> {
    pub(super) async fn learn_digits(
        &self,
        job: JobId,
        ask: &FineTuneRequest,
        samples: &[DigitSample],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<FineTuneResult, Failure> {
        let parent = self.model(&ask.model)?;
        let parent_manifest = parent.digits()?;
        if samples.is_empty() {
            return Err(bad("There is nothing to learn from yet. Draw a digit and say which one it is."));
        }
        let own = self.corrections(job, samples).await?;
        if own.iter().all(|correction| correction.label == NOT_A_DIGIT) {
            return Err(bad(if parent.network.has_rejector() {
                "To learn from drawings that are not digits, the model also needs at least one digit. Add one to your samples, then try again."
            } else {
                "This model reads everything as a digit, so it cannot learn what is not one. Choose the model “digits”, or add digits to your samples."
            }));
        }
        let own_digits = self.digits_of(job, &own).await?;
        let replay = self.slice("replay/training", reply).await?;
        let held_out = self.slice("replay/held-out", reply).await?;
        self.check_cancelled(job)?;

        let stages = stages(&ask.plan, &parent.network);
        let tuning = tuning(stages, parent.network.clone(), own, replay, 1, &self.device).await;
        let mut tuning = tuning.map_err(|error| match error {
            FineTuningError::Recipe(error) => bad(&format!("The model cannot be trained this way: {error}.")),
            FineTuningError::Device(error) => self.device_failure(error),
        })?;
        let curve = held_out.slice(0..CURVE.min(held_out.len()));
        let measure = async |network: &ConvNet| Ok(self.confusion(network, &curve).await?.accuracy());
        let trained = self.run(job, ask, (parent_manifest, &mut tuning), measure, reply).await?;

        reply(Reply::Progress { doing: Activity::Measuring, done: 0, total: 4 });
        let failed = |error: &dyn std::fmt::Display| bad(&error.to_string());
        // What is measured is the package, rounded as it is written.
        let weights = encode(&trained.network, WeightDType::F16).await.map_err(|error| self.encode_failure(error))?;
        let blank =
            parent_manifest.architecture.init(Normalization::None, &self.device).map_err(|error| failed(&error))?;
        let rounded = WeightFile::decode(&weights, &blank).map_err(|error| failed(&error))?;
        let rounded = rounded.load(blank, &self.device).valid();
        let mut reports = Vec::new();
        for (network, digits) in [
            (&parent.network, &held_out),
            (&rounded, &held_out),
            (&parent.network, &own_digits),
            (&rounded, &own_digits),
        ] {
            self.host.sleep(0).await;
            self.check_cancelled(job)?;
            reports.push(report(&self.confusion(network, digits).await?));
            reply(Reply::Progress { doing: Activity::Measuring, done: reports.len() as u64, total: 4 });
        }
        let Ok([held_before, held_after, own_before, own_after]) = <[ClassificationMetrics; 4]>::try_from(reports)
        else {
            return Err(bad("The evaluation did not finish. Try again."));
        };
        let question = parent_manifest.known.image().map_err(|error| failed(&error))?;
        let logits = rounded.forward(batch_tensor(std::slice::from_ref(&question), &self.device), None);
        let logits =
            logits.into_data_async().await.map_err(|error| self.device_failure(error))?.iter::<f32>().collect();
        let known = ClassifierSelfTest::new(&question, logits);
        let figures = EvaluationComparison::Digits {
            held_out: BeforeAfter { before: held_before, after: held_after },
            own: BeforeAfter { before: own_before, after: own_after },
        };
        let training =
            trained_on(ask, parent_manifest, "corrections by its writer", "6,000 of MNIST's training images");
        let data = ["1,000 of MNIST's test images", "the corrections, which it was trained on"];
        let manifest = version(ask, parent_manifest, &weights, known, training, ("accuracy", &figures, data));
        let package = to_single_file(&manifest, &weights).map_err(|error| failed(&error))?;
        Ok(FineTuneResult { package, figures, steps: trained.steps, ms: trained.ms })
    }

    pub(super) async fn measure_digits(
        &self,
        job: JobId,
        model: &str,
        samples: &[DigitSample],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Evaluation, Failure> {
        let model = self.model(model)?;
        model.digits()?;
        let own = self.corrections(job, samples).await?;
        let held_out = self.slice("replay/held-out", reply).await?;
        reply(Reply::Progress { doing: Activity::Measuring, done: 0, total: 2 });
        self.host.sleep(0).await;
        self.check_cancelled(job)?;
        let held_out = report(&self.confusion(&model.network, &held_out).await?);
        reply(Reply::Progress { doing: Activity::Measuring, done: 1, total: 2 });
        let own = match own.iter().all(|correction| correction.label == NOT_A_DIGIT) {
            true => None,
            false => {
                let digits = self.digits_of(job, &own).await?;
                Some(report(&self.confusion(&model.network, &digits).await?))
            }
        };
        Ok(Evaluation::Digits { held_out, own })
    }

    pub(in crate::engine) async fn confusion(
        &self,
        network: &ConvNet,
        digits: &Dataset,
    ) -> Result<ConfusionMatrix, Failure> {
        let mut all = ConfusionMatrix::new(digits.classes);
        for first in (0..digits.len()).step_by(MEASURED_TOGETHER) {
            if first > 0 {
                self.host.sleep(0).await;
            }
            let part = digits.slice(first..digits.len().min(first + MEASURED_TOGETHER));
            let counts = confusion(network, &part, &self.device).await.map_err(|error| self.device_failure(error))?;
            all.merge(&counts);
        }
        Ok(all)
    }

    /// Parses samples into corrections, or says what is wrong with them.
    async fn corrections(&self, job: JobId, samples: &[DigitSample]) -> Result<Vec<LabeledCorrection>, Failure> {
        check_samples(samples.len())?;
        let mut own: Vec<LabeledCorrection> = Vec::new();
        let mut paused = self.host.now();
        for (index, sample) in samples.iter().enumerate() {
            self.pause_of_samples(job, &mut paused).await?;
            let correction = correction(index + 1, sample, &own)?;
            own.push(correction);
        }
        Ok(own)
    }

    /// The corrections that are digits, as input images with labels.
    async fn digits_of(&self, job: JobId, own: &[LabeledCorrection]) -> Result<Dataset, Failure> {
        let (mut images, mut labels) = (Vec::new(), Vec::new());
        let mut paused = self.host.now();
        for correction in own.iter().filter(|correction| correction.label != NOT_A_DIGIT) {
            self.pause_of_samples(job, &mut paused).await?;
            images.push(correction.ink.image());
            labels.push(correction.label);
        }
        Dataset::new(images, labels).map_err(|error| bad(&error.to_string()))
    }

    /// Lets others go on where samples have been read for a while.
    async fn pause_of_samples(&self, job: JobId, paused: &mut f64) -> Result<(), Failure> {
        if self.host.now() - *paused >= TIME_SLICE_MS {
            self.host.sleep(0).await;
            *paused = self.host.now();
            self.check_cancelled(job)?;
        }
        Ok(())
    }

    /// A slice of MNIST that the page carries, by its folder and name.
    pub(in crate::engine) async fn slice(&self, name: &str, reply: &mut dyn FnMut(Reply)) -> Result<Dataset, Failure> {
        if let Some(slice) = self.slices.borrow().get(name) {
            return Ok(slice.clone());
        }
        reply(Reply::Progress { doing: Activity::Fetching, done: 0, total: 0 });
        let file = async |kind: &str| {
            let path = format!("{name}-{kind}-ubyte.gz");
            let bytes = self.host.read(&path, LARGEST_SLICE).await.map_err(fetch_failure)?;
            self.host.gunzip(bytes).await.map_err(fetch_failure)
        };
        let damaged = |error: DatasetError| Failure {
            kind: FailureKind::BadPackage,
            message: format!("The training digits ({name}) are damaged: {error}."),
        };
        let images = read_idx_images(&file("images-idx3").await?).map_err(damaged)?;
        let labels = read_idx_labels(&file("labels-idx1").await?).map_err(damaged)?;
        let slice = Dataset::new(images, labels).map_err(damaged)?;
        self.slices.borrow_mut().insert(name.to_owned(), slice.clone());
        Ok(slice)
    }
}

/// Parses the sample of a number, counted from 1, beside those before it.
fn correction(number: usize, sample: &DigitSample, own: &[LabeledCorrection]) -> Result<LabeledCorrection, Failure> {
    if sample.label > NOT_A_DIGIT {
        return Err(bad(&format!("Sample {number} is labeled {}, but digits are 0 to 9.", sample.label)));
    }
    let (image, _) = read(sample.input.clone())
        .map_err(|failure| bad(&format!("Sample {number} cannot be read. {}", failure.message)))?;
    let ink = match &sample.input {
        ClassifierInput::Drawing(drawing) => CorrectionInput::Drawing(drawing.clone()),
        _ => CorrectionInput::Image(image),
    };
    if let Some(other) = own.iter().position(|other| other.label != sample.label && other.ink == ink) {
        return Err(bad(&format!(
            "Samples {} and {number} are the same drawing with different labels ({} and {}). Delete or relabel one.",
            other + 1,
            label_name(own[other].label),
            label_name(sample.label)
        )));
    }
    Ok(LabeledCorrection { label: sample.label, ink })
}

fn label_name(label: u8) -> String {
    if label == NOT_A_DIGIT { "not a digit".to_owned() } else { label.to_string() }
}

pub(in crate::engine) fn report(confusion: &ConfusionMatrix) -> ClassificationMetrics {
    let average = confusion.macro_average();
    let classes = confusion.classes();
    let row = |truth| (0..classes).map(|answer| confusion.count(truth, answer) as u32).collect();
    ClassificationMetrics {
        accuracy: confusion.accuracy(),
        precision: average.precision,
        recall: average.recall,
        f1: average.f1,
        confusion: (0..classes).map(row).collect(),
    }
}
