//! Captions, chats and transcripts: who says what. Times and numbers are left out, each turn is a block.

use super::{
    BlockKind,
    lines::{Line, LineRole},
};
use crate::protocol::SkipReason;

/// Finds captions (SRT, VTT, lists of times) and makes running text of them. Says whether there are any.
pub(super) fn find_captions(lines: &mut [Line]) -> bool {
    let header = lines.iter().find(|line| !line.is_blank()).is_some_and(|line| line.text.starts_with("WEBVTT"));
    let cues = lines.iter().filter(|line| is_cue_time(line.text)).count();
    let times = lines.iter().filter(|line| is_time_alone(line.text)).count();
    let words = lines.iter().filter(|line| line.word_count() > 0 && !is_time_alone(line.text)).count();
    let turns = lines.iter().filter(|line| line.text.starts_with(">> ") && !line.text.starts_with(">> >")).count();
    let sounds = lines.iter().filter(|line| is_sound(line.text)).count();
    let turned = turns >= 3 && sounds >= 1 && (turns + sounds) * 2 >= words;
    if cues < 2 && !(header && cues > 0) && !(times >= 3 && times * 3 >= words) && !turned {
        return false;
    }
    let by_cues = cues >= 1;
    let mut note = false;
    for at in 0..lines.len() {
        let next_is_time = lines.get(at + 1).is_some_and(|next| is_cue_time(next.text));
        let line = &mut lines[at];
        if line.is_blank() {
            note = false;
            line.role = LineRole::Layout { joins: true };
        } else if note
            || line.text.starts_with("WEBVTT")
            || line.text == "STYLE"
            || line.text == "REGION"
            || line.text.starts_with("NOTE")
            || line.text.starts_with("Kind:")
            || line.text.starts_with("Language:")
        {
            note = note || matches!(line.text, "STYLE" | "REGION") || line.text.starts_with("NOTE");
            line.skip(SkipReason::Markup);
        } else if is_cue_time(line.text) || is_time_alone(line.text) || by_cues && next_is_time {
            line.role = LineRole::Layout { joins: true };
        } else if is_sound(line.text) {
            line.skip(SkipReason::Sound);
        } else if is_around_captions(line.text) || is_system_message(line.text) {
            line.skip(SkipReason::Notice);
        } else {
            let start = caption_start(line.text);
            let turn = start.speaks;
            line.drop_start(start.length);
            line.show(BlockKind::Speech, turn);
        }
    }
    true
}

/// `00:00:01,000 --> 00:00:03,500`
fn is_cue_time(text: &str) -> bool {
    text.split_once("-->")
        .is_some_and(|(from, to)| is_time(from.trim()) && is_time(to.split_whitespace().next().unwrap_or("")))
}

/// A line of nothing but a time, or two.
fn is_time_alone(text: &str) -> bool {
    let trimmed = text.trim_matches(['[', ']', '(', ')', ' ']);
    !trimmed.is_empty() && trimmed.split(['-', '–', ' ']).filter(|part| !part.is_empty()).all(is_time)
}

/// `0:03`, `10:02`, `01:02:03.500`
fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    (2..=4).contains(&parts.len())
        && parts.iter().enumerate().all(|(at, part)| {
            let whole = if at + 1 == parts.len() { part.split([',', '.']).next().unwrap_or("") } else { part };
            (1..=3).contains(&whole.len())
                && part.chars().all(|c| c.is_ascii_digit() || at + 1 == parts.len() && matches!(c, ',' | '.'))
        })
}

/// `[music]`, `(applause)`, `♪ la la ♪`
fn is_sound(text: &str) -> bool {
    let inside = text.trim_start_matches(['-', '>', ' ']).trim_start_matches("<i>").trim_end_matches("</i>");
    inside.starts_with('[') && inside.ends_with(']') && inside.matches('[').count() == 1
        || inside.starts_with('(') && inside.ends_with(')') && inside.matches('(').count() == 1
        || inside.starts_with(['♪', '♫', '#']) && inside.ends_with(['♪', '♫', '#'])
}

/// What players and subtitlers add: `Transcript`, `English (auto-generated)`, `Subtitles by …`.
fn is_around_captions(text: &str) -> bool {
    let lower = text.to_lowercase();
    let whole = [
        "transcript",
        "search in video",
        "search transcript",
        "show transcript",
        "hide transcript",
        "follow along using the transcript.",
    ];
    let starts = [
        "subtitles by",
        "subtitled by",
        "captions by",
        "captioned by",
        "subtitles:",
        "transcribed by",
        "transcript by",
        "caption by",
        "sync by",
        "corrected by",
        "audio shared by",
    ];
    let ends = ["(auto-generated)", "(automatic)"];
    whole.contains(&&*lower) || starts.iter().any(|start| lower.starts_with(start)) && lower.len() < 120 || ends.iter().any(|end| lower.ends_with(end))
        // What was written in a meeting's chat: `00:31:02 From …  to  Everyone : …`
        || time_length(text) > 0 && lower.contains("from ") && lower.contains(" to ") && text.contains(" : ")
}

