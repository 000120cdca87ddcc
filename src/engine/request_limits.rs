//! How much a request may bring: told in a sentence before any work begins.

use crate::protocol::{Drawing, Failure, FailureKind};

/// The most characters of a text that is summarized: about two novels.
const LONGEST_TEXT: usize = 1_000_000;
/// The most strokes of a drawing.
const MOST_STROKES: usize = 1_000;
/// The most samples that are learned from or measured.
const MOST_SAMPLES: usize = 5_000;

fn too_much(message: String) -> Failure {
    Failure { kind: FailureKind::BadInput, message }
}

/// Checks how long a text is.
pub(super) fn check_text(text: &str) -> Result<(), Failure> {
    // A character has at least a byte: most texts need no counting.
    if text.len() <= LONGEST_TEXT {
        return Ok(());
    }
    let found = text.chars().count();
    if found <= LONGEST_TEXT {
        return Ok(());
    }
    Err(too_much(format!(
        "This text has {found} characters, and up to {LONGEST_TEXT} are summarized at a time. Summarize a part of it."
    )))
}

/// Checks how many strokes a drawing has; how many points, the renderer checks.
pub(super) fn check_drawing(drawing: &Drawing) -> Result<(), Failure> {
    let found = drawing.strokes.len();
    if found > MOST_STROKES {
        return Err(too_much(format!(
            "This drawing has {found} strokes, and up to {MOST_STROKES} are read. Draw it with fewer."
        )));
    }
    Ok(())
}

/// Checks how many samples there are.
pub(super) fn check_samples(found: usize) -> Result<(), Failure> {
    if found > MOST_SAMPLES {
        return Err(too_much(format!(
            "There are {found} samples, and up to {MOST_SAMPLES} are taken at a time. Leave some out."
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Stroke;

    #[test]
    fn each_limit_is_told_with_what_is_there() {
        let told = |result: Result<(), Failure>| result.expect_err("refused").message;
        assert_eq!(check_text(&"ä".repeat(LONGEST_TEXT)), Ok(()));
        assert!(told(check_text(&"a".repeat(LONGEST_TEXT + 1))).starts_with("This text has 1000001 characters"));
        let drawing = |strokes| Drawing { strokes: vec![Stroke::default(); strokes] };
        assert_eq!(check_drawing(&drawing(MOST_STROKES)), Ok(()));
        assert!(told(check_drawing(&drawing(MOST_STROKES + 1))).starts_with("This drawing has 1001 strokes"));
        assert_eq!(check_samples(MOST_SAMPLES), Ok(()));
        assert!(told(check_samples(MOST_SAMPLES + 1)).starts_with("There are 5001 samples"));
    }
}
