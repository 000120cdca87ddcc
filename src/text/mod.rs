//! Text → sentences → words → pieces of the vocabulary, and back again with its capitals.
//!
//! Every word, piece and sentence knows the bytes of the visitor's own text that it came from.

mod abbreviations;
mod lexicon;
mod restore;
mod sentence_splitter;
mod word_tokenizer;
mod wordpiece;

pub use lexicon::{Lexicon, LexiconError};
pub use restore::{Origin, OutputToken, OutputWord, Restored, Restorer};
pub use sentence_splitter::{Document, LONGEST_SENTENCE, Sentence, sentences};
pub use word_tokenizer::{Word, is_white, join, normalize, stopped, words};
pub use wordpiece::{Encoding, SPECIALS, TokenId, VocabularyError, WordPieceVocabulary};
