//! Headings, captions, page headers and reference lists, told by where they stand and how they look.

use std::collections::HashMap;

use super::{
    blocks::BlockKind,
    footnotes,
    lines::{Line, LineRole, paragraphs},
};
use crate::protocol::SkipReason;

/// Words of a heading, at most.
const LONGEST_HEADING: usize = 14;
/// A line with more characters is a whole paragraph: nobody broke the lines of this text to fit a page.
const PARAGRAPH_LINE: usize = 150;

/// Finds what a reader tells by its place.
pub(super) fn find(lines: &mut [Line]) {
    page_headers(lines);
    comments(lines);
    references(lines);
    footnotes::find(lines);
    captions(lines);
    numbered_items(lines);
    headings(lines);
}

/// Lines that come again on every page, and page numbers.
fn page_headers(lines: &mut [Line]) {
    let shape = |text: &str| -> String {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect::<String>()
            .replace("00", "0")
    };
    // How often a line comes, and how far apart the first two are: what repeats on pages stands far apart.
    let mut counts: HashMap<String, (usize, usize, usize)> = HashMap::new();
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.is_undecided() && line.word_count() <= 14) {
        let (count, _, second) = counts.entry(shape(line.text)).or_insert((0, at, at));
        *count += 1;
        if *count == 2 {
            *second = at;
        }
    }
    for at in 0..lines.len() {
        // The number of the page stands beside its head.
        let numbered = [at.checked_sub(1), Some(at + 1)]
            .into_iter()
            .flatten()
            .filter_map(|beside| lines.get(beside))
            .any(|beside| is_page_number(beside.text));
        let line = &mut lines[at];
        if !line.is_undecided() {
            continue;
        }
        let words = line.word_count();
        let repeated = words <= 14
            && !line.ends_sentence()
            && counts.get(&shape(line.text)).is_some_and(|(count, first, second)| {
                let has_digits = line.text.contains(|c: char| c.is_ascii_digit());
                second - first >= 6 && (*count >= 3 || *count == 2 && (has_digits && words >= 2 || numbered))
            });
        if is_page_number(line.text) || repeated && line.text.contains(char::is_alphanumeric) {
            line.skip(SkipReason::PageHeader);
        }
    }
}

/// What readers wrote below an article: everything from a heading "Comments" on.
fn comments(lines: &mut [Line]) {
    let sentences = |line: &Line| line.is_undecided() && line.ends_sentence() && line.word_count() >= 6;
    let Some(start) = lines.iter().position(|line| !line.is_blank() && is_comments_heading(line.text)) else { return };
    // In a text of comments, or of messages, they are the text.
    if lines.iter().any(|line| matches!(line.role, LineRole::Shown { kind: BlockKind::Speech, .. })) {
        return;
    }
    if lines[..start].iter().filter(|line| sentences(line)).count() < 3 {
        return;
    }
    lines[start..]
        .iter_mut()
        .filter(|line| !matches!(line.role, LineRole::Skipped(_)))
        .for_each(|line| line.skip(SkipReason::Comments));
}

fn is_comments_heading(text: &str) -> bool {
    let lower = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let counted = |word: &str| {
        matches!(word, "comments" | "comment" | "responses" | "replies" | "thoughts" | "reviews" | "ratings")
    };
    match words.as_slice() {
        [only] => matches!(*only, "comments" | "responses"),
        [first, second, ..] if words.len() <= 14 && first.bytes().all(|b| b.is_ascii_digit()) => {
            counted(second) && (words.len() <= 4 || words[2] == "on")
        }
        [first, count] if counted(first) => count.trim_matches(['(', ')']).bytes().all(|b| b.is_ascii_digit()),
        ["leave" | "add" | "post", "a", "comment" | "reply"]
        | ["reader" | "readers" | "user" | "top", "comments"]
        | ["join", "the", "conversation" | "discussion"] => true,
        ["customer" | "user" | "reader", "reviews"] | ["what", "our" | "your", "readers", "say"] => true,
        _ => false,
    }
}

