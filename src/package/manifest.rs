//! What a package says of itself.

use burn::{module::Module, tensor::Device};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{PackageError, from_hex, sha256, to_hex};
use crate::{
    ink::{Image, SIDE},
    models::digits::{Architecture, ConvNet, Norm},
    protocol::{Metric, ModelSummary},
};

/// The manifest's file name.
pub const MANIFEST: &str = "model.json";
/// The weights' file name.
pub const WEIGHTS: &str = "weights.safetensors";
/// The file name of a summarizer's vocabulary.
pub const VOCABULARY: &str = "vocabulary.txt";
/// The file name of a summarizer's words.
pub const WORDS: &str = "words.txt";
/// The format that this version writes and reads.
const FORMAT: u32 = 1;
/// No file of a package is larger.
const LARGEST_FILE: u64 = 64 << 20;

/// What a kind of model is made of, as far as its package says so.
pub trait Design: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned {
    /// A question with its answer.
    type Known: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned;
    /// The layers.
    type Network: Module;
    /// What such a model does, and the folder that its packages lie in.
    const TASK: &'static str;

    /// Whether such a model can be made, and asked this.
    ///
    /// # Errors
    /// [`PackageError`].
    fn check_with(&self, known: &Self::Known) -> Result<(), PackageError>;

    /// A network to load weights into. A parameter is made when it is first used, so that none of this one is ever on the device.
    ///
    /// # Errors
    /// [`PackageError`] for what makes no network.
    fn blank(&self, device: &Device) -> Result<Self::Network, PackageError>;
}

impl Design for Architecture {
    type Known = KnownAnswer;
    type Network = ConvNet;
    const TASK: &'static str = "digits";

    fn check_with(&self, known: &KnownAnswer) -> Result<(), PackageError> {
        self.check()?;
        if known.logits.len() != self.classes || known.logits.iter().any(|logit| !logit.is_finite()) {
            return Err(PackageError::KnownAnswer);
        }
        known.image().map(|_| ())
    }

    fn blank(&self, device: &Device) -> Result<ConvNet, PackageError> {
        Ok(self.init(Norm::None, device)?)
    }
}

/// `model.json`, of a classifier of digits if nothing else is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub struct Manifest<D: Design = Architecture> {
    /// The manifest's format, 1.
    pub format: u32,
    /// What the model does: `digits`.
    pub task: String,
    /// The package's name.
    pub name: String,
    /// Its version, major.minor.patch.
    pub version: String,
    /// The SHA-256 of the weights that this version came from, for a fine-tuned one.
    pub parent: Option<String>,
    /// One line for a visitor.
    pub description: String,
    /// What the network is made of.
    pub architecture: D,
    /// Number of trained parameters.
    pub parameters: u64,
    /// Element type of the weights in the file.
    pub element: Element,
    /// The other files.
    pub files: Vec<FileEntry>,
    /// What was measured, on what, by which command.
    pub metrics: Vec<Metric>,
    /// SPDX expression for the weights.
    pub licence: String,
    /// What the model was trained on, and how.
    pub training: Vec<String>,
    /// A question with its answer, which tells a working engine from one that only does not fail.
    pub known: D::Known,
}

/// Element types of weights in a file; in memory they are f32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Element {
    /// IEEE half precision.
    F16,
    /// IEEE single precision.
    F32,
}

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name in the package's folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownAnswer {
    /// The image's 784 bytes in hexadecimal.
    pub image: String,
    /// The logits that the CPU engine gave when the package was written.
    pub logits: Vec<f32>,
}

impl KnownAnswer {
    /// An image with its logits.
    pub fn new(image: &Image, logits: Vec<f32>) -> Self {
        Self { image: to_hex(&image.to_bytes()), logits }
    }

    /// The image.
    ///
    /// # Errors
    /// If it is not 784 bytes of hexadecimal.
    pub fn image(&self) -> Result<Image, PackageError> {
        let bytes = from_hex(&self.image).ok_or(PackageError::KnownAnswer)?;
        let bytes: [u8; SIDE * SIDE] = bytes.try_into().map_err(|_| PackageError::KnownAnswer)?;
        Ok(Image::from_bytes(&bytes))
    }

    /// How far logits may be from the known ones. Engines add in different orders; a shader that did not compile, or a wrong
    /// kernel, is off by whole numbers.
    pub fn tolerance(&self) -> f32 {
        2e-3 * self.logits.iter().fold(1.0f32, |largest, logit| largest.max(logit.abs()))
    }
}

