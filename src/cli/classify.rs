//! `inkling classify`: reads the digit or the number in a picture file, or in each drawing of a file of strokes.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use burn::tensor::Device;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{datasets, packages};
use crate::{
    ink::Segmentation,
    models::digits::{ConvNetConfig, DigitReading, Reading, read},
    protocol::{Drawing, Stroke, Verdict},
};

/// Arguments of `classify`.
#[derive(clap::Args)]
pub struct ClassifyArgs {
    /// The picture (PNG or JPEG), or a JSON file of strokes.
    file: PathBuf,
    /// A package's name, or its folder.
    #[arg(long, default_value = "digits")]
    model: String,
    /// Where packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Prints one JSON object a picture or drawing.
    #[arg(long)]
    json: bool,
}

/// Drawings in a file.
#[derive(Deserialize)]
struct StrokesFile {
    samples: Vec<StrokesSample>,
}

#[derive(Deserialize)]
struct StrokesSample {
    #[serde(default)]
    note: Option<String>,
    strokes: Vec<Stroke>,
}

/// Reads a file and says what it shows.
pub fn run(arguments: &ClassifyArgs) -> Result<()> {
    let device = Device::flex();
    let package = packages::digits::open::<ConvNetConfig>(&arguments.models, &arguments.model, &device)?;
    for (note, segmentation) in ink(&arguments.file)? {
        let reading = pollster::block_on(read(&package.network, &segmentation, None, &device));
        let reading = reading.context("the device failed")?;
        if arguments.json {
            print_line!("{}", told(note.as_deref(), &reading))?;
            continue;
        }
        if let Some(note) = note {
            print_line!("{note}:")?;
        }
        print(&reading)?;
    }
    Ok(())
}

/// The ink in a file, with what is noted beside it.
fn ink(path: &Path) -> Result<Vec<(Option<String>, Segmentation)>> {
    if path.extension().is_none_or(|extension| extension != "json") {
        let map = datasets::picture_ink(path)?;
        let segmentation = Segmentation::of_picture(&map).with_context(|| format!("{} is empty", path.display()))?;
        return Ok(vec![(None, segmentation)]);
    }
    let bytes = datasets::idx::read(path)?;
    let file: StrokesFile =
        serde_json::from_slice(&bytes).with_context(|| format!("{} holds no strokes", path.display()))?;
    let read =
        |sample: StrokesSample| Ok((sample.note, Segmentation::of_drawing(&Drawing { strokes: sample.strokes })?));
    file.samples.into_iter().map(read).collect()
}

/// What was read, in words.
fn sentence(reading: &Reading) -> String {
    let whole = &reading.whole;
    match reading.verdict {
        Verdict::Digit => format!("{} ({:.1}%)", whole.digit(), percent(whole)),
        Verdict::Number => {
            let parts = reading.parts.iter().map(|part| format!("{} {:.1}%", part.digit(), percent(part)));
            format!("{} ({})", reading.number().unwrap_or_default(), parts.collect::<Vec<_>>().join(", "))
        }
        Verdict::NotADigit => format!("That does not look like a digit. It is likest to {}.", whole.digit()),
        Verdict::TooLittle => "A dot is too little to read.".to_owned(),
    }
}

fn percent(reading: &DigitReading) -> f32 {
    100.0 * reading.probabilities.iter().copied().fold(0.0, f32::max)
}

fn print(reading: &Reading) -> Result<()> {
    let images = match reading.verdict {
        Verdict::Number => &reading.parts[..],
        _ => std::slice::from_ref(&reading.whole),
    };
    for image in images {
        for row in image.image.to_bytes().chunks(28) {
            let shade = |ink: &u8| [' ', '░', '▒', '▓', '█'][usize::from(*ink) * 5 / 256];
            print_line!("  {}", row.iter().map(shade).collect::<String>())?;
        }
    }
    print_line!("{}", sentence(reading))?;
    if reading.verdict == Verdict::Digit {
        for (digit, probability) in reading.whole.probabilities.iter().enumerate() {
            let bar = "█".repeat((40.0 * probability).round() as usize);
            print_line!("  {digit} {:>6.2}% {bar}", 100.0 * probability)?;
        }
    }
    Ok(())
}

/// What was read, for programs.
fn told(note: Option<&str>, reading: &Reading) -> Value {
    let part = |part: &DigitReading| {
        let [left, top, right, bottom] = part.bounds;
        json!({
            "digit": part.digit(), "probabilities": part.probabilities, "digitProbability": part.one_digit,
            "bounds": [left, top, right - left, bottom - top],
        })
    };
    let mut told = part(&reading.whole);
    told["verdict"] = json!(reading.verdict);
    told["number"] = json!(reading.number());
    told["parts"] = reading.parts.iter().map(part).collect();
    if let Some(note) = note {
        told["note"] = json!(note);
    }
    told
}
