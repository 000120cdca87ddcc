//! What is on the pad: nothing, a drawing or a photo. And the geometry of the pad.

use super::async_value::Shared;
use crate::ink::{Drawing, Point, Stroke};
use crate::protocol::ClassifierInput;

/// The side of the pad in the units of drawings, whatever its size on the screen.
pub const PAD_SIDE: f32 = 280.0;

/// How far an eraser reaches, in pad units.
const ERASER_RADIUS: f32 = 14.0;

/// The share of the pad that the longer side of a sample takes.
const SAMPLE_SHARE: f32 = 0.64;

/// A photo that the visitor opened, dropped or pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// The name of its file, or another label.
    pub name: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Rows from the top, straight alpha.
    pub rgba: Vec<u8>,
}

/// What is on the pad.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PadContent {
    /// Nothing.
    #[default]
    Empty,
    /// A drawing: strokes in pad units.
    Drawing(Shared<Drawing>),
    /// A photo.
    Photo(Shared<Photo>),
}

impl PadContent {
    /// A drawing as pad content; one without points is empty.
    pub fn drawing(drawing: Drawing) -> Self {
        if drawing.is_empty() { PadContent::Empty } else { PadContent::Drawing(Shared::new(drawing)) }
    }

    /// The content as input of the classifier, if there is any.
    pub fn input(&self) -> Option<ClassifierInput> {
        match self {
            PadContent::Empty => None,
            PadContent::Drawing(drawing) => Some(ClassifierInput::Drawing((**drawing).clone())),
            PadContent::Photo(photo) => {
                Some(ClassifierInput::Picture { width: photo.width, height: photo.height, rgba: photo.rgba.clone() })
            }
        }
    }

    /// The content with a new stroke that starts here. A photo is replaced.
    pub fn with_stroke(&self, point: Point) -> Self {
        let mut drawing = match self {
            PadContent::Drawing(drawing) => (**drawing).clone(),
            PadContent::Empty | PadContent::Photo(_) => Drawing::default(),
        };
        drawing.strokes.push(Stroke { points: vec![point] });
        PadContent::drawing(drawing)
    }

    /// The content without the strokes that come near one of these points; none where no stroke does.
    pub fn without_strokes_near(&self, points: &[Point]) -> Option<Self> {
        let PadContent::Drawing(drawing) = self else { return None };
        let near = |a: &Point, b: &Point| (a.x - b.x).hypot(a.y - b.y) <= ERASER_RADIUS;
        let untouched = |stroke: &&Stroke| !stroke.points.iter().any(|point| points.iter().any(|at| near(point, at)));
        let strokes: Vec<Stroke> = drawing.strokes.iter().filter(untouched).cloned().collect();
        (strokes.len() < drawing.strokes.len()).then(|| PadContent::drawing(Drawing { strokes }))
    }

    /// The content with its last stroke continued; unchanged where there is no stroke.
    pub fn with_points(&self, points: &[Point]) -> Self {
        let PadContent::Drawing(drawing) = self else { return self.clone() };
        let mut drawing = (**drawing).clone();
        if let Some(stroke) = drawing.strokes.last_mut() {
            stroke.points.extend_from_slice(points);
        }
        PadContent::drawing(drawing)
    }
}

/// The bounding box of a drawing: left, top, right, bottom. None without any finite point.
pub fn bounds(drawing: &Drawing) -> Option<[f32; 4]> {
    drawing.points().filter(|p| p.x.is_finite() && p.y.is_finite()).fold(None, |bounds, p| {
        let [left, top, right, bottom] = bounds.unwrap_or([p.x, p.y, p.x, p.y]);
        Some([left.min(p.x), top.min(p.y), right.max(p.x), bottom.max(p.y)])
    })
}

