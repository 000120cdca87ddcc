//! HTML source → the text that it shows, with headings, lists and tables marked as Markdown marks them.
//!
//! Not a parser of documents but a reader of tags: what a browser would repair is read as it stands, and offsets into the source are
//! kept, which parsers do not keep.

use std::ops::Range;

use super::{
    entities::decode,
    offsets::{OffsetMap, TextBuilder},
};
use crate::protocol::SkipReason;

/// What HTML shows.
pub(super) struct ShownHtml {
    pub(super) text: String,
    pub(super) map: OffsetMap,
    /// What is shown around the text or not at all, in bytes of the source.
    pub(super) skipped: Vec<(Range<usize>, SkipReason)>,
}

/// Elements whose end ends a paragraph.
const BLOCKS: [&str; 29] = [
    "address",
    "article",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "li",
    "main",
    "ol",
    "p",
    "section",
    "summary",
    "table",
    "tbody",
    "title",
    "tr",
    "ul",
];

/// Elements whose contents are no running text of the page's author.
const LEFT_OUT: [(&str, SkipReason); 16] = [
    ("script", SkipReason::Markup),
    ("style", SkipReason::Markup),
    ("template", SkipReason::Markup),
    ("noscript", SkipReason::Markup),
    ("svg", SkipReason::Markup),
    ("math", SkipReason::Markup),
    ("iframe", SkipReason::Markup),
    ("nav", SkipReason::Navigation),
    ("menu", SkipReason::Navigation),
    ("footer", SkipReason::Navigation),
    ("aside", SkipReason::Navigation),
    ("button", SkipReason::Navigation),
    ("form", SkipReason::Navigation),
    ("select", SkipReason::Navigation),
    ("textarea", SkipReason::Navigation),
    ("pre", SkipReason::Code),
];

/// Whether a text is the source of a web page or of a part of one, and not a text that mentions tags.
pub(super) fn is_html(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let begins = |with: &str| start.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    if begins("<!doctype html") || begins("<html") || begins("<?xml") {
        return true;
    }
    let (mut opened, mut closed, mut at) = (0, 0, 0);
    // Enough to tell; a text of millions of bytes is not read twice.
    while let Some(found) = text[at..].find('<').map(|found| at + found) {
        match tag(text, found) {
            Some(tag) if is_known(tag.name) => {
                match tag.closing {
                    true => closed += 1,
                    false => opened += 1,
                }
                at = tag.end;
            }
            _ => at = found + 1,
        }
        if closed > 40 {
            break;
        }
    }
    // Markdown holds a tag here and there.
    let markdown =
        ["\n# ", "\n## ", "\n```", "\n- ["].iter().any(|mark| text.contains(mark)) || start.starts_with("# ");
    !markdown
        && (closed >= 3 && opened >= 3 || begins("<") && text.trim_end().ends_with('>') && closed >= 1 && opened >= 1)
}

fn is_known(name: &str) -> bool {
    let inline = ["a", "b", "i", "em", "strong", "span", "br", "img", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"];
    let lower = name.to_ascii_lowercase();
    BLOCKS.contains(&&*lower) || inline.contains(&&*lower) || LEFT_OUT.iter().any(|(name, _)| *name == lower)
}

struct Tag<'a> {
    name: &'a str,
    closing: bool,
    end: usize,
}

