//! Points in time that may be left out of what happened.

use super::{
    cuts::{Cut, CutKind},
    finite_verbs::may_be_finite,
    sentence::ParsedSentence,
    word_classes::{DAYS, MONTHS, PARTS_OF_DAY, SPANS, begins_adverbial, ends_open, is_word, is_year},
};

impl ParsedSentence<'_> {
    /// Points in time of what happened.
    pub(super) fn times(&self) -> impl Iterator<Item = Cut> {
        let mut found = Vec::new();
        let mut at = 0;
        while self.is_past && at < self.end {
            match self.time_from(at) {
                Some(end) => {
                    // "The last wolf was killed in 1926": without its year it might have been yesterday.
                    let has_year = self.words[at..end].iter().any(|word| is_year(word));
                    found.extend(self.time_cut(at, end).filter(|_| !has_year));
                    at = end;
                }
                None => at += 1,
            }
        }
        found.into_iter()
    }

    /// The place behind a point in time that begins at a word.
    fn time_from(&self, at: usize) -> Option<usize> {
        let word = |at: usize| self.word(at);
        let is_day = |at: usize| DAYS.contains(&word(at));
        let is_year = |at: usize| is_year(word(at));
        let is_month = |at: usize| MONTHS.contains(&word(at));
        let is_number = |at: usize| word(at).len() <= 2 && word(at).bytes().all(|byte| byte.is_ascii_digit());
        let year_after = |at: usize| match (word(at), is_year(at), is_year(at + 1)) {
            (",", _, true) => at + 2,
            (_, true, _) => at + 1,
            _ => at,
        };
        match word(at) {
            "yesterday" => Some(at + 1),
            "last" if SPANS.contains(&word(at + 1)) || is_day(at + 1) || is_month(at + 1) => Some(at + 2),
            "in" if is_year(at + 1) => Some(at + 2),
            "in" if is_month(at + 1) => Some(year_after(at + 2)),
            "on" if is_day(at + 1) => Some(at + 2 + usize::from(PARTS_OF_DAY.contains(&word(at + 2)))),
            "on" if is_month(at + 1) && is_number(at + 2) && !word(at + 2).is_empty() => Some(year_after(at + 3)),
            "on" if is_number(at + 1) && is_month(at + 2) && !word(at + 1).is_empty() => Some(year_after(at + 3)),
            _ => None,
        }
    }

    /// The cut that leaves a point in time out, if what stands around it allows that.
    fn time_cut(&self, start: usize, end: usize) -> Option<Cut> {
        let before = if start > 0 { self.word(start - 1) } else { "" };
        let kind = CutKind::Time;
        if start == 0 || (start == 1 && !is_word(before)) {
            let subject = self.word(end + 1);
            let fits = self.word(end) == "," && !begins_adverbial(subject) && !may_be_finite(subject);
            return fits.then_some(Cut { words: start..end + 1, kind });
        }
        let is_last = end == self.end;
        let follows = matches!(self.word(end), "in" | "at" | "after" | "for" | "with" | "by" | "near");
        let is_open = ends_open(before) || may_be_finite(before) || !is_word(before);
        let names_the_time = ["born", "place", "scheduled", "due", "dated", "until", "since", "held"].contains(&before);
        // "a prize in 2003 and a medal in 2008": each time belongs to its own part.
        let is_part = self.words[start.saturating_sub(6)..start].contains(&"and");
        (start > self.verb && (is_last || follows) && !is_open && !names_the_time && !is_part)
            .then_some(Cut { words: start..end, kind })
    }
}
