//! Text → sentences → words → pieces of the vocabulary, and back again with its capitals.
//!
//! Every word, piece and sentence knows the bytes of the visitor's own text that it came from.

mod abbreviations;
mod sentences;
mod words;

pub use sentences::{Document, LONGEST_SENTENCE, Sentence, sentences};
pub use words::{Word, is_white, join, normalize, words};
