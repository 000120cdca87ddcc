//! Occlusion masks: which pixels of a digit are hidden.

use crate::{
    ink::{Image, SIDE},
    models::digits::Dataset,
    protocol::Occlusion,
    rng::SeededRng,
};

/// Which pixels of an image are hidden, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixelMask([bool; SIDE * SIDE]);

/// How far from the center of the ink an eraser passes at most, in pixels.
const ASIDE: f32 = 3.0;

impl PixelMask {
    /// Holes in an image. The share of pixels is hidden exactly, to the nearest pixel; a stroke passes near the center of the ink, in
    /// any direction, from edge to edge.
    pub fn new(hide: Occlusion, image: &Image, random: &mut SeededRng) -> Self {
        let mut hidden = [false; SIDE * SIDE];
        match hide {
            Occlusion::Pixels { share } => {
                let count = (share.clamp(0.0, 1.0) * (SIDE * SIDE) as f32).round() as usize;
                // The first of a random order (Fisher and Yates).
                let mut places: Vec<usize> = (0..SIDE * SIDE).collect();
                for i in 0..count.min(SIDE * SIDE) {
                    places.swap(i, i + random.below(SIDE * SIDE - i));
                    hidden[places[i]] = true;
                }
            }
            Occlusion::Stroke { width } => {
                let angle = std::f32::consts::PI * random.uniform();
                let (sin, cos) = angle.sin_cos();
                let middle = (SIDE as f32 - 1.0) / 2.0;
                let (x, y) = image.center_of_mass().unwrap_or((middle, middle));
                let offset = random.within(ASIDE);
                for (i, hidden) in hidden.iter_mut().enumerate() {
                    let (dx, dy) = ((i % SIDE) as f32 - x, (i / SIDE) as f32 - y);
                    // The distance from the line through the center in that direction, moved aside.
                    *hidden = (dx * sin - dy * cos - offset).abs() < width / 2.0;
                }
            }
        }
        Self(hidden)
    }

    /// How many pixels are hidden.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|hidden| **hidden).count()
    }

    /// Whether a pixel is hidden, by its place in the rows.
    pub fn hides(&self, place: usize) -> bool {
        self.0.get(place).copied().unwrap_or(false)
    }

    /// The image with ground where it is hidden.
    pub fn empty(&self, image: &Image) -> Image {
        self.fill(image, &Image::default())
    }

    /// The image with another one's pixels where it is hidden; what is not hidden stays as it is.
    pub fn fill(&self, image: &Image, with: &Image) -> Image {
        let mut values = *image.values();
        for ((value, hidden), other) in values.iter_mut().zip(&self.0).zip(with.values()) {
            if *hidden {
                *value = *other;
            }
        }
        Image::new(values)
    }
}

/// What the autoencoder learns to see through: half of the digits lose pixels, the others a stroke.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OcclusionConfig {
    /// The largest share of pixels.
    pub pixels: f32,
    /// The widest stroke, in pixels.
    pub stroke: f32,
}

impl OcclusionConfig {
    /// None: for stages that look at whole digits.
    pub const NONE: Self = Self { pixels: 0.0, stroke: 0.0 };
    /// As wide as the page lets its visitor ask for.
    pub const WIDE: Self = Self { pixels: 0.75, stroke: 8.0 };

    /// What is hidden of a sample.
    pub fn draw(&self, random: &mut SeededRng) -> Occlusion {
        if random.uniform() < 0.5 {
            Occlusion::Pixels { share: self.pixels * random.uniform() }
        } else {
            Occlusion::Stroke { width: self.stroke * random.uniform() }
        }
    }
}

/// The mean of some digits, pixel by pixel; ground where there are none.
pub fn mean_image(digits: &Dataset) -> Image {
    let mut sums = [0.0f32; SIDE * SIDE];
    for image in digits.images.iter() {
        sums.iter_mut().zip(image.values()).for_each(|(sum, value)| *sum += value);
    }
    let count = digits.len().max(1) as f32;
    Image::new(sums.map(|sum| sum / count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink() -> Image {
        let mut values = [0.0; SIDE * SIDE];
        (4..24).for_each(|y| values[y * SIDE + 14] = 1.0);
        Image::new(values)
    }

    #[test]
    fn the_share_of_pixels_is_hidden_and_no_other_is_touched() {
        let mask = PixelMask::new(Occlusion::Pixels { share: 0.25 }, &ink(), &mut SeededRng::new(3));
        assert_eq!(mask.count(), 196);
        let filled = mask.fill(&ink(), &Image::new([0.5; SIDE * SIDE]));
        for (place, (new, old)) in filled.values().iter().zip(ink().values()).enumerate() {
            assert_eq!(*new, if mask.hides(place) { 0.5 } else { *old });
        }
        let same = PixelMask::new(Occlusion::Pixels { share: 0.25 }, &ink(), &mut SeededRng::new(3));
        assert_eq!(mask, same, "a seed gives one mask");
    }

    #[test]
    fn all_or_nothing_can_be_hidden() {
        let hide = |share| PixelMask::new(Occlusion::Pixels { share }, &ink(), &mut SeededRng::new(1));
        assert_eq!((hide(0.0).count(), hide(1.0).count(), hide(7.0).count()), (0, 784, 784));
        assert_eq!(hide(1.0).empty(&ink()), Image::default());
        assert_eq!(hide(0.0).empty(&ink()), ink());
    }

    #[test]
    fn a_stroke_runs_through_the_ink_from_edge_to_edge() {
        for seed in 0..20 {
            let mask = PixelMask::new(Occlusion::Stroke { width: 4.0 }, &ink(), &mut SeededRng::new(seed));
            // At least as long as the image is wide, at most its diagonal and some.
            assert!((4 * 20..=4 * 42).contains(&mask.count()), "{}", mask.count());
            assert!(mask.empty(&ink()).mass() < ink().mass(), "it takes ink away");
        }
        let nothing = PixelMask::new(Occlusion::Stroke { width: 0.0 }, &Image::default(), &mut SeededRng::new(1));
        assert_eq!(nothing.count(), 0);
    }

    #[test]
    fn the_mean_of_two_digits_is_between_them() {
        let digits = Dataset::new(vec![ink(), Image::default()], vec![1, 0]).unwrap();
        assert_eq!(mean_image(&digits).values()[10 * SIDE + 14], 0.5);
        let none = Dataset::new(vec![], vec![]).unwrap();
        assert_eq!(mean_image(&none), Image::default());
    }
}
