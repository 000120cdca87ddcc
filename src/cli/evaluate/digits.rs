//! Evaluates a digit classifier: accuracy, macro precision, recall and F1, and the confusion matrix.

use std::path::Path;

use anyhow::{Context, Result};
use burn::tensor::Device;
use serde_json::json;

use crate::{
    cli::{datasets, packages},
    models::digits::{self, ConvNet, Dataset},
    protocol::Metric,
    training::ConfusionMatrix,
};

/// Evaluates a package on a data set, prints the metrics and records them in its manifest where `record` names the data.
pub fn run(model: &str, data: &Path, models: &Path, json: bool, record: Option<String>) -> Result<()> {
    let device = Device::flex();
    let package = packages::digits::open::<digits::ConvNetConfig>(models, model, &device)?;
    let digits = datasets::any(data)?;
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
        packages::digits::record(models, package, vec![metric])?;
    }
    Ok(())
}

fn print(model: &str, data: &Path, confusion: &ConfusionMatrix) {
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
pub fn confusion(network: &ConvNet, digits: &Dataset, device: &Device) -> Result<ConfusionMatrix> {
    pollster::block_on(digits::confusion(network, digits, device)).context("the device failed")
}
