//! The few things that the page asks of the browser around it. What a browser may refuse is an `Option`.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlInputElement, Storage, Url, UrlSearchParams, Window};
use yew::{Callback, Event};

use crate::app::model::engine_selection::Wish;
use crate::app::model::route::Part;
use crate::app::model::theme::{Shade, Theme};
use crate::app::model::{Offer, Opening};
use crate::protocol::Detail;

/// From this width on, in CSS pixels, the layers are open when the page opens.
const WIDE: f64 = 900.0;

const WISH: &str = "inkling.engine";
const THEME: &str = "inkling.theme";
const TEXT: &str = "inkling.text";
const ACTIVE: [&str; 2] = ["inkling.model", "inkling.summarizer"];

/// What the page knows when it opens.
pub fn opening() -> Opening {
    let width = web_sys::window().and_then(|w| w.inner_width().ok()).and_then(|w| w.as_f64()).unwrap_or_default();
    Opening {
        wish: asked_wish().or_else(|| Wish::from_word(&recall(WISH)?)).unwrap_or_default(),
        offer: offer(),
        theme: recall(THEME).map(|word| Theme::from_word(&word)).unwrap_or_default(),
        system: system_shade(),
        detail: if width >= WIDE { Detail::Layers } else { Detail::Answer },
        part: part(),
        active: ACTIVE.map(recall),
    }
}

/// Keeps the names of the models that are active, of digits and of texts, for the next visit.
pub fn keep_active(models: [&str; 2]) {
    ACTIVE.into_iter().zip(models).for_each(|(key, model)| keep(key, model));
}

/// The part that the address names.
pub fn part() -> Part {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    Part::from_hash(&hash)
}

/// The engine that the address asks for: `?engine=cpu` or `?engine=gpu`.
fn asked_wish() -> Option<Wish> {
    let search = web_sys::window()?.location().search().ok()?;
    Wish::from_word(&UrlSearchParams::new_with_str(&search).ok()?.get("engine")?)
}

fn offer() -> Offer {
    let gpu = web_sys::window().and_then(|window| Reflect::get(&window.navigator(), &"gpu".into()).ok());
    match gpu {
        Some(gpu) if !gpu.is_undefined() && !gpu.is_null() => Offer::WebGpu,
        _ => Offer::NoWebGpu,
    }
}

/// What the system prefers now.
pub fn system_shade() -> Shade {
    if matches("(prefers-color-scheme: dark)") { Shade::Dark } else { Shade::Light }
}

/// Whether the visitor asked the system for less motion.
pub fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

fn matches(query: &str) -> bool {
    web_sys::window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

/// An address relative to the document, made absolute, so that the page works under any path.
pub fn absolute(relative: &str) -> String {
    let base =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.base_uri().ok().flatten());
    base.and_then(|base| Url::new_with_base(relative, &base).ok()).map_or_else(|| relative.into(), |url| url.href())
}

/// Keeps the visitor's choice of engine for the next visit, where the browser lets it.
pub fn keep_wish(wish: Wish) {
    keep(WISH, wish.word());
}

/// Keeps the visitor's theme for the next visit, where the browser lets it.
pub fn keep_theme(theme: Theme) {
    keep(THEME, theme.word());
}

/// The visitor's text of before a reload.
pub fn kept_text() -> Option<String> {
    session()?.get_item(TEXT).ok().flatten()
}

/// Keeps the visitor's text until the tab is closed, where the browser lets it.
pub fn keep_text(text: &str) {
    if let Some(session) = session() {
        // A storage that is full or forbidden costs no more than the text after a reload; an old text would be worse than none.
        if text.is_empty() || session.set_item(TEXT, text).is_err() {
            let _ = session.remove_item(TEXT);
        }
    }
}

fn session() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Puts a text into the clipboard, where the browser lets it.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
    // Without a secure context there is none, and what web-sys promises to be there is undefined.
    let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
    if clipboard.is_undefined() {
        return Err(JsValue::NULL);
    }
    wasm_bindgen_futures::JsFuture::from(navigator.clipboard().write_text(text)).await?;
    Ok(())
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn keep(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage costs no more than the memory of a choice.
        let _ = storage.set_item(key, value);
    }
}

/// How many pixels of the screen a CSS pixel is.
pub fn pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 4.0)
}

/// Whether the visitor wants what cannot be undone; yes where the browser asks no questions.
pub fn confirmed(question: &str) -> bool {
    web_sys::window().is_none_or(|window| window.confirm_with_message(question).unwrap_or(true))
}

/// Brings an element of the page into view.
pub fn show(id: &str) {
    let element =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element {
        element.scroll_into_view();
    }
}

/// The date and time as people here write them, short.
pub fn now_in_words() -> String {
    let options = js_sys::Object::new();
    for (name, value) in [("month", "short"), ("day", "numeric"), ("hour", "2-digit"), ("minute", "2-digit")] {
        // A plain object takes every property.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    js_sys::Date::new_0().to_locale_string("en-GB", &options).into()
}

/// Hands the visitor a file.
pub fn download(name: &str, kind: &str, bytes: &[u8]) {
    let hand = || -> Result<(), JsValue> {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
        let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&address)
    };
    // A browser that hands out no files says so itself.
    let _ = hand();
}

/// Reads the file that a visitor chose: its name and its bytes.
pub fn open_file(take: impl Fn(String, Vec<u8>) + 'static) -> Callback<Event> {
    let take = std::rc::Rc::new(take);
    Callback::from(move |event: Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same file can be chosen again.
        input.set_value("");
        let take = take.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await;
            take(file.name(), buffer.map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec()).unwrap_or_default());
        });
    })
}

/// Something that happens once, later, unless it is dropped before.
pub struct Later {
    id: i32,
    kind: Wait,
    _call: Closure<dyn FnMut()>,
}

enum Wait {
    Timeout,
    Frame,
}

impl Later {
    /// After some milliseconds.
    pub fn after(ms: i32, call: impl FnOnce() + 'static) -> Option<Self> {
        let call = Closure::once(call);
        let window = web_sys::window()?;
        let id =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(call.as_ref().unchecked_ref(), ms).ok()?;
        Some(Self { id, kind: Wait::Timeout, _call: call })
    }

    /// Before the next frame.
    pub fn frame(call: impl FnOnce() + 'static) -> Option<Self> {
        let call = Closure::once(call);
        let id = web_sys::window()?.request_animation_frame(call.as_ref().unchecked_ref()).ok()?;
        Some(Self { id, kind: Wait::Frame, _call: call })
    }
}

impl Drop for Later {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            match self.kind {
                Wait::Timeout => window.clear_timeout_with_handle(self.id),
                // It has been called already, or is not there: nothing to stop.
                Wait::Frame => drop(window.cancel_animation_frame(self.id)),
            }
        }
    }
}

/// The color of an element's text as red, green and blue, for what CSS cannot paint.
pub fn color_of(window: &Window, element: &web_sys::Element) -> [u8; 3] {
    let style = window.get_computed_style(element).ok().flatten();
    let text = style.and_then(|style| style.get_property_value("color").ok()).unwrap_or_default();
    let mut parts = text.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|part| !part.is_empty());
    let mut next = || parts.next().and_then(|part| part.parse::<f32>().ok()).map_or(0, |value| value as u8);
    [next(), next(), next()]
}
