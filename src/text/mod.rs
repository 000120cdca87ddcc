//! Text → sentences → words → pieces of the vocabulary, and back again with its capitals.
//!
//! Every word, piece and sentence knows the bytes of the visitor's own text that it came from.

mod abbreviations;
mod detokenizer;
mod lexicon;
mod sentence_splitter;
mod word_tokenizer;
mod wordpiece;

pub use detokenizer::{DetokenizedText, Detokenizer, OutputToken, OutputWord, TokenOrigin};
pub use lexicon::{Lexicon, LexiconError};
pub use sentence_splitter::{Document, LONGEST_SENTENCE, Sentence, sentences};
pub use word_tokenizer::{Word, is_white, join, normalize, stopped, words};
pub use wordpiece::{Encoding, SPECIALS, TokenId, VocabularyError, WordPieceVocabulary};
