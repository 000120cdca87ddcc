//! Blocks of Markdown: fences, tables, headings, lists, quotations, front matter, images alone on a line.

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole},
};
use crate::protocol::SkipReason;

/// Marks that begin an item of a list.
const BULLETS: [char; 14] = ['-', '*', '+', '•', '·', '◦', '▪', '‣', '●', '○', '■', '–', '➤', '✔'];

/// Finds blocks that Markdown marks.
pub(super) fn find(lines: &mut [Line]) {
    front_matter(lines);
    fences(lines);
    comments(lines);
    for at in 0..lines.len() {
        if !lines[at].is_undecided() {
            continue;
        }
        let text = lines[at].text;
        if is_rule(text) {
            // A line of marks below a line of text makes that one a heading.
            if at > 0
                && text.starts_with(['=', '-'])
                && text.len() >= 3
                && lines[at - 1].is_undecided()
                && (at < 2 || !lines[at - 2].is_undecided())
                && !lines[at - 1].ends_sentence()
            {
                lines[at - 1].show(BlockKind::Heading, true);
            }
            lines[at].role = LineRole::Layout { joins: false };
        } else if is_table_row(text) || is_table_rule(text) {
            lines[at].skip(SkipReason::Table);
        } else if text.trim_start_matches(['>', ' ']).starts_with("[!") && text.ends_with(']')
            || text.starts_with(":::")
            || text.starts_with("<p ")
            || text.starts_with("</")
            || is_only_images(text)
        {
            lines[at].skip(SkipReason::Markup);
        } else if is_link_definition(text) {
            lines[at].skip(SkipReason::Navigation);
        } else if let Some(marks) = heading_marks(text) {
            lines[at].drop_start(marks);
            let rest = lines[at].text[marks..].trim_end_matches(['#', ' ']).len() + marks;
            lines[at].content.end = lines[at].content.end.min(lines[at].span.start + rest).max(lines[at].content.start);
            lines[at].show(BlockKind::Heading, true);
        } else if is_confirmation(text) {
            lines[at].skip(SkipReason::Notice);
        } else if let Some(mark) = item_mark(text) {
            lines[at].drop_start(mark);
            lines[at].show(BlockKind::ListItem, true);
            if is_link_to_part(&text[mark..]) {
                lines[at].skip(SkipReason::Navigation);
            } else {
                let shown = text[mark..].len() - without_references(&text[mark..]).len();
                lines[at].content.end -= shown.min(lines[at].content.len());
            }
        }
    }
    // A line that is indented below an item goes on with it.
    for at in 1..lines.len() {
        if let LineRole::Shown { kind: BlockKind::ListItem, .. } = lines[at - 1].role
            && lines[at].is_undecided()
            && lines[at].indent >= 2
        {
            lines[at].show(BlockKind::ListItem, false);
        }
    }
    indented_code(lines);
}

/// `---` … `---` at the beginning, with `key: value` between.
fn front_matter(lines: &mut [Line]) {
    let Some(first) = lines.iter().position(|line| !line.is_blank()) else { return };
    if lines[first].text != "---" && lines[first].text != "+++" {
        return;
    }
    let mark = lines[first].text;
    let Some(last) = lines[first + 1..].iter().take(60).position(|line| line.text == mark) else { return };
    if lines[first + 1..first + 1 + last].iter().any(|line| line.text.contains([':', '='])) {
        lines[first..first + last + 2].iter_mut().for_each(|line| line.skip(SkipReason::Markup));
    }
}

/// Code between fences; a fence that is never closed ends with the text.
fn fences(lines: &mut [Line]) {
    let mut open: Option<&str> = None;
    for line in lines.iter_mut() {
        let marks = line.text.chars().take_while(|c| matches!(c, '`' | '~')).count();
        let fence = marks >= 3 && (line.text.starts_with("```") || line.text.starts_with("~~~"));
        match open {
            Some(mark) => {
                let closes = fence && line.text.starts_with(mark) && line.text.len() == marks;
                line.skip(SkipReason::Code);
                if closes {
                    open = None;
                }
            }
            None if fence && !line.text[marks..].contains('`') => {
                open = Some(&line.text[..3]);
                line.skip(SkipReason::Code);
            }
            None => {}
        }
    }
}

