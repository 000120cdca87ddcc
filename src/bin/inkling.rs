//! The command line.

fn main() -> std::process::ExitCode {
    inkling::cli::run()
}
