//! Threads of forums, issue trackers and social sites: heads of posts, what bots post, events, counters and profiles.
//!
//! What people post is the text. A post's head tells who wrote it and when; the rules know the forms that the common programs print.

use std::collections::HashSet;

use super::{
    blocks::BlockKind,
    counters::{has_date, is_age_line, is_counter, is_handle, is_profile, is_version},
    dialogue::is_message_head,
    lines::{Line, LineRole},
    turn_marks::is_bot_name,
};
use crate::protocol::SkipReason;

/// What issue trackers say that somebody did.
const EVENTS: [&str; 36] = [
    "added",
    "removed",
    "closed",
    "reopened",
    "merged",
    "self-assigned",
    "assigned",
    "unassigned",
    "mentioned",
    "referenced",
    "changed",
    "deleted",
    "restored",
    "requested",
    "locked",
    "unlocked",
    "pinned",
    "unpinned",
    "marked",
    "force-pushed",
    "pushed",
    "linked",
    "converted",
    "enabled",
    "disabled",
    "moved",
    "transferred",
    "modified",
    "approved",
    "dismissed",
    "resolved",
    "labeled",
    "renamed",
    "committed",
    "subscribed",
    "wants",
];

/// Verbs of the heads of posts.
const POSTING: [&str; 10] =
    ["commented", "reviewed", "replied", "opened", "posted", "answered", "asked", "says", "started", "left"];

/// Finds what stands around the posts of a thread.
pub(super) fn find(lines: &mut [Line]) {
    let mut bot = false;
    let mut heads = 0;
    for line in lines.iter_mut() {
        let item = matches!(line.role, LineRole::Shown { kind: BlockKind::ListItem, .. });
        if item && is_age_line(line.text) {
            line.skip(SkipReason::Navigation);
        }
        if item && is_version(line.text) {
            line.skip(SkipReason::Table);
        }
        if !(line.is_undecided() || bot && matches!(line.role, LineRole::Shown { .. })) {
            continue;
        }
        let text = line.text;
        if let Some(head) = post_head(text) {
            bot = head == PostHead::Bot;
            heads += 1;
            line.skip(if bot { SkipReason::Notice } else { SkipReason::Byline });
        } else if is_message_head(text) {
            // Chats have heads of their own.
            bot = false;
        } else if is_event(text) {
            bot = false;
            line.skip(SkipReason::Notice);
        } else if bot {
            line.skip(SkipReason::Notice);
        } else if is_counter(text) || is_age_line(text) {
            line.skip(SkipReason::Navigation);
        } else if is_profile(text) || is_handle(text) {
            line.skip(SkipReason::Byline);
        } else if is_version(text) {
            line.skip(SkipReason::Table);
        }
    }
    counters_of_threads(lines);
    quoted_posts(lines, heads >= 2);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PostHead {
    Person,
    Bot,
}

/// Whether a line is the head of a post: who wrote it, and when.
fn post_head(text: &str) -> Option<PostHead> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() || words.len() > 16 {
        return None;
    }
    let lower = text.to_lowercase();
    let bot = words.iter().take(4).any(|word| is_bot_name(word));
    let kind = if bot { PostHead::Bot } else { PostHead::Person };
    let dated = has_age(&lower) || has_date(&lower);
    // `mvolk commented yesterday`, `renovate bot commented on May 4`, `octo-bot[bot] left a comment`
    let verb = words.iter().take(4).position(|word| POSTING.contains(word));
    let object = [" this ", " a comment", " issue", " discussion", " topic", " question", " pull request"];
    let posts = |verb: &str| {
        !matches!(verb, "opened" | "left" | "started" | "asked" | "posted")
            || object.iter().any(|object| lower.contains(object))
    };
    if let Some(verb) = verb.filter(|verb| *verb >= 1 && posts(words[*verb]))
        && (dated || words[verb] == "says" && text.ends_with(':') && words.len() <= 6)
        && !text.ends_with(['.', '!', '?'])
        && words[..verb].iter().all(|word| is_name_part(word))
    {
        return Some(kind);
    }
    // `u/old_house · 5 hr. ago`, `Posted by u/dan 6 hours ago`, `AutoModerator · 6 hr. ago`
    let user = words.iter().take(4).any(|word| word.starts_with("u/") || word.starts_with("/u/"));
    let automatic = words.len() <= 2 && words[0] == "AutoModerator";
    if (user || bot) && has_age(&lower) || user && words.len() <= 2 || automatic {
        return Some(kind);
    }
    // `tmarsh 4 hours ago | root | parent | next [–]`
    if text.contains(" | ") && lower.contains(" ago |") {
        return Some(kind);
    }
    // `Post by greasegun » Sat Oct 10, 2026 9:48 pm`, `by greasegun » …`
    if (lower.starts_with("post by ") || lower.starts_with("by ")) && text.contains(" » ") {
        return Some(kind);
    }
    // `#2  Sun May 17, 2026 7:40 pm`
    let numbered = words[0]
        .strip_prefix('#')
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
    if numbered && has_date(&lower) && words.len() <= 9 {
        return Some(kind);
    }
    // `asked Aug 19, 2024 at 7:41`
    let acted = matches!(
        words[0],
        "asked" | "answered" | "edited" | "commented" | "modified" | "Asked" | "Answered" | "Modified" | "Viewed"
    );
    (acted && (dated || words[0] == "Viewed") && words.len() <= 9 && !text.ends_with('.')).then_some(kind)
}

