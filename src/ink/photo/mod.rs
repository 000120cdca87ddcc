//! Pictures of a digit → image: polarity and threshold are found, the ink is cropped, fitted and centered as strokes are.

use super::Image;
use crate::protocol::{PhotoAnalysis, Polarity};

mod fit;

pub use fit::{InkBounds, fit_image};

/// The longest side of a picture that is read, in pixels; the page scales larger ones down before it sends them.
const MAX_SIDE: u32 = 4_096;

/// Why a picture cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// A side is zero or too long.
    #[error(
        "The picture is {width}×{height} pixels; between 1 and {MAX_SIDE} on each side can be read. Choose a smaller one."
    )]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// There are not as many bytes as the size says.
    #[error("The picture should have {expected} bytes and has {actual}. Choose another one.")]
    Bytes {
        /// Width × height × 4.
        expected: usize,
        /// What came.
        actual: usize,
    },
    /// All pixels are (almost) one color.
    #[error(
        "The picture is of one color: no digit can be told from its ground. Choose one with a dark digit on a light ground, or the other way round."
    )]
    Flat,
}

/// A picture that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoInterpretation {
    /// The image for the model.
    pub image: Image,
    /// What was found out about the picture.
    pub found: PhotoAnalysis,
}

/// The ink of a picture: what is left when ground and specks are gone.
#[derive(Clone, Debug, PartialEq)]
pub struct InkMap {
    /// Pixels across; a large picture's map is smaller than the picture.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// The ink of each pixel from 0 to 1, rows from the top; 0 wherever there is no piece of writing.
    pub strength: Vec<f32>,
    /// How many pixels of the picture a pixel of the map is, along each side: 1 or more.
    pub scale: f32,
    /// What the ink is like.
    pub polarity: Polarity,
    /// The grey level between ink and ground.
    pub threshold: u8,
}

impl InkMap {
    /// The box around all ink; none without ink.
    pub fn bounds(&self) -> Option<InkBounds> {
        let (mut left, mut top, mut right, mut bottom) = (self.width, self.height, 0, 0);
        for (y, row) in self.strength.chunks(self.width).enumerate() {
            let ink = |ink: &f32| *ink >= 0.5;
            if let (Some(first), Some(last)) = (row.iter().position(ink), row.iter().rposition(ink)) {
                (left, right) = (left.min(first), right.max(last + 1));
                (top, bottom) = (top.min(y), y + 1);
            }
        }
        (left < right).then(|| InkBounds { left, top, width: right - left, height: bottom - top })
    }
}

/// Reads a picture of one digit, of either polarity: `width * height * 4` bytes of RGBA, rows from the top, straight alpha. All its
/// ink is taken for one digit.
///
/// # Errors
/// [`PhotoError`], for impossible sizes and pictures without ink.
pub fn read_picture(width: u32, height: u32, rgba: &[u8]) -> Result<PhotoInterpretation, PhotoError> {
    let map = photo_ink(width, height, rgba)?;
    let bounds = map.bounds().ok_or(PhotoError::Flat)?;
    let image = fit_image(&map, bounds);
    let pixels = |length: usize| (length as f32 * map.scale).round() as u32;
    Ok(PhotoInterpretation {
        image,
        found: PhotoAnalysis {
            polarity: map.polarity,
            threshold: map.threshold,
            bounds: [bounds.left, bounds.top, bounds.width, bounds.height].map(pixels),
        },
    })
}

/// Finds the ink of a picture, of either polarity: `width * height * 4` bytes of RGBA, rows from the top, straight alpha.
///
/// The grey levels are parted by Otsu's threshold (Otsu 1979), what most of the border is made of is the ground, and specks are
/// dropped.
///
/// # Errors
/// [`PhotoError`], for impossible sizes and pictures without ink.
pub fn photo_ink(width: u32, height: u32, rgba: &[u8]) -> Result<InkMap, PhotoError> {
    if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
        return Err(PhotoError::Size { width, height });
    }
    let (w, h) = (width as usize, height as usize);
    if rgba.len() != w * h * 4 {
        return Err(PhotoError::Bytes { expected: w * h * 4, actual: rgba.len() });
    }
    let grey = to_grey(rgba);
    let threshold = otsu(&grey).ok_or(PhotoError::Flat)?;
    let polarity = find_polarity(&grey, w, h, threshold);
    let (ground, ink) = levels(&grey, threshold, polarity);
    // Ink from 0 to 1: the ground's level is 0, the ink's level is 1. Shadows on paper lie close to the ground and vanish.
    let mut strength: Vec<f32> =
        grey.iter().map(|g| ((f32::from(*g) - ground) / (ink - ground)).clamp(0.0, 1.0)).collect();
    let keep = without_specks(&strength, w, h);
    // Soft edges count as ink only beside a kept pixel, or specks would come back.
    let near = |x: usize, y: usize| {
        (y.saturating_sub(1)..(y + 2).min(h))
            .any(|ny| (x.saturating_sub(1)..(x + 2).min(w)).any(|nx| keep[ny * w + nx]))
    };
    for (i, ink) in strength.iter_mut().enumerate() {
        if !near(i % w, i / w) {
            *ink = 0.0;
        }
    }
    Ok(InkMap { width: w, height: h, strength, scale: 1.0, polarity, threshold })
}

