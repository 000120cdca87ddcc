//! Removes function words, stock tickers, section headings, site names and tables before texts and titles are compared.

use crate::text::Word;

/// The words that say what a text is about: no marks, no function words.
pub fn content(words: &[Word]) -> impl Iterator<Item = &str> {
    words
        .iter()
        .map(|word| &*word.text)
        .filter(|word| word.contains(char::is_alphanumeric) && FUNCTION_WORDS.binary_search(word).is_err())
}

const FUNCTION_WORDS: &[&str] = &[
    "'d", "'ll", "'m", "'re", "'s", "'ve", "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at",
    "be", "because", "been", "before", "being", "but", "by", "ca", "can", "could", "did", "do", "does", "for", "from",
    "had", "has", "have", "he", "her", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "may", "me",
    "might", "more", "most", "my", "n't", "new", "no", "not", "of", "on", "one", "only", "or", "other", "our", "out",
    "over", "own", "said", "say", "says", "she", "should", "so", "some", "such", "than", "that", "the", "their",
    "them", "then", "there", "these", "they", "this", "those", "to", "up", "us", "was", "we", "were", "what", "when",
    "where", "which", "while", "who", "whom", "why", "will", "with", "wo", "would", "you", "your",
];

/// Signs of shares go, `<SRD>`; names of companies between the same signs stay.
pub fn without_tickers(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        clean.push_str(before);
        let Some((inside, behind)) = after.split_once('>').filter(|(inside, _)| inside.len() < 60) else {
            rest = after;
            continue;
        };
        let sign = inside.len() <= 10
            && inside.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || " ./".contains(c));
        if !sign || inside.contains(' ') && inside.split(' ').all(|part| part.len() > 2) {
            clean.push_str(inside);
        }
        rest = behind;
    }
    clean.push_str(rest);
    clean
}

/// The section before a title, `ENERGY/`, goes.
pub fn without_section(title: &str) -> &str {
    match title.split_once('/') {
        Some((section, rest)) if section.bytes().all(|b| b.is_ascii_uppercase()) && !rest.is_empty() => rest,
        _ => title,
    }
}

/// The name of the site behind a title goes.
pub fn without_site(title: &str) -> &str {
    let title = title.split(" | ").next().unwrap_or(title);
    title.strip_suffix(" : NPR").or_else(|| title.strip_suffix(" - CNNPolitics.com")).unwrap_or(title)
}

/// Earnings and prices: more than a quarter of the words are numbers, or there is hardly a text.
pub fn is_table(words: &[Word]) -> bool {
    let spoken = words.iter().filter(|word| word.text.contains(char::is_alphanumeric)).count();
    let numbers = words.iter().filter(|word| word.text.starts_with(|c: char| c.is_ascii_digit())).count();
    spoken < 20 || numbers * 4 > spoken || words[0].text == "shr" || words.iter().take(12).any(|word| word.text == "vs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_the_binary_search() {
        assert!(FUNCTION_WORDS.is_sorted());
    }

    #[test]
    fn titles_are_titles() {
        assert_eq!(
            without_tickers("PHARMACIA <PHAB ST> AND <SPAR AEROSPACE LTD> < 5"),
            "PHARMACIA  AND SPAR AEROSPACE LTD  5"
        );
        assert_eq!(without_section("ENERGY/CALIFORNIA OIL"), "CALIFORNIA OIL");
        assert_eq!(without_site("Rain falls | The Paper"), "Rain falls");
        assert_eq!(without_site("Rain : NPR"), "Rain");
    }
}
