//! Packages of classifiers on disk: opened by a name or a folder, written with a model card and a catalog entry.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use burn::{module::Module, tensor::Device};

use super::{put, read};
use crate::{
    engine::network,
    ink::Image,
    models::digits::{ClassifierSpec, ConvNet, ConvNetConfig, batch_tensor},
    package::{Catalog, ClassifierSelfTest, FileEntry, MANIFEST, Manifest, WEIGHTS, WeightDType, WeightFile, encode},
    protocol::Metric,
};

/// What training knows of a package that it is about to write.
pub struct PackageMetadata<D = ConvNetConfig> {
    /// The package's name.
    pub name: &'static str,
    /// One line for a visitor.
    pub description: &'static str,
    /// What the network is made of.
    pub architecture: D,
    /// What it was trained on, and how.
    pub training: Vec<String>,
    /// The image of the known question.
    pub question: Image,
}

/// A package that was read.
pub struct PackagedClassifier<D: ClassifierSpec = ConvNetConfig> {
    /// Its manifest.
    pub manifest: Manifest<D>,
    /// The network, on the device.
    pub network: ConvNet,
    /// Where it lies.
    pub folder: PathBuf,
}

/// Reads a package by its name in the catalogue, or by its folder.
pub fn open<D: ClassifierSpec>(models: &Path, name: &str, device: &Device) -> Result<PackagedClassifier<D>> {
    let folder = if Path::new(name).join(MANIFEST).is_file() {
        PathBuf::from(name)
    } else {
        let bytes = read(&models.join("catalogue.json"))?;
        models.join(Catalog::parse(&bytes)?.entry(name)?.folder())
    };
    let manifest = Manifest::<D>::parse(&read(&folder.join(MANIFEST))?)?;
    let bytes = read(&folder.join(WEIGHTS))?;
    manifest.file(WEIGHTS)?.check(&bytes)?;
    let network = network(&manifest, &bytes, device)?;
    Ok(PackagedClassifier { manifest, network, folder })
}

/// Writes a network as a package, and puts it into the catalogue. Returns the network as the package holds it, f16-rounded.
pub fn write<D: ClassifierSpec>(
    models: &Path,
    draft: PackageMetadata<D>,
    network: &ConvNet,
    device: &Device,
) -> Result<PackagedClassifier<D>> {
    let bytes = pollster::block_on(encode(network, WeightDType::F16))?;
    // What is measured and asked is the package, not what it was before its weights were rounded.
    let blank = draft.architecture.blank(device)?;
    let rounded = WeightFile::decode(&bytes, &blank)?.load(blank, device);
    let question = batch_tensor(std::slice::from_ref(&draft.question), device);
    let logits: Vec<f32> = rounded.forward(question, None).into_data().iter::<f32>().collect();
    let manifest = Manifest {
        format: Manifest::<D>::format(),
        task: D::TASK.to_owned(),
        name: draft.name.to_owned(),
        version: "1.0.0".to_owned(),
        parent: None,
        description: draft.description.to_owned(),
        parameters: rounded.num_params() as u64,
        architecture: draft.architecture,
        element: WeightDType::F16,
        files: vec![FileEntry::of(WEIGHTS, &bytes)],
        metrics: Vec::new(),
        licence: "CC-BY-SA-3.0".to_owned(),
        training: draft.training,
        known: ClassifierSelfTest::new(&draft.question, logits),
    };
    let folder = models.join(D::TASK).join(draft.name);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    put(&folder.join(WEIGHTS), &bytes)?;
    let package = PackagedClassifier { manifest, network: rounded, folder };
    update(models, &package)?;
    Ok(package)
}

/// Writes what was measured into the package's manifest, in place of older figures of the same name and data.
pub fn record<D: ClassifierSpec>(
    models: &Path,
    mut package: PackagedClassifier<D>,
    metrics: Vec<Metric>,
) -> Result<()> {
    for metric in metrics {
        package.manifest.metrics.retain(|other| (&other.name, &other.data) != (&metric.name, &metric.data));
        package.manifest.metrics.push(metric);
    }
    update(models, &package)
}

/// The model card, made of the manifest so that it cannot say anything else.
fn card<D: ClassifierSpec>(manifest: &Manifest<D>) -> String {
    let mut card = format!("# {}\n\n{}.\n\n", manifest.name, manifest.description);
    card += D::CARD;
    card += match manifest.architecture.layers().rejector {
        Some(_) => " A second head, the rejector, gives the probability that the image shows one of these at all.\n\n",
        None => " It answers whatever it is shown: what is none of these gets an answer too.\n\n",
    };
    card += "| layer | output | parameters |\n|---|---|---|\n";
    let architecture = manifest.architecture.layers();
    let sides = architecture.check().unwrap_or_default();
    let (mut channels, mut side) = (1, crate::ink::SIDE);
    for (conv, after) in architecture.convolutions.iter().zip(sides) {
        let parameters = conv.channels * (channels * conv.kernel * conv.kernel + 1);
        let pool = if conv.pool { ", max-pool 2×2" } else { "" };
        card += &format!(
            "| convolution {0}×{0}, padding {1}, ReLU{pool} | {2}×{after}×{after} | {parameters} |\n",
            conv.kernel, conv.padding, conv.channels
        );
        (channels, side) = (conv.channels, after);
    }
    let features = channels * side * side;
    let mut width = features;
    for (layer, out) in architecture.hidden.iter().chain([&architecture.classes]).enumerate() {
        let relu = if layer < architecture.hidden.len() { ", ReLU" } else { "" };
        card += &format!("| dense{relu} | {out} | {} |\n", out * (width + 1));
        width = *out;
    }
    if let Some(hidden) = architecture.rejector {
        card += &format!("| rejector, dense, ReLU | {hidden} | {} |\n", hidden * (features + 1));
        card += &format!("| rejector, dense | 1 | {} |\n", hidden + 1);
    }
    card += &format!("| | | **{}** |\n\n", manifest.parameters);
    card +=
        &format!("{} bytes of {:?} weights. Licence: {}.\n\n", manifest.bytes(), manifest.element, manifest.licence);
    card += "## Training\n\n";
    manifest.training.iter().for_each(|line| card += &format!("- {line}\n"));
    card += "\n## Measured\n\n| what | value | data | command |\n|---|---|---|---|\n";
    for metric in &manifest.metrics {
        card +=
            &format!("| {} | {:.2}% | {} | `{}` |\n", metric.name, 100.0 * metric.value, metric.data, metric.command);
    }
    card += "\nNothing of these data was trained on.\n";
    card
}

/// Writes the manifest, and the catalogue that holds its checksum.
fn update<D: ClassifierSpec>(models: &Path, package: &PackagedClassifier<D>) -> Result<()> {
    let mut bytes = serde_json::to_vec_pretty(&package.manifest)?;
    bytes.push(b'\n');
    put(&package.folder.join(MANIFEST), &bytes)?;
    put(&package.folder.join("README.md"), card(&package.manifest).as_bytes())?;
    let path = models.join("catalogue.json");
    let mut catalogue = if path.is_file() { Catalog::parse(&read(&path)?)? } else { Catalog::default() };
    catalogue.put(&package.manifest, &bytes);
    let mut bytes = serde_json::to_vec_pretty(&catalogue)?;
    bytes.push(b'\n');
    put(&path, &bytes)
}
