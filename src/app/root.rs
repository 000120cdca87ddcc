//! The page as a whole: holds the state, keeps the world in step with it, and puts the parts in their places.

use gloo_events::EventListener;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, KeyboardEvent, Response};
use yew::prelude::*;

use super::announce::Announce;
use super::answer::Answer;
use super::browser::{self, Later};
use super::course::Course;
use super::engines::Engines;
use super::frame::{Foot, Head};
use super::keep::use_keeping;
use super::layers::Layers;
use super::lessons::{Correct, Lessons};
use super::models::Models;
use super::notices::Notices;
use super::pad::Pad;
use super::picture::{Hover, OpenPicture, use_pictures};
use super::samples::Samples;
use super::seen::Seen;
use super::slot::{Progress, Shared, Slot};
use super::state::{Action, Phase, Sample, State};
use super::subject::Subject;
use super::versions::Versions;
use super::words;
use super::workers::use_workers;
use crate::protocol::EngineKind;

/// How long a sample takes to be drawn, in milliseconds.
const PLAY_MS: f64 = 700.0;

/// The page.
#[component]
pub fn Root() -> Html {
    let state = use_reducer(|| State::new(browser::opening()));
    let dispatch = state.dispatcher();
    use_workers(&state);
    use_keeping(&state);
    use_samples(dispatch.clone());
    use_play(&state);
    use_theme(&state);
    use_undo_key(dispatch.clone());
    let hover = use_pictures(dispatch.clone());

    let result = state.answer.as_ref().map(|answer| &answer.result);
    let phase = state.phase();
    let reader = AttrValue::from(words::reader(state.answer.as_deref(), state.adapter()));
    let fault = words::fault(&state.choice.reason).map(AttrValue::from);
    let trouble = state.trouble.clone().map(AttrValue::from);
    let undo = on(&dispatch, Action::Undo);
    let clear = on(&dispatch, Action::Clear);
    let pristine = state.subject == Subject::Nothing && state.playing.is_none();

    html! {
        <div
            class={classes!("page", (hover == Hover::Over).then_some("drop-here"))}
            data-phase={phase.word()}
            data-answer={result.map(|result| result.digit.to_string()).unwrap_or_default()}
            data-engine={match state.choice.engine {
                Some(EngineKind::Cpu) => "cpu",
                Some(EngineKind::Gpu) => "gpu",
                None => "",
            }}
            data-cpu={state.cpu.word(&state.model)}
            data-gpu={state.gpu.word(&state.model)}
            data-model={state.model.clone()}
            data-samples={state.mine.corrections.len().to_string()}
            data-versions={state.mine.versions.len().to_string()}
            data-learning={words::standing(&state.mine.course)}
            data-jobs-done={state.shown.to_string()}
        >
            <Head theme={state.theme} dispatch={dispatch.clone()} />
            <main>
                <div class="intro">
                    <h1>{ "Draw a digit" }</h1>
                    <p>{ "A small neural network reads it as you draw, here on your own device." }</p>
                </div>
                <div class="desk">
                    <section class="card draw" aria-labelledby="draw-title">
                        <h2 id="draw-title" class="unseen">{ "The pad" }</h2>
                        <Pad
                            subject={state.subject.clone()}
                            empty={phase == Phase::Empty}
                            bounds={result.and_then(|result| result.found).map(|found| found.bounds)}
                            shade={state.shade()}
                            dispatch={dispatch.clone()}
                        />
                        <div class="tools">
                            <button type="button" class="button" onclick={undo} disabled={state.past.is_empty()}>{ "Undo" }</button>
                            <button type="button" class="button" onclick={clear} disabled={pristine}>{ "Clear" }</button>
                            <OpenPicture dispatch={dispatch.clone()} />
                        </div>
                        <p class="caption help" id="pad-help">
                            { "Mouse, touch or pen. " }<kbd>{ "Ctrl Z" }</kbd>{ " undoes, " }<kbd>{ "Esc" }</kbd>
                            { " on the pad clears; pictures can be dropped or pasted too." }
                        </p>
                    </section>
                    <div class="reading">
                        <Answer
                            answer={state.answer.clone()}
                            trouble={trouble.clone()}
                            {phase}
                            ready={state.choice.engine.is_some()}
                            {reader}
                            {fault}
                        >
                            <Correct
                                ready={state.subject != Subject::Nothing && state.playing.is_none() && result.is_some()}
                                answer={result.map(|result| result.digit)}
                                guide={state.mine.guide}
                                dispatch={dispatch.clone()}
                            />
                        </Answer>
                        <Seen answer={state.answer.clone()} shade={state.shade()} />
                    </div>
                    <Samples samples={state.samples.clone()} dispatch={dispatch.clone()} />
                    <div class="machine">
                        <Engines
                            cpu={state.cpu.clone()}
                            gpu={state.gpu.clone()}
                            model={state.model.clone()}
                            wish={state.wish}
                            choice={state.choice.clone()}
                            timing={state.timing.clone()}
                            dispatch={dispatch.clone()}
                        />
                        <Models
                            catalogue={state.catalogue.clone()}
                            lanes={[state.cpu.clone(), state.gpu.clone()]}
                            model={state.model.clone()}
                            dispatch={dispatch.clone()}
                        />
                    </div>
                </div>
                <Layers answer={state.answer.clone()} detail={state.detail} shade={state.shade()} dispatch={dispatch.clone()} />
                <div class="school">
                    <Lessons mine={state.mine.clone()} dispatch={dispatch.clone()} />
                    <Course
                        mine={state.mine.clone()}
                        model={state.model.clone()}
                        ready={state.choice.engine.is_some()}
                        dispatch={dispatch.clone()}
                    />
                    <Versions mine={state.mine.clone()} model={state.model.clone()} dispatch={dispatch.clone()} />
                </div>
            </main>
            <Foot />
            <Notices notices={state.notices.clone()} dispatch={dispatch.clone()} />
            <Announce answer={state.answer.clone()} {trouble} {phase} />
            <p class="drop-sign" aria-hidden="true">{ "Drop the picture anywhere" }</p>
        </div>
    }
}