/// Lines that are no sentences, in a text that has some: labels, names, cells, links.
pub(super) fn find_labels(lines: &mut [Line], is_wrapped: impl Fn(&Line, &Line) -> bool) {
    let mut logical: Vec<Vec<usize>> = Vec::new();
    for at in 0..lines.len() {
        if !lines[at].is_undecided() {
            continue;
        }
        match logical.last_mut() {
            Some(chain)
                if at > 0 && chain.last() == Some(&(at - 1)) && goes_on(&lines[at - 1], &lines[at], &is_wrapped) =>
            {
                chain.push(at)
            }
            _ => logical.push(vec![at]),
        }
    }
    let words = |chain: &[usize]| chain.iter().map(|at| lines[*at].word_count()).sum::<usize>();
    let ends =
        |chain: &[usize]| chain.last().is_some_and(|at| lines[*at].ends_sentence() || lines[*at].text.ends_with(':'));
    let prose: Vec<bool> = logical.iter().map(|chain| ends(chain) && words(chain) >= 7).collect();
    let all: usize = logical.iter().map(|chain| words(chain)).sum();
    let said: usize = logical.iter().zip(&prose).filter(|(_, prose)| **prose).map(|(chain, _)| words(chain)).sum();
    let speech = lines.iter().any(|line| matches!(line.role, LineRole::Shown { kind: BlockKind::Speech, .. }));
    if !speech && (prose.iter().filter(|prose| **prose).count() < 2 || said < 25 || said * 5 < all) {
        return;
    }
    let labels: Vec<usize> = logical
        .iter()
        .filter(|chain| {
            let text = lines[chain[0]].text;
            let cells = text.contains("  ") || text.contains('\t');
            !ends(chain) && words(chain) <= if cells { 24 } else { 14 }
        })
        .flatten()
        .copied()
        .collect();
    labels.into_iter().for_each(|at| lines[at].show(BlockKind::Label, true));
}

/// Whether a line goes on in the next one.
fn goes_on(before: &Line, after: &Line, is_wrapped: impl Fn(&Line, &Line) -> bool) -> bool {
    !before.ends_sentence() && after.text.starts_with(|c: char| c.is_lowercase()) && before.word_count() >= 4
        || is_wrapped(before, after)
        || before.text.ends_with(['-', '\u{ad}'])
}

/// `Chapter 2. Gardens        17`, `Annals of Transport 8 (2026) 55–71`: the head of one page.
fn is_running_head(text: &str) -> bool {
    let number = |word: &str| !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split("   ").map(str::trim).filter(|part| !part.is_empty()).collect();
    let wide = parts.len() == 2 && (number(parts[0]) != number(parts[1]));
    let words: Vec<&str> = text.split_whitespace().collect();
    let range = words.last().is_some_and(|last| {
        last.split(['-', '–', ':']).count() == 2
            && last.split(['-', '–', ':']).all(|page| page.bytes().all(|b| b.is_ascii_digit()) && !page.is_empty())
    });
    let volume = words.iter().any(|word| {
        let year = word.trim_matches(['(', ')', ',']);
        word.starts_with('(') && year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit())
    });
    // `E. Lowe, S. Okafor / Annals of Hydrology 12 (2022)`
    let journal = volume && text.contains(" / ") && !text.ends_with('.');
    wide || (range && volume || journal) && words.len() <= 14
}

/// `12`, `- 12 -`, `Page 3 of 12`
fn is_page_number(text: &str) -> bool {
    if is_running_head(text) {
        return true;
    }
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let words: Vec<&str> = bare.split_whitespace().collect();
    let number = |word: &str| !word.is_empty() && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    match words.as_slice() {
        [only] => number(only),
        ["page" | "p." | "p" | "seite", page] => number(page),
        [page, "of" | "/", all] => number(page) && number(all),
        ["page", page, "of" | "/", all, rest @ ..] => number(page) && number(all) && rest.len() <= 4,
        _ => false,
    }
}

