//! `inkling train`.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use burn::{module::Module, store::ModuleRecord, tensor::Device};
use clap::{Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::{data, evaluate, package};
use crate::digits::{Checkpoint, ConvNet, Dataset, Recipe, Session};

/// What can be trained.
#[derive(Subcommand)]
pub enum Task {
    /// A classifier of digits.
    Digits(Digits),
}

/// Arguments of `train digits`.
#[derive(clap::Args)]
pub struct Digits {
    /// The folder with MNIST's idx files, and its strokes where there are any.
    #[arg(long)]
    data: PathBuf,
    /// Which network.
    #[arg(long, value_enum, default_value = "digits")]
    model: Model,
    /// Epochs; the recipe's number if not given.
    #[arg(long)]
    epochs: Option<usize>,
    /// The same seed gives the same weights on one machine.
    #[arg(long, default_value_t = 1)]
    seed: u64,
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
pub enum Model {
    /// The article's network.
    SeedCnn,
    /// The small and better one.
    Digits,
}

impl Model {
    /// The package's name.
    pub fn name(self) -> &'static str {
        match self {
            Model::SeedCnn => "seed-cnn",
            Model::Digits => "digits",
        }
    }

    /// One line for a visitor.
    fn description(self) -> &'static str {
        match self {
            Model::SeedCnn => "The article's network: one convolution, one hidden dense layer, trained end to end",
            Model::Digits => "Small and careful: five convolutions, trained on varied and redrawn digits",
        }
    }

    fn recipe(self) -> Recipe {
        match self {
            Model::SeedCnn => Recipe::seed_cnn(),
            Model::Digits => Recipe::digits(),
        }
    }
}

/// Images held out of MNIST's 60,000, the last ones.
const HELD_OUT: usize = 5_000;

/// Runs a training.
pub fn run(task: Task) -> Result<()> {
    let Task::Digits(arguments) = task;
    digits(&arguments)
}

