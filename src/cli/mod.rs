//! The command line: train, evaluate, classify, summarize, inspect, export, import, prepare.

#![warn(clippy::print_stdout, clippy::print_stderr)]

use std::{io::ErrorKind, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};
use output::OutputError;

// Its macros are for all modules below it.
#[macro_use]
pub mod output;

mod arguments;
mod classify;
mod datasets;
mod device;
mod evaluate;
mod packages;
mod prepare;
mod summarize;
mod text_file;
mod train;

/// Small models that run and learn on your own device.
#[derive(Parser)]
#[command(name = "inkling", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train a model and write its package.
    Train {
        #[command(subcommand)]
        task: train::TrainCommand,
    },
    /// Measure a package on a data set.
    Evaluate {
        #[command(subcommand)]
        task: evaluate::EvaluateCommand,
    },
    /// Read the digit or number in a picture (PNG or JPEG), or in the drawings of a file of strokes.
    Classify(classify::ClassifyArgs),
    /// Summarize a text.
    Summarize(summarize::SummarizeArgs),
    /// Print what a package is.
    Inspect {
        /// A package's name, or its folder.
        model: String,
        /// Where packages are.
        #[arg(long, default_value = "models")]
        models: PathBuf,
    },
    /// Write a package as one file, which Python opens, and which a page takes.
    Export(packages::convert::ExportArgs),
    /// Read a package out of one file: from a page, or from PyTorch.
    Import(packages::convert::ImportArgs),
    /// Make what the repository carries of the data sets.
    Prepare {
        #[command(subcommand)]
        task: prepare::PrepareCommand,
    },
}

/// Runs the command that the arguments name. A failure is one sentence on standard error. A closed pipe is none: whoever reads the
/// output has had enough of it.
pub fn run() -> ExitCode {
    let command = match Cli::try_parse() {
        Ok(arguments) => arguments.command,
        // The help, too, is an error to clap.
        Err(error) => {
            return match error.print() {
                Err(failed) if failed.kind() != ErrorKind::BrokenPipe => {
                    print_note!("Error: {:#}", anyhow::Error::from(OutputError::from(failed)));
                    ExitCode::FAILURE
                }
                _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1)),
            };
        }
    };
    match run_command(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.downcast_ref::<OutputError>().is_some_and(OutputError::is_closed_pipe) => ExitCode::SUCCESS,
        Err(error) => {
            print_note!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(command: Command) -> Result<()> {
    match command {
        Command::Train { task } => train::run(task),
        Command::Evaluate { task } => evaluate::run(task),
        Command::Classify(arguments) => classify::run(&arguments),
        Command::Summarize(arguments) => summarize::run(&arguments),
        Command::Inspect { model, models } => packages::inspect::run(&model, &models),
        Command::Export(arguments) => packages::convert::export(&arguments),
        Command::Import(arguments) => packages::convert::import(&arguments),
        Command::Prepare { task } => prepare::run(task),
    }
}
