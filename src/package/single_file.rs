//! A package as one file: its weights as safetensors, with the manifest in their metadata, so that Python opens it as it opens any
//! other weights.

use std::collections::HashMap;

use safetensors::SafeTensors;
use serde::Deserialize;

use super::{FileKind, FilePurpose, MANIFEST, Manifest, ModelSpec, PackageError, WEIGHTS, sniff};

/// The metadata's key.
const KEY: &str = "inkling";
/// The largest size of a package in one file, in bytes.
const LARGEST: usize = 65 << 20;
/// No header is longer, its manifest included: it is text, which takes many times its size when it is read.
const LARGEST_HEADER: u64 = 2 << 20;
/// The largest size of a manifest, in bytes.
const LARGEST_MANIFEST: usize = 1 << 20;

/// Puts a manifest and its weights into one file. What else a summarizer's manifest lists, its vocabulary and its words, is not in it:
/// whoever takes the file finds the same bytes by their checksums.
///
/// # Errors
/// If the weights are no safetensors.
pub fn to_single_file<D: ModelSpec>(manifest: &Manifest<D>, weights: &[u8]) -> Result<Vec<u8>, PackageError> {
    let json = serde_json::to_string(manifest).map_err(|error| not_safetensors(&error))?;
    write(weights, Some(HashMap::from([(KEY.to_owned(), json)])))
}

/// The task in the manifest of a package in one file, which tells its family.
///
/// # Errors
/// [`PackageError`]; [`NoManifest`](PackageError::NoManifest) for weights that do not say whose they are.
pub fn task(bytes: &[u8]) -> Result<String, PackageError> {
    #[derive(Deserialize)]
    struct TaskField {
        task: String,
    }
    let task: TaskField = serde_json::from_str(&json(bytes)?)
        .map_err(|error| PackageError::Json { file: MANIFEST, reason: error.to_string() })?;
    Ok(task.task)
}

/// Parts a file into its manifest and its weights, as they were before they were put together; both are checked against each other.
///
/// # Errors
/// [`PackageError`].
pub fn from_single_file<D: ModelSpec>(bytes: &[u8]) -> Result<(Manifest<D>, Vec<u8>), PackageError> {
    let manifest = Manifest::parse(json(bytes)?.as_bytes())?;
    let weights = write(bytes, None)?;
    manifest.file(WEIGHTS)?.check(&weights)?;
    Ok((manifest, weights))
}

/// The manifest in a file's metadata.
fn json(bytes: &[u8]) -> Result<String, PackageError> {
    check_kind_and_size(bytes)?;
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| not_safetensors(&error))?;
    let json = metadata.metadata().as_ref().and_then(|metadata| metadata.get(KEY)).ok_or(PackageError::NoManifest)?;
    if json.len() > LARGEST_MANIFEST {
        return Err(too_large(MANIFEST, json.len() as u64, LARGEST_MANIFEST as u64));
    }
    Ok(json.clone())
}

/// Checks what an untrusted file is, its size, and its header's before it is parsed.
pub(crate) fn check_kind_and_size(bytes: &[u8]) -> Result<(), PackageError> {
    match sniff(bytes) {
        FileKind::Safetensors | FileKind::Unknown => (),
        other => return Err(PackageError::OtherFile(other.description(FilePurpose::Model))),
    }
    if bytes.len() > LARGEST {
        return Err(too_large(WEIGHTS, bytes.len() as u64, LARGEST as u64));
    }
    match bytes.first_chunk().map(|length| u64::from_le_bytes(*length)) {
        Some(header) if header > LARGEST_HEADER && header < LARGEST as u64 => {
            Err(too_large("the header of weights.safetensors", header, LARGEST_HEADER))
        }
        // What claims to be longer than the file is no safetensors.
        _ => Ok(()),
    }
}

fn too_large(file: &str, bytes: u64, limit: u64) -> PackageError {
    PackageError::TooLarge { file: file.to_owned(), bytes, limit }
}

/// The same tensors with other metadata. The format orders tensors, so the same tensors are always the same bytes.
fn write(bytes: &[u8], metadata: Option<HashMap<String, String>>) -> Result<Vec<u8>, PackageError> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| not_safetensors(&error))?;
    safetensors::serialize(file.iter(), metadata).map_err(|error| not_safetensors(&error))
}

fn not_safetensors(error: &dyn std::fmt::Display) -> PackageError {
    PackageError::Safetensors(error.to_string())
}

#[cfg(test)]
mod tests {
    use safetensors::{Dtype, tensor::TensorView};

    use super::*;
    use crate::{
        models::digits,
        models::summarizer::{network, seq2seq::Seq2SeqConfig},
        package::{FileEntry, SummarizerSelfTest, VOCABULARY, manifest},
    };

    fn weights() -> Vec<u8> {
        let view = TensorView::new(Dtype::F32, vec![2], &[0; 8]).unwrap();
        safetensors::serialize([("a", view)], None).unwrap()
    }

    fn there_and_back<D: ModelSpec>(architecture: D, known: D::Known) {
        let weights = weights();
        let files = vec![FileEntry::of(WEIGHTS, &weights), FileEntry::of(VOCABULARY, b"words")];
        let Manifest { format, version, description, element, licence, .. } = manifest::tests::manifest();
        let manifest = Manifest {
            task: D::TASK.into(),
            architecture,
            known,
            files,
            format,
            name: "a".into(),
            version,
            parent: None,
            description,
            parameters: 2,
            element,
            metrics: vec![],
            licence,
            training: vec![],
        };
        let file = to_single_file(&manifest, &weights).unwrap();
        assert_eq!(task(&file).as_deref(), Ok(D::TASK));
        assert_eq!(from_single_file(&file), Ok((manifest, weights)));
    }

    #[test]
    fn a_package_of_each_design_goes_into_one_file_and_comes_back() {
        let text = || SummarizerSelfTest { text: "a".into(), figures: vec![1.0] };
        there_and_back(digits::ConvNetConfig::digits(), manifest::tests::manifest().known);
        there_and_back(network::SummarizerConfig::summary(10_000), text());
        there_and_back(Seq2SeqConfig::seed_seq2seq(10_000), text());
    }

    #[test]
    fn json() {
        let manifest = manifest::tests::manifest();
        let file = to_single_file(&manifest, &weights()).unwrap();
        assert_eq!(task(&file).as_deref(), Ok("digits"));
        // Its architecture is none of a summarizer's, before anything is asked about its task.
        assert!(matches!(from_single_file::<network::SummarizerConfig>(&file), Err(PackageError::Json { .. })));
    }

    #[test]
    fn no_manifest() {
        assert_eq!(task(&weights()), Err(PackageError::NoManifest));
        assert_eq!(from_single_file::<digits::ConvNetConfig>(&weights()), Err(PackageError::NoManifest));
    }

    #[test]
    fn too_large() {
        let long = "a".repeat(LARGEST_MANIFEST + 1);
        let file = write(&weights(), Some(HashMap::from([(KEY.to_owned(), long)]))).unwrap();
        assert!(matches!(task(&file), Err(PackageError::TooLarge { file, .. }) if file == MANIFEST));
        assert!(matches!(task(&vec![0xff; LARGEST + 1]), Err(PackageError::TooLarge { file, .. }) if file == WEIGHTS));
        let header = format!("{{{}}}", " ".repeat(LARGEST_HEADER as usize));
        let file = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat();
        assert!(matches!(task(&file), Err(PackageError::TooLarge { file, .. }) if file.contains("header")));
    }
}
