//! The probe: a second worker around the models, for browser tests and benches alone.
//!
//! It reaches layers that the page's protocol does not, in the browser that they are made for, so that the engines which ship stay
//! small. It is built as they are (same profiles, same device), so that what is timed is what is shipped. Never deployed.
//!
//! | to the probe | from the probe |
//! |---|---|
//! | | `{hello: "probe", engine: "cpu" \| "gpu"}` once it listens, or `{error}` if it cannot start |
//! | `{id, measure: {work, runs}}` | `{id, times: [ms…], check}` or `{id, error}` |
//! | `{id, golden: {cases}}` | `{id, golden: [{name, path, results, gradients}…]}` or `{id, error}` |
//! | `{id, learning: {figures}}` | `{id, learning: {loss, gradients, adam}}`, how far from those, or `{id, error}` |
//!
//! Each time begins with inputs that are on the device and ends when the result was read back; `check` is the sum of the last
//! result. The first measurement of a work builds it and warms it up before anything is timed. All values are [`noise`] of fixed
//! seeds, of which the peers in `tests/bench/peers` compute too, so that their checks can be held against these.

mod cnn;
mod deterministic_values;
pub mod golden;
mod init_weights;
mod lstm;
mod measure;
pub mod training_step;
mod work;
#[cfg(target_family = "wasm")]
mod worker;

pub use deterministic_values::noise;
pub use measure::{BenchRunner, BenchmarkResult};
pub use work::Benchmark;
#[cfg(target_family = "wasm")]
pub use worker::run;
