//! What crosses modules: the committed packages through the engine, golden results, damaged packages, ROUGE against its reference.

mod command_line;
mod digit_fine_tuning;
mod engine;
mod golden;
#[cfg(feature = "probe")]
mod gradients;
mod hostile_requests;
mod interop;
mod lab;
mod line_faults;
#[cfg(feature = "probe")]
mod nn;
mod packages;
mod pasted_texts;
mod pending_engine;
mod pictures;
mod rouge;
mod sentence_boundaries;
mod shortening;
mod summary;
mod summary_fine_tuning;
mod summary_kinds;
mod untrusted_input;
mod verdicts;
