//! The sets, and what each is good for.

use std::path::{Path, PathBuf};

/// Whether a set is trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// It is.
    Train,
    /// It is measured on, and nothing of it is learned.
    HeldOut,
}

/// What the summaries of a set are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
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
pub struct Set {
    /// As in the file's name.
    pub name: &'static str,
    /// Whether it is trained on.
    pub split: Split,
    /// What its summaries are.
    pub form: Form,
    /// One of so many of its words counts when pieces and words are learned: the abstracts are all of one field, and half of all text.
    pub weight: u64,
}

const fn set(name: &'static str, split: Split, form: Form) -> Set {
    Set { name, split, form, weight: 1 }
}

/// All of them.
pub const SETS: [Set; 10] = [
    set("cnndm.train", Split::Train, Form::Highlights),
    set("news-titles.train", Split::Train, Form::Titles),
    set("reuters.train", Split::Train, Form::WireTitles),
    Set { weight: 5, ..set("arxiv.train", Split::Train, Form::OneSentence) },
    set("scitldr.train", Split::Train, Form::OneSentence),
    set("sentences.train", Split::Train, Form::Compression),
    set("cnndm.val", Split::HeldOut, Form::Highlights),
    set("news-titles.val", Split::HeldOut, Form::Titles),
    set("scitldr.val", Split::HeldOut, Form::OneSentence),
    set("sentences.val", Split::HeldOut, Form::Compression),
];

impl Set {
    /// The name of the raw file.
    pub fn file(&self) -> String {
        format!("{}.jsonl.gz", self.name)
    }

    /// Where one of its files goes.
    pub fn path(&self, out: &Path, ending: &str) -> PathBuf {
        let folder = match self.split {
            Split::Train => out.to_owned(),
            Split::HeldOut => out.join("held-out"),
        };
        folder.join(format!("{}.{ending}", self.name))
    }
}
