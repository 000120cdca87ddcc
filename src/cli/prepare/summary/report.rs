//! Counts what became of the rows of each data set.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::{
    jsonl_writer::write_whole,
    sources::{SETS, SourceDataset},
};

/// Counts of one set.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PreparationReport {
    /// Rows read.
    pub rows: u64,
    /// Documents written.
    pub documents: u64,
    /// Pairs written, by kind.
    pub pairs: BTreeMap<String, u64>,
    /// What was left out (rows, documents or pairs), by reason.
    pub rejects: BTreeMap<String, u64>,
    /// Words of the texts kept.
    pub words: u64,
    /// How long it took.
    pub seconds: f64,
}

/// Where a set's report stands.
pub fn path(out: &Path, set: &SourceDataset) -> PathBuf {
    set.path(out, "report.json")
}

impl PreparationReport {
    /// Writes it, which says that the set is done.
    pub fn save(&self, out: &Path, set: &SourceDataset) -> Result<()> {
        write_whole(&path(out, set), &serde_json::to_vec_pretty(self)?)
    }

    /// Shows it.
    pub fn print(&self, name: &str) -> Result<()> {
        print_line!(
            "{name}: {} rows, {} words, {} documents, {:.1} s",
            self.rows,
            self.words,
            self.documents,
            self.seconds
        )?;
        for (kind, count) in &self.pairs {
            print_line!("  {count:>8} pairs: {kind}")?;
        }
        for (reason, count) in &self.rejects {
            print_line!("  {count:>8} left out: {reason}")?;
        }
        Ok(())
    }
}

/// Gathers the reports of all sets in `report.json` and shows the sums.
pub fn all(out: &Path) -> Result<()> {
    let mut reports: BTreeMap<&str, PreparationReport> = BTreeMap::new();
    let (mut documents, mut pairs): (u64, BTreeMap<String, u64>) = (0, BTreeMap::new());
    for set in &SETS {
        let path = path(out, set);
        if !path.is_file() {
            continue;
        }
        let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
        let report: PreparationReport = serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?;
        if set.split == super::SourceSplit::Train {
            documents += report.documents;
            report.pairs.iter().for_each(|(kind, count)| *pairs.entry(kind.clone()).or_default() += count);
        }
        reports.insert(set.name, report);
    }
    write_whole(&out.join("report.json"), &serde_json::to_vec_pretty(&reports)?)?;
    print_line!("For training: {documents} documents")?;
    for (kind, count) in &pairs {
        print_line!("  {count:>8} pairs: {kind}")?;
    }
    Ok(())
}
