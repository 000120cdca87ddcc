//! A package that came in one file, with every file that its manifest lists.

use crate::package::{MANIFEST, Manifest, ModelSpec, PackageError, PackageFiles, VOCABULARY, WEIGHTS, WORDS};

/// A manifest, and the bytes of its files.
#[derive(Clone, Debug)]
pub(super) struct ParsedPackage<D: ModelSpec> {
    /// The manifest.
    pub(super) manifest: Manifest<D>,
    /// The files; a classifier has weights alone.
    pub(super) files: PackageFiles,
}

/// A package of any family that came in one file, as the files of a folder.
#[derive(Clone, Debug)]
pub struct ImportedModel {
    files: Vec<(&'static str, Vec<u8>)>,
}

impl ImportedModel {
    /// The files of a package.
    ///
    /// # Errors
    /// [`PackageError::Json`] for a manifest that cannot be written.
    pub(super) fn new<D: ModelSpec>(package: ParsedPackage<D>) -> Result<Self, PackageError> {
        let ParsedPackage { manifest, files: PackageFiles { weights, vocabulary, words } } = package;
        let mut files = vec![(WEIGHTS, weights), (VOCABULARY, vocabulary), (WORDS, words)];
        files.retain(|(name, _)| manifest.file(name).is_ok());
        let mut bytes = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| PackageError::Json { file: MANIFEST, reason: error.to_string() })?;
        bytes.push(b'\n');
        files.push((MANIFEST, bytes));
        Ok(Self { files })
    }

    /// Names and bytes of the package's files, the manifest last: a folder that has one is whole.
    pub fn files(&self) -> &[(&'static str, Vec<u8>)] {
        &self.files
    }
}
