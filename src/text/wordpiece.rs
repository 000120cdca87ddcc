//! The pieces of words that a model reads and writes.
//!
//! A vocabulary is a text file, made by `inkling prepare summary`: a header and one piece a line. A piece that goes on inside a word is
//! written with `##` before it. Words are cut greedily, the longest piece first (Wu et al., *Google's neural machine translation
//! system*, 2016), which needs no more than the list. Digits come in pieces of two at most: 1998 is `19 ##98`, so that all numbers are
//! built of 220 pieces, none is unknown, and years of one century begin alike.

use std::{collections::HashMap, ops::Range};

use super::{
    Document,
    word_tokenizer::{Word, words},
};

/// The first word of the first line of a vocabulary's file.
pub const HEADER: &str = "inkling-vocabulary";
/// The format that is read.
pub const FORMAT: u32 = 1;
/// The longest file that is read, in bytes; 10,000 pieces take about 80,000.
pub const LONGEST_FILE: usize = 1 << 20;
/// The longest piece, in bytes.
pub const LONGEST_PIECE: usize = 64;
/// Words of more characters are unknown as a whole.
pub const LONGEST_WORD: usize = 100;

/// A piece of the vocabulary, by its line in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId(pub u16);

impl TokenId {
    /// Fills the ends of rows.
    pub const PAD: Self = Self(0);
    /// A word with a character that no piece has.
    pub const UNKNOWN: Self = Self(1);
    /// Stands before the first word of an output.
    pub const BEGIN: Self = Self(2);
    /// Stands behind the last.
    pub const END: Self = Self(3);
    /// What is wanted: a headline.
    pub const HEADLINE: Self = Self(4);
    /// A sentence that says it all.
    pub const TLDR: Self = Self(5);
    /// Points.
    pub const KEY_POINTS: Self = Self(6);
    /// What makes one read on.
    pub const TEASER: Self = Self(7);
    /// The sentence itself, shorter.
    pub const SENTENCE: Self = Self(8);

    /// The row of a table of embeddings.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// Whether it stands for no text.
    pub fn is_special(self) -> bool {
        self.index() < SPECIALS.len()
    }
}

/// The first lines of every vocabulary, in this order. No word of any text is one of them: brackets are words of their own.
pub const SPECIALS: [&str; 16] = [
    "<pad>",
    "<unknown>",
    "<begin>",
    "<end>",
    "<headline>",
    "<tldr>",
    "<key-points>",
    "<teaser>",
    "<sentence>",
    "<reserved-1>",
    "<reserved-2>",
    "<reserved-3>",
    "<reserved-4>",
    "<reserved-5>",
    "<reserved-6>",
    "<reserved-7>",
];

/// Why a vocabulary is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    /// The file is longer than any of ours.
    #[error("the vocabulary is {bytes} bytes long; up to {limit} are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The longest that is read.
        limit: usize,
    },
    /// The file is no text.
    #[error("the vocabulary is no UTF-8 from byte {at} on")]
    NotUtf8 {
        /// The first bad byte.
        at: usize,
    },
    /// The first line is not `inkling-vocabulary FORMAT COUNT`.
    #[error("the vocabulary has no header")]
    Header,
    /// The file is of a later format.
    #[error("the vocabulary has format {found}; this version of Inkling reads format {known}")]
    Format {
        /// The file's.
        found: u32,
        /// The one that is known.
        known: u32,
    },
    /// The header's number is not that of the lines.
    #[error("the vocabulary should have {expected} pieces and has {actual}")]
    Count {
        /// By the header.
        expected: usize,
        /// In the file.
        actual: usize,
    },
    /// More pieces than a [`TokenId`] tells apart.
    #[error("the vocabulary has {0} pieces, more than 65,536")]
    TooMany(usize),
    /// A special piece is not where it belongs.
    #[error("line {line} of the vocabulary is not {piece}")]
    MissingSpecial {
        /// Which.
        piece: &'static str,
        /// Where it belongs, the first line being 1.
        line: usize,
    },
    /// A piece is empty, too long, or has white space in it.
    #[error("line {line} of the vocabulary is no piece")]
    Piece {
        /// The line, the first being 1.
        line: usize,
    },
    /// A piece stands there twice.
    #[error("the vocabulary has {piece:?} again on line {line}")]
    Duplicate {
        /// Which.
        piece: String,
        /// The second time.
        line: usize,
    },
}

/// The pieces, and how words are cut into them.
#[derive(Clone, Debug)]
pub struct WordPieceVocabulary {
    pieces: Vec<Box<str>>,
    /// Pieces that begin a word, and pieces that go on, without their mark.
    begin: HashMap<Box<str>, TokenId>,
    go_on: HashMap<Box<str>, TokenId>,
    /// The longest piece, in characters.
    longest: usize,
}

