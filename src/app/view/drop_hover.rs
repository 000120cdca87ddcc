//! Whether a file is held over the page.

/// Whether a file is held over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropHover {
    /// No file is.
    Away,
    /// A file is.
    Over,
}
