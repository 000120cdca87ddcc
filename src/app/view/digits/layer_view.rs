//! The layers of the network: every activation map, live, one pixel explained, and the scores of the last layer.

use yew::prelude::*;

use super::activation_maps::ActivationMaps;
use super::lens::Lens;
use super::output_layer::OutputLayer;
use crate::app::messages::layers;
use crate::app::model::async_value::Shared;
use crate::app::model::layers::{MapPixel, SelectedUnit, channel_count};
use crate::app::model::prediction::Prediction;
use crate::app::model::theme::ColorScheme;
use crate::app::model::user_data::task::Task;
use crate::app::model::{Action, State};
use crate::protocol::Detail;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct LayerViewProps {
    /// What is classified.
    pub task: Task,
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
    let pick = use_state_eq(|| (SelectedUnit::default(), None::<MapPixel>));
    let hover = use_state_eq(|| None::<(SelectedUnit, MapPixel)>);
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
        let (pick, hover) = (pick.setter(), hover.setter());
        use_callback((), move |one: (SelectedUnit, Option<MapPixel>), ()| {
            // The keyboard wins over a mouse that rests.
            hover.set(None);
            pick.set(one);
        })
    };
    let point = {
        let hover = hover.setter();
        use_callback((), move |at: Option<(SelectedUnit, MapPixel)>, ()| hover.set(at))
    };
    let pointer = LayerPointer { pick: *pick, hover: *hover, pick_one, point };

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
                        <p class="layers-empty">{ layers::EMPTY }</p>
                    },
                    (true, Some(answer)) => layer_list(props, &answer, live, &pointer),
                } }
            </div>
        </section>
    }
}

/// What is selected and pointed at.
struct LayerPointer {
    pick: (SelectedUnit, Option<MapPixel>),
    hover: Option<(SelectedUnit, MapPixel)>,
    pick_one: Callback<(SelectedUnit, Option<MapPixel>)>,
    point: Callback<Option<(SelectedUnit, MapPixel)>>,
}

fn layer_list(props: &LayerViewProps, answer: &Shared<Prediction>, live: bool, pointer: &LayerPointer) -> Html {
    let color_scheme = props.color_scheme;
    let all = &answer.result.layers;
    // Another model may have fewer layers.
    let exists = |unit: &SelectedUnit| all.get(unit.layer).is_some_and(|layer| unit.channel < channel_count(layer));
    let (pick, picked) = Some(pointer.pick).filter(|(unit, _)| exists(unit)).unwrap_or_default();
    let hover = pointer.hover.filter(|(unit, _)| exists(unit));
    let (unit, pixel) = hover.map_or((pick, picked), |(unit, pixel)| (unit, Some(pixel)));
    html! {
        <>
            <Lens
                answer={answer.clone()}
                {unit}
                {pixel}
                {live}
                {color_scheme}
                hover={pointer.point.reform(move |pixel: Option<MapPixel>| pixel.map(|pixel| (pick, pixel)))}
                pick={pointer.pick_one.reform(move |pixel| (unit, Some(pixel)))}
            />
            <ol class="layer-list">
                { for all.iter().enumerate().map(|(index, layer)| html! {
                    <li key={index} class="layer">
                        <div class="layer-words">
                            <h3>{ &layer.name }</h3>
                            <p class="caption">{ layers::shape_label(layer) }</p>
                        </div>
                        <ActivationMaps answer={answer.clone()} {index} {live} {color_scheme} pick_one={pointer.pick_one.clone()}
                            hover={pointer.point.clone()} chosen={(pick.layer == index).then_some(pick.channel)} />
                    </li>
                }) }
                <OutputLayer task={props.task} answer={answer.clone()} {live} />
            </ol>
        </>
    }
}
