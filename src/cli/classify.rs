//! `inkling classify`: reads the digit in a picture file.

use std::path::Path;

use anyhow::{Context, Result};
use burn::tensor::Device;

use super::{datasets, packages};
use crate::models::digits::{ConvNetConfig, argmax, predict};

/// Reads one picture and says what it shows.
pub fn run(file: &Path, model: &str, models: &Path) -> Result<()> {
    let device = Device::flex();
    let package = packages::digits::open::<ConvNetConfig>(models, model, &device)?;
    let reading = datasets::picture(file)?;
    for row in reading.image.to_bytes().chunks(28) {
        print_line!(
            "  {}",
            row.iter().map(|ink| [' ', '░', '▒', '▓', '█'][usize::from(*ink) * 5 / 256]).collect::<String>()
        )?;
    }
    let rows = pollster::block_on(predict(&package.network, &[reading.image], &device)).context("the device failed")?;
    let row = rows.first().context("one image has one answer")?;
    print_line!("{} ({:.1}%)", argmax(row), 100.0 * row[argmax(row)])?;
    for (digit, probability) in row.iter().enumerate() {
        print_line!("  {digit} {:>6.2}% {}", 100.0 * probability, "█".repeat((40.0 * probability).round() as usize))?;
    }
    Ok(())
}
