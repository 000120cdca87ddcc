//! `inkling prepare digits`: makes the samples and slices of digit data sets that the repository holds.

use std::{collections::HashSet, io::Write, path::Path};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use serde::Serialize;

use crate::cli::datasets::{self, DatasetSplit};
use crate::{
    ink::{PEN_RADIUS, render_with_pen},
    protocol::{Drawing, Point, Stroke},
};
use crate::{models::digits::Dataset, rng::SeededRng};

/// Labelled drawings with their source, as the page and the browser tests read them.
#[derive(Serialize)]
struct SampleFile {
    source: &'static str,
    samples: Vec<LabeledDrawing>,
}

#[derive(Serialize)]
struct LabeledDrawing {
    label: u8,
    strokes: Vec<Stroke>,
}

const SOURCE: &str = "MNIST (LeCun, Cortes, Burges), as pen strokes by Edwin de Jong; CC BY-SA 3.0";

/// Training images that the page replays while it learns, and that the Lab's networks learn from.
pub const REPLAYED: usize = 6_000;
/// Test images that judge what the page learned.
const HELD_OUT: usize = 1_000;

/// Training images that judge the Lab's networks: of the training half too, so that the test half judges nothing that is chosen in the page.
const LAB_HELD_OUT: usize = 1_000;

/// As many of each digit, at random; the same for the same seed.
pub fn balanced(data: &Dataset, count: usize, seed: u64) -> Dataset {
    data.pick(&draw(data, (0..data.len()).collect(), count, seed))
}

/// As many of each digit from those at `indices`, at random; the same for the same seed.
fn draw(data: &Dataset, mut indices: Vec<usize>, count: usize, seed: u64) -> Vec<usize> {
    let mut random = SeededRng::new(seed);
    for i in (1..indices.len()).rev() {
        indices.swap(i, random.below(i + 1));
    }
    let mut taken = [0; 10];
    indices.retain(|index| {
        let taken = &mut taken[usize::from(data.labels[*index].min(9))];
        *taken += 1;
        *taken <= count / 10
    });
    indices
}

/// Images that neither of the two slices holds: an earlier page replayed them, and without them the slices are the same as ever.
const SPARED: usize = 1_500;

/// What the page replays while it learns.
pub fn replayed(training: &Dataset) -> Dataset {
    let [replayed, _] = slices(training);
    replayed
}

/// What the page replays and its Lab's networks learn from, and what judges these. They share no image.
fn slices(training: &Dataset) -> [Dataset; 2] {
    let all: Vec<usize> = (0..training.len()).collect();
    let without = |from: &[usize], taken: &[usize]| {
        let taken: HashSet<usize> = taken.iter().copied().collect();
        from.iter().copied().filter(|index| !taken.contains(index)).collect::<Vec<_>>()
    };
    let rest = without(&all, &draw(training, all.clone(), SPARED, 0));
    let held_out = draw(training, rest.clone(), LAB_HELD_OUT, 2);
    let replayed = draw(training, without(&rest, &held_out), REPLAYED, 3);
    [training.pick(&replayed), training.pick(&held_out)]
}

/// Writes the files.
pub fn run(folder: &Path, out: &Path) -> Result<()> {
    let folder = datasets::digits_folder(folder);
    let training = datasets::mnist(&folder, DatasetSplit::Train)?;
    let drawings = datasets::strokes(&folder, DatasetSplit::Train)?;
    let mean = |total: f32, count: usize| total / count as f32;
    let count = 5_000.min(drawings.len());
    let mnist: f32 = training.images[..count].iter().map(|image| image.mass()).sum();
    print_line!("Mean ink of {count} of MNIST's training images: {:.2}", mean(mnist, count))?;
    for radius in [PEN_RADIUS - 0.2, PEN_RADIUS - 0.1, PEN_RADIUS, PEN_RADIUS + 0.1, PEN_RADIUS + 0.2] {
        let mut total = 0.0;
        for drawing in &drawings[..count] {
            total += render_with_pen(drawing, radius)?.mass();
        }
        print_line!("  strokes with a pen of radius {radius:.2}: {:.2}", mean(total, count))?;
    }

    // From the training half: the page's samples are no test.
    let mut samples = Vec::new();
    for label in 0..10 {
        let index = pick(&drawings, &training.labels, label).context("MNIST has every digit")?;
        samples.push(sample(label, &drawings[index]));
    }
    write(&out.join("assets/samples/digits.json"), &SampleFile { source: SOURCE, samples })?;

    // What the page replays while it learns, and what judges it: test images, because the packages were trained on all others.
    let test = datasets::mnist(&folder, DatasetSplit::Test)?;
    slice(&out.join("models/replay/held-out"), &balanced(&test, HELD_OUT, 1))?;
    let [replayed, held_out] = slices(&training);
    slice(&out.join("models/replay/training"), &replayed)?;
    slice(&out.join("models/lab/held-out"), &held_out)?;

    // 200 of the test half, drawn at random once, for the browser tests and the bench.
    let drawings = datasets::strokes(&folder, DatasetSplit::Test)?;
    let mut random = SeededRng::new(2026);
    let mut indices: Vec<usize> = (0..drawings.len()).collect();
    for i in 0..200 {
        let other = i + (random.bits() % (indices.len() - i) as u64) as usize;
        indices.swap(i, other);
    }
    let samples = indices[..200].iter().map(|index| sample(test.labels[*index], &drawings[*index])).collect();
    write(&out.join("tests/e2e/fixtures/mnist-test-strokes.json"), &SampleFile { source: SOURCE, samples })
}

