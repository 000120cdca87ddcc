//! The page that summarizes texts.

mod announcer;
mod comparison;
mod cut_words;
mod line_tools;
mod options;
pub mod page;
mod salience_strip;
mod shortness;
mod source_view;
mod summary_lines;
mod summary_panel;
mod text_input;
mod text_panel;
