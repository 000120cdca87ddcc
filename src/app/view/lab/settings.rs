//! The training settings, and the button that starts and stops.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::app::messages::lab;
use crate::app::model::lab::LabAction;
use crate::protocol::{FinalStage, LabConfig, OptimizerKind};

const OPTIMIZERS: [OptimizerKind; 4] =
    [OptimizerKind::Adam, OptimizerKind::AdamW, OptimizerKind::Momentum, OptimizerKind::Sgd];
const RATES: [&str; 7] = ["0.0003", "0.001", "0.004", "0.02", "0.1", "1", "10"];
const EPOCHS: [u32; 3] = [1, 3, 5];
const IMAGES: [u32; 3] = [1_000, 3_000, 6_000];

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct LabSettingsProps {
    /// The configuration.
    pub plan: LabConfig,
    /// Whether a training run is queued or runs.
    pub busy: bool,
    /// Whether an engine is ready.
    pub ready: bool,
    /// Receives the visitor's actions.
    pub act: Callback<LabAction>,
}

/// The training settings.
#[component]
pub fn LabSettings(props: &LabSettingsProps) -> Html {
    let (plan, busy) = (props.plan, props.busy);
    let choose = |change: fn(&mut LabConfig, usize)| {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            if let Some(index) = chosen_index(&event) {
                let mut plan = plan;
                change(&mut plan, index);
                act.emit(LabAction::SetConfig(plan));
            }
        })
    };
    let at = |found: Option<usize>| found.unwrap_or_default();
    let rate = {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                // What is not a number becomes 0, which the engine rejects with a sentence.
                act.emit(LabAction::SetConfig(LabConfig { rate: input.value().parse().unwrap_or(0.0), ..plan }));
            }
        })
    };
    let press = props.act.reform(move |_: MouseEvent| if busy { LabAction::Stop } else { LabAction::Train });
    html! {
        <section class="card lab-settings" aria-labelledby="lab-settings-title">
            <h2 id="lab-settings-title">{ "How to train" }</h2>
            <div class="settings">
                { select("Images", busy, at(IMAGES.iter().position(|n| *n == plan.images)), &["1,000", "3,000", "6,000"], choose(|plan, i| plan.images = IMAGES[i.min(2)])) }
                { select("Epochs", busy, at(EPOCHS.iter().position(|n| *n == plan.epochs)), &["1", "3", "5"], choose(|plan, i| plan.epochs = EPOCHS[i.min(2)])) }
                { select("Optimizer", busy, at(OPTIMIZERS.iter().position(|o| *o == plan.optimizer)), &OPTIMIZERS.map(lab::optimizer_name), choose(|plan, i| plan.optimizer = OPTIMIZERS[i.min(3)])) }
                <label class="setting"><span class="caption">{ "Learning rate" }</span>
                    <input type="number" min="0" step="any" list="lab-rates" disabled={busy} value={plan.rate.to_string()} onchange={rate} />
                    <datalist id="lab-rates">{ for RATES.map(|rate| html! { <option value={rate} /> }) }</datalist>
                </label>
                { select("Last stage trains", busy, usize::from(plan.ending == FinalStage::Together), &["only the top", "all layers"], choose(|plan, i| plan.ending = if i == 1 { FinalStage::Together } else { FinalStage::Frozen })) }
            </div>
            <p class="caption">
                { "An epoch is one pass over all images. The learning rate sets how far each step goes: 0.004 works well for Adam, 0.02 to 0.1 for SGD and momentum. If it is far too high, training breaks down; try it. The loss measures how far the answers are from the labels; it stays above 0.5 because the labels are smoothed a little, which helps." }
            </p>
            <div class="tools">
                <button type="button" id="lab-train" class={classes!("button", "primary", busy.then_some("stops"))} disabled={!busy && !props.ready} onclick={press}>
                    { if busy { "Stop" } else { "Train both" } }
                </button>
            </div>
        </section>
    }
}

/// A select element with its label.
pub fn select(label: &'static str, disabled: bool, now: usize, options: &[&str], choose: Callback<Event>) -> Html {
    html! {
        <label class="setting"><span class="caption">{ label }</span>
            <select {disabled} onchange={choose}>
                { for options.iter().enumerate().map(|(i, option)| html! { <option value={i.to_string()} selected={i == now}>{ *option }</option> }) }
            </select>
        </label>
    }
}

/// The index that a select element was set to.
pub fn chosen_index(event: &Event) -> Option<usize> {
    let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok())?;
    select.value().parse().ok()
}
