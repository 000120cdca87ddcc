//! What stands around a text on a page or below a mail: consent, navigation, advertisements, subscriptions, legal notices.
//!
//! Phrases, not topics: a sentence about cookies is a text, and "We use cookies to …" is a notice. Long paragraphs are never taken for
//! navigation.

use super::{
    blocks::BlockKind,
    counters::has_date,
    lines::{Line, LineRole, paragraphs},
    sections::author,
};
use std::sync::OnceLock;

use crate::protocol::SkipReason;

/// What a paragraph or line with such a phrase is, if it has at most so many words. Phrases are in small letters.
struct Phrases {
    reason: SkipReason,
    longest: usize,
    /// At the beginning.
    starts: Vec<&'static str>,
    /// Anywhere.
    inside: Vec<&'static str>,
    /// The whole, but for marks.
    whole: Vec<&'static str>,
    /// Anywhere, and so much a notice's own that a whole sentence with it is one.
    sure: Vec<&'static str>,
}

/// The phrases of `phrases.txt`, which says how to read it.
fn all_phrases() -> &'static [Phrases] {
    static ALL: OnceLock<Vec<Phrases>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<Phrases> = Vec::new();
        for line in include_str!("phrases.txt").lines() {
            if let Some((name, longest)) =
                line.strip_prefix('[').and_then(|line| line.trim_end_matches(']').split_once(' '))
            {
                let reason = match name {
                    "advertisement" => SkipReason::Advertisement,
                    "navigation" => SkipReason::Navigation,
                    "byline" => SkipReason::Byline,
                    _ => SkipReason::Notice,
                };
                let longest = longest.parse().unwrap_or(0);
                all.push(Phrases {
                    reason,
                    longest,
                    starts: Vec::new(),
                    inside: Vec::new(),
                    whole: Vec::new(),
                    sure: Vec::new(),
                });
            } else if let Some(phrases) = all.last_mut() {
                match (line.get(..1), line.get(1..)) {
                    (Some("^"), Some(phrase)) => phrases.starts.push(phrase),
                    (Some("*"), Some(phrase)) => phrases.inside.push(phrase),
                    (Some("="), Some(phrase)) => phrases.whole.push(phrase),
                    (Some("+"), Some(phrase)) => phrases.sure.push(phrase),
                    _ => {}
                }
            }
        }
        all
    })
}
/// Finds notices, paragraph by paragraph, then line by line. `web` is whether lines around it make the text look like a page's.
pub(super) fn find(lines: &mut [Line]) {
    for paragraph in paragraphs(lines) {
        let open: Vec<usize> = paragraph.clone().filter(|at| lines[*at].is_undecided()).collect();
        if open.is_empty() {
            continue;
        }
        let whole = open.iter().map(|at| lines[*at].text).collect::<Vec<_>>().join(" ");
        // Lines that do not go on are looked at one by one.
        let wrapped = open.len() > 1
            && open[..open.len() - 1].iter().all(|at| lines[*at].text.chars().count() >= 48)
            && open[..open.len() - 1].iter().filter(|at| lines[**at].ends_sentence()).count() * 2 < open.len();
        if wrapped || open.len() == 1 {
            if let Some(reason) = reason(&whole) {
                open.iter().for_each(|at| lines[*at].skip(reason));
            }
            continue;
        }
        for at in open {
            if let Some(reason) = reason(lines[at].text) {
                lines[at].skip(reason);
            }
        }
    }
    // Buttons that stand in a list.
    for line in lines.iter_mut() {
        let item = matches!(line.role, LineRole::Shown { kind: BlockKind::ListItem, .. });
        if item && line.word_count() <= 8 && !line.ends_sentence() {
            let shown = line.text.trim_start_matches(|c: char| !c.is_alphanumeric());
            match reason(shown) {
                Some(reason) if line.word_count() <= 3 || reason == SkipReason::Byline => line.skip(reason),
                _ => {}
            }
        }
    }
    // What is said in a chat or a podcast may be a notice, too, if it is surely one.
    for line in lines.iter_mut().filter(|line| matches!(line.role, LineRole::Shown { kind: BlockKind::Speech, .. })) {
        if let Some(reason) = sure_reason(line.text) {
            line.skip(reason);
        }
    }
    key_value_lists(lines);
    bylines(lines);
    hatnotes(lines);
    breadcrumbs(lines);
    navigation_lists(lines);
}

