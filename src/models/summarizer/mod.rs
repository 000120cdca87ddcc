//! Summaries: sentences are weighed, chosen and shortened (after Chen and Bansal, *Fast abstractive summarization with
//! reinforce-selected sentence rewriting*, 2018), and measured.
//!
//! [`model`] has the layers, [`train`] their stages, [`tune`] what a visitor's own summaries change in them, [`generate`](write) the search for words, [`compose`](Summarizer) goes from a text to
//! lines that know where each word comes from; [`plain`] is the article's model without attention, to compare with.

pub mod batching;
mod beam_search;
pub mod corpus;
mod extractive_oracle;
pub mod fine_tuning;
mod kind;
mod lead_baseline;
pub mod line_faults;
pub mod losses;
mod metrics;
pub mod network;
mod pipeline;
mod porter_stemmer;
pub mod recipe;
mod rouge;
pub mod sentence_features;
pub mod seq2seq;
pub mod shortening;
pub mod shortening_loss;
pub mod training;

pub use beam_search::{BeamSearchConfig, DecodeError, DecodeJob, DecodeResult, DecodedToken, TokenRules, write};
pub use extractive_oracle::{OracleSelection, OverlapCounts, Reference};
pub use kind::{Shortness, SummaryAmount, SummaryKind, SummaryLength, TargetLength, WantedSummary};
pub use lead_baseline::lead;
pub use metrics::{NoveltyCounts, kept_f1};
pub use pipeline::{
    NullObserver, Seq2SeqSummarizer, Summarizer, SummaryError, SummaryEvent, SummaryObserver, TargetError, TargetMode,
    extract, split_sentences,
};
pub use porter_stemmer::stem;
pub use rouge::{RougeScore, RougeScorer, RougeScores, StemmedToken};
