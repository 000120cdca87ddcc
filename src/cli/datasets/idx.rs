//! MNIST's idx files on disk: under the names that they are handed on with, packed with gzip or not, whatever their names say.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
use flate2::read::MultiGzDecoder;

use crate::{
    models::digits::{Dataset, read_idx_images, read_idx_labels},
    package::{FileKind, FilePurpose, sniff},
};

/// The whole of a file, unpacked if it is packed with gzip.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    match sniff(&bytes) {
        FileKind::Gzip => unpack(&bytes).with_context(|| format!("reading {}", path.display())),
        // No data set is one of these, whatever it is read as.
        kind @ (FileKind::WebPage(_) | FileKind::LfsPointer) => {
            bail!("{} is {}", path.display(), kind.description(FilePurpose::Digits))
        }
        _ => Ok(bytes),
    }
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut unpacked).map_err(|error| {
        let (packed, came) = (bytes.len(), unpacked.len());
        anyhow!("the gzip file is cut off or damaged ({error}): its {packed} bytes give {came}; download it again")
    })?;
    Ok(unpacked)
}

/// The names that a file of MNIST has: its own, and with a dot as 7-Zip and Kaggle write it; in a folder of its own name, as Kaggle's
/// archive unpacks.
fn candidates(name: &str) -> Vec<PathBuf> {
    let dotted = name.replacen("-idx", ".idx", 1);
    let plain = [name, &dotted].into_iter().flat_map(|name| [name.to_owned(), format!("{name}.gz")]);
    let nested = [name, &dotted].into_iter().map(|folder| Path::new(folder).join(folder));
    plain.map(PathBuf::from).chain(nested).collect()
}

/// A file of a folder by MNIST's name for it.
pub fn find(folder: &Path, name: &str) -> Result<PathBuf> {
    let candidates = candidates(name);
    if let Some(found) = candidates.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
        return Ok(found);
    }
    let names: Vec<String> = candidates.iter().take(4).map(|name| name.display().to_string()).collect();
    bail!("{} holds none of {}", folder.display(), names.join(", "))
}

/// The file of labels that belongs to a file of images.
fn labels_beside(images: &Path) -> Result<PathBuf> {
    let folder = images.parent().unwrap_or(Path::new(""));
    let name = images.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let bare = name.strip_suffix(".gz").unwrap_or(name);
    let labels = bare.replace("images", "labels").replace(".idx3", "-idx3").replace("idx3", "idx1");
    if labels == bare {
        bail!("{} is not named as a file of images, so that its labels cannot be found", images.display());
    }
    find(folder, &labels)
}

/// The digits of a file of images and the file of labels beside it.
pub fn beside_labels(images: &Path) -> Result<Dataset> {
    dataset(images, &labels_beside(images)?)
}

/// The digits of a file of images and one of labels.
pub fn dataset(images: &Path, labels: &Path) -> Result<Dataset> {
    let (image_bytes, label_bytes) = (read(images)?, read(labels)?);
    let read_images =
        read_idx_images(&image_bytes).with_context(|| refusal(images, &image_bytes, FileKind::IdxImages))?;
    let read_labels =
        read_idx_labels(&label_bytes).with_context(|| refusal(labels, &label_bytes, FileKind::IdxLabels))?;
    Dataset::new(read_images, read_labels)
        .with_context(|| format!("{} and {} do not belong together", images.display(), labels.display()))
}

