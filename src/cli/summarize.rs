//! `inkling summarize`: the summary of a text file or of standard input.

use std::{ops::ControlFlow, path::PathBuf};

use anyhow::Result;
use burn::tensor::Device;
use clap::Args;
use serde_json::json;

use super::{
    arguments::{SummaryKindArg, SummaryLengthArg},
    output::OutputError,
    packages::text::open,
    text_file,
};
use crate::{
    models::summarizer::{Shortness, SummaryAmount, SummaryEvent, SummaryObserver, WantedSummary},
    protocol::{Language, SourceAnalysis},
};

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
    /// So many points or sentences, in place of a length.
    #[arg(long, conflicts_with_all = ["length", "words"], value_parser = clap::value_parser!(u32).range(1..=50))]
    points: Option<u32>,
    /// At most about so many words, in place of a length.
    #[arg(long, conflicts_with = "length", value_parser = clap::value_parser!(u32).range(3..=2000))]
    words: Option<u32>,
    /// How short the lines are, from 0 (whole sentences) to 100 (as short as they hold); a headline takes no notice of it.
    #[arg(long, default_value = "50", value_name = "0..100")]
    shortness: Shortness,
    /// Prints the lines as JSON, with their whole sentences, and why these were chosen.
    #[arg(long)]
    json: bool,
    /// Says on the error output what of the text was left out, and why.
    #[arg(long)]
    explain: bool,
    /// Where the packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// A text file; standard input if none is named.
    file: Option<PathBuf>,
}

/// Prints each line when it is finished, until the output takes no more.
struct PrintFinishedLines<'a> {
    text: &'a str,
    explain: bool,
    /// The lines are printed together, as JSON.
    together: bool,
    failed: Option<OutputError>,
}

impl PrintFinishedLines<'_> {
    /// What a reader must know of the text, on the error output.
    fn describe(&self, source: &SourceAnalysis) {
        if source.language == Language::Other {
            let what = match &source.language_name {
                Some(name) => format!("this text looks like {name}"),
                None => "this text does not look like it".to_owned(),
            };
            print_note!("The model reads English, and {what}: what follows are sentences of the text, unchanged.");
        }
        if self.explain {
            for passage in &source.skipped {
                let [start, end] = passage.span.map(|at| at as usize);
                let inside = self.text.get(start..end).unwrap_or_default();
                let line = self.text.get(..start).unwrap_or_default().lines().count().max(1);
                let first = inside.lines().next().unwrap_or_default();
                print_note!("left out from line {line} on, {}: {first}", passage.reason.description());
            }
        }
    }
}

impl SummaryObserver for PrintFinishedLines<'_> {
    fn tell(&mut self, event: SummaryEvent) {
        if let SummaryEvent::Source(source) = &event {
            self.describe(source);
        }
        if let SummaryEvent::Line(line) = event
            && line.finished
            && !self.together
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
    let amount = arguments.points.map(SummaryAmount::Points).or(arguments.words.map(SummaryAmount::Words));
    let shortness = arguments.shortness;
    let options =
        WantedSummary { amount, shortness, ..WantedSummary::new(arguments.kind.into(), arguments.length.into()) };
    let mut printer =
        PrintFinishedLines { text: &text, explain: arguments.explain, together: arguments.json, failed: None };
    let done = summarizer.summarize(&text, &options, &device, &mut printer);
    // That the output failed is why it stopped.
    match printer.failed {
        Some(error) => Err(error.into()),
        None if arguments.json => {
            let lines = done?;
            print_line!("{}", serde_json::to_string_pretty(&json!({ "shortness": shortness, "lines": lines }))?)?;
            Ok(())
        }
        None => done.map(|_| ()),
    }
}
