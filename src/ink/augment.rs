//! Augmentation: what a hand varies without changing the digit.

use serde::{Deserialize, Serialize};

use super::{Image, SIDE, render_with_pen};
use crate::protocol::{Drawing, Point};
use crate::rng::SeededRng;

/// How far each property is varied; every value is the largest deviation to either side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augmentation {
    /// Degrees.
    pub rotation: f32,
    /// Share of the size.
    pub scale: f32,
    /// Share of the height by which the top is pushed sideways.
    pub shear: f32,
    /// Pixels.
    pub shift: f32,
    /// Pixels that a place is moved by the elastic field (Simard, Steinkraus, Platt 2003).
    pub elastic: f32,
    /// Pixels by which the pen is thinner or thicker.
    pub pen: f32,
    /// Share of the images from which a square of up to 7 pixels is erased (DeVries and Taylor 2017).
    pub cutout: f32,
}

impl Augmentation {
    /// What the `digits` model is trained with.
    pub const DIGITS: Self =
        Self { rotation: 14.0, scale: 0.13, shear: 0.2, shift: 2.0, elastic: 1.1, pen: 0.45, cutout: 0.0 };

    /// The same variations, each that many times as far.
    pub const fn scaled(&self, by: f32) -> Self {
        Self {
            rotation: self.rotation * by,
            scale: self.scale * by,
            shear: self.shear * by,
            shift: self.shift * by,
            elastic: self.elastic * by,
            pen: self.pen * by,
            cutout: self.cutout * by,
        }
    }
}

/// Draws random variations. The same seed gives the same variations on every machine.
#[derive(Clone, Debug)]
pub struct Augmenter {
    random: SeededRng,
}

impl Augmenter {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self { random: SeededRng::new(seed) }
    }

    /// A number from 0 up to, but not with, 1.
    pub fn uniform(&mut self) -> f32 {
        self.random.uniform()
    }

    fn within(&mut self, limit: f32) -> f32 {
        self.random.within(limit)
    }

    /// Varies an image by one affine map and one elastic field, in one interpolation.
    pub fn vary_image(&mut self, image: &Image, by: &Augmentation) -> Image {
        let affine = self.affine(by);
        // The image is looked up backwards, from the result's pixel to the source's: invert the map.
        let [a, b, c, d] = affine.matrix;
        let determinant = a * d - b * c;
        let inverse = [d / determinant, -b / determinant, -c / determinant, a / determinant];
        let field = self.field(by.elastic);
        let thicken = self.within(by.pen);
        let center = (SIDE as f32 - 1.0) / 2.0;
        let mut values = [0.0; SIDE * SIDE];
        for (i, value) in values.iter_mut().enumerate() {
            let (x, y) = ((i % SIDE) as f32, (i / SIDE) as f32);
            let (ex, ey) = field.at(x, y);
            let (x, y) = (x - center - affine.shift.0 + ex, y - center - affine.shift.1 + ey);
            *value = image.sample(inverse[0] * x + inverse[1] * y + center, inverse[2] * x + inverse[3] * y + center);
        }
        let mut values = if thicken.abs() > 0.02 { change_pen(&Image::new(values), thicken) } else { values };
        if self.uniform() < by.cutout {
            self.erase_square(&mut values);
        }
        Image::new(values)
    }

    /// Varies strokes by one affine map about their middle and draws them with a pen of another width.
    ///
    /// # Errors
    /// What [`render_with_pen`] refuses.
    pub fn vary_drawing(&mut self, drawing: &Drawing, by: &Augmentation) -> Result<Image, super::DrawingError> {
        let affine = self.affine(by);
        let [a, b, c, d] = affine.matrix;
        let radius = super::PEN_RADIUS + self.within(by.pen);
        // A hand trembles; a spline of MNIST's skeletons does not.
        let tremble = 0.25 * self.uniform();
        let varied = Drawing {
            strokes: drawing
                .strokes
                .iter()
                .map(|stroke| super::Stroke {
                    points: stroke
                        .points
                        .iter()
                        .map(|p| {
                            let (x, y) = (p.x + self.within(tremble), p.y + self.within(tremble));
                            Point::new(a * x + b * y, c * x + d * y)
                        })
                        .collect(),
                })
                .collect(),
        };
        let image = render_with_pen(&varied, radius)?;
        // The renderer fits and centers, which takes size and place away again: vary these on the image.
        let place = Augmentation { rotation: 0.0, shear: 0.0, pen: 0.0, ..*by };
        Ok(self.vary_image(&image, &place))
    }

    fn affine(&mut self, by: &Augmentation) -> AffineTransform {
        let (sin, cos) = self.within(by.rotation).to_radians().sin_cos();
        let (sx, sy) = (1.0 + self.within(by.scale), 1.0 + self.within(by.scale));
        let shear = self.within(by.shear);
        // Rotation · shear · scale.
        let matrix = [cos * sx, (cos * shear - sin) * sy, sin * sx, (sin * shear + cos) * sy];
        AffineTransform { matrix, shift: (self.within(by.shift), self.within(by.shift)) }
    }

    fn field(&mut self, strength: f32) -> DisplacementField {
        let mut nodes = [(0.0, 0.0); DisplacementField::NODES * DisplacementField::NODES];
        if strength > 0.0 {
            nodes.iter_mut().for_each(|node| *node = (self.within(strength), self.within(strength)));
        }
        DisplacementField { nodes }
    }

    fn erase_square(&mut self, values: &mut [f32; SIDE * SIDE]) {
        let side = 3 + (self.uniform() * 5.0) as usize;
        let (left, top) = (4 + (self.uniform() * 14.0) as usize, 4 + (self.uniform() * 14.0) as usize);
        for y in top..(top + side).min(SIDE) {
            values[y * SIDE + left..y * SIDE + (left + side).min(SIDE)].fill(0.0);
        }
    }
}

