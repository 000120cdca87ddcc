//! What kind of file some bytes are, told by the bytes and never by the name, in words for whoever gave the file.

mod advice;
mod archive;
mod bytes;
mod kind;
mod safetensors_size;
mod sniff;
mod words;

pub use kind::{FileKind, FilePurpose};
pub use sniff::sniff;

#[cfg(test)]
mod tests;
