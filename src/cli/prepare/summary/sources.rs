//! The sets, and what each is good for.

use std::path::{Path, PathBuf};

/// Whether a set is trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceSplit {
    /// It is.
    Train,
    /// It is measured on, and nothing of it is learned.
    HeldOut,
}

/// What the summaries of a set are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SummaryStyle {
    /// Several sentences, a line each, each of which tells one thing of the text.
    Highlights,
    /// The title of the text.
    Titles,
    /// Titles in capitals, between tables of numbers, with the signs of shares.
    WireTitles,
    /// One sentence that says it all.
    OneSentence,
    /// The text, one sentence, with words left out.
    Compression,
}

/// One set.
#[derive(Debug)]
pub struct SourceDataset {
    /// As in the file's name.
    pub name: &'static str,
    /// Whether it is trained on.
    pub split: SourceSplit,
    /// What its summaries are.
    pub form: SummaryStyle,
    /// One of so many of its words counts when pieces and words are learned: the abstracts are all of one field, and half of all text.
    pub weight: u64,
}

const fn set(name: &'static str, split: SourceSplit, form: SummaryStyle) -> SourceDataset {
    SourceDataset { name, split, form, weight: 1 }
}

/// All of them.
pub const SETS: [SourceDataset; 10] = [
    set("cnndm.train", SourceSplit::Train, SummaryStyle::Highlights),
    set("news-titles.train", SourceSplit::Train, SummaryStyle::Titles),
    set("reuters.train", SourceSplit::Train, SummaryStyle::WireTitles),
    SourceDataset { weight: 5, ..set("arxiv.train", SourceSplit::Train, SummaryStyle::OneSentence) },
    set("scitldr.train", SourceSplit::Train, SummaryStyle::OneSentence),
    set("sentences.train", SourceSplit::Train, SummaryStyle::Compression),
    set("cnndm.val", SourceSplit::HeldOut, SummaryStyle::Highlights),
    set("news-titles.val", SourceSplit::HeldOut, SummaryStyle::Titles),
    set("scitldr.val", SourceSplit::HeldOut, SummaryStyle::OneSentence),
    set("sentences.val", SourceSplit::HeldOut, SummaryStyle::Compression),
];

impl SourceDataset {
    /// The name of the raw file.
    pub fn file(&self) -> String {
        format!("{}.jsonl.gz", self.name)
    }

    /// Where one of its files goes.
    pub fn path(&self, out: &Path, ending: &str) -> PathBuf {
        let folder = match self.split {
            SourceSplit::Train => out.to_owned(),
            SourceSplit::HeldOut => out.join("held-out"),
        };
        folder.join(format!("{}.{ending}", self.name))
    }
}
