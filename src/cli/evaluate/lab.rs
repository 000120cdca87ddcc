//! `inkling evaluate lab`: what the page's Lab does, natively and with MNIST's test images to judge it too.

use std::{path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use burn::tensor::Device;
use clap::ValueEnum;
use serde_json::json;

use crate::{
    cli::data::{self, Split},
    digits::{ConvNet, Dataset, read_idx_images, read_idx_labels},
    ink::Image,
    lab::{Autoencoder, Bench, Mask, mean_image, read},
    learn::StepError,
    protocol::{Ending, Fill, Hide, Lab, PlanOptimizer, Way},
    random::Random,
};

/// Arguments of `evaluate lab`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder with MNIST's idx files: its 10,000 test images judge the networks too.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where packages are, and the Lab's slices.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Training images, up to 6,000.
    #[arg(long, default_value_t = Lab::FIRST.images)]
    images: u32,
    /// How often the classifier sees every image.
    #[arg(long, default_value_t = Lab::FIRST.epochs)]
    epochs: u32,
    /// What makes the steps.
    #[arg(long, value_enum, default_value = "adam")]
    optimizer: Which,
    /// The highest learning rate.
    #[arg(long, default_value_t = Lab::FIRST.rate)]
    rate: f64,
    /// The last third of layered training trains bottom and top together.
    #[arg(long)]
    together: bool,
    /// Where the random start comes from.
    #[arg(long, default_value_t = Lab::FIRST.seed)]
    seed: u32,
    /// One of the two ways alone.
    #[arg(long, value_enum)]
    way: Option<Only>,
    /// Hides parts of the held-out digits too, and compares what is put in their place.
    #[arg(long)]
    missing: bool,
    /// Prints the figures as one JSON object.
    #[arg(long)]
    json: bool,
}

/// What makes the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    Sgd,
    Momentum,
    Adam,
    Adamw,
}

/// One of the ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    EndToEnd,
    Layered,
}

/// What is hidden with `--missing`.
const HIDDEN: [Hide; 5] = [
    Hide::Pixels { share: 0.25 },
    Hide::Pixels { share: 0.5 },
    Hide::Pixels { share: 0.75 },
    Hide::Stroke { width: 4.0 },
    Hide::Stroke { width: 8.0 },
];

