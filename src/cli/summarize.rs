//! `inkling summarize`: the summary of a text file or of standard input.

use std::{ops::ControlFlow, path::PathBuf};

use anyhow::Result;
use burn::tensor::Device;
use clap::Args;

use super::{
    arguments::{SummaryKindArg, SummaryLengthArg},
    output::OutputError,
    packages::text::open,
    text_file,
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

/// Prints each line when it is finished, until the output takes no more.
#[derive(Default)]
struct PrintFinishedLines {
    failed: Option<OutputError>,
}

impl SummaryObserver for PrintFinishedLines {
    fn tell(&mut self, event: SummaryEvent) {
        if let SummaryEvent::Line(line) = event
            && line.finished
            && self.failed.is_none()
        {
            self.failed = print_line!("{}", line.text).err();
        }
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        if self.failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Summarizes a text.
pub fn run(arguments: &SummarizeArgs) -> Result<()> {
    let device = Device::flex();
    let text = text_file::read(arguments.file.as_deref())?;
    let summarizer = open(&arguments.models, &arguments.model, &device)?;
    let mut printer = PrintFinishedLines::default();
    let done = summarizer.summarize(&text, (arguments.kind.into(), arguments.length.into()), &device, &mut printer);
    // That the output failed is why it stopped.
    match printer.failed {
        Some(error) => Err(error.into()),
        None => done.map(|_| ()),
    }
}
