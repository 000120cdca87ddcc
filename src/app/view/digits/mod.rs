//! The pages that classify drawings: one for each task whose input is drawn, all alike.

pub mod activation_maps;
pub mod announcer;
pub mod game_panel;
pub mod input_preview;
pub mod layer_view;
mod lens;
mod number_grid;
mod output_layer;
pub mod pad;
pub mod page;
pub mod photo_input;
pub mod prediction;
pub mod sample_picker;

pub use prediction::verdict_attribute;
