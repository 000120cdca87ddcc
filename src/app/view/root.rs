//! The root component: holds the state, calls the hooks, and shows the current page.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent, Response};
use yew::prelude::*;

use super::dom_state::page_element;
use super::header_footer::{Footer, Header};
use super::notices::NoticeList;
use crate::app::browser::focus_keeper::use_focus_keeper;
use crate::app::browser::timers::Timer;
use crate::app::browser::use_adapter::use_adapter;
use crate::app::browser::use_game_clock::use_game_clock;
use crate::app::browser::use_lab_history::use_lab_history;
use crate::app::browser::use_storage::use_storage;
use crate::app::browser::use_training_lock::use_training_lock;
use crate::app::browser::use_updates::use_updates;
use crate::app::browser::use_workers::use_workers;
use crate::app::browser::{dom, preferences, startup};
use crate::app::model::async_value::{AsyncValue, Progress, Shared};
use crate::app::model::prediction::SampleDrawing;
use crate::app::model::route::Page;
use crate::app::model::tour::TourPlace;
use crate::app::model::user_data::UserDataAction;
use crate::app::model::user_data::task::{PerTask, Task};
use crate::app::model::{Action, State};
use crate::app::view::digits::announcer::PredictionAnnouncer;
use crate::app::view::digits::page::classifier_page;
use crate::app::view::digits::photo_input::use_pictures;
use crate::app::view::lab::page::LabPage;
use crate::app::view::summaries::page::SummariesPage;
use crate::app::view::tour::TourCard;

/// How long the animation of a sample takes, in milliseconds.
const ANIMATION_MS: f64 = 700.0;

/// The root component.
#[component]
pub fn App() -> Html {
    let state = use_reducer(|| State::new(startup::initial_state()));
    let dispatch = state.dispatcher();
    use_workers(&state);
    use_adapter(&state);
    use_storage(&state);
    use_lab_history(&state);
    use_game_clock(&state);
    use_training_lock(&state);
    use_samples(state.classifier, dispatch.clone());
    use_play(&state);
    use_theme(&state);
    use_part(&state);
    use_pad_keys(state.page, state.user_data.guided_digit.is_some(), dispatch.clone());
    use_active(&state);
    use_focus_keeper();
    use_updates(state.engine_selection.engine.is_some(), dispatch.clone());
    let hover = use_pictures(state.page, dispatch.clone());
    let tour = use_state_eq(TourPlace::default);
    let go_on_tour = {
        let tour = tour.setter();
        use_callback((), move |place: TourPlace, ()| tour.set(place))
    };
    let start_tour = {
        let tour = tour.setter();
        use_callback((), move |_: MouseEvent, ()| tour.set(TourPlace::start()))
    };

    let trouble = state.error.clone().map(AttrValue::from);
    let content = html! {
        <>
            <Header part={state.page} theme={state.theme} {start_tour} dispatch={dispatch.clone()} />
            <TourCard part={state.page} place={*tour} go={go_on_tour} />
            <main id="main" tabindex="-1">
                { match state.page {
                    Page::Digits => classifier_page(&state),
                    Page::Summaries => html! {
                        <SummariesPage
                            summary={state.summaries.clone()}
                            workers={[state.cpu.clone(), state.gpu.clone()]}
                            catalog={state.catalog.clone()}
                            user_data={state.user_data.clone()}
                            dispatch={dispatch.clone()}
                        />
                    },
                    Page::Lab => html! {
                        <LabPage
                            lab={state.lab.clone()}
                            ready={state.engine_selection.engine.is_some()}
                            networks={state.lab_engine().is_some()}
                            color_scheme={state.color_scheme()}
                            dispatch={dispatch.clone()}
                        />
                    },
                } }
            </main>
            <Footer part={state.page} />
            <NoticeList notices={state.notices.clone()} dispatch={dispatch.clone()} />
            <PredictionAnnouncer task={state.classifier} answer={state.prediction.clone()} {trouble} phase={state.prediction_status()} />
            <p class="drop-sign" aria-hidden="true">{ "Drop the picture anywhere" }</p>
        </>
    };
    page_element(&state, hover, content)
}

/// Saves the names of the active models, once the stored versions are loaded.
#[hook]
fn use_active(state: &UseReducerHandle<State>) {
    use_effect_with(
        (state.user_data.is_loaded, PerTask::of(|task| state.model_for(task).to_owned())),
        |(read, models)| {
            if *read {
                preferences::save_active_models(models);
            }
        },
    );
}

/// Loads the sample drawings of the classifier's task.
#[hook]
fn use_samples(task: Task, dispatch: UseReducerDispatcher<State>) {
    use_effect_with(task, move |task| {
        let Some(path) = task.facts().samples else { return };
        dispatch.dispatch(Action::SamplesLoaded(AsyncValue::Loading(Progress::default())));
        spawn_local(async move {
            // The page works without samples; their places stay empty.
            let samples = fetch_samples(path)
                .await
                .map_or_else(AsyncValue::Failed, |samples| AsyncValue::Ready(Shared::new(samples)));
            dispatch.dispatch(Action::SamplesLoaded(samples));
        });
    });
}

