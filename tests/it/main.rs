//! What crosses modules: the committed packages through the engine, golden results, damaged packages.

mod engine;
mod golden;
mod hostile;
mod learning;
mod packages;
mod training;
