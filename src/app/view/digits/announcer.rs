//! Says settled answers to screen readers, and keeps silent while the pen moves.

use yew::prelude::*;

use crate::app::browser::timers::Timer;
use crate::app::messages::digits;
use crate::app::model::async_value::Shared;
use crate::app::model::prediction::{Prediction, PredictionStatus};

/// How long an answer must stand before it is said.
const SETTLED_MS: i32 = 500;

/// What is announced.
#[derive(Properties, PartialEq)]
pub struct AnnouncerProps {
    /// The answer, if there is one.
    pub answer: Option<Shared<Prediction>>,
    /// Why there is none.
    pub trouble: Option<AttrValue>,
    /// Where the reading stands.
    pub phase: PredictionStatus,
}

/// A live region that is heard and not seen.
#[component]
pub fn DigitAnnouncer(props: &AnnouncerProps) -> Html {
    let said = use_state_eq(String::new);
    let say = said.setter();
    let about = (props.phase, props.answer.clone(), props.trouble.clone());
    use_effect_with(about, move |(phase, answer, trouble)| {
        let text = match (phase, trouble, answer) {
            (PredictionStatus::Current, Some(trouble), _) => Some(trouble.to_string()),
            (PredictionStatus::Current, None, Some(answer)) => Some(digits::announcement(&answer.result)),
            (PredictionStatus::Empty, ..) => Some(String::new()),
            _ => None,
        };
        let later = text.and_then(|text| Timer::after(SETTLED_MS, move || say.set(text)));
        move || drop(later)
    });
    html! { <p class="unseen" id="announcement" role="status" aria-live="polite">{ (*said).clone() }</p> }
}
