//! Reducer of the game against the clock.

use crate::app::model::digit_game::{DigitGame, GameAction, GameRound, READ_FROM};
use crate::app::model::pad_content::PadContent;
use crate::app::model::prediction::PredictionStatus;
use crate::app::model::user_data::corrections::CorrectionData;
use crate::app::model::{Action, State};
use crate::protocol::{DigitSample, Verdict};

impl State {
    /// Applies what the visitor and the clock do.
    pub(super) fn update_game(&mut self, action: GameAction) {
        match action {
            GameAction::Start(seed) => {
                // The guide asks for digits, too.
                self.user_data.guided_digit = None;
                self.apply(Action::Clear);
                self.game = DigitGame::Running(GameRound::new(seed));
            }
            GameAction::Tick => self.game = std::mem::take(&mut self.game).tick(),
            GameAction::Stop => self.game = std::mem::take(&mut self.game).stop(),
            GameAction::Keep => {
                let game = std::mem::take(&mut self.game);
                let drawings = game.round().map(|round| round.drawings.clone()).unwrap_or_default();
                let known =
                    |sample: &CorrectionData| self.user_data.corrections.iter().any(|one| one.sample == *sample);
                let new: Vec<CorrectionData> =
                    drawings.into_iter().map(CorrectionData::Digit).filter(|sample| !known(sample)).collect();
                let count = new.len();
                self.user_data.add(new);
                self.notify(match count {
                    1 => "Saved 1 drawing as a sample.".into(),
                    count => format!("Saved {count} drawings as samples."),
                });
            }
            GameAction::Close => self.game = DigitGame::Off,
            GameAction::RestoreBest(best) => self.best_score = self.best_score.max(best),
        }
        if let DigitGame::Over(round) = &self.game {
            self.best_score = self.best_score.max(round.score());
        }
    }

    /// Counts what is on the pad once it is read as the digit that the game asks for, and clears the pad for the next one.
    pub(super) fn play_game(&mut self) {
        let DigitGame::Running(round) = &self.game else { return };
        if !matches!(self.pad, PadContent::Drawing(_)) || self.prediction_status() != PredictionStatus::Current {
            return;
        }
        let asked = round.asked;
        let is_read = self.prediction.as_ref().is_some_and(|answer| {
            let share = answer.result.probabilities.get(usize::from(asked)).copied().unwrap_or_default();
            answer.result.verdict == Verdict::Digit && answer.result.digit == asked && share >= READ_FROM
        });
        let Some(input) = self.correction_input().filter(|_| is_read) else { return };
        if let DigitGame::Running(round) = &mut self.game {
            round.accept(DigitSample { label: asked, input });
        }
        self.apply(Action::Clear);
    }
}
