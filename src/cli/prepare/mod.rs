//! `inkling prepare`: makes the data that training and the page need from the raw data sets.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

mod digits;
mod sentences;
pub mod summary;
mod texts;

pub use digits::{REPLAYED, balanced, replayed};
pub use texts::{JUDGED_PAGES, pages, summary_folder};

/// What can be prepared.
#[derive(Subcommand)]
pub enum PrepareCommand {
    /// Sample drawings for the page, strokes for the browser tests, the images that the page replays and is judged by, and a comparison of the pen with MNIST's.
    Digits {
        /// The folder with MNIST's idx files and strokes.
        #[arg(long)]
        data: PathBuf,
        /// The repository's root, where the files go.
        #[arg(long, default_value = ".")]
        out: PathBuf,
    },
    /// The texts that the page replays while it fine-tunes a summarizer, and the held-out texts that measure the result.
    #[command(name = "replay-texts", alias = "texts")]
    Texts {
        /// The folder with the summary sets, or the one around it.
        #[arg(long)]
        data: PathBuf,
        /// Where the packages are, and where the files go.
        #[arg(long, default_value = "models")]
        models: PathBuf,
    },
    /// Documents, pairs, the vocabulary and the list of words that summarizers are trained with.
    ///
    /// What exists already is not made again. None of it may go into the repository: most texts may not be passed on.
    #[command(name = "summary-corpus", alias = "summary")]
    Summary {
        /// The folder with the summary sets, or the one around it.
        #[arg(long)]
        data: PathBuf,
        /// Where the files go, outside the repository.
        #[arg(long)]
        out: PathBuf,
    },
    /// The sentences of texts, as the summarizer is given them: a JSON line a text.
    ///
    /// The scripts in `training/summarizer` read them. No list of words is asked, so that a word that is broken at the end of a line
    /// is joined without its hyphen.
    Sentences {
        /// JSON lines with `id` and `text`, gzipped or not.
        #[arg(long)]
        data: PathBuf,
        /// Take each text as it is: one paragraph, all of it its author's.
        #[arg(long)]
        verbatim: bool,
    },
}

/// Prepares it.
pub fn run(task: PrepareCommand) -> Result<()> {
    match task {
        PrepareCommand::Digits { data, out } => digits::run(&data, &out),
        PrepareCommand::Texts { data, models } => texts::run(&data, &models),
        PrepareCommand::Summary { data, out } => summary::run(&data, &out),
        PrepareCommand::Sentences { data, verbatim } => sentences::run(&data, verbatim),
    }
}
