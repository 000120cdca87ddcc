//! Footnotes of a page, known by the marks that the text has for them.

use std::collections::HashSet;

use super::lines::{Line, paragraphs};
use crate::protocol::SkipReason;

/// Footnotes of a page: a paragraph that begins with a number that is a superscript in the text.
pub(super) fn find(lines: &mut [Line]) {
    const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = |mark: &str| -> String {
        let places = mark.chars().filter_map(|c| SUPERSCRIPTS.iter().position(|superscript| *superscript == c));
        places.map(|digit| digit.to_string()).collect()
    };
    let marks: HashSet<String> = lines
        .iter()
        .flat_map(|line| line.text.split(|c: char| !SUPERSCRIPTS.contains(&c)))
        .filter(|mark| !mark.is_empty())
        .map(digits)
        .collect();
    let lost: HashSet<&str> = lines.iter().flat_map(|line| lost_superscripts(line.text)).collect();
    for part in paragraphs(lines) {
        let first = part.start;
        let mut inside = false;
        for (at, line) in lines[part].iter_mut().enumerate() {
            // Without a superscript, a note is known by standing first in its paragraph, or behind another one.
            let (number, _) = line.text.split_once(' ').unwrap_or((line.text, ""));
            let begins = at == 0 && first > 0 || inside;
            inside |= begins
                && lost.contains(number)
                && line.word_count() > 4
                && line.text[number.len()..].trim_start().starts_with(char::is_uppercase);
            let (number, rest) = line.text.split_once(' ').unwrap_or((line.text, ""));
            inside |= rest.starts_with(char::is_uppercase) && line.word_count() > 5 && marks.contains(number);
            if inside && line.is_undecided() {
                line.skip(SkipReason::References);
            }
        }
    }
}

/// Numbers of one or two digits behind a stop or a closing mark, where a superscript stood: `in 1995.5 The`, `at work,12 and`.
fn lost_superscripts(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .filter_map(|word| {
            let digits = word.len() - word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            let (before, number) = word.split_at(word.len() - digits);
            let said = before.trim_end_matches(['.', ',', ';', ')', '”', '"', '’']);
            let is_year = said.len() == 4 && said.bytes().all(|b| b.is_ascii_digit());
            ((1..=2).contains(&digits)
                && said.len() < before.len()
                && (is_year || said.chars().count() >= 2 && said.ends_with(char::is_alphabetic)))
            .then_some(number)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn superscripts_that_became_digits() {
        assert_eq!(lost_superscripts("in 1995.5 The rest of it.12 It costs 2.5 or 1,200, see no.7b"), ["5", "12"]);
    }
}
