//! Tells the kind of a file by its bytes.

use super::{
    archive::{gzip_or_other_archive, zip_content},
    bytes::{head, holds},
    kind::FileKind,
    safetensors_size::safetensors_kind,
    words::text_kind,
};

/// Tells what kind of file some bytes are; a file's beginning is enough for most kinds.
pub fn sniff(bytes: &[u8]) -> FileKind {
    if bytes.is_empty() {
        return FileKind::Empty;
    }
    if bytes.iter().all(|byte| *byte == 0) {
        return FileKind::Zeros;
    }
    safetensors_kind(bytes)
        .or_else(|| document_in_text(bytes))
        // Text may begin with the letters that another format begins with, but it goes on as text.
        .or_else(|| text_kind(bytes))
        .or_else(|| model_kind(bytes))
        .or_else(|| by_first_bytes(bytes))
        .or_else(|| zip_content(bytes))
        .or_else(|| gzip_or_other_archive(bytes))
        .unwrap_or(FileKind::Unknown)
}

/// Documents whose format is written as text.
fn document_in_text(bytes: &[u8]) -> Option<FileKind> {
    let start = bytes.trim_ascii_start();
    let table: &[(&[u8], FileKind)] = &[
        (b"%PDF-", FileKind::Pdf),
        (b"{\\rtf", FileKind::Document("an RTF document")),
        (b"%!PS", FileKind::Document("a PostScript document")),
    ];
    table.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| kind.clone())
}

/// Models and data of other programs that are no archives.
fn model_kind(bytes: &[u8]) -> Option<FileKind> {
    // The number that torch.save pickled before it wrote zip archives.
    const LEGACY_TORCH: &[u8] = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.";
    Some(match bytes {
        [b'\x80', 2..=5, rest @ ..] if rest.starts_with(LEGACY_TORCH) => FileKind::PyTorch,
        [b'\x80', 2..=5, ..] if holds(head(bytes), b"torch") => FileKind::PyTorch,
        [b'\x80', 2..=5, ..] => FileKind::Pickle,
        _ if bytes.starts_with(b"\x89HDF\r\n\x1a\n") => FileKind::Hdf5,
        _ if bytes.starts_with(b"GGUF") || bytes.starts_with(b"ggml") => FileKind::Gguf,
        _ if bytes.starts_with(b"\x93NUMPY") => FileKind::NumpyArray,
        [_, _, _, _, b'T', b'F', b'L', b'3', ..] => FileKind::TensorFlowLite,
        [0, 0, 8, 3, ..] => FileKind::IdxImages,
        [0, 0, 8, 1, ..] => FileKind::IdxLabels,
        // Protocol buffers say no name: the first field is a small version, the next a string, the graph or the operators.
        [8, 1, 0x12, ..] => FileKind::SavedModel,
        [8, 2..=30, 0x12 | 0x1a | 0x22 | 0x3a | 0x42, ..] => FileKind::Onnx,
        _ => return None,
    })
}

/// Files that begin in a way of their own.
fn by_first_bytes(bytes: &[u8]) -> Option<FileKind> {
    use FileKind::{Database, Document, Pdf, Picture, Program, Recording};
    let table: &[(&[u8], FileKind)] = &[
        (b"\x89PNG\r\n\x1a\n", Picture("PNG")),
        (b"\xff\xd8\xff", Picture("JPEG")),
        (b"GIF87a", Picture("GIF")),
        (b"GIF89a", Picture("GIF")),
        (b"II*\0", Picture("TIFF")),
        (b"MM\0*", Picture("TIFF")),
        (b"\0\0\x01\0", Picture("ICO")),
        (b"8BPS", Picture("Photoshop")),
        (b"\xff\x0a", Picture("JPEG XL")),
        (b"\0\0\0\x0cJXL ", Picture("JPEG XL")),
        (b"\0\0\0\x0cjP  ", Picture("JPEG 2000")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Document("a document of an older Microsoft Office")),
        (b"AT&TFORM", Document("a DjVu document")),
        (b"ID3", Recording("MP3")),
        (b"fLaC", Recording("FLAC")),
        (b"OggS", Recording("Ogg")),
        (b"\x1a\x45\xdf\xa3", Recording("Matroska or WebM")),
        (b"\x7fELF", Program("ELF")),
        (b"\xcf\xfa\xed\xfe", Program("Mach-O")),
        (b"\xca\xfe\xba\xbe", Program("Java or Mach-O")),
        (b"\0asm", Program("WebAssembly")),
        (b"SQLite format 3\0", Database),
    ];
    if let Some((_, kind)) = table.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(kind.clone());
    }
    // Some writers put a few bytes before the document.
    if holds(&bytes[..bytes.len().min(1_024)], b"%PDF-") {
        return Some(Pdf);
    }
    Some(match bytes {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Picture("WebP"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Recording("WAV"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', ..] => Recording("AVI"),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.first_chunk::<4>() {
            Some(b"avif" | b"avis") => Picture("AVIF"),
            Some(b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"heif") => Picture("HEIC"),
            _ => Recording("MP4"),
        },
        // The size of the file, and the four bytes of nothing that follow it.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Picture("BMP"),
        [0xff, 0xfb | 0xf3 | 0xf2, ..] => Recording("MP3"),
        // A program of DOS or Windows says where its newer header is; text may begin with the same two letters.
        [b'M', b'Z', ..] if bytes.contains(&0) => Program("Windows"),
        _ => return None,
    })
}