/// Why some lines are not the author's text, if they are not.
pub(super) fn reason(text: &str) -> Option<SkipReason> {
    // No phrase is looked for in what is longer than any notice.
    if text.split_whitespace().nth(140).is_some() {
        return None;
    }
    let lower = text.to_lowercase().replace(['’', '‘'], "'");
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '(' | '['));
    let words = lower.split_whitespace().count();
    let sentences = sentence_count(text);
    all_phrases().iter().find_map(|phrases| {
        // What runs on for several sentences is hardly navigation, whatever it begins with.
        let short = words <= phrases.longest && (phrases.longest > 100 || sentences <= 2);
        let whole = phrases.whole.contains(&bare.trim_end_matches([':', '>', '»', '|']));
        // A whole sentence of running text that begins with such a word says more than a link does.
        let prose = sentences >= 1 && words > 11;
        let begins = phrases.starts.iter().any(|start| bare.starts_with(start) && (!prose || is_strong(phrases, text)));
        let hits = phrases.inside.iter().filter(|inside| lower.contains(**inside)).count();
        let holds = hits >= if sentences >= 4 { 2 } else { 1 } && (!prose || speaks_to_reader(&lower));
        let sure = words <= phrases.longest && phrases.sure.iter().any(|sure| lower.contains(sure));
        (sure || short && (whole || begins || holds && !quotes(phrases, &lower))).then_some(phrases.reason)
    })
}

/// Whether a beginning is enough for a whole sentence: notices speak of this page or mail.
fn is_strong(phrases: &Phrases, text: &str) -> bool {
    let lower = text.to_lowercase();
    match phrases.reason {
        SkipReason::Notice => true,
        SkipReason::Advertisement => speaks_to_reader(&lower),
        // "Photo: …" is no sentence, whatever stands behind the colon.
        _ => phrases.starts.iter().any(|start| start.ends_with(':') && lower.starts_with(start)),
    }
}

/// Why a line is surely not the author's text: it holds a phrase that is enough for a whole sentence.
fn sure_reason(text: &str) -> Option<SkipReason> {
    if text.split_whitespace().nth(60).is_some() {
        return None;
    }
    let lower = text.to_lowercase().replace(['’', '‘'], "'");
    let surely = |phrases: &&Phrases| phrases.sure.iter().any(|sure| lower.contains(sure));
    all_phrases().iter().find(surely).map(|phrases| phrases.reason)
}

fn speaks_to_reader(lower: &str) -> bool {
    [
        "you",
        "your",
        "us",
        "our",
        "now",
        "we",
        "please",
        "reserved",
        "©",
        "e-mail",
        "email",
        "message",
        "recipient",
        "site",
    ]
    .iter()
    .any(|word| lower.split(|c: char| !c.is_alphabetic()).any(|w| w == *word))
}

/// Whether a text speaks of such phrases rather than by them.
fn quotes(phrases: &Phrases, lower: &str) -> bool {
    phrases.reason == SkipReason::Notice
        && phrases
            .inside
            .iter()
            .any(|inside| lower.find(inside).is_some_and(|at| lower[..at].ends_with(['"', '“', '\'', '‘'])))
}

fn sentence_count(text: &str) -> usize {
    text.split(['.', '!', '?'])
        .filter(|part| part.split_whitespace().count() >= 3)
        .count()
        .min(text.matches(['.', '!', '?']).count())
}

