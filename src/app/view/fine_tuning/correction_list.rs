//! Corrections: the row of digits under an answer, and the list of what was corrected.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::app::browser::dom::{confirmed, download, open_file, show};
use crate::app::messages::format as words;
use crate::app::model::pad_content::bounds;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::write_queue::Id;
use crate::app::model::user_data::{Deed, GUIDED, Mine, Taught, write_samples};
use crate::app::model::{Action, State};
use crate::ink::Drawing;
use crate::protocol::{Input, Picture, Sample};

/// What the row needs.
#[derive(Properties, PartialEq)]
pub struct CorrectProps {
    /// Whether there is something to correct.
    pub ready: bool,
    /// The digit that the guided mode asks for.
    pub guide: Option<u8>,
    /// What the drawing was said to be, if it is a sample already.
    pub kept: Option<u8>,
    /// Where actions go.
    pub dispatch: UseReducerDispatcher<State>,
}

/// Ten buttons: one click says what the drawing really is.
#[component]
pub fn Correct(props: &CorrectProps) -> Html {
    let button = |digit: u8| {
        let dispatch = props.dispatch.clone();
        let correct = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Mine(Deed::Correct(digit))));
        let asked = props.guide == Some(digit);
        let kept = props.kept == Some(digit);
        html! {
            <button key={digit} type="button" class={classes!("label", asked.then_some("asked"), kept.then_some("kept"))} aria-pressed={kept.to_string()} disabled={!props.ready}
                aria-label={format!("It is a {digit}")} data-label={digit.to_string()} onclick={correct}>{ digit }</button>
        }
    };
    let ask = match (props.guide, props.kept) {
        (Some(digit), _) => format!("Draw {}, then press {digit}.", words::a_digit(digit.into())),
        (None, Some(digit)) => {
            format!("Kept as {}. The model learns from your samples further down.", words::a_digit(digit.into()))
        }
        (None, None) => "Keep it as a sample. It really is a".into(),
    };
    html! {
        <div class="correct" role="group" aria-label="What the drawing really is">
            <p class="caption" role="status"><span key={ask.clone()}>{ ask }</span></p>
            <div class="labels">{ for (0..10).map(button) }</div>
        </div>
    }
}

/// What the list needs.
#[derive(Properties, PartialEq)]
pub struct LessonsProps {
    /// What is the visitor's own.
    pub mine: Mine,
    /// Where actions go.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The corrections, to look through, relabel, delete, take away and bring.
#[component]
pub fn Lessons(props: &LessonsProps) -> Html {
    let mine = &props.mine;
    let guide = {
        let (dispatch, asks) = (props.dispatch.clone(), mine.guide.is_none());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::Mine(Deed::Guide(asks)));
            // What is asked for stands beside the pad, which is where it is drawn.
            if asks {
                show("draw-title");
            }
        })
    };
    let tools = exchange(mine, Task::Digits, &props.dispatch);
    let count = mine.count(Task::Digits);
    html! {
        <section class="card lessons" aria-labelledby="lessons-title">
            <div class="card-head">
                <h2 id="lessons-title">{ "Your samples" }</h2>
                <span class="caption">{ match count { 0 => "none yet".into(), 1 => "1 sample".into(), n => format!("{n} samples") } }</span>
            </div>
            <p class="caption">
                { format!("Say what a drawing really is, and it becomes a sample. {GUIDED} of each digit teach the model your hand; they stay on this device.") }
            </p>
            <div class="tools">
                <button type="button" class="button" onclick={guide} aria-pressed={mine.guide.is_some().to_string()}>
                    { if mine.guide.is_some() { "Stop asking" } else { "Ask me for digits" } }
                </button>
                { tools }
            </div>
            <ul class="lesson-list">{ for mine.of(Task::Digits).filter_map(|one| match &one.sample {
                Taught::Digit(sample) => Some(lesson(one.id, sample, &props.dispatch)),
                Taught::Text(_) => None,
            }) }</ul>
        </section>
    }
}

