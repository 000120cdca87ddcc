//! Strokes → image, as MNIST was made: the drawing is fitted into a 20×20 box with its aspect kept, drawn with an anti-aliased
//! round pen, and shifted so that its center of mass is the center of the 28×28 image
//! (LeCun, Cortes, Burges: <http://yann.lecun.com/exdb/mnist/>).

use super::{Image, SIDE};
use crate::protocol::Drawing;

/// The pen's radius in pixels of the 28×28 image that makes strokes look like MNIST's, found by matching the mean ink of MNIST's
/// training images (`inkling prepare digits` prints both).
pub const PEN_RADIUS: f32 = 1.2;

/// The side of the box that the drawing is fitted into, in pixels.
const BOX: f32 = 20.0;

/// Where pixel (0, 0)'s center lies from the image's center.
const CENTER: f32 = (SIDE as f32 - 1.0) / 2.0;

/// Why strokes cannot be made an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawingError {
    /// There is no point.
    #[error("Nothing is drawn yet. Draw a digit.")]
    Empty,
    /// A coordinate is not a number, or infinite.
    #[error("The drawing has a point without a position. Clear the pad and draw again.")]
    NotFinite,
    /// There are more points than any hand draws.
    #[error("The drawing has more than {limit} points. Clear the pad and draw again.")]
    TooManyPoints {
        /// How many are read.
        limit: usize,
    },
}

/// More points than any hand draws: ten minutes of a 240 Hz pen.
const MAX_POINTS: usize = 150_000;

/// Renders a drawing with the pen that looks like MNIST's.
///
/// # Errors
/// [`DrawingError`] when there is nothing to draw, or what there is cannot be drawn.
pub fn render(drawing: &Drawing) -> Result<Image, DrawingError> {
    render_with_pen(drawing, PEN_RADIUS)
}

/// Renders a drawing with a pen of the given radius, in pixels of the image (0.3 to 4).
///
/// # Errors
/// [`DrawingError`] when there is nothing to draw, or what there is cannot be drawn.
pub fn render_with_pen(drawing: &Drawing, radius: f32) -> Result<Image, DrawingError> {
    let radius = radius.clamp(0.3, 4.0);
    let segments = fitted_segments(drawing, radius)?;
    // Two passes: the first says where the mass is, the second draws it in the middle, so that the shift is not rounded to pixels.
    let first = stamp(&segments, radius, (0.0, 0.0));
    let (x, y) = first.center_of_mass().unwrap_or((CENTER, CENTER));
    Ok(stamp(&segments, radius, (CENTER - x, CENTER - y)))
}

/// A piece of a stroke, in pixels of the image; a dot where both ends are one.
#[derive(Clone, Copy)]
struct Segment {
    from: (f32, f32),
    to: (f32, f32),
}

/// The strokes as line segments, scaled so that their ink fits the 20×20 box in the middle of the image.
fn fitted_segments(drawing: &Drawing, radius: f32) -> Result<Vec<Segment>, DrawingError> {
    if drawing.is_empty() {
        return Err(DrawingError::Empty);
    }
    if drawing.points().count() > MAX_POINTS {
        return Err(DrawingError::TooManyPoints { limit: MAX_POINTS });
    }
    // A coordinate beyond a billion is as good as infinite: differences of such are no shape any more.
    if drawing.points().any(|p| !(p.x.abs() < 1e9 && p.y.abs() < 1e9)) {
        return Err(DrawingError::NotFinite);
    }
    let (mut left, mut top, mut right, mut bottom) = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    for p in drawing.points() {
        (left, right) = (left.min(p.x), right.max(p.x));
        (top, bottom) = (top.min(p.y), bottom.max(p.y));
    }
    let extent = (right - left).max(bottom - top);
    // The pen adds its radius on each side; the box holds the ink, not only the pen's center. A dot has no extent to be scaled.
    let scale = if extent > 0.0 { (BOX - 2.0 * radius) / extent } else { 0.0 };
    let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
    let place = |x: f32, y: f32| ((x - middle.0) * scale + CENTER, (y - middle.1) * scale + CENTER);

    let mut segments = Vec::new();
    for stroke in &drawing.strokes {
        let mut points = stroke.points.iter().map(|p| place(p.x, p.y));
        let Some(first) = points.next() else { continue };
        let mut last = first;
        let mut drawn = false;
        for point in points {
            // Points closer than a twentieth of a pixel add cost and no ink.
            if (point.0 - last.0).hypot(point.1 - last.1) >= 0.05 {
                segments.push(Segment { from: last, to: point });
                (last, drawn) = (point, true);
            }
        }
        if !drawn {
            segments.push(Segment { from: first, to: first });
        }
    }
    Ok(segments)
}

