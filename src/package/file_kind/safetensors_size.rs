//! Safetensors, and whether all of the file is there.

use serde_json::{Map, Value};

use super::kind::FileKind;

/// The length of the header stands before it, in so many bytes.
const LENGTH: usize = 8;
/// The format allows no longer header.
const LONGEST_HEADER: u64 = 100_000_000;
/// A longer header is not looked into: it takes many times its size when it is read.
const LONGEST_READ: u64 = 2 << 20;

/// Safetensors, of the size that the header says or another; none if the bytes are something else.
pub(super) fn safetensors_kind(bytes: &[u8]) -> Option<FileKind> {
    let header = u64::from_le_bytes(*bytes.first_chunk::<LENGTH>()?);
    // Text has letters in all eight bytes, which make a far larger number.
    if !(2..=LONGEST_HEADER).contains(&header) || bytes.get(LENGTH) != Some(&b'{') {
        return None;
    }
    let actual = bytes.len() as u64;
    let end = header + LENGTH as u64;
    if end > actual {
        return Some(FileKind::SafetensorsOfOtherSize { actual, expected: None });
    }
    if header > LONGEST_READ {
        return Some(FileKind::Safetensors);
    }
    let json = &bytes[LENGTH..usize::try_from(end).ok()?];
    // A header that is no JSON is for the reader to complain of.
    let Some(data) = data_length(json) else { return Some(FileKind::Safetensors) };
    let expected = end.saturating_add(data);
    Some(if expected == actual {
        FileKind::Safetensors
    } else {
        FileKind::SafetensorsOfOtherSize { actual, expected: Some(expected) }
    })
}

/// Where the last tensor ends.
fn data_length(json: &[u8]) -> Option<u64> {
    let header: Map<String, Value> = serde_json::from_slice(json).ok()?;
    let tensors = header.iter().filter(|(name, _)| *name != "__metadata__");
    let ends: Option<Vec<u64>> = tensors.map(|(_, tensor)| tensor["data_offsets"][1].as_u64()).collect();
    Some(ends?.into_iter().max().unwrap_or(0))
}
