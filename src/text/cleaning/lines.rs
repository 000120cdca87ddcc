//! The lines of a text, and what each turns out to be.

use std::ops::Range;

use super::blocks::BlockKind;
use crate::protocol::SkipReason;
use crate::text::word_tokenizer::is_white;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineRole {
    /// Not known yet; in the end, running text.
    Undecided,
    /// Nothing but white space.
    Blank,
    /// Part of the text; a line that `begins` starts a block of its own.
    Shown {
        /// What it is part of.
        kind: BlockKind,
        /// Whether a block begins with it.
        begins: bool,
    },
    /// Not the author's text.
    Skipped(SkipReason),
    /// Layout that shows nothing: rules, fences, cue numbers, time stamps. It does not even end a sentence where it `joins`.
    Layout {
        /// Whether the line before goes on in the line after.
        joins: bool,
    },
}

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// Without white space at either end.
    pub(super) text: &'a str,
    /// The bytes of `text`.
    pub(super) span: Range<usize>,
    /// White characters before it; a tab counts four.
    pub(super) indent: usize,
    /// The part that is shown: `span` without marks of lists, headings and time stamps.
    pub(super) content: Range<usize>,
    /// Parts of `content` that are not shown: marks of footnotes without a form of their own.
    pub(super) marks: Vec<Range<usize>>,
    pub(super) role: LineRole,
}

impl Line<'_> {
    pub(super) fn is_undecided(&self) -> bool {
        self.role == LineRole::Undecided
    }

    pub(super) fn is_blank(&self) -> bool {
        self.role == LineRole::Blank
    }

    pub(super) fn skip(&mut self, reason: SkipReason) {
        if !self.is_blank() {
            self.role = LineRole::Skipped(reason);
        }
    }

    pub(super) fn show(&mut self, kind: BlockKind, begins: bool) {
        self.role = LineRole::Shown { kind, begins };
    }

    /// The part that is shown.
    pub(super) fn shown<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.content.clone()).unwrap_or_default()
    }

    /// Leaves out bytes at its beginning.
    pub(super) fn drop_start(&mut self, bytes: usize) {
        let white = self.text.get(bytes..).map_or(0, |rest| rest.len() - rest.trim_start_matches(is_white).len());
        self.content.start = (self.span.start + bytes + white).min(self.content.end);
    }

    /// Words, separated by white space.
    pub(super) fn word_count(&self) -> usize {
        self.text.split(is_white).filter(|word| word.contains(char::is_alphanumeric)).count()
    }

    /// Whether it ends as a sentence does.
    pub(super) fn ends_sentence(&self) -> bool {
        let marks = |c: char| {
            matches!(c, '"' | '”' | '’' | '\'' | ')' | ']' | '*' | '_' | '»')
                || ('⁰'..='⁹').contains(&c)
                || matches!(c, '¹' | '²' | '³')
        };
        let mut text = self.text;
        if let Some(mark) = self.marks.last()
            && mark.end == self.span.end
        {
            text = &text[..mark.start - self.span.start];
        }
        // Footnote marks stand behind the stop.
        while text.ends_with(']')
            && let Some(open) = text.rfind('[')
            && text.len() - open <= 24
        {
            text = &text[..open];
        }
        text.trim_end_matches(marks).ends_with(['.', '!', '?', '…', '。', '！', '？'])
    }
}

/// The lines of a text, by every kind of line end.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let mut end = at + character.len_utf8();
        if !matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            continue;
        }
        if character == '\r' && characters.next_if(|(_, next)| *next == '\n').is_some() {
            end += 1;
        }
        lines.push(line(text, start..at));
        // A page's end and a paragraph separator are as good as a blank line.
        if matches!(character, '\u{c}' | '\u{2029}') {
            lines.push(line(text, end..end));
        }
        start = end;
    }
    lines.push(line(text, start..text.len()));
    lines
}

fn line(text: &str, whole: Range<usize>) -> Line<'_> {
    let raw = &text[whole.clone()];
    let trimmed = raw.trim_start_matches(is_white);
    let start = whole.end - trimmed.len();
    let before = raw[..raw.len() - trimmed.len()].chars();
    let indent = before.map(|c| if c == '\t' { 4 } else { usize::from(c.is_whitespace()) }).sum();
    let trimmed = trimmed.trim_end_matches(is_white);
    let span = start..start + trimmed.len();
    let role = if trimmed.is_empty() { LineRole::Blank } else { LineRole::Undecided };
    Line { text: trimmed, content: span.clone(), marks: Vec::new(), span, indent, role }
}

/// Ranges of lines without a blank one between them.
pub(super) fn paragraphs(lines: &[Line]) -> Vec<Range<usize>> {
    let mut paragraphs = Vec::new();
    let mut start = None;
    for (at, line) in lines.iter().enumerate() {
        match (start, line.is_blank()) {
            (None, false) => start = Some(at),
            (Some(first), true) => {
                paragraphs.push(first..at);
                start = None;
            }
            _ => {}
        }
    }
    paragraphs.extend(start.map(|first| first..lines.len()));
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end() {
        let texts = |text| lines(text).iter().map(|line| line.text.to_owned()).collect::<Vec<_>>();
        assert_eq!(texts("a\r\nb\rc\nd\u{2028}e"), ["a", "b", "c", "d", "e"]);
        assert_eq!(texts("a\u{c}b"), ["a", "", "b"]);
        assert_eq!(texts(""), [""]);
        assert_eq!(lines("  \tx ")[0].indent, 6);
    }
}