struct CaptionStart {
    length: usize,
    speaks: bool,
}

/// What stands before the words of a caption: `- `, `>> `, or nothing.
fn caption_start(text: &str) -> CaptionStart {
    let dash = text.chars().take_while(|c| matches!(c, '-' | '–' | '>' | ' ')).map(char::len_utf8).sum::<usize>();
    let marked = dash > 0 && text[..dash].contains(['-', '–', '>']);
    let voice = text[dash..].starts_with("<v ");
    let named = speaker(&text[dash..]).is_some();
    CaptionStart { length: if marked { dash } else { 0 }, speaks: marked || voice || named }
}

/// The length of `Ana Quill: `, the name of whoever speaks and a colon; none if it is no name.
fn speaker(text: &str) -> Option<usize> {
    let colon = text.find(':')?;
    let name = &text[..colon];
    let after = &text[colon + 1..];
    let words: Vec<&str> = name.split(' ').collect();
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

/// How a line of a chat begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ChatStart {
    /// Bytes of the time, which is left out.
    time: usize,
    /// Bytes up to the end of the name.
    name: usize,
}

/// Finds chats and transcripts. Says whether there is one.
pub(super) fn find_chat(lines: &mut [Line]) -> bool {
    let filled = lines.iter().filter(|line| line.is_undecided()).count();
    let timed = lines
        .iter()
        .filter(|line| line.is_undecided() && chat_start(line.text).is_some_and(|start| start.time > 0))
        .count();
    let heads = lines.iter().filter(|line| line.is_undecided() && is_message_head(line.text)).count();
    let names: Vec<&str> = lines
        .iter()
        .filter(|line| line.is_undecided())
        .filter_map(|line| speaker(line.text).map(|end| &line.text[..end]))
        .collect();
    let again = names.iter().filter(|name| names.iter().filter(|other| other == name).count() >= 2).count();
    let by_names = names.len() >= 3 && again * 2 >= names.len() && names.len() * 5 >= filled;
    let split = if timed < 3 { split_heads(lines) } else { 0 };
    let heads = heads.max(split);
    if heads >= 2 && heads * 6 >= filled && timed < heads + split {
        messages_below_heads(lines);
    } else if timed >= 3 && timed * 3 >= filled || by_names {
        let times = timed >= 3;
        for line in lines.iter_mut().filter(|line| line.is_undecided()) {
            let start = chat_start(line.text).filter(|start| !times || start.time > 0);
            match start {
                Some(start) if start.name == start.time && is_system_message(&line.text[start.time..]) => {
                    line.skip(SkipReason::Notice);
                }
                Some(start) => {
                    line.drop_start(start.time);
                    match start.name > start.time && line.span.start + start.name >= line.span.end {
                        // A name alone: what is said stands below.
                        true => line.role = LineRole::Layout { joins: false },
                        false => line.show(BlockKind::Speech, true),
                    }
                }
                None if is_system_message(line.text) => line.skip(SkipReason::Notice),
                None => line.show(BlockKind::Speech, false),
            }
        }
    } else {
        return false;
    }
    for line in lines.iter_mut() {
        if matches!(line.role, LineRole::Shown { kind: BlockKind::Speech, .. }) {
            if is_omitted(line.text) || is_system_message(line.text) || is_reaction(line.text) {
                line.skip(SkipReason::Notice);
            } else if is_sound(line.text) {
                line.skip(SkipReason::Sound);
            }
        }
    }
    // What stands above the first turn is no turn: a title, a date, who is present.
    for line in lines.iter_mut() {
        match line.role {
            LineRole::Shown { kind: BlockKind::Speech, begins: false } => line.role = LineRole::Undecided,
            LineRole::Shown { kind: BlockKind::Speech, begins: true } => break,
            _ => {}
        }
    }
    true
}

/// Where a message begins in a line: `[10:02] Ana: `, `04/05/2026, 10:02 - Ana: `, `[10:02] <ana> `, `Ana: `.
fn chat_start(text: &str) -> Option<ChatStart> {
    let time = time_length(text);
    let rest = &text[time..];
    if time > 0
        && rest.starts_with('<')
        && let Some(end) = rest.find('>')
    {
        return (end <= 40).then_some(ChatStart { time, name: time + end + 1 });
    }
    if let Some(nick) = rest.strip_prefix('<')
        && let Some(end) = nick.find('>')
        && end <= 24
        && !nick[..end].contains(['/', '=', ' '])
        && nick[end + 1..].starts_with(' ')
    {
        return Some(ChatStart { time, name: time + end + 2 });
    }
    match (speaker(rest), time > 0) {
        (Some(name), _) => Some(ChatStart { time, name: time + name }),
        // Small letters are a name where a time stands before them.
        (None, true) => {
            let colon = rest.find(": ").filter(|colon| *colon <= 32 && rest[..*colon].split(' ').count() <= 3);
            Some(ChatStart { time, name: time + colon.map_or(0, |colon| colon + 1) })
        }
        (None, false) => None,
    }
}

