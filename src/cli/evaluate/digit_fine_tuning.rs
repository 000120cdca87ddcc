//! `inkling evaluate digit-fine-tuning`: fine-tunes a classifier on corrections of two synthetic writers and measures the result.

use std::{path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use burn::tensor::Device;
use clap::ValueEnum;

use super::digits::confusion;
use crate::cli::{
    datasets::{self, DatasetSplit},
    packages, prepare,
};
use crate::{
    models::digits::{ConvNet, ConvNetConfig, CorrectionInput, Dataset, LabeledCorrection, stages, tuning},
    protocol::{Drawing, OptimizerKind, Point, Stroke, TrainableLayers, TrainingConfig},
    rng::SeededRng,
};

/// Arguments of `evaluate learning`.
#[derive(clap::Args)]
pub struct EvaluateDigitFineTuningArgs {
    /// The folder with MNIST's idx files and strokes.
    #[arg(long)]
    data: PathBuf,
    /// A package's name, or its folder.
    #[arg(long, default_value = "digits")]
    model: String,
    /// Where packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Whose strokes the writers are made of: those of the training half are for choosing a recipe.
    #[arg(long, value_enum, default_value = "test")]
    half: MnistHalf,
    /// How often, each time with other corrections.
    #[arg(long, default_value_t = 5)]
    trials: u64,
    /// The highest learning rate; the page's if not given.
    #[arg(long)]
    rate: Option<f64>,
    /// Epochs of ten steps; the page's if not given.
    #[arg(long)]
    epochs: Option<u32>,
    /// Which layers train.
    #[arg(long, value_enum, default_value = "end-to-end")]
    layers: Which,
    /// Stochastic gradient descent with momentum in place of Adam.
    #[arg(long)]
    momentum: bool,
}

/// A half of MNIST.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum MnistHalf {
    /// The last 10,000 of the training images.
    Train,
    /// The test images.
    Test,
}

/// Which layers train.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    EndToEnd,
    Top,
    Layered,
}

/// A writer: what becomes of MNIST's strokes in that hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SyntheticWriter {
    /// All digits slanted by 35° to the right.
    Slanted,
    /// Ones with a long upstroke before them, as sevens have a bar.
    FlaggedOnes,
}

/// Digits of the writer that are read before and after.
const JUDGED: usize = 1_000;

