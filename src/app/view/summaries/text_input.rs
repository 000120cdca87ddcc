//! Input of texts: files, drops, pastes, keyboard shortcuts, samples, and the text of before a reload.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    ClipboardEvent, DataTransfer, DragEvent, Element, Event, File, HtmlDocument, HtmlTextAreaElement, KeyboardEvent,
    Response,
};
use yew::prelude::*;

use crate::app::browser::html_pieces::html_pieces;
use crate::app::browser::timers::Timer;
use crate::app::browser::{dom, preferences};
use crate::app::messages::{format::bytes, summaries};
use crate::app::model::async_value::{AsyncValue, Progress, Shared};
use crate::app::model::summaries::pasted_html::readable_text;
use crate::app::model::summaries::{SampleText, SummariesAction};
use crate::app::model::{Action, State};
use crate::app::view::drop_hover::DropHover;

/// The largest file that is opened, in bytes: about 800,000 words.
const LARGEST: f64 = 5e6;

/// Texts of up to so many bytes are saved at every change, longer ones after a pause.
const QUICK: usize = 100_000;

/// The length of this pause, in milliseconds.
const REST_MS: i32 = 600;

/// Opens a text file.
pub fn open_text_file(file: File, act: Callback<SummariesAction>, dispatch: UseReducerDispatcher<State>) {
    spawn_local(async move {
        match read_text_file(&file).await {
            Ok(text) => act.emit(SummariesAction::LoadSampleText(text)),
            Err(why) => dispatch.dispatch(Action::ShowNotice(why)),
        }
    });
}

/// The text of a file, or a sentence why it cannot be read.
async fn read_text_file(file: &File) -> Result<String, String> {
    let name = file.name();
    if file.size() > LARGEST {
        let (has, most) = (bytes(file.size() as u64), bytes(LARGEST as u64));
        return Err(format!("“{name}” is too large ({has}). Texts can have up to {most}."));
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| format!("“{name}” could not be read."))?;
    summaries::decode_text_file(&name, &js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Accepts texts that are dropped anywhere on the page, or pasted outside a text area. Says whether one is held over the page.
#[hook]
pub fn use_text_transfer(act: Callback<SummariesAction>, dispatch: UseReducerDispatcher<State>) -> DropHover {
    let hover = use_state_eq(|| DropHover::Away);
    let set = hover.setter();
    use_effect_with((), move |()| {
        let listeners = web_sys::window().and_then(|window| window.document()).map(|document| {
            let prevent = EventListenerOptions::enable_prevent_default();
            let over = set.clone();
            let dragged = EventListener::new_with_options(&document, "dragover", prevent, move |event| {
                // The browser handles text that is dragged into a text area.
                if !is_text_area(event) || has_files(event) {
                    event.prevent_default();
                    over.set(DropHover::Over);
                }
            });
            let away = set.clone();
            let left = EventListener::new(&document, "dragleave", move |event| {
                // Only leaving the page counts, not going from one element to another.
                if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                    away.set(DropHover::Away);
                }
            });
            let (drop_act, drop_to) = (act.clone(), dispatch.clone());
            let dropped = EventListener::new_with_options(&document, "drop", prevent, move |event| {
                set.set(DropHover::Away);
                let Some(data) = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer) else { return };
                if is_text_area(event) && !has_files(event) {
                    return;
                }
                event.prevent_default();
                accept_transfer(&data, &drop_act, &drop_to);
            });
            let pasted = EventListener::new_with_options(&document, "paste", prevent, move |event| {
                let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data) else {
                    return;
                };
                if !is_text_area(event) || data.files().is_some_and(|files| files.length() > 0) {
                    accept_transfer(&data, &act, &dispatch);
                } else if let Some((area, text)) = source_area(event).zip(structured_text(&data)) {
                    event.prevent_default();
                    paste_text(&area, &text, &act);
                }
            });
            [dragged, left, dropped, pasted]
        });
        move || drop(listeners)
    });
    *hover
}

fn accept_transfer(data: &DataTransfer, act: &Callback<SummariesAction>, dispatch: &UseReducerDispatcher<State>) {
    match data.files().and_then(|files| files.get(0)) {
        Some(file) => open_text_file(file, act.clone(), dispatch.clone()),
        None => match data.get_data("text/plain") {
            Ok(text) if !text.is_empty() => act.emit(SummariesAction::LoadSampleText(text)),
            _ => dispatch.dispatch(Action::ShowNotice(
                "There is no text in what came; paste a text, or drop a text file.".into(),
            )),
        },
    }
}