fn digits(arguments: &Digits) -> Result<()> {
    let folder = data::digits_folder(&arguments.data);
    let mut recipe = arguments.model.recipe();
    recipe.epochs = arguments.epochs.unwrap_or(recipe.epochs);
    println!("Reading {}", folder.display());
    let mut training = data::mnist(&folder, data::Split::Train)?;
    if recipe.drawn > 0.0 {
        training = training.with_strokes(data::strokes(&folder, data::Split::Train)?)?;
    }
    let (training, held_out) = if arguments.hold_out { split(&training, HELD_OUT) } else { (training, None) };

    let device = Device::flex();
    let mut session = Session::new(recipe, training, arguments.seed, device.clone())?;
    let store = Store::new(&arguments.checkpoints, arguments.model.name(), arguments.hold_out);
    if arguments.resume {
        store.load(&mut session)?;
    }
    let (done, steps) = session.progress();
    println!(
        "Training {}: {} parameters, step {done} of {steps}",
        arguments.model.name(),
        session.network().num_params()
    );
    let bar = ProgressBar::new(steps as u64).with_position(done as u64);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} steps, {eta} left, {per_sec} {msg}")?);
    bar.reset_eta();
    let mut saved = Instant::now();
    while session.progress().0 < steps {
        let (mut loss, mut correct, mut samples) = (0.0, 0, 0);
        session.run_epoch(|session, report| {
            loss += f64::from(report.loss) * report.samples as f64;
            correct += report.correct;
            samples += report.samples;
            bar.set_position(session.progress().0 as u64);
            bar.set_message(format!("loss {:.4}", loss / samples as f64));
            if saved.elapsed() > Duration::from_secs(120) {
                if let Err(error) = store.save(session) {
                    bar.println(format!("The checkpoint was not written: {error:#}"));
                }
                saved = Instant::now();
            }
            if report.loss.is_finite() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        let done = session.progress().0;
        if !(loss / samples as f64).is_finite() {
            bail!(
                "the loss is not finite at step {done}; the last checkpoint is in {}",
                arguments.checkpoints.display()
            );
        }
        let mut line = format!(
            "epoch {:>3}: loss {:.4}, accuracy {:.3}%",
            done / session.steps_per_epoch(),
            loss / samples as f64,
            100.0 * correct as f64 / samples as f64
        );
        if let Some(held_out) = &held_out {
            let confusion = evaluate::confusion(&session.network(), held_out, &device)?;
            line += &format!(", held out {:.3}%", 100.0 * confusion.accuracy());
        }
        bar.suspend(|| println!("{line}"));
    }
    store.save(&session)?;
    bar.finish();
    if arguments.hold_out {
        println!("No package is written: {HELD_OUT} images were held out. Train without --hold-out for one.");
        return Ok(());
    }
    write(arguments, &session, &device)
}

/// Writes the package, with its accuracy on MNIST's test images.
fn write(arguments: &Digits, session: &Session, device: &Device) -> Result<()> {
    let recipe = session.recipe();
    let name = arguments.model.name();
    let mut training = vec!["MNIST, 60,000 training images (LeCun, Cortes, Burges), CC BY-SA 3.0".to_owned()];
    if recipe.drawn > 0.0 {
        training.push("the same digits as pen strokes (Edwin de Jong), CC BY-SA 3.0".to_owned());
    }
    training.push(format!(
        "{} epochs, batches of {}, {}, label smoothing {}, seed {}",
        recipe.epochs,
        recipe.batch,
        if recipe.weight_decay > 0.0 { "AdamW" } else { "Adam" },
        recipe.smoothing,
        arguments.seed
    ));
    if let Some(by) = recipe.augmentation {
        training.push(format!(
            "varied by up to {}° of rotation, {}% of size, {} of shear, {} pixels of place, {} of elastic shift, {} of pen radius; \
             {}% of the samples drawn anew from their strokes",
            by.rotation,
            100.0 * by.scale,
            by.shear,
            by.shift,
            by.elastic,
            by.pen,
            100.0 * recipe.drawn
        ));
    }
    let draft = package::Draft {
        name,
        description: arguments.model.description(),
        architecture: recipe.architecture.clone(),
        training,
        question: session.first_image(),
    };
    let package = package::write(&arguments.out, draft, &session.network(), device)?;
    let folder = package.folder.display().to_string();
    let test = data::mnist(&data::digits_folder(&arguments.data), data::Split::Test)?;
    let accuracy = evaluate::confusion(&package.network, &test, device)?.accuracy();
    let metric = crate::protocol::Metric {
        name: "accuracy".to_owned(),
        value: accuracy,
        data: "MNIST test, 10,000 images".to_owned(),
        command: format!("cargo run --release -- evaluate digits --model {name} --data DATA/digits"),
    };
    package::record(&arguments.out, package, vec![metric])?;
    println!("Wrote {folder}: {:.2}% of MNIST's test images", 100.0 * accuracy);
    Ok(())
}

/// Parts the last samples from the others.
fn split(data: &Dataset, held_out: usize) -> (Dataset, Option<Dataset>) {
    let at = data.len().saturating_sub(held_out);
    (data.slice(0..at), Some(data.slice(at..data.len())))
}

/// The checkpoints of one training.
struct Store {
    folder: PathBuf,
}

impl Store {
    fn new(folder: &Path, model: &str, hold_out: bool) -> Self {
        Self { folder: folder.join(if hold_out { format!("{model}-held-out") } else { model.to_owned() }) }
    }

    /// Writes to a temporary folder and renames it, so that an interrupted write leaves the last checkpoint whole.
    fn save(&self, session: &Session) -> Result<()> {
        let temporary = self.folder.with_extension("new");
        std::fs::create_dir_all(&temporary).with_context(|| format!("making {}", temporary.display()))?;
        let checkpoint = session.checkpoint().map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(temporary.join(name), bytes).with_context(|| format!("writing {name}"))
        };
        write("model.bpk", &record(checkpoint.model)?)?;
        write("averaged.bpk", &record(checkpoint.averaged)?)?;
        write("optimizer.bpk", &checkpoint.optimizer)?;
        write("step.txt", format!("{} {}", checkpoint.step, checkpoint.averaged_steps).as_bytes())?;
        if self.folder.exists() {
            std::fs::remove_dir_all(&self.folder)?;
        }
        std::fs::rename(&temporary, &self.folder)?;
        Ok(())
    }

    fn load(&self, session: &mut Session) -> Result<()> {
        let read = |name: &str| {
            let path = self.folder.join(name);
            std::fs::read(&path).with_context(|| format!("reading the checkpoint {}", path.display()))
        };
        let steps = String::from_utf8(read("step.txt")?)?;
        let Some((step, averaged_steps)) = steps.trim().split_once(' ') else { bail!("step.txt holds {steps:?}") };
        let network = |name: &str| -> Result<ConvNet> {
            let bytes = burn::tensor::Bytes::from_bytes_vec(read(name)?);
            let record = ModuleRecord::from_bytes(bytes).map_err(|error| anyhow::anyhow!("{name}: {error:?}"))?;
            session.blank().try_load_record(record).map_err(|error| anyhow::anyhow!("{name}: {error:?}"))
        };
        let checkpoint = Checkpoint {
            step: step.parse()?,
            averaged_steps: averaged_steps.parse()?,
            model: network("model.bpk")?,
            averaged: network("averaged.bpk")?,
            optimizer: read("optimizer.bpk")?,
        };
        session.restore(checkpoint).map_err(|error| anyhow::anyhow!("{error:?}"))
    }
}

fn record(network: ConvNet) -> Result<Vec<u8>> {
    Ok(network.into_record().into_bytes().map_err(|error| anyhow::anyhow!("{error:?}"))?.to_vec())
}
