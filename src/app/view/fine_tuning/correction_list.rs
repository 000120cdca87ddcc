//! The list of digit corrections.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::exchange_buttons::import_export_buttons;
use crate::app::browser::dom::{focus, scroll_into_view};
use crate::app::messages::user_data;
use crate::app::model::user_data::corrections::{CorrectionData, SAMPLES_PER_DIGIT};
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::write_queue::CorrectionId;
use crate::app::model::user_data::{UserData, UserDataAction};
use crate::app::model::{Action, State};
use crate::app::view::digits::game_panel;
use crate::app::view::stroke_thumbnail::stroke_thumbnail;
use crate::protocol::{ClassifierInput, DigitSample, GrayImage, NOT_A_DIGIT};

/// Properties of the list.
#[derive(Properties, PartialEq)]
pub struct CorrectionListProps {
    /// Corrections, training runs and versions.
    pub user_data: UserData,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The corrections of digits: to relabel, delete, export and import.
#[component]
pub fn CorrectionList(props: &CorrectionListProps) -> Html {
    let samples = &props.user_data;
    let guide = {
        let (dispatch, asks) = (props.dispatch.clone(), samples.guided_digit.is_none());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::UserData(UserDataAction::SetGuidedMode(asks)));
            // The guided mode asks for drawings on the pad.
            if asks {
                scroll_into_view("draw-title");
                focus("pad");
            }
        })
    };
    let game = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| game_panel::start(&dispatch))
    };
    let tools = import_export_buttons(samples, Task::Digits, &props.dispatch);
    let count = samples.correction_count(Task::Digits);
    html! {
        <section class="card lessons" aria-labelledby="lessons-title">
            <div class="card-head">
                <h2 id="lessons-title">{ "Your samples" }</h2>
                <span class="caption">{ match count { 0 => "none yet".into(), 1 => "1 sample".into(), n => format!("{n} samples") } }</span>
            </div>
            <p class="caption">
                { format!("Say which digit you drew, and the drawing becomes a sample. {SAMPLES_PER_DIGIT} of each digit are enough to teach the model your handwriting. Samples stay on this device. Drawings that are not digits help too: together with at least one digit, they teach the model to reject such drawings.") }
            </p>
            <div class="tools">
                <button type="button" class="button" onclick={guide} aria-pressed={samples.guided_digit.is_some().to_string()}>
                    { if samples.guided_digit.is_some() { "Stop the guide" } else { "Guide me through the digits" } }
                </button>
                <button type="button" class="button" id="start-game" onclick={game}>{ "60-second game" }</button>
                { tools }
            </div>
            <ul class="lesson-list">{ for samples.corrections_for(Task::Digits).filter_map(|one| match &one.sample {
                CorrectionData::Digit(sample) => Some(correction_item(one.id, sample, &props.dispatch)),
                CorrectionData::Text(_) => None,
            }) }</ul>
        </section>
    }
}

fn correction_item(id: CorrectionId, sample: &DigitSample, dispatch: &UseReducerDispatcher<State>) -> Html {
    let (number, label) = (id.number, sample.label);
    let relabel = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            if let Some(label) = select.and_then(|select| select.value().parse().ok()) {
                dispatch.dispatch(Action::UserData(UserDataAction::RelabelDigit(id, label)));
            }
        })
    };
    let delete = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::UserData(UserDataAction::DeleteCorrection(id))))
    };
    let picture = match &sample.input {
        ClassifierInput::Drawing(drawing) => stroke_thumbnail(drawing),
        ClassifierInput::Image(picture) => image_thumbnail(picture),
        ClassifierInput::Picture { .. } => Html::default(),
    };
    html! {
        <li key={id.to_string()} class="lesson" data-correction={label.to_string()} data-lesson={label.to_string()}>
            { picture }
            <select aria-label={format!("Label of sample {number}")} onchange={relabel}>
                { for (0..=NOT_A_DIGIT).map(|digit| html! { <option value={digit.to_string()} selected={digit == label}>{ user_data::label_name(digit) }</option> }) }
            </select>
            <button type="button" class="quiet" aria-label={user_data::delete_sample_label(number, label)} onclick={delete}>{ "×" }</button>
        </li>
    }
}

/// A 28×28 image, a square for each pixel with ink.
fn image_thumbnail(picture: &GrayImage) -> Html {
    let width = picture.width.max(1) as usize;
    let inked = picture.pixels.iter().enumerate().filter(|(_, ink)| **ink > 40);
    let path: String = inked.map(|(i, _)| format!("M{} {}h1v1h-1z", i % width, i / width)).collect();
    html! { <svg class="ink dots" viewBox="-1 -1 30 30" aria-hidden="true" focusable="false"><path d={path} /></svg> }
}
