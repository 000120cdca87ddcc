//! The game against the clock: what to draw, the time left, the score, and at the end what becomes of the drawings.

use yew::prelude::*;

use crate::app::browser::dom;
use crate::app::messages::digits;
use crate::app::model::digit_game::{DigitGame, GameAction};
use crate::app::model::{Action, State};

/// Properties of the panel.
#[derive(Properties, PartialEq)]
pub struct GamePanelProps {
    /// The game.
    pub game: DigitGame,
    /// The best score so far.
    pub best: u32,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The panel; nothing while no game is played. It keeps its height when the time is up.
#[component]
pub fn GamePanel(props: &GamePanelProps) -> Html {
    let Some(round) = props.game.round() else { return Html::default() };
    let over = matches!(props.game, DigitGame::Over(_));
    let act = |action: GameAction, focus: Option<&'static str>| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::Game(action));
            focus.into_iter().for_each(dom::focus);
        })
    };
    let again = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| start(&dispatch))
    };
    html! {
        <div class="correct game" role="group" aria-label="The game" data-game={if over { "over" } else { "running" }} data-game-score={round.score().to_string()}>
            <div class="game-text">
                <p class="game-task" role="status"><span key={format!("{over}{}", round.score())}>{ if over { digits::game_over(round.score(), props.best) } else { digits::game_task(round.asked) } }</span></p>
                if !over { <p class="caption" data-game-digit={round.asked.to_string()}>{ digits::game_standing(round.seconds_left, round.score()) }</p> }
            </div>
            <div class="game-tools">
                if over {
                    if round.score() > 0 { <button type="button" class="button primary" data-next-focus="pad" onclick={act(GameAction::Keep, Some("pad"))}>{ digits::game_keep(round.score()) }</button> }
                    <button type="button" class="button" onclick={again}>{ "Play again" }</button>
                    <button type="button" class="button" data-next-focus="pad" onclick={act(GameAction::Close, Some("pad"))}>{ "Close" }</button>
                } else {
                    <button type="button" class="button" onclick={act(GameAction::Stop, None)}>{ "Stop" }</button>
                }
            </div>
        </div>
    }
}

/// Starts a game at the pad.
pub fn start(dispatch: &UseReducerDispatcher<State>) {
    let seed = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    dispatch.dispatch(Action::Game(GameAction::Start(seed)));
    dom::scroll_into_view("draw-title");
    dom::focus("pad");
}
