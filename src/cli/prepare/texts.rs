//! `inkling prepare texts`: the texts that the page carries for summarizers that learn in it. All of them may be passed on: abstracts
//! and titles of arXiv, and pages of the United States government (both CC0).

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use burn::tensor::Device;
use flate2::{Compression, write::GzEncoder};

use crate::{
    cli::{
        datasets::jsonl::{self, RawDocument},
        packages::text::{self as packages, LoadedSummarizer},
    },
    models::summarizer::{NullObserver, WantedSummary},
    protocol::{LineSource, SummaryKind, SummaryLength, TextSample},
    text,
};

/// Abstracts whose titles are replayed.
const TITLES: usize = 90;
/// Abstracts of which is replayed what the built-in summarizer writes.
const POINTS: usize = 90;
/// Abstracts whose titles judge.
const JUDGED: usize = 60;
/// Pages of the government that judge; those before them are left to whoever measures learning.
pub const JUDGED_PAGES: usize = 20;
/// Words of an abstract, at most.
const WORDS: usize = 260;

/// Writes the files.
pub fn run(data: &Path, models: &Path) -> Result<()> {
    let folder = summary_folder(data);
    let LoadedSummarizer::Summary(summarizer) = packages::open(models, "summary", &Device::flex())? else {
        bail!("the package `summary` is no summarizer");
    };
    let abstracts = abstracts(&folder.join("arxiv.train.jsonl.gz"), TITLES + POINTS + JUDGED)?;
    let [titles, rest] = cut(&abstracts, TITLES)?;
    let [points, judged] = cut(rest, POINTS)?;
    let title = |row: &RawDocument| TextSample {
        text: row.text.clone(),
        kind: SummaryKind::Headline,
        length: SummaryLength::Short,
        summary: row.title.clone().unwrap_or_default(),
    };
    let mut training: Vec<TextSample> = titles.iter().map(title).collect();
    for row in points {
        let (kind, length, device) = (SummaryKind::KeyPoints, SummaryLength::Short, Device::flex());
        let lines = pollster::block_on(summarizer.summarize(
            &row.text,
            &WantedSummary::new(kind, length),
            &device,
            &mut NullObserver,
        ))?;
        let written = lines.iter().filter(|line| line.making == LineSource::Rewritten);
        let summary = written.map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        if !summary.is_empty() {
            training.push(TextSample { text: row.text.clone(), kind, length, summary });
        }
    }
    let mut held_out: Vec<TextSample> = judged.iter().map(title).collect();
    held_out.extend(pages(&folder)?.split_off(JUDGED_PAGES));
    write(&models.join("replay/texts-training.jsonl.gz"), &training)?;
    write(&models.join("replay/texts-held-out.jsonl.gz"), &held_out)
}

/// The folder with the summary sets: the given one, or `summary` in it.
pub fn summary_folder(folder: &Path) -> PathBuf {
    let inner = folder.join("summary");
    if inner.is_dir() { inner } else { folder.to_owned() }
}

/// Pages of the government with one sentence that people wrote of each.
pub fn pages(folder: &Path) -> Result<Vec<TextSample>> {
    let mut pages = Vec::new();
    for row in jsonl::open(&folder.join("gov.samples.jsonl.gz"))? {
        let row = row??;
        let summary = row.summaries.first().context("a page without a summary")?.text().to_owned();
        pages.push(TextSample { text: row.text, kind: SummaryKind::Tldr, length: SummaryLength::Short, summary });
    }
    Ok(pages)
}

/// Abstracts from the end of the archive: training takes its titles from the beginning, and comes nowhere near. Each holds most of
/// its title's words.
fn abstracts(path: &Path, count: usize) -> Result<Vec<RawDocument>> {
    let mut kept: std::collections::VecDeque<RawDocument> = std::collections::VecDeque::new();
    for row in jsonl::open(path)? {
        let row = row??;
        let words = row.text.split_whitespace().count();
        let fits = (80..=WORDS).contains(&words) && row.title.as_deref().is_some_and(|title| is_held(title, &row.text));
        if fits {
            kept.push_back(row);
            if kept.len() > count {
                kept.pop_front();
            }
        }
    }
    if kept.len() < count {
        bail!("{} holds fewer than {count} abstracts that will do", path.display());
    }
    Ok(kept.into())
}

/// Whether a text holds nine of ten of its title's words of four letters or more.
fn is_held(title: &str, text: &str) -> bool {
    let of = |text: &str| text::words(text).into_iter().map(|word| word.text).collect::<std::collections::HashSet<_>>();
    let held = of(text);
    let long: Vec<String> = of(title).into_iter().filter(|word| word.chars().count() >= 4).collect();
    long.len() >= 3 && 10 * long.iter().filter(|word| held.contains(*word)).count() >= 9 * long.len()
}

fn cut(rows: &[RawDocument], at: usize) -> Result<[&[RawDocument]; 2]> {
    let (first, rest) = rows.split_at_checked(at).context("too few rows")?;
    Ok([first, rest])
}

fn write(path: &Path, samples: &[TextSample]) -> Result<()> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for sample in samples {
        serde_json::to_writer(&mut encoder, sample)?;
        encoder.write_all(b"\n")?;
    }
    let bytes = encoder.finish()?;
    std::fs::write(path, &bytes).with_context(|| format!("writing {}", path.display()))?;
    print_line!("Wrote {} samples, {} bytes, to {}", samples.len(), bytes.len(), path.display())?;
    Ok(())
}
