//! HTML of the clipboard as a text: paragraphs, headings, items, rows and quotations as lines. Pure state.
//!
//! What a browser itself makes of HTML has lost what is a heading, an item or a quotation. Marked as Markdown and mails mark them, they
//! are known again when the text is read.

use std::cmp::max;

/// A piece of HTML, in the order of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HtmlPiece {
    /// Text between two tags.
    Text(String),
    /// An element begins: its name in lower case.
    Open(String),
    /// An element ends.
    Close(String),
}

/// Elements whose contents are not the text: programs, and what a page has around its text.
const LEFT_OUT: [&str; 16] = [
    "script", "style", "template", "noscript", "head", "nav", "footer", "aside", "form", "button", "select",
    "textarea", "svg", "iframe", "object", "audio",
];

/// Elements that are on lines of their own.
const LINES: [&str; 13] =
    ["div", "li", "tr", "dt", "dd", "section", "article", "header", "main", "figcaption", "address", "caption", "br"];

/// Elements with blank lines around them.
const PARAGRAPHS: [&str; 14] =
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"];

/// The text of HTML that has structure; none of other HTML, such as a few words of a page, which a browser pastes as well.
pub fn readable_text(pieces: &[HtmlPiece]) -> Option<String> {
    let mut text = TextOfHtml::default();
    for piece in pieces {
        match piece {
            HtmlPiece::Text(words) => text.words(words),
            HtmlPiece::Open(name) => text.open(name),
            HtmlPiece::Close(name) => text.close(name),
        }
    }
    text.end_line(Gap::Line);
    let structured = text.structure > 0 || text.paragraphs > 1;
    (structured && text.text.contains(char::is_alphanumeric)).then_some(text.text)
}

/// What stands between two lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    Line,
    Paragraph,
}

#[derive(Default)]
struct TextOfHtml {
    text: String,
    /// What marks the next line: of a heading, an item, a row.
    mark: String,
    line: String,
    gap: Gap,
    /// Open elements that are left out, one in the other.
    left_out: usize,
    quotes: usize,
    verbatim: usize,
    /// Open lists: the number of the last item of a numbered one.
    lists: Vec<Option<u32>>,
    /// How many elements said what their text is, but for paragraphs.
    structure: usize,
    paragraphs: usize,
}

impl TextOfHtml {
    fn words(&mut self, words: &str) {
        if self.left_out > 0 {
            return;
        }
        if self.verbatim > 0 {
            for (index, line) in words.split('\n').enumerate() {
                if index > 0 {
                    self.end_line(Gap::Line);
                }
                self.line.push_str(line);
            }
            return;
        }
        if words.starts_with(is_space) {
            self.space();
        }
        for (index, word) in words.split(is_space).filter(|word| !word.is_empty()).enumerate() {
            if index > 0 {
                self.space();
            }
            self.line.push_str(word);
        }
        if words.ends_with(is_space) {
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    fn open(&mut self, name: &str) {
        if self.left_out > 0 || LEFT_OUT.contains(&name) {
            self.left_out += 1;
            return;
        }
        self.begin_block(name);
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.structure += 1;
                let level = name[1..].parse().unwrap_or(1);
                self.mark = format!("{} ", "#".repeat(level));
            }
            "ul" => self.lists.push(None),
            "ol" => self.lists.push(Some(0)),
            "li" => {
                self.structure += 1;
                let depth = self.lists.len().saturating_sub(1);
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{number}.")
                    }
                    Some(None) | None => "-".to_owned(),
                };
                self.mark = format!("{}{mark} ", "  ".repeat(depth));
            }
            "tr" => self.mark = "| ".to_owned(),
            "td" | "th" => self.space(),
            "table" => self.structure += 1,
            "blockquote" => {
                self.structure += 1;
                self.quotes += 1;
            }
            "pre" => {
                self.structure += 1;
                self.verbatim += 1;
            }
            "p" => self.paragraphs += 1,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.left_out > 0 {
            self.left_out -= 1;
            return;
        }
        if matches!(name, "td" | "th") {
            self.space();
            self.line.push('|');
        }
        self.begin_block(name);
        match name {
            "ul" | "ol" => {
                self.lists.pop();
            }
            // One without a text has none to mark.
            "li" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.mark.clear(),
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "pre" => self.verbatim = self.verbatim.saturating_sub(1),
            _ => {}
        }
    }

    /// Ends the line where a block begins or ends.
    fn begin_block(&mut self, name: &str) {
        // A list in a list, or a paragraph in an item, goes on where it is.
        let is_inner = !self.lists.is_empty() && matches!(name, "p" | "ul" | "ol");
        if PARAGRAPHS.contains(&name) && !is_inner {
            self.end_line(Gap::Paragraph);
        } else if is_inner || LINES.contains(&name) {
            self.end_line(Gap::Line);
        }
    }

    fn end_line(&mut self, gap: Gap) {
        let line = self.line.trim_end();
        // A row of empty cells has only their borders.
        if line.contains(|letter| !matches!(letter, '|' | ' ')) {
            if !self.text.is_empty() {
                self.text.push_str(if self.gap == Gap::Paragraph { "\n\n" } else { "\n" });
            }
            self.text.push_str(&"> ".repeat(self.quotes));
            self.text.push_str(&std::mem::take(&mut self.mark));
            self.text.push_str(line);
            self.gap = Gap::Line;
        }
        self.line.clear();
        self.gap = max(self.gap, gap);
    }
}