/// Writes images and labels as MNIST's own files are written.
fn slice(path: &Path, digits: &Dataset) -> Result<()> {
    let pack = |name: &str, magic: u32, dims: &[u32], data: Vec<u8>| -> Result<()> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        [magic, digits.len() as u32].iter().chain(dims).try_for_each(|word| encoder.write_all(&word.to_be_bytes()))?;
        encoder.write_all(&data)?;
        let path = path.with_file_name(format!("{}-{name}.gz", path.file_name().unwrap_or_default().display()));
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        std::fs::write(&path, encoder.finish()?).with_context(|| format!("writing {}", path.display()))?;
        print_line!("Wrote {}", path.display())?;
        Ok(())
    };
    let pixels = digits.images.iter().flat_map(|image| image.to_bytes()).collect();
    pack("images-idx3-ubyte", 2051, &[28, 28], pixels)?;
    pack("labels-idx1-ubyte", 2049, &[], digits.labels.to_vec())
}

/// The drawing of a label that is the most ordinary: nearest to the mean of the first hundred.
fn pick(drawings: &[Drawing], labels: &[u8], label: u8) -> Option<usize> {
    let indices: Vec<usize> = (0..labels.len()).filter(|index| labels[*index] == label).take(100).collect();
    let images: Vec<_> = indices
        .iter()
        .filter_map(|index| Some((*index, render_with_pen(&drawings[*index], PEN_RADIUS).ok()?)))
        .collect();
    let mean: Vec<f32> = (0..784)
        .map(|pixel| images.iter().map(|(_, image)| image.values()[pixel]).sum::<f32>() / images.len() as f32)
        .collect();
    let distance = |image: &crate::ink::Image| -> f32 {
        image.values().iter().zip(&mean).map(|(value, mean)| (value - mean).powi(2)).sum()
    };
    images.iter().min_by(|a, b| distance(&a.1).total_cmp(&distance(&b.1))).map(|(index, _)| *index)
}

/// A tenth of a pixel is finer than the strokes are.
fn sample(label: u8, drawing: &Drawing) -> LabeledDrawing {
    let round = |value: f32| (value * 10.0).round() / 10.0;
    LabeledDrawing { label, strokes: drawing.map(|p| Point::new(round(p.x), round(p.y))).strokes }
}

fn write(path: &Path, samples: &SampleFile) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, serde_json::to_vec(samples)?).with_context(|| format!("writing {}", path.display()))?;
    print_line!("Wrote {}", path.display())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::Image;

    /// 14,000 images, each another: its number is in its first pixels.
    fn data() -> Dataset {
        let image = |i: usize| {
            let mut bytes = [0; 784];
            (bytes[0], bytes[1]) = ((i % 256) as u8, (i / 256) as u8);
            Image::from_bytes(&bytes)
        };
        Dataset::new((0..14_000).map(image).collect(), (0..14_000).map(|i| (i % 10) as u8).collect()).unwrap()
    }

    #[test]
    fn the_slices_share_no_image_and_have_as_many_of_each_digit() {
        let data = data();
        let [learned, held_out] = slices(&data);
        let mut seen = HashSet::new();
        for slice in [&learned, &held_out] {
            assert!(slice.images.iter().all(|image| seen.insert(image.to_bytes())));
            let count = |digit| slice.labels.iter().filter(|label| **label == digit).count();
            assert!((0..10).all(|digit| count(digit) == slice.len() / 10));
        }
        assert_eq!((learned.len(), held_out.len()), (REPLAYED, LAB_HELD_OUT));
        // Fewer images are the first ones, so these must be of all digits too.
        let first = learned.slice(0..1_000);
        assert!((0..10).all(|digit| first.labels.iter().filter(|label| **label == digit).count() > 60));
    }
}
