//! A game against the clock: draw the digits that are asked for, as many as the model reads in a minute. Pure state.

use crate::protocol::DigitSample;

/// How long a game takes.
pub const GAME_SECONDS: u32 = 60;

/// From this probability on, a drawing counts as read.
pub const READ_FROM: f32 = 0.6;

/// A game.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DigitGame {
    /// None is played.
    #[default]
    Off,
    /// It runs.
    Running(GameRound),
    /// The time is up, or the visitor stopped it.
    Over(GameRound),
}

/// How a game stands.
#[derive(Clone, Debug, PartialEq)]
pub struct GameRound {
    /// The digit that is asked for.
    pub asked: u8,
    /// Seconds left.
    pub seconds_left: u32,
    /// The drawings that were read as what was asked for.
    pub drawings: Vec<DigitSample>,
    seed: u32,
}

/// What the visitor and the clock do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GameAction {
    /// Start a game; the digits follow from the number.
    Start(u32),
    /// A second has passed.
    Tick,
    /// Stop the game.
    Stop,
    /// Add the drawings to the samples, and close the game.
    Keep,
    /// Close the game.
    Close,
    /// The best score of earlier visits was read.
    RestoreBest(u32),
}

impl GameRound {
    /// A round that begins; the digits follow from the seed.
    pub fn new(seed: u32) -> Self {
        let mut round = Self { asked: 10, seconds_left: GAME_SECONDS, drawings: Vec::new(), seed };
        round.ask_another();
        round
    }

    /// Asks for another digit than before (a linear congruential generator, as in the C standard).
    fn ask_another(&mut self) {
        let before = self.asked;
        while self.asked == before || self.asked > 9 {
            self.seed = self.seed.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            self.asked = ((self.seed >> 16) % 10) as u8;
        }
    }

    /// Counts a drawing of the digit that was asked for, and asks for the next one.
    pub fn accept(&mut self, drawing: DigitSample) {
        self.drawings.push(drawing);
        self.ask_another();
    }

    /// How many drawings were read.
    pub fn score(&self) -> u32 {
        self.drawings.len() as u32
    }
}

impl DigitGame {
    /// The round that is shown.
    pub fn round(&self) -> Option<&GameRound> {
        match self {
            Self::Off => None,
            Self::Running(round) | Self::Over(round) => Some(round),
        }
    }

    /// The game a second later.
    pub fn tick(self) -> Self {
        match self {
            Self::Running(round) if round.seconds_left <= 1 => Self::Over(GameRound { seconds_left: 0, ..round }),
            Self::Running(round) => Self::Running(GameRound { seconds_left: round.seconds_left - 1, ..round }),
            other => other,
        }
    }

    /// The game stopped.
    pub fn stop(self) -> Self {
        match self {
            Self::Running(round) => Self::Over(round),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ClassifierInput, Drawing};

    #[test]
    fn a_round_asks_for_other_digits_and_ends_after_a_minute() {
        let mut round = GameRound::new(7);
        let mut asked = Vec::new();
        for _ in 0..100 {
            asked.push(round.asked);
            round.accept(DigitSample { label: round.asked, input: ClassifierInput::Drawing(Drawing::default()) });
        }
        assert!(asked.windows(2).all(|pair| pair[0] != pair[1]), "{asked:?}");
        assert!((0..10).all(|digit| asked.contains(&digit)), "{asked:?}");
        assert_eq!(round.score(), 100);
        let mut game = DigitGame::Running(round);
        for _ in 0..59 {
            game = game.tick();
        }
        assert!(matches!(&game, DigitGame::Running(round) if round.seconds_left == 1));
        game = game.tick().tick();
        assert!(matches!(&game, DigitGame::Over(round) if (round.seconds_left, round.score()) == (0, 100)));
        assert_eq!(DigitGame::Off.tick(), DigitGame::Off);
    }
}
