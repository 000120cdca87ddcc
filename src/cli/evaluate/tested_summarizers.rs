//! What `inkling evaluate summary` measures: a package's model, the beginnings of the texts, or summaries that were written before.

use std::{collections::HashMap, path::Path};

use anyhow::{Context, Result};
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::{
    cli::packages::text::LoadedSummarizer,
    models::summarizer::{
        self, SummaryKind, SummaryLength, WantedSummary, lead,
        network::JudgedWord,
        shortening::{self, ShorteningRule},
    },
    protocol::{LineSource, SummaryLine},
    text::{self, Document, Word},
};

/// Whatever makes a summary of a text.
pub trait SummarizerUnderTest {
    /// A summary of a row's text, a sentence a line.
    fn summarize(&mut self, id: &str, text: &str, kind: SummaryKind, length: SummaryLength) -> Result<String>;

    /// The syntax of a line's words, if it has a reader for them.
    fn syntax(&self, _line: &str) -> Result<Option<Vec<JudgedWord>>> {
        Ok(None)
    }

    /// How much of it was shortened so far.
    fn rewriting(&self) -> RewriteStats {
        RewriteStats::default()
    }
}

/// How much a model shortened.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct RewriteStats {
    /// The share of the lines that are not a sentence of the source.
    pub rewritten: f64,
    /// By which share those are shorter than what they were made from.
    pub shorter: f64,
    /// Of those, the number that do not pass [`shortening::check`]; all that is no part of one sentence of the source is among them.
    pub refused: usize,
}

/// The beginning of the text.
pub struct LeadBaseline;

impl SummarizerUnderTest for LeadBaseline {
    fn summarize(&mut self, _id: &str, text: &str, kind: SummaryKind, length: SummaryLength) -> Result<String> {
        let document = Document::read(text);
        let spans = lead(&document, kind.extent(length));
        Ok(spans.into_iter().map(|span| text[span].replace('\n', " ")).collect::<Vec<_>>().join("\n"))
    }
}

/// A package's model.
pub struct ModelUnderTest {
    summarizer: LoadedSummarizer,
    device: Device,
    extract: bool,
    counts: RewriteCounts,
}

impl ModelUnderTest {
    /// A package's model. The sentences are only extracted if `extract` says so.
    pub fn new(summarizer: LoadedSummarizer, device: Device, extract: bool) -> Self {
        Self { summarizer, device, extract, counts: RewriteCounts::default() }
    }
}

/// Summaries that some program wrote before, as `--out` has them; a model may read their syntax.
pub struct WrittenSummaries {
    by_id: HashMap<String, String>,
    reader: Box<dyn SummarizerUnderTest>,
}

impl WrittenSummaries {
    /// Reads them from a file.
    pub fn read(file: &Path, reader: Box<dyn SummarizerUnderTest>) -> Result<Self> {
        let bytes = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let rows = bytes.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str::<WrittenSummaryJson>);
        let rows = rows.collect::<Result<Vec<_>, _>>().with_context(|| file.display().to_string())?;
        Ok(Self { by_id: rows.into_iter().map(|row| (row.id, row.summary)).collect(), reader })
    }
}

#[derive(Deserialize)]
struct WrittenSummaryJson {
    id: String,
    summary: String,
}

impl SummarizerUnderTest for WrittenSummaries {
    fn summarize(&mut self, id: &str, _text: &str, _kind: SummaryKind, _length: SummaryLength) -> Result<String> {
        self.by_id.get(id).cloned().with_context(|| format!("the file has no summary of {id}"))
    }

    fn syntax(&self, line: &str) -> Result<Option<Vec<JudgedWord>>> {
        self.reader.syntax(line)
    }
}

/// How the lines of a model came about.
#[derive(Default)]
struct RewriteCounts {
    lines: usize,
    rewritten: usize,
    /// Words of rewritten lines, and of the sentences that they were made from.
    words: [usize; 2],
    refused: usize,
}

impl SummarizerUnderTest for ModelUnderTest {
    fn summarize(&mut self, _id: &str, text: &str, kind: SummaryKind, length: SummaryLength) -> Result<String> {
        let Self { summarizer, device, counts, .. } = self;
        if self.extract
            && let LoadedSummarizer::Summary(summarizer) = &*summarizer
            && let summarizer::TargetLength::Sentences(count) = kind.extent(length)
        {
            let lines = pollster::block_on(summarizer::extract(summarizer, text, count, device))?;
            return Ok(lines.join("\n"));
        }
        let lines =
            summarizer.summarize(text, &WantedSummary::new(kind, length), device, &mut summarizer::NullObserver)?;
        let spoken = |words: &[Word]| words.iter().filter(|word| word.text.contains(char::is_alphanumeric)).count();
        for line in &lines {
            counts.lines += 1;
            if line.making == LineSource::Rewritten {
                counts.rewritten += 1;
                let whole = line.whole.as_ref().map_or_else(Vec::new, |whole| text::words(&whole.text));
                counts.refused += usize::from(!passes_the_gate(&whole, line, kind));
                counts.words[0] += spoken(&text::words(&line.text));
                counts.words[1] += spoken(&whole);
            }
        }
        Ok(lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n"))
    }

    fn syntax(&self, line: &str) -> Result<Option<Vec<JudgedWord>>> {
        Ok(match &self.summarizer {
            LoadedSummarizer::Summary(summarizer) => pollster::block_on(summarizer.judge_line(line, &self.device))?,
            LoadedSummarizer::Seq2Seq(_) => None,
        })
    }

    fn rewriting(&self) -> RewriteStats {
        let RewriteCounts { lines, rewritten, words: [written, given], refused } = self.counts;
        let share = |a: usize, b: usize| if b > 0 { a as f64 / b as f64 } else { 0.0 };
        RewriteStats { rewritten: share(rewritten, lines), shorter: 1.0 - share(written, given.max(1)), refused }
    }
}

/// Whether a shortened line leaves out only what may be left out of its sentence. Titles stand by themselves.
fn passes_the_gate(sentence: &[Word], line: &SummaryLine, kind: SummaryKind) -> bool {
    let said = text::words(&line.text);
    if kind == SummaryKind::Headline {
        // A title may stand behind a label.
        let is_run =
            sentence.windows(said.len().max(1)).any(|run| run.iter().zip(&said).all(|(a, b)| a.text == b.text));
        return is_run || shortening::check_line(sentence, &said, ShorteningRule::Subtrees).is_ok();
    }
    shortening::check_line(sentence, &said, ShorteningRule::Phrases).is_ok()
}
