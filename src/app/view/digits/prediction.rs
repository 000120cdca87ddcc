//! The prediction: a large digit, the probabilities as bars, and the model that made it.

use yew::prelude::*;

use crate::app::messages::{digits, format};
use crate::app::model::async_value::Shared;
use crate::app::model::prediction::{Prediction, PredictionStatus};
use crate::app::model::user_data::task::Task;

/// Properties of the card.
#[derive(Properties, PartialEq)]
pub struct PredictionCardProps {
    /// What is classified.
    pub task: Task,
    /// The prediction, if there is one.
    pub answer: Option<Shared<Prediction>>,
    /// Why there is none.
    pub trouble: Option<AttrValue>,
    /// The status of the prediction.
    pub phase: PredictionStatus,
    /// Whether a model is loaded.
    pub ready: bool,
    /// The model, engine and time.
    pub reader: AttrValue,
    /// The engine that does not work, if the visitor should know.
    pub fault: Option<AttrValue>,
    /// The correction buttons.
    #[prop_or_default]
    pub children: Html,
}

/// The prediction.
#[component]
pub fn PredictionCard(props: &PredictionCardProps) -> Html {
    let task = props.task;
    let result = props.answer.as_ref().map(|answer| &answer.result);
    let verdict = match (&props.trouble, result) {
        (Some(trouble), _) => trouble.to_string(),
        (None, Some(result)) => digits::verdict(task, result),
        (None, None) => digits::prediction_placeholder(task, props.phase, props.ready),
    };
    let class = result.map_or("?", |result| task.class_name(result.digit.into()).label);
    let share = result.and_then(|result| result.probabilities.get(usize::from(result.digit)).copied());
    let percent = share.map_or_else(|| "\u{a0}".into(), format::percent);
    let confidence = match share {
        None => "none",
        Some(share) if share < 0.5 => "unsure",
        Some(_) => "sure",
    };

    html! {
        <section class="card answer" aria-labelledby="answer-title">
            <h2 id="answer-title">{ "The answer" }</h2>
            <div class="answer-body">
                <div class="answer-digit" data-confidence={confidence} data-mood={confidence} aria-hidden="true">
                    // With a key, each new class and percentage is a new element: the class is animated, and neither counts as
                    // a layout shift of centered text.
                    <span key={class} class="digit">{ class }</span>
                    <span key={format!("share {percent}")} class="share">{ percent }</span>
                </div>
                <ol class="bars" aria-label={format!("Probability of each {}", task.texts().noun)}>
                    { for task.facts().classes.iter().enumerate().map(|(index, class)| probability_bar(class.label,
                        result.and_then(|r| r.probabilities.get(index).copied()),
                        result.is_some_and(|r| usize::from(r.digit) == index))) }
                </ol>
            </div>
            <p class={classes!("verdict", props.trouble.as_ref().map(|_| "trouble"))}>{ verdict }</p>
            <p class="reader">{ &props.reader }{ " " }{ props.fault.clone() }</p>
            { props.children.clone() }
        </section>
    }
}

fn probability_bar(label: &'static str, share: Option<f32>, best: bool) -> Html {
    let share = share.unwrap_or_default().clamp(0.0, 1.0);
    html! {
        <li key={label} class={classes!("bar", best.then_some("best"))}>
            <span class="bar-digit">{ label }</span>
            <span class="bar-track" aria-hidden="true"><span class="bar-fill" style={format!("--share:{share:.4}")}></span></span>
            <span class="bar-share">{ format::percent_in_column(share) }</span>
        </li>
    }
}
