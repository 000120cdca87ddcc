//! What crosses modules: the committed packages through the engine, golden results, damaged packages, ROUGE against its reference.

mod engine;
mod golden;
#[cfg(feature = "probe")]
mod gradients;
mod hostile;
mod interop;
mod lab;
mod learning;
#[cfg(feature = "probe")]
mod nn;
mod packages;
mod rouge;
mod shortening;
mod summary;
mod teaching;
