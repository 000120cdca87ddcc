//! Corrections by the visitor, and the file that exports and imports them.

use serde::{Deserialize, Serialize};

use super::json::array_field;
use super::task::Task;
use super::write_queue::CorrectionId;
use crate::protocol::{DigitSample, NOT_A_DIGIT, TextSample};

/// How many corrections of each digit the guided mode asks for.
pub const SAMPLES_PER_DIGIT: usize = 3;

/// A correction by the visitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Identifies it among those of all tabs.
    pub id: CorrectionId,
    /// The corrected digit or summary.
    pub sample: CorrectionData,
}

/// The data of a correction of either task: one object in a file and in the browser's storage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CorrectionData {
    /// A drawing or an image with its label.
    Digit(DigitSample),
    /// A text with its summary.
    Text(TextSample),
}

impl CorrectionData {
    /// The task that it corrects.
    pub fn task(&self) -> Task {
        match self {
            Self::Digit(_) => Task::Digits,
            Self::Text(_) => Task::Summaries,
        }
    }

    /// Whether it corrects the same drawing or the same summary as another one, whatever either says of it.
    pub fn is_of_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Digit(one), Self::Digit(other)) => one.input == other.input,
            (Self::Text(one), Self::Text(other)) => {
                (one.kind, one.length) == (other.kind, other.length) && one.text == other.text
            }
            _ => false,
        }
    }
}

/// Reads a file of corrections. Gives the corrections, and a sentence about rows that are invalid.
///
/// # Errors
/// A sentence, for a file of another kind.
pub fn read_corrections(text: &str) -> Result<(Vec<CorrectionData>, Option<String>), String> {
    let list = array_field(text.as_bytes(), "samples")
        .ok_or_else(|| "This file does not contain Inkling samples.".to_owned())?;
    let (mut samples, mut without) = (Vec::new(), Vec::new());
    for (index, row) in list.into_iter().enumerate() {
        match parse_correction(row) {
            Some(sample) => samples.push(sample),
            None => without.push(index + 1),
        }
    }
    let rows = without.iter().take(8).map(usize::to_string).collect::<Vec<_>>().join(", ");
    let more = if without.len() > 8 { " and more" } else { "" };
    let left_out = match without.len() {
        0 => None,
        1 => Some(format!("Row {rows} has no label and drawing, or no text and summary, and was skipped.")),
        count => Some(format!(
            "{count} rows have no label and drawing, or no text and summary, and were skipped: {rows}{more}."
        )),
    };
    Ok((samples, left_out))
}

/// Parses a correction; none where a part of it is missing.
pub fn parse_correction(row: serde_json::Value) -> Option<CorrectionData> {
    /// The form of the sample drawings that the page comes with.
    #[derive(Deserialize)]
    struct CorrectionJson {
        label: u8,
        strokes: Vec<crate::ink::Stroke>,
    }
    let plain = |row| {
        let CorrectionJson { label, strokes } = serde_json::from_value(row).ok()?;
        Some(CorrectionData::Digit(DigitSample {
            label,
            input: crate::protocol::ClassifierInput::Drawing(crate::ink::Drawing { strokes }),
        }))
    };
    let sample = serde_json::from_value(row.clone()).ok().or_else(|| plain(row));
    sample.filter(|sample: &CorrectionData| match sample {
        CorrectionData::Digit(sample) => sample.label <= NOT_A_DIGIT && !has_no_ink(sample),
        CorrectionData::Text(sample) => !sample.text.trim().is_empty() && !sample.summary.trim().is_empty(),
    })
}

fn has_no_ink(sample: &DigitSample) -> bool {
    match &sample.input {
        crate::protocol::ClassifierInput::Drawing(drawing) => drawing.is_empty(),
        crate::protocol::ClassifierInput::Image(picture) => picture.pixels.len() != 784,
        crate::protocol::ClassifierInput::Picture { .. } => true,
    }
}

/// Corrections as the text of a file.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub fn write_corrections(samples: &[CorrectionData]) -> String {
    serde_json::json!({ "format": "inkling-samples-1", "samples": samples }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::{Drawing, Point, Stroke};
    use crate::protocol::ClassifierInput;

    fn sample(label: u8) -> CorrectionData {
        let points = vec![Point::new(1.0, 1.0), Point::new(2.0, 9.0)];
        CorrectionData::Digit(DigitSample {
            label,
            input: ClassifierInput::Drawing(Drawing { strokes: vec![Stroke { points }] }),
        })
    }

    fn text(summary: &str) -> CorrectionData {
        let (kind, length) = (crate::protocol::SummaryKind::KeyPoints, crate::protocol::SummaryLength::Short);
        CorrectionData::Text(TextSample { text: "It rained all day.".into(), kind, length, summary: summary.into() })
    }

    #[test]
    fn samples_go_out_and_come_back() {
        let samples = vec![sample(3), text("It rained."), sample(7), sample(NOT_A_DIGIT)];
        assert_eq!(read_corrections(&write_corrections(&samples)), Ok((samples, None)));
    }

    #[test]
    fn rows_without_label_or_drawing_are_counted_and_named() {
        let text = r#"{"samples":[{"label":3,"strokes":[{"points":[{"x":1,"y":2}]}]},{"strokes":[]},{"label":4},{"label":11,"strokes":[{"points":[{"x":1,"y":2}]}]},{"text":"A text.","kind":"headline","summary":" "}]}"#;
        let (samples, left_out) = read_corrections(text).unwrap();
        assert_eq!(samples.len(), 1);
        assert_eq!(
            left_out.unwrap(),
            "4 rows have no label and drawing, or no text and summary, and were skipped: 2, 3, 4, 5."
        );
        assert!(read_corrections("[]").is_err() && read_corrections("PK").is_err());
    }
}
