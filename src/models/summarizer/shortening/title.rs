//! The title of a text: what a headline falls back on.

use std::ops::Range;

use super::word_classes::{is_date, is_word};
use crate::text::{Document, Sentence};

/// Sentences at the beginning among which a title is looked for.
const SEARCHED: usize = 6;
/// Words of a title, at least and at most.
const SHORTEST: usize = 3;
const LONGEST: usize = 22;

/// First words of greetings, bylines, labels, list items and of a page's navigation.
const NO_TITLES: [&str; 22] = [
    "hi",
    "hello",
    "dear",
    "hey",
    "by",
    "from",
    "to",
    "cc",
    "date",
    "-",
    "*",
    "skip",
    "menu",
    "home",
    "log",
    "sign",
    "subscribe",
    "register",
    "accept",
    "share",
    "search",
    "advertisement",
];

/// The title or first heading of a text, as the places of its words: a short line of its own without a final mark, before the first
/// running text. A line "Subject: …" of a mail counts; other lines with a label, greetings and datelines do not, nor what `is_label` knows for something else.
pub fn title(text: &str, document: &Document, is_label: impl Fn(&Sentence) -> bool) -> Option<Range<usize>> {
    let mut searched = document.sentences.iter().filter(|sentence| !is_label(sentence)).take(SEARCHED).peekable();
    while let Some(sentence) = searched.next() {
        let before = text[..sentence.span.start].lines().next_back().unwrap_or("");
        let begins_line =
            text[..sentence.span.start].ends_with(['\n', '\r']) || before.chars().all(|c| !c.is_alphanumeric());
        let after = &text[sentence.span.end..];
        let rest = after.lines().next().unwrap_or("");
        let is_alone = begins_line && !rest.contains(char::is_alphanumeric) && after.contains('\n');
        let words = document.words_of(sentence);
        let last = words.last().map_or("", |word| word.text.as_str());
        if !is_alone {
            // Running text begins here.
            return None;
        }
        if matches!(last, "." | "!" | "?" | "..." | ":" | ";" | ",") {
            if spoken(document, &sentence.words) > 5 {
                return None;
            }
            continue;
        }
        let mut range = sentence.words.clone();
        // Marks of Markdown are no part of it.
        while range.start < range.end && !opens(&document.words[range.start].text) {
            range.start += 1;
        }
        if let Some(colon) = range.clone().take(3).find(|at| document.words[*at].text == ":") {
            match document.words[range.start].text.as_str() {
                "subject" | "betreff" | "title" => range.start = colon + 1,
                _ => continue,
            }
            while matches!(
                document.words.get(range.start).map(|word| word.text.as_str()),
                Some("re" | "fwd" | "fw" | ":")
            ) && range.start < range.end
            {
                range.start += 1;
            }
        }
        let count = spoken(document, &range);
        let names = &document.words[range.clone()];
        let first = names.iter().find(|word| word.text != "[").map_or("", |word| word.text.as_str());
        let is_no_title = NO_TITLES.contains(&first) || names.iter().any(|word| matches!(&*word.text, ">" | "|"));
        let says = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !is_date(word);
        let letters = names.iter().filter(|word| says(&word.text)).count();
        if count < SHORTEST {
            // A name or one word says too little for a headline, and what follows it is its author or a date.
            return None;
        }
        if (SHORTEST..=LONGEST).contains(&count) && letters >= 2 && !is_no_title && searched.peek().is_some() {
            return Some(range);
        }
    }
    None
}

fn spoken(document: &Document, words: &Range<usize>) -> usize {
    document.words[words.clone()].iter().filter(|word| is_word(&word.text)).count()
}

fn opens(word: &str) -> bool {
    is_word(word) || matches!(word, "\"" | "(" | "'" | "[")
}
