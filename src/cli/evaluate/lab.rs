//! `inkling evaluate lab`: runs the page's Lab natively and measures it on MNIST's test images too.

use std::{path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use burn::tensor::Device;
use clap::ValueEnum;
use serde::Serialize;
use serde_json::json;

use crate::{
    cli::datasets::{self, DatasetSplit},
    ink::Image,
    models::{
        digits::{ConvNet, Dataset, read_idx_images, read_idx_labels},
        lab::{Autoencoder, LabTrainingRun, PairedTraining, PixelMask, mean_image, predict_labels},
    },
    protocol::{FinalStage, Imputation, LabConfig, Occlusion, OptimizerKind, TrainingMethod},
    rng::SeededRng,
    training::StepError,
};

/// Arguments of `evaluate lab`.
#[derive(clap::Args)]
pub struct EvaluateLabArgs {
    /// The folder with MNIST's idx files: its 10,000 test images judge the networks too.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where packages are, and the Lab's slices.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Training images, up to 6,000.
    #[arg(long, default_value_t = LabConfig::FIRST.images)]
    images: u32,
    /// How often the classifier sees every image.
    #[arg(long, default_value_t = LabConfig::FIRST.epochs)]
    epochs: u32,
    /// What makes the steps.
    #[arg(long, value_enum, default_value = "adam")]
    optimizer: OptimizerArg,
    /// The highest learning rate.
    #[arg(long, default_value_t = LabConfig::FIRST.rate)]
    rate: f64,
    /// The last third of layered training trains bottom and top together.
    #[arg(long)]
    together: bool,
    /// Where the random start comes from.
    #[arg(long, default_value_t = LabConfig::FIRST.seed)]
    seed: u32,
    /// One of the two ways alone.
    #[arg(long, value_enum)]
    way: Option<MethodArg>,
    /// Hides parts of the held-out digits too, and compares what is put in their place.
    #[arg(long)]
    missing: bool,
    /// Prints the figures as one JSON object.
    #[arg(long)]
    json: bool,
}

/// What makes the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OptimizerArg {
    Sgd,
    Momentum,
    Adam,
    Adamw,
}

/// One of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MethodArg {
    EndToEnd,
    Layered,
}

/// What is hidden with `--missing`.
const HIDDEN: [Occlusion; 5] = [
    Occlusion::Pixels { share: 0.25 },
    Occlusion::Pixels { share: 0.5 },
    Occlusion::Pixels { share: 0.75 },
    Occlusion::Stroke { width: 4.0 },
    Occlusion::Stroke { width: 8.0 },
];

/// Trains, measures and prints.
pub fn run(arguments: &EvaluateLabArgs) -> Result<()> {
    let device = Device::flex();
    let training = slice(arguments, "training")?;
    let held_out = slice(arguments, "held-out")?;
    let test =
        arguments.data.as_ref().map(|folder| datasets::mnist(&datasets::digits_folder(folder), DatasetSplit::Test));
    let test = test.transpose()?;
    let ask = LabConfig {
        optimizer: match arguments.optimizer {
            OptimizerArg::Sgd => OptimizerKind::Sgd,
            OptimizerArg::Momentum => OptimizerKind::Momentum,
            OptimizerArg::Adam => OptimizerKind::Adam,
            OptimizerArg::Adamw => OptimizerKind::AdamW,
        },
        rate: arguments.rate,
        epochs: arguments.epochs,
        images: arguments.images,
        ending: if arguments.together { FinalStage::Together } else { FinalStage::Frozen },
        seed: arguments.seed,
    };
    let mut bench = PairedTraining::new(&ask, &training, &device)?;
    let wanted = |way: TrainingMethod| match arguments.way {
        None => true,
        Some(MethodArg::EndToEnd) => way == TrainingMethod::EndToEnd,
        Some(MethodArg::Layered) => way == TrainingMethod::Layered,
    };
    let seconds = train(&mut bench, wanted, arguments.json)?;
    let lanes = || bench.lanes.iter().filter(|lane| wanted(lane.way()) && lane.place().is_none());
    let rows = lanes().map(|lane| judge(lane, seconds[lane.way() as usize], &held_out, test.as_ref(), &device));
    let rows: Vec<MethodReport> = rows.collect::<Result<_>>()?;
    if arguments.json {
        print_line!("{}", json!({ "ask": ask, "lanes": rows }))?;
    } else {
        rows.iter().try_for_each(MethodReport::print)?;
    }
    if arguments.missing {
        let autoencoder =
            lanes().find(|lane| lane.way() == TrainingMethod::Layered).and_then(LabTrainingRun::autoencoder);
        let mean = mean_image(&training.slice(0..ask.images as usize));
        print_line!("\n{:<12} {:<24} {:>8} {:>8} {:>12}", "network", "hidden", "empty", "mean", "autoencoder")?;
        for (lane, hide) in lanes().flat_map(|lane| HIDDEN.map(|hide| (lane, hide))) {
            let accuracy = missing(&lane.network(), autoencoder.as_ref(), &mean, &held_out, hide, &device)?;
            let [empty, mean, rebuilt] = accuracy.map(|share| share.map_or_else(|| "–".to_owned(), percent));
            let (way, hidden) = (format!("{:?}", lane.way()), hidden(hide));
            print_line!("{way:<12} {hidden:<24} {empty:>8} {mean:>8} {rebuilt:>12}")?;
        }
    }
    Ok(())
}

