//! Data sets from files and folders.

pub mod jsonl;

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;

use crate::{
    ink::{Image, InkMap, photo_ink, read_picture, render},
    models::digits::{Dataset, read_idx_images, read_idx_labels, read_npy_strokes},
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

/// The whole of a file, unpacked if its name ends in `.gz`.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let mut bytes = Vec::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(file).read_to_end(&mut bytes)
    } else {
        file.read_to_end(&mut bytes)
    }
    .with_context(|| format!("reading {}", path.display()))?;
    Ok(bytes)
}

/// A file of a folder, packed or not.
fn find(folder: &Path, name: &str) -> Result<PathBuf> {
    for candidate in [folder.join(name), folder.join(format!("{name}.gz"))] {
        if candidate.is_file() {
            return Ok(candidate);
        }
    }
    bail!("{} holds no {name} and no {name}.gz", folder.display())
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
    let images = read_idx_images(&read(&images)?).with_context(|| images.display().to_string())?;
    let labels = read_idx_labels(&read(&labels)?).with_context(|| labels.display().to_string())?;
    Ok(Dataset::new(images, labels)?)
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
pub fn picture(path: &Path) -> Result<crate::ink::PhotoInterpretation> {
    let (width, height, rgba) = picture_pixels(path)?;
    read_picture(width, height, &rgba).with_context(|| path.display().to_string())
}

/// The ink of a picture file.
pub fn picture_ink(path: &Path) -> Result<InkMap> {
    let (width, height, rgba) = picture_pixels(path)?;
    photo_ink(width, height, &rgba).with_context(|| path.display().to_string())
}

/// The pixels of a picture file, as the page sends them to an engine.
fn picture_pixels(path: &Path) -> Result<(u32, u32, Vec<u8>)> {
    let picture = image::open(path).with_context(|| format!("reading {}", path.display()))?;
    // As the page does: no more than 1,024 pixels on the longer side.
    let picture = if picture.width().max(picture.height()) > 1_024 { picture.thumbnail(1_024, 1_024) } else { picture };
    let rgba = picture.to_rgba8();
    Ok((rgba.width(), rgba.height(), rgba.into_raw()))
}

/// The pictures of a folder of `<label>/*.png`, with their labels.
pub fn picture_paths(folder: &Path) -> Result<Vec<(PathBuf, u8)>> {
    let mut found = Vec::new();
    for label in 0..10u8 {
        let inner = folder.join(label.to_string());
        if !inner.is_dir() {
            continue;
        }
        let mut paths: Vec<_> = std::fs::read_dir(&inner)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        paths.sort();
        let pictures = paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "png"));
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
    if name.contains("-images-idx3") {
        return mnist(folder, split);
    }
    bail!(
        "{} is no data set that is known: give MNIST's folder or idx file, its strokes, or a folder of <label>/*.png",
        path.display()
    )
}