/// Whether HTML shows a character as a space that may be any number of them.
fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of HTML without attributes.
    fn pieces(html: &str) -> Vec<HtmlPiece> {
        let mut pieces = Vec::new();
        for part in html.split('<') {
            let Some((tag, text)) = part.split_once('>') else { continue };
            pieces.push(match tag.strip_prefix('/') {
                Some(name) => HtmlPiece::Close(name.to_owned()),
                None => HtmlPiece::Open(tag.to_owned()),
            });
            if tag == "br" {
                pieces.push(HtmlPiece::Close("br".to_owned()));
            }
            if !text.is_empty() {
                pieces.push(HtmlPiece::Text(text.to_owned()));
            }
        }
        pieces
    }

    fn read(html: &str) -> Option<String> {
        readable_text(&pieces(html))
    }

    #[test]
    fn a_page_keeps_its_headings_paragraphs_and_items() {
        let html = "<body><nav><a>Home</a></nav><h2>The old\n bridge</h2><p>It was <b>closed</b> on\n Tuesday.</p><p>A ferry \
                    comes.</p><ul><li>Boats</li><li><p>Trains</p></li></ul><ol><li>One</li><li>Two</li></ol><script>let x;</script></body>";
        assert_eq!(
            read(html).as_deref(),
            Some(
                "## The old bridge\n\nIt was closed on Tuesday.\n\nA ferry comes.\n\n- Boats\n- Trains\n\n1. One\n2. Two"
            )
        );
    }

    #[test]
    fn a_mail_keeps_what_it_quotes_as_a_quotation() {
        let html = "<div><div>Do not sell.</div><div>Anna</div><blockquote><div>Should we sell?</div><p>Ben</p></blockquote></div>";
        assert_eq!(read(html).as_deref(), Some("Do not sell.\nAnna\n\n> Should we sell?\n\n> Ben"));
    }

    #[test]
    fn rows_and_lines_as_they_stand_are_kept() {
        let html = "<table><tr><th>Year</th><th>Cars</th></tr><tr><td>1931</td><td>9,000</td></tr></table><pre>let a;\n  b</pre>";
        assert_eq!(read(html).as_deref(), Some("| Year | Cars |\n| 1931 | 9,000 |\n\nlet a;\n  b"));
    }

    #[test]
    fn a_few_words_are_left_to_the_browser() {
        assert_eq!(read("<span>a word</span>"), None);
        assert_eq!(read("<p>One paragraph<br>in two lines.</p>"), None);
        assert_eq!(read("<h1></h1><ul><li></li></ul>"), None);
    }
}
