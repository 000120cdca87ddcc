//! Texts as people paste them: what a summary is made of is what their authors wrote.

use std::ops::{ControlFlow, Range};

use crate::shortening::summarizer;
use inkling::{
    models::summarizer::{SummaryEvent, SummaryKind, SummaryLength, SummaryObserver, WantedSummary},
    protocol::SourceAnalysis,
};

/// 50 mails, chats, captions, READMEs, pages, texts out of PDFs and two plain texts, written for this project without looking at the
/// rules. A text begins with `=== NAME KIND`; each line has a tag before it: `a|` the author's running text, `h|` headings, `g|`
/// greetings and closings, `n|` what is not the author's text.
const TEXTS: &str = include_str!("pasted_texts.txt");

/// 50 more, by another writer.
const CHECK: &str = include_str!("pasted_texts_check.txt");

/// 12 threads, chats, pages and papers of kinds that the other two lack; the rules for these kinds were made with them.
const THREADS_AND_PAGES: &str = include_str!("pasted_texts_third.txt");

/// Keeps what the text was read as.
#[derive(Default)]
struct KeepSource(Option<SourceAnalysis>);

impl SummaryObserver for KeepSource {
    fn tell(&mut self, event: SummaryEvent) {
        if let SummaryEvent::Source(source) = event {
            self.0 = Some(*source);
        }
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

struct TaggedText {
    name: String,
    text: String,
    lines: Vec<(char, Range<usize>)>,
}

fn texts(all: &str) -> Vec<TaggedText> {
    all.split("=== ")
        .filter(|part| !part.trim().is_empty())
        .map(|part| {
            let (name, body) = part.split_once('\n').unwrap();
            let mut tagged = TaggedText { name: name.to_owned(), text: String::new(), lines: Vec::new() };
            for line in body.lines() {
                let (tag, line) = line.split_once('|').unwrap_or_else(|| panic!("{name}: {line}"));
                let start = tagged.text.len();
                tagged.text.push_str(line);
                tagged.lines.push((tag.chars().next().unwrap(), start..tagged.text.len()));
                tagged.text.push('\n');
            }
            tagged
        })
        .collect()
}

/// The tag of most of a span's letters.
fn tag(text: &TaggedText, [start, end]: [u32; 2]) -> char {
    let span = start as usize..end as usize;
    let shared = |line: &Range<usize>| {
        let both = line.start.max(span.start)..line.end.min(span.end);
        text.text.get(both).map_or(0, |both| both.chars().filter(|c| c.is_alphanumeric()).count())
    };
    text.lines.iter().max_by_key(|(_, line)| shared(line)).map_or('a', |(tag, _)| *tag)
}

#[test]
fn lines_are_made_of_what_the_author_wrote() {
    measure(TEXTS, 50, 0.01);
}

/// The same for texts by another writer, written when the rules stood. They were read once, and then labels, heads of messages and captions
/// were mended.
#[test]
fn so_they_are_of_texts_by_another_writer() {
    measure(CHECK, 50, 0.08);
}

#[test]
fn so_they_are_of_threads_and_pages() {
    measure(THREADS_AND_PAGES, 12, 0.0);
}

/// Summarizes texts in three kinds; at most this share of the lines may be no running text of the author.
fn measure(all: &str, count: usize, most: f64) {
    let (summarizer, device) = summarizer();
    let texts = texts(all);
    assert_eq!(texts.len(), count);
    let (mut lines, mut strange, mut courtesies) = (0, Vec::new(), 0);
    for text in &texts {
        for (kind, length) in [
            (SummaryKind::KeyPoints, SummaryLength::Short),
            (SummaryKind::Tldr, SummaryLength::Short),
            (SummaryKind::Headline, SummaryLength::Short),
        ] {
            let mut source = KeepSource::default();
            let wanted = WantedSummary::new(kind, length);
            let summary = pollster::block_on(summarizer.summarize(&text.text, &wanted, &device, &mut source)).unwrap();
            let source = source.0.unwrap();
            for line in summary {
                lines += 1;
                let spans: Vec<[u32; 2]> = line.sources.iter().map(|at| source.sentences[*at as usize].span).collect();
                match spans.iter().map(|span| tag(text, *span)).max_by_key(|tag| *tag == 'n') {
                    Some('n') => strange.push(format!("{}, {kind:?}: {}", text.name, line.text)),
                    Some('g') => courtesies += 1,
                    _ => {}
                }
            }
        }
    }
    println!("{} of {lines} lines are not the author's text; {courtesies} are greetings or closings", strange.len());
    println!("{}", strange.join("\n"));
    assert!(lines >= 4 * count, "{lines}");
    assert!(strange.len() as f64 <= most * lines as f64, "{} of {lines}:\n{}", strange.len(), strange.join("\n"));
}
