//! Each kind and each length of a summary of one text is its own choice of lines.

use std::collections::HashMap;

use crate::shortening::summarizer;
use inkling::models::summarizer::{NullObserver, SummaryKind, SummaryLength, WantedSummary};

/// The sample texts of the page, and long ones among the pasted texts of these tests.
fn texts() -> Vec<(String, String)> {
    let samples: serde_json::Value = serde_json::from_str(include_str!("../../assets/samples/texts.json")).unwrap();
    let samples = samples["texts"].as_array().unwrap().iter();
    let samples =
        samples.map(|text| (text["title"].as_str().unwrap().to_owned(), text["text"].as_str().unwrap().to_owned()));
    let pasted = [include_str!("pasted_texts.txt"), include_str!("pasted_texts_check.txt")].concat();
    let pasted = pasted.split("=== ").filter_map(|part| {
        let (name, body) = part.split_once('\n')?;
        let lines: Vec<&str> = body.lines().filter_map(|line| line.split_once('|')).map(|(_, line)| line).collect();
        Some((name.to_owned(), lines.join("\n")))
    });
    let texts: Vec<(String, String)> = samples.chain(pasted).collect();
    texts.into_iter().filter(|(_, text)| text.split_whitespace().count() > 300).collect()
}

/// "Sentence" has one length and is a TL;DR of one sentence where nothing of that may go; a title is as long as it is.
#[test]
fn no_two_kinds_or_lengths_of_one_text_have_the_same_lines() {
    use SummaryKind::{Headline, KeyPoints, Teaser, Tldr};
    use SummaryLength::{Long, Medium, Short};
    let (summarizer, device) = summarizer();
    let texts = texts();
    assert!(texts.len() >= 4, "{}", texts.len());
    let mut same = Vec::new();
    for (name, text) in &texts {
        let mut seen: HashMap<Vec<String>, String> = HashMap::new();
        let lengths = [Short, Medium, Long].into_iter();
        let several = lengths.flat_map(|length| [KeyPoints, Tldr, Teaser].map(|kind| (kind, length)));
        for (kind, length) in several.chain([(Headline, Short)]) {
            let wanted = WantedSummary::new(kind, length);
            let lines = pollster::block_on(summarizer.summarize(text, &wanted, &device, &mut NullObserver)).unwrap();
            let lines: Vec<String> = lines.into_iter().map(|line| line.text).collect();
            let this = format!("{kind:?} {length:?}");
            if let Some(other) = seen.insert(lines, this.clone()) {
                same.push(format!("{name}: {other} = {this}"));
            }
        }
    }
    println!("{} texts of more than 300 words; the same lines: {same:#?}", texts.len());
    assert!(same.is_empty(), "{same:#?}");
}