/// The bytes of a date and time at the beginning of a line, with brackets and marks around them; 0 if there is none.
fn time_length(text: &str) -> usize {
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

/// A name and a time on a line of their own, as Slack, Teams and Discord copy them: `Ana Quill  10:02 AM`.
fn is_message_head(text: &str) -> bool {
    let dashed = text.contains(" — ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let time =
        words.iter().position(|word| is_time(word.trim_matches(['[', ']', '(', ')', ','])) && word.contains(':'));
    let Some(time) = time else { return false };
    let named = words[..time].iter().filter(|word| word.chars().any(char::is_alphabetic)).count();
    let after = words.len() - time - 1;
    (1..=7).contains(&named)
        && after <= 2
        && (dashed || words.first().is_some_and(|word| word.starts_with(char::is_uppercase)))
        && !text.ends_with(['.', '!', '?'])
        && !text.contains(": ")
}

/// A name above a line with nothing but a time: a head in two lines.
fn split_heads(lines: &mut [Line]) -> usize {
    let mut heads = 0;
    for at in 1..lines.len() {
        let time = lines[at]
            .text
            .split_whitespace()
            .all(|word| is_time(word) || matches!(word.to_lowercase().as_str(), "am" | "pm"))
            && lines[at].text.contains(':');
        let name = &lines[at - 1];
        if time
            && lines[at].is_undecided()
            && name.is_undecided()
            && (1..=5).contains(&name.word_count())
            && !name.ends_sentence()
        {
            lines[at - 1].role = LineRole::Layout { joins: false };
            heads += 1;
        }
    }
    heads
}

fn messages_below_heads(lines: &mut [Line]) {
    let mut below_head = false;
    for line in lines.iter_mut().filter(|line| line.is_undecided()) {
        if is_message_head(line.text)
            || is_time_alone(line.text)
            || is_time_alone(line.text.trim_end_matches(" AM").trim_end_matches(" PM"))
        {
            line.role = LineRole::Layout { joins: false };
            below_head = true;
        } else if is_system_message(line.text) {
            line.skip(SkipReason::Notice);
        } else {
            line.show(BlockKind::Speech, below_head);
            below_head = false;
        }
    }
}

/// What a program says in a chat.
fn is_system_message(text: &str) -> bool {
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
        "welcome to the beginning",
        "this is the beginning",
        "this is the very beginning",
        "recording begins",
        "recording ends",
        "meeting recording",
        "joined the call",
        "joined using",
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
        || lower.split(' ').count() <= 18 && phrases.iter().any(|phrase| lower.contains(phrase))
}

/// A name to which a message is sent, reactions with their count, buttons.
fn is_reaction(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower = text.to_lowercase();
    let whole = [
        "bot",
        "new",
        "app",
        "edited",
        "(edited)",
        "pinned",
        "reply",
        "forwarded",
        "like",
        "unread messages",
        "delivered",
        "seen",
        "today",
        "yesterday",
    ];
    whole.contains(&&*lower)
        || words.len() == 1 && text.starts_with('@')
        || words.len() <= 8 && words.iter().any(|word| word.len() > 2 && word.starts_with(':') && word.ends_with(':'))
        || words.len() <= 4 && !text.contains(char::is_alphabetic)
        || lower.starts_with("reacted to ")
        || lower.starts_with("click to ")
        || lower.starts_with("last reply ")
}

/// A message without words of its own.
fn is_omitted(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("<media omitted>")
        || lower.ends_with("image omitted")
        || lower.ends_with("audio omitted")
        || lower.ends_with("video omitted")
        || lower.ends_with("(edited)") && lower.len() < 10
        || lower.ends_with("this message was deleted")
        || lower.ends_with("this message was deleted.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_names() {
        assert!(is_cue_time("00:00:01,000 --> 00:00:03,500") && is_cue_time("00:01.000 --> 00:03.500 align:start"));
        assert!(is_time_alone("0:03") && is_time_alone("[01:02:03]") && !is_time_alone("10:02 Ana"));
        assert_eq!(time_length("[10:02] Ana: yes"), 8);
        assert_eq!(time_length("04/05/2026, 10:02 - Ana: yes"), 20);
        assert_eq!(time_length("[04.05.26, 10:02:33] Ana: yes"), 21);
        assert_eq!(time_length("10:02 AM Ana: yes"), 9);
        assert_eq!(time_length("2026 was good"), 0);
        assert_eq!(chat_start("[10:02] <ana> yes"), Some(ChatStart { time: 8, name: 13 }));
        assert_eq!(chat_start("Ana Quill: yes"), Some(ChatStart { time: 0, name: 10 }));
        assert_eq!(chat_start("It was so: yes"), None);
        assert!(is_message_head("Ana Quill  10:02 AM") && is_message_head("Ana — Today at 10:02"));
        assert!(!is_message_head("The ferry leaves at 10:02 on all days but Sunday"));
        assert!(is_sound("[music]") && !is_sound("[1] and [2]"));
    }
}
