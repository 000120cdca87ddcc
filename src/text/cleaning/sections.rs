//! Parts of a text that a heading names and that are not what it is about: acknowledgments, boilerplate of press releases, who the author
//! is, lists of links to other texts.

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole, paragraphs},
};
use crate::protocol::SkipReason;

/// What stands behind the results of a paper.
const BACK_MATTER: [&str; 22] = [
    "acknowledgments",
    "acknowledgements",
    "acknowledgment",
    "acknowledgement",
    "funding",
    "funding statement",
    "financial support",
    "author contributions",
    "authors' contributions",
    "competing interests",
    "competing interest",
    "conflict of interest",
    "conflicts of interest",
    "declaration of competing interest",
    "declaration of interests",
    "data availability",
    "data availability statement",
    "ethics statement",
    "supplementary material",
    "supplementary materials",
    "supporting information",
    "orcid",
];

/// Headings of lists of links.
const LINKS: [&str; 48] = [
    "related",
    "related articles",
    "related article",
    "related stories",
    "related posts",
    "related content",
    "related topics",
    "related news",
    "related links",
    "related products",
    "related questions",
    "related reading",
    "recommended",
    "recommended reading",
    "recommended articles",
    "recommended for you",
    "recommended from medium",
    "more on this story",
    "more stories",
    "you may also like",
    "you might also like",
    "you may like",
    "read next",
    "what to read next",
    "up next",
    "most read",
    "most popular",
    "most viewed",
    "popular posts",
    "popular now",
    "recent posts",
    "trending",
    "trending now",
    "latest news",
    "latest stories",
    "top stories",
    "editor's picks",
    "hot network questions",
    "relevant people",
    "what's happening",
    "people also ask",
    "customers also bought",
    "customers who viewed this item also viewed",
    "frequently bought together",
    "similar jobs",
    "similar items",
    "keep reading",
    "around the web",
];

/// Headings of a press release's boilerplate, in any text.
const PRESS: [&str; 12] = [
    "forward-looking statements",
    "forward looking statements",
    "cautionary statement",
    "cautionary note regarding forward-looking statements",
    "safe harbor statement",
    "safe harbor",
    "notes to editors",
    "note to editors",
    "media contact",
    "media contacts",
    "press contact",
    "press contacts",
];

/// Finds such parts.
pub(super) fn find(lines: &mut [Line]) {
    pull_quotes(lines);
    let press = lines.iter().any(|line| is_press_mark(line.text));
    let authors: Vec<String> = lines.iter().filter_map(|line| author(line.text)).take(8).collect();
    let mut part: Option<SkipReason> = None;
    let mut prose_above = false;
    for at in 0..lines.len() {
        let open = lines[at].is_undecided()
            || matches!(
                lines[at].role,
                LineRole::Shown { kind: BlockKind::Heading | BlockKind::Paragraph | BlockKind::ListItem, .. }
            );
        // The name of a list of links is navigation itself, and may be known for it.
        let named = matches!(lines[at].role, LineRole::Skipped(SkipReason::Navigation | SkipReason::Advertisement));
        if !open && !named {
            continue;
        }
        let introduced =
            lines[at].text.strip_prefix("About ").filter(|name| authors.iter().any(|author| author == name));
        let reason = introduced.map(|_| SkipReason::Byline).or_else(|| section(lines[at].text, press));
        if let Some(reason) = reason.filter(|reason| prose_above || *reason == SkipReason::Navigation) {
            part = Some(reason);
            lines[at].skip(reason);
            continue;
        }
        if !open {
            continue;
        }
        match part {
            Some(_) if ends_part(lines, at, part) => part = None,
            Some(reason) => {
                lines[at].skip(reason);
                continue;
            }
            None => {}
        }
        prose_above |= lines[at].word_count() >= 8 && lines[at].ends_sentence();
    }
}

/// Whether a part ends before a line.
fn ends_part(lines: &[Line], at: usize, part: Option<SkipReason>) -> bool {
    let line = &lines[at];
    let heading = matches!(line.role, LineRole::Shown { kind: BlockKind::Heading, .. });
    if part == Some(SkipReason::Navigation) {
        // Links are no prose: what runs is the text again.
        return heading || line.ends_sentence() && line.word_count() >= 10 || line.word_count() > 16;
    }
    let apart = at > 0 && (lines[at - 1].is_blank() || lines[at - 1].ends_sentence());
    let above = lines[..at].iter().rfind(|line| !line.is_blank());
    let below_name = above.is_some_and(|above| !above.ends_sentence() && above.word_count() <= 6);
    heading
        || apart
            && !below_name
            && line.word_count() <= 8
            && !line.ends_sentence()
            && line.text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
}

