//! Functions of the browser that several components need. What a browser may refuse is an `Option`.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, Element, FocusOptions, HtmlAnchorElement, HtmlElement, HtmlInputElement, ScrollBehavior,
    ScrollToOptions, Url,
};
use yew::{Callback, Event};

use crate::app::model::theme::ColorScheme;

/// What stays free above an element that the page is scrolled to, in CSS pixels.
const MARGIN_PX: f64 = 12.0;

/// The color scheme of the system.
pub fn system_color_scheme() -> ColorScheme {
    if matches_media("(prefers-color-scheme: dark)") { ColorScheme::Dark } else { ColorScheme::Light }
}

/// Whether the visitor asked the system for less motion.
pub fn reduced_motion() -> bool {
    matches_media("(prefers-reduced-motion: reduce)")
}

fn matches_media(query: &str) -> bool {
    web_sys::window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

/// Makes a URL relative to the document absolute, so that the page works under any path.
pub fn absolute_url(relative: &str) -> String {
    let base =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.base_uri().ok().flatten());
    base.and_then(|base| Url::new_with_base(relative, &base).ok()).map_or_else(|| relative.into(), |url| url.href())
}

/// Copies a text to the clipboard, where the browser allows it.
pub async fn copy_to_clipboard(text: &str) -> Result<(), JsValue> {
    let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
    // Outside a secure context there is no clipboard, and what web-sys declares as present is undefined.
    let clipboard = Reflect::get(&navigator, &"clipboard".into())?;
    if clipboard.is_undefined() {
        return Err(JsValue::NULL);
    }
    wasm_bindgen_futures::JsFuture::from(navigator.clipboard().write_text(text)).await?;
    Ok(())
}

/// Screen pixels per CSS pixel.
pub fn pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 4.0)
}

/// Asks the visitor to confirm what cannot be undone; yes where the browser shows no dialogs.
pub fn confirm(question: &str) -> bool {
    web_sys::window().is_none_or(|window| window.confirm_with_message(question).unwrap_or(true))
}

/// Scrolls an element into view.
pub fn scroll_into_view(id: &str) {
    let element =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element {
        element.scroll_into_view();
    }
}

/// Goes to an element where it starts below the lower part of the window: scrolls to it, smoothly where the visitor has nothing against
/// motion, and gives it the focus, so that the Tab key goes on from there. Where it is in view, nothing happens.
pub fn go_to_if_below(id: &str) {
    let Some(window) = web_sys::window() else { return };
    let element = window.document().and_then(|document| document.get_element_by_id(id));
    let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return };
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    if element.get_bounding_client_rect().top() < 0.7 * height {
        return;
    }
    let focus = FocusOptions::new();
    focus.set_prevent_scroll(true);
    // An element that is on the page takes the focus.
    let _ = element.focus_with_options(&focus);
    scroll_to(&window, &element);
}

/// The first element of a CSS selector.
pub fn find(selector: &str) -> Option<Element> {
    web_sys::window()?.document()?.query_selector(selector).ok().flatten()
}

/// Opens a page by its name in the URL. Where it is shown already, nothing happens.
pub fn open_page(hash: &str) {
    if let Some(window) = web_sys::window() {
        // A browser lets a page change its own hash.
        let _ = window.location().set_hash(hash);
    }
}

/// Scrolls the page to an element where its upper part is out of view.
pub fn bring_into_view(element: &Element) {
    let (Some(window), Some(element)) = (web_sys::window(), element.dyn_ref::<HtmlElement>()) else { return };
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let top = element.get_bounding_client_rect().top();
    if top < 0.0 || top > 0.4 * height {
        scroll_to(&window, element);
    }
}

/// Scrolls the page so that an element is near the top of the window.
fn scroll_to(window: &web_sys::Window, element: &HtmlElement) {
    let scrolled = window.page_y_offset().unwrap_or_default();
    let options = ScrollToOptions::new();
    options.set_top((scrolled + element.get_bounding_client_rect().top() - MARGIN_PX).max(0.0));
    options.set_behavior(if reduced_motion() { ScrollBehavior::Instant } else { ScrollBehavior::Smooth });
    window.scroll_to_with_scroll_to_options(&options);
}

/// Gives an element the focus.
pub fn focus(id: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that is on the page takes the focus.
        let _ = element.focus();
    }
}

/// The current date and time in a short form.
pub fn now_in_words() -> String {
    let options = js_sys::Object::new();
    for (name, value) in [("month", "short"), ("day", "numeric"), ("hour", "2-digit"), ("minute", "2-digit")] {
        // A plain object takes every property.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    js_sys::Date::new_0().to_locale_string("en-GB", &options).into()
}

/// Downloads a file.
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
    // A browser that refuses downloads says so itself.
    let _ = hand();
}

/// Reads the file that the visitor selects: its name and its bytes.
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