/// `By Mara Quill | 4 May | Share`: a line that begins with "By" and a name, or is nothing but a date.
fn bylines(lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| line.is_undecided()) {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let by = words.first().is_some_and(|word| word.eq_ignore_ascii_case("by"))
            && (2..=14).contains(&words.len())
            && words[1].starts_with(char::is_uppercase)
            && !line.ends_sentence();
        // `Jonas K.`, above a review.
        let initialed = (2..=3).contains(&words.len())
            && words.iter().all(|word| word.starts_with(char::is_uppercase))
            && words.last().is_some_and(|word| word.chars().count() == 2 && word.ends_with('.'));
        // `January 9, 2027 by Tess Orly · 3 Comments`
        let dated = words.len() <= 14
            && !line.ends_sentence()
            && has_date(&line.text.to_lowercase())
            && author(line.text).is_some();
        if by || initialed || dated || is_date_line(line.text) {
            line.skip(SkipReason::Byline);
        }
    }
}

/// Three and more lines `Weight: 4.2 kg` below each other: data of a product, a ticket or a person, which are no sentences.
fn key_value_lists(lines: &mut [Line]) {
    let label = |line: &Line| -> Option<String> {
        let (label, value) = line.text.split_once(':')?;
        let fits = line.is_undecided()
            && (1..=4).contains(&label.split_whitespace().count())
            && label.starts_with(char::is_uppercase)
            && (1..=8).contains(&value.split_whitespace().count())
            && value.starts_with([' ', '\t'])
            && !line.ends_sentence();
        fits.then(|| label.to_lowercase())
    };
    let mut at = 0;
    while at < lines.len() {
        let labels: Vec<String> = lines[at..].iter().map_while(label).collect();
        let different: std::collections::HashSet<&String> = labels.iter().collect();
        if labels.len() >= 3 && different.len() == labels.len() {
            lines[at..at + labels.len()].iter_mut().for_each(|line| line.skip(SkipReason::Table));
        }
        at += labels.len().max(1);
    }
}

/// What an encyclopedia sets above an article: `For the village in Ohio, see …`, `"X" redirects here.`, `Main article: …`
fn hatnotes(lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| line.is_undecided() && line.word_count() <= 32) {
        let lower = line.text.to_lowercase();
        let starts = [
            "main article:",
            "main articles:",
            "further information:",
            "for other uses, see ",
            "for other people",
            "not to be confused with ",
            "this article is about the ",
        ];
        let pointed = lower.starts_with("for the ") && lower.contains(", see ") && line.word_count() <= 14;
        let redirects = lower.contains("redirects here") || lower.contains("redirect here");
        let received = lower.starts_with("received ")
            && (lower.contains("accepted ") || lower.contains("revised "))
            && line.word_count() <= 16;
        if received {
            line.skip(SkipReason::Byline);
        } else if pointed || redirects || starts.iter().any(|start| lower.starts_with(start)) {
            line.skip(SkipReason::Navigation);
        }
    }
}

/// Nothing but a date, a time and what stands beside them: `4 May 2026, 10:02 GMT`, `Monday, May 4`.
fn is_date_line(text: &str) -> bool {
    const NAMES: [&str; 35] = [
        "jan",
        "january",
        "feb",
        "february",
        "mar",
        "march",
        "apr",
        "april",
        "may",
        "jun",
        "june",
        "jul",
        "july",
        "aug",
        "august",
        "sep",
        "sept",
        "september",
        "oct",
        "october",
        "nov",
        "november",
        "dec",
        "december",
        "mon",
        "monday",
        "tue",
        "tuesday",
        "wed",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "thu",
    ];
    const BESIDE: [&str; 23] = [
        "at",
        "on",
        "am",
        "pm",
        "a",
        "p",
        "m",
        "gmt",
        "bst",
        "est",
        "edt",
        "utc",
        "cet",
        "updated",
        "published",
        "posted",
        "th",
        "st",
        "nd",
        "rd",
        "of",
        "date",
        "pst",
    ];
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let named = words.iter().any(|word| NAMES.contains(&word.as_str()));
    let dated = named || text.matches(['/', '-', '.']).count() >= 2 && !text.contains(' ');
    (2..=12).contains(&words.len())
        && dated
        && words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        && words.iter().all(|word| {
            NAMES.contains(&word.as_str())
                || BESIDE.contains(&word.as_str())
                || word.starts_with(|c: char| c.is_ascii_digit())
        })
}