/// A drawing of any unit and position, centered on the pad and scaled to fill most of it.
pub fn fit_to_pad(drawing: &Drawing) -> Drawing {
    let Some([left, top, right, bottom]) = bounds(drawing) else { return Drawing::default() };
    let longer = (right - left).max(bottom - top);
    let scale = if longer > 0.0 { PAD_SIDE * SAMPLE_SHARE / longer } else { 1.0 };
    let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
    drawing.map(|p| Point { x: (p.x - x) * scale + PAD_SIDE / 2.0, y: (p.y - y) * scale + PAD_SIDE / 2.0, ..p })
}

/// The first points of a drawing, in the order in which they were drawn.
pub fn first_points(drawing: &Drawing, points: usize) -> Drawing {
    let mut left = points;
    let mut strokes = Vec::new();
    for stroke in &drawing.strokes {
        if left == 0 {
            break;
        }
        let take = left.min(stroke.points.len());
        strokes.push(Stroke { points: stroke.points[..take].to_vec() });
        left -= take;
    }
    Drawing { strokes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Drawing {
        let stroke =
            |points: &[(f32, f32)]| Stroke { points: points.iter().map(|(x, y)| Point::new(*x, *y)).collect() };
        Drawing { strokes: vec![stroke(&[(1.0, 1.0), (1.0, 3.0)]), stroke(&[(2.0, 3.0), (2.0, 5.0)])] }
    }

    #[test]
    fn a_fitted_drawing_is_centered_and_keeps_its_aspect() {
        let [left, top, right, bottom] = bounds(&fit_to_pad(&line())).expect("has points");
        assert!((bottom - top - PAD_SIDE * SAMPLE_SHARE).abs() < 1e-3);
        assert!(((bottom - top) / (right - left) - 4.0).abs() < 1e-4);
        assert!(((left + right) / 2.0 - PAD_SIDE / 2.0).abs() < 1e-3);
        assert!(((top + bottom) / 2.0 - PAD_SIDE / 2.0).abs() < 1e-3);
    }

    #[test]
    fn an_eraser_takes_whole_strokes() {
        let strokes = vec![
            Stroke { points: vec![Point::new(10.0, 10.0), Point::new(10.0, 90.0)] },
            Stroke { points: vec![Point::new(200.0, 10.0)] },
        ];
        let pad = PadContent::drawing(Drawing { strokes });
        assert_eq!(pad.without_strokes_near(&[Point::new(100.0, 100.0)]), None);
        let Some(PadContent::Drawing(rest)) = pad.without_strokes_near(&[Point::new(14.0, 92.0)]) else {
            panic!("a drawing")
        };
        assert_eq!(rest.strokes.len(), 1);
        assert_eq!(
            pad.without_strokes_near(&[Point::new(10.0, 10.0), Point::new(200.0, 12.0)]),
            Some(PadContent::Empty)
        );
    }

    #[test]
    fn a_dot_is_fitted_without_dividing_by_zero() {
        let dot = Drawing { strokes: vec![Stroke { points: vec![Point::new(9.0, 9.0)] }] };
        assert_eq!(bounds(&fit_to_pad(&dot)), Some([PAD_SIDE / 2.0; 4]));
        assert!(fit_to_pad(&Drawing::default()).is_empty());
    }

    #[test]
    fn a_beginning_ends_in_the_middle_of_a_stroke() {
        let begun = first_points(&line(), 3);
        assert_eq!(begun.strokes.iter().map(|s| s.points.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(first_points(&line(), 99), line());
        assert!(first_points(&line(), 0).is_empty());
    }

    #[test]
    fn strokes_grow_and_a_picture_gives_way() {
        let photo = Photo { name: "a.png".into(), width: 1, height: 1, rgba: vec![0; 4] };
        let picture = PadContent::Photo(Shared::new(photo));
        assert_eq!(picture.with_points(&[Point::new(1.0, 1.0)]), picture);
        let drawn = picture.with_stroke(Point::new(1.0, 1.0)).with_points(&[Point::new(2.0, 2.0)]);
        let Some(ClassifierInput::Drawing(drawing)) = drawn.input() else { panic!("a drawing") };
        assert_eq!(drawing.strokes.len(), 1);
        assert_eq!(drawing.strokes[0].points.len(), 2);
    }
}
