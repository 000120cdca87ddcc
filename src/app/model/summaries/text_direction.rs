//! In which direction a text is shown. Pure state.

/// Texts of up to so many bytes are left to the browser. Chromium lays out a text of `dir="auto"` in a time that grows with the square
/// of its longest paragraph: 2 MB without a line break took a text area 77 seconds, and each key in it 14 to 24.
const LONGEST_FOR_BROWSER: usize = 50_000;

/// The value of the `dir` attribute for a text.
pub fn text_direction(text: &str) -> &'static str {
    if text.len() <= LONGEST_FOR_BROWSER {
        return "auto";
    }
    match text.chars().find(|letter| letter.is_alphabetic()) {
        Some(letter) if runs_from_right(letter) => "rtl",
        _ => "ltr",
    }
}

/// Whether a letter is of a script that runs from right to left: Hebrew, Arabic and their neighbors in Unicode.
fn runs_from_right(letter: char) -> bool {
    matches!(letter,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_left_to_the_browser_and_long_ones_go_by_their_first_letter() {
        assert_eq!(["", "One.", "שלום"].map(text_direction), ["auto"; 3]);
        let long = |start: &str| text_direction(&format!("{start}{}", " 1 a".repeat(LONGEST_FOR_BROWSER)));
        assert_eq!(["One.", "12 – «שלום»", "مرحبا", "\u{feff}One"].map(long), ["ltr", "rtl", "rtl", "ltr"]);
    }
}