/// Measures and prints.
pub fn run(arguments: &EvaluateDigitFineTuningArgs) -> Result<()> {
    let device = Device::flex();
    let package = packages::digits::open::<ConvNetConfig>(&arguments.models, &arguments.model, &device)?;
    let folder = datasets::digits_folder(&arguments.data);
    let plan = TrainingConfig {
        rate: arguments.rate.unwrap_or(TrainingConfig::DIGITS.rate),
        epochs: arguments.epochs.unwrap_or(TrainingConfig::DIGITS.epochs),
        layers: match arguments.layers {
            Which::EndToEnd => TrainableLayers::EndToEnd,
            Which::Top => TrainableLayers::Top,
            Which::Layered => TrainableLayers::Layered,
        },
        optimizer: if arguments.momentum { OptimizerKind::Momentum } else { TrainingConfig::DIGITS.optimizer },
    };
    let split = match arguments.half {
        MnistHalf::Train => DatasetSplit::Train,
        MnistHalf::Test => DatasetSplit::Test,
    };
    let images = datasets::mnist(&folder, split)?;
    let drawings = datasets::strokes(&folder, split)?;
    let from = images.len() - 10_000;
    let (images, drawings) = (images.slice(from..images.len()), &drawings[from..]);
    // The page's own slices: what it replays, and what it holds out (of the test images, so that it is none that was trained on).
    // To choose a recipe, another slice in each trial, or it would be chosen for that one; of images that judge nothing.
    let training = datasets::mnist(&folder, DatasetSplit::Train)?;
    let (shipped, others) = match arguments.half {
        MnistHalf::Train => (None, training.slice(0..from)),
        MnistHalf::Test => (Some(prepare::replayed(&training)), training),
    };
    let replayed =
        |trial| shipped.clone().unwrap_or_else(|| prepare::balanced(&others, prepare::REPLAYED, 100 + trial));
    let held_out = prepare::balanced(&images, 1_000, 1);

    println!("{} with {plan:?}, {} trials", arguments.model, arguments.trials);
    println!(
        "{:<14} {:>7} {:>7}   {:>8} {:>8}   {:>8} {:>8} {:>6}",
        "writer", "before", "after", "held out", "after", "sevens", "after", "s"
    );
    for writer in [SyntheticWriter::Slanted, SyntheticWriter::FlaggedOnes] {
        let mut sums = [0.0; 7];
        for trial in 0..arguments.trials {
            let (own, judged) = writer.hand(drawings, &images.labels, trial)?;
            let start = Instant::now();
            let stages = stages(&plan, &package.network);
            let tuning = tuning(stages, package.network.clone(), own, replayed(trial), trial, &device);
            let mut tuning = pollster::block_on(tuning)?;
            while tuning.progress().0 < tuning.progress().1 {
                pollster::block_on(tuning.step())?;
            }
            let seconds = start.elapsed().as_secs_f64();
            let tuned = tuning.network();
            let both = |digits: &Dataset| -> Result<[f64; 2]> {
                let accuracy =
                    |network: &ConvNet| Ok::<_, anyhow::Error>(confusion(network, digits, &device)?.accuracy());
                Ok([accuracy(&package.network)?, accuracy(&tuned)?])
            };
            let sevens: Vec<usize> = (0..images.len()).filter(|index| images.labels[*index] == 7).take(500).collect();
            let sevens = images.pick(&sevens);
            let figures = [both(&judged)?, both(&held_out)?, both(&sevens)?].concat();
            figures.iter().chain([&seconds]).zip(&mut sums).for_each(|(figure, sum)| *sum += figure);
        }
        let mean = sums.map(|sum| sum / arguments.trials.max(1) as f64);
        let percent = |index: usize| format!("{:.2}%", 100.0 * mean[index]);
        println!(
            "{:<14} {:>7} {:>7}   {:>8} {:>8}   {:>8} {:>8} {:>6.1}",
            format!("{writer:?}"),
            percent(0),
            percent(1),
            percent(2),
            percent(3),
            percent(4),
            percent(5),
            mean[6]
        );
    }
    Ok(())
}

impl SyntheticWriter {
    /// Corrections, and other digits of the same hand to judge by.
    fn hand(self, drawings: &[Drawing], labels: &[u8], trial: u64) -> Result<(Vec<LabeledCorrection>, Dataset)> {
        let mut random = SeededRng::new(trial);
        let mut order: Vec<usize> = (0..drawings.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, random.below(i + 1));
        }
        let wanted = |label: u8| match self {
            SyntheticWriter::Slanted => 3,
            SyntheticWriter::FlaggedOnes => {
                if label == 1 {
                    10
                } else {
                    0
                }
            }
        };
        let (mut taken, mut own, mut judged, mut judged_labels) = ([0; 10], vec![], vec![], vec![]);
        for index in order {
            let label = labels[index];
            let drawing = self.write(&drawings[index]);
            let count = taken.get_mut(usize::from(label)).context("a digit")?;
            if *count < wanted(label) {
                *count += 1;
                own.push(LabeledCorrection { label, ink: CorrectionInput::Drawing(drawing) });
            } else if judged.len() < JUDGED && wanted(label) > 0 {
                judged.push(drawing);
                judged_labels.push(label);
            }
        }
        Ok((own, datasets::rendered(&judged, judged_labels)?))
    }

    /// A drawing in this hand.
    fn write(self, drawing: &Drawing) -> Drawing {
        match self {
            SyntheticWriter::Slanted => {
                let slope = 35f32.to_radians().tan();
                drawing.map(|p| Point::new(p.x - slope * p.y, p.y))
            }
            SyntheticWriter::FlaggedOnes => {
                let (top, bottom) = drawing.points().fold((f32::MAX, f32::MIN), |(a, b), p| (a.min(p.y), b.max(p.y)));
                let head = drawing.points().copied().find(|p| p.y == top).unwrap_or_default();
                let height = bottom - top;
                let flag = vec![
                    Point::new(head.x - 0.42 * height, head.y + 0.18 * height),
                    Point::new(head.x - 0.2 * height, head.y + 0.08 * height),
                    Point::new(head.x, head.y),
                ];
                let mut strokes = vec![Stroke { points: flag }];
                strokes.extend(drawing.strokes.clone());
                Drawing { strokes }
            }
        }
    }
}
