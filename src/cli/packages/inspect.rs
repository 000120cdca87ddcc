//! `inkling inspect`: prints a package's manifest and the statistics of its tensors.

use std::path::Path;

use anyhow::Result;
use safetensors::{Dtype, SafeTensors};

use crate::{
    cli::packages::{
        self,
        text::{family_of, folder},
    },
    models::with_spec,
    package::{MANIFEST, Manifest, ModelSpec, WEIGHTS},
};

/// Prints what a package says of itself, and what its weights are like.
pub fn run(model: &str, models: &Path) -> Result<()> {
    let folder = folder(models, model)?;
    let bytes = packages::read(&folder.join(MANIFEST))?;
    with_spec!(family_of(&bytes)?, Spec => inspected(&Manifest::<Spec>::parse(&bytes)?, &folder))
}

fn inspected<D: ModelSpec>(manifest: &Manifest<D>, folder: &Path) -> Result<()> {
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
    let bytes = packages::read(&folder.join(WEIGHTS))?;
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
