//! `inkling evaluate numbers`: numbers of several digits, written with MNIST's test strokes.

use std::path::PathBuf;

use anyhow::Result;
use burn::tensor::Device;
use serde_json::json;

use super::rejection::reading;
use crate::{
    cli::{datasets, packages},
    ink::Segmentation,
    protocol::{Drawing, Point},
    rng::SeededRng,
};

/// Arguments of `evaluate numbers`.
#[derive(clap::Args)]
pub struct EvaluateNumbersArgs {
    /// A package's name, or its folder.
    #[arg(long, default_value = "digits")]
    model: String,
    /// The folder with MNIST's strokes.
    #[arg(long)]
    data: PathBuf,
    /// Where packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// How many numbers.
    #[arg(long, default_value_t = 500)]
    count: usize,
    /// The most digits of a number.
    #[arg(long, default_value_t = 4)]
    digits: usize,
    /// Read them as pictures, by their connected ink, rather than by their strokes.
    #[arg(long)]
    pictures: bool,
    /// The seed of what is written.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Prints the figures as one JSON object.
    #[arg(long)]
    json: bool,
    /// Prints each number that is read wrong.
    #[arg(long)]
    faults: bool,
    /// Write them with the training strokes, on which constants may be chosen.
    #[arg(long)]
    training_strokes: bool,
}

/// How digits stand beside each other, with the least and the widest gap in hundredths of a digit's height.
const SPACINGS: [(&str, f32, f32); 3] = [("apart", 12.0, 45.0), ("close", 2.0, 10.0), ("touching", -8.0, 0.0)];

/// Writes numbers, reads them and counts.
pub fn run(arguments: &EvaluateNumbersArgs) -> Result<()> {
    let device = Device::flex();
    let package =
        packages::digits::open::<crate::models::digits::ConvNetConfig>(&arguments.models, &arguments.model, &device)?;
    let folder = datasets::digits_folder(&arguments.data);
    let split = match arguments.training_strokes {
        true => datasets::DatasetSplit::Train,
        false => datasets::DatasetSplit::Test,
    };
    let strokes = datasets::strokes(&folder, split)?;
    let labels = datasets::mnist(&folder, split)?.labels;
    let mut random = SeededRng::new(arguments.seed);
    let mut tallies = [(0usize, 0usize); SPACINGS.len()];
    let mut by_length = vec![(0usize, 0usize); arguments.digits + 1];
    for index in 0..arguments.count {
        let spacing = index % SPACINGS.len();
        let length = 2 + random.below(arguments.digits.max(2) - 1);
        let (number, drawing) = write(&strokes, &labels, length, SPACINGS[spacing], &mut random);
        let segmentation = match arguments.pictures {
            true => Segmentation::of_inked_drawing(&drawing)?,
            false => Segmentation::of_drawing(&drawing)?,
        };
        let reading = reading(&package.network, &segmentation, &device)?;
        let right = reading.number().as_deref() == Some(&number);
        for tally in [&mut tallies[spacing], &mut by_length[length]] {
            tally.0 += 1;
            tally.1 += usize::from(right);
        }
        if arguments.faults && !right {
            let read = reading.number().unwrap_or_else(|| format!("{:?} {}", reading.verdict, reading.whole.digit()));
            let sure = reading.whole.one_digit.unwrap_or(1.0);
            print_line!(
                "{} {number} as {read}, one digit {sure:.3}, {} atoms",
                SPACINGS[spacing].0,
                segmentation.atoms
            )?;
        }
    }
    let share = |(all, right): (usize, usize)| 100.0 * right as f64 / all.max(1) as f64;
    let all = tallies.iter().fold((0, 0), |sum, tally| (sum.0 + tally.0, sum.1 + tally.1));
    print_line!("{} numbers of 2 to {} digits: {:.1}% wholly right", all.0, arguments.digits, share(all))?;
    for (tally, (name, ..)) in tallies.iter().zip(SPACINGS) {
        print_line!("  {name:<10} {:>4}  {:.1}%", tally.0, share(*tally))?;
    }
    for (length, tally) in by_length.iter().enumerate().skip(2) {
        print_line!("  {length} digits   {:>4}  {:.1}%", tally.0, share(*tally))?;
    }
    if arguments.json {
        print_line!("{}", json!({ "count": all.0, "right": share(all) }))?;
    }
    Ok(())
}

/// A number in one hand's size: digits side by side, on a line that wavers.
fn write(
    strokes: &[Drawing],
    labels: &[u8],
    length: usize,
    (_, least, most): (&str, f32, f32),
    random: &mut SeededRng,
) -> (String, Drawing) {
    let (mut number, mut written, mut right) = (String::new(), Vec::new(), 0.0);
    for place in 0..length {
        let index = random.below(strokes.len());
        let size = 90.0 + random.within(10.0);
        let (low, high) = strokes[index].points().fold(([f32::MAX; 2], [f32::MIN; 2]), |(low, high), p| {
            ([low[0].min(p.x), low[1].min(p.y)], [high[0].max(p.x), high[1].max(p.y)])
        });
        let scale = size / (high[0] - low[0]).max(high[1] - low[1]).max(1e-3);
        let gap = if place == 0 { 0.0 } else { least + (most - least) * random.uniform() };
        let (left, top) = (right + gap, random.within(8.0) + (100.0 - scale * (high[1] - low[1])) / 2.0);
        let digit = strokes[index].map(|p| Point::new(left + (p.x - low[0]) * scale, top + (p.y - low[1]) * scale));
        right = left + (high[0] - low[0]) * scale;
        written.extend(digit.strokes);
        number += &labels[index].to_string();
    }
    (number, Drawing { strokes: written })
}
