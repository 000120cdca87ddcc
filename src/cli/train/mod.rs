//! `inkling train`.

mod ablation;
mod checkpoints;
mod corpus;
mod digit_checkpoints;
mod held_out;
mod rejector;
mod summarizer;
mod trainable;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use burn::{module::Module, tensor::Device};
use clap::{Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use checkpoints::CheckpointStore;
use digit_checkpoints::{HELD_OUT, read_checkpoint, split, write_checkpoint};

use super::{datasets, device::DeviceKind, evaluate, packages};
use crate::{
    models::digits::{AugmentationConfig, Dataset, DigitRecipe, DigitTrainingSession},
    training::{EarlyStoppingDecision, Loss, Stage, StepError},
};

/// What can be trained.
#[derive(Subcommand)]
pub enum TrainCommand {
    /// A classifier of digits.
    Digits(TrainDigitsArgs),
    /// What tells the `digits` network what is no digit, or more than one: a second head, and the network a little further.
    Rejector(rejector::TrainRejectorArgs),
    /// The summarizer.
    Summary(summarizer::TrainSummaryArgs),
    /// The summarizer on a short schedule, with and without its parts: what each of them brings.
    Ablation(ablation::AblationArgs),
}

/// Arguments of `train digits`.
#[derive(clap::Args)]
pub struct TrainDigitsArgs {
    /// The folder with MNIST's idx files, and its strokes where there are any.
    #[arg(long, required_unless_present = "print_recipe")]
    data: Option<PathBuf>,
    /// Which network.
    #[arg(long, value_enum, default_value = "digits")]
    model: DigitModelArg,
    /// A JSON file with another recipe than the network's own.
    #[arg(long)]
    recipe: Option<PathBuf>,
    /// Print the recipe as JSON, and train nothing.
    #[arg(long)]
    print_recipe: bool,
    /// The same seed gives the same weights on one machine.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What it is trained on.
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceKind,
    /// Hold 5,000 images out of the 60,000, and measure on them after each epoch: for choosing, not for the package.
    #[arg(long)]
    hold_out: bool,
    /// Where checkpoints go.
    #[arg(long, default_value = "checkpoints")]
    checkpoints: PathBuf,
    /// Go on from the last checkpoint.
    #[arg(long)]
    resume: bool,
    /// Where packages go.
    #[arg(long, default_value = "models")]
    out: PathBuf,
}

/// The networks that can be trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DigitModelArg {
    /// The article's network.
    SeedCnn,
    /// The small and better one.
    Digits,
}

impl DigitModelArg {
    /// The package's name.
    pub fn name(self) -> &'static str {
        match self {
            DigitModelArg::SeedCnn => "seed-cnn",
            DigitModelArg::Digits => "digits",
        }
    }

    /// One line for a visitor.
    fn description(self) -> &'static str {
        match self {
            DigitModelArg::SeedCnn => "A textbook CNN: one convolution, one hidden dense layer, trained end to end",
            DigitModelArg::Digits => {
                "Small, with well-calibrated confidence: five convolutions, trained on varied and redrawn digits"
            }
        }
    }

    fn recipe(self) -> DigitRecipe {
        match self {
            DigitModelArg::SeedCnn => DigitRecipe::seed_cnn(),
            DigitModelArg::Digits => DigitRecipe::digits(),
        }
    }
}

/// Runs a training.
pub fn run(task: TrainCommand) -> Result<()> {
    match task {
        TrainCommand::Digits(arguments) => digits(&arguments),
        TrainCommand::Rejector(arguments) => rejector::run(&arguments),
        TrainCommand::Summary(arguments) => summarizer::run(&arguments),
        TrainCommand::Ablation(arguments) => ablation::run(&arguments),
    }
}

fn digits(arguments: &TrainDigitsArgs) -> Result<()> {
    let recipe = recipe(arguments)?;
    let data = match &arguments.data {
        Some(data) if !arguments.print_recipe => datasets::digits_folder(data),
        _ => {
            print_line!("{}", serde_json::to_string_pretty(&recipe)?)?;
            return Ok(());
        }
    };
    print_line!("Reading {}", data.display())?;
    let mut training = datasets::mnist(&data, datasets::DatasetSplit::Train)?;
    if draws(&recipe) {
        training = training.with_strokes(datasets::strokes(&data, datasets::DatasetSplit::Train)?)?;
    }
    let (training, held_out) = if arguments.hold_out { split(&training, HELD_OUT) } else { (training, None) };

    let device = arguments.device.start()?;
    let mut session = DigitTrainingSession::new(recipe, training, arguments.seed, device.clone())?;
    let name = arguments.model.name();
    let name = if arguments.hold_out { format!("{name}-held-out") } else { name.to_owned() };
    let store = CheckpointStore::new(arguments.checkpoints.join(name));
    if arguments.resume {
        resume(&store, &mut session)?;
    }
    train(arguments, &mut session, held_out.as_ref(), &store, &device)?;
    if arguments.hold_out {
        print_line!("No package is written: {HELD_OUT} images were held out. Train without --hold-out for one.")?;
        return Ok(());
    }
    write(arguments, &data, &session, &device)
}