/// The tag that begins at a byte.
fn tag(text: &str, at: usize) -> Option<Tag<'_>> {
    let rest = text[at..].strip_prefix('<')?;
    let (closing, name) = match rest.strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, rest),
    };
    let length = name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let start = at + 1 + usize::from(closing) + length;
    // The end of a tag is the first `>` outside of quotation marks; one that has none within a page's length is no tag.
    let mut quote = None;
    for (index, byte) in text.as_bytes()[start..].iter().enumerate().take(20_000) {
        match (quote, byte) {
            (None, b'>') => return Some(Tag { name: &name[..length], closing, end: start + index + 1 }),
            (None, b'<') => return None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(mark), byte) if mark == *byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Reads HTML. Time is proportional to its length. `is_wanted` tells elements that are shown though they hold no running text.
pub(super) fn shown(html: &str, is_wanted: impl Fn(&Range<usize>) -> bool) -> ShownHtml {
    let mut builder = TextBuilder::new(html);
    let mut skipped = Vec::new();
    let mut at = 0;
    while at < html.len() {
        let mark = html[at..].find(['<', '&', '\n', '\r', '\t']).map_or(html.len(), |found| at + found);
        builder.copy(at..mark);
        at = mark;
        match html.as_bytes().get(at) {
            None => break,
            Some(b'&') => match decode(&html[at..]) {
                Some((character, length)) => {
                    builder.replace(at..at + length, character.encode_utf8(&mut [0; 4]));
                    at += length;
                }
                None => {
                    builder.copy(at..at + 1);
                    at += 1;
                }
            },
            Some(b'<') => at = read_tag(html, at, &mut builder, &mut skipped, &is_wanted),
            // A line break of the source is a space on the page.
            Some(_) => {
                let white = html[at..].bytes().take_while(u8::is_ascii_whitespace).count();
                if !builder.text.ends_with([' ', '\n']) {
                    builder.replace(at..at + white, " ");
                }
                at += white;
            }
        }
    }
    let (text, map) = builder.finish();
    ShownHtml { text, map, skipped }
}

/// Reads what begins with `<`, and says where to go on.
fn read_tag(
    html: &str,
    at: usize,
    builder: &mut TextBuilder,
    skipped: &mut Vec<(Range<usize>, SkipReason)>,
    is_wanted: &dyn Fn(&Range<usize>) -> bool,
) -> usize {
    let rest = &html[at..];
    if let Some(comment) = rest.strip_prefix("<!--") {
        let end = comment.find("-->").map_or(html.len(), |found| at + 4 + found + 3);
        skipped.push((at..end, SkipReason::Markup));
        return end;
    }
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return rest.find('>').map_or(html.len(), |found| at + found + 1);
    }
    let Some(tag) = tag(html, at) else {
        builder.copy(at..at + 1);
        return at + 1;
    };
    let name = tag.name.to_ascii_lowercase();
    if !tag.closing
        && let Some((_, reason)) = LEFT_OUT.iter().find(|(left_out, _)| *left_out == name)
    {
        let end = element_end(html, tag.end, &name);
        if is_wanted(&(at..end)) {
            builder.insert("\n\n");
            return tag.end;
        }
        builder.insert("\n\n");
        skipped.push((at..end, *reason));
        return end;
    }
    match (&*name, tag.closing) {
        ("br", _) => builder.insert("\n"),
        ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) => {
            builder.insert("\n\n");
            builder.insert("######".get(..usize::from(name.as_bytes()[1] - b'0')).unwrap_or("#"));
            builder.insert(" ");
        }
        ("title", false) => builder.insert("\n\n# "),
        ("li", false) => builder.insert("\n\n- "),
        ("figcaption" | "caption", false) => builder.insert("\n\nFigure: "),
        ("figcaption", true) => builder.insert("\n\n"),
        ("blockquote", false) => builder.insert("\n\n> "),
        ("td" | "th", false) => builder.insert(" | "),
        (heading, true) if heading.len() == 2 && heading.starts_with('h') => builder.insert("\n\n"),
        ("tr", _) => builder.insert("\n"),
        (block, _) if BLOCKS.contains(&block) => builder.insert("\n\n"),
        _ => {}
    }
    tag.end
}

/// Where an element ends that was opened before a byte; elements of its name inside it are counted.
fn element_end(html: &str, mut at: usize, name: &str) -> usize {
    let mut depth = 1;
    while let Some(found) = html[at..].find('<').map(|found| at + found) {
        at = found + 1;
        let Some(tag) = tag(html, found) else { continue };
        if tag.name.eq_ignore_ascii_case(name) {
            depth += if tag.closing { -1 } else { 1 };
            at = tag.end;
        }
        if depth == 0 {
            return at;
        }
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(html: &str) -> Vec<String> {
        let shown = shown(html, |_| false).text;
        shown.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    #[test]
    fn what_a_page_shows() {
        let html = "<!doctype html><html><head><title>A &amp; B</title><style>p{}</style></head><body><nav><a href=\"/\">Home</a></nav>\
                    <h2>Ferry</h2><p>It <b>sails</b>\n again.<br>Soon &#8212; <i>on</i> Saturday.</p><ul><li>one</li><li>two</li></ul>\
                    <script>if (a < b) { c() }</script><!-- no --><footer><p>© all</p></footer></body></html>";
        assert!(is_html(html));
        assert_eq!(lines(html), ["# A & B", "## Ferry", "It sails again.", "Soon — on Saturday.", "- one", "- two"]);
    }

    #[test]
    fn a_comparison_is_no_tag() {
        assert!(!is_html("If a < b and b > c, then <p> is a tag that opens a paragraph."));
        assert_eq!(lines("a < b and c > d"), ["a < b and c > d"]);
        assert_eq!(lines("<p>unfinished <b"), ["unfinished <b"]);
    }

    #[test]
    fn nested_elements_are_left_out_whole() {
        assert_eq!(lines("<p>a</p><aside><aside>x</aside>y</aside><p>b</p>"), ["a", "b"]);
        assert_eq!(lines("<p>a</p><nav>never closed"), ["a"]);
    }
}
