//! What layers refuse.

/// Inputs that do not fit each other or the layer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// A tensor has another shape than the layer or its other inputs ask for.
    #[error("{what} has the shape {actual:?}, and {expected:?} is needed")]
    Mismatch {
        /// Which tensor.
        what: &'static str,
        /// The shape that would fit.
        expected: Vec<usize>,
        /// The shape it has.
        actual: Vec<usize>,
    },
    /// A tensor holds nothing: no sequence, no step or no feature.
    #[error("{what} is empty: its shape is {actual:?}")]
    Empty {
        /// Which tensor.
        what: &'static str,
        /// The shape it has.
        actual: Vec<usize>,
    },
    /// A sequence is said to be longer than there are steps.
    #[error("sequence {sequence} is said to have {length} steps, and there are {steps}")]
    Length {
        /// Counted from 0.
        sequence: usize,
        /// Its length as given.
        length: usize,
        /// Steps there are.
        steps: usize,
    },
}

impl ShapeError {
    /// That `actual` is `expected`, and nothing in it is zero.
    ///
    /// # Errors
    /// [`ShapeError::Mismatch`] or [`ShapeError::Empty`].
    pub fn check<const D: usize>(what: &'static str, expected: [usize; D], actual: [usize; D]) -> Result<(), Self> {
        if expected != actual {
            return Err(Self::Mismatch { what, expected: expected.to_vec(), actual: actual.to_vec() });
        }
        Self::check_some(what, actual)
    }

    /// That nothing in `actual` is zero.
    ///
    /// # Errors
    /// [`ShapeError::Empty`].
    pub fn check_some<const D: usize>(what: &'static str, actual: [usize; D]) -> Result<(), Self> {
        if actual.contains(&0) {
            return Err(Self::Empty { what, actual: actual.to_vec() });
        }
        Ok(())
    }
}
