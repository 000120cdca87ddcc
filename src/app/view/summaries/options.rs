//! The options of a summary: kind and length, and the button that starts and stops.

use yew::prelude::*;

use crate::app::messages::summaries::{KINDS, LENGTHS, kind_attribute, kind_description, length_attribute};
use crate::app::model::summaries::SummariesAction;
use crate::protocol::{SummaryKind, SummaryLength};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SummaryOptionsProps {
    /// The requested kind.
    pub kind: SummaryKind,
    /// The requested length.
    pub length: SummaryLength,
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
                        segment("length", length_attribute(length), name, props.length == length, props.kind == SummaryKind::Sentence, choose)
                    }) }
                </fieldset>
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
            <p class="caption promise">{ kind_description(props.kind, props.length) }</p>
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
