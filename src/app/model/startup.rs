//! What the page knows when it opens: the URL, stored preferences and features of the browser.

use super::engine_selection::EnginePreference;
use super::route::Page;
use super::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::task::PerTask;
use crate::ink::Drawing;
use crate::protocol::Detail;

/// Whether the browser has WebGPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebGpuSupport {
    /// There is a `navigator.gpu`, which was not asked for an adapter yet.
    Unknown,
    /// It has granted a graphics card.
    Available,
    /// It has granted software that computes on the processor: the engine is loaded if the visitor chooses it.
    SoftwareOnly,
    /// It has refused an adapter.
    Refused,
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
    /// Whether the browser asks pages to save data: then nothing is downloaded before it is in view or asked for.
    pub saves_data: bool,
    /// What was drawn before the page's program was there.
    pub drawing: Drawing,
    /// The models that were active at the last visit.
    pub active_models: PerTask<Option<String>>,
}
