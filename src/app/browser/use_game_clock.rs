//! The clock of the game, and its best score in `localStorage`.

use yew::prelude::*;

use super::preferences::{load_item, save_item};
use super::timers::Timer;
use crate::app::model::digit_game::{DigitGame, GameAction};
use crate::app::model::{Action, State};

const BEST_KEY: &str = "inkling.game.best";

/// Ticks every second while a game runs, and keeps the best score.
#[hook]
pub fn use_game_clock(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        if let Some(best) = load_item(BEST_KEY).and_then(|best| best.parse().ok()) {
            dispatch.dispatch(Action::Game(GameAction::RestoreBest(best)));
        }
    });
    use_effect_with(state.best_score, |best| {
        if *best > 0 {
            save_item(BEST_KEY, &best.to_string());
        }
    });
    let left = match &state.game {
        DigitGame::Running(round) => Some(round.seconds_left),
        DigitGame::Off | DigitGame::Over(_) => None,
    };
    let dispatch = state.dispatcher();
    use_effect_with(left, move |left| {
        let timer = left.and_then(|_| Timer::after(1_000, move || dispatch.dispatch(Action::Game(GameAction::Tick))));
        move || drop(timer)
    });
}
