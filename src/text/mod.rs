//! Text → sentences → words → pieces of the vocabulary, and back again with its capitals.
//!
//! Every word, piece and sentence knows the bytes of the visitor's own text that it came from.

mod abbreviations;
mod restore;
mod sentences;
mod vocabulary;
mod word_list;
mod words;

pub use restore::{Origin, OutputToken, OutputWord, Restored, Restorer};
pub use sentences::{Document, LONGEST_SENTENCE, Sentence, sentences};
pub use vocabulary::{Encoding, SPECIALS, TokenId, Vocabulary, VocabularyError};
pub use word_list::{WordList, WordListError};
pub use words::{Word, is_white, join, normalize, stopped, words};
