//! What an engine runs on, and what is known of its models.

use serde::{Deserialize, Serialize};

/// One of the two engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngineKind {
    /// Burn's Flex in wasm SIMD.
    Cpu,
    /// Burn on WebGPU.
    Gpu,
}

/// What runs the models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineInfo {
    /// Which engine this is.
    pub kind: EngineKind,
    /// What it runs on, in words: the adapter's name, or "wasm SIMD".
    pub adapter: String,
    /// Whether the adapter is a graphics card or software that imitates one. [`AdapterKind::Processor`] for the CPU engine.
    pub adapter_kind: AdapterKind,
}

/// What stands behind an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdapterKind {
    /// The CPU, through wasm.
    Processor,
    /// A real graphics adapter.
    Hardware,
    /// A graphics adapter imitated by the CPU (SwiftShader, lavapipe, WARP).
    Software,
}

impl AdapterKind {
    /// The kind of a graphics adapter, by all that the browser says of it (in lowercase), and by whether it calls it a fallback.
    pub fn of_graphics(words: &str, is_fallback: bool) -> Self {
        let imitated = ["swiftshader", "llvmpipe", "lavapipe", "warp", "basic render"];
        match is_fallback || imitated.iter().any(|word| words.contains(word)) {
            true => Self::Software,
            false => Self::Hardware,
        }
    }
}

/// How a model did on an engine when it was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineCheck {
    /// The largest difference between a logit of the known question and its stored value. A larger one than the tolerance is a
    /// [`FailureKind::WrongAnswer`](super::FailureKind::WrongAnswer) instead.
    pub max_error: f32,
    /// Milliseconds of the first classification (shaders compile).
    pub first_ms: f64,
    /// Median milliseconds of a classification after that.
    pub median_ms: f64,
}

/// How an imported classifier did on digits that are held out to judge by: names and shapes fit networks that read nothing, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportTrial {
    /// How many it read right.
    pub right: u32,
    /// Out of how many.
    pub total: u32,
    /// What was changed in the file's weights to make them ours, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl ImportTrial {
    /// The share that was read right.
    pub fn accuracy(&self) -> f64 {
        f64::from(self.right) / f64::from(self.total.max(1))
    }

    /// Whether it reads so little that its weights must be something else than they seem, or lie in another order. By chance a tenth of
    /// the digits is right; a network that was trained at all reads far more than half of them.
    pub fn is_near_chance(&self) -> bool {
        2 * u64::from(self.right) < u64::from(self.total)
    }
}

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelSummary {
    /// What it does: `digits`.
    pub task: String,
    /// Its name, unique in the catalogue.
    pub name: String,
    /// One line for the visitor.
    pub description: String,
    /// Bytes to fetch.
    pub bytes: u64,
}

/// What is known of a loaded model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo {
    /// What it does: `digits`.
    pub task: String,
    /// Its name in the catalogue.
    pub name: String,
    /// Its version, as its manifest has it.
    pub version: String,
    /// One line for the visitor.
    pub description: String,
    /// Number of trained parameters.
    pub parameters: u64,
    /// Bytes that were fetched, or read from the cache.
    pub bytes: u64,
    /// SHA-256 of the weights, in hexadecimal.
    pub sha256: String,
    /// Name, value, and the data it was measured on: ("accuracy", 0.9971, "MNIST test, 10,000 images").
    pub metrics: Vec<Metric>,
}

/// One measured figure of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metric {
    /// What was measured: `accuracy`.
    pub name: String,
    /// Its value, as a share where it is one.
    pub value: f64,
    /// On what data.
    pub data: String,
    /// The command that prints it.
    pub command: String,
}
