//! The part of the page that trains networks from zero: a state of its own inside the page's, and one component a file.
//!
//! `state` is what is known and wanted, `service` what the engines are asked for it and what their replies change, `words` every
//! sentence; these are plain Rust and tested natively. All else touches the browser.

mod service;
mod state;
mod words;

#[cfg(target_family = "wasm")]
mod holes;
#[cfg(target_family = "wasm")]
mod pictures;
#[cfg(target_family = "wasm")]
mod room;
#[cfg(target_family = "wasm")]
mod settings;
#[cfg(target_family = "wasm")]
mod track;

#[cfg(test)]
mod tests;

pub use state::{Lab, LabAct};

#[cfg(target_family = "wasm")]
pub use room::Room;
