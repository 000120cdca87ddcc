//! Names that hold a mark, which is not the end of a sentence: `Yahoo!`, `Which?`.

use std::collections::HashSet;

use crate::text::{Word, abbreviations::opens_sentence, language::LanguageGuess};

/// The lower-cased words of a text after which `!` or `?` goes on in small letters somewhere, as it does behind a name only:
/// `Yoho! is a drink`. Exclamations such as `Oh! he said` do not count.
pub(super) fn words_with_marks<'a>(text: &str, words: &'a [Word]) -> HashSet<&'a str> {
    let source = |word: &Word| &text[word.span.clone()];
    let mut found = HashSet::from(["yahoo"]);
    for (at, window) in words.windows(3).enumerate() {
        let [name, mark, next] = window else { continue };
        if !matches!(&*mark.text, "!" | "?") || mark.span.len() != 1 || name.span.end != mark.span.start {
            continue;
        }
        let before = at.checked_sub(1).map_or("", |at| &*words[at].text);
        let is_name = name.text.len() >= 3
            && source(name).starts_with(char::is_uppercase)
            && !opens_sentence(&name.text, LanguageGuess::English)
            && !matches!(
                &*name.text,
                "wow" | "hey" | "yeah" | "yay" | "right" | "really" | "hooray" | "sorry" | "why" | "oops"
            )
            && !matches!(before, "\"" | "!" | "?");
        let goes_on = matches!(
            &*next.text,
            "is" | "was"
                | "has"
                | "had"
                | "are"
                | "were"
                | "'s"
                | "and"
                | "to"
                | "in"
                | "on"
                | "for"
                | "from"
                | "by"
                | "at"
                | "will"
        );
        if is_name && source(next).starts_with(|c: char| c.is_lowercase() || c == '\'') && goes_on {
            found.insert(&*name.text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn names_are_told_from_exclamations() {
        let found = |text: &str| {
            let words = words(text);
            let mut found: Vec<String> = words_with_marks(text, &words).into_iter().map(str::to_owned).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(found("We drank Fizzo! is what they said. The Yelp! and others sank."), ["fizzo", "yahoo", "yelp"]);
        assert_eq!(
            found(
                "Oh! he cried. \"Run! you fool.\" Never! we said. It was Friday! anyway, he left! the dog too. Stop!"
            ),
            ["yahoo"]
        );
    }
}
