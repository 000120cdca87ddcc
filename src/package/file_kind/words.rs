//! Files that are text: plain, or of a format that is written as text.

use super::{bytes::head, kind::FileKind};

/// So many characters of a file are quoted.
const QUOTED: usize = 60;

/// What a text is; none if the bytes are no text.
pub(super) fn text_kind(bytes: &[u8]) -> Option<FileKind> {
    if let Some(text) = utf16_with_mark(head(bytes)) {
        return Some(FileKind::Text(first_words(&text)));
    }
    let text = utf8(head(bytes))?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = text.to_ascii_lowercase();
    Some(if lower.starts_with("version https://git-lfs.github.com/spec/") {
        FileKind::LfsPointer
    } else if is_web_page(&lower) {
        FileKind::WebPage(title(text, &lower))
    } else if lower.starts_with("<?xml") || lower.starts_with("<error") {
        FileKind::Xml(first_words(text))
    } else if is_json(text) {
        FileKind::Json(first_words(text))
    } else {
        FileKind::Text(first_words(text))
    })
}

/// The beginning of a file as UTF-8, whose last character may be cut; none if there are bytes that no text has.
fn utf8(beginning: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&beginning[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let allowed = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}' | '\u{85}');
    text.chars().all(allowed).then_some(text)
}

/// The beginning of a file in UTF-16, if it begins with a byte order mark.
fn utf16_with_mark(beginning: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match beginning {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = beginning[2..].as_chunks::<2>().0.iter().map(|bytes| unit(*bytes));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    (!text.contains('\0')).then_some(text)
}

fn is_web_page(lower: &str) -> bool {
    let at_once = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| lower.starts_with(tag));
    let comment_first = lower.starts_with("<!--") || lower.starts_with("<?xml");
    at_once || (comment_first && (lower.contains("<html") || lower.contains("<!doctype html")))
}

/// The title of a web page.
fn title(text: &str, lower: &str) -> Option<String> {
    // Lower case of ASCII alone is as long.
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title").unwrap_or(lower.len() - start);
    let title = first_words(text.get(start..end)?);
    (!title.is_empty()).then_some(title)
}

fn is_json(text: &str) -> bool {
    let inside = |open: char| text.strip_prefix(open).map(str::trim_start);
    inside('{').is_some_and(|rest| rest.starts_with(['"', '}']))
        || inside('[').is_some_and(|rest| rest.starts_with(['"', '{', ']', '[']))
}

/// The beginning of a text on one line.
fn first_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= QUOTED {
        return line;
    }
    let cut: String = line.chars().take(QUOTED).collect();
    format!("{}…", cut.trim_end())
}
