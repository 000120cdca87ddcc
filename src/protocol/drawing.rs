//! Strokes as a pad captures them.

use serde::{Deserialize, Serialize};

/// A point of a stroke, in any unit of length: only the shape of a drawing counts, not its size or place. y points down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
    /// Milliseconds since some start; 0 where unknown.
    #[serde(default)]
    pub t: f32,
    /// Pressure from 0 to 1, where the device has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pressure: Option<f32>,
}

impl Point {
    /// A point without time or pressure.
    pub fn new(x: f32, y: f32) -> Self {
        Self { x, y, t: 0.0, pressure: None }
    }
}

/// What a pen draws between touching the pad and leaving it: one point is a dot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// The points in the order they were drawn.
    pub points: Vec<Point>,
}

/// Strokes in the order they were drawn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// The strokes.
    pub strokes: Vec<Stroke>,
}

impl Drawing {
    /// Whether there is no point at all.
    pub fn is_empty(&self) -> bool {
        self.strokes.iter().all(|stroke| stroke.points.is_empty())
    }

    /// Every point, stroke by stroke.
    pub fn points(&self) -> impl Iterator<Item = &Point> {
        self.strokes.iter().flat_map(|stroke| &stroke.points)
    }

    /// The same drawing with every point mapped, for tests and augmentation.
    pub fn map(&self, f: impl Fn(Point) -> Point) -> Drawing {
        Drawing {
            strokes: self
                .strokes
                .iter()
                .map(|stroke| Stroke { points: stroke.points.iter().map(|p| f(*p)).collect() })
                .collect(),
        }
    }
}