/// What a file is that is not what was expected.
fn refusal(path: &Path, bytes: &[u8], expected: FileKind) -> String {
    match sniff(bytes) {
        kind if kind == expected => format!("{} is cut off or damaged; download it again", path.display()),
        kind => format!("{} is {}", path.display(), kind.description(FilePurpose::Digits)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const COUNT: usize = 3;

    fn idx(magic: u32, dims: &[u32], data: &[u8]) -> Vec<u8> {
        [magic].iter().chain(dims).flat_map(|word| word.to_be_bytes()).chain(data.iter().copied()).collect()
    }

    fn images() -> Vec<u8> {
        idx(2051, &[COUNT as u32, 28, 28], &[9; COUNT * 784])
    }

    fn labels() -> Vec<u8> {
        idx(2049, &[COUNT as u32], &[1, 2, 3])
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// What MNIST's test half is read as from a folder with these two files.
    fn test_half(images: (&str, &[u8]), labels: (&str, &[u8])) -> Result<Dataset, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [images, labels] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        crate::cli::datasets::any(folder.path()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn each_name_and_packing_gives_the_same_digits() {
        let (i, l) = (images(), labels());
        let (pi, pl) = (packed(&i), packed(&l));
        let expected = test_half(("t10k-images-idx3-ubyte", &i), ("t10k-labels-idx1-ubyte", &l)).unwrap();
        assert_eq!(expected.labels[..], [1, 2, 3]);
        for (images, labels) in [
            (("t10k-images.idx3-ubyte", &i), ("t10k-labels.idx1-ubyte", &l)),
            (("t10k-images-idx3-ubyte.gz", &pi), ("t10k-labels-idx1-ubyte.gz", &pl)),
            (("t10k-images.idx3-ubyte.gz", &pi), ("t10k-labels-idx1-ubyte", &l)),
            // Packed without the ending, and the ending without being packed.
            (("t10k-images-idx3-ubyte", &pi), ("t10k-labels-idx1-ubyte", &pl)),
            (("t10k-images-idx3-ubyte.gz", &i), ("t10k-labels-idx1-ubyte.gz", &l)),
            (("t10k-images.idx3-ubyte/t10k-images.idx3-ubyte", &i), ("t10k-labels-idx1-ubyte", &l)),
        ] {
            let read = test_half((images.0, images.1), (labels.0, labels.1));
            assert_eq!(read.as_ref(), Ok(&expected), "{} {}", images.0, labels.0);
        }
    }

    #[test]
    fn a_file_of_images_is_read_with_its_own_labels() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letters-test-images.idx3-ubyte");
        std::fs::write(&path, images()).unwrap();
        std::fs::write(folder.path().join("letters-test-labels.idx1-ubyte"), packed(&labels())).unwrap();
        // Others beside them are not taken in their place.
        std::fs::write(folder.path().join("t10k-images-idx3-ubyte"), b"").unwrap();
        assert_eq!(crate::cli::datasets::any(&path).unwrap().len(), COUNT);
        std::fs::write(folder.path().join("digits.idx"), images()).unwrap();
        let error = beside_labels(&folder.path().join("digits.idx")).unwrap_err();
        assert!(error.to_string().contains("its labels cannot be found"), "{error}");
    }

    #[test]
    fn what_is_no_idx_file_is_named() {
        let (i, l) = (images(), labels());
        let said = |images: &[u8]| {
            test_half(("t10k-images-idx3-ubyte.gz", images), ("t10k-labels-idx1-ubyte", &l)).unwrap_err()
        };
        let page = said(b"<!DOCTYPE html><title>403 Forbidden</title>");
        assert!(page.contains("t10k-images-idx3-ubyte.gz is a web page (“403 Forbidden”)"), "{page}");
        assert!(said(b"version https://git-lfs.github.com/spec/v1\noid").contains("git lfs pull"));
        assert!(said(b"").contains("is an empty file; download the file again"));
        assert!(said(b"Access denied").contains("is a text file (“Access denied”)"));
        assert!(said(&packed(b"<html>")).contains("is a web page"));
        assert!(said(&l).contains("is an idx file of labels"));
        let cut = said(&i[..16 + 784 + 100]);
        assert!(cut.contains("promises 3 images") && cut.contains("1 whole"), "{cut}");
        let whole = packed(&i);
        let cut = said(&whole[..whole.len() - 9]);
        assert!(cut.contains(&format!("its {} bytes give", whole.len() - 9)), "{cut}");
        assert!(test_half(("a", b""), ("b", b"")).unwrap_err().contains("t10k-images.idx3-ubyte.gz"));
    }
}
