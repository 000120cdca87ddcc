//! The page that summarizes texts.

mod announcer;
mod comparison;
mod options;
pub mod page;
mod salience_strip;
mod source_view;
mod summary_lines;
mod summary_panel;
mod text_input;
mod text_panel;
