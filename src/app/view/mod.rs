//! The components of the page, one a file.

mod canvas;
mod charts;
mod confusion_matrix;
mod digits;
mod dom_state;
mod drop_hover;
mod engines;
mod fine_tuning;
mod header_footer;
mod lab;
mod notices;
mod progress_bar;
pub mod root;
mod stroke_thumbnail;
mod summaries;
mod tour;
