//! What the page knows when it opens.

use super::engine_selection::Wish;
use super::route::Part;
use super::theme::{Shade, Theme};
use crate::protocol::Detail;

/// Whether this browser offers WebGPU at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// There is a `navigator.gpu`, which may still refuse.
    WebGpu,
    /// There is none, so its engine need not even be fetched.
    NoWebGpu,
}

/// What the page knows when it opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// What the address or an earlier visit asks for.
    pub wish: Wish,
    /// What the browser offers.
    pub offer: Offer,
    /// The theme of an earlier visit.
    pub theme: Theme,
    /// What the system prefers.
    pub system: Shade,
    /// Whether the layers are open.
    pub detail: Detail,
    /// The part that the address names.
    pub part: Part,
    /// The models of the visitor's own that were active when the page was left.
    pub active: [Option<String>; 2],
}
