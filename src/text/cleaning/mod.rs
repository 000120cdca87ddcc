//! From what a visitor pastes to what its author wrote: the text that is summarized, in blocks, and what was left out of it and why.
//!
//! Pasted text is more than running text: the source of a page, Markdown, a mail with the mails that it answers, a chat, captions, the
//! banners and menus around an article, code, tables, references. [`CleanText::read`] finds the parts line by line. What is running text
//! of the author is taken over without its marks, as blocks with a blank line between; what is not is reported with a reason. Every byte
//! of the result knows where it came from in the visitor's text.
//!
//! Rules look at one line, its neighbors and a few counts of the whole text, so that time is proportional to the text.

mod biographies;
mod blocks;
mod captions;
mod code;
mod counters;
mod datelines;
mod dialogue;
mod entities;
mod footnotes;
mod html;
mod inline;
mod layout;
mod lines;
mod mail;
mod mail_headers;
mod markdown;
mod notices;
mod offsets;
mod permissions;
mod sections;
mod threads;
mod turn_marks;

use std::ops::Range;

use crate::protocol::SkipReason;

pub use self::blocks::{BlockKind, Omission, TextBlock};
use self::{
    inline::{BrokenWord, broken_word},
    lines::{Line, LineRole},
    offsets::{OffsetMap, TextBuilder},
};

/// Bytes of a captioned turn that is one message, at most: longer ones are several sentences.
const LONGEST_CAPTIONED_TURN: usize = 160;

/// What a visitor's text says, without what is not its author's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanText {
    /// The running text and its headings; blocks have a blank line between them.
    pub text: String,
    /// The blocks, in order.
    pub blocks: Vec<TextBlock>,
    /// What was left out, in order.
    pub skipped: Vec<Omission>,
    maps: Vec<OffsetMap>,
    /// Whether it was captions.
    captions: bool,
}

impl CleanText {
    /// Reads a visitor's text. Passages that overlap one of `included` are taken for running text whatever they look like. `is_known`
    /// tells words: of words that are broken at a line's end, whether the hyphen is part of them.
    pub fn read(text: &str, included: &[Range<usize>], is_known: &dyn Fn(&str) -> bool) -> Self {
        if !html::is_html(text) {
            return Self::read_shown(text, is_known, |line| is_included(line, included));
        }
        let shown = html::shown(text, |element| is_included(element, included));
        let mut clean = Self::read_shown(&shown.text, is_known, |line| is_included(&shown.map.source(line), included));
        for passage in &mut clean.skipped {
            passage.span = shown.map.source(&passage.span);
        }
        let elements = shown.skipped.into_iter().map(|(span, reason)| Omission { span, reason });
        clean.skipped.extend(elements);
        clean.skipped.retain(|passage| !passage.span.is_empty());
        clean.skipped.sort_by_key(|passage| (passage.span.start, passage.span.end));
        clean.maps.push(shown.map);
        clean
    }

    /// Reads what is shown. `is_wanted` tells lines that are running text whatever they look like.
    fn read_shown(text: &str, is_known: &dyn Fn(&str) -> bool, is_wanted: impl Fn(&Range<usize>) -> bool) -> Self {
        let mut lines = lines::lines(text);
        let captions = captions::find(&mut lines);
        if !captions {
            markdown::find(&mut lines);
            mail::find(&mut lines);
            code::find(&mut lines);
            threads::find(&mut lines);
            dialogue::find_chat(&mut lines);
            notices::find(&mut lines);
            sections::find(&mut lines);
            permissions::find(&mut lines);
            biographies::find(&mut lines);
            layout::find(&mut lines);
            let width = wrap_width(&lines);
            layout::find_labels(&mut lines, |before, after| {
                width.is_some_and(|width| is_wrapped(before, after, width))
            });
            datelines::find(&mut lines);
        }
        for line in &mut lines {
            match line.role {
                LineRole::Skipped(_) | LineRole::Layout { .. } if is_wanted(&line.span) => {
                    line.show(BlockKind::Paragraph, false)
                }
                LineRole::Undecided => line.show(BlockKind::Paragraph, false),
                _ => {}
            }
        }
        CleanText { captions, ..assemble(text, &lines, is_known) }
    }

    /// A text that is taken as it is: one that is known to be clean.
    pub fn verbatim(text: &str) -> Self {
        let mut builder = TextBuilder::new(text);
        builder.copy(0..text.len());
        let (text, map) = builder.finish();
        let block = TextBlock { span: 0..text.len(), kind: BlockKind::Paragraph };
        Self { text, blocks: vec![block], skipped: Vec::new(), maps: vec![map], captions: false }
    }

    /// Where bytes of the clean text stand in the visitor's.
    pub fn source(&self, span: &Range<usize>) -> Range<usize> {
        self.maps.iter().fold(span.clone(), |span, map| map.source(&span))
    }

    /// The block that a byte of the clean text is in.
    pub fn block_at(&self, at: usize) -> Option<&TextBlock> {
        self.blocks.get(self.block_index(at)?)
    }

    /// Whether two neighboring sentences are one message of one person: two halves of it would be anybody's. Captions without a name before
    /// them are one voice that speaks on, whose sentences are sentences.
    pub fn is_one_message(&self, before: &Range<usize>, after: &Range<usize>) -> bool {
        self.block_at(before.start).is_some_and(|block| {
            block.kind == BlockKind::Speech
                && block.span.contains(&after.start)
                && !(self.captions
                    && self
                        .text
                        .get(block.span.clone())
                        .is_some_and(|said| turn_marks::speaker(said).is_none() || said.len() > LONGEST_CAPTIONED_TURN))
        })
    }

