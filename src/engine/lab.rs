//! The Lab: trains the reference network from scratch by two methods side by side, and evaluates it on digits with missing pixels.

use std::rc::Rc;

use super::{
    Engine,
    fine_tune::{bad, report},
    lab_networks::LabNetworks,
};
use crate::{
    host::Host,
    ink::{Image, SIDE},
    models::{
        digits::{ConvNet, Dataset},
        lab::{
            Autoencoder, HOLES_SEED, LabTrainingRun, OcclusionConfig, PairedTraining, PixelMask, impute, mean_image,
            predict_labels,
        },
    },
    protocol::{
        Activity, Failure, FailureKind, GrayImage, Imputation, ImputedExample, JobId, LabConfig, LabMethodResult,
        LabOutcome, LabProgress, LabResult, LabSnapshot, MissingDataRequest, MissingReport, Occlusion, Reconstruction,
        Reply, TrainingMethod,
    },
    rng::SeededRng,
    training::{ConfusionMatrix, Loss, StepError, StepReport},
};

/// Milliseconds between two reports of one training.
const REPORT_MS: f64 = 150.0;
/// Held-out digits that are evaluated for the curve, out of those that are evaluated in the end.
const CURVE: usize = 200;
/// Number of example digits in a snapshot.
const EXAMPLE_COUNT: usize = 8;

/// Progress of one of the two trainings.
struct RunStats {
    ms: f64,
    reported: f64,
    loss: f32,
    count: u32,
    diverged: Option<String>,
}

impl<H: Host> Engine<H> {
    pub(super) async fn lab(
        &self,
        job: JobId,
        ask: &LabConfig,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        self.lab.replace(None);
        let training = self.slice("replay/training", reply).await?;
        let held_out = self.slice("lab/held-out", reply).await?;
        self.check_cancelled(job)?;
        let mut bench = PairedTraining::new(ask, &training, &self.device)
            .map_err(|error| bad(&format!("These settings cannot be used: {error}.")))?;
        let curve = held_out.slice(0..CURVE.min(held_out.len()));
        let samples = OccludedExamples::new(&held_out);
        let mut watches: Vec<RunStats> = bench.lanes.iter().map(|_| RunStats::new()).collect();
        while let Some(index) = bench.next(|way| watches[way as usize].diverged.is_none()) {
            self.host.sleep(0).await;
            self.check_cancelled(job)?;
            let (lane, watch) = (&mut bench.lanes[index], &mut watches[index]);
            let start = self.host.now();
            let step = lane.step().await;
            watch.ms += self.host.now() - start;
            match step {
                Ok(step) => self.tell_step(lane, watch, &step, (&curve, &samples), reply).await?,
                Err(StepError::Device(error)) => return Err(self.device_failure(error)),
                Err(error) => watch.diverged = Some(diverged(&error.to_string())),
            }
        }

        reply(Reply::Progress { doing: Activity::Measuring, done: 0, total: bench.lanes.len() as u64 });
        let (mut lanes, mut networks) = (Vec::new(), Vec::new());
        for (lane, watch) in bench.lanes.iter().zip(watches) {
            self.host.sleep(0).await;
            self.check_cancelled(job)?;
            let network = lane.network();
            let answers = predict_labels(&network, &held_out.images, &self.device).await;
            let outcome = match (watch.diverged, answers.map_err(|error| self.device_failure(error))?) {
                (Some(message), _) => LabOutcome::Diverged { message },
                // The last step of all may be the one too many.
                (None, None) => LabOutcome::Diverged { message: diverged("its results are no longer numbers") },
                (None, Some(answers)) => {
                    let mut confusion = ConfusionMatrix::new(10);
                    for (label, answer) in held_out.labels.iter().zip(answers) {
                        confusion.add((*label).into(), answer.into());
                    }
                    networks.push((lane.way(), network));
                    LabOutcome::Finished(report(&confusion))
                }
            };
            lanes.push(LabResult { way: lane.way(), steps: lane.progress().0 as u32, ms: watch.ms, outcome });
            reply(Reply::Progress {
                doing: Activity::Measuring,
                done: lanes.len() as u64,
                total: bench.lanes.len() as u64,
            });
        }
        let finished = |way: TrainingMethod| networks.iter().any(|(other, _)| *other == way);
        let layered =
            bench.lanes.iter().find(|lane| lane.way() == TrainingMethod::Layered && finished(TrainingMethod::Layered));
        let autoencoder = layered.and_then(LabTrainingRun::autoencoder);
        let mean = mean_image(&training.slice(0..ask.images as usize));
        let held_out_digits = held_out.len() as u32;
        self.lab.replace(Some(Rc::new(LabNetworks { networks, autoencoder, mean, held_out })));
        Ok(Reply::LabDone(Box::new(LabMethodResult { lanes, held_out: held_out_digits })))
    }

