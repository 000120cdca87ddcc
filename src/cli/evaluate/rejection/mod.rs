//! `inkling evaluate rejection`: are digits read as digits, and is all else refused? And do the probabilities mean what they say?

mod judges;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use burn::tensor::Device;
use serde_json::{Value, json};

use crate::{
    cli::{datasets, packages},
    ink::Segmentation,
    models::digits::{
        ConvNet, Reading, read,
        rejection::{Confidence, expected_calibration_error},
    },
    protocol::{Drawing, Verdict},
    rng::SeededRng,
};

/// Arguments of `evaluate rejection`.
#[derive(clap::Args)]
pub struct EvaluateRejectionArgs {
    /// A package's name, or its folder.
    #[arg(long, default_value = "digits")]
    model: String,
    /// The folder with MNIST's test images and strokes, and the drawn digits (`drawn`).
    #[arg(long)]
    data: PathBuf,
    /// Where packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// The seed of what is drawn at random.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Prints the figures as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Letters, scribbles, shapes and taps that are drawn of each kind.
const EACH: usize = 250;

/// Hasty and shaky 6s.
const SIXES: usize = 200;

/// Of MNIST's test strokes, as many are drawn.
const STROKES: usize = 2_000;

/// What digits were read as.
#[derive(Default)]
struct Tally {
    all: usize,
    right: usize,
    refused: usize,
    numbers: usize,
    confidences: Vec<Confidence>,
}

impl Tally {
    fn add(&mut self, reading: &Reading, label: u8) {
        let digit = reading.whole.digit();
        let right = reading.verdict == Verdict::Digit && digit == label;
        self.all += 1;
        self.right += usize::from(right);
        self.refused += usize::from(matches!(reading.verdict, Verdict::NotADigit | Verdict::TooLittle));
        self.numbers += usize::from(reading.verdict == Verdict::Number);
        let probability = reading.whole.probabilities.iter().copied().fold(0.0, f32::max);
        self.confidences.push(Confidence { probability, right: digit == label });
    }

    fn told(&self, name: &str) -> Result<Value> {
        let share = |count: usize| 100.0 * count as f64 / self.all.max(1) as f64;
        let calibration = 100.0 * expected_calibration_error(&self.confidences);
        print_line!(
            "{name:<28} {:>6}  right {:>7.2}%  refused {:>6.2}%  a number {:>6.2}%  calibration error {calibration:>5.2}%",
            self.all,
            share(self.right),
            share(self.refused),
            share(self.numbers)
        )?;
        Ok(json!({
            "count": self.all, "right": share(self.right), "refused": share(self.refused), "numbers": share(self.numbers),
            "calibration_error": calibration,
        }))
    }
}

/// Reads and counts.
pub fn run(arguments: &EvaluateRejectionArgs) -> Result<()> {
    let device = Device::flex();
    let package =
        packages::digits::open::<crate::models::digits::ConvNetConfig>(&arguments.models, &arguments.model, &device)?;
    let network = &package.network;
    let folder = datasets::digits_folder(&arguments.data);
    let mut figures = serde_json::Map::new();

    let test = datasets::mnist(&folder, datasets::DatasetSplit::Test)?;
    let mut tally = Tally::default();
    for (image, label) in test.images.iter().zip(test.labels.iter()) {
        tally.add(&reading(network, &Segmentation::of_image(image.clone()), &device)?, *label);
    }
    figures.insert("mnist_test".to_owned(), tally.told("MNIST's test images")?);

    let mut tally = Tally::default();
    for (segmentation, label) in drawn(&folder.join("drawn"))? {
        tally.add(&reading(network, &segmentation, &device)?, label);
    }
    figures.insert("drawn".to_owned(), tally.told("drawn digits (pictures)")?);

    let mut tally = Tally::default();
    let strokes = datasets::strokes(&folder, datasets::DatasetSplit::Test)?;
    for (drawing, label) in strokes.iter().zip(test.labels.iter()).take(STROKES) {
        tally.add(&reading(network, &Segmentation::of_drawing(drawing)?, &device)?, *label);
    }
    figures.insert("strokes".to_owned(), tally.told("MNIST's test strokes")?);

    let (mut tally, mut random) = (Tally::default(), SeededRng::new(arguments.seed));
    for index in 0..SIXES {
        let drawing = judges::six(index, &mut random);
        tally.add(&reading(network, &Segmentation::of_drawing(&drawing)?, &device)?, 6);
    }
    figures.insert("sixes".to_owned(), tally.told("hasty and shaky 6s")?);

    let others = others(network, &mut random, &device)?;
    figures.insert("others".to_owned(), others);
    if arguments.json {
        print_line!("{}", Value::Object(figures))?;
    }
    Ok(())
}

/// How much of what is no digit is refused, by kind, and what is not.
fn others(network: &ConvNet, random: &mut SeededRng, device: &Device) -> Result<Value> {
    let mut figures = serde_json::Map::new();
    let (mut all, mut all_refused) = (0, 0);
    for kind in judges::KINDS {
        let (mut refused, mut digits, mut numbers) = (0, 0, 0);
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for index in 0..EACH {
            let (name, drawing): (String, Drawing) = judges::other(kind, index, random);
            let reading = reading(network, &Segmentation::of_drawing(&drawing)?, device)?;
            match reading.verdict {
                Verdict::NotADigit | Verdict::TooLittle => refused += 1,
                Verdict::Digit => {
                    digits += 1;
                    *taken.entry(format!("{name} as {}", reading.whole.digit())).or_default() += 1;
                }
                Verdict::Number => {
                    numbers += 1;
                    *taken.entry(format!("{name} as {}", reading.number().unwrap_or_default())).or_default() += 1;
                }
            }
        }
        let taken: Vec<String> = taken.into_iter().map(|(what, count)| format!("{what} ({count})")).collect();
        print_line!(
            "{kind:<28} {EACH:>6}  refused {:>6.2}%  a digit {:>5.2}%  a number {:>5.2}%  {}",
            100.0 * f64::from(refused) / EACH as f64,
            100.0 * f64::from(digits) / EACH as f64,
            100.0 * f64::from(numbers) / EACH as f64,
            taken.join(", ")
        )?;
        figures.insert(
            kind.to_owned(),
            json!({ "count": EACH, "refused": refused, "digits": digits, "numbers": numbers }),
        );
        (all, all_refused) = (all + EACH, all_refused + refused);
    }
    let share = 100.0 * f64::from(all_refused) / all as f64;
    print_line!("{:<28} {all:>6}  refused {share:>6.2}%", "no digit at all")?;
    figures.insert("all".to_owned(), json!({ "count": all, "refused": all_refused }));
    Ok(Value::Object(figures))
}

/// Pictures of digits, as the page reads them.
fn drawn(folder: &Path) -> Result<Vec<(Segmentation, u8)>> {
    let mut found = Vec::new();
    for (path, label) in datasets::picture_paths(folder)? {
        let map = datasets::picture_ink(&path)?;
        let segmentation = Segmentation::of_picture(&map).with_context(|| format!("{} is empty", path.display()))?;
        found.push((segmentation, label));
    }
    Ok(found)
}

pub(super) fn reading(network: &ConvNet, segmentation: &Segmentation, device: &Device) -> Result<Reading> {
    pollster::block_on(read(network, segmentation, None, device)).context("the device failed")
}
