//! Predictions of the classifier and the drawings that it is asked about.

use super::engine_worker::PredictionKey;
use crate::ink::{Drawing, Stroke};
use crate::protocol::Classification;

/// A digit that was read, and what the reading was of.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// What was read.
    pub key: PredictionKey,
    /// What was found.
    pub result: Classification,
}

/// A drawing to pick, with what it is meant to be.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct SampleDrawing {
    /// The digit.
    pub label: u8,
    /// Its strokes, in any unit.
    pub strokes: Vec<Stroke>,
}

impl SampleDrawing {
    /// The drawing.
    pub fn drawing(&self) -> Drawing {
        Drawing { strokes: self.strokes.clone() }
    }
}

/// Where the reading of the subject stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictionStatus {
    /// There is nothing to read.
    Empty,
    /// The answer shown, if any, is to an earlier state of the subject.
    Pending,
    /// What is shown belongs to the subject as it is.
    Current,
}

impl PredictionStatus {
    /// The word for it in the page's data attributes.
    pub fn as_attribute(self) -> &'static str {
        match self {
            PredictionStatus::Empty => "empty",
            PredictionStatus::Pending => "reading",
            PredictionStatus::Current => "settled",
        }
    }
}
