//! Counters, ages, profiles and versions: lines of a few words that programs print beside what people post.

/// What counters count.
const COUNTED: [&str; 44] = [
    "view",
    "views",
    "like",
    "likes",
    "follower",
    "followers",
    "following",
    "rating",
    "ratings",
    "review",
    "reviews",
    "comment",
    "comments",
    "share",
    "shares",
    "repost",
    "reposts",
    "retweets",
    "quotes",
    "bookmarks",
    "point",
    "points",
    "vote",
    "votes",
    "upvotes",
    "downvotes",
    "reply",
    "replies",
    "answer",
    "answers",
    "watchers",
    "stars",
    "forks",
    "reactions",
    "subscribers",
    "members",
    "member",
    "online",
    "posts",
    "applicants",
    "claps",
    "responses",
    "pinned",
    "connections",
];

/// `412.3K Views`, `1.2K`, `93 comments · 41 reposts`, `14 people found this helpful`, `4.7 out of 5`.
pub(super) fn is_counter(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, '·' | '•' | '|' | '(' | ')' | '★' | '☆'))
        .filter(|word| !word.is_empty())
        .collect();
    let number = |word: &str| {
        let digits = word.trim_end_matches(['k', 'm', '+', '%']);
        word.starts_with(|c: char| c.is_ascii_digit())
            && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    };
    if is_dial_in(text) || is_reaction_count(text) {
        return true;
    }
    if words.is_empty() || words.len() > 8 || !words.iter().any(|word| number(word)) {
        return false;
    }
    if let [count] = words.as_slice() {
        return number(count) && count.ends_with(['k', 'm']) && count.len() <= 6;
    }
    let counted = words.windows(2).any(|two| number(two[0]) && COUNTED.contains(&two[1]));
    // `212,904 views  9 Mar 2024`
    lower.ends_with("found this helpful")
        || lower.ends_with("people reacted")
        || counted && words.len() <= 5 && has_date(&lower)
        || lower.ends_with("out of 5 stars")
        || lower.ends_with("out of 5")
        || words
            .iter()
            .all(|word| number(word) || COUNTED.contains(word) || matches!(*word, "min" | "read" | "and" | "over"))
}

/// `+49 69 5550 1234,,550882# Germany`: a number to call, with one to key in.
fn is_dial_in(text: &str) -> bool {
    let called =
        text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.')).count();
    let behind: String = text.chars().skip(called).collect();
    text.starts_with('+') && called >= 9 && behind.starts_with(",,") && behind.split_whitespace().count() <= 8
}

/// `👍 22 🎉 9`: pictures with counts.
fn is_reaction_count(text: &str) -> bool {
    let picture = |c: char| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}');
    let beside = |c: char| c.is_ascii_digit() || c == ' ' || c == '\u{fe0f}';
    text.contains(picture)
        && text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| picture(c) || beside(c))
}

/// `3d • Edited`, `• 2nd`, `5h`, `2w`: ages and distances of social sites.
pub(super) fn is_age_line(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let age = |word: &str| {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        (1..=3).contains(&digits) && matches!(&word[digits..], "s" | "m" | "h" | "d" | "w" | "mo" | "y" | "yr" | "hr")
    };
    let degree = |word: &str| matches!(word, "1st" | "2nd" | "3rd" | "3rd+");
    let aside = |word: &str| matches!(word, "edited" | "author" | "op" | "following" | "follow" | "ago");
    (1..=4).contains(&words.len())
        && words.iter().any(|word| age(word) || degree(word))
        && words.iter().all(|word| age(word) || degree(word) || aside(word))
        && (text.contains(['•', '·']) || words.len() == 1 && age(words[0]) || words.contains(&"ago"))
}

/// What forums tell of a member beside a post: `Posts: 212`, `Joined: Mon Jan 07, 2019`, `2,311 3 gold badges`.
pub(super) fn is_profile(text: &str) -> bool {
    let lower = text.to_lowercase();
    let Some((label, value)) = lower.split_once(':') else {
        return lower.contains(" badge") && lower.starts_with(|c: char| c.is_ascii_digit()) || lower == "user avatar";
    };
    let value = value.trim();
    let short = value.split_whitespace().count() <= 8 && !value.ends_with(['.', '!', '?']);
    let counted = value.starts_with(|c: char| c.is_ascii_digit());
    short
        && match label.trim() {
            "posts" | "messages" | "topics" | "threads" | "reputation" | "likes" | "reaction score" | "points"
            | "karma" | "solutions" | "thanked" | "has thanked" | "been thanked" | "rep power" | "threads started" => {
                counted
            }
            "joined" | "join date" | "registered" | "last seen" | "last visit" => {
                has_date(&lower) || counted || value.len() <= 12
            }
            _ => false,
        }
}

/// What a bug report tells of the machine: `- OS: Ubuntu 24.04`, `tabler: 2.4.1`.
pub(super) fn is_version(text: &str) -> bool {
    let item = text.trim_start_matches(['-', '*', '•', ' ']);
    let Some((label, value)) = item.split_once(':') else { return false };
    let (label, value) = (label.trim_matches(['*', ' ']).to_lowercase(), value.trim_matches(['*', ' ', '`']));
    let known = matches!(
        label.as_str(),
        "os" | "version"
            | "browser"
            | "platform"
            | "node"
            | "node version"
            | "python"
            | "python version"
            | "rust"
            | "rustc"
            | "device"
            | "kernel"
            | "app version"
            | "architecture"
            | "arch"
            | "operating system"
            | "browser version"
            | "gpu"
            | "cpu"
            | "ram"
    );
    let numbers = value.trim_start_matches('v');
    let version = numbers.matches('.').count() >= 2
        && numbers.starts_with(|c: char| c.is_ascii_digit())
        && numbers.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
    let short = (1..=7).contains(&value.split_whitespace().count()) && !value.ends_with(['.', '!', '?']);
    short && label.split(' ').count() <= 3 && (known || version)
}

/// `@hanakimura_ice` alone.
pub(super) fn is_handle(text: &str) -> bool {
    text.strip_prefix('@').is_some_and(|name| {
        name.len() >= 2 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
    })
}

/// The name of a month beside a number.
pub(super) fn has_date(lower: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|two| {
        let month = |word: &str| word.len() <= 9 && MONTHS.iter().any(|month| word.starts_with(month));
        let day = |word: &str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
        month(two[0]) && day(two[1]) || day(two[0]) && month(two[1])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters() {
        for text in [
            "3.1K Views",
            "1.2K",
            "12 comments · 4 reposts",
            "9 people found this helpful",
            "4.2 out of 5",
            "👍 22 🎉 9",
            "+44 20 5550 1234,,550882# Wex",
        ] {
            assert!(is_counter(text), "{text}");
        }
        for text in [
            "40 members came to the meeting",
            "12",
            "1.2 tons of wool",
            "We got 9 reviews",
            "👍 see you at 9",
            "+44 20 5550 1234 is the number of the yard",
        ] {
            assert!(!is_counter(text), "{text}");
        }
        assert!(is_age_line("3d • Edited") && is_age_line("• 2nd") && !is_age_line("2nd") && !is_age_line("5 apples"));
        assert!(
            is_version("- OS: Debian 13")
                && is_version("loom: v2.4.1")
                && !is_version("Version: the second one is better.")
        );
        assert!(
            is_profile("Posts: 1,902")
                && is_profile("Joined: May 2019")
                && !is_profile("Posts: they rot after ten years.")
        );
    }
}