/// Trains what is wanted, and gives the seconds of each lane's own steps. A lane that diverges is left where it is, and said so.
fn train(bench: &mut PairedTraining, wanted: impl Fn(TrainingMethod) -> bool, quiet: bool) -> Result<Vec<f64>> {
    let mut seconds = vec![0.0; bench.lanes.len()];
    let mut stopped = vec![false; bench.lanes.len()];
    while let Some(index) = bench.next(|way| wanted(way) && !stopped[way as usize]) {
        let lane = &mut bench.lanes[index];
        let start = Instant::now();
        match pollster::block_on(lane.step()) {
            Ok(report) if report.place.ends_epoch() && !quiet => {
                let (name, epoch) = (&lane.stages()[report.place.stage].name, report.place.epoch + 1);
                print_note!("  {:?}: {name}, epoch {epoch}: loss {:.4}", lane.way(), report.loss);
            }
            Ok(_) => {}
            Err(error @ StepError::NotFinite { .. }) => {
                print_note!("{:?} was stopped: {error}", lane.way());
                stopped[index] = true;
            }
            Err(error) => return Err(error.into()),
        }
        seconds[index] += start.elapsed().as_secs_f64();
    }
    Ok(seconds)
}

/// The figures of a lane.
#[derive(Serialize)]
struct MethodReport {
    way: TrainingMethod,
    held_out: f64,
    macro_recall: f64,
    macro_f1: f64,
    /// On MNIST's test images, where they were given.
    test: Option<f64>,
    steps: usize,
    seconds: f64,
}

fn judge(
    lane: &LabTrainingRun,
    seconds: f64,
    held_out: &Dataset,
    test: Option<&Dataset>,
    device: &Device,
) -> Result<MethodReport> {
    let network = lane.network();
    let confusion = super::digits::confusion(&network, held_out, device)?;
    let average = confusion.macro_average();
    let test = test.map(|digits| super::digits::confusion(&network, digits, device)).transpose()?;
    Ok(MethodReport {
        way: lane.way(),
        held_out: confusion.accuracy(),
        macro_recall: average.recall,
        macro_f1: average.f1,
        test: test.map(|confusion| confusion.accuracy()),
        steps: lane.progress().0,
        seconds,
    })
}

impl MethodReport {
    fn print(&self) -> Result<()> {
        let (held_out, recall, f1) = (percent(self.held_out), percent(self.macro_recall), percent(self.macro_f1));
        let test = self.test.map(|share| format!(", {} on MNIST's test images", percent(share))).unwrap_or_default();
        let (way, steps, seconds) = (format!("{:?}", self.way), self.steps, self.seconds);
        print_line!(
            "{way:<9} {held_out} held out (macro recall {recall}, F1 {f1}){test}; {steps} steps in {seconds:.1} s"
        )?;
        Ok(())
    }
}

/// The accuracy after each fill, in the order of [`Imputation::ALL`].
fn missing(
    network: &ConvNet,
    autoencoder: Option<&Autoencoder>,
    mean: &Image,
    digits: &Dataset,
    hide: Occlusion,
    device: &Device,
) -> Result<[Option<f64>; 3]> {
    let mut random = SeededRng::new(crate::models::lab::HOLES_SEED);
    let masks: Vec<PixelMask> = digits.images.iter().map(|image| PixelMask::new(hide, image, &mut random)).collect();
    let mut accuracy = [None; 3];
    for (place, fill) in Imputation::ALL.into_iter().enumerate() {
        let images = crate::models::lab::impute(fill, &digits.images, &masks, mean, autoencoder, device);
        let Some(images) = pollster::block_on(images).context("the device failed")? else { continue };
        let answers = pollster::block_on(predict_labels(network, &images, device)).context("the device failed")?;
        let right = answers.map(|answers| answers.iter().zip(digits.labels.iter()).filter(|(a, b)| a == b).count());
        accuracy[place] = right.map(|right| right as f64 / digits.len().max(1) as f64);
    }
    Ok(accuracy)
}

fn slice(arguments: &EvaluateLabArgs, name: &str) -> Result<Dataset> {
    let file = |kind: &str| datasets::idx::read(&arguments.models.join(format!("lab/{name}-{kind}-ubyte.gz")));
    Ok(Dataset::new(read_idx_images(&file("images-idx3")?)?, read_idx_labels(&file("labels-idx1")?)?)?)
}

fn hidden(hide: Occlusion) -> String {
    match hide {
        Occlusion::Pixels { share } => format!("{:.0}% of the pixels", 100.0 * share),
        Occlusion::Stroke { width } => format!("a stroke {width} pixels wide"),
    }
}

fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}
