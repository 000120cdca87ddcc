//! Summaries: what kinds there are, and how they are measured.

mod baseline;
pub mod features;
mod kind;
mod metrics;
pub mod model;
mod oracle;
mod porter;
mod rouge;
pub mod train;

pub use baseline::lead;
pub use kind::{Extent, Kind, Length};
pub use metrics::{Rates, kept_f1};
pub use oracle::{Extract, Oracle, Reference};
pub use porter::stem;
pub use rouge::{Rouge, Score, Scorer, Stem};
