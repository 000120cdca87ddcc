//! Bytes as text: UTF-8, UTF-16 with or without a byte order mark, UTF-32 with one, and Windows-1252 where that makes sense.

use crate::package::{FileKind, FilePurpose, sniff};

/// A text, and what a reader should know of how it was read.
#[derive(Debug, PartialEq)]
pub(super) struct DecodedText {
    pub(super) text: String,
    /// To follow the file's name.
    pub(super) note: Option<String>,
}

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum DecodeTextError {
    /// A file of another kind.
    #[error("it is {0}")]
    OtherFile(String),
    /// A byte that no UTF-8 has, in a text that is no Windows-1252 either.
    #[error("not UTF-8, byte {at} is {byte:#04x} (counted from 0); save the text as UTF-8")]
    NotUtf8 { at: usize, byte: u8 },
    /// A character that is cut, in UTF-16 or UTF-32.
    #[error("not {encoding}, byte {at} (counted from 0) begins no character; save the text as UTF-8")]
    NotUnicode { encoding: &'static str, at: usize },
}

/// Characters of Windows-1252 from 0x80 to 0x9f; those that it leaves free are zero.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Reads bytes as text.
pub(super) fn decode(bytes: &[u8]) -> Result<DecodedText, DecodeTextError> {
    let plain = |text: String| DecodedText { text, note: None };
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => return utf32(rest, u32::from_le_bytes, "UTF-32").map(plain),
        [0, 0, 0xfe, 0xff, rest @ ..] => return utf32(rest, u32::from_be_bytes, "UTF-32").map(plain),
        [0xff, 0xfe, rest @ ..] => return utf16(rest, u16::from_le_bytes, 2).map(plain),
        [0xfe, 0xff, rest @ ..] => return utf16(rest, u16::from_be_bytes, 2).map(plain),
        _ => {}
    }
    match sniff(bytes) {
        // An empty text is for the summarizer to speak of; what is written as text is text.
        FileKind::Empty | FileKind::Text(_) | FileKind::WebPage(_) | FileKind::Json(_) | FileKind::Xml(_) => {}
        FileKind::Unknown => {
            if let Some(text) = utf16_without_mark(bytes) {
                return Ok(plain(text));
            }
        }
        other => return Err(DecodeTextError::OtherFile(other.description(FilePurpose::Text))),
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) if is_text(text) => Ok(plain(text.to_owned())),
        Ok(_) => Err(DecodeTextError::OtherFile(FileKind::Unknown.description(FilePurpose::Text))),
        Err(error) => {
            let at = error.valid_up_to();
            let byte = bytes.get(at).copied().unwrap_or_default();
            if bytes.iter().filter(|byte| is_binary(**byte)).count() * 50 > bytes.len() {
                return Err(DecodeTextError::OtherFile(FileKind::Unknown.description(FilePurpose::Text)));
            }
            let text = windows_1252(bytes).ok_or(DecodeTextError::NotUtf8 { at, byte })?;
            let note = format!("is not UTF-8, byte {at} is {byte:#04x}; it was read as Windows-1252");
            Ok(DecodedText { text, note: Some(note) })
        }
    }
}

/// Whether a byte stands in no text of one byte a character.
fn is_binary(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
}

/// Whether text holds hardly any control characters, as bytes that are no text do even where they happen to be UTF-8.
fn is_text(text: &str) -> bool {
    let odd = text.bytes().filter(|byte| is_binary(*byte)).count();
    odd * 50 <= text.len()
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, before: usize) -> Result<String, DecodeTextError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let cut = |at| DecodeTextError::NotUnicode { encoding: "UTF-16", at: before + at };
    let (mut text, mut at) = (String::with_capacity(bytes.len()), 0);
    for read in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = read.map_err(|_| cut(at))?;
        at += 2 * character.len_utf16();
        text.push(character);
    }
    if rest.is_empty() { Ok(text) } else { Err(cut(at)) }
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32, encoding: &'static str) -> Result<String, DecodeTextError> {
    let (units, rest) = bytes.as_chunks::<4>();
    let cut = |index: usize| DecodeTextError::NotUnicode { encoding, at: 4 + 4 * index };
    let read = |(index, bytes): (usize, &[u8; 4])| char::from_u32(unit(*bytes)).ok_or_else(|| cut(index));
    let text: String = units.iter().enumerate().map(read).collect::<Result<_, _>>()?;
    if rest.is_empty() { Ok(text) } else { Err(cut(units.len())) }
}

/// UTF-16 that does not say so: in the right order of bytes it has the spaces of a text, and no character that is none.
fn utf16_without_mark(bytes: &[u8]) -> Option<String> {
    if !bytes.contains(&0) {
        return None;
    }
    let in_order = |unit| {
        let text = utf16(bytes, unit, 0).ok()?;
        let odd = |c: char| (c.is_control() && !c.is_whitespace()) || ('\u{e000}'..='\u{f8ff}').contains(&c);
        let plain = text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ' || *c == '\n').count();
        (!text.chars().any(odd) && 10 * plain >= text.chars().count()).then_some((plain, text))
    };
    let orders = [in_order(u16::from_le_bytes), in_order(u16::from_be_bytes)];
    orders.into_iter().flatten().max_by_key(|(plain, _)| *plain).map(|(_, text)| text)
}

