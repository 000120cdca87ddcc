//! `inkling prepare summary-corpus`: makes the training corpus of summarizers from the raw data sets.
//!
//! Each set is streamed, one row at a time, into files of its own, all JSON Lines, gzipped, all text in the normal form of
//! [`crate::text`], with a line break between sentences where there are several:
//!
//! - `SET.documents.jsonl.gz`: [`pairs::PreparedDocument`], texts with the salience of their sentences;
//! - `SET.pairs.jsonl.gz`: [`pairs::PreparedPair`], what to write for what;
//! - `SET.words.json.gz`: how often each word stands in the set (training sets alone);
//! - `SET.report.json`: [`report::PreparationReport`], written last: a set that has one is done and is not made again.
//!
//! `vocabulary.txt` and `words.txt` are learned from the training sets alone, and `report.json` adds the reports up. Held-out sets are
//! prepared too, into `held-out/`, for losses and early stopping. What a training set has in common with any of them is left out, see
//! [`dedup::HeldOutShingles`].

mod clean;
mod dedup;
mod jsonl_writer;
pub mod pairs;
mod report;
mod sources;
mod vocabulary;

use std::{collections::HashMap, fs::File, path::Path, time::Instant};

use anyhow::{Context, Result};
use indicatif::ProgressBar;

use self::{
    dedup::HeldOutShingles,
    jsonl_writer::{JsonlWriter, bar, write_whole},
    pairs::PairExtractor,
    sources::{SETS, SourceDataset, SourceSplit},
};
use crate::cli::datasets::jsonl;

/// The pieces of the vocabulary.
const PIECES: usize = 10_000;
/// A word is listed if it stands so often in the training texts: a misspelling hardly does.
const LISTED_FROM: u64 = 15;
/// No more words are listed.
const LISTED: usize = 40_000;

/// Prepares all sets that `data` holds.
pub fn run(data: &Path, out: &Path) -> Result<()> {
    let inner = data.join("summary");
    let data = if inner.is_dir() { &inner } else { data };
    let held_out = out.join("held-out");
    std::fs::create_dir_all(&held_out).with_context(|| format!("making {}", held_out.display()))?;
    let todo = |set: &&SourceDataset| data.join(set.file()).is_file() && !report::path(out, set).is_file();
    let mut changed = false;
    let sets: Vec<&SourceDataset> = SETS.iter().filter(todo).collect();
    if sets.iter().any(|set| set.split == SourceSplit::Train) {
        let held = held(data)?;
        for set in sets.iter().filter(|set| set.split == SourceSplit::Train) {
            prepare(set, data, out, Some(&held))?;
            changed = true;
        }
    }
    for set in sets.iter().filter(|set| set.split == SourceSplit::HeldOut) {
        prepare(set, data, out, None)?;
    }
    if changed || !out.join("vocabulary.txt").is_file() || !out.join("words.txt").is_file() {
        learn_words(out)?;
    }
    report::all(out)
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("opening {}", path.display()))
}

/// What the held-out sets hold.
fn held(data: &Path) -> Result<HeldOutShingles> {
    let mut held = HeldOutShingles::default();
    for set in SETS.iter().filter(|set| set.split == SourceSplit::HeldOut) {
        let path = data.join(set.file());
        if !path.is_file() {
            continue;
        }
        let bar = bar(&path, "reading held-out")?;
        for row in jsonl::read(&path, bar.wrap_read(open(&path)?)) {
            if let Ok(row) = row? {
                held.add(&row);
            }
        }
        bar.finish_and_clear();
    }
    Ok(held)
}

/// One set, from its file to its files.
fn prepare(set: &SourceDataset, data: &Path, out: &Path, held: Option<&HeldOutShingles>) -> Result<()> {
    let started = Instant::now();
    let path = data.join(set.file());
    let bar: ProgressBar = bar(&path, set.name)?;
    let mut maker = PairExtractor::new(set, held);
    let (mut documents, mut pairs) = (
        JsonlWriter::create(&set.path(out, "documents.jsonl.gz"))?,
        JsonlWriter::create(&set.path(out, "pairs.jsonl.gz"))?,
    );
    for row in jsonl::read(&path, bar.wrap_read(open(&path)?)) {
        let made = match row? {
            Ok(row) => maker.make(&row),
            Err(_) => maker.reject("the line is no row"),
        };
        for document in &made.documents {
            documents.line(document)?;
        }
        for pair in &made.pairs {
            pairs.line(pair)?;
        }
    }
    documents.finish()?;
    pairs.finish()?;
    if set.split == SourceSplit::Train {
        let mut words = JsonlWriter::create(&set.path(out, "words.json.gz"))?;
        words.line(&maker.words)?;
        words.finish()?;
    }
    bar.finish_and_clear();
    let mut report = maker.report;
    report.seconds = started.elapsed().as_secs_f64();
    report.save(out, set)?;
    report.print(set.name)?;
    Ok(())
}

/// Learns the vocabulary and the list of words from the counts of the training sets.
fn learn_words(out: &Path) -> Result<()> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    for set in SETS.iter().filter(|set| set.split == SourceSplit::Train) {
        let path = set.path(out, "words.json.gz");
        if !path.is_file() {
            continue;
        }
        let of_set: HashMap<String, u64> = jsonl_writer::read_whole(&path)?;
        for (word, count) in of_set {
            *counts.entry(word).or_default() += count / set.weight;
        }
    }
    let vocabulary = vocabulary::learn(&counts, PIECES)?;
    write_whole(&out.join("vocabulary.txt"), vocabulary.to_text().as_bytes())?;
    let list = vocabulary::list(&counts, LISTED_FROM, LISTED);
    write_whole(&out.join("words.txt"), list.as_bytes())?;
    print_line!("Learned {} pieces of {} different words", vocabulary.len(), counts.len())?;
    Ok(())
}
