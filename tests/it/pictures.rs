//! Picture files on the command line: held as their EXIF orientation says, known by their content and not by their name.

use std::{
    io::Cursor,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A seven, drawn with a pen on paper.
fn seven() -> DynamicImage {
    let corners = [(80.0f32, 60.0f32), (190.0, 60.0), (120.0, 240.0)];
    DynamicImage::ImageRgb8(RgbImage::from_fn(280, 300, |x, y| {
        let (x, y) = (x as f32, y as f32);
        let off = corners.windows(2).map(|ends| {
            let (dx, dy) = (ends[1].0 - ends[0].0, ends[1].1 - ends[0].1);
            let along = (((x - ends[0].0) * dx + (y - ends[0].1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            (x - ends[0].0 - along * dx).hypot(y - ends[0].1 - along * dy)
        });
        if off.fold(f32::MAX, f32::min) < 9.0 { Rgb([30, 30, 60]) } else { Rgb([240, 238, 230]) }
    }))
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A JPEG with an EXIF block of one entry: the orientation.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

fn inkling(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inkling"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn save(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// What `classify` says: the line with the digit, or the error.
fn answer(path: &Path) -> String {
    let output = inkling(&["classify", path.to_str().unwrap()]);
    if !output.status.success() {
        return String::from_utf8(output.stderr).unwrap();
    }
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find(|line| line.contains("%)")).unwrap_or_default().to_owned()
}

#[test]
fn a_turned_photograph_is_read_as_it_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("7")).unwrap();
    // How a camera stores a picture that is to be turned so when it is shown.
    let stored = [(1, seven()), (3, seven().rotate180()), (6, seven().rotate270()), (8, seven().rotate90())];
    for (orientation, picture) in stored {
        let jpeg = with_orientation(&encoded(&picture, ImageFormat::Jpeg), orientation);
        let path = save(&folder.path().join("7"), &format!("{orientation}.jpg"), &jpeg);
        assert!(answer(&path).starts_with("7 ("), "{orientation}: {}", answer(&path));
    }
    let output = inkling(&["evaluate", "digits", "--json", "--data", folder.path().to_str().unwrap()]);
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((figures["images"].as_u64(), figures["accuracy"].as_f64()), (Some(4), Some(1.0)));
}

#[test]
fn a_picture_is_known_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let (png, jpeg) = (encoded(&seven(), ImageFormat::Png), encoded(&seven(), ImageFormat::Jpeg));
    let sixteen = encoded(&DynamicImage::ImageLuma16(seven().to_luma16()), ImageFormat::Png);
    for (name, bytes) in [("png.jpg", &png), ("jpeg.png", &jpeg), ("none", &png), ("sixteen.png", &sixteen)] {
        let path = save(folder.path(), name, bytes);
        assert!(answer(&path).starts_with("7 ("), "{name}: {}", answer(&path));
    }
    for (name, bytes, kind) in [
        ("gif.png", &b"GIF89a\x01\0\x01\0\0\0\0;"[..], "GIF"),
        ("webp.png", b"RIFF\x24\0\0\0WEBPVP8L", "WEBP"),
        ("bmp.png", b"BM\x3a\0\0\0\0\0\0\0", "BMP"),
        ("text.png", b"no picture at all", "no picture"),
    ] {
        let refusal = answer(&save(folder.path(), name, bytes));
        assert!(refusal.contains(kind) && refusal.contains("PNG or JPEG"), "{name}: {refusal}");
    }
}

#[test]
fn empty_paper_has_no_digit() {
    let folder = tempfile::tempdir().unwrap();
    // A lamp from the left, and a grain.
    let paper = RgbImage::from_fn(400, 300, |x, y| {
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503).wrapping_mul(x + 7)) % 9;
        Rgb([(235 - x / 5 + grain) as u8; 3])
    });
    let path = save(folder.path(), "paper.png", &encoded(&paper.into(), ImageFormat::Png));
    assert!(answer(&path).contains("seems to be blank"), "{}", answer(&path));
}