/// `Home > News > Harbor` and `News | Sport | Weather`.
fn breadcrumbs(lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| line.is_undecided()) {
        let wide = line.text.split("  ").filter(|part| !part.trim().is_empty()).count().saturating_sub(1);
        let parts = [" > ", " | ", " / ", " · ", " • ", " › ", " ‹ ", " » ", " → ", " ∙ "]
            .iter()
            .map(|mark| line.text.matches(mark).count())
            .max()
            .unwrap_or(0)
            .max(wide);
        if parts >= 2 && !line.ends_sentence() && line.word_count() <= 5 * (parts + 1) {
            line.skip(SkipReason::Navigation);
        }
    }
}

/// Runs of four and more very short lines without marks beside what is navigation already.
fn navigation_lists(lines: &mut [Line]) {
    for paragraph in paragraphs(lines) {
        let part = &mut lines[paragraph];
        let skipped = part
            .iter()
            .filter(|line| {
                matches!(
                    line.role,
                    super::lines::LineRole::Skipped(
                        SkipReason::Navigation | SkipReason::Advertisement | SkipReason::Notice
                    )
                )
            })
            .count();
        let open = part.iter().filter(|line| line.is_undecided()).count();
        let short =
            part.iter().filter(|line| line.is_undecided() && line.word_count() <= 4 && !line.ends_sentence()).count();
        if open > 0 && short == open && skipped * 2 >= open && skipped > 0 {
            part.iter_mut().filter(|line| line.is_undecided()).for_each(|line| line.skip(SkipReason::Navigation));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices() {
        for (text, expected) in [
            (
                "We and our 214 partners store and access information on your device to deliver content. Accept all | Manage choices",
                Some(SkipReason::Notice),
            ),
            ("This message was scanned for viruses.", Some(SkipReason::Notice)),
            ("Register now for FREE unlimited access to the Gazette.", Some(SkipReason::Advertisement)),
            ("Read more: Ten quays you must see before you are thirty", Some(SkipReason::Navigation)),
            ("Your request (4412) has been received and is being processed by our team.", Some(SkipReason::Notice)),
            ("Diese Nachricht enthält vertrauliche Angaben.", Some(SkipReason::Notice)),
            ("The petition of the potters has been received and is being reviewed by the court in Wex.", None),
            ("Diese Nachricht enthält die Zahlen für Mai.", None),
            ("Story continues below", Some(SkipReason::Advertisement)),
            ("Photo: Mara Quill", Some(SkipReason::Byline)),
            ("Search", Some(SkipReason::Navigation)),
            // Texts that speak of such things.
            (
                "The law says that sites that use trackers must ask, and most of them ask in a way that nobody reads.",
                None,
            ),
            (
                "The newsletter of the rowing club grew from eleven readers to four hundred in a year, and nobody was paid for it.",
                None,
            ),
            ("Search parties went out at dawn, and by noon they had found the boat on the east bank.", None),
            ("Share prices fell by a fifth after the yard had said that it would build no more ferries.", None),
            ("Home is where the heart is.", None),
        ] {
            assert_eq!(reason(text), expected, "{text}");
        }
        assert!(
            is_date_line("Monday, 4 May 2026, 10:02 GMT")
                && is_date_line("2026-05-04")
                && !is_date_line("May 4 was a cold day")
        );
    }
}
