//! Who the author is, at the foot or head of a page: "Mara Quill covers the harbor for the Gazette. She lives in Wex."
//!
//! Such lines are told by their form, and by their name: it stands in a byline or nowhere else. In a text about somebody the name stands
//! in what is said before, and nothing is left out.

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole},
};
use crate::protocol::SkipReason;

/// So many lines of that form are compared with the text.
const MOST: usize = 8;
/// Words of such a line, at most.
const LONGEST: usize = 80;
/// Lines above, at least, that are long enough to be of a text.
const PROSE_ABOVE: usize = 3;

/// What people are who write.
const WRITERS: [&str; 26] = [
    "writer",
    "journalist",
    "reporter",
    "editor",
    "author",
    "columnist",
    "correspondent",
    "photographer",
    "photojournalist",
    "blogger",
    "novelist",
    "critic",
    "contributor",
    "freelancer",
    "essayist",
    "podcaster",
    "broadcaster",
    "fellow",
    "professor",
    "lecturer",
    "historian",
    "researcher",
    "copywriter",
    "illustrator",
    "translator",
    "videographer",
];

/// What they do.
const DOES: [&str; 16] = [
    "covers",
    "writes",
    "reports",
    "edits",
    "teaches",
    "blogs",
    "lectures",
    "researches",
    "photographs",
    "leads",
    "runs",
    "works",
    "lives",
    "studies",
    "hosts",
    "has",
];

/// How a sentence goes on about the same person.
const GOES_ON: [&str; 11] =
    ["She", "He", "They", "Her", "His", "Their", "Follow", "Reach", "Contact", "Email", "Twitter:"];

/// A line that has the form.
struct AuthorNote {
    at: usize,
    name: String,
    /// It says that somebody writes, so that no byline is needed.
    writes: bool,
    /// The name is one of a byline or of a heading "About …".
    signed: bool,
    /// The last name stands in what is said before, or the name in a title.
    spoken_of: bool,
    /// Another part of the name does.
    partly_spoken_of: bool,
}

/// Finds such lines.
pub(super) fn find(lines: &mut [Line]) {
    let mut prose = 0;
    // Whether a sentence may begin with the line.
    let mut begins = true;
    let mut candidates: Vec<AuthorNote> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if !is_text(line) {
            begins = true;
            continue;
        }
        if begins
            && let Some((name, writes)) = introduced(line.text)
            && candidates.len() < MOST
            && line.word_count() <= LONGEST
            && prose >= PROSE_ABOVE
        {
            candidates.push(AuthorNote {
                at,
                name: name.to_owned(),
                writes,
                signed: false,
                spoken_of: false,
                partly_spoken_of: false,
            });
        } else if line.word_count() >= 8 {
            prose += 1;
        }
        // Short lines are headings and labels.
        begins = line.ends_sentence() || line.word_count() <= 5;
    }
    // A page of many such lines is a list of people.
    if candidates.is_empty() || candidates.len() > 3 {
        followed_authors(lines);
        return;
    }
    let mut last_prose = 0;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_blank()) {
        let text = is_text(line) && (line.ends_sentence() || line.word_count() > 14);
        if text
            && line.word_count() >= 8
            && !candidates.iter().any(|candidate| candidate.at == at)
            && !goes_on(line.text)
        {
            last_prose = at;
        }
        for candidate in candidates.iter_mut().filter(|candidate| candidate.at > at) {
            let surname = candidate.name.rsplit(' ').next().unwrap_or(&candidate.name);
            if text {
                candidate.spoken_of |= has_word(line.text, surname);
                let mut parts = candidate.name.split(' ').filter(|part| part.chars().count() >= 3);
                candidate.partly_spoken_of |= parts.any(|part| has_word(line.text, part));
            } else if is_signature(line.text, &candidate.name) {
                candidate.signed = true;
            } else if !matches!(line.role, LineRole::Skipped(_)) {
                candidate.spoken_of |= has_word(line.text, &candidate.name);
            }
        }
    }
    for candidate in candidates {
        let last = candidate.at > last_prose && candidate.writes && !candidate.partly_spoken_of;
        if !candidate.spoken_of && (candidate.signed || last) {
            leave_out(lines, &candidate);
        }
    }
    followed_authors(lines);
}

/// Whether a line may be running text.
fn is_text(line: &Line) -> bool {
    line.is_undecided() || matches!(line.role, LineRole::Shown { kind: BlockKind::Paragraph, .. })
}

/// The name of a person whom the beginning of a line introduces, and whether it says that the person writes.
fn introduced(text: &str) -> Option<(&str, bool)> {
    let mut end = 0;
    let mut names = 0;
    for word in text.split(' ') {
        let bare = word.trim_end_matches(['.', ',']);
        let is_name = bare.starts_with(char::is_uppercase)
            && bare.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'));
        if !is_name || names == 4 {
            break;
        }
        end += word.len() + 1;
        names += 1;
    }
    let name = text.get(..end.checked_sub(1)?)?;
    if GOES_ON.contains(&name) || matches!(name, "It" | "This" | "That" | "There" | "Who" | "What" | "One" | "I") {
        return None;
    }
    let first = text.get(end..)?.split(['.', '!', '?']).next()?;
    let words: Vec<&str> = first.split_whitespace().map(|word| word.trim_matches([',', ';', '—', '(', ')'])).collect();
    let is_writer = |words: &[&str]| words.iter().take(12).any(|word| WRITERS.contains(word));
    match words.as_slice() {
        ["is" | "was", "a" | "an" | "the" | "our", rest @ ..] => Some((name, names >= 2 && is_writer(rest))),
        ["is" | "are", "based", "in", ..] => Some((name, false)),
        ["covers" | "writes" | "reports", rest @ ..] => {
            let for_paper = rest.iter().any(|word| matches!(*word, "for" | "about" | "on" | "at"));
            Some((name, for_paper && names >= 2))
        }
        [verb, _, ..] if DOES.contains(verb) => Some((name, false)),
        _ => None,
    }
}