/// What the part is that a line names, if it is one of these.
fn section(text: &str, press: bool) -> Option<SkipReason> {
    if text.ends_with(['.', '!', '?', ',']) || text.len() > 80 {
        return None;
    }
    let text = text.trim_end_matches("[edit]").trim_end_matches([':', ' ', '*', '#']);
    let bare = text.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase().replace('’', "'");
    let words = bare.split_whitespace().count();
    if BACK_MATTER.contains(&bare.as_str()) {
        return Some(SkipReason::References);
    }
    if LINKS.contains(&bare.as_str())
        || words <= 5 && (bare.starts_with("more from ") || bare.starts_with("recommended from "))
    {
        return Some(SkipReason::Navigation);
    }
    if matches!(bare.as_str(), "about the author" | "about the authors" | "about the writer" | "about the speaker") {
        return Some(SkipReason::Byline);
    }
    let about = press && bare.starts_with("about ") && (2..=7).contains(&words) && text.chars().any(char::is_uppercase);
    (about || PRESS.contains(&bare.as_str())).then_some(SkipReason::Notice)
}

/// The name behind "by" in a line that says who wrote the text: `January 9, 2027 by Tess Orly · 3 Comments`.
pub(super) fn author(text: &str) -> Option<String> {
    let start = text.rfind("by ").or_else(|| text.rfind("By "))? + 3;
    let is_name = |word: &&str| {
        word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || c == '.' || c == '-')
    };
    let name: Vec<&str> = text[start..].split_whitespace().take_while(is_name).take(4).collect();
    (name.len() >= 2 && text.split_whitespace().count() <= 16).then(|| name.join(" "))
}

/// What tells a press release.
fn is_press_mark(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.starts_with("for immediate release")
        || lower.contains("/prnewswire")
        || lower.contains("(business wire)")
        || lower.contains("(globe newswire)")
        || lower.contains("globenewswire")
        || lower.starts_with("press release")
        || lower.starts_with("forward-looking statements")
        || lower.starts_with("notes to editors")
        || lower.starts_with("media contact")
}

/// A sentence of the text that a magazine prints again in large letters: a quotation alone in its paragraph, whose words stand in a
/// longer line.
fn pull_quotes(lines: &mut [Line]) {
    /// So many are looked for: each is compared with every line.
    const MOST: usize = 16;
    let candidates: Vec<usize> = paragraphs(lines)
        .into_iter()
        .filter(|part| part.len() == 1 && lines[part.start].is_undecided())
        .map(|part| part.start)
        .filter(|at| {
            let text = lines[*at].text;
            text.starts_with(['“', '"', '‘'])
                && text.ends_with(['”', '"', '’'])
                && (4..=40).contains(&lines[*at].word_count())
        })
        .take(MOST)
        .collect();
    for at in candidates {
        let said = lines[at].text.trim_matches(|c: char| !c.is_alphanumeric());
        let again = lines.iter().any(|line| line.text.len() > lines[at].text.len() + 4 && line.text.contains(said));
        if again {
            lines[at].skip(SkipReason::Quotation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(text: &str) -> Vec<(SkipReason, String)> {
        let clean = crate::text::CleanText::read(text, &[], &|_| true);
        clean.skipped.iter().map(|passage| (passage.reason, text[passage.span.clone()].to_owned())).collect()
    }

    #[test]
    fn parts_end_at_the_next_heading() {
        let paper = "The kiln was fired for nine days, and the glaze kept its color in all of the trials.\n\nAcknowledgements\nWe thank the potters of Wex for their patience and for the wood.\n\n5. Outlook\nA larger kiln will show whether the color keeps at higher temperatures, too.";
        assert_eq!(
            skipped(paper),
            [(
                SkipReason::References,
                "Acknowledgements\nWe thank the potters of Wex for their patience and for the wood.".to_owned()
            )]
        );
    }

    #[test]
    fn about_a_firm_is_boilerplate_in_a_press_release_only() {
        let body = "Kilnworks today fired the largest kiln of the county, and forty potters came to watch it.\n\nAbout Kilnworks\nFounded in 1988, Kilnworks makes tiles for kitchens. It has 60 workers.";
        assert!(skipped(body).is_empty());
        assert_eq!(
            skipped(&format!("FOR IMMEDIATE RELEASE\n\n{body}")).last().map(|(reason, _)| *reason),
            Some(SkipReason::Notice)
        );
    }

    #[test]
    fn links_end_where_prose_begins() {
        let page = "The mill burned down on Friday night, and nobody was hurt in it.\n\nRelated stories\nTen mills you must see\nWho owns the weir?\n\nThe owner said that the wheel could be saved, because it stood in the water.";
        assert_eq!(
            skipped(page),
            [(SkipReason::Navigation, "Related stories\nTen mills you must see\nWho owns the weir?".to_owned())]
        );
    }
}
