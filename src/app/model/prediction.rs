//! Predictions of the classifier and the drawings that it is asked about.

use super::engine_worker::Key;
use crate::ink::{Drawing, Stroke};
use crate::protocol::Classification;

/// A digit that was read, and what the reading was of.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What was read.
    pub key: Key,
    /// What was found.
    pub result: Classification,
}

/// A drawing to pick, with what it is meant to be.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct Sample {
    /// The digit.
    pub label: u8,
    /// Its strokes, in any unit.
    pub strokes: Vec<Stroke>,
}

impl Sample {
    /// The drawing.
    pub fn drawing(&self) -> Drawing {
        Drawing { strokes: self.strokes.clone() }
    }
}

/// Where the reading of the subject stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// There is nothing to read.
    Empty,
    /// The answer shown, if any, is to an earlier state of the subject.
    Reading,
    /// What is shown belongs to the subject as it is.
    Settled,
}

impl Phase {
    /// The word for it in the page's data attributes.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Empty => "empty",
            Phase::Reading => "reading",
            Phase::Settled => "settled",
        }
    }
}
