//! The faults of lines that were written for this project, by rules and with the shipped summarizer's reader.

use std::collections::HashMap;

use inkling::models::summarizer::{
    line_faults::{ExaminedLine, FaultSource, LineFault},
    network::JudgedWord,
};
use serde::Deserialize;

use super::shortening::summarizer;

/// Texts with lines of summaries, broken and whole, and the faults that a reader finds. `tests/python/line_faults.py` judges the same.
const SAMPLE: &str = include_str!("../golden/line_faults.json");

#[derive(Deserialize)]
struct FaultyText {
    text: String,
    lines: Vec<FaultyLine>,
}

#[derive(Deserialize)]
struct FaultyLine {
    line: String,
    faults: Vec<String>,
}

/// Compares what is found with what was expected: for each fault the lines on which both differ, and how many lines there are.
fn differences(syntax: impl Fn(&str) -> Option<Vec<JudgedWord>>) -> (HashMap<&'static str, Vec<String>>, usize) {
    let texts: Vec<FaultyText> = serde_json::from_str(SAMPLE).unwrap();
    let (mut different, mut count) = (HashMap::<&str, Vec<String>>::new(), 0);
    for text in &texts {
        let read: Vec<_> = text.lines.iter().map(|line| syntax(&line.line)).collect();
        let examined: Vec<ExaminedLine> = text
            .lines
            .iter()
            .zip(&read)
            .map(|(line, syntax)| ExaminedLine { text: &line.line, syntax: syntax.as_deref() })
            .collect();
        for (line, found) in text.lines.iter().zip(FaultSource::read(&text.text).faults(&examined, false)) {
            count += 1;
            assert!(line.faults.iter().all(|name| LineFault::ALL.iter().any(|fault| fault.name() == name)));
            for fault in LineFault::ALL {
                if found.contains(&fault) != line.faults.iter().any(|name| name == fault.name()) {
                    different.entry(fault.name()).or_default().push(line.line.clone());
                }
            }
        }
    }
    (different, count)
}

#[test]
fn words_alone_find_the_faults_of_the_sample() {
    let (different, count) = differences(|_| None);
    assert!(count >= 100, "{count}");
    // A base form may be a noun: of these lines, words alone cannot tell whether there is a verb.
    let fragments = different.get("fragment").map_or(0, Vec::len);
    assert!(fragments <= 5 && different.keys().all(|fault| *fault == "fragment"), "{different:#?}");
}

#[test]
fn the_reader_tells_fragments_of_the_sample() {
    let (summarizer, device) = summarizer();
    let read = |line: &str| pollster::block_on(summarizer.judge_line(line, &device)).unwrap();
    assert_eq!(
        read("It rained. It snowed.").unwrap().iter().map(|word| word.head).collect::<Vec<_>>(),
        [1, 1, 1, 4, 4, 4]
    );
    let (different, _) = differences(read);
    let fragments = different.get("fragment").map_or(0, Vec::len);
    // The reader takes few words of so short a line for something else: 104 of 107 are told.
    assert!(fragments <= 4 && different.keys().all(|fault| *fault == "fragment"), "{different:#?}");
}
