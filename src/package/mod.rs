//! Model packages: a manifest, weights as safetensors, checksums, and the catalogue of them all.
//!
//! Every byte is untrusted: sizes, checksums, names, shapes, element types and finiteness are checked before anything reaches a
//! device. Knows no file system and no network: bytes come in, bytes go out.

mod bare;
mod checksum;
mod error;
mod manifest;
mod single_file;
mod weights;

pub use bare::{Adopted, Bare, Kind};
pub use checksum::{from_hex, sha256, to_hex};
pub use error::PackageError;
pub use manifest::{
    Catalogue, CatalogueEntry, Design, Element, FileEntry, KnownAnswer, KnownText, MANIFEST, Manifest, PackageFiles,
    VOCABULARY, WEIGHTS, WORDS, check_name,
};
pub use single_file::{bundle, task, unbundle};
pub use weights::{EncodeError, Weights, encode};