#[derive(serde::Deserialize)]
struct SampleDrawingFile {
    samples: Vec<SampleDrawing>,
}

async fn fetch_samples(path: &str) -> Result<Vec<SampleDrawing>, String> {
    let file = async {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let address = dom::absolute_url(path);
        let response: Response = JsFuture::from(window.fetch_with_str(&address)).await?.dyn_into()?;
        JsFuture::from(response.json()?).await
    };
    let file = file.await.ok().and_then(|file| serde_wasm_bindgen::from_value::<SampleDrawingFile>(file).ok());
    file.map(|file| file.samples).ok_or_else(|| "The sample drawings could not be downloaded.".into())
}

/// Animates a sample, a few points a frame.
#[hook]
fn use_play(state: &UseReducerHandle<State>) {
    let frame = use_mut_ref(|| None::<Timer>);
    let begun = use_mut_ref(|| 0.0_f64);
    let dispatch = state.dispatcher();
    // Every step changes the revision, and so requests the next frame.
    use_effect_with((state.animated_sample.clone(), state.revision), move |(playing, _)| {
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
        let next = Timer::frame(move || {
            let count = drawing.points().count() as f64;
            let share = ((now() - start) / ANIMATION_MS).clamp(0.0, 1.0);
            dispatch.dispatch(Action::AdvanceAnimation((share * count).ceil().max(1.0) as usize));
        });
        *frame.borrow_mut() = next;
    });
}

/// Sets the color scheme of the document, and listens for changes of the system's.
#[hook]
fn use_theme(state: &UseReducerHandle<State>) {
    use_effect_with(state.theme, |theme| {
        let document = web_sys::window().and_then(|window| window.document());
        if let Some(element) = document.and_then(|document| document.document_element()) {
            // Without the attribute the page follows the system, which is readable too.
            let _ = element.set_attribute("data-theme", theme.as_attribute());
        }
    });
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        let query = web_sys::window().and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten());
        let listener = query.map(|query| {
            EventListener::new(&query, "change", move |_| {
                dispatch.dispatch(Action::SystemColorSchemeChanged(dom::system_color_scheme()))
            })
        });
        move || drop(listener)
    });
}

/// Keeps the shown page, the URL and the title of the document in step; the browser's history goes from page to page.
#[hook]
fn use_part(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            EventListener::new(&window, "hashchange", move |_| {
                dispatch.dispatch(Action::Navigate(startup::page_from_url()))
            })
        });
        move || drop(listener)
    });
    let first = use_mut_ref(|| true);
    use_effect_with(state.page, move |part| {
        let Some(window) = web_sys::window() else { return };
        if let Some(document) = window.document() {
            document.set_title(part.texts().title);
        }
        // Another page starts at its top; when the document opens, the browser restores the position.
        if !first.replace(false) {
            window.scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

/// Control (or Command) with Z, Shift+Z and Y undo and redo on a page where something is drawn, wherever the focus is, except where
/// text is edited. While the guide asks for digits, their keys label what is on the pad.
#[hook]
fn use_pad_keys(part: Page, guided: bool, dispatch: UseReducerDispatcher<State>) {
    use_effect_with((part, guided), move |(part, guided)| {
        let guided = *guided;
        let document = web_sys::window().and_then(|window| window.document()).filter(|_| part.draws().is_some());
        let listener = document.map(|document| {
            EventListener::new_with_options(
                &document,
                "keydown",
                EventListenerOptions::enable_prevent_default(),
                move |event| {
                    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                    let writes = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
                    let Some(command) = pad_key(event, writes.as_ref(), guided) else { return };
                    // Browsers have other uses for some of these keys.
                    event.prevent_default();
                    dispatch.dispatch(command);
                },
            )
        });
        move || drop(listener)
    });
}

/// Whether keys write into an element.
fn edits_text(element: &HtmlElement) -> bool {
    let field = element.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::type_);
    element.is_content_editable()
        || element.tag_name() == "TEXTAREA"
        || field.is_some_and(|kind| !matches!(kind.as_str(), "radio" | "checkbox" | "file" | "range"))
}

/// What a key does on a page where something is drawn.
fn pad_key(event: &KeyboardEvent, target: Option<&HtmlElement>, guided: bool) -> Option<Action> {
    let key = event.key().to_ascii_lowercase();
    if event.alt_key() || target.is_some_and(edits_text) {
        return None;
    }
    if event.ctrl_key() || event.meta_key() {
        return match (key.as_str(), event.shift_key()) {
            ("z", false) => Some(Action::Undo),
            ("z", true) | ("y", false) => Some(Action::Redo),
            _ => None,
        };
    }
    // A digit selects an option of a list.
    let digit = key
        .parse()
        .ok()
        .filter(|digit| guided && *digit < 10 && target.is_none_or(|element| element.tag_name() != "SELECT"))?;
    Some(Action::UserData(UserDataAction::CorrectDigit(digit)))
}
