//! Drawings: strokes of a pen.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        Error, MapAccess, SeqAccess, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};

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
    /// The points in the order they were drawn. In a message they may also be their x and y by turns, as a `Float32Array` holds them.
    #[serde(deserialize_with = "points")]
    pub points: Vec<Point>,
}

/// Reads points, or numbers that are their x and y by turns.
fn points<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Point>, D::Error> {
    deserializer.deserialize_seq(PointsVisitor)
}

struct PointsVisitor;

impl<'de> Visitor<'de> for PointsVisitor {
    type Value = Vec<Point>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of points, or of their x and y by turns")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<Point>, A::Error> {
        let mut points = Vec::new();
        let mut x = None;
        while let Some(element) = elements.next_element()? {
            match (element, x.take()) {
                (PointOrNumber::Point(point), None) => points.push(point),
                (PointOrNumber::Number(number), None) => x = Some(number),
                (PointOrNumber::Number(y), Some(x)) => points.push(Point::new(x, y)),
                (PointOrNumber::Point(_), Some(_)) => return Err(A::Error::custom("an x without its y")),
            }
        }
        if x.is_some() { Err(A::Error::custom("an x without its y")) } else { Ok(points) }
    }
}

/// An element of a list of points.
enum PointOrNumber {
    Point(Point),
    Number(f32),
}

impl<'de> Deserialize<'de> for PointOrNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PointOrNumberVisitor)
    }
}

struct PointOrNumberVisitor;

impl<'de> Visitor<'de> for PointOrNumberVisitor {
    type Value = PointOrNumber;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a point or a number")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<PointOrNumber, E> {
        Ok(PointOrNumber::Number(number as f32))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<PointOrNumber, E> {
        Ok(PointOrNumber::Number(number as f32))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<PointOrNumber, E> {
        Ok(PointOrNumber::Number(number as f32))
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<PointOrNumber, A::Error> {
        Point::deserialize(MapAccessDeserializer::new(fields)).map(PointOrNumber::Point)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, numbers: A) -> Result<PointOrNumber, A::Error> {
        Point::deserialize(SeqAccessDeserializer::new(numbers)).map(PointOrNumber::Point)
    }
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
