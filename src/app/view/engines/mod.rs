//! Engines and models: what runs, and what the visitor prefers.

pub mod engine_panel;
pub mod model_picker;
