//! The command line: train, evaluate, classify, inspect, prepare.

use anyhow::Result;
use clap::{Parser, Subcommand};

mod data;
mod prepare;
mod train;

/// Small models that run and learn on your own device.
#[derive(Parser)]
#[command(name = "inkling", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train a model and write its package.
    Train {
        #[command(subcommand)]
        task: train::Task,
    },
    /// Make what the repository carries of the data sets.
    Prepare {
        #[command(subcommand)]
        task: prepare::Task,
    },
}

/// Runs the command that the arguments name.
///
/// # Errors
/// Whatever the command meets, with what it was doing.
pub fn run() -> Result<()> {
    match Arguments::parse().command {
        Command::Train { task } => train::run(task),
        Command::Prepare { task } => prepare::run(task),
    }
}
