//! `inkling evaluate`: measures a model on a data set.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

mod digit_fine_tuning;
pub mod digits;
mod lab;
mod line_faults;
mod numbers;
mod photos;
mod rejection;
pub mod summarizer;
mod summary_fine_tuning;
pub mod summary_metrics;
mod tested_summarizers;

/// What can be evaluated.
#[derive(Subcommand)]
pub enum EvaluateCommand {
    /// A classifier of digits.
    Digits {
        /// A package's name, or its folder.
        #[arg(long, default_value = "digits")]
        model: String,
        /// MNIST's folder or images file, its strokes (.tar.gz), or a folder of <label>/*.png.
        #[arg(long)]
        data: PathBuf,
        /// Where packages are.
        #[arg(long, default_value = "models")]
        models: PathBuf,
        /// Prints the figures as one JSON object.
        #[arg(long)]
        json: bool,
        /// Writes the accuracy into the package's manifest, under this name of the data.
        #[arg(long)]
        record: Option<String>,
    },
    /// Whether a digit classifier reads digits as digits and refuses all else, and whether its probabilities mean what they say.
    Rejection(rejection::EvaluateRejectionArgs),
    /// Numbers of several digits, written with MNIST's test strokes.
    Numbers(numbers::EvaluateNumbersArgs),
    /// A summarizer, beside the beginnings of the texts.
    Summary(summarizer::EvaluateSummaryArgs),
    /// Fine-tune a digit classifier on corrections of two synthetic writers, as the page does, and measure the result.
    #[command(alias = "learning")]
    DigitFineTuning(digit_fine_tuning::EvaluateDigitFineTuningArgs),
    /// Fine-tune the summarizer on reference summaries, as the page does, and measure the result.
    #[command(alias = "teaching")]
    SummaryFineTuning(summary_fine_tuning::EvaluateSummaryFineTuningArgs),
    /// The Lab: the seed network trained from zero, end to end and layered, on the slice that the page trains it on.
    Lab(lab::EvaluateLabArgs),
    /// How photographs of digits are read: MNIST's test strokes under shadows, on ruled paper, in colors, boxes, thin, thick, blurred.
    Photos(photos::EvaluatePhotosArgs),
}

/// Evaluates a model.
pub fn run(task: EvaluateCommand) -> Result<()> {
    match task {
        EvaluateCommand::Digits { model, data, models, json, record } => {
            digits::run(&model, &data, &models, json, record)
        }
        EvaluateCommand::Rejection(arguments) => rejection::run(&arguments),
        EvaluateCommand::Numbers(arguments) => numbers::run(&arguments),
        EvaluateCommand::Summary(arguments) => summarizer::run(&arguments),
        EvaluateCommand::DigitFineTuning(arguments) => digit_fine_tuning::run(&arguments),
        EvaluateCommand::SummaryFineTuning(arguments) => summary_fine_tuning::run(&arguments),
        EvaluateCommand::Lab(arguments) => lab::run(&arguments),
        EvaluateCommand::Photos(arguments) => photos::run(&arguments),
    }
}