/// A text as the model reads it. All three lists are of one length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// The pieces.
    pub ids: Vec<TokenId>,
    /// The bytes of the text that each piece came from.
    pub spans: Vec<Range<usize>>,
    /// The word that each piece is of, as an index into what was encoded.
    pub words: Vec<usize>,
}

impl Encoding {
    /// Where the pieces of some words stand: those of a sentence, given its words.
    pub fn tokens_of(&self, words: &Range<usize>) -> Range<usize> {
        let first = self.words.partition_point(|word| *word < words.start);
        first..self.words.partition_point(|word| *word < words.end).max(first)
    }
}

impl WordPieceVocabulary {
    /// Reads a vocabulary's file.
    ///
    /// # Errors
    /// Whatever is wrong with it; the bytes are not trusted.
    pub fn parse(bytes: &[u8]) -> Result<Self, VocabularyError> {
        if bytes.len() > LONGEST_FILE {
            return Err(VocabularyError::TooLarge { bytes: bytes.len(), limit: LONGEST_FILE });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| VocabularyError::NotUtf8 { at: error.valid_up_to() })?;
        let (header, pieces) = text.split_once('\n').ok_or(VocabularyError::Header)?;
        let mut fields = header.split(' ');
        let (Some(HEADER), Some(Ok(format)), Some(Ok(expected)), None) = (
            fields.next(),
            fields.next().map(str::parse::<u32>),
            fields.next().map(str::parse::<usize>),
            fields.next(),
        ) else {
            return Err(VocabularyError::Header);
        };
        if format != FORMAT {
            return Err(VocabularyError::Format { found: format, known: FORMAT });
        }
        let pieces: Vec<&str> = pieces.lines().collect();
        if pieces.len() != expected {
            return Err(VocabularyError::Count { expected, actual: pieces.len() });
        }
        Self::new(pieces)
    }

    /// A vocabulary of these pieces, the special ones first.
    ///
    /// # Errors
    /// If the special ones are not there, or a piece is none or there twice.
    pub fn new<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Result<Self, VocabularyError> {
        let pieces: Vec<Box<str>> = pieces.into_iter().map(Box::from).collect();
        if pieces.len() > usize::from(u16::MAX) + 1 {
            return Err(VocabularyError::TooMany(pieces.len()));
        }
        // The header is line 1.
        for (index, special) in SPECIALS.into_iter().enumerate() {
            if pieces.get(index).is_none_or(|piece| **piece != *special) {
                return Err(VocabularyError::MissingSpecial { piece: special, line: index + 2 });
            }
        }
        let (mut begin, mut go_on) = (HashMap::with_capacity(pieces.len()), HashMap::with_capacity(pieces.len()));
        let mut longest = 0;
        for (index, piece) in pieces.iter().enumerate().skip(SPECIALS.len()) {
            let line = index + 2;
            let (map, text) = match piece.strip_prefix("##") {
                Some(text) => (&mut go_on, text),
                None => (&mut begin, &**piece),
            };
            if text.is_empty() || piece.len() > LONGEST_PIECE || piece.contains(super::is_white) {
                return Err(VocabularyError::Piece { line });
            }
            let duplicate =
                SPECIALS.contains(&&**piece) || map.insert(Box::from(text), TokenId(index as u16)).is_some();
            if duplicate {
                return Err(VocabularyError::Duplicate { piece: piece.to_string(), line });
            }
            longest = longest.max(text.chars().count());
        }
        Ok(Self { pieces, begin, go_on, longest })
    }

