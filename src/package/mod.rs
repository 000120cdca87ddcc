//! Model packages: a manifest, weights as safetensors, checksums, and the catalog of all packages.
//!
//! Every byte is untrusted: sizes, checksums, names, shapes, element types and finiteness are checked before anything reaches a
//! device. Knows no model, no file system and no network: bytes come in, bytes go out.

mod catalog;
mod checksum;
mod design;
mod error;
mod file_name;
mod manifest;
mod self_test;
mod single_file;
mod weights;

pub use catalog::{Catalog, CatalogEntry};
pub use checksum::{from_hex, sha256, to_hex};
pub use design::{ModelFamily, ModelSpec, TextFamily};
pub use error::PackageError;
pub use file_name::check_name;
pub use manifest::{FileEntry, MANIFEST, Manifest, PackageFiles, VOCABULARY, WEIGHTS, WORDS, WeightDType};
pub use self_test::{ClassifierSelfTest, SummarizerSelfTest};
pub(crate) use single_file::check_size;
pub use single_file::{from_single_file, task, to_single_file};
pub use weights::{EncodeError, WeightFile, encode};
pub(crate) use weights::{check_shape, slots};
