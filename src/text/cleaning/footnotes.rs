//! Footnotes of a page, known by the marks that the text has for them.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole, paragraphs},
};
use crate::protocol::SkipReason;

/// Lines of a footnote between those of a text, at most.
const MOST_LINES: usize = 6;

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
    // Where each number first stands behind a word.
    let mut lost: HashMap<&str, usize> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        for mark in lost_superscripts(line.text) {
            lost.entry(&line.text[mark]).or_insert(at);
        }
    }
    let mut found: HashSet<&str> = HashSet::new();
    for part in paragraphs(lines) {
        let first = part.start;
        let mut inside = false;
        for (at, line) in lines[part].iter_mut().enumerate() {
            // Without a superscript, a note is known by standing first in its paragraph, or behind another one.
            let (number, _) = line.text.split_once(' ').unwrap_or((line.text, ""));
            let begins = at == 0 && first > 0 || inside;
            inside |= begins
                && lost.contains_key(number)
                && line.word_count() > 4
                && line.text[number.len()..].trim_start().starts_with(char::is_uppercase);
            let (number, rest) = line.text.split_once(' ').unwrap_or((line.text, ""));
            inside |= rest.starts_with(char::is_uppercase) && line.word_count() > 5 && marks.contains(number);
            if inside && line.is_undecided() {
                found.extend(lost.get_key_value(number).map(|(number, _)| *number));
                line.skip(SkipReason::References);
            }
        }
    }
    between_lines(lines, &lost, &mut found);
    drop_marks(lines, &found);
}

/// Footnotes right below the text, without a blank line: a number that a word has, or that number on a line of its own.
fn between_lines<'a>(lines: &mut [Line<'a>], lost: &HashMap<&'a str, usize>, found: &mut HashSet<&'a str>) {
    let mut ended = false;
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if line.is_blank() {
            at += 1;
            continue;
        }
        let (number, said) = line.text.split_once(' ').unwrap_or((line.text, ""));
        let marked = ended && lost.get(number).is_some_and(|first| *first < at);
        ended =
            line.ends_sentence() || lost_superscripts(line.text).last().is_some_and(|mark| mark.end == line.text.len());
        if !marked {
            at += 1;
            continue;
        }
        let next = lines.get(at + 1);
        let capital = |text: &str| text.trim_start_matches(['"', '“', '(']).starts_with(char::is_uppercase);
        // Items of a list count on; so do notes, but the text has their marks.
        let counts_on = next.and_then(|next| next.text.split_once(' ')).is_some_and(|(next, _)| {
            number.parse::<u32>().is_ok_and(|number| next.trim_end_matches('.').parse() == Ok(number + 1))
                && !lost.contains_key(next)
        });
        let note = line.is_undecided() && capital(said) && line.word_count() > 3 && !counts_on;
        let alone = said.is_empty()
            && next.is_some_and(|next| next.is_undecided() && capital(next.text) && next.ends_sentence());
        if !note && !alone {
            at += 1;
            continue;
        }
        found.extend(lost.get_key_value(number).map(|(number, _)| *number));
        lines[at].skip(SkipReason::References);
        let mut whole = note && ended;
        at += 1;
        for line in lines[at..].iter_mut().take(MOST_LINES) {
            if whole || !line.is_undecided() {
                break;
            }
            whole = line.ends_sentence();
            line.skip(SkipReason::References);
            at += 1;
        }
        ended = true;
    }
}

/// The marks of footnotes that were found show nothing without them.
fn drop_marks(lines: &mut [Line], found: &HashSet<&str>) {
    if found.is_empty() {
        return;
    }
    let shown = |line: &Line| {
        line.is_undecided()
            || matches!(
                line.role,
                LineRole::Shown { kind: BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quotation, .. }
            )
    };
    for line in lines.iter_mut().filter(|line| shown(line)) {
        let start = line.span.start;
        line.marks = lost_superscripts(line.text)
            .filter(|mark| found.contains(&line.text[mark.clone()]))
            .map(|mark| start + mark.start..start + mark.end)
            .filter(|mark| line.content.start <= mark.start && mark.end <= line.content.end)
            .collect();
    }
}

/// Where numbers of one or two digits stand behind a stop or a closing mark, in place of a superscript: `in 1995.5 The`, `at work,12 and`.
fn lost_superscripts(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split_inclusive(char::is_whitespace).filter_map(move |piece| {
        let word = piece.trim_end();
        let end = start + word.len();
        start += piece.len();
        let before = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = word.len() - before.len();
        let said = before.trim_end_matches(['.', ',', ';', ')', '”', '"', '’']);
        let is_year = said.len() == 4 && said.bytes().all(|b| b.is_ascii_digit());
        ((1..=2).contains(&digits)
            && said.len() < before.len()
            && (is_year || said.chars().count() >= 2 && said.ends_with(char::is_alphabetic)))
        .then_some(end - digits..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn superscripts_that_became_digits() {
        let text = "in 1995.5 The rest of it.12 It costs 2.5 or 1,200, see no.7b";
        let marks: Vec<&str> = lost_superscripts(text).map(|mark| &text[mark]).collect();
        assert_eq!(marks, ["5", "12"]);
    }

    fn kept(text: &str) -> String {
        crate::text::CleanText::read(text, &[], &|_| true).text
    }

    #[test]
    fn notes_between_the_lines_of_a_page() {
        let page = "The weir was built by monks, who\nneeded the water for a mill.1 It was\nmended by the town (Pell, 1874).2\nToday nobody knows who owns it.\n1 See Orly, who found the deed in\nthe tower of the church.\n2 It cost forty pounds.\nA board was asked, and it will say\nby spring what the law says.";
        let kept = kept(page);
        assert!(!kept.contains("Orly") && !kept.contains("tower") && !kept.contains("forty"), "{kept}");
        assert!(kept.contains("for a mill. It was") && kept.contains("1874).") && !kept.contains("1874).2"), "{kept}");
        assert!(kept.contains("who owns it.") && kept.contains("A board was asked, and it will say"), "{kept}");
    }

    #[test]
    fn a_note_below_its_number() {
        let page = "The weir was built by monks, and nobody mended it.1\nThe town will pay for a new one in the spring of next year.\n1\nMost of them could not swim, says the chronicle.\nShare";
        let kept = kept(page);
        assert!(!kept.contains("chronicle") && kept.contains("mended it.\n"), "{kept}");
    }

    #[test]
    fn what_only_looks_like_a_note() {
        let list = "The old way is told in the book of the yard.1\n1 Wet the clay and knead it for an hour.\n2 Let it rest in the shade.\n3 Fire it.";
        assert!(kept(list).contains("Wet the clay"), "{}", kept(list));
        let counted =
            "It rained on nine days of that cold spring.\n2 The boats stayed in the harbor for all that time.";
        assert_eq!(kept(counted), counted);
    }
}
