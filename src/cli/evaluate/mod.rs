//! `inkling evaluate`, `classify` and `inspect`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use burn::tensor::Device;
use clap::Subcommand;
use safetensors::{Dtype, SafeTensors};
use serde_json::json;

use super::{data, package, summaries};
use crate::{
    models::digits::{self, ConvNet, Dataset, best, predict},
    package::{Design, MANIFEST, Manifest, WEIGHTS},
    protocol::Metric,
    summary::{model as text, plain::PlainArchitecture},
    training::Confusion,
};

mod lab;
pub mod summary;
mod teaching;

/// What can be evaluated.
#[derive(Subcommand)]
pub enum Task {
    /// A classifier of digits.
    Digits {
        /// A package's name, or its folder.
        #[arg(long, default_value = "digits")]
        model: String,
        /// MNIST's folder or images file, its strokes (.tar.gz), or a folder of <label>/*.png.
        #[arg(long)]
        data: PathBuf,
        /// Where packages are.
        #[arg(long, default_value = "models")]
        models: PathBuf,
        /// Prints the figures as one JSON object.
        #[arg(long)]
        json: bool,
        /// Writes the accuracy into the package's manifest, under this name of the data.
        #[arg(long)]
        record: Option<String>,
    },
    /// A summarizer, beside the beginnings of the texts.
    Summary(summary::Arguments),
    /// How well a classifier learns the hands of two made-up writers from a few corrections, as the page does it.
    Learning(super::learning::Learning),
    /// How well a summarizer learns summaries that people wrote, as the page does it.
    Teaching(teaching::Arguments),
    /// The Lab: the seed network trained from zero, end to end and layered, on the slice that the page trains it on.
    Lab(lab::Arguments),
}

/// Evaluates a model.
pub fn run(task: Task) -> Result<()> {
    match task {
        Task::Digits { model, data, models, json, record } => digits(&model, &data, &models, json, record),
        Task::Summary(arguments) => summary::run(&arguments),
        Task::Learning(arguments) => super::learning::run(&arguments),
        Task::Teaching(arguments) => teaching::run(&arguments),
        Task::Lab(arguments) => lab::run(&arguments),
    }
}

fn digits(model: &str, data: &Path, models: &Path, json: bool, record: Option<String>) -> Result<()> {
    let device = Device::flex();
    let package = package::open(models, model, &device)?;
    let digits = data::any(data)?;
    let confusion = confusion(&package.network, &digits, &device)?;
    let average = confusion.macro_average();
    if json {
        let counts: Vec<Vec<u64>> = (0..10).map(|t| (0..10).map(|a| confusion.count(t, a)).collect()).collect();
        let figures = json!({
            "model": package.manifest.name,
            "accuracy": confusion.accuracy(),
            "images": confusion.total(),
            "macro_precision": average.precision,
            "macro_recall": average.recall,
            "macro_f1": average.f1,
            "confusion": counts,
        });
        println!("{figures}");
    } else {
        print(&package.manifest.name, data, &confusion);
    }
    if let Some(name) = record {
        // Whoever runs it has the data elsewhere.
        let file = data.file_name().unwrap_or_default().display();
        let command = format!("cargo run --release -- evaluate digits --model {model} --data DATA/digits/{file}");
        let metric = Metric { name: "accuracy".to_owned(), value: confusion.accuracy(), data: name, command };
        package::record(models, package, vec![metric])?;
    }
    Ok(())
}

fn print(model: &str, data: &Path, confusion: &Confusion) {
    let percent = |share: f64| format!("{:.2}%", 100.0 * share);
    let average = confusion.macro_average();
    println!("{model} on {} images of {}", confusion.total(), data.display());
    println!("  accuracy         {}", percent(confusion.accuracy()));
    println!("  macro precision  {}", percent(average.precision));
    println!("  macro recall     {}", percent(average.recall));
    println!("  macro F1         {}", percent(average.f1));
    println!("\n  is \\ read as     0     1     2     3     4     5     6     7     8     9   recall");
    for truth in 0..10 {
        print!("  {truth:>12} ");
        (0..10).for_each(|answer| print!("{:>6}", confusion.count(truth, answer)));
        println!("  {:>7}", percent(confusion.class(truth).recall));
    }
}

/// Answers every image of a data set.
pub fn confusion(network: &ConvNet, digits: &Dataset, device: &Device) -> Result<Confusion> {
    pollster::block_on(crate::models::digits::confusion(network, digits, device)).context("the device failed")
}

/// Reads one picture and says what it shows.
pub fn classify(file: &Path, model: &str, models: &Path) -> Result<()> {
    let device = Device::flex();
    let package = package::open(models, model, &device)?;
    let reading = data::picture(file)?;
    for row in reading.image.to_bytes().chunks(28) {
        println!(
            "  {}",
            row.iter().map(|ink| [' ', '░', '▒', '▓', '█'][usize::from(*ink) * 5 / 256]).collect::<String>()
        );
    }
    let rows = pollster::block_on(predict(&package.network, &[reading.image], &device)).context("the device failed")?;
    let row = rows.first().context("one image has one answer")?;
    println!("{} ({:.1}%)", best(row), 100.0 * row[best(row)]);
    for (digit, probability) in row.iter().enumerate() {
        println!("  {digit} {:>6.2}% {}", 100.0 * probability, "█".repeat((40.0 * probability).round() as usize));
    }
    Ok(())
}

/// Prints what a package says of itself, and what its weights are like.
pub fn inspect(model: &str, models: &Path) -> Result<()> {
    let folder = summaries::folder(models, model)?;
    let bytes = package::read(&folder.join(MANIFEST))?;
    match summaries::task_of(&bytes)?.as_str() {
        text::Architecture::TASK => inspected(&Manifest::<text::Architecture>::parse(&bytes)?, &folder),
        PlainArchitecture::TASK => inspected(&Manifest::<PlainArchitecture>::parse(&bytes)?, &folder),
        _ => inspected(&Manifest::<digits::Architecture>::parse(&bytes)?, &folder),
    }
}

fn inspected<D: Design>(manifest: &Manifest<D>, folder: &Path) -> Result<()> {
    println!("{} {} ({})\n  {}", manifest.name, manifest.version, manifest.task, manifest.description);
    println!(
        "  {} parameters, {} bytes as {:?}, {}",
        manifest.parameters,
        manifest.bytes(),
        manifest.element,
        manifest.licence
    );
    for line in &manifest.training {
        println!("  {line}");
    }
    for metric in &manifest.metrics {
        println!("  {} {:.4} on {}\n    {}", metric.name, metric.value, metric.data, metric.command);
    }
    let bytes = package::read(&folder.join(WEIGHTS))?;
    manifest.file(WEIGHTS)?.check(&bytes)?;
    let file = SafeTensors::deserialize(&bytes)?;
    let mut tensors: Vec<_> = file.iter().collect();
    tensors.sort_by_key(|(name, _)| name.to_owned());
    println!("\n  {:<32} {:<18} {:>10}  {:>9} {:>9}", "tensor", "shape", "elements", "mean", "deviation");
    for (name, view) in tensors {
        let values: Vec<f64> = match view.dtype() {
            Dtype::F32 => view.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes).into()).collect(),
            _ => view.data().as_chunks().0.iter().map(|bytes| half::f16::from_le_bytes(*bytes).to_f64()).collect(),
        };
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len().max(1) as f64;
        println!(
            "  {name:<32} {:<18} {:>10}  {mean:>9.5} {:>9.5}",
            format!("{:?}", view.shape()),
            values.len(),
            variance.sqrt()
        );
    }
    Ok(())
}
