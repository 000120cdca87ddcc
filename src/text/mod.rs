//! Text → sentences → words → subword tokens, and back again with capitals and spacing.
//!
//! Every word, piece and sentence knows the bytes of the visitor's own text that it came from.

mod abbreviations;
mod cleaning;
mod detokenizer;
mod language;
mod lexicon;
mod sentence_splitter;
mod word_tokenizer;
mod wordpiece;

pub use cleaning::{BlockKind, CleanText, Omission, TextBlock};
pub use detokenizer::{DetokenizedText, Detokenizer, OutputToken, OutputWord, TokenOrigin};
pub use language::{LONGEST_SAMPLE, LanguageGuess, guess_language};
pub use lexicon::{Lexicon, LexiconError};
pub use sentence_splitter::{Document, LONGEST_SENTENCE, LONGEST_SPEECH, Sentence, SentenceEnding, sentences};
pub use word_tokenizer::{Word, is_white, join, normalize, with_final_period, words};
pub use wordpiece::{Encoding, SPECIALS, TokenId, VocabularyError, WordPieceVocabulary};
