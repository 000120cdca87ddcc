//! Predictions of the classifier and the drawings that it is asked about.

use super::job_table::PredictionKey;
use crate::ink::{Drawing, Stroke};
use crate::protocol::Classification;

/// The result of a classification, and what was classified.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// What was classified.
    pub key: PredictionKey,
    /// The result.
    pub result: Classification,
}

/// A sample drawing with its label.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct SampleDrawing {
    /// The index of its class: of a digit, the digit itself.
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

/// Status of the prediction for what is on the pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictionStatus {
    /// The pad is empty.
    Empty,
    /// The prediction that is shown, if any, is of an earlier revision.
    Pending,
    /// The prediction that is shown is of what is on the pad.
    Current,
}

impl PredictionStatus {
    /// The status as a value of the page's `data-*` attributes.
    pub fn as_attribute(self) -> &'static str {
        match self {
            PredictionStatus::Empty => "empty",
            PredictionStatus::Pending => "reading",
            PredictionStatus::Current => "settled",
        }
    }
}
