//! The slider between whole sentences and lines as short as they hold.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::messages::summary_reasons;
use crate::app::model::summaries::SummariesAction;
use crate::protocol::{Shortness, SummaryKind};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct ShortnessSliderProps {
    /// The requested kind: a headline takes no notice of it.
    pub kind: SummaryKind,
    /// How short the lines are to be.
    pub shortness: Shortness,
    /// Receives the visitor's actions.
    pub act: Callback<SummariesAction>,
}

/// The slider. What it is moved over is described; where it is let go is asked for.
#[component]
pub fn ShortnessSlider(props: &ShortnessSliderProps) -> Html {
    let shown = use_state_eq(|| props.shortness);
    let place = shown.setter();
    use_effect_with(props.shortness, move |shortness| place.set(*shortness));
    let moved = {
        let shown = shown.setter();
        Callback::from(move |event: InputEvent| {
            if let Some(shortness) = value_of(&event.target_unchecked_into()) {
                shown.set(shortness);
            }
        })
    };
    let chosen = {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            if let Some(shortness) = value_of(&event.target_unchecked_into()) {
                act.emit(SummariesAction::SetShortness(shortness));
            }
        })
    };
    let description = summary_reasons::shortness_description(props.kind, *shown);
    html! {
        <div class="shortness">
            <label for="shortness">{ summary_reasons::SHORTNESS }</label>
            <span class="caption" aria-hidden="true">{ summary_reasons::AS_IT_STANDS }</span>
            <input
                id="shortness"
                type="range"
                min="0"
                max="100"
                step="1"
                list="shortness-usual"
                value={shown.percent().to_string()}
                aria-valuetext={description.clone()}
                disabled={props.kind == SummaryKind::Headline}
                oninput={moved}
                onchange={chosen}
            />
            <span class="caption" aria-hidden="true">{ summary_reasons::SHORTEST }</span>
            <datalist id="shortness-usual"><option value={Shortness::DEFAULT.percent().to_string()}></option></datalist>
            <p class="caption shortness-now" aria-hidden="true">{ description }</p>
        </div>
    }
}

fn value_of(input: &HtmlInputElement) -> Option<Shortness> {
    input.value().parse().ok()
}