/// Luma (BT.601). What is transparent counts as white ground, or as black where what is opaque is light: pictures without a ground
/// are drawn to be seen on one.
fn to_grey(rgba: &[u8]) -> Vec<u8> {
    let luma = |p: &[u8]| (u32::from(p[0]) * 299 + u32::from(p[1]) * 587 + u32::from(p[2]) * 114) / 1000;
    let (pixels, _) = rgba.as_chunks::<4>();
    let (mut sum, mut alpha) = (0u64, 0u64);
    for p in pixels {
        sum += u64::from(luma(p)) * u64::from(p[3]);
        alpha += u64::from(p[3]);
    }
    let mostly_opaque = alpha > pixels.len() as u64 * 250;
    let under = if !mostly_opaque && alpha > 0 && sum / alpha > 160 { 0 } else { 255 };
    pixels.iter().map(|p| ((luma(p) * u32::from(p[3]) + under * (255 - u32::from(p[3]))) / 255) as u8).collect()
}

/// The threshold that parts the levels best: the one with the largest variance between the two classes. Levels up to and with it
/// are dark. `None` if the picture has no contrast.
fn otsu(grey: &[u8]) -> Option<u8> {
    let mut histogram = [0u64; 256];
    grey.iter().for_each(|g| histogram[usize::from(*g)] += 1);
    let low = histogram.iter().position(|n| *n > 0)?;
    let high = histogram.iter().rposition(|n| *n > 0)?;
    if high - low < 24 {
        return None;
    }
    let total = grey.len() as f64;
    let sum: f64 = histogram.iter().enumerate().map(|(level, n)| level as f64 * *n as f64).sum();
    let (mut dark, mut dark_sum, mut best, mut best_level) = (0.0, 0.0, -1.0, low);
    for (level, n) in histogram.iter().enumerate().take(high).skip(low) {
        dark += *n as f64;
        dark_sum += level as f64 * *n as f64;
        let light = total - dark;
        let (mean_dark, mean_light) = (dark_sum / dark, (sum - dark_sum) / light);
        let between = dark * light * (mean_dark - mean_light).powi(2);
        if between > best {
            (best, best_level) = (between, level);
        }
    }
    Some(best_level as u8)
}

/// What most of the border is made of is the ground.
fn find_polarity(grey: &[u8], w: usize, h: usize, threshold: u8) -> Polarity {
    let border = (0..w).flat_map(|x| [(x, 0), (x, h - 1)]).chain((0..h).flat_map(|y| [(0, y), (w - 1, y)]));
    let (mut dark, mut light) = (0, 0);
    for (x, y) in border {
        if grey[y * w + x] <= threshold { dark += 1 } else { light += 1 }
    }
    if dark > light { Polarity::LightOnDark } else { Polarity::DarkOnLight }
}

/// The levels of ground and ink: the median of the ground, and the level that the strongest tenth of the ink reaches.
fn levels(grey: &[u8], threshold: u8, polarity: Polarity) -> (f32, f32) {
    let (mut dark, mut light): (Vec<u8>, Vec<u8>) = grey.iter().partition(|g| **g <= threshold);
    let median = |levels: &mut Vec<u8>| {
        let middle = levels.len() / 2;
        f32::from(*levels.select_nth_unstable(middle).1)
    };
    let nth = |levels: &mut Vec<u8>, share: f32| {
        let n = ((levels.len() - 1) as f32 * share) as usize;
        f32::from(*levels.select_nth_unstable(n).1)
    };
    match polarity {
        Polarity::DarkOnLight => (median(&mut light), nth(&mut dark, 0.1)),
        Polarity::LightOnDark => (median(&mut dark), nth(&mut light, 0.9)),
    }
}

