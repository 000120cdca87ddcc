//! Marks inside of running text that show nothing: emphasis, links, tags, footnote marks, words broken at a line's end.

use std::ops::Range;

use super::offsets::TextBuilder;
use crate::text::word_tokenizer::is_white;

/// Takes a stretch of a text over, without the marks in it.
pub(super) fn copy(builder: &mut TextBuilder, source: &str, range: Range<usize>) {
    let text = &source[range.clone()];
    let mut at = 0;
    let mut from = 0;
    while let Some(found) = text[at..].find([
        '[', '*', '_', '`', '<', '&', '!', '~', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹', '⁰', '\\', '†', '‡',
    ]) {
        at += found;
        match mark(text, at) {
            Some(Mark { before, shown, after }) => {
                builder.copy(range.start + from..range.start + at);
                // What a link or code shows may hold marks itself.
                if !shown.is_empty()
                    && before > 0
                    && text[shown.clone()].contains(['*', '_', '`', '<', '['])
                    && shown.len() < text.len()
                {
                    copy(builder, source, range.start + shown.start..range.start + shown.end);
                } else {
                    builder.copy(range.start + shown.start..range.start + shown.end);
                }
                at = after;
                from = after;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    builder.copy(range.start + from..range.end);
}

/// Something that is written otherwise than it shows.
struct Mark {
    /// Bytes of it before what is shown.
    before: usize,
    shown: Range<usize>,
    after: usize,
}

fn nothing(after: usize) -> Option<Mark> {
    Some(Mark { before: 0, shown: after..after, after })
}

/// The mark at a byte, if there is one.
fn mark(text: &str, at: usize) -> Option<Mark> {
    let rest = &text[at..];
    let previous = text[..at].chars().next_back();
    match rest.chars().next()? {
        '!' if rest.starts_with("![") => {
            let (_, after) = link(text, at + 1)?;
            nothing(after)
        }
        '[' => footnote(text, at, previous).or_else(|| {
            let (shown, after) = link(text, at)?;
            Some(Mark { before: 1, shown, after })
        }),
        '¹' | '²' | '³' | '⁴' | '⁵' | '⁶' | '⁷' | '⁸' | '⁹' | '⁰' | '†' | '‡' => {
            let is_mark = |c: char| matches!(c, '¹' | '²' | '³' | '⁴' | '⁵' | '⁶' | '⁷' | '⁸' | '⁹' | '⁰' | '†' | '‡');
            let after = at + rest.chars().take(64).take_while(|c| is_mark(*c)).map(char::len_utf8).sum::<usize>();
            let units = previous.is_some_and(|c| c.is_ascii_digit())
                || text[..at].ends_with(" m")
                || text[..at].ends_with("km")
                || text[..at].ends_with("cm")
                || text[..at].ends_with("mm")
                || text[..at].ends_with("ft");
            let ends = text[after..].chars().next().is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation());
            // "5 m²" and "10³" are no footnotes.
            (ends && !units && previous.is_some_and(|c| c.is_alphabetic() || ".,;:!?)\"”’".contains(c)))
                .then_some(())?;
            nothing(after)
        }
        '*' | '_' | '~' => emphasis(text, at, previous),
        '`' => {
            let ticks = rest.bytes().take(64).take_while(|b| *b == b'`').count();
            let inside = &rest[ticks..];
            let end = near(inside).find(&rest[..ticks])?;
            let start = at + ticks;
            // "`` … ''" are quotation marks of a treebank.
            let inside_word =
                previous.is_some_and(char::is_alphanumeric) || inside[end + ticks..].starts_with(char::is_alphanumeric);
            let quotes = inside_word || inside.starts_with(' ') || inside[..end].contains("''");
            (end > 0 && !quotes && !inside[..end].contains("\n\n")).then_some(Mark {
                before: ticks,
                shown: start..start + end,
                after: start + end + ticks,
            })
        }
        '<' => tag(rest).and_then(|length| nothing(at + length)).or_else(|| {
            // <https://…>
            let end = near(rest).find('>')?;
            rest[1..end].starts_with("http").then_some(Mark { before: 1, shown: at + 1..at + end, after: at + end + 1 })
        }),
        '&' => {
            let (character, length) = super::entities::decode(rest)?;
            // Only what shows as itself can be taken from the source; others are rare outside of HTML.
            (character == '&').then_some(Mark { before: 0, shown: at..at + 1, after: at + length })
        }
        '\\' => rest[1..]
            .starts_with(['*', '_', '#', '[', ']', '`', '<', '>', '|', '!', '-', '.', '(', ')', '+'])
            .then_some(Mark { before: 1, shown: at + 1..at + 2, after: at + 2 }),
        _ => None,
    }
}

/// `[1]`, `[a]`, `[citation needed]`, `[6]:12` right behind a word or a mark.
fn footnote(text: &str, at: usize, previous: Option<char>) -> Option<Mark> {
    let previous = previous?;
    let rest = &text[at..];
    let end = rest.char_indices().take(40).find(|(_, c)| *c == ']').map(|(at, _)| at)?;
    let inside = &rest[1..end];
    let lower = inside.to_lowercase();
    let number = !inside.is_empty() && inside.len() <= 3 && inside.bytes().all(|b| b.is_ascii_digit());
    let list = inside.len() <= 16
        && inside.contains(|c: char| c.is_ascii_digit())
        && inside.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '-' | '–'));
    let letter = inside.len() == 1 && inside.bytes().all(|b| b.is_ascii_lowercase());
    let named = matches!(
        lower.as_str(),
        "citation needed"
            | "clarification needed"
            | "edit"
            | "when?"
            | "who?"
            | "which?"
            | "where?"
            | "by whom?"
            | "according to whom?"
            | "update"
            | "dubious"
            | "vague"
            | "better source needed"
            | "page needed"
            | "failed verification"
            | "sic"
    ) || lower.starts_with("note ")
        || lower.starts_with("nb ")
        || lower.starts_with("^") && inside.len() > 1
        || lower.starts_with("fn ");
    let touches = !previous.is_whitespace() && previous != '(';
    let mut after = at + end + 1;
    // A target makes it a link.
    let next = text[after..].chars().next();
    if next == Some('(') || !(touches && (number || list || letter || named) || named && lower == "edit") {
        return None;
    }
    let ends = next.is_none_or(|c| !c.is_alphanumeric()) || matches!(previous, '.' | '!' | '?' | ',' | ';' | '"' | '”');
    if !ends || next == Some('=') {
        return None;
    }
    // Pages of the source: "[6]:12", and as browsers copy it, "[6]: 12–14 ".
    if let Some(pages) = text[after..].strip_prefix(':') {
        let white = usize::from(pages.starts_with([' ', '\u{a0}', '\u{200a}']))
            * pages.chars().next().map_or(0, char::len_utf8);
        let is_page = |c: &char| c.is_ascii_digit() || matches!(c, '-' | '–' | ',');
        let length: usize = pages[white..].chars().take(24).take_while(is_page).map(char::len_utf8).sum();
        let behind = pages[white + length..].chars().next();
        let apart = white == 0 || behind.is_none_or(char::is_whitespace);
        if length > 0 && apart && pages[white..].starts_with(|c: char| c.is_ascii_digit()) {
            after += 1 + white + length;
        }
    }
    nothing(after)
}