    /// Reports a step where one is due, with pictures at the end of an epoch.
    async fn tell_step(
        &self,
        lane: &LabTrainingRun,
        watch: &mut RunStats,
        step: &StepReport,
        (curve, samples): (&Dataset, &OccludedExamples),
        reply: &mut dyn FnMut(Reply),
    ) -> Result<(), Failure> {
        (watch.loss, watch.count) = (watch.loss + step.loss, watch.count + 1);
        let place = step.place;
        let stage = &lane.stages()[place.stage];
        let ends = place.ends_epoch();
        if !ends && self.host.now() - watch.reported < REPORT_MS {
            return Ok(());
        }
        let denoises = stage.loss == Loss::MeanSquaredError;
        let held_out = match ends && !denoises {
            true => self.share(&lane.network(), curve).await?,
            false => None,
        };
        let (done, steps) = lane.progress();
        reply(Reply::LabStep(Box::new(LabProgress {
            way: lane.way(),
            stage: place.stage as u32,
            name: stage.name.clone(),
            epoch: place.epoch as u32 + 1,
            epochs: stage.epochs as u32,
            done: done as u32,
            steps: steps as u32,
            loss: watch.loss / watch.count as f32,
            held_out,
            norms: step.norms.clone(),
            ms: watch.ms,
            left_ms: watch.ms / done as f64 * (steps - done) as f64,
        })));
        if ends {
            let filters = lane.filters().await.map_err(|error| self.device_failure(error))?;
            let rebuilt = match lane.autoencoder().filter(|_| denoises) {
                Some(autoencoder) => self.rebuilt(&autoencoder, samples).await?,
                None => Vec::new(),
            };
            reply(Reply::LabPictures(Box::new(LabSnapshot { way: lane.way(), filters, rebuilt })));
        }
        (watch.loss, watch.count, watch.reported) = (0.0, 0, self.host.now());
        Ok(())
    }

    /// The accuracy of a network; none if its outputs are not finite.
    async fn share(&self, network: &ConvNet, digits: &Dataset) -> Result<Option<f64>, Failure> {
        let answers =
            predict_labels(network, &digits.images, &self.device).await.map_err(|error| self.device_failure(error))?;
        Ok(answers.map(|answers| share(&answers, &digits.labels)))
    }

    async fn rebuilt(
        &self,
        autoencoder: &Autoencoder,
        samples: &OccludedExamples,
    ) -> Result<Vec<Reconstruction>, Failure> {
        let rebuilt = autoencoder.reconstruct(&samples.holes, &self.device).await;
        let rebuilt = rebuilt.map_err(|error| self.device_failure(error))?;
        let shown = samples.digits.images.iter().zip(samples.digits.labels.iter()).zip(&samples.holes).zip(&rebuilt);
        Ok(shown
            .map(|(((whole, label), holes), output)| Reconstruction {
                label: *label,
                holes: picture(holes),
                output: picture(output),
                whole: picture(whole),
            })
            .collect())
    }

