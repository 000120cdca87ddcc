//! Evaluates how photographs of digits are read: test strokes of MNIST, photographed synthetically in many ways.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use burn::tensor::Device;
use clap::Args;
use serde_json::json;

use crate::{
    cli::{
        datasets::{self, DatasetSplit},
        packages,
    },
    ink::{Image, read_picture, render},
    models::digits::{ConvNet, ConvNetConfig, argmax, predict},
    protocol::Drawing,
    rng::SeededRng,
};

mod develop;
mod scene;

use develop::{SyntheticPhoto, photograph};
use scene::PhotoKind;

/// Arguments of `evaluate photos`.
#[derive(Args)]
pub struct EvaluatePhotosArgs {
    /// A package's name, or its folder.
    #[arg(long, default_value = "digits")]
    model: String,
    /// The folder with MNIST's strokes and labels, or the folder above.
    #[arg(long)]
    data: PathBuf,
    /// Where packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Photographs of each kind.
    #[arg(long, default_value_t = 100)]
    count: usize,
    /// What the photographs are drawn with.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Takes strokes of the training half, to try things out on.
    #[arg(long)]
    train: bool,
    /// Prints the figures as one JSON object.
    #[arg(long)]
    json: bool,
    /// Writes the photographs that are read wrong into this folder, as PNG.
    #[arg(long)]
    failures: Option<PathBuf>,
}

/// Digits and photographs of one kind.
struct KindScore {
    kind: PhotoKind,
    /// How many photographs are read right.
    right: usize,
    /// How many of the same drawings are read right from their strokes.
    drawings: usize,
}

/// Photographs test digits in every way, and prints how many are read right.
pub fn run(arguments: &EvaluatePhotosArgs) -> Result<()> {
    let device = Device::flex();
    let package = packages::digits::open::<ConvNetConfig>(&arguments.models, &arguments.model, &device)?;
    let folder = datasets::digits_folder(&arguments.data);
    let split = if arguments.train { DatasetSplit::Train } else { DatasetSplit::Test };
    let drawings = datasets::strokes(&folder, split)?;
    let labels = datasets::mnist(&folder, split)?.labels.to_vec();
    if let Some(folder) = &arguments.failures {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let mut scores = Vec::new();
    for (i, kind) in PhotoKind::ALL.into_iter().enumerate() {
        let random = SeededRng::new(arguments.seed.wrapping_mul(1_000).wrapping_add(i as u64));
        scores.push(score(kind, arguments, &package.network, &drawings, &labels, random)?);
    }
    let all = arguments.count * scores.len();
    let right: usize = scores.iter().map(|score| score.right).sum();
    let accuracy = right as f64 / all.max(1) as f64;
    if arguments.json {
        let kinds: serde_json::Map<String, serde_json::Value> = scores
            .iter()
            .map(|score| (score.kind.name().to_owned(), json!({ "right": score.right, "drawings": score.drawings })))
            .collect();
        print_line!("{}", json!({ "accuracy": accuracy, "photos": all, "each": arguments.count, "kinds": kinds }))?;
        return Ok(());
    }
    print_line!("{} on {all} synthetic photographs", package.manifest.name)?;
    print_line!("  kind             photographs   the same drawings")?;
    let percent = |count: usize| format!("{:.1}%", 100.0 * count as f64 / arguments.count.max(1) as f64);
    for score in &scores {
        // On empty paper nothing is drawn: right is to find nothing.
        let drawn = if score.kind == PhotoKind::Empty { "–".to_owned() } else { percent(score.drawings) };
        print_line!("  {:<16} {:>11}   {drawn:>17}", score.kind.name(), percent(score.right))?;
    }
    print_line!("  {:<16} {:>10.2}%", "all", 100.0 * accuracy)?;
    Ok(())
}

/// Photographs drawings in one way, and counts.
fn score(
    kind: PhotoKind,
    arguments: &EvaluatePhotosArgs,
    network: &ConvNet,
    drawings: &[Drawing],
    labels: &[u8],
    mut random: SeededRng,
) -> Result<KindScore> {
    let mut score = KindScore { kind, right: 0, drawings: 0 };
    for number in 0..arguments.count {
        let index = random.below(drawings.len());
        let (drawing, label) = (&drawings[index], usize::from(labels[index]));
        let photo = photograph(kind, drawing, &mut random);
        let found = read_picture(photo.width, photo.height, &photo.rgba);
        let answer = match found {
            Ok(found) => Some(answer(network, found.image)?),
            Err(_) => None,
        };
        let expected = (kind != PhotoKind::Empty).then_some(label);
        score.drawings += usize::from(answer_of_strokes(network, drawing)? == label);
        score.right += usize::from(answer == expected);
        if let (Some(folder), true) = (&arguments.failures, answer != expected) {
            let read = answer.map_or("nothing".to_owned(), |digit| digit.to_string());
            write(&photo, &folder.join(format!("{}-{number}-{label}-as-{read}.png", kind.name())))?;
        }
    }
    Ok(score)
}

fn answer_of_strokes(network: &ConvNet, drawing: &Drawing) -> Result<usize> {
    answer(network, render(drawing)?)
}

fn answer(network: &ConvNet, image: Image) -> Result<usize> {
    let rows = pollster::block_on(predict(network, &[image], &Device::flex())).context("the device failed")?;
    Ok(argmax(rows.first().context("one image has one answer")?))
}

fn write(photo: &SyntheticPhoto, path: &Path) -> Result<()> {
    let picture = image::RgbaImage::from_raw(photo.width, photo.height, photo.rgba.clone())
        .context("a photograph has four bytes a pixel")?;
    picture.save(path).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Point, Stroke};

    #[test]
    fn a_seed_gives_the_same_photographs_of_every_kind() {
        let points = [(0.0, 0.0), (9.0, 4.0), (5.0, 20.0)].map(|(x, y)| Point::new(x, y)).to_vec();
        let drawing = Drawing { strokes: vec![Stroke { points }] };
        for kind in PhotoKind::ALL {
            let [first, second] = [(); 2].map(|()| photograph(kind, &drawing, &mut SeededRng::new(5)));
            assert_eq!(first.rgba.len(), (first.width * first.height * 4) as usize, "{kind:?}");
            assert!(first.rgba == second.rgba, "{kind:?}");
        }
    }
}
