//! The prediction: a large digit, the probabilities as bars, and the model that made it.

use yew::prelude::*;

use crate::app::messages::{digits, format};
use crate::app::model::async_value::Shared;
use crate::app::model::prediction::{Prediction, PredictionStatus};
use crate::app::model::user_data::task::Task;
use crate::app::view::progress_bar::share_bar;
use crate::protocol::{NumberPart, Verdict};

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
    let written = result.map(|result| digits::written(task, result)).filter(|written| !written.is_empty());
    let class = written.clone().unwrap_or_else(|| "?".into());
    // A number is as sure as the least sure of its digits.
    let share = result.filter(|_| written.is_some()).and_then(|result| match result.verdict {
        Verdict::Number => result.parts.iter().map(part_share).min_by(f32::total_cmp),
        _ => result.probabilities.get(usize::from(result.digit)).copied(),
    });
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
                <div class="answer-digit" data-verdict={result.map(|result| verdict_attribute(result.verdict))} data-confidence={confidence} data-mood={confidence} aria-hidden="true">
                    // With a key, each new class and percentage is a new element: the class is animated, and neither counts as
                    // a layout shift of centered text.
                    <span key={class.clone()} class={classes!("digit", (class.len() > 1).then_some("number"))}>{ &class }</span>
                    <span key={format!("share {percent}")} class="share">{ percent }</span>
                </div>
                if let Some(number) = result.filter(|result| result.verdict == Verdict::Number) {
                    <ol class="bars number-parts" aria-label="Digits of the number">
                        { for number.parts.iter().enumerate().map(number_part) }
                    </ol>
                } else {
                <ol class="bars" aria-label={format!("Probability of each {}", task.texts().noun)}>
                    { for task.facts().classes.iter().enumerate().map(|(index, class)| probability_bar(class.label,
                        result.and_then(|r| r.probabilities.get(index).copied()),
                        result.is_some_and(|r| r.verdict == Verdict::Digit && usize::from(r.digit) == index))) }
                </ol>
                }
            </div>
            <p class={classes!("verdict", props.trouble.as_ref().map(|_| "trouble"))}>{ verdict }</p>
            <p class="reader">{ &props.reader }{ " " }{ props.fault.clone() }</p>
            { props.children.clone() }
        </section>
    }
}

/// The verdict as the page's attributes name it.
pub fn verdict_attribute(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Digit => "digit",
        Verdict::Number => "number",
        Verdict::NotADigit => "not-a-digit",
        Verdict::TooLittle => "too-little",
    }
}

/// The probability of what a digit of a number was read as.
fn part_share(part: &NumberPart) -> f32 {
    part.probabilities.get(usize::from(part.digit)).copied().unwrap_or_default()
}

fn number_part((place, part): (usize, &NumberPart)) -> Html {
    let share = part_share(part).clamp(0.0, 1.0);
    html! {
        <li key={place} class="bar best" data-part-digit={part.digit.to_string()}>
            <span class="bar-digit">{ part.digit }</span>
            { share_bar(share) }
            <span class="bar-share">{ format::percent_in_column(share) }</span>
        </li>
    }
}

fn probability_bar(label: &'static str, share: Option<f32>, best: bool) -> Html {
    let share = share.unwrap_or_default().clamp(0.0, 1.0);
    html! {
        <li key={label} class={classes!("bar", best.then_some("best"))}>
            <span class="bar-digit">{ label }</span>
            { share_bar(share) }
            <span class="bar-share">{ format::percent_in_column(share) }</span>
        </li>
    }
}