/// Draws segments with a round pen. The coverage of a pixel falls from 1 to 0 over one pixel around the pen's edge, and where
/// segments overlap the darker one counts, as ink does.
fn stamp(segments: &[Segment], radius: f32, shift: (f32, f32)) -> Image {
    let mut values = [0.0f32; SIDE * SIDE];
    let reach = radius + 0.5;
    let pixels = |low: f32, high: f32| {
        let low = (low - reach).ceil().max(0.0) as usize;
        let high = (high + reach).floor().min(SIDE as f32 - 1.0);
        low..if high < 0.0 { 0 } else { high as usize + 1 }
    };
    for segment in segments {
        let (x0, y0) = (segment.from.0 + shift.0, segment.from.1 + shift.1);
        let (x1, y1) = (segment.to.0 + shift.0, segment.to.1 + shift.1);
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length2 = dx * dx + dy * dy;
        for y in pixels(y0.min(y1), y0.max(y1)) {
            for x in pixels(x0.min(x1), x0.max(x1)) {
                let (px, py) = (x as f32 - x0, y as f32 - y0);
                let along = if length2 > 0.0 { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
                let distance = (px - along * dx).hypot(py - along * dy);
                let cover = (reach - distance).clamp(0.0, 1.0);
                let value = &mut values[y * SIDE + x];
                *value = value.max(cover);
            }
        }
    }
    Image::new(values)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::{Point, Stroke};

    fn difference(a: &Image, b: &Image) -> f32 {
        a.values().iter().zip(b.values()).map(|(a, b)| (a - b).abs()).sum::<f32>() / a.mass().max(1.0)
    }

    /// Smooth strokes, as hands draw: a walk whose direction turns slowly.
    fn strokes() -> impl Strategy<Value = Drawing> {
        let stroke =
            (0.0f32..100.0, 0.0f32..100.0, prop::collection::vec(-0.6f32..0.6, 6..40)).prop_map(|(x, y, turns)| {
                let (mut x, mut y, mut angle) = (x, y, 1.0f32);
                let mut points = vec![Point::new(x, y)];
                for turn in turns {
                    angle += turn;
                    x += 6.0 * angle.cos();
                    y += 6.0 * angle.sin();
                    points.push(Point::new(x, y));
                }
                Stroke { points }
            });
        prop::collection::vec(stroke, 1..4).prop_map(|strokes| Drawing { strokes })
    }

    proptest! {
        #[test]
        fn shifting_and_scaling_barely_change_the_image(
            drawing in strokes(), dx in -500.0f32..500.0, dy in -500.0f32..500.0, scale in 0.2f32..8.0,
        ) {
            let image = render(&drawing).unwrap();
            let moved = render(&drawing.map(|p| Point::new(p.x * scale + dx, p.y * scale + dy))).unwrap();
            prop_assert!(difference(&image, &moved) < 0.02, "{}", difference(&image, &moved));
        }

        #[test]
        fn resampling_barely_changes_the_image(drawing in strokes(), parts in 2usize..6) {
            let image = render(&drawing).unwrap();
            let finer = Drawing { strokes: drawing.strokes.iter().map(|stroke| {
                let mut points = vec![stroke.points[0]];
                for pair in stroke.points.windows(2) {
                    for i in 1..=parts {
                        let f = i as f32 / parts as f32;
                        points.push(Point::new(pair[0].x + (pair[1].x - pair[0].x) * f, pair[0].y + (pair[1].y - pair[0].y) * f));
                    }
                }
                Stroke { points }
            }).collect() };
            prop_assert!(difference(&image, &render(&finer).unwrap()) < 0.02);
        }

        #[test]
        fn the_center_of_mass_is_the_center(drawing in strokes()) {
            let (x, y) = render(&drawing).unwrap().center_of_mass().unwrap();
            // What the shift moves out of the image is lost, so the center is not exact for lopsided drawings.
            prop_assert!((x - CENTER).abs() < 0.35 && (y - CENTER).abs() < 0.35, "{x} {y}");
        }
    }

    #[test]
    fn an_empty_pad_is_no_image() {
        assert_eq!(render(&Drawing::default()), Err(DrawingError::Empty));
        assert_eq!(render(&Drawing { strokes: vec![Stroke::default()] }), Err(DrawingError::Empty));
    }

    #[test]
    fn a_point_without_a_place_is_refused() {
        for x in [f32::NAN, f32::INFINITY, 1e30] {
            let drawing = Drawing { strokes: vec![Stroke { points: vec![Point::new(x, 1.0)] }] };
            assert_eq!(render(&drawing), Err(DrawingError::NotFinite));
        }
    }

    #[test]
    fn a_dot_is_a_dot_in_the_middle() {
        let dot = Drawing { strokes: vec![Stroke { points: vec![Point::new(250.0, 3.0)] }] };
        let image = render(&dot).unwrap();
        assert!(image.mass() > 2.0 && image.mass() < 8.0, "{}", image.mass());
        assert!(image.at(0, 0) == 0.0 && image.at(13, 13) > 0.5);
    }

    #[test]
    fn the_ink_fits_the_box() {
        let line = Drawing { strokes: vec![Stroke { points: vec![Point::new(0.0, 0.0), Point::new(0.0, 300.0)] }] };
        let image = render(&line).unwrap();
        let rows = (0..SIDE).filter(|y| (0..SIDE).any(|x| image.at(x as isize, *y as isize) > 0.5)).count();
        assert!((19..=20).contains(&rows), "{rows}");
    }
}
