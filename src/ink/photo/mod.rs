//! Pictures of a digit → image: polarity and threshold are found, the ink is cropped, fitted and centered as strokes are.

use super::Image;
use crate::protocol::{PhotoAnalysis, Polarity};

mod contrast;
mod fit;
mod ground;
mod ink_map;
mod lines;
mod pieces;
mod pixels;

use contrast::{Contrast, contrast};
use ground::Ground;
use pieces::writing;
use pixels::luma;

pub use fit::fit_image;
pub use ink_map::{InkBounds, InkMap};

/// The longest side of a picture that is read, in pixels; larger ones are scaled down before.
pub const MAX_SIDE: u32 = 4_096;

/// Contrasts (0 is ground, 1 is ink) between which a pixel's ink goes from 0 to 1: the edges of ink are soft.
const EDGE: [f32; 2] = [0.15, 0.85];

/// Why a picture cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// A side is zero or too long.
    #[error("The picture is {width}×{height} pixels, but each side can have 1 to {MAX_SIDE}. Choose a smaller one.")]
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
    /// There is no ink: the picture is of one color, or empty paper.
    #[error(
        "This picture seems to be blank, so there is no digit to find. Choose one with a dark digit on a light background, or the other way around."
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
/// The ground is found first, with the light and the shadows on it. Ink is what is far from the ground's color, so that a red pen is
/// seen on green paper of the same luma. Printed lines, boxes, what reaches in from outside, and specks are dropped.
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
    let picture = pixels::colors(w, h, rgba);
    let ground = Ground::of(&picture);
    let Contrast { values: mut strength, grain } = contrast(&picture, &ground).ok_or(PhotoError::Flat)?;
    let (w, h) = (picture.width, picture.height);
    let keep = writing(&strength, w, h, grain);
    let (mut on_ink, mut on_ground, mut count) = (0.0, 0.0, 0.0);
    for (y, (kept, colors)) in keep.chunks(w).zip(picture.pixels.chunks(w)).enumerate() {
        if kept.contains(&true) {
            for ((ground, color), _) in ground.row(y, colors).zip(colors).zip(kept).filter(|(_, kept)| **kept) {
                on_ink += luma(*color);
                on_ground += luma(ground);
                count += 1.0;
            }
        }
    }
    if count == 0.0 {
        return Err(PhotoError::Flat);
    }
    // Soft edges count as ink only beside a kept pixel, or specks would come back.
    let near = |x: usize, y: usize| {
        (y.saturating_sub(1)..(y + 2).min(h))
            .any(|ny| (x.saturating_sub(1)..(x + 2).min(w)).any(|nx| keep[ny * w + nx]))
    };
    for (i, value) in strength.iter_mut().enumerate() {
        let kept = *value > EDGE[0] && near(i % w, i / w);
        *value = if kept { ((*value - EDGE[0]) / (EDGE[1] - EDGE[0])).min(1.0) } else { 0.0 };
    }
    Ok(InkMap {
        width: w,
        height: h,
        strength,
        scale: picture.scale as f32,
        polarity: if on_ink > on_ground { Polarity::LightOnDark } else { Polarity::DarkOnLight },
        threshold: ((on_ink + on_ground) / (2.0 * count)) as u8,
    })
}

#[cfg(test)]
mod tests;
