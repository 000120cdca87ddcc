//! Summaries: what kinds there are, and how they are measured.

mod baseline;
mod kind;
mod metrics;
mod oracle;
mod porter;
mod rouge;

pub use baseline::lead;
pub use kind::{Extent, Kind, Length};
pub use metrics::{Rates, kept_f1};
pub use oracle::{Extract, Oracle, Reference};
pub use porter::stem;
pub use rouge::{Rouge, Score, Scorer, Stem};
