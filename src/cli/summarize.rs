//! `inkling summarize`: the summary of a text file or of standard input.

use std::{
    io::{Read, Write},
    ops::ControlFlow,
    path::PathBuf,
};

use anyhow::{Context, Result};
use burn::tensor::Device;
use clap::Args;

use super::{
    arguments::{SummaryKindArg, SummaryLengthArg},
    packages::text::open,
};
use crate::models::summarizer::{SummaryEvent, SummaryObserver};

/// Arguments of `summarize`.
#[derive(Args)]
pub struct SummarizeArgs {
    /// A package's name, or its folder.
    #[arg(long, default_value = "summary")]
    model: String,
    /// What is wanted.
    #[arg(long, default_value = "key-points")]
    kind: SummaryKindArg,
    /// How much of it; `sentence` takes none.
    #[arg(long, default_value = "short")]
    length: SummaryLengthArg,
    /// Where the packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// A text file; standard input if none is named.
    file: Option<PathBuf>,
}

/// Prints each line when it is finished.
struct PrintFinishedLines;

impl SummaryObserver for PrintFinishedLines {
    fn tell(&mut self, event: SummaryEvent) {
        if let SummaryEvent::Line(line) = event
            && line.finished
        {
            println!("{}", line.text);
            // A pipe that was closed wants no more; there is nobody to tell.
            let _ = std::io::stdout().flush();
        }
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Summarizes a text.
pub fn run(arguments: &SummarizeArgs) -> Result<()> {
    let device = Device::flex();
    let mut text = String::new();
    match &arguments.file {
        Some(path) => text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?,
        None => {
            std::io::stdin().read_to_string(&mut text).context("reading standard input")?;
        }
    }
    let summarizer = open(&arguments.models, &arguments.model, &device)?;
    summarizer.summarize(&text, (arguments.kind.into(), arguments.length.into()), &device, &mut PrintFinishedLines)?;
    Ok(())
}