/// Windows-1252, where bytes make sense in it: characters above ASCII are few and each is defined, and there is no UTF-8 among them,
/// which would be a damaged UTF-8 text and come out as other letters.
fn windows_1252(bytes: &[u8]) -> Option<String> {
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if high * 5 > bytes.len() || bytes.iter().any(|byte| is_binary(*byte)) {
        return None;
    }
    let holds_utf8 = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    let character = |byte: u8| match byte {
        0x80..=0x9f => Some(WINDOWS_1252[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    };
    let text: String = bytes.iter().map(|byte| character(*byte)).collect::<Option<_>>()?;
    (!holds_utf8 && reads_well(&text)).then_some(text)
}

/// Whether the characters above ASCII are where they are in a text: letters in or beside words, marks beside them.
fn reads_well(text: &str) -> bool {
    // Letters that stand in a row, as in a text of another alphabet, and signs that English hardly has.
    let rare = |c: char| matches!(c, 'ÿ' | 'þ' | 'Þ' | 'ð' | 'Ð' | '¤' | '¦' | '¬' | '¯' | '¸' | 'ƒ' | 'ˆ' | '˜');
    let characters: Vec<char> = text.chars().collect();
    let high = characters.iter().filter(|c| !c.is_ascii()).count();
    let rows = characters.windows(3).filter(|row| row.iter().all(|c| !c.is_ascii() && c.is_alphabetic())).count();
    let odd = characters.iter().filter(|c| rare(**c)).count();
    // A capital or an opening mark behind a small letter: «cafÈ» and «caf‚» are «café» in other encodings.
    let opens = |c: char| c.is_uppercase() || matches!(c, '‚' | '„' | '‹' | '¡' | '¿' | '¢' | '£');
    let misplaced =
        characters.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && !pair[1].is_ascii() && opens(pair[1]));
    rows == 0 && 4 * (odd + misplaced.count()) <= high
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "The café on the quay – “Zum Anker” – reopens. The council’s loan of £40,000 helped.\nSome doubt it.";

    fn read(bytes: &[u8]) -> String {
        let decoded = decode(bytes).unwrap();
        assert_eq!(decoded.note, None);
        decoded.text
    }

    /// Of characters that Windows-1252 has.
    fn in_windows_1252(text: &str) -> Vec<u8> {
        let byte = |c: char| match WINDOWS_1252.iter().position(|other| *other == c) {
            Some(index) => 0x80 + index as u8,
            None => u8::try_from(u32::from(c)).unwrap(),
        };
        text.chars().map(byte).collect()
    }

    #[test]
    fn unicode_is_read_in_each_form() {
        let with_mark = format!("\u{feff}{TEXT}");
        for text in [TEXT, &with_mark] {
            assert_eq!(read(text.as_bytes()), TEXT);
        }
        for text in [TEXT, &with_mark] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!((read(&little), read(&big)), (TEXT.to_owned(), TEXT.to_owned()));
        }
        let wide: Vec<u8> = with_mark.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        assert_eq!(read(&wide), TEXT);
        assert_eq!(read(b""), "");
        assert_eq!(read("Паром".as_bytes()), "Паром");
    }

    #[test]
    fn windows_1252_is_read_and_said() {
        let decoded = decode(&in_windows_1252(TEXT)).unwrap();
        assert_eq!(decoded.text, TEXT);
        let note = decoded.note.unwrap();
        assert!(note.contains("not UTF-8, byte 7 ") && note.contains("Windows-1252"), "{note}");
    }

    #[test]
    fn not_utf8() {
        // One bad byte in UTF-8, a byte that Windows-1252 leaves free, another alphabet, another encoding of accents.
        let broken = TEXT.replace("doubt", "d\u{1}ubt").into_bytes();
        let broken: Vec<u8> = broken.into_iter().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
        let at = broken.iter().position(|byte| *byte == 0xff).unwrap();
        assert_eq!(decode(&broken), Err(DecodeTextError::NotUtf8 { at, byte: 0xff }));
        assert_eq!(decode(b"The quay \x81 is open"), Err(DecodeTextError::NotUtf8 { at: 9, byte: 0x81 }));
        let koi8 = b"\xf0\xc1\xd2\xcf\xcd \xcf\xd4\xcb\xd2\xd9\xd4 today";
        assert!(matches!(decode(koi8), Err(DecodeTextError::NotUtf8 { at: 0, .. })));
        // «café» of old PCs and of old Macs.
        for other in [&b"The caf\x82 is open"[..], b"The caf\x8e is open"] {
            assert!(matches!(decode(other), Err(DecodeTextError::NotUtf8 { at: 7, .. })));
        }
        let message = decode(&broken).unwrap_err().to_string();
        assert!(message.contains(&format!("not UTF-8, byte {at} ")), "{message}");
    }

    #[test]
    fn not_unicode() {
        let mut cut: Vec<u8> = format!("\u{feff}{TEXT}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        cut.pop();
        assert!(matches!(decode(&cut), Err(DecodeTextError::NotUnicode { encoding: "UTF-16", .. })));
        let wide = [&[0xff, 0xfe, 0, 0][..], &[0xff; 4]].concat();
        assert_eq!(decode(&wide), Err(DecodeTextError::NotUnicode { encoding: "UTF-32", at: 4 }));
    }

    #[test]
    fn other_file() {
        let what = |bytes: &[u8]| match decode(bytes) {
            Err(DecodeTextError::OtherFile(what)) => what,
            other => panic!("{other:?}"),
        };
        assert!(what(b"%PDF-1.4\n1 0 obj <</Type /Catalog>>").starts_with("a PDF document; "));
        assert!(what(b"PK\x03\x04\x14\0word/document.xml").starts_with("a Word document; "));
        assert!(what(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR").starts_with("a picture (PNG); "));
        assert!(what(b"\x7fELF\x02\x01\x01\0\0").starts_with("a program (ELF); "));
        assert!(what(&[7, 0, 1, 2].repeat(40)).starts_with("a file of an unknown kind; "));
        assert!(what(&[7, 0xff, 1, 2].repeat(40)).starts_with("a file of an unknown kind; "));
    }
}
