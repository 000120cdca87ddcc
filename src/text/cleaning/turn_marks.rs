//! What tells who speaks and when: times, names, sounds, and what a program says in a chat.

/// `0:03`, `10:02`, `01:02:03.500`
pub(super) fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    (2..=4).contains(&parts.len())
        && parts.iter().enumerate().all(|(at, part)| {
            let whole = if at + 1 == parts.len() { part.split([',', '.']).next().unwrap_or("") } else { part };
            (1..=3).contains(&whole.len())
                && part.chars().all(|c| c.is_ascii_digit() || at + 1 == parts.len() && matches!(c, ',' | '.'))
        })
}

/// `dependabot`, `codecov[bot]`, `APP`, `AutoModerator`.
pub(super) fn is_bot_name(word: &str) -> bool {
    let bare = word.trim_matches(['(', ')', ',', ':', '@', '·']);
    matches!(bare, "bot" | "BOT" | "APP" | "[bot]" | "[BOT]" | "AutoModerator" | "Bot" | "[APP]")
        || bare.ends_with("[bot]")
        || bare.len() > 4
            && (bare.ends_with("-bot")
                || bare.ends_with("bot")
                    && bare.starts_with(char::is_lowercase)
                    && matches!(bare, "dependabot" | "rustbot" | "stalebot" | "renovatebot"))
}

/// A line of nothing but a time, or two.
pub(super) fn is_time_alone(text: &str) -> bool {
    // YouTube's own captions: `0:00:01.000,0:00:04.000`
    if text.split_once(',').is_some_and(|(from, to)| from.contains('.') && is_time(from) && is_time(to)) {
        return true;
    }
    let trimmed = text.trim_matches(['[', ']', '(', ')', ' ']);
    !trimmed.is_empty() && trimmed.split(['-', '–', ' ']).filter(|part| !part.is_empty()).all(is_time)
}

/// `[music]`, `(applause)`, `♪ la la ♪`
pub(super) fn is_sound(text: &str) -> bool {
    let inside = text.trim_start_matches(['-', '>', ' ']).trim_start_matches("<i>").trim_end_matches("</i>");
    inside.starts_with('[') && inside.ends_with(']') && inside.matches('[').count() == 1
        || inside.starts_with('(') && inside.ends_with(')') && inside.matches('(').count() == 1
        || inside.starts_with(['♪', '♫', '#']) && inside.ends_with(['♪', '♫', '#'])
}

/// The length of `Ana Quill: `, the name of whoever speaks and a colon; none if it is no name.
pub(super) fn speaker(text: &str) -> Option<usize> {
    let colon = text.find(':')?;
    let name = &text[..colon];
    let after = &text[colon + 1..];
    let words: Vec<&str> = name.split(' ').collect();
    const LABELS: [&str; 16] = [
        "interview",
        "photo",
        "photos",
        "image",
        "date",
        "place",
        "present",
        "apologies",
        "subject",
        "note",
        "notes",
        "source",
        "edited",
        "update",
        "warning",
        "tip",
    ];
    if LABELS.contains(&&*name.to_lowercase()) {
        return None;
    }
    // "Q:" and "A:" are names here; "10" and "https" are not.
    let like_a_name = |word: &&str| {
        let inside = word.trim_matches(['(', ')', '.', '*', '_', '[', ']', '~', ',', '-', '–', '|', '/']);
        inside.is_empty()
            || inside.starts_with(|c: char| c.is_uppercase() || c.is_numeric())
            || matches!(inside, "of" | "de" | "van" | "von" | "der" | "the" | "and" | "la")
    };
    (name.len() <= 48
        && !name.is_empty()
        && words.len() <= 5
        && name.chars().any(char::is_alphabetic)
        && name.trim_start_matches(['*', '_', '[']).starts_with(char::is_uppercase)
        && words.iter().all(like_a_name)
        && (after.starts_with([' ', '\t', '*']) || after.is_empty()))
    .then_some(colon + 1)
}

/// The bytes of a date and time at the beginning of a line, with brackets and marks around them; 0 if there is none.
pub(super) fn time_length(text: &str) -> usize {
    let mut end = 0;
    let mut timed = false;
    for part in text.split_inclusive([' ', '\u{202f}', '\u{a0}', '\t']).take(6) {
        let word = part
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | ',' | '-' | '–' | '|'));
        let date = word.len() >= 6
            && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '/' | '.' | '-' | 'T' | 'Z' | ':' | '+'))
            && word.chars().filter(|c| matches!(c, '/' | '.' | '-')).count() >= 2;
        let half = matches!(word.to_ascii_lowercase().as_str(), "am" | "pm" | "a.m." | "p.m." | "utc");
        if is_time(word) && word.contains(':') || date && word.contains('T') {
            timed = true;
        } else if !(date || (half || word.is_empty()) && timed || word.is_empty() && end > 0) {
            break;
        }
        end += part.len();
        if part.trim_end().ends_with(']') {
            break;
        }
    }
    if timed { end } else { 0 }
}

/// What a program says in a chat.
pub(super) fn is_system_message(text: &str) -> bool {
    let lower = text.trim_matches(['*', ' ', '-', '—', '<', '>', '=', '!']).to_lowercase();
    let phrases = [
        "joined the channel",
        "left the channel",
        "joined the group",
        "joined the meeting",
        "left the meeting",
        "has joined",
        "has left",
        "was added",
        "were added",
        "added you",
        "created group",
        "created the group",
        "changed the group",
        "changed the subject",
        "changed the topic",
        "set the channel",
        "end-to-end encrypted",
        "pinned a message",
        "started a call",
        "missed voice call",
        "missed call",
        "is now known as",
        "has quit",
        "recording started",
        "recording stopped",
        "started transcription",
        "stopped transcription",
        "new messages",
        "renamed the",
        "started a meeting",
        "started a huddle",
        "security code changed",
        "sets mode",
        "uploaded a file",
        "started a thread",
        "this message was deleted",
        "you deleted this message",
        "set the topic",
        "left the call",
        "log opened",
        "log closed",
        "has reached level",
        "just advanced to level",
        "just leveled up",
        "just levelled up",
        "leveled up to",
        "welcome to the beginning",
        "this is the beginning",
        "this is the very beginning",
        "recording begins",
        "recording ends",
        "meeting recording",
        "joined the call",
        "joined using",
        "created this group",
        "missed video call",
        "disappearing message",
        "safety number with",
        "sent a photo",
        "sent a video",
        "sent an attachment",
        "missed a call from",
        "shared all chat history",
        "meeting ended:",
    ];
    let joined = lower.split_once(" joined #").is_some_and(|(name, _)| name.split(' ').count() <= 4);
    let replies = lower
        .split_once(' ')
        .is_some_and(|(count, rest)| matches!(rest, "replies" | "reply") && count.parse::<u32>().is_ok());
    let action = text.starts_with("-!-")
        || text.starts_with("* ")
        || text.starts_with("*** ")
        || text.starts_with("⇐")
        || text.starts_with("→ ");
    action && lower.split(' ').count() <= 30
        || joined
        || replies
        || lower.contains("end-to-end encrypted") && lower.split(' ').count() <= 40
        || lower.split(' ').count() <= 18 && phrases.iter().any(|phrase| lower.contains(phrase))
}
