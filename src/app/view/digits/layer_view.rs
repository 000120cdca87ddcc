//! The layers of the network: every activation map, live, and one of them enlarged.

use yew::prelude::*;

use super::activation_maps::{
    ActivationMap, ActivationMaps, SelectedUnit, channel_count, channel_noun, strongest_activation,
};
use crate::app::model::async_value::Shared;
use crate::app::model::prediction::Prediction;
use crate::app::model::theme::ColorScheme;
use crate::app::model::{Action, State};
use crate::protocol::{Detail, LayerActivations};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct LayerViewProps {
    /// The prediction with the layers.
    pub answer: Option<Shared<Prediction>>,
    /// Whether the layers are shown.
    pub detail: Detail,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The layers of the network.
#[component]
pub fn LayerView(props: &LayerViewProps) -> Html {
    let pick = use_state_eq(SelectedUnit::default);
    // The last prediction with layers keeps their places while the pad is empty, so that the layout is stable.
    let last = use_mut_ref(|| None::<Shared<Prediction>>);
    if let Some(answer) = props.answer.as_ref().filter(|answer| !answer.result.layers.is_empty()) {
        *last.borrow_mut() = Some(answer.clone());
    }
    let shown = last.borrow().clone();
    let live = props.answer.is_some();
    let open = props.detail == Detail::Layers;
    let toggle = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::SetLayerView(if open { Detail::Answer } else { Detail::Layers }));
        })
    };
    let pick_one = {
        let pick = pick.setter();
        Callback::from(move |one: SelectedUnit| pick.set(one))
    };

    html! {
        <section class="card layers" aria-labelledby="layers-title">
            <div class="card-head">
                <h2 id="layers-title">{ "Layer by layer" }</h2>
                <button type="button" class="quiet" aria-expanded={open.to_string()} aria-controls="layers-body" onclick={toggle}>
                    { if open { "Hide" } else { "Show" } }
                </button>
            </div>
            <div id="layers-body" class="layers-body" hidden={!open}>
                { match (open, shown) {
                    (false, _) => Html::default(),
                    (true, None) => html! {
                        <p class="layers-empty">{ "Draw a digit to see every layer at work, from the first, which detects strokes, to the last, which gives the answer." }</p>
                    },
                    (true, Some(answer)) => layer_list(&answer, *pick, live, props.color_scheme, &pick_one),
                } }
            </div>
        </section>
    }
}

fn layer_list(
    answer: &Shared<Prediction>,
    pick: SelectedUnit,
    live: bool,
    color_scheme: ColorScheme,
    pick_one: &Callback<SelectedUnit>,
) -> Html {
    let layers = &answer.result.layers;
    // Another model may have fewer layers.
    let pick = match layers.get(pick.layer) {
        Some(layer) if pick.channel < channel_count(layer) => pick,
        _ => SelectedUnit::default(),
    };
    html! {
        <>
            <div class="lens" aria-live="off">
                { layers.get(pick.layer).map(|layer| html! {
                    <>
                        <div class="lens-frame"><ActivationMap answer={answer.clone()} {pick} {live} {color_scheme} /></div>
                        <p class="caption">
                            <strong>{ format!("Layer {}, {} {} of {}", pick.layer + 1, channel_noun(layer), pick.channel + 1, channel_count(layer)) }</strong>
                            <br/>{ strongest_activation(layer, pick.channel, live) }
                        </p>
                    </>
                }) }
            </div>
            <ol class="layer-list">
                { for layers.iter().enumerate().map(|(index, layer)| html! {
                    <li key={index} class="layer">
                        <div class="layer-words">
                            <h3>{ &layer.name }</h3>
                            <p class="caption">{ shape_label(layer) }</p>
                        </div>
                        <ActivationMaps answer={answer.clone()} {index} {live} {color_scheme} {pick_one}
                            chosen={(pick.layer == index).then_some(pick.channel)} />
                    </li>
                }) }
            </ol>
        </>
    }
}

fn shape_label(layer: &LayerActivations) -> String {
    let [count, height, width] = layer.shape;
    if height * width > 1 { format!("{count} maps of {height} × {width}") } else { format!("{count} units") }
}
