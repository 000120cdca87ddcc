//! Slant: how far a hand leans its digits, and other digits leaned as far.

use super::{Image, SIDE};

/// How far the top leans to the right, in pixels a pixel of height: 0 is upright. From the second moments of the ink, as digits are
/// deskewed by (LeCun et al. 1998). None without ink, or for ink without height.
pub fn slant(image: &Image) -> Option<f32> {
    let (mass, x, y) = weighed(image, |x, y| (x, y));
    if mass <= 0.0 {
        return None;
    }
    let (cx, cy) = (x / mass, y / mass);
    let (_, xy, yy) = weighed(image, |x, y| ((x - cx) * (y - cy), (y - cy) * (y - cy)));
    (yy > 1e-3 * mass).then(|| -xy / yy)
}

/// The image leaned to the right by `by` pixels a pixel of height, then fitted and centered as MNIST's digits are: into 20×20, the
/// center of mass in the middle.
pub fn lean(image: &Image, by: f32) -> Image {
    let inked = (0..SIDE * SIDE).filter(|i| image.values()[*i] > 0.1).map(|i| {
        let (x, y) = ((i % SIDE) as f32, (i / SIDE) as f32);
        (x - by * y, y)
    });
    let start = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    let [left, top, right, bottom] = inked.fold(start, |[l, t, r, b], (x, y)| [l.min(x), t.min(y), r.max(x), b.max(y)]);
    let (mass, x, y) = weighed(image, |x, y| (x - by * y, y));
    if mass <= 0.0 || right < left {
        return image.clone();
    }
    let scale = 20.0 / (right - left + 1.0).max(bottom - top + 1.0);
    let (cx, cy) = (x / mass, y / mass);
    let middle = SIDE as f32 / 2.0 - 0.5;
    let mut values = [0.0; SIDE * SIDE];
    for (i, value) in values.iter_mut().enumerate() {
        // Backwards, from the result to the image.
        let (x, y) = (((i % SIDE) as f32 - middle) / scale + cx, ((i / SIDE) as f32 - middle) / scale + cy);
        *value = image.sample(x + by * y, y);
    }
    Image::new(values)
}

/// The mass of the ink, and two sums over it.
fn weighed(image: &Image, of: impl Fn(f32, f32) -> (f32, f32)) -> (f32, f32, f32) {
    image.values().iter().enumerate().fold((0.0, 0.0, 0.0), |(mass, a, b), (i, ink)| {
        let (x, y) = of((i % SIDE) as f32, (i / SIDE) as f32);
        (mass + ink, a + ink * x, b + ink * y)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ink::render,
        protocol::{Drawing, Point, Stroke},
    };

    fn stroke(lean: f32) -> Image {
        let points = [0.0, 50.0, 100.0].map(|y| Point::new(-lean * y, y)).to_vec();
        render(&Drawing { strokes: vec![Stroke { points }] }).unwrap()
    }

    #[test]
    fn the_slant_of_a_stroke_is_its_own() {
        for by in [-0.5, 0.0, 0.7] {
            assert!((slant(&stroke(by)).unwrap() - by).abs() < 0.06, "{by}");
        }
        assert_eq!(slant(&Image::default()), None);
    }

    #[test]
    fn a_leaned_image_leans_and_is_centered() {
        let leaned = lean(&stroke(0.0), 0.7);
        assert!((slant(&leaned).unwrap() - 0.7).abs() < 0.1);
        let (mass, x, y) = weighed(&leaned, |x, y| (x, y));
        assert!((x / mass - 13.5).abs() < 0.3 && (y / mass - 13.5).abs() < 0.3);
        assert_eq!(lean(&Image::default(), 0.7), Image::default());
    }
}
