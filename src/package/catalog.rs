//! The catalog: the list of all packages, with the checksum of each manifest.

use serde::{Deserialize, Serialize};

use super::{Manifest, ModelSpec, PackageError, check_name, manifest::LARGEST_PACKAGE, sha256};
use crate::protocol::ModelSummary;

/// The catalog, `models/catalogue.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// One entry a package.
    pub models: Vec<CatalogEntry>,
}

/// A package in the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogEntry {
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

impl Catalog {
    /// Parses and checks a catalog.
    ///
    /// # Errors
    /// [`PackageError`] for what is not a catalogue.
    pub fn parse(bytes: &[u8]) -> Result<Self, PackageError> {
        let catalogue: Self = serde_json::from_slice(bytes)
            .map_err(|error| PackageError::Json { file: "catalogue.json", reason: error.to_string() })?;
        for entry in &catalogue.models {
            check_name(&entry.task)?;
            check_name(&entry.name)?;
            if entry.bytes > LARGEST_PACKAGE {
                let (file, bytes) = (entry.name.clone(), entry.bytes);
                return Err(PackageError::TooLarge { file, bytes, limit: LARGEST_PACKAGE });
            }
        }
        Ok(catalogue)
    }

    /// The entry of a model.
    ///
    /// # Errors
    /// If there is none of that name.
    pub fn entry(&self, name: &str) -> Result<&CatalogEntry, PackageError> {
        self.models.iter().find(|entry| entry.name == name).ok_or_else(|| PackageError::NoSuchModel(name.to_owned()))
    }

    /// Inserts a package, or replaces the one of the same task and name.
    pub fn put<D: ModelSpec>(&mut self, manifest: &Manifest<D>, manifest_bytes: &[u8]) {
        let entry = CatalogEntry {
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

impl CatalogEntry {
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
