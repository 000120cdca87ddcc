//! Summaries: sentences are weighed, chosen and shortened (after Chen and Bansal, *Fast abstractive summarization with
//! reinforce-selected sentence rewriting*, 2018), and measured.
//!
//! [`model`] has the layers, [`train`] their stages, [`tune`] what a visitor's own summaries change in them, [`generate`](write) the search for words, [`compose`](Summarizer) goes from a text to
//! lines that know where each word comes from; [`plain`] is the article's model without attention, to compare with.

mod baseline;
mod compose;
pub mod features;
mod generate;
mod kind;
mod metrics;
pub mod model;
mod oracle;
pub mod plain;
mod porter;
mod rouge;
pub mod shortening;
pub mod train;
pub mod tune;

pub use baseline::lead;
pub use compose::{Aim, Event, LessonError, Listener, Nobody, PlainSummarizer, Summarizer, SummaryError, extract};
pub use generate::{Job, Piece, Search, Speech, WriteError, Written, write};
pub use kind::{Extent, Kind, Length};
pub use metrics::{NoveltyCounts, kept_f1};
pub use oracle::{OracleSelection, OverlapCounts, Reference};
pub use porter::stem;
pub use rouge::{RougeScore, RougeScorer, RougeScores, StemmedToken};
