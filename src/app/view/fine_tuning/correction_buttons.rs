//! The buttons that label what is on the pad.

use yew::prelude::*;

use crate::app::browser::dom;
use crate::app::messages::{format, user_data};
use crate::app::model::user_data::UserDataAction;
use crate::app::model::user_data::corrections::SAMPLES_PER_DIGIT;
use crate::app::model::{Action, State};
use crate::protocol::NOT_A_DIGIT;

/// Properties of the buttons.
#[derive(Properties, PartialEq)]
pub struct CorrectionButtonsProps {
    /// Whether there is a prediction to correct.
    pub ready: bool,
    /// The digit that the guided mode asks for.
    pub guide: Option<u8>,
    /// Which drawing of that digit it asks for, counted from 1.
    pub asked: usize,
    /// The label of the correction with this drawing, or of the one that was saved last.
    pub kept: Option<u8>,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// A button for each digit and one for what is none: one click labels what is on the pad.
#[component]
pub fn CorrectionButtons(props: &CorrectionButtonsProps) -> Html {
    let button = |digit: u8| {
        let dispatch = props.dispatch.clone();
        let correct = Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::UserData(UserDataAction::CorrectDigit(digit)));
            // The pad is empty now, which disables this button; the next drawing is made there.
            dom::focus("pad");
        });
        let asked = props.guide == Some(digit);
        let kept = props.kept == Some(digit);
        html! {
            <button key={digit} type="button" class={classes!("label", asked.then_some("asked"), kept.then_some("kept"))} aria-pressed={kept.to_string()} disabled={!props.ready}
                aria-label={user_data::label_statement(digit)} data-label={digit.to_string()} data-next-focus="pad" onclick={correct}>{ user_data::label_name(digit) }</button>
        }
    };
    let ask = match (props.guide, props.kept) {
        (Some(digit), _) => format!(
            "Draw {}, then choose {digit} ({} of {SAMPLES_PER_DIGIT}). The key {digit} works too.",
            format::digit_with_article(digit.into()),
            props.asked
        ),
        (None, Some(NOT_A_DIGIT)) => {
            "Saved as “not a digit”. To train the model on your samples, choose Learn below.".into()
        }
        (None, Some(digit)) => {
            format!(
                "Saved as {}. To train the model on your samples, choose Learn below.",
                format::digit_with_article(digit.into())
            )
        }
        (None, None) => "Which digit is this? (Your answer is saved as a sample.)".into(),
    };
    html! {
        <div class="correct" role="group" aria-label="Which digit is this?">
            <p class="caption" role="status"><span key={ask.clone()}>{ ask }</span></p>
            <div class="labels">{ for (0..=NOT_A_DIGIT).map(button) }</div>
        </div>
    }
}
