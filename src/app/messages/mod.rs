//! Every sentence that a visitor reads: nothing else in the page joins words.

pub mod digits;
pub mod engines;
pub mod format;
pub mod lab;
pub mod summaries;
pub mod user_data;