/// How far the end of a mark is looked for, in bytes: a text of opening marks alone is read in linear time.
const NEAR: usize = 2_000;

/// So many marks are tried as the end of one.
const MOST_ENDS: usize = 32;

/// The beginning of a text, as far as the end of a mark is looked for.
fn near(text: &str) -> &str {
    &text[..text.floor_char_boundary(NEAR)]
}

/// What a link shows, and where it ends: `[words](target)`, `[words][name]`, `[[Page|words]]`.
fn link(text: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let rest = &text[at..];
    if rest.starts_with("[[") {
        let end = near(rest).find("]]")?;
        let inside = &rest[2..end];
        let start = inside.rfind('|').map_or(0, |bar| bar + 1);
        return (end < 300).then_some((at + 2 + start..at + end, at + end + 2));
    }
    let mut depth = 0;
    let close = rest.char_indices().take(600).find_map(|(index, c)| {
        depth += match c {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        (depth == 0).then_some(index)
    })?;
    let behind = &rest[close + 1..];
    let after = match behind.chars().next()? {
        '(' => close + 1 + near(behind).find(')')?,
        '[' => close + 1 + near(behind).find(']')?,
        _ => return None,
    };
    // "(see [12] (at the end))" is no link: a target has no white space but before its title.
    let target = &rest[close + 2..after];
    if behind.starts_with('(')
        && target.split(is_white).next().is_some_and(|first| first.len() < target.len())
        && !target.contains('"')
    {
        return None;
    }
    if behind.starts_with('[') && rest[1..close].len() <= 3 {
        return None;
    }
    Some((at + 1..at + close, at + after + 1))
}

/// `*so*`, `**so**`, `_so_`, `~~so~~`: marks that touch a word on the inner side and no letter on the outer.
fn emphasis(text: &str, at: usize, previous: Option<char>) -> Option<Mark> {
    let rest = &text[at..];
    let mark = rest.chars().next()?;
    let length = rest.chars().take(4).take_while(|c| *c == mark).count();
    if length > 3
        || mark == '~' && length != 2
        || previous.is_some_and(|c| c.is_alphanumeric() && mark != '*' || c == mark)
    {
        return None;
    }
    let inside = &rest[length..];
    if inside.starts_with(|c: char| c.is_whitespace()) {
        return None;
    }
    let marks = &rest[..length];
    let near = near(inside);
    let ends = near.match_indices(marks).take(MOST_ENDS).map(|(found, _)| found).find(|found| {
        let touches = near[..*found].chars().next_back().is_some_and(|c| !c.is_whitespace());
        let after = inside[found + length..].chars().next();
        touches && after.is_none_or(|c| !c.is_alphanumeric() && c != mark)
    });
    let end = ends?;
    let start = at + length;
    // "2 * 3 * 4" and "snake_case_name" are no emphasis.
    let says = inside[..end].contains(char::is_alphanumeric);
    // `__init__` is a name of Python; a bold word has a capital, or company.
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if marks == "__" && inside[..end].chars().all(is_name) {
        return None;
    }
    says.then_some(Mark { before: length, shown: start..start + end, after: start + end + length })
}

/// The length of a tag of HTML at the beginning, such as `<b>` or `</span>`; `<3` and `< 5` are none.
fn tag(text: &str) -> Option<usize> {
    let name = text.strip_prefix("</").or_else(|| text.strip_prefix('<'))?;
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let known = [
        "b", "i", "em", "strong", "br", "p", "a", "u", "s", "sub", "sup", "span", "div", "code", "kbd", "img", "small",
        "big", "c", "v", "font", "mark", "ruby", "details", "summary", "center", "del", "ins", "hr", "picture",
        "source", "td", "tr", "table", "li", "ul", "ol", "h1", "h2", "h3", "lang",
    ];
    if !known.contains(&&*name[..length].to_ascii_lowercase()) {
        return None;
    }
    let end = near(text).find('>').filter(|end| *end < 400)?;
    (name[length..].starts_with([' ', '>', '/', '.', '\n'])).then_some(end + 1)
}

/// How a word goes on that is broken at a line's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BrokenWord {
    /// It is one word: the hyphen goes.
    Joined,
    /// It has a hyphen of its own.
    Hyphenated,
}