/// The text of HTML that has structure, such as a page or a mail. A browser that is asked to paste without format gives no HTML.
fn structured_text(data: &DataTransfer) -> Option<String> {
    let html = data.get_data("text/html").ok().filter(|html| !html.is_empty() && html.len() as f64 <= LARGEST)?;
    readable_text(&html_pieces(&html))
}

/// The text area of the text to summarize, where an event is of it.
fn source_area(event: &Event) -> Option<HtmlTextAreaElement> {
    event.target()?.dyn_into::<HtmlTextAreaElement>().ok().filter(|area| area.id() == "text")
}

/// Puts a text in the place of what is selected.
fn paste_text(area: &HtmlTextAreaElement, text: &str, act: &Callback<SummariesAction>) {
    // Offsets of the browser are in UTF-16.
    let before: Vec<u16> = area.value().encode_utf16().collect();
    let place = |at: Option<u32>| at.map_or(before.len(), |at| (at as usize).min(before.len()));
    let start = place(area.selection_start().ok().flatten());
    let end = place(area.selection_end().ok().flatten()).max(start);
    let part = |range: &[u16]| String::from_utf16_lossy(range);
    let whole = format!("{}{text}{}", part(&before[..start]), part(&before[end..]));
    // Said before the browser says that something was typed: a pasted text is to be summarized.
    act.emit(SummariesAction::ReplaceText(whole));
    // The old command is the only one that can be undone.
    let document = area.owner_document().and_then(|document| document.dyn_into::<HtmlDocument>().ok());
    let inserted =
        document.and_then(|document| document.exec_command_with_show_ui_and_value("insertText", false, text).ok());
    if inserted != Some(true) {
        let _ = area.set_range_text(text);
    }
}

/// Whether the target of an event is a text area.
fn is_text_area(event: &Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.tag_name() == "TEXTAREA")
}

fn has_files(event: &Event) -> bool {
    let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    data.is_some_and(|data| data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

/// Control (or Command) and Enter summarize, Escape stops, wherever the focus is.
#[hook]
pub fn use_shortcuts(act: Callback<SummariesAction>) {
    use_effect_with((), move |()| {
        let listener = web_sys::window().and_then(|window| window.document()).map(|document| {
            EventListener::new(&document, "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                match event.key().as_str() {
                    "Enter" if event.ctrl_key() || event.meta_key() => act.emit(SummariesAction::Summarize),
                    "Escape" => act.emit(SummariesAction::Stop),
                    _ => {}
                }
            })
        });
        move || drop(listener)
    });
}

/// Loads the sample texts once.
#[hook]
pub fn use_samples(samples: &AsyncValue<Shared<Vec<SampleText>>>, act: Callback<SummariesAction>) {
    let empty = *samples == AsyncValue::NotRequested;
    use_effect_with((), move |()| {
        if !empty {
            return;
        }
        act.emit(SummariesAction::SamplesLoaded(AsyncValue::Loading(Progress::default())));
        spawn_local(async move {
            // The page works without samples; their places stay empty.
            let samples = fetch_samples()
                .await
                .map_or_else(AsyncValue::Failed, |samples| AsyncValue::Ready(Shared::new(samples)));
            act.emit(SummariesAction::SamplesLoaded(samples));
        });
    });
}

#[derive(serde::Deserialize)]
struct TextSampleFile {
    texts: Vec<SampleText>,
}

async fn fetch_samples() -> Result<Vec<SampleText>, String> {
    let file = async {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let address = dom::absolute_url("./samples/texts.json");
        let response: Response = JsFuture::from(window.fetch_with_str(&address)).await?.dyn_into()?;
        JsFuture::from(response.json()?).await
    };
    let file = file.await.ok().and_then(|file| serde_wasm_bindgen::from_value::<TextSampleFile>(file).ok());
    file.map(|file| file.texts).ok_or_else(|| "The sample texts could not be downloaded.".into())
}

/// Saves the text over a reload.
#[hook]
pub fn use_saved_text(text: &Shared<String>, orders: u32, act: Callback<SummariesAction>) {
    let fresh = text.is_empty() && orders == 0;
    use_effect_with((), move |()| {
        if fresh && let Some(text) = preferences::saved_text() {
            act.emit(SummariesAction::EditText(text));
        }
    });
    let begun = use_mut_ref(|| false);
    use_effect_with(text.clone(), move |text| {
        // Before the first edit there is nothing to save, and something to restore.
        let first = !begun.replace(true);
        let later = if text.is_empty() && first {
            None
        } else if text.len() <= QUICK {
            preferences::save_text(text);
            None
        } else {
            let text = text.clone();
            Timer::after(REST_MS, move || preferences::save_text(&text))
        };
        move || drop(later)
    });
}