/// What stands below a heading "References" to the next heading or the end.
fn references(lines: &mut [Line]) {
    const NAMES: [&str; 14] = [
        "references",
        "bibliography",
        "works cited",
        "footnotes",
        "further reading",
        "external links",
        "literature",
        "sources",
        "citations",
        "see also",
        "external references",
        "references and notes",
        "literature cited",
        "weblinks",
    ];
    let mut inside = false;
    for line in lines.iter_mut() {
        let bare = line.shown_name();
        if NAMES.contains(&bare.as_str()) {
            inside = true;
            line.skip(SkipReason::References);
        } else if inside {
            // A list of contents names them, too.
            let lower = line.text.to_lowercase();
            let cites = ["http", "isbn", "doi", "retrieved", "pp.", "vol.", "(19", "(20", "press"]
                .iter()
                .any(|mark| lower.contains(mark))
                || line.text.starts_with(['^', '[', '"', '“']);
            let prose = line.ends_sentence() && line.word_count() >= 12 && !cites || line.text.ends_with("[edit]");
            if prose || matches!(line.role, LineRole::Shown { kind: BlockKind::Heading, .. }) {
                inside = false;
            } else if line.is_undecided() || matches!(line.role, LineRole::Shown { .. }) {
                line.skip(SkipReason::References);
            }
        }
    }
    // Without such a heading: lines like "[12] Pell, N. (2019). …".
    for line in lines.iter_mut().filter(|line| line.is_undecided()) {
        if is_reference(line.text) {
            line.skip(SkipReason::References);
        }
    }
}

fn is_reference(text: &str) -> bool {
    let numbered = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).is_some_and(|(number, rest)| {
        number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with(' ')
    }) || text.starts_with(['^', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']);
    let lower = text.to_lowercase();
    let dated = text.contains("(19") || text.contains("(20");
    let cites = ["pp.", "vol.", "doi", "isbn", "journal", "press", "proc.", "https://", "retrieved", "arxiv", "ed."]
        .iter()
        .any(|mark| lower.contains(mark));
    numbered && (dated || cites || !text.starts_with('['))
        || dated && cites && text.split(' ').next().is_some_and(|word| word.ends_with(','))
}

impl Line<'_> {
    /// The words of a heading in small letters, without numbers, colons and `[edit]`.
    fn shown_name(&self) -> String {
        if self.word_count() > 4 {
            return String::new();
        }
        let bare = self.text.trim_end_matches("[edit]").trim_matches(|c: char| !c.is_alphabetic());
        bare.to_lowercase()
    }
}

/// `Figure 3: …`, `Table 2. …`, `Fig. 1 …`
fn captions(lines: &mut [Line]) {
    let mut below = false;
    for line in lines.iter_mut() {
        if line.is_blank() {
            below = false;
        } else if line.is_undecided() {
            let starts = is_caption(line.text);
            if starts || below {
                line.show(BlockKind::Caption, starts);
                // A short line is whole: what stands below is the text again.
                below = !line.ends_sentence() && line.text.chars().count() >= 50;
            }
        }
    }
}

fn is_caption(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let Some(first) = words.next() else { return false };
    let name = first.trim_matches(['*', '_', ':', '.']).to_lowercase();
    let known = matches!(
        name.as_str(),
        "figure" | "fig" | "table" | "exhibit" | "chart" | "listing" | "plate" | "box" | "caption" | "pictured"
    );
    if !known || !first.starts_with(|c: char| c.is_uppercase() || c == '*' || c == '_') {
        return false;
    }
    if first.ends_with(':') {
        return true;
    }
    // "Table 2 shows …" is a sentence; "Table 2. Growth" and "Table 2 Growth of …" are captions.
    let Some(number) = words.next() else { return false };
    let numbered = number.starts_with(|c: char| c.is_ascii_digit())
        || number.trim_end_matches([':', '.']).len() <= 3 && number.starts_with(char::is_uppercase);
    let next = words.next().unwrap_or("");
    numbered
        && (number.ends_with([':', '.', '|'])
            || matches!(next, "-" | "–" | "—" | "|")
            || next.starts_with(char::is_uppercase)
            || next.is_empty())
}

/// `1. …` and `(a) …` on lines of their own: items, with their numbers.
fn numbered_items(lines: &mut [Line]) {
    for at in 0..lines.len() {
        if lines[at].is_undecided() && is_numbered(lines[at].text) {
            let numbered_next =
                lines[at + 1..].iter().find(|line| !line.is_blank()).is_some_and(|line| is_numbered(line.text));
            let numbered_before =
                at > 0 && lines[..at].iter().rfind(|line| !line.is_blank()).is_some_and(|line| is_numbered(line.text));
            if numbered_next || numbered_before {
                lines[at].show(BlockKind::ListItem, true);
            }
        }
    }
}

