//! The word segments of Unicode (UAX 29), without white ones, and with words whole that hold a zero-width space.

use unicode_segmentation::UnicodeSegmentation;

use super::letters::is_white;

/// Sites put it into long words to let them wrap. Unicode breaks a word there, a reader does not.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// The segments of a text that show, each with the byte at which it begins.
pub(super) fn segments(text: &str) -> Vec<(usize, &str)> {
    let mut segments: Vec<(usize, &str)> = Vec::with_capacity(text.len() / 4);
    for (start, segment) in text.split_word_bound_indices() {
        if segment.chars().all(is_white) {
            continue;
        }
        if let Some((before, last)) = segments.last_mut() {
            let gap = &text[*before + last.len()..start];
            let is_hidden = !gap.is_empty() && gap.chars().all(|c| c == ZERO_WIDTH_SPACE);
            if is_hidden && last.ends_with(char::is_alphabetic) && segment.starts_with(char::is_alphabetic) {
                *last = &text[*before..start + segment.len()];
                continue;
            }
        }
        segments.push((start, segment));
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_width_spaces_hide_inside_words_only() {
        let found = |text: &'static str| segments(text).into_iter().map(|(_, segment)| segment).collect::<Vec<_>>();
        assert_eq!(found("super\u{200b}cali\u{200b}frag ist"), ["super\u{200b}cali\u{200b}frag", "ist"]);
        assert_eq!(found("one\u{200b} two.\u{200b}three 4\u{200b}5"), ["one", "two", ".", "three", "4", "5"]);
        assert_eq!(found("\u{200b}a\u{200b}"), ["a"]);
    }
}
