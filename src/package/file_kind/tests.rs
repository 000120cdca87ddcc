use super::{bytes::BEGINNING, *};

fn named(bytes: &[u8]) -> String {
    sniff(bytes).name()
}

/// A zip archive with files of these names, as far as a reader of its names sees it.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for signature in [b"PK\x03\x04", b"PK\x01\x02"] {
        for name in names {
            bytes.extend_from_slice(signature);
            bytes.extend_from_slice(&[0; 26]);
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(&[1; 9_000]);
        }
    }
    bytes
}

fn safetensors() -> Vec<u8> {
    let header = br#"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    [&(header.len() as u64).to_le_bytes()[..], header, &[0; 8]].concat()
}

#[test]
fn models_of_other_programs_are_named() {
    assert_eq!(sniff(&zip(&["archive/data.pkl", "archive/data/0"])), FileKind::PyTorch);
    assert_eq!(sniff(&zip(&["net/.format_version", "net/byteorder", "net/data.pkl"])), FileKind::PyTorch);
    assert_eq!(sniff(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02"), FileKind::PyTorch);
    assert_eq!(sniff(b"\x80\x04\x95\x10\0\0\0\0\0\0\0}"), FileKind::Pickle);
    assert_eq!(sniff(b"\x89HDF\r\n\x1a\n\0\0\0"), FileKind::Hdf5);
    assert_eq!(sniff(&zip(&["metadata.json", "config.json", "model.weights.h5"])), FileKind::KerasArchive);
    assert_eq!(sniff(b"\x08\x08\x12\x07pytorch\x1a\x052.3.0:\x10"), FileKind::Onnx);
    assert_eq!(sniff(b"\x1c\0\0\0TFL3\x14\0"), FileKind::TensorFlowLite);
    assert_eq!(sniff(b"GGUF\x03\0\0\0"), FileKind::Gguf);
    assert_eq!(sniff(&zip(&["conv1.npy", "fc1.npy"])), FileKind::NumpyArchive);
    assert_eq!(sniff(b"\x93NUMPY\x01\0v\0{'descr'"), FileKind::NumpyArray);
    assert_eq!(sniff(&zip(&["a.txt"])), FileKind::Archive("a zip archive"));
}

#[test]
fn other_files_are_named() {
    assert_eq!(sniff(b""), FileKind::Empty);
    assert_eq!(sniff(&[0; 300]), FileKind::Zeros);
    assert_eq!(named(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), "a PDF document");
    assert_eq!(named(&zip(&["[Content_Types].xml", "word/document.xml"])), "a Word document");
    assert_eq!(named(b"{\\rtf1\\ansi Hello}"), "an RTF document");
    assert_eq!(named(b"\x7fELF\x02\x01"), "a program (ELF)");
    assert_eq!(named(b"MZ\x90\0\x03"), "a program (Windows)");
    assert_eq!(named(b"\xff\xd8\xff\xe0\0\x10JFIF"), "a picture (JPEG)");
    assert_eq!(named(b"\x89PNG\r\n\x1a\n\0\0"), "a picture (PNG)");
    assert_eq!(named(b"RIFF\x10\0\0\0WEBPVP8 "), "a picture (WebP)");
    assert_eq!(named(b"\0\0\0\x18ftypheic\0\0"), "a picture (HEIC)");
    assert_eq!(named(b"\x1f\x8b\x08\0\0\0\0\0"), "a gzip file");
    assert_eq!(named(b"\0\0\x08\x03\0\0\0\x14"), "an idx file of images, as MNIST's");
    assert_eq!(named(&[0xff; 64]), "a file of an unknown kind");
}

#[test]
fn what_a_download_leaves_is_named() {
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1388412\n";
    assert_eq!(sniff(pointer), FileKind::LfsPointer);
    assert!(sniff(pointer).advice(FilePurpose::Model).contains("git lfs pull"));
    let page = b"\n<!DOCTYPE html>\n<html><head><title>404: Not Found</title></head></html>";
    assert_eq!(named(page), "a web page (“404: Not Found”)");
    assert_eq!(named(b"<html><body>Sign in"), "a web page");
    assert_eq!(named(b"<!-- cached -->\n<html>"), "a web page");
    assert_eq!(named(b"{\"error\":\"Repository not found\"}"), "a JSON file ({\"error\":\"Repository not found\"})");
    assert!(named(b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>").starts_with("an XML file (<?xml"));
    assert_eq!(named(b"404: Not Found"), "a text file (“404: Not Found”)");
    assert_eq!(named(b"Error\x20fetching \xe2\x80\xa6"), "a text file (“Error fetching …”)");
}

#[test]
fn safetensors_are_told_from_a_part_of_them() {
    let whole = safetensors();
    assert_eq!(sniff(&whole), FileKind::Safetensors);
    let expected = Some(whole.len() as u64);
    let part = sniff(&whole[..whole.len() - 3]);
    assert_eq!(part, FileKind::SafetensorsOfOtherSize { actual: whole.len() as u64 - 3, expected });
    assert!(part.name().contains(&format!("it has {} of {} bytes", whole.len() - 3, whole.len())), "{}", part.name());
    assert_eq!(sniff(&whole[..30]), FileKind::SafetensorsOfOtherSize { actual: 30, expected: None });
    let longer = sniff(&[&whole[..], b"more"].concat());
    assert_eq!(longer, FileKind::SafetensorsOfOtherSize { actual: whole.len() as u64 + 4, expected });
    // A header that is no JSON is left to the reader.
    assert_eq!(sniff(b"\x04\0\0\0\0\0\0\0{{{{"), FileKind::Safetensors);
}

#[test]
fn plain_text_is_text_in_any_form() {
    for text in [
        "The ferry is late.",
        "MZ is not a program",
        "\u{feff}Zoë",
        "{curly} braces",
        "%PDF is a format",
        "ID3 tags",
        "GGUF and GIF89a",
        "BZh",
        "PK is short",
        "BMW built 7 cars",
        "naïve",
    ] {
        assert!(matches!(sniff(text.as_bytes()), FileKind::Text(_)), "{text:?} is {:?}", sniff(text.as_bytes()));
    }
    let utf16: Vec<u8> = "\u{feff}The ferry".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(sniff(&utf16), FileKind::Text("The ferry".into()));
    // A character that the end of what is looked at cuts in two.
    let long = "é".repeat(BEGINNING);
    assert!(matches!(sniff(&long.as_bytes()[..BEGINNING + 1]), FileKind::Text(_)));
    assert!(matches!(sniff(format!(" {long}").as_bytes()), FileKind::Text(_)));
}

#[test]
fn every_advice_says_what_to_do() {
    let torch = sniff(&zip(&["archive/data.pkl"])).description(FilePurpose::Model);
    assert!(torch.contains("PyTorch's own format") && torch.contains("safetensors.torch.save_file"), "{torch}");
    assert!(sniff(b"\x89HDF\r\n\x1a\n").advice(FilePurpose::Model).contains("safetensors.numpy.save_file"));
    assert!(sniff(b"%PDF-1.4").advice(FilePurpose::Text).contains("pdftotext"));
    assert!(sniff(b"<html>").advice(FilePurpose::Digits).contains("download the file itself"));
    assert!(sniff(b"GIF89a").advice(FilePurpose::Picture).contains("PNG or JPEG"));
}
