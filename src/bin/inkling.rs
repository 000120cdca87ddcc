//! The command line.

fn main() -> anyhow::Result<()> {
    inkling::cli::run()
}