impl<D: Design> Manifest<D> {
    /// A manifest of this version's format, with nothing measured yet.
    pub fn format() -> u32 {
        FORMAT
    }

    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// [`PackageError`] for what is not a manifest, or one that lies about itself.
    pub fn parse(bytes: &[u8]) -> Result<Self, PackageError> {
        let manifest: Self = serde_json::from_slice(bytes)
            .map_err(|error| PackageError::Json { file: MANIFEST, reason: error.to_string() })?;
        if manifest.format != FORMAT {
            return Err(PackageError::Format { found: manifest.format, known: FORMAT });
        }
        if manifest.task != D::TASK {
            return Err(PackageError::Task { found: manifest.task, expected: D::TASK });
        }
        manifest.architecture.check_with(&manifest.known)?;
        for file in &manifest.files {
            check_name(&file.name)?;
            if file.bytes > LARGEST_FILE {
                return Err(PackageError::TooLarge { file: file.name.clone(), bytes: file.bytes, limit: LARGEST_FILE });
            }
        }
        Ok(manifest)
    }

    /// The entry of a file.
    ///
    /// # Errors
    /// If the manifest lists no such file.
    pub fn file(&self, name: &'static str) -> Result<&FileEntry, PackageError> {
        self.files.iter().find(|file| file.name == name).ok_or(PackageError::FileNotListed(name))
    }

    /// Bytes of all its files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

impl FileEntry {
    /// The entry of bytes to be written under a name.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.to_owned(), bytes: bytes.len() as u64, sha256: sha256(bytes) }
    }

    /// Whether bytes are those that the manifest means.
    ///
    /// # Errors
    /// [`PackageError::Size`] or [`PackageError::Checksum`].
    pub fn check(&self, bytes: &[u8]) -> Result<(), PackageError> {
        if bytes.len() as u64 != self.bytes {
            let actual = bytes.len() as u64;
            return Err(PackageError::Size { file: self.name.clone(), expected: self.bytes, actual });
        }
        if sha256(bytes) != self.sha256 {
            return Err(PackageError::Checksum { file: self.name.clone() });
        }
        Ok(())
    }
}

/// The bytes of a summarizer's files, each held against its checksum.
#[derive(Clone, Debug, Default)]
pub struct PackageFiles {
    /// [`WEIGHTS`].
    pub weights: Vec<u8>,
    /// [`VOCABULARY`].
    pub vocabulary: Vec<u8>,
    /// [`WORDS`].
    pub words: Vec<u8>,
}

/// A text with figures that come out of every layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownText {
    /// The text.
    pub text: String,
    /// What the CPU engine gave when the package was written.
    pub figures: Vec<f32>,
}

impl KnownText {
    /// Whether it can be asked.
    ///
    /// # Errors
    /// [`PackageError::KnownAnswer`].
    pub fn check(&self) -> Result<(), PackageError> {
        // What is computed for a text grows with the square of its length.
        let possible = (1..=2_000).contains(&self.text.len())
            && (1..=2_000).contains(&self.figures.len())
            && self.figures.iter().all(|figure| figure.is_finite());
        if possible { Ok(()) } else { Err(PackageError::KnownAnswer) }
    }

    /// The largest difference of some figures from the known ones; infinite where they are not as many, or not numbers.
    pub fn difference(&self, figures: &[f32]) -> f32 {
        if figures.len() != self.figures.len() {
            return f32::INFINITY;
        }
        let differences = figures.iter().zip(&self.figures).map(|(a, b)| (a - b).abs());
        differences.fold(0.0, |most, difference| if difference.is_nan() { f32::INFINITY } else { most.max(difference) })
    }

    /// How far figures may be from the known ones; see [`KnownAnswer::tolerance`].
    pub fn tolerance(&self) -> f32 {
        2e-3 * self.figures.iter().fold(1.0f32, |largest, figure| largest.max(figure.abs()))
    }
}

/// `models/catalogue.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// One entry a package.
    pub models: Vec<CatalogueEntry>,
}

/// A package in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// What it does; also the folder under `models/`.
    pub task: String,
    /// Its name; also the folder under the task's.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One line for a visitor.
    pub description: String,
    /// Bytes of its files, without the manifest.
    pub bytes: u64,
    /// The manifest's SHA-256.
    pub manifest: String,
}

impl Catalogue {
    /// Reads and checks a catalogue.
    ///
    /// # Errors
    /// [`PackageError`] for what is not a catalogue.
    pub fn parse(bytes: &[u8]) -> Result<Self, PackageError> {
        let catalogue: Self = serde_json::from_slice(bytes)
            .map_err(|error| PackageError::Json { file: "catalogue.json", reason: error.to_string() })?;
        for entry in &catalogue.models {
            check_name(&entry.task)?;
            check_name(&entry.name)?;
        }
        Ok(catalogue)
    }