/// Trains, measures and prints.
pub fn run(arguments: &Arguments) -> Result<()> {
    let device = Device::flex();
    let training = slice(arguments, "training")?;
    let held_out = slice(arguments, "held-out")?;
    let test = arguments.data.as_ref().map(|folder| data::mnist(&data::digits_folder(folder), Split::Test));
    let test = test.transpose()?;
    let ask = Lab {
        optimizer: match arguments.optimizer {
            Which::Sgd => PlanOptimizer::Sgd,
            Which::Momentum => PlanOptimizer::Momentum,
            Which::Adam => PlanOptimizer::Adam,
            Which::Adamw => PlanOptimizer::AdamW,
        },
        rate: arguments.rate,
        epochs: arguments.epochs,
        images: arguments.images,
        ending: if arguments.together { Ending::Together } else { Ending::Frozen },
        seed: arguments.seed,
    };
    let wanted = |way: Way| match arguments.way {
        None => true,
        Some(Only::EndToEnd) => way == Way::EndToEnd,
        Some(Only::Layered) => way == Way::Layered,
    };
    let mut bench = Bench::new(&ask, &training, &device)?;
    let mut seconds = vec![0.0; bench.lanes.len()];
    let mut stopped: Vec<Option<String>> = vec![None; bench.lanes.len()];
    while let Some(index) = bench.next(|way| wanted(way) && stopped[way as usize].is_none()) {
        let lane = &mut bench.lanes[index];
        let start = Instant::now();
        match pollster::block_on(lane.step()) {
            Ok(report) if report.place.ends_epoch() && !arguments.json => {
                let stage = &lane.stages()[report.place.stage];
                eprintln!(
                    "  {:?}: {}, epoch {}: loss {:.4}",
                    lane.way(),
                    stage.name,
                    report.place.epoch + 1,
                    report.loss
                );
            }
            Ok(_) => {}
            Err(error @ StepError::NotFinite { .. }) => stopped[index] = Some(error.to_string()),
            Err(error) => return Err(error.into()),
        }
        seconds[index] += start.elapsed().as_secs_f64();
    }

    let mut rows = Vec::new();
    for (index, lane) in bench.lanes.iter().enumerate().filter(|(_, lane)| wanted(lane.way())) {
        if let Some(why) = &stopped[index] {
            println!("{:?}: {why}", lane.way());
            continue;
        }
        let network = lane.network();
        let judge = |digits: &Dataset| super::confusion(&network, digits, &device);
        let confusion = judge(&held_out)?;
        let average = confusion.macro_average();
        let test = test.as_ref().map(judge).transpose()?.map(|confusion| confusion.accuracy());
        rows.push(json!({
            "way": lane.way(),
            "held_out": confusion.accuracy(),
            "macro_recall": average.recall,
            "macro_f1": average.f1,
            "test": test,
            "steps": lane.progress().0,
            "seconds": seconds[index],
        }));
        if !arguments.json {
            let test = test.map_or_else(|| "–".to_owned(), |share| percent(share));
            println!(
                "{:<12} held out {} (macro recall {}, F1 {}), MNIST's test images {test}, {} steps in {:.1} s",
                format!("{:?}", lane.way()),
                percent(confusion.accuracy()),
                percent(average.recall),
                percent(average.f1),
                lane.progress().0,
                seconds[index]
            );
        }
    }
    if arguments.json {
        println!("{}", json!({ "ask": ask, "lanes": rows }));
    }
    if arguments.missing {
        let autoencoder = bench.lanes.iter().find(|lane| lane.way() == Way::Layered && wanted(lane.way()));
        let autoencoder = autoencoder.and_then(|lane| lane.autoencoder());
        let mean = mean_image(&training.slice(0..ask.images as usize));
        println!("\n{:<12} {:<24} {:>8} {:>8} {:>12}", "network", "hidden", "empty", "mean", "autoencoder");
        for lane in bench.lanes.iter().filter(|lane| wanted(lane.way())) {
            for hide in HIDDEN {
                let accuracy = missing(&lane.network(), autoencoder.as_ref(), &mean, &held_out, hide, &device)?;
                let accuracy = accuracy.map(|share| share.map_or_else(|| "–".to_owned(), percent));
                let [empty, mean, rebuilt] = &accuracy;
                println!(
                    "{:<12} {:<24} {empty:>8} {mean:>8} {rebuilt:>12}",
                    format!("{:?}", lane.way()),
                    format!("{hide:?}")
                        .replace("Pixels { share: ", "pixels, share ")
                        .replace("Stroke { width: ", "a stroke, pixels wide ")
                        .trim_end_matches(" }")
                );
            }
        }
    }
    Ok(())
}

/// The accuracy after each fill, in the order of [`Fill::ALL`].
fn missing(
    network: &ConvNet,
    autoencoder: Option<&Autoencoder>,
    mean: &Image,
    digits: &Dataset,
    hide: Hide,
    device: &Device,
) -> Result<[Option<f64>; 3]> {
    let mut random = Random::new(crate::lab::HOLES_SEED);
    let masks: Vec<Mask> = digits.images.iter().map(|image| Mask::new(hide, image, &mut random)).collect();
    let mut accuracy = [None; 3];
    for (place, fill) in Fill::ALL.into_iter().enumerate() {
        let images = crate::lab::fill(fill, &digits.images, &masks, mean, autoencoder, device);
        let Some(images) = pollster::block_on(images).context("the device failed")? else { continue };
        let answers = pollster::block_on(read(network, &images, device)).context("the device failed")?;
        let right = answers.map(|answers| answers.iter().zip(digits.labels.iter()).filter(|(a, b)| a == b).count());
        accuracy[place] = right.map(|right| right as f64 / digits.len().max(1) as f64);
    }
    Ok(accuracy)
}

fn slice(arguments: &Arguments, name: &str) -> Result<Dataset> {
    let file = |kind: &str| data::read(&arguments.models.join(format!("lab/{name}-{kind}-ubyte.gz")));
    Ok(Dataset::new(read_idx_images(&file("images-idx3")?)?, read_idx_labels(&file("labels-idx1")?)?)?)
}

fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}
