//! The models: networks, training, fine-tuning and what their packages say of them.

pub mod digits;
pub mod lab;
pub mod summarizer;
