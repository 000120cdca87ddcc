//! Self-tests: an input with its expected output. They detect backends that run but compute wrong results.

use serde::{Deserialize, Serialize};

use super::{PackageError, from_hex, to_hex};
use crate::ink::{Image, SIDE};

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassifierSelfTest {
    /// The image's 784 bytes in hexadecimal.
    pub image: String,
    /// The logits that the CPU engine gave when the package was written.
    pub logits: Vec<f32>,
}

impl ClassifierSelfTest {
    /// An image with its logits.
    pub fn new(image: &Image, logits: Vec<f32>) -> Self {
        Self { image: to_hex(&image.to_bytes()), logits }
    }

    /// The image.
    ///
    /// # Errors
    /// If it is not 784 bytes of hexadecimal.
    pub fn image(&self) -> Result<Image, PackageError> {
        let bytes = from_hex(&self.image).ok_or(PackageError::KnownAnswer)?;
        let bytes: [u8; SIDE * SIDE] = bytes.try_into().map_err(|_| PackageError::KnownAnswer)?;
        Ok(Image::from_bytes(&bytes))
    }

    /// How far logits may be from the known ones. Engines add in different orders; a shader that did not compile, or a wrong
    /// kernel, is off by whole numbers.
    pub fn tolerance(&self) -> f32 {
        2e-3 * self.logits.iter().fold(1.0f32, |largest, logit| largest.max(logit.abs()))
    }
}

/// A text with figures that come out of every layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummarizerSelfTest {
    /// The text.
    pub text: String,
    /// What the CPU engine gave when the package was written.
    pub figures: Vec<f32>,
}

impl SummarizerSelfTest {
    /// Whether it can be asked.
    ///
    /// # Errors
    /// [`PackageError::KnownAnswer`].
    pub fn check(&self) -> Result<(), PackageError> {
        // What is computed for a text grows with the square of its length.
        let possible = (1..=2_000).contains(&self.text.len())
            && (1..=2_000).contains(&self.figures.len())
            && self.figures.iter().all(|figure| figure.is_finite());
        if possible { Ok(()) } else { Err(PackageError::KnownAnswer) }
    }

    /// The largest difference of some figures from the known ones; infinite where they are not as many, or not numbers.
    pub fn difference(&self, figures: &[f32]) -> f32 {
        if figures.len() != self.figures.len() {
            return f32::INFINITY;
        }
        let differences = figures.iter().zip(&self.figures).map(|(a, b)| (a - b).abs());
        differences.fold(0.0, |most, difference| if difference.is_nan() { f32::INFINITY } else { most.max(difference) })
    }

    /// How far figures may be from the known ones; see [`ClassifierSelfTest::tolerance`].
    pub fn tolerance(&self) -> f32 {
        2e-3 * self.figures.iter().fold(1.0f32, |largest, figure| largest.max(figure.abs()))
    }
}