/// What a hyphen at a line's end means, by the letters before it and those after; none where it is no broken word.
pub(super) fn broken_word(before: &str, after: &str, is_known: &dyn Fn(&str) -> bool) -> Option<BrokenWord> {
    let soft = before.ends_with('\u{ad}');
    let hyphens = ['-', '\u{ad}', '‐', '¬'];
    let left = before.strip_suffix(hyphens)?;
    let start = left
        .rfind(|c: char| !c.is_alphabetic() && !hyphens.contains(&c))
        .map_or(0, |at| at + left[at..].chars().next().map_or(1, char::len_utf8));
    let left = &left[start..];
    let right: String = after.chars().take_while(|c| c.is_alphabetic()).collect();
    if left.is_empty() || !right.starts_with(char::is_lowercase) && !soft {
        return None;
    }
    if soft {
        return Some(BrokenWord::Joined);
    }
    // "pre- and post-war": the first hyphen stands for a word that follows.
    if matches!(right.as_str(), "and" | "or" | "to" | "bis" | "und") {
        return None;
    }
    if left.contains(hyphens) {
        let last = left.rsplit(hyphens).next().unwrap_or(left);
        return Some(match is_known(&(last.to_lowercase() + &right)) && !is_known(last) {
            true => BrokenWord::Joined,
            false => BrokenWord::Hyphenated,
        });
    }
    let (left, joined) = (left.to_lowercase(), left.to_lowercase() + &right);
    Some(match (is_known(&joined), is_known(&left) && is_known(&right)) {
        (true, _) => BrokenWord::Joined,
        // Both parts are words and the whole is none that is known: "well-known", "twenty-four".
        (false, true) if left.chars().count() > 2 => BrokenWord::Hyphenated,
        (false, _) => BrokenWord::Joined,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut builder = TextBuilder::new(text);
        copy(&mut builder, text, 0..text.len());
        builder.finish().0
    }

    #[test]
    fn marks_vanish() {
        for (text, expected) in [
            ("It opened in 1871.[1] It was", "It opened in 1871. It was"),
            ("in 1902[2] and in 1931.[3][4] Then", "in 1902 and in 1931. Then"),
            ("by hand.[citation needed] They are buildings.[6]:12", "by hand. They are buildings."),
            ("found less [7, 8], see sec. [2.1] and ref. [4]", "found less [7, 8], see sec. [2.1] and ref. [4]"),
            ("**Breaking:** the file `quay.db` of *0.8*", "Breaking: the file quay.db of 0.8"),
            ("see [the guide](https://example.org/a_b) and ![x](y.png) more", "see the guide and  more"),
            ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
            ("a <b>bold</b> word, 3 < 4, <3", "a bold word, 3 < 4, <3"),
            ("It was so.¹ It is 5 m² and 10³ more.", "It was so. It is 5 m² and 10³ more."),
            ("in 1869.[4]: 31 The bridge cost more.[5]: 4–6\u{a0}It", "in 1869. The bridge cost more.\u{a0}It"),
            ("The wharf[a] and the quay[note 3] burned.", "The wharf and the quay burned."),
            ("Tom &amp; Jo", "Tom & Jo"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn broken_words() {
        let known = |word: &str| ["budget", "well", "known", "terminal", "monday", "summer", "sum"].contains(&word);
        let of = |before, after| broken_word(before, after, &known);
        assert_eq!(of("set aside a bud-", "get of"), Some(BrokenWord::Joined));
        assert_eq!(of("for the well-", "known crossing"), Some(BrokenWord::Hyphenated));
        assert_eq!(of("on Mon-", "day"), Some(BrokenWord::Joined));
        assert_eq!(of("the pre-", "and post-war"), None);
        assert_eq!(of("it was -", "so"), None);
        assert_eq!(of("in 1990-", "and"), None);
        assert_eq!(of("bud\u{ad}", "get"), Some(BrokenWord::Joined));
    }
}
