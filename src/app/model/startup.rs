//! What the page knows when it opens.

use super::engine_selection::EnginePreference;
use super::route::Page;
use super::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::task::PerTask;
use crate::protocol::Detail;

/// Whether this browser offers WebGPU at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebGpuSupport {
    /// There is a `navigator.gpu`, which may still refuse.
    Available,
    /// There is none, so its engine need not even be fetched.
    Unavailable,
}

/// What the page knows when it opens.
#[derive(Clone, Debug, PartialEq)]
pub struct InitialState {
    /// What the address or an earlier visit asks for.
    pub wish: EnginePreference,
    /// What the browser offers.
    pub offer: WebGpuSupport,
    /// The theme of an earlier visit.
    pub theme: ThemePreference,
    /// What the system prefers.
    pub system: ColorScheme,
    /// Whether the layers are open.
    pub detail: Detail,
    /// The part that the address names.
    pub part: Page,
    /// The models of the visitor's own that were active when the page was left.
    pub active: PerTask<Option<String>>,
}