    /// The entry of a model.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn entry(&self, name: &str) -> Result<&CatalogueEntry, PackageError> {
        self.models.iter().find(|entry| entry.name == name).ok_or_else(|| PackageError::NoSuchModel(name.to_owned()))
    }

    /// Puts a package in, in place of one of the same task and name.
    pub fn put<D: Design>(&mut self, manifest: &Manifest<D>, manifest_bytes: &[u8]) {
        let entry = CatalogueEntry {
            task: manifest.task.clone(),
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            description: manifest.description.clone(),
            bytes: manifest.bytes(),
            manifest: sha256(manifest_bytes),
        };
        self.models.retain(|other| (&other.task, &other.name) != (&entry.task, &entry.name));
        self.models.push(entry);
        self.models.sort_by(|a, b| (&a.task, &a.name).cmp(&(&b.task, &b.name)));
    }
}

impl CatalogueEntry {
    /// The package's folder under `models/`, ending in a slash.
    pub fn folder(&self) -> String {
        format!("{}/{}/", self.task, self.name)
    }

    /// The entry as clients see it.
    pub fn summary(&self) -> ModelSummary {
        ModelSummary {
            task: self.task.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            bytes: self.bytes,
        }
    }
}

/// Whether a name is plain: letters, digits, `-`, `_` and inner dots, so that it cannot lead out of its folder.
///
/// # Errors
/// [`PackageError::Name`].
pub fn check_name(name: &str) -> Result<(), PackageError> {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if plain && !name.is_empty() && !name.starts_with('.') && name.len() <= 64 {
        Ok(())
    } else {
        Err(PackageError::Name(name.to_owned()))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn manifest() -> Manifest {
        Manifest {
            format: FORMAT,
            task: "digits".into(),
            name: "seed-cnn".into(),
            version: "1.0.0".into(),
            parent: None,
            description: "A test".into(),
            architecture: Architecture::seed_cnn(),
            parameters: 693_962,
            element: Element::F16,
            files: vec![FileEntry::of(WEIGHTS, b"weights")],
            metrics: vec![],
            licence: "CC-BY-SA-3.0".into(),
            training: vec![],
            known: KnownAnswer::new(&Image::default(), vec![0.0; 10]),
        }
    }

    fn parsed(change: impl Fn(&mut Manifest)) -> Result<Manifest, PackageError> {
        let mut manifest = manifest();
        change(&mut manifest);
        Manifest::<Architecture>::parse(&serde_json::to_vec(&manifest).unwrap())
    }

    #[test]
    fn a_good_manifest_is_read_back() {
        assert_eq!(parsed(|_| ()), Ok(manifest()));
    }

    #[test]
    fn json() {
        assert!(matches!(Manifest::<Architecture>::parse(b"{"), Err(PackageError::Json { file: MANIFEST, .. })));
        assert!(matches!(Catalogue::parse(b"[]"), Err(PackageError::Json { .. })));
    }

    #[test]
    fn format() {
        assert_eq!(parsed(|m| m.format = 2), Err(PackageError::Format { found: 2, known: 1 }));
    }

    #[test]
    fn architecture() {
        assert!(matches!(parsed(|m| m.architecture.classes = 0), Err(PackageError::Architecture(_))));
    }

    #[test]
    fn task() {
        assert_eq!(
            parsed(|m| m.task = "summary".into()),
            Err(PackageError::Task { found: "summary".into(), expected: "digits" })
        );
    }

    #[test]
    fn name() {
        for name in ["../weights", "a/b", "", ".hidden", "a\\b"] {
            assert_eq!(parsed(|m| m.files[0].name = name.into()), Err(PackageError::Name(name.into())));
        }
    }

    #[test]
    fn too_large() {
        assert!(matches!(parsed(|m| m.files[0].bytes = u64::MAX), Err(PackageError::TooLarge { .. })));
    }

    #[test]
    fn known_answer() {
        assert_eq!(parsed(|m| m.known.logits = vec![0.0; 9]), Err(PackageError::KnownAnswer));
        assert_eq!(parsed(|m| m.known.image = "00".into()), Err(PackageError::KnownAnswer));
    }

    #[test]
    fn file_not_listed_size_and_checksum() {
        let mut manifest = manifest();
        let entry = manifest.file(WEIGHTS).unwrap().clone();
        assert_eq!(entry.check(b"weights"), Ok(()));
        assert!(matches!(entry.check(b"weight"), Err(PackageError::Size { expected: 7, actual: 6, .. })));
        assert!(matches!(entry.check(b"weighty"), Err(PackageError::Checksum { .. })));
        manifest.files.clear();
        assert_eq!(manifest.file(WEIGHTS), Err(PackageError::FileNotListed(WEIGHTS)));
    }

    #[test]
    fn no_such_model() {
        assert_eq!(Catalogue::default().entry("x"), Err(PackageError::NoSuchModel("x".into())));
    }
}