/// Whether a line is a byline of somebody, or a heading "About …".
fn is_signature(text: &str, name: &str) -> bool {
    let lower = text.to_lowercase();
    let name = name.to_lowercase();
    let Some(at) = lower.find(&name) else { return false };
    let before = lower[..at].trim_end();
    let signs = ["by", "about", "author:", "author", "text:", "words:", "about the author:"];
    before.is_empty() && lower.len() <= name.len() + 2 || signs.iter().any(|sign| before.ends_with(sign))
}

fn has_word(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

fn goes_on(text: &str) -> bool {
    text.split(' ').next().is_some_and(|first| GOES_ON.contains(&first))
}

/// Leaves out a line, the heading above it, and the lines that go on about the same person.
fn leave_out(lines: &mut [Line], candidate: &AuthorNote) {
    let at = candidate.at;
    if let Some(above) = lines[..at].iter_mut().rev().take(2).find(|line| !line.is_blank())
        && above.text.strip_prefix("About ") == Some(candidate.name.as_str())
    {
        above.skip(SkipReason::Byline);
    }
    let mut whole = false;
    for line in &mut lines[at..] {
        if line.is_blank() {
            if !whole {
                break;
            }
            continue;
        }
        if whole && !goes_on(line.text) && !line.text.starts_with(candidate.name.as_str()) || !is_text(line) {
            break;
        }
        whole = line.ends_sentence();
        line.skip(SkipReason::Byline);
    }
}

/// `Written by Ines Orly`, `2.4K Followers`, and below it what she says of herself, without "I" and "she".
fn followed_authors(lines: &mut [Line]) {
    let filled: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].is_blank()).collect();
    for three in filled.windows(3) {
        let [by, count, bio] = [three[0], three[1], three[2]];
        let followers = lines[count].text.to_lowercase();
        if lines[by].text.starts_with("Written by ")
            && lines[by].word_count() <= 6
            && followers.starts_with(|c: char| c.is_ascii_digit())
            && followers.split_whitespace().nth(1).is_some_and(|word| word.starts_with("follower"))
            && is_text(&lines[bio])
            && lines[bio].word_count() <= 40
        {
            lines[bio].skip(SkipReason::Byline);
        }
    }
}

#[cfg(test)]
mod tests {
    fn left_out(text: &str) -> Vec<String> {
        let clean = crate::text::CleanText::read(text, &[], &|_| true);
        clean.skipped.iter().map(|passage| text[passage.span.clone()].to_owned()).collect()
    }

    const ARTICLE: &str = "The kiln was fired for nine days, and nobody in the yard slept much.\nIts glaze kept the color in every one of the sixty trials of that year.\nThe potters of Wex will sell the first bowls at the fair in the spring.";

    #[test]
    fn authors_at_the_foot() {
        for bio in [
            "Tess Orly is a freelance journalist based in Wex. She has fired nine kilns.",
            "Tess Orly covers crafts and markets for the Wex Herald. Follow her at @tess.",
            "Tess Orly is the author of three books on clay.\nHer next one is on tiles.",
            "Tess Orly is a columnist of this paper.\n\nShe lives in Wex.",
        ] {
            assert_eq!(left_out(&format!("{ARTICLE}\n{bio}")), [bio], "{bio}");
        }
        let page = format!(
            "On kilns\nby Tess | 4 May 2026\n{ARTICLE}\nAbout Tess\nTess is a teacher of chemistry in Wex. She has two cats.\nMost popular"
        );
        assert!(
            left_out(&page).join("\n").contains("Tess is a teacher of chemistry in Wex. She has two cats."),
            "{page}"
        );
        let page = format!("{ARTICLE}\nWritten by Tess Orly\n1.1K Followers\nFires kilns in Wex. Writes of clay.");
        assert!(left_out(&page).join("\n").contains("Fires kilns in Wex. Writes of clay."));
    }

    #[test]
    fn whom_a_text_is_about() {
        let told = "Tess Orly fired her first kiln at nine, in the yard of a school in Wex.";
        for end in [
            "Tess Orly is a writer and potter based in Wex today.",
            "Orly is the author of three books on clay, and works on the fourth.",
        ] {
            assert!(left_out(&format!("{told}\n{ARTICLE}\n{end}")).is_empty(), "{end}");
        }
        // Nobody signs here, and nobody writes.
        for end in [
            "Tess Orly is the owner of the yard.",
            "Wex is a town of potters on the Lune.",
            "Tess Orly is a writer who fired a kiln, too.\nBut the next year brought rain, and most of the bowls were lost in a flood.",
        ] {
            assert!(left_out(&format!("{ARTICLE}\n{end}")).is_empty(), "{end}");
        }
        let title = format!("Tess Orly, potter and writer\n\n{ARTICLE}\n\nTess Orly is a writer based in Wex.");
        assert!(left_out(&title).is_empty(), "{:?}", left_out(&title));
    }
}
