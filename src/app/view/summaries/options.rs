//! The options of a summary: kind and length, and the button that starts and stops.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::shortness::ShortnessSlider;
use crate::app::messages::summaries::{
    KINDS, LENGTHS, amount_description, kind_attribute, kind_description, length_attribute,
};
use crate::app::model::summaries::SummariesAction;
use crate::protocol::{Shortness, SummaryAmount, SummaryKind, SummaryLength};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SummaryOptionsProps {
    /// The requested kind.
    pub kind: SummaryKind,
    /// The requested length.
    pub length: SummaryLength,
    /// How much is requested in place of the length.
    pub amount: Option<SummaryAmount>,
    /// How short the lines are to be.
    pub shortness: Shortness,
    /// Whether something can be stopped.
    pub busy: bool,
    /// Whether the text is empty.
    pub empty: bool,
    /// Receives the visitor's actions.
    pub act: Callback<SummariesAction>,
}

/// The form above the summary.
#[component]
pub fn SummaryOptions(props: &SummaryOptionsProps) -> Html {
    let press = {
        let (act, busy) = (props.act.clone(), props.busy);
        Callback::from(move |_: MouseEvent| {
            act.emit(if busy { SummariesAction::Stop } else { SummariesAction::Summarize })
        })
    };
    html! {
        <div class="controls">
            <h2 id="outcome-title">{ "The summary" }</h2>
            <fieldset class="segments kinds">
                <legend class="unseen">{ "Kind of summary" }</legend>
                { for KINDS.map(|(kind, name)| {
                    let choose = props.act.reform(move |_: Event| SummariesAction::SetKind(kind));
                    segment("kind", kind_attribute(kind), name, props.kind == kind, false, choose)
                }) }
            </fieldset>
            <div class="controls-row">
                <fieldset class="segments lengths">
                    <legend class="unseen">{ "Length of the summary" }</legend>
                    { for LENGTHS.map(|(length, name)| {
                        let choose = props.act.reform(move |_: Event| SummariesAction::SetLength(length));
                        // The length does not change one sentence.
                        segment("length", length_attribute(length), name, props.amount.is_none() && props.length == length, props.kind == SummaryKind::Sentence, choose)
                    }) }
                </fieldset>
                <AmountInput kind={props.kind} amount={props.amount} act={props.act.clone()} />
                <button
                    type="button"
                    id="summarize"
                    class={classes!("button", "primary", props.busy.then_some("stops"))}
                    disabled={props.empty && !props.busy}
                    onclick={press}
                >
                    { if props.busy { "Stop" } else { "Summarize" } }
                </button>
            </div>
            <ShortnessSlider kind={props.kind} shortness={props.shortness} act={props.act.clone()} />
            <p class="caption promise">
                { props.amount.and_then(|amount| amount_description(props.kind, amount)).unwrap_or_else(|| kind_description(props.kind, props.length)) }
            </p>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct AmountInputProps {
    kind: SummaryKind,
    amount: Option<SummaryAmount>,
    act: Callback<SummariesAction>,
}

/// A number of points or words, in place of a length.
#[component]
fn AmountInput(props: &AmountInputProps) -> Html {
    let headline = props.kind == SummaryKind::Headline;
    let chosen = use_state_eq(|| false);
    let in_words = headline || props.amount.map_or(*chosen, |amount| matches!(amount, SummaryAmount::Words(_)));
    let count = match props.amount {
        Some(SummaryAmount::Points(count) | SummaryAmount::Words(count)) => count.to_string(),
        None => String::new(),
    };
    let amount = |words: bool, value: &str| {
        let count = value.trim().parse::<u32>().ok().filter(|count| *count > 0)?;
        Some(if words { SummaryAmount::Words(count.clamp(3, 2_000)) } else { SummaryAmount::Points(count.min(50)) })
    };
    let set = props.act.reform(move |event: Event| {
        SummariesAction::SetAmount(amount(in_words, &event.target_unchecked_into::<HtmlInputElement>().value()))
    });
    let unit = {
        let (act, count, chosen) = (props.act.clone(), count.clone(), chosen.clone());
        Callback::from(move |event: Event| {
            let words = event.target_unchecked_into::<HtmlSelectElement>().value() == "words";
            chosen.set(words);
            if !count.is_empty() {
                act.emit(SummariesAction::SetAmount(amount(words, &count)));
            }
        })
    };
    let off = props.kind == SummaryKind::Sentence;
    html! {
        <div class="amount">
            <label>
                <span class="unseen">{ "Or an exact number" }</span>
                <input
                    id="amount"
                    type="number"
                    inputmode="numeric"
                    min="1"
                    max={if in_words { "2000" } else { "50" }}
                    placeholder="or…"
                    value={count}
                    disabled={off}
                    onchange={set}
                />
            </label>
            <label>
                <span class="unseen">{ "Points or words" }</span>
                <select id="amount-unit" disabled={off || headline} onchange={unit}>
                    <option value="points" selected={!in_words}>{ "points" }</option>
                    <option value="words" selected={in_words}>{ "words" }</option>
                </select>
            </label>
        </div>
    }
}

/// One radio button of a row.
pub fn segment(
    group: &'static str,
    value: &'static str,
    name: impl Into<Html>,
    checked: bool,
    disabled: bool,
    choose: Callback<Event>,
) -> Html {
    html! {
        <label class="segment">
            <input type="radio" name={group} {value} {checked} {disabled} onchange={choose} />
            <span>{ name.into() }</span>
        </label>
    }
}
