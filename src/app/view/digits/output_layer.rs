//! The last layer: the score of each class, and the share that softmax makes of it.

use yew::prelude::*;

use crate::app::messages::{format, layers};
use crate::app::model::async_value::Shared;
use crate::app::model::prediction::Prediction;
use crate::app::model::user_data::task::Task;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct OutputLayerProps {
    /// What is classified.
    pub task: Task,
    /// The prediction.
    pub answer: Shared<Prediction>,
    /// Whether it is of what is on the pad; otherwise there are no numbers.
    pub live: bool,
}

/// Scores and shares, a row a class.
#[component]
pub fn OutputLayer(props: &OutputLayerProps) -> Html {
    let result = &props.answer.result;
    let classes = props.task.facts().classes;
    let most = result.logits.iter().map(|logit| logit.abs()).fold(1e-6, f32::max);
    let best = usize::from(result.digit);
    let row = |(index, class): (usize, &crate::app::model::user_data::task::ClassName)| {
        let of = |values: &[f32]| values.get(index).copied().filter(|_| props.live);
        let (score, share) = (of(&result.logits), of(&result.probabilities));
        let text = |value: Option<String>| value.unwrap_or_else(|| "–".into());
        html! {
            <tr key={index} class={(props.live && index == best).then_some("best")}>
                <th scope="row">{ class.label }</th>
                <td>{ text(score.map(layers::number)) }</td>
                <td class="output-bar">{ score_bar(score.unwrap_or_default() / most) }</td>
                <td>{ text(share.map(format::percent)) }</td>
                <td class="output-bar">{ share_bar(share.unwrap_or_default()) }</td>
            </tr>
        }
    };
    html! {
        <li class="layer output-layer">
            <div class="layer-words">
                <h3>{ format!("Output, {} scores, softmax", classes.len()) }</h3>
                <p class="caption">{ layers::OUTPUT_HELP }</p>
            </div>
            <table class="output-table">
                <thead><tr>
                    <th scope="col">{ props.task.texts().noun }</th>
                    <th scope="col" colspan="2">{ "score" }</th>
                    <th scope="col" colspan="2">{ "share" }</th>
                </tr></thead>
                <tbody>{ for classes.iter().enumerate().map(row) }</tbody>
            </table>
        </li>
    }
}

/// A bar from the middle: to the left where the score is negative. `share` is from -1 to 1.
fn score_bar(share: f32) -> Html {
    let width = 50.0 * share.abs().min(1.0);
    let left = if share < 0.0 { 50.0 - width } else { 50.0 };
    html! {
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="track" width="100" height="8" /><rect class="fill" x={format!("{left:.1}")} width={format!("{width:.1}")} height="8" />
            <path class="zero" d="M50 0V8" vector-effect="non-scaling-stroke" />
        </svg>
    }
}

fn share_bar(share: f32) -> Html {
    html! {
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="track" width="100" height="8" /><rect class="fill" width={format!("{:.1}", 100.0 * share.clamp(0.0, 1.0))} height="8" />
        </svg>
    }
}
