//! Archives and packed files: what is in a zip archive tells whose it is.

use super::{
    bytes::{head, holds},
    kind::FileKind,
};

/// The list of an archive's files stands at its end; as much of the end is looked at.
const END: usize = 64 << 10;

/// What a zip archive is, by the names of the files in it.
pub(super) fn zip_content(bytes: &[u8]) -> Option<FileKind> {
    if ![b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| bytes.starts_with(*magic)) {
        return None;
    }
    let end = &bytes[bytes.len().saturating_sub(END)..];
    let named = |name: &[u8]| holds(head(bytes), name) || holds(end, name);
    let table: &[(&[u8], FileKind)] = &[
        (b"data.pkl", FileKind::PyTorch),
        (b"constants.pkl", FileKind::PyTorch),
        (b"model.weights.h5", FileKind::KerasArchive),
        (b".npy", FileKind::NumpyArchive),
        (b"word/", FileKind::Document("a Word document")),
        (b"xl/", FileKind::Document("an Excel workbook")),
        (b"ppt/", FileKind::Document("a PowerPoint presentation")),
        (b"mimetypeapplication/vnd.oasis.opendocument", FileKind::Document("an OpenDocument file")),
        (b"mimetypeapplication/epub+zip", FileKind::Document("an EPUB book")),
        (b"Index/Document.iwa", FileKind::Document("a document of Apple's Pages, Numbers or Keynote")),
        (b"AndroidManifest.xml", FileKind::Program("Android")),
        (b"META-INF/MANIFEST.MF", FileKind::Program("Java")),
    ];
    let known = table.iter().find(|(name, _)| named(name));
    Some(known.map_or(FileKind::Archive("a zip archive"), |(_, kind)| kind.clone()))
}

/// Packed files and archives that are no zip.
pub(super) fn gzip_or_other_archive(bytes: &[u8]) -> Option<FileKind> {
    let table: &[(&[u8], FileKind)] = &[
        (b"\x1f\x8b", FileKind::Gzip),
        (b"BZh", FileKind::Archive("a bzip2 file")),
        (b"\xfd7zXZ\0", FileKind::Archive("an xz file")),
        (b"\x28\xb5\x2f\xfd", FileKind::Archive("a Zstandard file")),
        (b"7z\xbc\xaf\x27\x1c", FileKind::Archive("a 7-Zip archive")),
        (b"Rar!\x1a\x07", FileKind::Archive("a RAR archive")),
    ];
    let known = table.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| kind.clone());
    let tar = || (bytes.get(257..262) == Some(b"ustar")).then_some(FileKind::Archive("a tar archive"));
    known.or_else(tar)
}
