//! What the page knows when it opens: the URL, stored preferences and features of the browser.

use super::engine_selection::EnginePreference;
use super::route::Page;
use super::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::task::PerTask;
use crate::protocol::Detail;

/// Whether the browser has WebGPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebGpuSupport {
    /// There is a `navigator.gpu`, which may still refuse an adapter.
    Available,
    /// There is none, so the WebGPU engine is not loaded.
    Unavailable,
}

/// What the page knows when it opens.
#[derive(Clone, Debug, PartialEq)]
pub struct InitialState {
    /// The engine that the URL or an earlier visit asks for.
    pub engine_preference: EnginePreference,
    /// Whether the browser has WebGPU.
    pub webgpu: WebGpuSupport,
    /// The color scheme of an earlier visit.
    pub theme: ThemePreference,
    /// The color scheme of the system.
    pub system_color_scheme: ColorScheme,
    /// Whether the layers are shown.
    pub layer_view: Detail,
    /// The page that the URL names.
    pub page: Page,
    /// The models that were active at the last visit.
    pub active_models: PerTask<Option<String>>,
}
