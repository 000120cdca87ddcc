//! `inkling train rejector`: teaches a trained digit network what is no digit, or more than one.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use burn::tensor::Device;

use super::{
    checkpoints::CheckpointStore,
    digit_checkpoints::{HELD_OUT, read_checkpoint, split, write_checkpoint},
};
use crate::{
    cli::{
        datasets, packages,
        packages::digits::{PackageMetadata, PackagedClassifier},
    },
    models::digits::{
        Dataset,
        rejection::{Confidence, RejectorRecipe, RejectorSession, expected_calibration_error},
    },
};

/// Arguments of `train rejector`.
#[derive(clap::Args)]
pub struct TrainRejectorArgs {
    /// The folder with MNIST's idx files and strokes.
    #[arg(long)]
    data: PathBuf,
    /// The package to begin with.
    #[arg(long, default_value = "digits")]
    model: String,
    /// Where packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// A JSON file with another recipe.
    #[arg(long)]
    recipe: Option<PathBuf>,
    /// Print the recipe as JSON, and train nothing.
    #[arg(long)]
    print_recipe: bool,
    /// The same seed gives the same weights on one machine.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where checkpoints go.
    #[arg(long, default_value = "checkpoints")]
    checkpoints: PathBuf,
    /// Go on from the last checkpoint.
    #[arg(long)]
    resume: bool,
    /// Where the package goes.
    #[arg(long, default_value = "models")]
    out: PathBuf,
}

/// Seconds between two lines that say how far it is.
const TELL: Duration = Duration::from_secs(20);

/// Runs the training.
pub fn run(arguments: &TrainRejectorArgs) -> Result<()> {
    let device = Device::flex();
    let parent =
        packages::digits::open::<crate::models::digits::ConvNetConfig>(&arguments.models, &arguments.model, &device)?;
    let recipe = match &arguments.recipe {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
            serde_json::from_str(&text).with_context(|| format!("{} is no recipe", path.display()))?
        }
        None if parent.network.has_rejector() => RejectorRecipe::drawn_digits(),
        None => RejectorRecipe::digits(),
    };
    if arguments.print_recipe {
        print_line!("{}", serde_json::to_string_pretty(&recipe)?)?;
        return Ok(());
    }
    let folder = datasets::digits_folder(&arguments.data);
    let data = datasets::mnist(&folder, datasets::DatasetSplit::Train)?
        .with_strokes(datasets::strokes(&folder, datasets::DatasetSplit::Train)?)?;
    let (training, Some(held_out)) = split(&data, HELD_OUT) else { bail!("there are no digits to calibrate on") };
    let architecture = parent.manifest.architecture.clone();
    let network = (parent.network.clone(), architecture);
    let mut session = RejectorSession::new(recipe, network, training, arguments.seed, device.clone())?;
    let store = CheckpointStore::new(arguments.checkpoints.join("rejector"));
    if arguments.resume {
        let checkpoint = read_checkpoint(&store, || session.blank())?;
        session.restore(checkpoint).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    train(&mut session, &store)?;
    write(arguments, &folder, parent, &session, &held_out, &device)
}

fn train(session: &mut RejectorSession, store: &CheckpointStore) -> Result<()> {
    let (mut told, mut saved) = (Instant::now(), Instant::now());
    let (mut loss, mut correct, mut samples, mut steps) = (0.0, 0, 0, 0);
    while session.place().is_some() {
        let report = pollster::block_on(session.step())?;
        loss += f64::from(report.loss);
        correct += report.correct;
        samples += report.samples * (100 + session.recipe().others) / 100;
        steps += 1;
        if told.elapsed() > TELL {
            let (done, all) = session.progress();
            let right = 100.0 * correct as f64 / samples as f64;
            print_line!("step {done} of {all}: loss {:.4}, digit or not {right:.2}%", loss / f64::from(steps))?;
            (told, loss, correct, samples, steps) = (Instant::now(), 0.0, 0, 0, 0);
        }
        if saved.elapsed() > Duration::from_secs(120) {
            write_checkpoint(store, session.checkpoint().map_err(|error| anyhow::anyhow!("{error:?}"))?)?;
            saved = Instant::now();
        }
    }
    write_checkpoint(store, session.checkpoint().map_err(|error| anyhow::anyhow!("{error:?}"))?)
}

fn write(
    arguments: &TrainRejectorArgs,
    folder: &Path,
    parent: PackagedClassifier,
    session: &RejectorSession,
    held_out: &Dataset,
    device: &Device,
) -> Result<()> {
    let network = pollster::block_on(session.calibrated(held_out)).context("the device failed")?;
    let recipe = session.recipe();
    let mut training = parent.manifest.training.clone();
    let epochs: Vec<String> = recipe.stages.iter().map(|stage| format!("{} ({})", stage.name, stage.epochs)).collect();
    training.push(format!(
        "rejector: {} units on the features of the last convolution; digits beside as many letters, signs, scribbles, doodles, textures, \
         turned, broken and several digits, drawn at random; {}% of the digits in other styles or a hurry, {}% drawn anew from their \
         strokes; epochs of batches of {}: {}",
        recipe.width,
        100.0 * recipe.styled,
        100.0 * recipe.drawn,
        recipe.stages.first().map_or(0, |stage| stage.batch),
        epochs.join(", "),
    ));
    training.push(format!(
        "calibrated on {} of MNIST's training images and strokes, held out of this stage, {}% of which are refused; seed {}",
        held_out.len(),
        100.0 * recipe.refused,
        arguments.seed
    ));
    let draft = PackageMetadata {
        name: "digits",
        description: "Five convolutions, calibrated confidence, and a check for non-digits",
        architecture: session.architecture().clone(),
        training,
        question: parent.manifest.known.image()?,
    };
    let package = packages::digits::write(&arguments.out, draft, &network, device)?;
    print_line!("Wrote {}: {} bytes", package.folder.display(), package.manifest.bytes())?;
    let test = datasets::mnist(folder, datasets::DatasetSplit::Test)?;
    for (name, network) in [("before", &parent.network), ("after", &package.network)] {
        let answers = pollster::block_on(confidences(network, &test, device)).context("the device failed")?;
        let right = answers.iter().filter(|answer| answer.right).count();
        print_line!(
            "{name}: MNIST's test {:.2}%, expected calibration error {:.2}%",
            100.0 * right as f64 / answers.len() as f64,
            100.0 * expected_calibration_error(&answers)
        )?;
    }
    Ok(())
}

async fn confidences(
    network: &crate::models::digits::ConvNet,
    digits: &Dataset,
    device: &Device,
) -> Result<Vec<Confidence>, burn::tensor::ExecutionError> {
    use crate::models::digits::{argmax, predict};
    let mut answers = Vec::new();
    for (images, labels) in digits.images.chunks(250).zip(digits.labels.chunks(250)) {
        let rows = predict(network, images, device).await?;
        answers.extend(rows.iter().zip(labels).map(|(row, label)| Confidence {
            probability: row[argmax(row)],
            right: argmax(row) == usize::from(*label),
        }));
    }
    Ok(answers)
}