/// Which pixels belong to the digit: connected pieces of ink, but for those that are specks beside the largest piece, and
/// for thin frames along the picture's edge. All soft pixels next to a kept piece are kept by [`fit`].
fn without_specks(strength: &[f32], w: usize, h: usize) -> Vec<bool> {
    let mut piece = vec![0u32; w * h];
    let mut sizes = vec![0usize];
    let mut stack = Vec::new();
    for start in 0..w * h {
        if strength[start] < 0.5 || piece[start] != 0 {
            continue;
        }
        let id = sizes.len() as u32;
        sizes.push(0);
        piece[start] = id;
        stack.push(start);
        while let Some(i) = stack.pop() {
            sizes[id as usize] += 1;
            let (x, y) = (i % w, i / w);
            for ny in y.saturating_sub(1)..(y + 2).min(h) {
                for nx in x.saturating_sub(1)..(x + 2).min(w) {
                    let n = ny * w + nx;
                    if piece[n] == 0 && strength[n] >= 0.5 {
                        piece[n] = id;
                        stack.push(n);
                    }
                }
            }
        }
    }
    let largest = sizes.iter().copied().max().unwrap_or(0);
    piece.iter().map(|id| *id != 0 && sizes[*id as usize] * 25 >= largest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vertical bar of ink on a ground, with a soft edge.
    fn bar(w: usize, h: usize, ground: u8, ink: u8) -> Vec<u8> {
        (0..w * h)
            .flat_map(|i| {
                let (x, y) = (i % w, i / w);
                let inside = x > w * 2 / 5 && x < w * 3 / 5 && y > h / 5 && y < h * 4 / 5;
                let g = if inside { ink } else { ground };
                [g, g, g, 255]
            })
            .collect()
    }

    #[test]
    fn both_polarities_give_one_image() {
        let dark = read_picture(200, 200, &bar(200, 200, 240, 20)).unwrap();
        let light = read_picture(200, 200, &bar(200, 200, 15, 235)).unwrap();
        assert_eq!(dark.found.polarity, Polarity::DarkOnLight);
        assert_eq!(light.found.polarity, Polarity::LightOnDark);
        let difference: f32 = dark.image.values().iter().zip(light.image.values()).map(|(a, b)| (a - b).abs()).sum();
        assert!(difference < 0.01, "{difference}");
        let (x, y) = dark.image.center_of_mass().unwrap();
        assert!((x - 13.5).abs() < 0.1 && (y - 13.5).abs() < 0.1);
        assert!((dark.image.mass() - 20.0 * 20.0 * 39.0 / 119.0).abs() < 6.0, "{}", dark.image.mass());
    }

    #[test]
    fn small_and_large_pictures_give_one_image() {
        let small = read_picture(30, 30, &bar(30, 30, 255, 0)).unwrap().image;
        let large = read_picture(1000, 1000, &bar(1000, 1000, 255, 0)).unwrap().image;
        assert!((small.mass() - large.mass()).abs() / large.mass() < 0.2, "{} {}", small.mass(), large.mass());
    }

    #[test]
    fn specks_are_dropped() {
        let mut picture = bar(200, 200, 250, 10);
        for channel in 0..3 {
            picture[(3 * 200 + 5) * 4 + channel] = 0;
        }
        let clean = read_picture(200, 200, &bar(200, 200, 250, 10)).unwrap();
        assert_eq!(read_picture(200, 200, &picture).unwrap().found.bounds, clean.found.bounds);
    }

    #[test]
    fn light_ink_on_a_transparent_ground_is_seen() {
        let mut picture = bar(50, 50, 0, 255);
        picture.chunks_mut(4).for_each(|p| p[3] = p[0]);
        assert_eq!(read_picture(50, 50, &picture).unwrap().found.polarity, Polarity::LightOnDark);
    }

    #[test]
    fn one_color_is_no_digit() {
        assert_eq!(read_picture(40, 40, &[128; 40 * 40 * 4]), Err(PhotoError::Flat));
    }

    #[test]
    fn sizes_that_lie_are_refused() {
        assert_eq!(read_picture(0, 5, &[]), Err(PhotoError::Size { width: 0, height: 5 }));
        assert_eq!(read_picture(5_000, 1, &[]), Err(PhotoError::Size { width: 5_000, height: 1 }));
        assert_eq!(read_picture(2, 2, &[0; 15]), Err(PhotoError::Bytes { expected: 16, actual: 15 }));
    }
}
