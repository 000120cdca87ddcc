//! Where and when a report was sent, before its first sentence: `LONDON, March 3 (Reuters) - `, `WEX, Ore., May 4, 2026 /PRNewswire/ -- `.

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole},
};

/// Bytes of a dateline, at most.
const LONGEST: usize = 110;

/// Agencies in brackets.
const AGENCIES: [&str; 18] = [
    "reuters",
    "ap",
    "afp",
    "upi",
    "dpa",
    "ots",
    "sid",
    "epa",
    "ansa",
    "efe",
    "tass",
    "xinhua",
    "pti",
    "ani",
    "cnn",
    "bloomberg",
    "business wire",
    "globe newswire",
];

/// Leaves datelines out of the lines that they begin.
pub(super) fn find(lines: &mut [Line]) {
    for line in lines {
        let shown = matches!(line.role, LineRole::Undecided | LineRole::Shown { kind: BlockKind::Paragraph, .. });
        if shown && line.content.start == line.span.start {
            line.drop_start(length(line.text));
        }
    }
}

/// The bytes of a dateline and its dash at the beginning of a line; 0 if there is none.
fn length(text: &str) -> usize {
    let near = &text[..text.floor_char_boundary(LONGEST)];
    let dash = [" -- ", " — ", " – ", " - "].iter().filter_map(|dash| near.find(dash).map(|at| (at, dash.len()))).min();
    let Some((at, dash)) = dash else { return 0 };
    let head = &near[..at];
    let says = text[at + dash..].trim_start();
    if !says.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '"' | '“')) {
        return 0;
    }
    let agency = |open: char, close: char| {
        let inside = head.strip_suffix(close)?;
        inside.rfind(open).map(|at| (&inside[..at], &inside[at + 1..]))
    };
    let (place, known) = match (agency('(', ')'), head.strip_suffix('/').and_then(|head| head.split_once('/'))) {
        (Some((place, name)), _) => (place, AGENCIES.contains(&name.to_lowercase().as_str())),
        (None, Some((place, name))) => (place, name.to_lowercase().contains("newswire") || is_agency_name(name)),
        (None, None) => (head, false),
    };
    let words: Vec<&str> = place.split_whitespace().collect();
    let city = words.first().is_some_and(|first| {
        let letters = first.chars().filter(|c| c.is_alphabetic());
        first.starts_with(char::is_uppercase)
            && (known || letters.clone().count() >= 3 && letters.clone().all(char::is_uppercase))
    });
    // Names, and days: no word in small letters.
    let placed = words.len() <= 9
        && words
            .iter()
            .all(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '/' | '(')));
    let dated = place.contains(',')
        && words.iter().any(|word| is_month(word))
        && words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    if city && placed && (known || dated) { at + dash } else { 0 }
}

fn is_agency_name(name: &str) -> bool {
    name.chars().count() >= 2 && !name.contains(' ') && name.chars().all(|c| c.is_uppercase() || c == '-')
}

fn is_month(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',']).to_lowercase();
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    word.len() <= 9 && months.iter().any(|month| word.starts_with(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_days_of_agencies() {
        for (dateline, rest) in [
            ("WEX, Ore., May 4, 2026 /PRNewswire/ -- ", "Kilnworks today opened a yard."),
            ("LONDON, March 3 (Reuters) - ", "Prices fell."),
            ("NEW YORK (AP) — ", "Prices fell."),
            ("Berlin (dpa) - ", "Die Preise fallen."),
            ("SAN JOSE, Calif.--(BUSINESS WIRE)-- ", ""),
            ("WEX FALLS, 4 May 2026 – ", "Kilnworks opened."),
        ] {
            let expected = if rest.is_empty() { 0 } else { dateline.len() };
            assert_eq!(length(&format!("{dateline}{rest}")), expected, "{dateline}");
        }
        for text in [
            "WARNING - Never fire a wet kiln.",
            "The Quay (built in May 1902) - It was long.",
            "In March the mill (AP) - so it was said.",
            "NASA, ESA and JAXA — The three agencies met.",
            "Ana (Reuters) said so - and left.",
        ] {
            assert_eq!(length(text), 0, "{text}");
        }
    }

    #[test]
    fn the_sentence_stays() {
        let text = "WEX, May 4 (Reuters) - The mill on the Lune burned down last night.\n\nNobody was hurt, and the wheel can be saved.";
        let clean = crate::text::CleanText::read(text, &[], &|_| true);
        assert!(clean.text.starts_with("The mill on the Lune"), "{}", clean.text);
    }
}
