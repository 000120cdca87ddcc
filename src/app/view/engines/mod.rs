//! The engines and their models: which runs, and the choice between them.

pub mod engine_panel;
pub mod model_picker;