/// `<!-- … -->` on lines of their own.
fn comments(lines: &mut [Line]) {
    let mut inside = false;
    for line in lines.iter_mut().filter(|line| line.is_undecided()) {
        let opens = line.text.starts_with("<!--");
        if !inside && !opens {
            continue;
        }
        inside = !line.text.contains("-->");
        if line.text.ends_with("-->") || inside {
            line.skip(SkipReason::Markup);
        }
    }
}

/// Lines that are indented by four, after a blank line, and look like code.
fn indented_code(lines: &mut [Line]) {
    for paragraph in super::lines::paragraphs(lines) {
        let part = &mut lines[paragraph];
        if part.iter().all(|line| line.is_undecided() && line.indent >= 4)
            && part.iter().filter(|line| super::code::is_code(line.text)).count() * 2 >= part.len()
        {
            part.iter_mut().for_each(|line| line.skip(SkipReason::Code));
        }
    }
}

/// A line of nothing but marks.
fn is_rule(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '—' | '–' | '─' | '━' | '═' | '·' | '.' | ' ' | '#'))
        && text.chars().filter(|c| !c.is_whitespace()).count() >= 3
        && !text.starts_with("...")
}

fn is_table_row(text: &str) -> bool {
    let inner = text.strip_prefix('|').map(|rest| rest.strip_suffix('|').unwrap_or(rest));
    inner.is_some_and(|inner| inner.contains('|') || text.ends_with('|'))
        || text.len() < 300 && text.matches(" | ").count() >= 3 && !text.ends_with('.')
        || text.starts_with("+--")
}

fn is_table_rule(text: &str) -> bool {
    text.contains('|') && text.contains("--") && text.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '+'))
}

/// Badges and pictures: nothing is left when images, links around them and marks are taken out.
fn is_only_images(text: &str) -> bool {
    if !text.contains("![") && !text.to_ascii_lowercase().starts_with("<img") {
        return false;
    }
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '[', ']', '\\']);
        if let Some(image) = rest.strip_prefix('!') {
            rest = image;
        } else if let Some(target) = rest.strip_prefix('(') {
            let Some(end) = target.find(')') else { return false };
            rest = &target[end + 1..];
        } else if rest.starts_with('<') {
            let Some(end) = rest.find('>') else { return false };
            rest = &rest[end + 1..];
        } else {
            match rest.find(']') {
                // The words of an image stand before its target.
                Some(end) if rest[end + 1..].starts_with('(') => rest = &rest[end + 1..],
                _ => return rest.is_empty(),
            }
        }
    }
}

/// `[1]: https://…` and `[^1]: a note`.
fn is_link_definition(text: &str) -> bool {
    text.strip_prefix('[').and_then(|rest| rest.split_once("]:")).is_some_and(|(name, target)| {
        name.len() <= 40 && (name.starts_with('^') || target.trim_start().starts_with(['h', '/', '<', '#', '.', 'm']))
    })
}

/// An item of a list of contents: `[Usage](#usage)`.
fn is_link_to_part(item: &str) -> bool {
    item.trim_start().starts_with('[') && item.contains("](#") && item.ends_with(')') && item.matches('[').count() == 1
}

