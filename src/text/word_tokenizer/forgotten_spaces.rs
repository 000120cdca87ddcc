//! Stops inside a Unicode word that end a sentence, because somebody forgot the space: `the end.The next`.

use super::letters::fold;
use crate::text::{
    abbreviations::{opens_sentence, starts_sentence},
    language::LanguageGuess,
};

/// Whether the stop at a byte of a segment ends a sentence. `Node.js`, `main.rs`, `System.Out` and `U.S.` are whole.
pub(super) fn forgotten_space(segment: &str, at: usize, language: LanguageGuess) -> bool {
    let whole = &segment[..at];
    let before = whole.rsplit('.').next().unwrap_or_default();
    let after = segment[at + 1..].split('.').next().unwrap_or_default();
    // `I'm` and `It's` go by their first part.
    let head = after.split(['\'', '’']).next().unwrap_or_default();
    let mut letters = head.chars();
    if !letters.next().is_some_and(char::is_uppercase) || !letters.all(char::is_lowercase) {
        return false;
    }
    let lower = fold(head);
    let opens = opens_sentence(&lower, language);
    let length = before.chars().count();
    let small = length >= 2 && before.chars().all(char::is_lowercase);
    if head.chars().count() == 1 {
        return matches!(head, "I" | "A") && small;
    }
    if is_domain_or_extension(&lower) || before == "www" {
        return false;
    }
    match before {
        // `see a.b.The`: an address goes on.
        _ if small => !whole.contains('.') || opens,
        // A name: `London.The` ends, `System.Out` does not.
        _ if length >= 2 && before.chars().skip(1).all(char::is_lowercase) => opens,
        // `USA.It`, `U.S.A.The`, `NASA.Gov`.
        _ if length >= 2 && before.chars().all(char::is_uppercase) => opens,
        _ if length == 1 && whole.contains('.') => starts_sentence(&lower),
        _ if length >= 4 && before.chars().all(|c| c.is_ascii_digit()) => true,
        _ => false,
    }
}

/// The last part of an address or of a file's name.
fn is_domain_or_extension(lower: &str) -> bool {
    matches!(
        lower,
        "com" | "org" | "net" | "gov" | "edu" | "io" | "js" | "py" | "rs" | "md" | "txt" | "pdf" | "doc" | "docx"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_inside_words() {
        let ends = |segment: &str| {
            let at = segment.strip_suffix(".com").unwrap_or(segment).rfind('.').unwrap();
            forgotten_space(segment, at, LanguageGuess::Unknown)
        };
        for segment in
            ["end.The", "end.Nora", "it.I", "it.I'm", "USA.It", "London.The", "U.S.A.It", "heard.A", "dog.It’s"]
        {
            assert!(ends(segment), "{segment}");
        }
        for segment in [
            "Node.js",
            "main.rs",
            "System.Out",
            "example.org",
            "U.S",
            "J.Smith",
            "end.NET",
            "Object.Keys",
            "x.Y",
            "whitehouse.Gov",
        ] {
            assert!(!ends(segment), "{segment}");
        }
    }
}
