//! The lines of a text, and how wide their blocks are: a line that ends early was ended on purpose.

use crate::text::word_tokenizer::is_white;

/// One line of a text, trimmed.
pub(super) struct TextLine {
    pub(super) end: usize,
    pub(super) width: usize,
    /// The widest line of its block, and the number of lines in it; blocks are separated by blank lines.
    pub(super) block_width: usize,
    pub(super) block_lines: usize,
    /// Whether it begins as a message of a chat does, and another line of its block does too: `Ben: yes`, `[10:08] Ben: yes`.
    pub(super) is_message: bool,
}

pub(super) fn lines(text: &str) -> Vec<TextLine> {
    let mut lines: Vec<TextLine> = Vec::new();
    let (mut at, mut block) = (0, 0);
    let close = |lines: &mut Vec<TextLine>, block: usize| {
        let width = lines[block..].iter().map(|line| line.width).max().unwrap_or(0);
        let count = lines.len() - block;
        let is_chat = lines[block..].iter().filter(|line| line.is_message).count() >= 2;
        for line in &mut lines[block..] {
            (line.block_width, line.block_lines) = (width, count);
            line.is_message &= is_chat;
        }
    };
    while at < text.len() {
        let rest = &text[at..];
        let line = &rest[..line_length(rest)];
        let width = line.trim_matches(is_white).chars().count();
        at += line.len();
        if width == 0 {
            close(&mut lines, block);
            block = lines.len();
        } else {
            lines.push(TextLine { end: at, width, block_width: 0, block_lines: 0, is_message: begins_message(line) });
        }
    }
    close(&mut lines, block);
    lines
}

/// Whether a line begins with a time in brackets, or with one to three words and a colon.
fn begins_message(line: &str) -> bool {
    let line = line.trim_matches(is_white);
    if line.strip_prefix(['[', '(']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return line.chars().take(12).any(|c| c == ':');
    }
    // Addresses and times have no space behind their colon.
    let Some((label, rest)) = line.split_once(':') else { return false };
    label.len() <= 40
        && rest.starts_with(' ')
        && label.starts_with(char::is_alphabetic)
        && label.split(' ').count() <= 3
        && label.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_' | '\''))
}

/// The bytes of a text's first line with its end; a carriage return with its line feed is one end.
fn line_length(text: &str) -> usize {
    match text.find(is_line_break) {
        None => text.len(),
        Some(at) if text[at..].starts_with("\r\n") => at + 2,
        Some(at) => at + text[at..].chars().next().map_or(1, char::len_utf8),
    }
}

/// How many lines end in a stretch of text.
pub(super) fn count_line_breaks(text: &str) -> usize {
    text.chars().filter(|c| is_line_break(*c)).count() - text.matches("\r\n").count()
}

/// The characters that end a line.
pub(super) fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
