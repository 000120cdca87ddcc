//! What crosses modules: the committed packages through the engine, golden results, damaged packages, ROUGE against its reference.

mod engine;
mod golden;
mod hostile;
mod packages;
mod rouge;
mod training;
