//! Characters that tell where a sentence ends: quotation marks, emoji, superscripts and the letters of scripts without spaces.

/// Quotation marks of the normal form, but single ones, which are apostrophes too.
pub(super) fn is_quotation_mark(word: &str) -> bool {
    matches!(word, "\"" | "«" | "»" | "‹" | "›" | "「" | "」" | "『" | "』")
}

/// Whether a word is nothing but pictures: emoji with their skin tones, joiners and flags.
pub(super) fn is_emoji(source: &str) -> bool {
    let mut is_picture = false;
    for c in source.chars() {
        match c {
            '\u{1f000}'..='\u{1faff}'
            | '\u{2600}'..='\u{27bf}'
            | '\u{2b05}'..='\u{2b55}'
            | '\u{231a}'..='\u{23ff}'
            | '\u{3030}'
            | '\u{303d}'
            | '\u{3297}'
            | '\u{3299}' => is_picture = true,
            // Keycaps: a digit, a variation selector and the key.
            '\u{20e3}' => is_picture = true,
            '0'..='9'
            | '#'
            | '*'
            | '©'
            | '®'
            | '™'
            | '‼'
            | '⁉'
            | 'ℹ'
            | '\u{2190}'..='\u{21ff}'
            | '\u{25aa}'..='\u{25fe}'
                if source.chars().any(|c| matches!(c, '\u{fe0f}' | '\u{20e3}')) =>
            {
                is_picture = true;
            }
            // Variation selectors, the joiner, and the tags of flags of regions.
            '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{e0020}'..='\u{e007f}' => {}
            _ => return false,
        }
    }
    is_picture
}

/// Whether a word is the flag of a country.
pub(super) fn is_flag(source: &str) -> bool {
    source.starts_with(|c| matches!(c, '\u{1f1e6}'..='\u{1f1ff}'))
}

/// Whether a word begins an emoticon, or an emoji that says how a sentence is meant and stands for no thing in it.
pub(super) fn is_face(source: &str) -> bool {
    source.starts_with(|c| {
        matches!(c, '\u{1f600}'..='\u{1f64f}' | '\u{1f910}'..='\u{1f92f}' | '\u{1f970}'..='\u{1f97a}' | '🎉' | '👍' | '👏')
    }) || !source.is_empty() && source.is_ascii()
}

/// The bytes of an emoticon such as `:)` or `^_^` at the beginning of a text, if white space follows it; 0 if there is none.
pub(super) fn emoticon(text: &str) -> usize {
    const EMOTICONS: &[&str] = &[
        ">:(", ":-)", ":-(", ";-)", ":-D", ":-P", ":-p", ":-/", ":-|", ":-O", ":')", ":'(", ":))", ":((", ":)", ":(",
        ";)", ":D", ":P", ":p", ":/", ":|", ":O", ":o", ":*", "=)", "=(", "=D", "xD", "XD", "<3", "^_^", "^^", "-_-",
        "o_O",
    ];
    // As many as there are may follow each other: `:)))`.
    let Some(found) = EMOTICONS.iter().find(|emoticon| text.starts_with(**emoticon)) else { return 0 };
    let last = found.chars().last().unwrap_or(' ');
    let length = found.len() + text[found.len()..].chars().take_while(|c| *c == last && matches!(c, ')' | '(')).count();
    if text[length..].chars().next().is_none_or(char::is_whitespace) { length } else { 0 }
}

/// Whether a word consists of superscript digits, as notes are numbered.
pub(super) fn is_superscript(source: &str) -> bool {
    !source.is_empty() && source.chars().all(|c| matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '⁻' | '\u{2009}'))
}

/// Letters of Chinese and Japanese, between which stand no spaces.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji() {
        for picture in ["🎉", "👋🏽", "👨‍👩‍👧‍👦", "🇬🇧", "❤️", "1️⃣", "🏴\u{e0067}\u{e0062}\u{e007f}", "☀", "⭐", "™️", "⏰"]
        {
            assert!(is_emoji(picture), "{picture}");
        }
        for other in ["", "a", "1", "™", "→", "\u{200d}", "\u{fe0f}", "。", "🎉a"] {
            assert!(!is_emoji(other), "{other}");
        }
    }

    #[test]
    fn emoticons() {
        assert_eq!(emoticon(":) Then"), 2);
        assert_eq!(emoticon(":-("), 3);
        assert_eq!(emoticon(":)))) ok"), 5);
        assert_eq!(emoticon(":/x"), 0);
        assert_eq!(emoticon("://"), 0);
        assert_eq!(emoticon(": the"), 0);
    }
}