fn is_numbered(text: &str) -> bool {
    let start = text.trim_start_matches('(');
    let digits = start.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let number = &start[..digits];
    let rest = &start[digits..];
    (1..=3).contains(&digits)
        && (number.bytes().all(|b| b.is_ascii_digit()) || digits == 1)
        && (rest.starts_with(". ") || rest.starts_with(") "))
}

/// Short lines alone, without a mark at their end: titles, headings, labels.
fn headings(lines: &mut [Line]) {
    let parts = paragraphs(lines);
    let uncased = lines.iter().all(|line| !line.text.contains(char::is_uppercase));
    for (index, part) in parts.iter().enumerate() {
        let open: Vec<usize> = part.clone().filter(|at| lines[*at].is_undecided()).collect();
        let Some(first) = open.first().copied() else { continue };
        let alone = open.len() == 1;
        let short = |line: &Line| {
            line.word_count() <= LONGEST_HEADING
                && !line.ends_sentence()
                && !line.text.ends_with([',', ';'])
                && line.text.contains(char::is_alphanumeric)
        };
        let goes_on = index + 1 < parts.len();
        let begins_big = lines[first].text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase());
        if alone && short(&lines[first]) && (goes_on || parts.len() > 2) && (begins_big || uncased) && parts.len() > 1 {
            lines[first].show(BlockKind::Heading, true);
        } else if open.len() >= 2 && short(&lines[first]) && begins_big && lines[first].word_count() <= 8 {
            // A heading right above its text: the line is much shorter than the ones below.
            let below = lines[open[1]].text.chars().count();
            if below >= 60 && lines[first].text.chars().count() * 2 <= below {
                lines[first].show(BlockKind::Heading, true);
            }
        }
        // Where each line is a paragraph, so is a heading, without an empty line beside it.
        if open.iter().any(|at| lines[*at].text.chars().count() > PARAGRAPH_LINE) {
            for two in open.windows(2) {
                let [at, next] = [two[0], two[1]];
                let capital = |line: &Line| {
                    line.text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_uppercase() || c.is_numeric())
                };
                let begins = at == first || lines[at - 1].ends_sentence() || !lines[at - 1].is_undecided();
                let is_heading = short(&lines[at]) && begins && capital(&lines[at]) && capital(&lines[next]);
                if is_heading && !lines[at].text.ends_with(':') {
                    lines[at].show(BlockKind::Heading, true);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_lines_are_paragraphs_a_short_one_is_a_heading() {
        let long = "Being confronted by shockingly bad ideas, those that stand in decided opposition to what we know, can help us \
                    refine our definition of bad, and that is worth an afternoon of anybody's time.";
        let text = format!("{long}\nBad helps us define the criteria for good\n{long}\nsee the list\n{long}");
        let clean = crate::text::CleanText::read(&text, &[], &|_| true);
        let kind = |part: &str| clean.block_at(clean.text.find(part).unwrap()).map(|block| block.kind);
        assert_eq!(kind("Bad helps"), Some(BlockKind::Heading));
        assert_ne!(kind("see the list"), Some(BlockKind::Heading));
    }

    #[test]
    fn captions_and_sentences() {
        assert!(
            is_caption("Figure 3: The quay") && is_caption("Table 2. Growth") && is_caption("Fig. 1 Growth of silt")
        );
        assert!(!is_caption("Table 2 shows the growth.") && !is_caption("figure it out"));
        assert!(is_page_number("- 12 -") && is_page_number("Page 3 of 12") && !is_page_number("In 12 days"));
        assert!(is_numbered("1. First") && is_numbered("(a) for the lamps") && !is_numbered("1.5 tons"));
        assert!(is_reference("[12] Pell, N. (2019). On silt. Journal of Locks, 3, pp. 1-9."));
        assert!(!is_reference("[12] was the number of the boat that came last."));
    }
}