    /// The place among the blocks of the one that a byte of the clean text is in.
    pub fn block_index(&self, at: usize) -> Option<usize> {
        Some(self.blocks.partition_point(|block| block.span.end <= at)).filter(|index| *index < self.blocks.len())
    }

    /// What most of a text is that has no running text: why there is nothing to summarize.
    pub fn main_reason(&self) -> Option<SkipReason> {
        let bytes = |reason: SkipReason| -> usize {
            self.skipped.iter().filter(|passage| passage.reason == reason).map(|passage| passage.span.len()).sum()
        };
        self.skipped.iter().map(|passage| passage.reason).max_by_key(|reason| bytes(*reason))
    }
}

/// Whether a passage overlaps one that is to be read whatever it looks like.
fn is_included(span: &Range<usize>, included: &[Range<usize>]) -> bool {
    included.iter().any(|wanted| wanted.start < span.end && span.start < wanted.end)
}

/// Makes the text of the lines that are shown.
fn assemble(text: &str, lines: &[Line], is_known: &dyn Fn(&str) -> bool) -> CleanText {
    let width = wrap_width(lines);
    let uncased = !text.contains(char::is_uppercase);
    let mut builder = TextBuilder::new(text);
    let mut blocks: Vec<TextBlock> = Vec::new();
    let mut skipped: Vec<Omission> = Vec::new();
    // The last line that was shown, if its block goes on.
    let mut open: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        match line.role {
            LineRole::Blank | LineRole::Layout { joins: false } => open = None,
            LineRole::Layout { joins: true } => {}
            LineRole::Skipped(reason) => {
                open = None;
                match skipped.last_mut() {
                    Some(last) if last.reason == reason && text[last.span.end..line.span.start].trim().is_empty() => {
                        last.span.end = line.span.end;
                    }
                    _ => skipped.push(Omission { span: line.span.clone(), reason }),
                }
            }
            LineRole::Shown { .. } if line.content.is_empty() => open = None,
            LineRole::Undecided => {}
            LineRole::Shown { kind, begins } => {
                let goes_on = open.filter(|_| !begins && blocks.last().is_some_and(|block| block.kind == kind));
                let next = lines.get(at + 1).filter(
                    |next| matches!(next.role, LineRole::Shown { kind: below, begins: false } if below == kind),
                );
                let hyphen = next.and_then(|next| broken_word(line.shown(text), next.shown(text), is_known));
                let mut content = line.content.clone();
                if hyphen == Some(BrokenWord::Joined) {
                    let last = text[content.clone()].chars().next_back().map_or(0, char::len_utf8);
                    content.end -= last;
                }
                let joined = goes_on
                    .is_some_and(|before| broken_word(lines[before].shown(text), line.shown(text), is_known).is_some());
                match goes_on {
                    Some(_) if joined => {}
                    Some(before) => {
                        let gap = lines[before].content.end..line.content.start;
                        let wrapped = kind == BlockKind::Speech
                            || width.is_some_and(|width| {
                                is_wrapped(&lines[before], line, width)
                                    || !uncased && is_ragged(&lines[before], line, width)
                            });
                        builder.replace(gap, if wrapped { " " } else { "\n" });
                    }
                    None if !blocks.is_empty() => builder.insert("\n\n"),
                    None => {}
                }
                let start = builder.text.len();
                let mut from = content.start;
                for mark in &line.marks {
                    inline::copy(&mut builder, text, from..mark.start);
                    from = mark.end;
                }
                inline::copy(&mut builder, text, from..content.end.max(from));
                match blocks.last_mut() {
                    Some(block) if goes_on.is_some() => block.span.end = builder.text.len(),
                    _ => blocks.push(TextBlock { span: start..builder.text.len(), kind }),
                }
                open = Some(at);
            }
        }
    }
    let (text, map) = builder.finish();
    blocks.retain(|block| !block.span.is_empty());
    CleanText { text, blocks, skipped, maps: vec![map], captions: false }
}

/// The width at which a text was wrapped: the largest that at least three lines nearly reach, if it is one at which people wrap.
fn wrap_width(lines: &[Line]) -> Option<usize> {
    let mut widths: Vec<usize> = lines
        .iter()
        .filter(|line| !line.is_blank())
        .map(|line| line.text.chars().count())
        .filter(|width| *width <= 120)
        .collect();
    widths.sort_unstable_by(|a, b| b.cmp(a));
    widths.windows(3).find(|three| three[0] - three[2] <= 8).map(|three| three[0]).filter(|width| *width >= 40)
}

/// Whether the break between two lines is only the width of the page: the next word had no room.
fn is_wrapped(before: &Line, after: &Line, width: usize) -> bool {
    let length = before.text.chars().count();
    let first = after.text.split(crate::text::is_white).next().map_or(0, |word| word.chars().count());
    length <= width && length + 1 + first > width && length * 10 >= width * 6
}

/// Whether a line of a page whose lines are not quite full goes on in the next one, which begins with a small letter.
fn is_ragged(before: &Line, after: &Line, width: usize) -> bool {
    let length = before.text.chars().count();
    length <= width
        && length * 10 >= width * 6
        && !before.ends_sentence()
        && !before.text.ends_with([':', ';'])
        && after.text.starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests;
