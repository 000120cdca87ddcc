//! The components of the page, one a file.

mod canvas;
mod charts;
mod digits;
mod engines;
mod fine_tuning;
mod header_footer;
mod lab;
mod notices;
pub mod root;
mod summaries;
