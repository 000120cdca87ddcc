//! Data sets from files and folders.

pub mod idx;
pub mod jsonl;

use std::{
    io::{Cursor, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use idx::{find, read};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use crate::{
    ink::{Image, InkMap, MAX_SIDE, PhotoInterpretation, photo_ink, read_picture, render},
    models::digits::{Dataset, read_npy_strokes},
    package::{FileKind, sniff},
    protocol::Drawing,
};

/// One half of MNIST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatasetSplit {
    /// 60,000 digits.
    Train,
    /// 10,000 digits.
    Test,
}

/// The folder with the digits: the given one, or `digits` in it.
pub fn digits_folder(folder: &Path) -> PathBuf {
    let inner = folder.join("digits");
    if inner.is_dir() { inner } else { folder.to_owned() }
}

/// MNIST's images of one half.
pub fn mnist(folder: &Path, split: DatasetSplit) -> Result<Dataset> {
    let name = match split {
        DatasetSplit::Train => "train",
        DatasetSplit::Test => "t10k",
    };
    let images = find(folder, &format!("{name}-images-idx3-ubyte"))?;
    let labels = find(folder, &format!("{name}-labels-idx1-ubyte"))?;
    idx::dataset(&images, &labels)
}

/// MNIST's strokes of one half, with the labels of the images, in MNIST's order.
pub fn strokes(folder: &Path, split: DatasetSplit) -> Result<Vec<Drawing>> {
    let name = match split {
        DatasetSplit::Train => "train",
        DatasetSplit::Test => "test",
    };
    let path = find(folder, &format!("strokes-{name}-padded-leading.tar"))?;
    let bytes = read(&path)?;
    let mut drawings = Vec::new();
    for entry in tar::Archive::new(&bytes[..]).entries()? {
        let mut entry = entry?;
        if entry.path()?.extension().is_some_and(|extension| extension == "npy") {
            let mut npy = Vec::new();
            entry.read_to_end(&mut npy)?;
            drawings.extend(read_npy_strokes(&npy).with_context(|| path.display().to_string())?);
        }
    }
    Ok(drawings)
}

/// Strokes rendered as the page renders them.
pub fn rendered(drawings: &[Drawing], labels: Vec<u8>) -> Result<Dataset> {
    let images: Vec<Image> = drawings.iter().map(render).collect::<Result<_, _>>()?;
    Ok(Dataset::new(images, labels)?.with_strokes(drawings.to_vec())?)
}

/// A picture file as the page reads it.
pub fn picture(path: &Path) -> Result<PhotoInterpretation> {
    let (width, height, rgba) = picture_pixels(path)?;
    read_picture(width, height, &rgba).with_context(|| path.display().to_string())
}

/// The ink of a picture file.
pub fn picture_ink(path: &Path) -> Result<InkMap> {
    let (width, height, rgba) = picture_pixels(path)?;
    photo_ink(width, height, &rgba).with_context(|| path.display().to_string())
}

/// The pixels of a picture file: what it is says its content, not its name, and it is held as its EXIF orientation says.
fn picture_pixels(path: &Path) -> Result<(u32, u32, Vec<u8>)> {
    let bytes = std::fs::read(path).with_context(|| format!("opening {}", path.display()))?;
    let format = match image::guess_format(&bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg)) => format,
        Ok(other) => {
            let kind = other.extensions_str().first().unwrap_or(&"other").to_uppercase();
            bail!("{} is a {kind} file; a picture must be PNG or JPEG. Save it as one of these.", path.display())
        }
        Err(_) => bail!("{} is no picture that can be read; a picture must be PNG or JPEG.", path.display()),
    };
    let reading = || format!("reading {}", path.display());
    let mut decoder = ImageReader::with_format(Cursor::new(&bytes), format).into_decoder().with_context(reading)?;
    let orientation = decoder.orientation().with_context(reading)?;
    let mut picture = DynamicImage::from_decoder(decoder).with_context(reading)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > MAX_SIDE {
        picture = picture.thumbnail(MAX_SIDE, MAX_SIDE);
    }
    let rgba = picture.to_rgba8();
    Ok((rgba.width(), rgba.height(), rgba.into_raw()))
}

/// The pictures of a folder of `<label>/*.png` (or JPEG), with their labels.
pub fn picture_paths(folder: &Path) -> Result<Vec<(PathBuf, u8)>> {
    let mut found = Vec::new();
    for label in 0..10u8 {
        let inner = folder.join(label.to_string());
        if !inner.is_dir() {
            continue;
        }
        let mut paths: Vec<_> = std::fs::read_dir(&inner)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        paths.sort();
        let named = |path: &PathBuf, ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
        let pictures = paths.into_iter().filter(|path| ["png", "jpg", "jpeg"].iter().any(|ending| named(path, ending)));
        found.extend(pictures.map(|path| (path, label)));
    }
    if found.is_empty() {
        bail!("{} holds no <label>/*.png", folder.display());
    }
    Ok(found)
}

/// A folder of `<label>/*.png`.
pub fn pictures(folder: &Path) -> Result<Dataset> {
    let (mut images, mut labels) = (Vec::new(), Vec::new());
    for (path, label) in picture_paths(folder)? {
        images.push(picture(&path)?.image);
        labels.push(label);
    }
    Ok(Dataset::new(images, labels)?)
}

/// Whatever a path holds: a folder with MNIST's test images, MNIST's test strokes (a `.tar.gz` with the labels' idx file beside
/// it), a folder of pictures, or an idx file of images with its labels beside it.
pub fn any(path: &Path) -> Result<Dataset> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if path.is_dir() {
        let inner = digits_folder(path);
        if (0..10).any(|label| path.join(label.to_string()).is_dir()) {
            return pictures(path);
        }
        return mnist(&inner, DatasetSplit::Test);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let split = if name.contains("train") { DatasetSplit::Train } else { DatasetSplit::Test };
    if name.starts_with("strokes-") {
        return rendered(&strokes(folder, split)?, mnist(folder, split)?.labels.to_vec());
    }
    if path.is_file() && (name.contains("idx3") || sniff(&read(path)?) == FileKind::IdxImages) {
        return idx::beside_labels(path);
    }
    bail!(
        "{} is no data set that is known: give MNIST's folder or idx file, its strokes, or a folder of <label>/*.png",
        path.display()
    )
}
