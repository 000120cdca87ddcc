//! What the commands print: every line goes through here, so that a closed pipe or a full disk is an error and not a panic.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write},
};

/// Standard output took no more.
#[derive(Debug, thiserror::Error)]
#[error("standard output cannot be written")]
pub struct OutputError(#[from] io::Error);

impl OutputError {
    /// Whether whoever read the output has had enough, as `head` has.
    pub fn is_closed_pipe(&self) -> bool {
        self.0.kind() == ErrorKind::BrokenPipe
    }
}

/// Writes to standard output at once, so that an error belongs to what was written.
pub(super) fn write(text: Arguments) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    out.write_fmt(text)?;
    Ok(out.flush()?)
}

/// Writes a line to standard error. If that cannot be written, there is nobody to tell.
pub fn write_note(text: Arguments) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints a line to standard output; the value is a `Result`.
macro_rules! print_line {
    ($($text:tt)*) => {
        $crate::cli::output::write(format_args!("{}\n", format_args!($($text)*)))
    };
}

/// Prints a note for whoever watches to standard error.
macro_rules! print_note {
    ($($text:tt)*) => {
        $crate::cli::output::write_note(format_args!($($text)*))
    };
}
