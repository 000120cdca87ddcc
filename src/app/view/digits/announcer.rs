//! Announces current predictions to screen readers, and stays silent while the pen moves.

use yew::prelude::*;

use crate::app::browser::timers::Timer;
use crate::app::messages::digits;
use crate::app::model::async_value::Shared;
use crate::app::model::prediction::{Prediction, PredictionStatus};
use crate::app::model::user_data::task::Task;

/// How long a prediction must be unchanged before it is announced.
const SETTLED_MS: i32 = 500;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct AnnouncerProps {
    /// What is classified.
    pub task: Task,
    /// The prediction, if there is one.
    pub answer: Option<Shared<Prediction>>,
    /// Why there is none.
    pub trouble: Option<AttrValue>,
    /// The status of the prediction.
    pub phase: PredictionStatus,
}

/// A visually hidden live region.
#[component]
pub fn PredictionAnnouncer(props: &AnnouncerProps) -> Html {
    let said = use_state_eq(String::new);
    let say = said.setter();
    let task = props.task;
    let about = (props.phase, props.answer.clone(), props.trouble.clone());
    use_effect_with(about, move |(phase, answer, trouble)| {
        let text = match (phase, trouble, answer) {
            (PredictionStatus::Current, Some(trouble), _) => Some(trouble.to_string()),
            (PredictionStatus::Current, None, Some(answer)) => Some(digits::announcement(task, &answer.result)),
            (PredictionStatus::Empty, ..) => Some(String::new()),
            _ => None,
        };
        let later = text.and_then(|text| Timer::after(SETTLED_MS, move || say.set(text)));
        move || drop(later)
    });
    html! { <p class="unseen" id="announcement" role="status" aria-live="polite">{ (*said).clone() }</p> }
}
