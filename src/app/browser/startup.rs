//! Reads what the page knows when it opens: URL, preferences and features of the browser.

use js_sys::Reflect;
use web_sys::UrlSearchParams;

use super::dom::system_color_scheme;
use super::first_seconds;
use super::preferences::{ENGINE_KEY, THEME_KEY, load_item, saved_active_models};
use crate::app::model::engine_selection::EnginePreference;
use crate::app::model::route::Page;
use crate::app::model::startup::{InitialState, WebGpuSupport};
use crate::app::model::theme::ThemePreference;
use crate::protocol::Detail;

/// From this width on, in CSS pixels, the layers are shown when the page opens.
const WIDE_PAGE_PX: f64 = 900.0;

/// What the page knows when it opens.
pub fn initial_state() -> InitialState {
    let width = web_sys::window().and_then(|w| w.inner_width().ok()).and_then(|w| w.as_f64()).unwrap_or_default();
    InitialState {
        engine_preference: engine_preference_from_url()
            .or_else(|| EnginePreference::from_attribute(&load_item(ENGINE_KEY)?))
            .unwrap_or_default(),
        webgpu: detect_webgpu(),
        theme: load_item(THEME_KEY).map(|word| ThemePreference::from_attribute(&word)).unwrap_or_default(),
        system_color_scheme: system_color_scheme(),
        layer_view: if width >= WIDE_PAGE_PX { Detail::Layers } else { Detail::Answer },
        page: page_from_url(),
        saves_data: saves_data(),
        drawing: first_seconds::take_drawing(),
        active_models: saved_active_models(),
    }
}

/// The page that the URL names.
pub fn page_from_url() -> Page {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    Page::from_hash(&hash)
}

/// The engine that the URL asks for: `?engine=cpu` or `?engine=gpu`.
fn engine_preference_from_url() -> Option<EnginePreference> {
    let search = web_sys::window()?.location().search().ok()?;
    EnginePreference::from_attribute(&UrlSearchParams::new_with_str(&search).ok()?.get("engine")?)
}

/// Whether the visitor's browser asks pages to save data (Chromium tells).
fn saves_data() -> bool {
    let connection = web_sys::window().and_then(|window| Reflect::get(&window.navigator(), &"connection".into()).ok());
    connection
        .and_then(|c| Reflect::get(&c, &"saveData".into()).ok())
        .and_then(|saves| saves.as_bool())
        .unwrap_or_default()
}

fn detect_webgpu() -> WebGpuSupport {
    let gpu = web_sys::window().and_then(|window| Reflect::get(&window.navigator(), &"gpu".into()).ok());
    match gpu {
        Some(gpu) if !gpu.is_undefined() && !gpu.is_null() => WebGpuSupport::Unknown,
        _ => WebGpuSupport::Unavailable,
    }
}
