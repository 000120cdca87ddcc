//! The words that may be put together from pieces.
//!
//! A model that writes pieces can write words that nobody ever wrote. What stands neither in the source nor in this list is not said.

/// The first word of the first line of a list's file.
const HEADER: &str = "inkling-words";
/// The format that is read.
const FORMAT: u32 = 1;
/// The longest file that is read, in bytes; 40,000 words take about 350,000.
const LONGEST_FILE: usize = 4 << 20;

/// Why a list of words is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LexiconError {
    /// The file is longer than any of ours.
    #[error("the list of words is {bytes} bytes long; up to {limit} are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The longest that is read.
        limit: usize,
    },
    /// The file is no text.
    #[error("the list of words is no UTF-8 from byte {at} on")]
    NotUtf8 {
        /// The first bad byte.
        at: usize,
    },
    /// The first line is not `inkling-words FORMAT COUNT`.
    #[error("the list of words has no header of format {FORMAT}")]
    Header,
    /// The header's number is not that of the lines.
    #[error("the list should have {expected} words and has {actual}")]
    Count {
        /// By the header.
        expected: usize,
        /// In the file.
        actual: usize,
    },
    /// A line is not behind the one before it, by the order of bytes.
    #[error("line {line} of the list of words is out of order")]
    Order {
        /// The line, the first being 1.
        line: usize,
    },
}

/// Words of the normal form, sorted: one text, and where each word begins in it.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    text: Box<str>,
    starts: Vec<u32>,
}

impl Lexicon {
    /// Reads a list's file: a header, then one word a line in the order of bytes.
    ///
    /// # Errors
    /// Whatever is wrong with it; the bytes are not trusted.
    pub fn parse(bytes: &[u8]) -> Result<Self, LexiconError> {
        if bytes.len() > LONGEST_FILE {
            return Err(LexiconError::TooLarge { bytes: bytes.len(), limit: LONGEST_FILE });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| LexiconError::NotUtf8 { at: error.valid_up_to() })?;
        let (header, words) = text.split_once('\n').ok_or(LexiconError::Header)?;
        let expected = header
            .strip_prefix(&format!("{HEADER} {FORMAT} "))
            .and_then(|count| count.parse::<usize>().ok())
            .ok_or(LexiconError::Header)?;
        let mut starts = Vec::with_capacity(expected.min(words.len()));
        let (mut at, mut before) = (0, "");
        for (index, line) in words.split_inclusive('\n').enumerate() {
            let word = line.trim_end_matches('\n');
            if word <= before {
                return Err(LexiconError::Order { line: index + 2 });
            }
            starts.push(at as u32);
            at += line.len();
            before = word;
        }
        if starts.len() != expected {
            return Err(LexiconError::Count { expected, actual: starts.len() });
        }
        Ok(Self { text: words.into(), starts })
    }

    /// The file that [`Lexicon::parse`] reads, of any words in any order.
    pub fn to_file<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
        let mut words: Vec<&str> = words.into_iter().collect();
        words.sort_unstable();
        words.dedup();
        let mut file = format!("{HEADER} {FORMAT} {}\n", words.len());
        for word in words {
            file.push_str(word);
            file.push('\n');
        }
        file
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Whether a word of the normal form may be said though the source does not hold it: it stands in the list, or is nothing but
    /// marks. Numbers never do: one that the source does not hold is invented.
    pub fn is_known(&self, word: &str) -> bool {
        !word.contains(char::is_alphanumeric) || self.contains(word)
    }

    fn contains(&self, word: &str) -> bool {
        let at = |start: &u32| {
            let rest = self.text.get(*start as usize..).unwrap_or_default();
            rest.split('\n').next().unwrap_or_default()
        };
        self.starts.binary_search_by(|start| at(start).cmp(word)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found() {
        let file = Lexicon::to_file(["zebra", "ant", "n't", "café", "ant"]);
        assert_eq!(file, "inkling-words 1 4\nant\ncafé\nn't\nzebra\n");
        let list = Lexicon::parse(file.as_bytes()).unwrap();
        assert_eq!(list.len(), 4);
        assert!(["ant", "café", "n't", "zebra", ",", "--", "$"].into_iter().all(|word| list.is_known(word)));
        assert!(["an", "ants", "bee", "zz", "5", "ant\ncafé"].into_iter().all(|word| !list.is_known(word)));
        assert!(!Lexicon::default().is_known("ant"));
    }

    #[test]
    fn damaged_lists_are_refused() {
        let parse = |bytes: &[u8]| Lexicon::parse(bytes).unwrap_err();
        let limit = LONGEST_FILE;
        assert_eq!(parse(&vec![b'a'; limit + 1]), LexiconError::TooLarge { bytes: limit + 1, limit });
        assert_eq!(parse(b"a\xff"), LexiconError::NotUtf8 { at: 1 });
        assert_eq!(parse(b"inkling-words 2 1\na\n"), LexiconError::Header);
        assert_eq!(parse(b""), LexiconError::Header);
        assert_eq!(parse(b"inkling-words 1 2\na\n"), LexiconError::Count { expected: 2, actual: 1 });
        assert_eq!(parse(b"inkling-words 1 2\nb\na\n"), LexiconError::Order { line: 3 });
        assert_eq!(parse(b"inkling-words 1 2\na\na\n"), LexiconError::Order { line: 3 });
        assert_eq!(parse(b"inkling-words 1 1\n\n"), LexiconError::Order { line: 2 });
    }
}
