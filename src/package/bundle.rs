//! A package as one file: its weights as safetensors, with the manifest in their metadata, so that Python opens it as it opens any
//! other weights.

use std::collections::HashMap;

use safetensors::SafeTensors;

use super::{Manifest, PackageError, WEIGHTS};

/// The metadata's key.
const KEY: &str = "inkling";
/// No package in one file is longer.
const LARGEST: usize = 65 << 20;

/// Puts a manifest and its weights into one file.
///
/// # Errors
/// If the weights are no safetensors.
pub fn bundle(manifest: &Manifest, weights: &[u8]) -> Result<Vec<u8>, PackageError> {
    let json = serde_json::to_string(manifest).map_err(|error| not_safetensors(&error))?;
    write(weights, Some(HashMap::from([(KEY.to_owned(), json)])))
}

/// Parts a file into its manifest and its weights, as they were before they were put together; both are checked against each other.
///
/// # Errors
/// [`PackageError`].
pub fn unbundle(bytes: &[u8]) -> Result<(Manifest, Vec<u8>), PackageError> {
    if bytes.len() > LARGEST {
        let (bytes, limit) = (bytes.len() as u64, LARGEST as u64);
        return Err(PackageError::TooLarge { file: WEIGHTS.to_owned(), bytes, limit });
    }
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| not_safetensors(&error))?;
    let json = metadata.metadata().as_ref().and_then(|metadata| metadata.get(KEY)).ok_or(PackageError::NoManifest)?;
    let manifest = Manifest::parse(json.as_bytes())?;
    let weights = write(bytes, None)?;
    manifest.file(WEIGHTS)?.check(&weights)?;
    Ok((manifest, weights))
}

/// The same tensors with other metadata. The format orders tensors, so the same tensors are always the same bytes.
fn write(bytes: &[u8], metadata: Option<HashMap<String, String>>) -> Result<Vec<u8>, PackageError> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| not_safetensors(&error))?;
    safetensors::serialize(file.iter(), metadata).map_err(|error| not_safetensors(&error))
}

fn not_safetensors(error: &dyn std::fmt::Display) -> PackageError {
    PackageError::Safetensors(error.to_string())
}
