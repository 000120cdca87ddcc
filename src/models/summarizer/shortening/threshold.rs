//! From what a visitor chose between a whole sentence and its shortest form to the odds at which a word goes.

use crate::protocol::Shortness;

/// Above it a word stays even where all goes that may: so much that the odds of words hardly reach it, and less than those of a word that
/// the network did not read.
const LARGEST: f32 = 16.0;
/// Steps in which a sentence that would break is tried a little longer.
const STEP: u8 = 5;

/// A word goes if the logarithm of the odds that it is kept is not above this.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct ShorteningThreshold(f32);

impl ShorteningThreshold {
    /// A word goes that would rather go than stay.
    pub const EVEN: Self = Self(0.0);

    /// The threshold of a shortness: a word goes if the model would keep it in fewer of 100 cases. None goes at
    /// [`Shortness::AS_IT_STANDS`].
    pub fn of(shortness: Shortness) -> Option<Self> {
        (shortness > Shortness::AS_IT_STANDS).then(|| Self::at(shortness.percent()))
    }

    /// This one, and the lower ones down to [`Self::EVEN`]: what to try where a sentence would break.
    pub fn and_lower(shortness: Shortness) -> impl Iterator<Item = Self> {
        let even = Shortness::DEFAULT.percent();
        let first = Self::of(shortness);
        let lower = (even..shortness.percent()).rev().step_by(STEP.into()).map(Self::at);
        let last = (shortness > Shortness::DEFAULT).then_some(Self::EVEN);
        first.into_iter().chain(lower).chain(last)
    }

    fn at(percent: u8) -> Self {
        let share = f32::from(percent) / 100.0;
        Self((share / (1.0 - share)).ln().clamp(-LARGEST, LARGEST))
    }

    /// The logarithm of the odds.
    pub fn odds(self) -> f32 {
        self.0
    }

    /// Whether a word with these odds stays.
    pub fn keeps(self, odds: f32) -> bool {
        odds > self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortness(percent: f64) -> Shortness {
        Shortness::try_from(percent).unwrap()
    }

    #[test]
    fn the_shorter_the_higher_and_the_default_is_even() {
        assert_eq!(ShorteningThreshold::of(Shortness::AS_IT_STANDS), None);
        assert_eq!(ShorteningThreshold::of(Shortness::DEFAULT), Some(ShorteningThreshold::EVEN));
        let all: Vec<f32> = (1..=100)
            .filter_map(|at| ShorteningThreshold::of(shortness(f64::from(at))))
            .map(|one| one.odds())
            .collect();
        assert!(all.len() == 100 && all.is_sorted_by(|a, b| a < b) && all.iter().all(|odds| odds.is_finite()));
        assert_eq!(all[99], LARGEST);
    }

    #[test]
    fn lower_ones_are_tried_down_to_the_default_alone() {
        let tried = |percent| ShorteningThreshold::and_lower(shortness(percent)).collect::<Vec<_>>();
        assert!(tried(0.0).is_empty());
        assert_eq!(tried(50.0), [ShorteningThreshold::EVEN]);
        assert_eq!(tried(20.0).len(), 1);
        let all = tried(100.0);
        assert!(all.len() > 5 && all.is_sorted_by(|a, b| a >= b) && all.last() == Some(&ShorteningThreshold::EVEN));
    }
}
