//! Model packages: a manifest, weights as safetensors, checksums, and the catalogue of them all.
//!
//! Every byte is untrusted: sizes, checksums, names, shapes, element types and finiteness are checked before anything reaches a
//! device. Knows no file system and no network: bytes come in, bytes go out.

mod bare;
mod bundle;
mod error;
mod hex;
mod manifest;
mod weights;

pub use bare::{Adopted, Bare, Kind};
pub use bundle::{bundle, task, unbundle};
pub use error::PackageError;
pub use hex::{from_hex, sha256, to_hex};
pub use manifest::{
    Catalogue, CatalogueEntry, Design, Element, FileEntry, KnownAnswer, KnownText, MANIFEST, Manifest, PackageFiles,
    VOCABULARY, WEIGHTS, WORDS, check_name,
};
pub use weights::{EncodeError, Weights, encode};
