//! What the held-out sets hold, so that training sets can do without it.

use std::{
    collections::HashSet,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
};

use crate::{
    cli::datasets::jsonl::RawDocument,
    text::{Word, words},
};

/// The words of a shingle.
const SHINGLE: usize = 8;
/// A text is a near-duplicate if it has so many of its shingles in common with the held-out texts.
const SHARE: f64 = 0.3;

/// A hash is its own hash.
#[derive(Default)]
pub struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// A set of hashes.
pub type ShingleHashes = HashSet<u64, BuildHasherDefault<IdentityHasher>>;

/// All shingles of eight words (marks left out) of all held-out texts and titles.
///
/// A training text is left out if at least 30% of its shingles are among them, whichever texts they are from: that is a copy with some
/// changes, or the longer half of one. Texts that share a quotation or a standing phrase have far fewer. A text of fewer than eight
/// words is one shingle.
#[derive(Default)]
pub struct HeldOutShingles {
    shingles: ShingleHashes,
}

impl HeldOutShingles {
    /// Adds a row of a held-out set.
    pub fn add(&mut self, row: &RawDocument) {
        self.shingles.extend(shingles(&words(&row.text)));
        if let Some(title) = &row.title {
            self.shingles.extend(shingles(&words(title)));
        }
    }

    /// Whether a text is one of the held-out texts, or nearly.
    pub fn holds(&self, words: &[Word]) -> bool {
        let (mut all, mut common) = (0usize, 0usize);
        for shingle in shingles(words) {
            all += 1;
            common += usize::from(self.shingles.contains(&shingle));
        }
        all > 0 && common as f64 >= SHARE * all as f64
    }
}

/// The hash of a whole text.
pub fn fingerprint(words: &[Word]) -> u64 {
    let mut hasher = DefaultHasher::new();
    spoken(words).for_each(|word| word.hash(&mut hasher));
    hasher.finish()
}

fn spoken(words: &[Word]) -> impl Iterator<Item = &str> {
    words.iter().map(|word| &*word.text).filter(|word| word.contains(char::is_alphanumeric))
}

fn shingles(words: &[Word]) -> impl Iterator<Item = u64> {
    let hashes: Vec<u64> = spoken(words)
        .map(|word| {
            let mut hasher = DefaultHasher::new();
            word.hash(&mut hasher);
            hasher.finish()
        })
        .collect();
    let width = SHINGLE.min(hashes.len()).max(1);
    // Rotation makes the order count, multiplication spreads.
    let mix = |window: &[u64]| {
        window.iter().fold(0u64, |sum, hash| (sum.rotate_left(7) ^ hash).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    };
    let shingles: Vec<u64> = hashes.windows(width).map(mix).collect();
    shingles.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> RawDocument {
        RawDocument {
            id: String::new(),
            text: text.into(),
            summaries: Vec::new(),
            title: Some("A title of three".into()),
        }
    }

    #[test]
    fn copies_are_found_and_quotations_are_not() {
        let text: String = (0..100).map(|n| format!("word{n} ")).collect();
        let mut held = HeldOutShingles::default();
        held.add(&row(&text));
        assert!(held.holds(&words(&text)));
        assert!(held.holds(&words(&text.replace("word50", "another").to_uppercase())));
        let quoting: String = (0..100).map(|n| if n < 20 { format!("word{n} ") } else { format!("new{n} ") }).collect();
        assert!(!held.holds(&words(&quoting)));
        assert!(held.holds(&words("A title of Three.")));
        assert!(!held.holds(&words("A title of")));
        assert!(!held.holds(&[]));
    }

    #[test]
    fn fingerprints() {
        assert_eq!(fingerprint(&words("A b, c.")), fingerprint(&words("a B c")));
        assert_ne!(fingerprint(&words("a b c")), fingerprint(&words("a c b")));
    }
}
