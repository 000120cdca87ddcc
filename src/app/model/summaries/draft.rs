//! The summary as the visitor corrects it, a sentence a line, and which sentences of the source are in it.

use super::SummariesState;
use crate::app::model::async_value::Shared;
use crate::protocol::SourceAnalysis;

/// A sentence of the source as a line: its white space, which may break lines, is one space.
pub fn sentence_line(text: &str, source: &SourceAnalysis, sentence: u32) -> Option<String> {
    let [from, to] = source.sentences.get(sentence as usize)?.span;
    let words: Vec<&str> = text.get(from as usize..to as usize)?.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Whether a draft has this line.
fn has_line(draft: &str, line: &str) -> bool {
    draft.lines().any(|other| other.trim() == line)
}

/// A draft with a line at its end; where it has the line, without it.
fn toggled(draft: &str, line: &str) -> String {
    let lines = draft.lines().map(str::trim_end).filter(|other| !other.is_empty());
    match has_line(draft, line) {
        true => lines.filter(|other| other.trim() != line).collect::<Vec<_>>().join("\n"),
        false => lines.chain([line]).collect::<Vec<_>>().join("\n"),
    }
}

/// The sentences of the source that a draft has word for word.
pub fn sentences_in(draft: &str, text: &str, source: &SourceAnalysis) -> Vec<u32> {
    let lines: std::collections::HashSet<&str> = draft.lines().map(str::trim).collect();
    let is_in =
        |sentence: &u32| sentence_line(text, source, *sentence).is_some_and(|line| lines.contains(line.as_str()));
    (0..source.sentences.len() as u32).filter(is_in).collect()
}

impl SummariesState {
    /// Adds a sentence of the source to the corrected summary, or takes it out again.
    pub(super) fn toggle_in_draft(&mut self, sentence: u32) {
        let (Some(draft), Some(run)) = (&self.draft, &self.summary) else { return };
        let line = run.source.as_ref().and_then(|source| sentence_line(&run.order.ask.text, source, sentence));
        if let Some(line) = line {
            self.draft = Some(Shared::new(toggled(draft, &line)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Language, SourceSentence};

    const TEXT: &str = "It rained\nall day. We stayed in. It rained all day.";

    fn source() -> SourceAnalysis {
        let sentence = |from: u32, to: u32| SourceSentence { span: [from, to], salience: 0.5 };
        SourceAnalysis {
            sentences: vec![sentence(0, 18), sentence(19, 32), sentence(33, 51)],
            words: vec![],
            baseline: vec![],
            language: Language::English,
            language_name: None,
            skipped: vec![],
        }
    }

    #[test]
    fn a_sentence_is_added_as_a_line_and_taken_out_again() {
        let line = sentence_line(TEXT, &source(), 0).expect("there is a first sentence");
        assert_eq!(line, "It rained all day.");
        let with = toggled("We stayed in.\n", &line);
        assert_eq!(with, "We stayed in.\nIt rained all day.");
        assert_eq!(sentences_in(&with, TEXT, &source()), [0, 1, 2], "the last sentence says the same");
        assert_eq!(toggled(&with, &line), "We stayed in.");
        assert_eq!(toggled("", &line), line);
        assert_eq!(sentence_line(TEXT, &source(), 3), None);
    }
}
