//! The page that trains networks from scratch, side by side.

mod missing_data;
pub mod page;
mod run_charts;
mod run_list;
mod run_view;
mod settings;
pub mod thumbnails;
