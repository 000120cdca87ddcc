//! How short the lines of a summary are, between their whole sentences and the least that holds.

use serde::{Deserialize, Serialize};

/// How short lines are: from 0, the sentences as they stand, to 100, as short as they hold. A headline takes no notice of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "u8")]
pub struct Shortness(u8);

/// A number that is no [`Shortness`].
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{0} is no shortness. Give a number from 0 (sentences as they stand) to 100 (as short as they hold).")]
pub struct ShortnessError(pub f64);

impl Shortness {
    /// Whole sentences.
    pub const AS_IT_STANDS: Self = Self(0);
    /// What goes that the model would rather leave out than keep.
    pub const DEFAULT: Self = Self(50);
    /// Whatever may go, goes.
    pub const SHORTEST: Self = Self(100);

    /// Whether it is [`Self::DEFAULT`], which a message need not say.
    pub fn is_default(&self) -> bool {
        *self == Self::DEFAULT
    }

    /// Of what is beyond the default, how far it goes: nothing at the default, [`Self::SHORTEST`] at the end.
    pub fn beyond_default(self) -> Option<Self> {
        let beyond = self.0.checked_sub(Self::DEFAULT.0).filter(|beyond| *beyond > 0)?;
        Some(Self(2 * beyond))
    }

    /// From 0 to 100.
    pub fn percent(self) -> u8 {
        self.0
    }
}

impl Default for Shortness {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<f64> for Shortness {
    type Error = ShortnessError;

    fn try_from(value: f64) -> Result<Self, ShortnessError> {
        // No comparison with something that is no number holds.
        if (0.0..=100.0).contains(&value) { Ok(Self(value.round() as u8)) } else { Err(ShortnessError(value)) }
    }
}

impl From<Shortness> for u8 {
    fn from(shortness: Shortness) -> Self {
        shortness.0
    }
}

impl std::str::FromStr for Shortness {
    type Err = ShortnessError;

    fn from_str(text: &str) -> Result<Self, ShortnessError> {
        Self::try_from(text.trim().parse::<f64>().unwrap_or(f64::NAN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_of_the_range_are_taken() {
        for (value, percent) in [(0.0, 0), (-0.0, 0), (49.6, 50), (100.0, 100)] {
            assert_eq!(Shortness::try_from(value).map(Shortness::percent), Ok(percent));
        }
        for value in [-0.1, 100.1, -1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let refused = Shortness::try_from(value).unwrap_err();
            assert!(refused.to_string().contains("Give a number from 0"), "{refused}");
        }
        assert_eq!("72".parse(), Ok(Shortness(72)));
        for text in ["", "short", "NaN", "inf", "101", "1e9"] {
            assert!(text.parse::<Shortness>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_beyond_the_default_goes_to_the_end() {
        assert_eq!((Shortness::AS_IT_STANDS.beyond_default(), Shortness::DEFAULT.beyond_default()), (None, None));
        assert_eq!(Shortness(51).beyond_default(), Some(Shortness(2)));
        assert_eq!(Shortness::SHORTEST.beyond_default(), Some(Shortness::SHORTEST));
    }

    #[test]
    fn a_message_with_another_number_is_refused() {
        assert_eq!(serde_json::from_str::<Shortness>("30").unwrap(), Shortness(30));
        assert_eq!(serde_json::from_str::<Shortness>("30.4").unwrap(), Shortness(30));
        for text in ["-1", "1000", "1e400", "null", "\"30\""] {
            assert!(serde_json::from_str::<Shortness>(text).is_err(), "{text}");
        }
    }
}
