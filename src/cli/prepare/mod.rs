//! `inkling prepare`: what is made of the data sets before anything is trained on them.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

mod digits;
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
    /// The texts that the page replays while a summarizer learns in it, and those that judge what it learned.
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
    /// What is there already is not made again. None of it may go into the repository: most texts may not be passed on.
    Summary {
        /// The folder with the summary sets, or the one around it.
        #[arg(long)]
        data: PathBuf,
        /// Where the files go, outside the repository.
        #[arg(long)]
        out: PathBuf,
    },
}

/// Prepares it.
pub fn run(task: PrepareCommand) -> Result<()> {
    match task {
        PrepareCommand::Digits { data, out } => digits::run(&data, &out),
        PrepareCommand::Texts { data, models } => texts::run(&data, &models),
        PrepareCommand::Summary { data, out } => summary::run(&data, &out),
    }
}