/// An item of a list of changes without what it points to at its end: `(#1290) @svea`, `[9f3c2ab]`, `by @odile in https://…`.
fn without_references(item: &str) -> &str {
    let mut said = item.trim_end();
    // `by @odile in https://example.org/pull/12`
    if let Some(by) = said.rfind(" by @")
        && said[by..].contains(" in ")
        && said[by..].split(' ').count() <= 5
    {
        said = said[..by].trim_end();
    }
    loop {
        let start = said.rfind(' ').map_or(0, |space| space + 1);
        let last = &said[start..];
        let hash = |inside: &str| {
            (7..=40).contains(&inside.len())
                && inside.bytes().all(|b| b.is_ascii_hexdigit())
                && inside.bytes().any(|b| b.is_ascii_digit())
        };
        let bare = last.trim_matches(['(', ')', '[', ']', ',', '`']);
        let number = bare.trim_end_matches(|c: char| c.is_ascii_digit());
        let points = number.len() < bare.len() && matches!(number, "#" | "GH-" | "gh-" | "!")
            || last.len() > bare.len() && hash(bare)
            || last.starts_with(['(', '[']) && last.ends_with(')') && last.contains("](http")
            || last.len() > 1 && last.starts_with('@');
        // `(#1277, thanks @odile)`
        let open = said.rfind(" (#").filter(|open| said.ends_with(')') && said.len() - open <= 60);
        match open {
            Some(open) if open > 0 => said = said[..open].trim_end(),
            _ if points && start > 0 => said = said[..start].trim_end(),
            _ => return said,
        }
    }
}

/// The length of `## `.
fn heading_marks(text: &str) -> Option<usize> {
    let marks = text.bytes().take_while(|b| *b == b'#').count();
    ((1..=6).contains(&marks) && text[marks..].starts_with([' ', '\t'])).then_some(marks + 1)
}

/// What the form of a bug report asks one to tick: `- [x] I have searched …`
fn is_confirmation(text: &str) -> bool {
    let said = text.trim_start_matches(['-', '*', ' ']);
    let ticked = ["[ ] ", "[x] ", "[X] "].iter().find_map(|tick| said.strip_prefix(tick));
    let starts = ["I have ", "I am ", "I would ", "I've ", "I agree", "I'm ", "I understand"];
    ticked.is_some_and(|said| starts.iter().any(|start| said.starts_with(start)))
}

/// The length of the mark of a list's item, with a box to tick.
pub(super) fn item_mark(text: &str) -> Option<usize> {
    let first = text.chars().next().filter(|c| BULLETS.contains(c))?;
    let rest = &text[first.len_utf8()..];
    let mark = match rest.strip_prefix([' ', '\t', '\u{a0}']) {
        Some(_) => first.len_utf8() + 1,
        // A real bullet may touch its text; `-5` and `*x*` are none.
        None if !matches!(first, '-' | '*' | '+' | '–') => first.len_utf8(),
        None => return None,
    };
    let rest = &text[mark..];
    let white = rest.len() - rest.trim_start().len();
    let ticked = ["[ ] ", "[x] ", "[X] "].iter().find(|tick| rest.trim_start().starts_with(**tick));
    Some(mark + white + ticked.map_or(0, |tick| tick.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        assert_eq!(item_mark("- [x] order tea"), Some(6));
        assert_eq!(item_mark("•tea"), Some(3));
        assert_eq!(item_mark("-5 degrees"), None);
        assert_eq!(item_mark("*so* it is"), None);
        for (item, said) in [
            ("Maps can be printed. (#12) @odile", "Maps can be printed."),
            ("Maps can be printed (#12, thanks @odile)", "Maps can be printed"),
            ("Fix the legend [9f3c2ab]", "Fix the legend"),
            ("Fix the legend by @odile in https://example.org/pull/12", "Fix the legend"),
            ("Meet at gate (no 7)", "Meet at gate (no 7)"),
            ("Ask for room 12", "Ask for room 12"),
        ] {
            assert_eq!(without_references(item), said);
        }
        assert!(is_link_to_part("[Usage](#usage)") && !is_link_to_part("See [usage](#usage) first"));
        assert_eq!(heading_marks("## Part"), Some(3));
        assert_eq!(heading_marks("#hashtag"), None);
        assert!(is_only_images("[![build](https://example.org/b.svg)](https://example.org/b) ![l](x.svg)"));
        assert!(!is_only_images("![a map](x.png) The map shows the quay."));
        assert!(is_table_row("| a | b |") && is_table_rule("|---|:-:|") && !is_table_row("a | b"));
        assert!(is_rule("-----") && is_rule("* * *") && !is_rule("...") && !is_rule("--"));
    }
}