struct AffineTransform {
    matrix: [f32; 4],
    shift: (f32, f32),
}

/// A smooth field of displacements: random at the nodes of a coarse grid, interpolated smoothly between them.
struct DisplacementField {
    nodes: [(f32, f32); DisplacementField::NODES * DisplacementField::NODES],
}

impl DisplacementField {
    const NODES: usize = 6;

    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let step = (SIDE as f32 - 1.0) / (Self::NODES as f32 - 1.0);
        let smooth = |f: f32| f * f * (3.0 - 2.0 * f);
        let (gx, gy) = (x / step, y / step);
        let (ix, iy) = ((gx as usize).min(Self::NODES - 2), (gy as usize).min(Self::NODES - 2));
        let (fx, fy) = (smooth(gx - ix as f32), smooth(gy - iy as f32));
        let node = |x: usize, y: usize| self.nodes[y * Self::NODES + x];
        let mix = |a: f32, b: f32, f: f32| a + (b - a) * f;
        let (n00, n10, n01, n11) = (node(ix, iy), node(ix + 1, iy), node(ix, iy + 1), node(ix + 1, iy + 1));
        (mix(mix(n00.0, n10.0, fx), mix(n01.0, n11.0, fx), fy), mix(mix(n00.1, n10.1, fx), mix(n01.1, n11.1, fx), fy))
    }
}

/// A thicker (positive) or thinner pen: gray dilation or erosion over the four neighbors, mixed with the image by `by`'s size.
fn change_pen(image: &Image, by: f32) -> [f32; SIDE * SIDE] {
    let mut values = [0.0; SIDE * SIDE];
    for (i, value) in values.iter_mut().enumerate() {
        let (x, y) = ((i % SIDE) as isize, (i / SIDE) as isize);
        let around = [image.at(x - 1, y), image.at(x + 1, y), image.at(x, y - 1), image.at(x, y + 1)];
        let here = image.at(x, y);
        let other =
            if by > 0.0 { around.into_iter().fold(here, f32::max) } else { around.into_iter().fold(here, f32::min) };
        *value = here + (other - here) * by.abs().min(1.0);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ink::render, protocol::Stroke};

    fn seven() -> Drawing {
        let points = [(0.0, 0.0), (60.0, 0.0), (20.0, 100.0)];
        Drawing { strokes: vec![Stroke { points: points.iter().map(|(x, y)| Point::new(*x, *y)).collect() }] }
    }

    #[test]
    fn no_variation_is_no_change() {
        let none =
            Augmentation { rotation: 0.0, scale: 0.0, shear: 0.0, shift: 0.0, elastic: 0.0, pen: 0.0, cutout: 0.0 };
        let image = render(&seven()).unwrap();
        let varied = Augmenter::new(1).vary_image(&image, &none);
        assert!(image.values().iter().zip(varied.values()).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn a_seed_gives_one_variation_and_another_seed_another() {
        let image = render(&seven()).unwrap();
        let vary = |seed| Augmenter::new(seed).vary_image(&image, &Augmentation::DIGITS);
        assert_eq!(vary(5), vary(5));
        assert_ne!(vary(5), vary(6));
    }

    #[test]
    fn varied_digits_keep_their_ink() {
        let image = render(&seven()).unwrap();
        let mut augmenter = Augmenter::new(3);
        for _ in 0..200 {
            for varied in [
                augmenter.vary_image(&image, &Augmentation::DIGITS),
                augmenter.vary_drawing(&seven(), &Augmentation::DIGITS).unwrap(),
            ] {
                let share = varied.mass() / image.mass();
                assert!((0.4..1.9).contains(&share), "{share}");
            }
        }
    }

    #[test]
    fn a_thicker_pen_leaves_more_ink() {
        let image = render(&seven()).unwrap();
        let thick: f32 = change_pen(&image, 0.5).iter().sum();
        let thin: f32 = change_pen(&image, -0.5).iter().sum();
        assert!(thin < image.mass() && image.mass() < thick);
    }
}
