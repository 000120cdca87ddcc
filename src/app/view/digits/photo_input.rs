//! Photos that the visitor opens, drops or pastes: decoded by the browser and scaled down.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ClipboardEvent, DataTransfer, DragEvent, File, HtmlCanvasElement, HtmlInputElement, ImageBitmap};
use yew::prelude::*;

use crate::app::messages::format;
use crate::app::model::async_value::Shared;
use crate::app::model::pad_content::Photo;
use crate::app::model::route::Page;
use crate::app::model::{Action, State};
use crate::app::view::canvas;
use crate::app::view::drop_hover::DropHover;

/// The longer side of a photo that the engine gets: far more than a classifier needs, and fast to process.
const LONGER_SIDE: f64 = 1024.0;

/// The largest file that is opened, in bytes.
const LARGEST: f64 = 64e6;

/// Properties of the button.
#[derive(Properties, PartialEq)]
pub struct PhotoButtonProps {
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// A button that opens a photo.
#[component]
pub fn PhotoButton(props: &PhotoButtonProps) -> Html {
    let dispatch = props.dispatch.clone();
    let opened = Callback::from(move |event: Event| {
        let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            open_photo(file, dispatch.clone());
        }
        // So that the same file can be opened again.
        input.set_value("");
    });
    html! {
        <label class="button">
            <input id="picture" type="file" accept="image/*" class="unseen" onchange={opened} />
            <span>{ "Open a picture" }</span>
        </label>
    }
}

/// Accepts photos that are dropped anywhere on the page or pasted, on a page where something is drawn. Says whether a file is held over the
/// page.
#[hook]
pub fn use_pictures(part: Page, dispatch: UseReducerDispatcher<State>) -> DropHover {
    let hover = use_state_eq(|| DropHover::Away);
    let set = hover.setter();
    use_effect_with(part, move |part| {
        let document = web_sys::window().and_then(|window| window.document()).filter(|_| part.draws().is_some());
        let listeners =
            document.map(|document| {
                let prevent = EventListenerOptions::enable_prevent_default();
                let over = set.clone();
                let dragged = EventListener::new_with_options(&document, "dragover", prevent, move |event| {
                    event.prevent_default();
                    over.set(DropHover::Over);
                });
                let away = set.clone();
                let left = EventListener::new(&document, "dragleave", move |event| {
                    // Only leaving the page counts, not going from one element to another.
                    if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                        away.set(DropHover::Away);
                    }
                });
                let drop_to = dispatch.clone();
                let dropped = EventListener::new_with_options(&document, "drop", prevent, move |event| {
                    event.prevent_default();
                    set.set(DropHover::Away);
                    let Some(data) = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer) else { return };
                    match first_file(&data) {
                        Some(file) => open_photo(file, drop_to.clone()),
                        None => drop_to
                            .dispatch(Action::ShowNotice("That was not a picture. Drop a picture file here.".into())),
                    }
                });
                let pasted = EventListener::new(&document, "paste", move |event| {
                    let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data) else {
                        return;
                    };
                    match first_file(&data) {
                        Some(file) => open_photo(file, dispatch.clone()),
                        None => dispatch
                            .dispatch(Action::ShowNotice("There is no picture on the clipboard to paste.".into())),
                    }
                });
                [dragged, left, dropped, pasted]
            });
        move || drop(listeners)
    });
    *hover
}

fn first_file(data: &DataTransfer) -> Option<File> {
    data.files().and_then(|files| files.get(0))
}

fn open_photo(file: File, dispatch: UseReducerDispatcher<State>) {
    spawn_local(async move {
        dispatch.dispatch(match decode_photo(&file).await {
            Ok(photo) => Action::LoadPhoto(Shared::new(photo)),
            Err(why) => Action::ShowNotice(why),
        });
    });
}

/// Decodes a photo and scales it down, or says in a sentence why it cannot.
async fn decode_photo(file: &File) -> Result<Photo, String> {
    let name = file.name();
    if file.size() > LARGEST {
        let (has, most) = (format::bytes(file.size() as u64), format::bytes(LARGEST as u64));
        return Err(format!("“{name}” is too large ({has}). Pictures can have up to {most}."));
    }
    let unreadable = |_| format!("“{name}” is not a picture that this browser can open.");
    let bitmap = decode_bitmap(file).await.map_err(unreadable)?;
    let photo =
        scale_down(&bitmap, &name).map_err(|_| format!("“{name}” is too large for this browser to scale down."));
    bitmap.close();
    photo
}

async fn decode_bitmap(file: &Blob) -> Result<ImageBitmap, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    JsFuture::from(window.create_image_bitmap_with_blob(file)?).await?.dyn_into()
}

fn scale_down(bitmap: &ImageBitmap, name: &str) -> Result<Photo, JsValue> {
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (LONGER_SIDE / width.max(height)).min(1.0);
    let (width, height) = ((width * scale).round().max(1.0), (height * scale).round().max(1.0));
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context = canvas::context(&canvas).ok_or(JsValue::NULL)?;
    // Without smoothing, thin strokes would break.
    js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)?;
    let pixels = context.get_image_data(0.0, 0.0, width, height)?;
    Ok(Photo { name: name.into(), width: width as u32, height: height as u32, rgba: pixels.data().0 })
}
