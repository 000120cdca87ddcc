//! The part of the page that summarizes texts: a state of its own inside the page's, and one component a file.
//!
//! `state` is what is known and wanted, `run` one summary of it, `service` what the engines are asked for it and what their replies
//! change, `light` what lights up where, `words` every sentence; these are plain Rust and tested natively. All else touches the
//! browser.

mod light;
mod run;
mod service;
mod state;
mod words;

#[cfg(target_family = "wasm")]
mod bring;
#[cfg(target_family = "wasm")]
mod compare;
#[cfg(target_family = "wasm")]
mod controls;
#[cfg(target_family = "wasm")]
mod desk;
#[cfg(target_family = "wasm")]
mod lines;
#[cfg(target_family = "wasm")]
mod outcome;
#[cfg(target_family = "wasm")]
mod pairs;
#[cfg(target_family = "wasm")]
mod paper;
#[cfg(target_family = "wasm")]
mod say;
#[cfg(target_family = "wasm")]
mod source;
#[cfg(target_family = "wasm")]
mod strip;

#[cfg(test)]
mod tests;

pub use run::Order;
pub(in crate::app) use service::fails_whole;
#[cfg(target_family = "wasm")]
pub use state::PLAIN;
pub use state::{Act, SUMMARY, Summaries};

#[cfg(target_family = "wasm")]
pub use desk::Desk;