/// The network's own recipe, or the file's.
fn recipe(arguments: &TrainDigitsArgs) -> Result<DigitRecipe> {
    let Some(path) = &arguments.recipe else { return Ok(arguments.model.recipe()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no recipe", path.display()))
}

/// Whether some samples are drawn from strokes.
fn draws(recipe: &DigitRecipe) -> bool {
    recipe.stages.iter().any(|stage| stage.variation.drawn > 0.0)
}

/// Does what is left of a training, and says how it goes.
fn train(
    arguments: &TrainDigitsArgs,
    session: &mut DigitTrainingSession,
    held_out: Option<&Dataset>,
    store: &CheckpointStore,
    device: &Device,
) -> Result<()> {
    let (done, steps) = session.progress();
    print_line!(
        "Training {}: {} parameters, step {done} of {steps}",
        arguments.model.name(),
        session.network().num_params()
    )?;
    let bar = ProgressBar::new(steps as u64).with_position(done as u64);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} steps, {eta} left, {per_sec} {msg}")?);
    bar.reset_eta();
    let mut saved = Instant::now();
    let (mut loss, mut correct, mut samples) = (0.0, 0, 0);
    while session.place().is_some() {
        let report = match pollster::block_on(session.step()) {
            Ok(report) => report,
            Err(error @ StepError::NotFinite { .. }) => {
                bail!("{error}; the last checkpoint is in {}", arguments.checkpoints.display())
            }
            Err(error) => return Err(error.into()),
        };
        loss += f64::from(report.loss) * report.samples as f64;
        correct += report.correct;
        samples += report.samples;
        bar.set_position(session.progress().0 as u64);
        bar.set_message(format!("loss {:.4}", loss / samples as f64));
        if saved.elapsed() > Duration::from_secs(120) {
            if let Err(error) = save(store, session) {
                bar.println(format!("The checkpoint was not written: {error:#}"));
            }
            saved = Instant::now();
        }
        if !report.place.ends_epoch() {
            continue;
        }
        let mut line = format!(
            "{} {:>3}: loss {:.4}, accuracy {:.3}%",
            session.recipe().stages[report.place.stage].name,
            report.place.epoch + 1,
            loss / samples as f64,
            100.0 * correct as f64 / samples as f64
        );
        (loss, correct, samples) = (0.0, 0, 0);
        if let Some(held_out) = held_out {
            let accuracy = evaluate::digits::confusion(&session.network(), held_out, device)?.accuracy();
            line += &format!(", held out {:.3}%", 100.0 * accuracy);
            if session.judge(accuracy) == EarlyStoppingDecision::Stop {
                line += "; no better for as long as the stage waits, so it ends";
            }
        }
        bar.suspend(|| print_line!("{line}"))?;
    }
    save(store, session)?;
    bar.finish();
    Ok(())
}

/// What a stage did, for the model card.
fn describe(stage: &Stage<AugmentationConfig>) -> String {
    let optimizer = match stage.optimizer {
        crate::training::Optimizer::Sgd => "SGD".to_owned(),
        crate::training::Optimizer::Momentum { momentum } => format!("SGD with momentum {momentum}"),
        crate::training::Optimizer::Adam => "Adam".to_owned(),
        crate::training::Optimizer::AdamW => "AdamW".to_owned(),
    };
    let loss = match stage.loss {
        Loss::CrossEntropy { smoothing } => format!("label smoothing {smoothing}"),
        Loss::MeanSquaredError => "mean squared error".to_owned(),
    };
    let (name, epochs, batch) = (&stage.name, stage.epochs, stage.batch);
    let mut line = format!("{name}: {epochs} epochs, batches of {batch}, {optimizer}, {loss}");
    if let Some(by) = stage.variation.augmentation {
        line += &format!(
            "; varied by up to {}° of rotation, {}% of size, {} of shear, {} pixels of place, {} of elastic shift, {} of pen radius; \
             {}% of the samples drawn anew from their strokes",
            by.rotation,
            100.0 * by.scale,
            by.shear,
            by.shift,
            by.elastic,
            by.pen,
            100.0 * stage.variation.drawn
        );
    }
    line
}

/// Writes the package, with its accuracy on MNIST's test images.
fn write(arguments: &TrainDigitsArgs, data: &Path, session: &DigitTrainingSession, device: &Device) -> Result<()> {
    let recipe = session.recipe();
    let name = arguments.model.name();
    let mut training = vec!["MNIST, 60,000 training images (LeCun, Cortes, Burges), CC BY-SA 3.0".to_owned()];
    if draws(recipe) {
        training.push("the same digits as pen strokes (Edwin de Jong), CC BY-SA 3.0".to_owned());
    }
    training.extend(recipe.stages.iter().map(describe));
    training.push(format!("seed {}", arguments.seed));
    let draft = packages::digits::PackageMetadata {
        name,
        description: arguments.model.description(),
        architecture: recipe.architecture.clone(),
        training,
        question: session.first_image(),
    };
    let package = packages::digits::write(&arguments.out, draft, &session.network(), device)?;
    let folder = package.folder.display().to_string();
    let test = datasets::mnist(data, datasets::DatasetSplit::Test)?;
    let accuracy = evaluate::digits::confusion(&package.network, &test, device)?.accuracy();
    let metric = crate::protocol::Metric {
        name: "accuracy".to_owned(),
        value: accuracy,
        data: "MNIST test, 10,000 images".to_owned(),
        command: format!("cargo run --release -- evaluate digits --model {name} --data DATA/digits"),
    };
    packages::digits::record(&arguments.out, package, vec![metric])?;
    print_line!("Wrote {folder}: {:.2}% of MNIST's test images", 100.0 * accuracy)?;
    Ok(())
}

fn save(store: &CheckpointStore, session: &DigitTrainingSession) -> Result<()> {
    write_checkpoint(store, session.checkpoint().map_err(|error| anyhow::anyhow!("{error:?}"))?)
}

fn resume(store: &CheckpointStore, session: &mut DigitTrainingSession) -> Result<()> {
    let checkpoint = read_checkpoint(store, || session.blank())?;
    session.restore(checkpoint).map_err(|error| anyhow::anyhow!("{error:?}"))
}
