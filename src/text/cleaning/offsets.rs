//! A text that is made of parts of another one, and which bytes of that one each part came from.

use std::ops::Range;

/// A stretch of the new text and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    to: Range<usize>,
    from: Range<usize>,
}

impl Run {
    /// Whether it was taken over byte for byte.
    fn is_verbatim(&self) -> bool {
        self.to.len() == self.from.len()
    }
}

/// From bytes of a text to the bytes of the text that it was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OffsetMap {
    runs: Vec<Run>,
}

impl OffsetMap {
    /// Where a stretch of the new text came from. What lies between its parts in the old text is in the range, too.
    pub(super) fn source(&self, span: &Range<usize>) -> Range<usize> {
        let Some(first) = self.runs.get(self.runs.partition_point(|run| run.to.end <= span.start)) else {
            let end = self.runs.last().map_or(0, |run| run.from.end);
            return end..end;
        };
        let start = match first.is_verbatim() {
            true => first.from.start + span.start.saturating_sub(first.to.start),
            false => first.from.start,
        };
        let after = self.runs.partition_point(|run| run.to.start < span.end);
        let end =
            after.checked_sub(1).and_then(|at| self.runs.get(at)).map_or(start, |last| match last.is_verbatim() {
                true => (last.from.start + (span.end - last.to.start)).min(last.from.end),
                false => last.from.end,
            });
        start..end.max(start)
    }
}

/// Builds a text out of parts of another one.
#[derive(Debug)]
pub(super) struct TextBuilder<'a> {
    source: &'a str,
    pub(super) text: String,
    map: OffsetMap,
}

impl<'a> TextBuilder<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, text: String::with_capacity(source.len()), map: OffsetMap::default() }
    }

    /// Takes a stretch over as it is.
    pub(super) fn copy(&mut self, from: Range<usize>) {
        if from.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(&self.source[from.clone()]);
        let to = start..self.text.len();
        match self.map.runs.last_mut() {
            Some(last) if last.is_verbatim() && last.to.end == to.start && last.from.end == from.start => {
                (last.to.end, last.from.end) = (to.end, from.end);
            }
            _ => self.map.runs.push(Run { to, from }),
        }
    }

    /// Writes something in place of a stretch.
    pub(super) fn replace(&mut self, from: Range<usize>, by: &str) {
        if by.is_empty() {
            return;
        }
        if by == &self.source[from.clone()] {
            return self.copy(from);
        }
        let start = self.text.len();
        self.text.push_str(by);
        self.map.runs.push(Run { to: start..self.text.len(), from });
    }

    /// Writes something that the source does not have, such as a line break between two blocks.
    pub(super) fn insert(&mut self, what: &str) {
        self.text.push_str(what);
    }

    pub(super) fn finish(self) -> (String, OffsetMap) {
        (self.text, self.map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_go_back_to_where_they_came_from() {
        let source = "a &amp; b [1] c";
        let mut builder = TextBuilder::new(source);
        builder.copy(0..2);
        builder.replace(2..7, "&");
        builder.copy(7..9);
        builder.insert("\n\n");
        builder.copy(14..15);
        let (text, map) = builder.finish();
        assert_eq!(text, "a & b\n\nc");
        for (span, from) in
            [(0..1, "a"), (2..3, "&amp;"), (4..5, "b"), (7..8, "c"), (0..5, "a &amp; b"), (4..8, "b [1] c")]
        {
            assert_eq!(&source[map.source(&span)], from, "{span:?}");
        }
        assert_eq!(map.source(&(8..8)), 15..15);
        assert_eq!(OffsetMap::default().source(&(0..3)), 0..0);
    }
}
