//! The manifest of a package, `model.json`.

use serde::{Deserialize, Serialize};

use super::{ModelSpec, PackageError, check_name, sha256};
use crate::protocol::Metric;

/// The manifest's file name.
pub const MANIFEST: &str = "model.json";
/// The weights' file name.
pub const WEIGHTS: &str = "weights.safetensors";
/// The file name of a summarizer's vocabulary.
pub const VOCABULARY: &str = "vocabulary.txt";
/// The file name of a summarizer's words.
pub const WORDS: &str = "words.txt";
/// The manifest format that this version writes and reads.
const FORMAT: u32 = 1;
/// The largest size of a file of a package, in bytes.
const LARGEST_FILE: u64 = 64 << 20;
/// The most files of a package.
const MOST_FILES: usize = 16;
/// The largest size of all files of a package together, in bytes.
pub(super) const LARGEST_PACKAGE: u64 = MOST_FILES as u64 * LARGEST_FILE;
/// The most parameters: no element of weights is smaller than a byte.
const MOST_PARAMETERS: u64 = LARGEST_FILE;

/// `model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub struct Manifest<D: ModelSpec> {
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
    pub element: WeightDType,
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
pub enum WeightDType {
    /// IEEE half precision.
    F16,
    /// IEEE single precision.
    F32,
    /// Whole numbers of 8 bits: of each tensor of two dimensions and more, each row (of PyTorch's layout) is its numbers times a scale of
    /// its own, which stands in the tensor `NAME.scale`. Tensors of one dimension are of half precision.
    I8,
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

impl<D: ModelSpec> Manifest<D> {
    /// The manifest format of this version.
    pub fn format() -> u32 {
        FORMAT
    }

    /// Parses and checks a manifest.
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
        // A larger number would not even reach a page: JavaScript's numbers end at 2^53.
        if manifest.parameters > MOST_PARAMETERS {
            return Err(PackageError::Parameters { found: manifest.parameters, limit: MOST_PARAMETERS });
        }
        if manifest.files.len() > MOST_FILES {
            return Err(PackageError::TooManyFiles { found: manifest.files.len(), limit: MOST_FILES });
        }
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

    /// Checks bytes against the size and the SHA-256 in the manifest.
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

/// The bytes of a package's files, each verified against its checksum.
#[derive(Clone, Debug, Default)]
pub struct PackageFiles {
    /// [`WEIGHTS`].
    pub weights: Vec<u8>,
    /// [`VOCABULARY`].
    pub vocabulary: Vec<u8>,
    /// [`WORDS`].
    pub words: Vec<u8>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        ink::Image,
        models::digits::{ConvNetConfig, DigitManifest},
        package::{Catalog, ClassifierSelfTest},
    };

    pub(crate) fn manifest() -> DigitManifest {
        Manifest {
            format: FORMAT,
            task: "digits".into(),
            name: "seed-cnn".into(),
            version: "1.0.0".into(),
            parent: None,
            description: "A test".into(),
            architecture: ConvNetConfig::seed_cnn(),
            parameters: 693_962,
            element: WeightDType::F16,
            files: vec![FileEntry::of(WEIGHTS, b"weights")],
            metrics: vec![],
            licence: "CC-BY-SA-3.0".into(),
            training: vec![],
            known: ClassifierSelfTest::new(&Image::default(), vec![0.0; 10]),
        }
    }

    fn parsed(change: impl Fn(&mut DigitManifest)) -> Result<DigitManifest, PackageError> {
        let mut manifest = manifest();
        change(&mut manifest);
        Manifest::<ConvNetConfig>::parse(&serde_json::to_vec(&manifest).unwrap())
    }

    #[test]
    fn a_good_manifest_is_read_back() {
        assert_eq!(parsed(|_| ()), Ok(manifest()));
    }

    #[test]
    fn json() {
        assert!(matches!(Manifest::<ConvNetConfig>::parse(b"{"), Err(PackageError::Json { file: MANIFEST, .. })));
        assert!(matches!(Catalog::parse(b"[]"), Err(PackageError::Json { .. })));
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
    fn parameters_and_number_of_files() {
        for found in [(64 << 20) + 1, 1 << 53, u64::MAX] {
            assert_eq!(parsed(|m| m.parameters = found), Err(PackageError::Parameters { found, limit: 64 << 20 }));
        }
        let files = |count| vec![FileEntry::of(WEIGHTS, b"weights"); count];
        assert!(parsed(|m| m.files = files(16)).is_ok());
        let refused = Err(PackageError::TooManyFiles { found: 17, limit: 16 });
        assert_eq!(parsed(|m| m.files = files(17)), refused);
    }

    #[test]
    fn sizes_in_the_catalogue() {
        let parsed = |bytes: u64| {
            let mut catalogue = Catalog::default();
            catalogue.put(&manifest(), b"manifest");
            catalogue.models[0].bytes = bytes;
            Catalog::parse(&serde_json::to_vec(&catalogue).unwrap())
        };
        assert!(parsed(16 * (64 << 20)).is_ok());
        for bytes in [16 * (64 << 20) + 1, 1 << 53, u64::MAX] {
            assert!(matches!(parsed(bytes), Err(PackageError::TooLarge { .. })), "{bytes}");
        }
    }

    #[test]
    fn a_package_that_asks_for_too_much_is_refused_by_its_manifest() {
        let thousand = |m: &mut DigitManifest| {
            m.architecture.classes = 1_000;
            m.known.logits = vec![0.0; 1_000];
        };
        let refused = parsed(thousand).unwrap_err().to_string();
        assert!(refused.contains("1000 classes; a classifier of digits has 10"), "{refused}");
        let refused = parsed(|m| m.architecture.hidden = vec![4_096, 4_096]).unwrap_err().to_string();
        assert!(refused.contains("the number of parameters is"), "{refused}");
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
        assert_eq!(Catalog::default().entry("x"), Err(PackageError::NoSuchModel("x".into())));
    }
}
