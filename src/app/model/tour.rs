//! The steps of the tour: which page each is on, what it points at, and what it says.

use super::route::Page;

/// A step of the tour.
#[derive(Debug, PartialEq, Eq)]
pub struct TourStep {
    /// The page that it is on.
    pub page: Page,
    /// The CSS selector of what it points at.
    pub target: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it says.
    pub text: &'static str,
    /// A button that does it for the visitor: its label, and the CSS selector of the control that it presses.
    pub example: Option<(&'static str, &'static str)>,
}

/// The steps, in their order.
pub const TOUR: [TourStep; 4] = [
    TourStep {
        page: Page::Digits,
        target: ".draw",
        title: "Draw a digit",
        text: "Draw on the pad. The network reads it while you draw, on your own device.",
        example: Some(("Draw one for me", ".sample:not(:disabled)")),
    },
    TourStep {
        page: Page::Summaries,
        target: ".paper",
        title: "Summarize a text",
        text: "Paste a text or take a sample. Point at a line of the summary to see where its words come from.",
        example: Some(("Take a sample", ".text-sample:not(:disabled)")),
    },
    TourStep {
        page: Page::Digits,
        target: ".lessons",
        title: "Teach it your handwriting",
        text: "Say which digit you drew, and the drawing becomes a sample. A few samples are enough: choose Learn, and compare before and after.",
        example: None,
    },
    TourStep {
        page: Page::Lab,
        target: ".lab-settings",
        title: "Train a network from scratch",
        text: "In the Lab, one network learns to read digits in two ways. Change a setting, train again, and compare the runs.",
        example: None,
    },
];

/// Where the tour is: the index of its step; none while it does not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TourPlace(Option<usize>);

impl TourPlace {
    /// The first step.
    pub fn start() -> Self {
        Self(Some(0))
    }

    /// The step after this one; after the last one the tour ends.
    pub fn next(self) -> Self {
        Self(self.0.map(|index| index + 1).filter(|index| *index < TOUR.len()))
    }

    /// The step before this one.
    pub fn back(self) -> Self {
        Self(self.0.map(|index| index.saturating_sub(1)))
    }

    /// The index of the step and the step.
    pub fn step(self) -> Option<(usize, &'static TourStep)> {
        let index = self.0?;
        Some((index, TOUR.get(index)?))
    }

    /// Whether this is the last step.
    pub fn is_last(self) -> bool {
        self.0.is_some_and(|index| index + 1 == TOUR.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tour_goes_through_all_steps_and_ends() {
        let mut place = TourPlace::start();
        let mut titles = Vec::new();
        while let Some((index, step)) = place.step() {
            assert_eq!(index, titles.len());
            titles.push(step.title);
            assert_eq!(place.is_last(), titles.len() == TOUR.len());
            place = place.next();
        }
        assert_eq!(titles.len(), 4);
        assert_eq!(place, TourPlace::default());
        assert_eq!(place.next(), TourPlace::default(), "what has ended stays so");
        assert_eq!(TourPlace::start().next().back(), TourPlace::start());
        assert_eq!(TourPlace::start().back(), TourPlace::start());
    }
}