    /// The file that [`WordPieceVocabulary::parse`] reads.
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER} {FORMAT} {}\n", self.pieces.len());
        for piece in &self.pieces {
            text.push_str(piece);
            text.push('\n');
        }
        text
    }

    /// How many pieces there are: the rows of a table of embeddings.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Never: the special pieces are always there.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// A piece as the file has it.
    pub fn piece(&self, id: TokenId) -> Option<&str> {
        self.pieces.get(id.index()).map(|piece| &**piece)
    }

    /// A piece's text without the mark, and whether it goes on inside a word; nothing for special pieces.
    pub fn text(&self, id: TokenId) -> Option<(&str, bool)> {
        let piece = self.piece(id).filter(|_| !id.is_special())?;
        Some(piece.strip_prefix("##").map_or((piece, false), |text| (text, true)))
    }

    /// The pieces of a whole document.
    pub fn encode(&self, text: &str, document: &Document) -> Encoding {
        self.encode_words(text, &document.words)
    }

    /// The pieces of some words of a text.
    pub fn encode_words(&self, text: &str, words: &[Word]) -> Encoding {
        let mut encoding = Encoding::default();
        let mut cuts = Vec::new();
        for (index, word) in words.iter().enumerate() {
            cuts.clear();
            self.cut(&word.text, &mut cuts);
            let source = text.get(word.span.clone()).unwrap_or_default();
            // Where each character became one, pieces have bytes of their own; else they share the word's.
            let alike = source.chars().count() == word.text.chars().count();
            let mut places = source.char_indices().map(|(at, _)| word.span.start + at).chain([word.span.end]);
            let mut start = places.next().unwrap_or(word.span.start);
            for (id, characters) in &cuts {
                let span = if alike {
                    let end = places.nth(characters - 1).unwrap_or(word.span.end);
                    std::mem::replace(&mut start, end)..end
                } else {
                    word.span.clone()
                };
                encoding.ids.push(*id);
                encoding.spans.push(span);
                encoding.words.push(index);
            }
        }
        encoding
    }

    /// The pieces of a text, without where they came from.
    pub fn ids(&self, text: &str) -> Vec<TokenId> {
        let mut cuts = Vec::new();
        words(text).iter().for_each(|word| self.cut(&word.text, &mut cuts));
        cuts.into_iter().map(|(id, _)| id).collect()
    }

    /// Cuts a word of the normal form, with the number of characters of each piece.
    fn cut(&self, word: &str, cuts: &mut Vec<(TokenId, usize)>) {
        let ends: Vec<usize> = word.char_indices().skip(1).map(|(at, _)| at).chain([word.len()]).collect();
        let unknown = (TokenId::UNKNOWN, ends.len());
        if ends.len() > LONGEST_WORD {
            cuts.push(unknown);
            return;
        }
        let before = cuts.len();
        let (mut start, mut done) = (0, 0);
        while done < ends.len() {
            let map = if done == 0 { &self.begin } else { &self.go_on };
            let last = (done + self.longest).min(ends.len());
            let Some((id, count)) =
                (done..last).rev().find_map(|at| Some((*map.get(&word[start..ends[at]])?, at + 1 - done)))
            else {
                cuts.truncate(before);
                cuts.push(unknown);
                return;
            };
            cuts.push((id, count));
            done += count;
            start = ends[done - 1];
        }
    }

    /// The words that pieces make, in the normal form. Special pieces are left out; an unknown one is `<unknown>`.
    pub fn decode(&self, ids: &[TokenId]) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for id in ids {
            match (self.text(*id), words.last_mut()) {
                (Some((text, true)), Some(word)) => word.push_str(text),
                (Some((text, _)), _) => words.push(text.to_owned()),
                (None, _) if *id == TokenId::UNKNOWN => words.push(SPECIALS[1].to_owned()),
                (None, _) => {}
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> WordPieceVocabulary {
        let pieces =
            ["the", "cat", "s", "##s", "un", "##believ", "##able", ".", "19", "##98", "##é", "caf", "'s", "n't"];
        WordPieceVocabulary::new(SPECIALS.into_iter().chain(pieces)).unwrap()
    }

    fn refused(change: impl Fn(&str) -> String) -> VocabularyError {
        WordPieceVocabulary::parse(change(&vocabulary().to_text()).as_bytes()).unwrap_err()
    }

    #[test]
    fn pieces_know_their_bytes() {
        let text = "The CATS’s unbelievable Café. 1998 Ω";
        let vocabulary = vocabulary();
        let encoding = vocabulary.encode(text, &Document::read(text));
        let pieces: Vec<_> = encoding
            .ids
            .iter()
            .zip(&encoding.spans)
            .map(|(id, span)| (vocabulary.piece(*id).unwrap(), &text[span.clone()]))
            .collect();
        assert_eq!(
            pieces,
            [
                ("the", "The"),
                ("cat", "CAT"),
                ("##s", "S"),
                ("'s", "’s"),
                ("un", "un"),
                ("##believ", "believ"),
                ("##able", "able"),
                ("caf", "Caf"),
                ("##é", "é"),
                (".", "."),
                ("19", "19"),
                ("##98", "98"),
                ("<unknown>", "Ω"),
            ]
        );
        assert_eq!(encoding.words, [0, 1, 1, 2, 3, 3, 3, 4, 4, 5, 6, 6, 7]);
        assert_eq!(encoding.tokens_of(&(1..4)), 1..7);
        assert_eq!(encoding.tokens_of(&(8..9)), 13..13);
        assert_eq!(
            vocabulary.decode(&encoding.ids),
            ["the", "cats", "'s", "unbelievable", "café", ".", "1998", "<unknown>"]
        );
        assert_eq!(vocabulary.ids(text), encoding.ids);
    }

    #[test]
    fn odd_words() {
        let vocabulary = vocabulary();
        assert_eq!(vocabulary.ids("<pad>"), [TokenId::UNKNOWN; 3]);
        assert_eq!(vocabulary.ids(&"s".repeat(101)), [TokenId::UNKNOWN]);
        assert_eq!(vocabulary.ids(&"s".repeat(100)).len(), 100);
        assert!(vocabulary.ids("").is_empty());
        assert_eq!(vocabulary.decode(&[TokenId(17), TokenId::END, TokenId(9_999)]), ["cat"]);
        // A piece that goes on where no word is.
        assert_eq!(vocabulary.decode(&[TokenId(19)]), ["s"]);
    }

    #[test]
    fn the_file_is_read_as_it_was_written() {
        let text = vocabulary().to_text();
        let read = WordPieceVocabulary::parse(text.as_bytes()).unwrap();
        assert_eq!(read.to_text(), text);
        assert_eq!(read.len(), 30);
    }

    #[test]
    fn too_large() {
        let error = WordPieceVocabulary::parse(&vec![b'a'; LONGEST_FILE + 1]).unwrap_err();
        assert_eq!(error, VocabularyError::TooLarge { bytes: LONGEST_FILE + 1, limit: LONGEST_FILE });
    }

    #[test]
    fn not_utf8() {
        assert_eq!(WordPieceVocabulary::parse(b"ab\xff").unwrap_err(), VocabularyError::NotUtf8 { at: 2 });
    }

    #[test]
    fn header() {
        assert_eq!(WordPieceVocabulary::parse(b"").unwrap_err(), VocabularyError::Header);
        assert_eq!(refused(|text| text.replacen("inkling", "inkblot", 1)), VocabularyError::Header);
        assert_eq!(refused(|text| text.replacen(" 30", " many", 1)), VocabularyError::Header);
    }

    #[test]
    fn format() {
        let error = refused(|text| text.replacen("vocabulary 1", "vocabulary 2", 1));
        assert_eq!(error, VocabularyError::Format { found: 2, known: 1 });
    }

    #[test]
    fn count() {
        let error = refused(|text| text.replacen(" 30", " 31", 1));
        assert_eq!(error, VocabularyError::Count { expected: 31, actual: 30 });
    }

    #[test]
    fn too_many() {
        let pieces: Vec<String> = (0..65_537).map(|n| n.to_string()).collect();
        let error = WordPieceVocabulary::new(pieces.iter().map(String::as_str)).unwrap_err();
        assert_eq!(error, VocabularyError::TooMany(65_537));
    }

    #[test]
    fn missing_special() {
        let error = refused(|text| text.replacen("<end>", "end", 1));
        assert_eq!(error, VocabularyError::MissingSpecial { piece: "<end>", line: 5 });
    }

    #[test]
    fn piece() {
        assert_eq!(refused(|text| text.replacen("\nthe\n", "\n##\n", 1)), VocabularyError::Piece { line: 18 });
        assert_eq!(refused(|text| text.replacen("\nthe\n", "\nt e\n", 1)), VocabularyError::Piece { line: 18 });
        assert_eq!(refused(|text| text.replacen("the", &"e".repeat(65), 1)), VocabularyError::Piece { line: 18 });
    }

    #[test]
    fn duplicate() {
        let error = refused(|text| text.replacen("cat", "the", 1));
        assert_eq!(error, VocabularyError::Duplicate { piece: "the".into(), line: 19 });
        let error = refused(|text| text.replacen("cat", "<pad>", 1));
        assert_eq!(error, VocabularyError::Duplicate { piece: "<pad>".into(), line: 19 });
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_odd(at in 0usize..200, byte: u8) {
            let mut bytes = vocabulary().to_text().into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = WordPieceVocabulary::parse(&bytes);
            let _ = WordPieceVocabulary::parse(&bytes[..at]);
        }

        /// Every piece has bytes of its word, and all pieces of a word have all of them.
        #[test]
        fn pieces_cover_their_words(text in "(?s).{0,100}") {
            let document = Document::read(&text);
            let encoding = vocabulary().encode(&text, &document);
            for (index, word) in document.words.iter().enumerate() {
                let tokens = encoding.tokens_of(&(index..index + 1));
                let spans = &encoding.spans[tokens];
                proptest::prop_assert_eq!(spans.first().map(|span| span.start), Some(word.span.start));
                proptest::prop_assert_eq!(spans.last().map(|span| span.end), Some(word.span.end));
                proptest::prop_assert!(spans.iter().all(|span| text.get(span.clone()).is_some_and(|piece| !piece.is_empty())));
            }
        }
    }
}