fn on(dispatch: &UseReducerDispatcher<State>, action: Action) -> Callback<MouseEvent> {
    let dispatch = dispatch.clone();
    Callback::from(move |_| dispatch.dispatch(action.clone()))
}

/// Fetches the sample drawings once.
#[hook]
fn use_samples(dispatch: UseReducerDispatcher<State>) {
    use_effect_with((), move |()| {
        dispatch.dispatch(Action::Samples(Slot::Loading(Progress::default())));
        spawn_local(async move {
            // Without samples the page still draws; their places stay empty.
            let samples = fetch_samples().await.map_or_else(Slot::Failed, |samples| Slot::Ready(Shared::new(samples)));
            dispatch.dispatch(Action::Samples(samples));
        });
    });
}

#[derive(serde::Deserialize)]
struct SampleFile {
    samples: Vec<Sample>,
}

async fn fetch_samples() -> Result<Vec<Sample>, String> {
    let file = async {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let address = browser::absolute("./samples/digits.json");
        let response: Response = JsFuture::from(window.fetch_with_str(&address)).await?.dyn_into()?;
        JsFuture::from(response.json()?).await
    };
    let file = file.await.ok().and_then(|file| serde_wasm_bindgen::from_value::<SampleFile>(file).ok());
    file.map(|file| file.samples).ok_or_else(|| "The sample drawings did not come.".into())
}

/// Draws a sample as a hand would, a few points a frame.
#[hook]
fn use_play(state: &UseReducerHandle<State>) {
    let frame = use_mut_ref(|| None::<Later>);
    let begun = use_mut_ref(|| 0.0_f64);
    let dispatch = state.dispatcher();
    // Every step changes the revision, and so asks for the next frame.
    use_effect_with((state.playing.clone(), state.revision), move |(playing, _)| {
        let now = || web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now());
        let Some(drawing) = playing.clone() else {
            *begun.borrow_mut() = 0.0;
            frame.borrow_mut().take();
            return;
        };
        if *begun.borrow() == 0.0 {
            *begun.borrow_mut() = now();
        }
        let start = *begun.borrow();
        let next = Later::frame(move || {
            let count = drawing.points().count() as f64;
            let share = ((now() - start) / PLAY_MS).clamp(0.0, 1.0);
            dispatch.dispatch(Action::Unroll((share * count).ceil().max(1.0) as usize));
        });
        *frame.borrow_mut() = next;
    });
}

/// Keeps the document in the colors of the state, and the state in what the system prefers.
#[hook]
fn use_theme(state: &UseReducerHandle<State>) {
    use_effect_with(state.theme, |theme| {
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(element) = document.and_then(|document| document.document_element()) {
            // Without the attribute the page follows the system, which is readable too.
            let _ = element.set_attribute("data-theme", theme.word());
        }
    });
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        let query = web_sys::window().and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten());
        let listener = query.map(|query| {
            EventListener::new(&query, "change", move |_| dispatch.dispatch(Action::System(browser::system_shade())))
        });
        move || drop(listener)
    });
}

/// Control (or Command) and Z undo wherever the focus is, but where text is written.
#[hook]
fn use_undo_key(dispatch: UseReducerDispatcher<State>) {
    use_effect_with((), move |()| {
        let document = web_sys::window().and_then(|window| window.document());
        let listener = document.map(|document| {
            EventListener::new(&document, "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let writes = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
                let writes =
                    writes.is_some_and(|element| element.is_content_editable() || element.tag_name() == "TEXTAREA");
                let undo = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
                if undo && !writes && event.key().eq_ignore_ascii_case("z") {
                    dispatch.dispatch(Action::Undo);
                }
            })
        });
        move || drop(listener)
    });
}