/// A nickname or a name, and what forums set beside it.
fn is_name_part(word: &str) -> bool {
    const NO_NAMES: [&str; 22] = [
        "i", "we", "he", "she", "they", "it", "you", "who", "and", "the", "was", "has", "have", "had", "that", "this",
        "is", "are", "be", "been", "not", "also",
    ];
    if NO_NAMES.contains(&word.to_lowercase().as_str()) {
        return false;
    }
    is_bot_name(word)
        || word.starts_with(|c: char| c.is_uppercase() || c == '@' || c == '(' || c == '[')
        || word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
            && !matches!(
                word,
                "we" | "he" | "she" | "they" | "it" | "who" | "and" | "the" | "was" | "has" | "have" | "had" | "that"
            )
}

/// `5 hr. ago`, `yesterday`, `2d ago`, `just now`.
fn has_age(lower: &str) -> bool {
    lower.ends_with(" ago")
        || lower.contains(" ago ")
        || lower.ends_with("yesterday")
        || lower.ends_with("just now")
        || lower.ends_with("last week")
        || lower.ends_with("last month")
        || lower.contains(" ago •")
        || lower.contains(" ago ·")
}

/// `lhansen merged 4 commits into main 2 days ago`, `mvolk self-assigned this`: what somebody did, as a program tells it.
fn is_event(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    if !(3..=18).contains(&words.len()) || text.ends_with(['.', '!', '?', ':']) {
        return false;
    }
    let lower = text.to_lowercase();
    let Some(verb) = words.iter().take(3).position(|word| EVENTS.contains(word)).filter(|verb| *verb >= 1) else {
        return false;
    };
    let named = words[..verb].iter().all(|word| is_name_part(word));
    let this = lower.contains(" this as ")
        || lower.contains("self-assigned this")
        || lower.contains(" added this to ")
        || lower.contains(" this issue ")
        || lower.contains(" this pull request")
        || lower.contains(" in progress to ")
        || lower.ends_with(" label")
        || lower.ends_with(" labels")
        || lower.ends_with("to the chat")
        || lower.contains("shared all chat history")
        || lower.contains("wants to merge");
    named && (has_age(&lower) || this || has_date(&lower) && words.len() <= 12)
}

/// Posts that are numbered: `… an enormous fire. 2/4` on several lines.
fn counters_of_threads(lines: &mut [Line]) {
    let counter = |text: &str| -> Option<(usize, u32)> {
        let (said, count) = text.rsplit_once(char::is_whitespace)?;
        let start = said.len();
        let (this, all) = count.trim_matches(['(', ')', '[', ']']).split_once('/')?;
        let (this, all) = (this.parse::<u32>().ok()?, all.parse::<u32>().ok()?);
        ((1..=all).contains(&this) && all <= 99).then_some((start, all))
    };
    let found: Vec<(usize, usize, u32)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.is_undecided())
        .filter_map(|(at, line)| counter(line.text).map(|(start, all)| (at, start, all)))
        .collect();
    for (at, start, all) in &found {
        if found.iter().take(99).filter(|(_, _, other)| other == all).count() < 3 {
            continue;
        }
        let line = &mut lines[*at];
        let mut said = line.text[..*start].trim_end();
        if let Some(thread) =
            said.rfind("A thread").or_else(|| said.rfind("🧵")).filter(|thread| said.len() - thread <= 16)
        {
            said = said[..thread].trim_end();
        }
        if !said.is_empty() {
            line.content.end = line.span.start + said.len();
        }
    }
}

/// What a post quotes of an earlier one, without marks: below `Ana wrote:`, or the same line again in a thread.
fn quoted_posts(lines: &mut [Line], thread: bool) {
    /// So many are looked for in what stands above.
    const MOST: usize = 16;
    let mut seen: HashSet<String> = HashSet::new();
    let (mut below, mut searches) = (false, 0);
    for at in 0..lines.len() {
        if !lines[at].is_undecided() && !matches!(lines[at].role, LineRole::Shown { kind: BlockKind::Paragraph, .. }) {
            below &= lines[at].is_blank();
            continue;
        }
        let text = lines[at].text;
        let lower = text.to_lowercase();
        let words = lines[at].word_count();
        let wrote = words <= 4 && (lower.ends_with(" wrote:") || lower.contains(" wrote: ↑"))
            || lower.starts_with("originally posted by ");
        if wrote && text.split(' ').next().is_some_and(is_name_part) {
            lines[at].skip(SkipReason::Byline);
            below = true;
            continue;
        }
        let again = below && searches < MOST && words >= 4 && {
            searches += 1;
            lines[..at].iter().any(|above| above.text.contains(text))
        };
        if again || thread && words >= 6 && !seen.insert(lower) {
            lines[at].skip(SkipReason::Quotation);
        } else {
            below = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_events() {
        for (text, expected) in [
            ("weaver12 commented 3 weeks ago", Some(PostHead::Person)),
            ("linter-bot commented on 4 May", Some(PostHead::Bot)),
            ("coverage bot commented yesterday", Some(PostHead::Bot)),
            ("u/loom_fan · 12 hr. ago", Some(PostHead::Person)),
            ("Post by spindle » Mon May 04, 2026 8:11 am", Some(PostHead::Person)),
            ("answered Mar 2, 2024 at 11:15", Some(PostHead::Person)),
            ("The council commented on the plan two days ago.", None),
            ("I asked my neighbor in May 2 times whether it was his", None),
            ("We opened the mill three years ago", None),
        ] {
            assert_eq!(post_head(text), expected, "{text}");
        }
        assert!(
            is_event("weaver12 added this to the 1.9 milestone last week") && is_event("spindle self-assigned this")
        );
        assert!(!is_event("The mill added a second shift and closed the canteen"));
    }
}
