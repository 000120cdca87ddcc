//! The sentences that a visitor reads, apart from the fixed texts in the components.

pub mod digits;
pub mod engines;
pub mod format;
pub mod lab;
pub mod lab_runs;
pub mod layers;
pub mod metrics;
pub mod summaries;
pub mod summary_reasons;
pub mod updates;
pub mod user_data;
