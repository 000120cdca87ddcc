//! Looks at the beginning of a file.

/// As much of the beginning of a file is looked at, where the kind of file allows it.
pub(super) const BEGINNING: usize = 4_096;

/// The beginning of a file.
pub(super) fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(BEGINNING)]
}

/// Whether some bytes hold others.
pub(super) fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
