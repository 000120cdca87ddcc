//! What crosses modules: the committed packages through the engine, golden results, damaged packages, ROUGE against its reference.

mod digit_fine_tuning;
mod engine;
mod golden;
#[cfg(feature = "probe")]
mod gradients;
mod interop;
mod lab;
#[cfg(feature = "probe")]
mod nn;
mod packages;
mod pending_engine;
mod rouge;
mod shortening;
mod summary;
mod summary_fine_tuning;
mod untrusted_input;
mod verdicts;