    pub(super) async fn missing(
        &self,
        job: JobId,
        ask: MissingDataRequest,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        let trained = self.lab.borrow().clone();
        let trained = trained.ok_or_else(|| Failure {
            kind: FailureKind::NoSuchModel,
            message: "There are no networks to try this on yet. Train them first.".to_owned(),
        })?;
        let network = trained.networks.iter().find(|(way, _)| *way == ask.way).map(|(_, network)| network);
        let network = network.ok_or_else(|| Failure {
            kind: FailureKind::NoSuchModel,
            message: "That training failed, so there is no network to try this on.".to_owned(),
        })?;
        possible(ask.hide)?;
        let digits = &trained.held_out;
        let mut random = SeededRng::new(HOLES_SEED);
        let masks: Vec<PixelMask> =
            digits.images.iter().map(|image| PixelMask::new(ask.hide, image, &mut random)).collect();
        let total = 1 + Imputation::ALL.len() as u64;
        let mut examples: Vec<ImputedExample> = digits
            .images
            .iter()
            .zip(digits.labels.iter())
            .take(EXAMPLE_COUNT)
            .map(|(image, label)| ImputedExample { label: *label, whole: picture(image), filled: Vec::new() })
            .collect();
        let mut filled = Vec::new();
        let mut done = 0;
        let mut measured = |reply: &mut dyn FnMut(Reply)| {
            reply(Reply::Progress { doing: Activity::Measuring, done, total });
            done += 1;
        };
        measured(reply);
        let whole = self.share(network, digits).await?.unwrap_or_default();
        for by in Imputation::ALL {
            measured(reply);
            self.host.sleep(0).await;
            self.check_cancelled(job)?;
            let autoencoder = trained.autoencoder.as_ref();
            let images = impute(by, &digits.images, &masks, &trained.mean, autoencoder, &self.device).await;
            let Some(images) = images.map_err(|error| self.device_failure(error))? else { continue };
            let answers =
                predict_labels(network, &images, &self.device).await.map_err(|error| self.device_failure(error))?;
            let answers = answers.unwrap_or_default();
            for ((example, image), answer) in examples.iter_mut().zip(&images).zip(&answers) {
                example.filled.push((picture(image), *answer));
            }
            filled.push((by, share(&answers, &digits.labels)));
        }
        Ok(Reply::Missing(Box::new(MissingReport { ask, whole, filled, examples, digits: digits.len() as u32 })))
    }
}

impl RunStats {
    fn new() -> Self {
        Self { ms: 0.0, reported: f64::NEG_INFINITY, loss: 0.0, count: 0, diverged: None }
    }
}

/// Some held-out digits with masked pixels, to show their reconstructions.
struct OccludedExamples {
    digits: Dataset,
    holes: Vec<Image>,
}

impl OccludedExamples {
    fn new(digits: &Dataset) -> Self {
        let digits = digits.slice(0..EXAMPLE_COUNT.min(digits.len()));
        let mut random = SeededRng::new(HOLES_SEED);
        let hide = |place: usize| match place % 2 {
            0 => Occlusion::Pixels { share: 0.5 },
            _ => Occlusion::Stroke { width: OcclusionConfig::WIDE.stroke / 2.0 },
        };
        let holes = digits.images.iter().enumerate();
        let holes = holes.map(|(place, image)| PixelMask::new(hide(place), image, &mut random).empty(image)).collect();
        Self { digits, holes }
    }
}

/// Checks the amount of occlusion.
fn possible(hide: Occlusion) -> Result<(), Failure> {
    match hide {
        Occlusion::Pixels { share } if !(0.0..=1.0).contains(&share) => {
            Err(bad(&format!("A share of {share} cannot be hidden; choose 0 to 1.")))
        }
        Occlusion::Stroke { width } if !(1.0..=SIDE as f32).contains(&width) => {
            Err(bad(&format!("A stroke cannot be {width} pixels wide; choose 1 to {SIDE}.")))
        }
        _ => Ok(()),
    }
}

fn diverged(what: &str) -> String {
    format!("This training failed: {what}. Try a lower learning rate.")
}

/// The share of answers that are the labels.
fn share(answers: &[u8], labels: &[u8]) -> f64 {
    let right = answers.iter().zip(labels).filter(|(answer, label)| answer == label).count();
    right as f64 / labels.len().max(1) as f64
}

fn picture(image: &Image) -> GrayImage {
    GrayImage { width: SIDE as u32, height: SIDE as u32, pixels: image.to_bytes().to_vec() }
}
