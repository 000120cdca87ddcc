//! Sample drawings to select, so that everything works from the keyboard.

use yew::prelude::*;

use crate::app::browser::dom::reduced_motion;
use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::prediction::SampleDrawing;
use crate::app::model::user_data::task::{ClassName, Task};
use crate::app::model::{Action, State};
use crate::app::view::stroke_thumbnail::stroke_thumbnail;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SamplePickerProps {
    /// What they are drawings of.
    pub task: Task,
    /// The sample drawings.
    pub samples: AsyncValue<Shared<Vec<SampleDrawing>>>,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// A button for each class, and one for other drawings.
#[component]
pub fn SamplePicker(props: &SamplePickerProps) -> Html {
    let round = use_state_eq(|| 0_usize);
    let all: &[SampleDrawing] = props.samples.ready().map_or(&[], |samples| samples.as_slice());
    let classes = props.task.facts().classes;
    let of = |class: usize| all.iter().filter(move |sample| usize::from(sample.label) == class);
    let most = (0..classes.len()).map(|class| of(class).count()).max().unwrap_or_default();
    let others = {
        let (next, round) = (*round + 1, round.setter());
        Callback::from(move |_: MouseEvent| round.set(next % most.max(1)))
    };

    html! {
        <section class="card samples" aria-labelledby="samples-title">
            <div class="card-head">
                <h2 id="samples-title">{ "Or pick a sample" }</h2>
                if most > 1 {
                    <button type="button" class="quiet" onclick={others}>{ "Other handwriting" }</button>
                }
            </div>
            <ul class="sample-list">
                { for classes.iter().enumerate().map(|(index, class)| {
                    let count = of(index).count();
                    let sample = of(index).nth(if count > 0 { *round % count } else { 0 });
                    html! { <li key={index}>{ sample_button(class, sample, &props.dispatch) }</li> }
                }) }
            </ul>
        </section>
    }
}

fn sample_button(class: &ClassName, sample: Option<&SampleDrawing>, dispatch: &UseReducerDispatcher<State>) -> Html {
    let label = format!("Sample drawing of {}", class.label);
    let Some(sample) = sample else {
        // Its place is reserved while the samples load.
        return html! { <button type="button" class="sample" disabled=true aria-label={label}></button> };
    };
    let (dispatch, drawing) = (dispatch.clone(), sample.drawing());
    let pick = Callback::from(move |_: MouseEvent| {
        let drawing = drawing.clone();
        dispatch.dispatch(if reduced_motion() { Action::LoadSample(drawing) } else { Action::AnimateSample(drawing) });
    });
    html! {
        <button type="button" class="sample" aria-label={label} data-sample={class.label} onclick={pick}>{ stroke_thumbnail(&sample.drawing()) }</button>
    }
}