/// The buttons that take the samples of a task away, bring some, and delete them.
pub fn exchange(mine: &Mine, task: Task, dispatch: &UseReducerDispatcher<State>) -> Html {
    let export = {
        let samples: Vec<Taught> = mine.of(task).map(|one| one.sample.clone()).collect();
        Callback::from(move |_: MouseEvent| {
            let name = format!("inkling-{}.json", task.word());
            download(&name, "application/json", write_samples(&samples).as_bytes());
        })
    };
    let import = {
        let dispatch = dispatch.clone();
        open_file(move |_, bytes| {
            dispatch.dispatch(Action::Mine(Deed::Import(String::from_utf8_lossy(&bytes).into_owned())));
        })
    };
    let delete = {
        let dispatch = dispatch.clone();
        let count = mine.count(task);
        let question = match count {
            1 => "Delete your sample?".to_owned(),
            count => format!("Delete all {count} of your samples?"),
        };
        Callback::from(move |_: MouseEvent| {
            if confirmed(&question) {
                dispatch.dispatch(Action::Mine(Deed::DeleteAll(task)));
            }
        })
    };
    let none = mine.count(task) == 0;
    html! {
        <>
            <button type="button" class="button" disabled={none} onclick={export}>{ "Export" }</button>
            <label class="button file">{ "Import" }<input class="unseen" type="file" accept=".json,application/json" data-import="samples" onchange={import} /></label>
            <button type="button" class="button" disabled={none} onclick={delete}>{ "Delete all" }</button>
        </>
    }
}

fn lesson(id: Id, sample: &Sample, dispatch: &UseReducerDispatcher<State>) -> Html {
    let (number, label) = (id.number, sample.label);
    let relabel = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            if let Some(label) = select.and_then(|select| select.value().parse().ok()) {
                dispatch.dispatch(Action::Mine(Deed::Relabel(id, label)));
            }
        })
    };
    let delete = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Mine(Deed::Delete(id))))
    };
    let picture = match &sample.input {
        Input::Drawing(drawing) => strokes(drawing),
        Input::Image(picture) => pixels(picture),
        Input::Picture { .. } => Html::default(),
    };
    html! {
        <li key={id.to_string()} class="lesson" data-lesson={label.to_string()}>
            { picture }
            <select aria-label={format!("Sample {number} is a")} onchange={relabel}>
                { for (0..10u8).map(|digit| html! { <option value={digit.to_string()} selected={digit == label}>{ digit }</option> }) }
            </select>
            <button type="button" class="quiet" aria-label={format!("Delete sample {number}, a {label}")} onclick={delete}>{ "×" }</button>
        </li>
    }
}

/// Strokes as a small picture.
pub fn strokes(drawing: &Drawing) -> Html {
    let Some([left, top, right, bottom]) = bounds(drawing) else { return Html::default() };
    let scale = 24.0 / (right - left).max(bottom - top).max(1e-3);
    let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let path: String = drawing
        .strokes
        .iter()
        .flat_map(|stroke| stroke.points.iter().enumerate())
        .map(|(i, p)| format!("{}{:.1} {:.1}", if i == 0 { 'M' } else { 'L' }, (p.x - x) * scale, (p.y - y) * scale))
        .collect();
    html! { <svg class="ink" viewBox="-16 -16 32 32" aria-hidden="true" focusable="false"><path d={path} /></svg> }
}

/// A 28×28 image, a square for each pixel with ink.
fn pixels(picture: &Picture) -> Html {
    let width = picture.width.max(1) as usize;
    let inked = picture.pixels.iter().enumerate().filter(|(_, ink)| **ink > 40);
    let path: String = inked.map(|(i, _)| format!("M{} {}h1v1h-1z", i % width, i / width)).collect();
    html! { <svg class="ink dots" viewBox="-1 -1 30 30" aria-hidden="true" focusable="false"><path d={path} /></svg> }
}
