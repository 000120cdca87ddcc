//! Single characters: what is white, what an ideograph, and how words are folded.

/// What separates words and is shown by nothing: white space, control and zero-width characters.
pub fn is_white(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether a text does without capitals, as tokenized training sets and hasty writers do: less than one in 200 of its letters is one.
pub(in crate::text) fn is_uncased(text: &str) -> bool {
    let (mut capitals, mut small) = (0usize, 0usize);
    for c in text.chars() {
        if c.is_uppercase() {
            capitals += 1;
        } else if c.is_lowercase() {
            small += 1;
        }
    }
    capitals * 200 < small
}

/// Letters that stand for a word or a syllable.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Lower-cased, with plain apostrophes, without ligatures and zero-width characters.
pub(in crate::text) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'a'..='z' | '0'..='9' => folded.push(c),
            '’' | '‘' | 'ʼ' | '＇' => folded.push('\''),
            'ﬀ' => folded.push_str("ff"),
            'ﬁ' => folded.push_str("fi"),
            'ﬂ' => folded.push_str("fl"),
            'ﬃ' => folded.push_str("ffi"),
            'ﬄ' => folded.push_str("ffl"),
            // "İ" is "i" and a dot above; the dot is dropped, as a visitor's search would.
            'İ' => folded.push('i'),
            _ if is_white(c) => {}
            // What picks the shape of an emoji.
            '\u{fe00}'..='\u{fe0f}' => {}
            _ => folded.extend(c.to_lowercase()),
        }
    }
    if folded.is_empty() { word.chars().filter(|c| !is_white(*c)).collect() } else { folded }
}
