//! Chats and transcripts: who says what. Times are left out, each turn is a block.

use std::collections::{HashMap, HashSet};

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole},
    turn_marks::{is_bot_name, is_sound, is_system_message, is_time, is_time_alone, speaker, time_length},
};
use crate::protocol::SkipReason;

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
        .filter(|line| {
            line.is_undecided()
                && chat_start(line.text).is_some_and(|start| start.time > 0 && start.time < line.text.len())
        })
        .count();
    let heads = lines.iter().filter(|line| line.is_undecided() && is_message_head(line.text)).count();
    let names: Vec<&str> = lines
        .iter()
        .filter(|line| line.is_undecided())
        .filter_map(|line| speaker(line.text).or_else(|| nick(line.text)).map(|end| &line.text[..end]))
        .collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    names.iter().for_each(|name| *counts.entry(name).or_default() += 1);
    let again = counts.values().filter(|count| **count >= 2).sum::<usize>();
    let by_names = names.len() >= 3 && again * 2 >= names.len() && names.len() * 5 >= filled;
    let split = if timed < 3 { split_heads(lines) + name_heads(lines) } else { 0 };
    let heads = heads.max(split);
    if heads >= 2 && heads * 6 >= filled && timed < heads + split {
        messages_below_heads(lines);
        answered_messages(lines);
    } else if timed >= 3 && timed * 3 >= filled || by_names {
        let times = timed >= 3;
        for line in lines.iter_mut().filter(|line| line.is_undecided()) {
            let start = chat_start(line.text).filter(|start| !times || start.time > 0);
            match start {
                Some(start) if start.name == start.time && is_notice_of_chat(&line.text[start.time..]) => {
                    line.skip(SkipReason::Notice);
                }
                Some(start) => {
                    // A nick in angle brackets is a head, like a name above a message.
                    let nick = start.name > start.time && line.text[start.time..].starts_with('<');
                    line.drop_start(if nick { start.name } else { start.time });
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

/// What a program says in a chat; WhatsApp sets a mark of direction before it.
fn is_notice_of_chat(text: &str) -> bool {
    is_system_message(text) || text.starts_with('\u{200e}')
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
    if let Some(nick) = nick(rest) {
        return Some(ChatStart { time, name: time + nick });
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

/// The bytes of `<ana>`, `<@ana>`, `< ana>` before what is said.
fn nick(text: &str) -> Option<usize> {
    let nick = text.strip_prefix('<')?;
    let end = nick.find('>').filter(|end| (1..=24).contains(end))?;
    let name = nick[..end].trim_start_matches(['@', '+', '%', '~', '&', ' ']);
    (!name.is_empty() && !name.contains(['/', '=', ' ']) && nick[end + 1..].starts_with(' ')).then_some(end + 2)
}

/// A name and a time on a line of their own, as Slack, Teams and Discord copy them: `Ana Quill  10:02 AM`.
pub(super) fn is_message_head(text: &str) -> bool {
    // The time may stand before the name, too.
    let stamp = time_length(text);
    let name = text[stamp..].trim();
    if stamp > 0
        && !name.is_empty()
        && name.split_whitespace().count() <= 3
        && name.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
        && !name.ends_with(['.', '!', '?', ':'])
    {
        return true;
    }
    let dashed = text.contains(" — ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let time =
        words.iter().position(|word| is_time(word.trim_matches(['[', ']', '(', ')', ','])) && word.contains(':'));
    let Some(time) = time else { return false };
    let named = words[..time].iter().filter(|word| word.chars().any(char::is_alphabetic)).count();
    let after = words.len() - time - 1;
    let bracketed = words[time].starts_with('[') && words.last().is_some_and(|word| word.ends_with(']'));
    (1..=7).contains(&named)
        && after <= 2
        && (dashed || bracketed && named <= 3 || words.first().is_some_and(|word| word.starts_with(char::is_uppercase)))
        && !text.ends_with(['.', '!', '?'])
        && !text.contains(": ")
}

/// A name above a line with nothing but a time: a head in two lines.
fn split_heads(lines: &mut [Line]) -> usize {
    let mut heads = 0;
    for at in 1..lines.len() {
        // `— Today at 10:02`, below the name and the mark of a program.
        if lines[at].is_undecided() && is_time_behind_name(lines[at].text) {
            for above in (0..at).rev().take(2) {
                let short = lines[above].is_undecided() && (1..=3).contains(&lines[above].word_count());
                if !short || lines[above].ends_sentence() {
                    break;
                }
                lines[above].role = LineRole::Layout { joins: false };
                if !is_bot_name(lines[above].text) {
                    break;
                }
            }
            lines[at].role = LineRole::Layout { joins: false };
            heads += 1;
            continue;
        }
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

/// `— Today at 10:02`, `— 04/05/2026 10:02`: what stands behind the name in a head.
fn is_time_behind_name(text: &str) -> bool {
    text.strip_prefix(['—', '–']).is_some_and(|rest| {
        let words: Vec<&str> = rest.split_whitespace().collect();
        (1..=5).contains(&words.len()) && words.iter().any(|word| word.contains(':') && is_time(word))
    })
}

/// Messengers that copy no times set a name above each message, and "You sent" above the own ones. Says how many heads there are.
fn name_heads(lines: &mut [Line]) -> usize {
    let own = |line: &Line| matches!(line.text, "You sent" | "You");
    if lines.iter().filter(|line| own(line)).count() < 2 {
        return 0;
    }
    let named = |line: &Line| {
        line.is_undecided()
            && (1..=3).contains(&line.word_count())
            && line.text.split(' ').all(|word| word.starts_with(char::is_uppercase))
            && line.text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'))
    };
    let mut counts: HashMap<&str, usize> = HashMap::new();
    lines.iter().filter(|line| named(line)).for_each(|line| *counts.entry(line.text).or_default() += 1);
    let mut heads = 0;
    for line in lines.iter_mut() {
        if line.is_undecided() && (own(line) || named(line) && counts.get(line.text).is_some_and(|count| *count >= 2)) {
            line.role = LineRole::Layout { joins: false };
            heads += 1;
        }
    }
    heads
}

/// Answers are copied with the message that they answer: its writer's name, and the same words again.
fn answered_messages(lines: &mut [Line]) {
    let names: HashSet<String> = lines
        .iter()
        .filter(|line| is_message_head(line.text))
        .map(|line| {
            let words = line.text.split_whitespace();
            let name = words.take_while(|word| !is_time(word.trim_matches(['[', ']', '(', ')', ','])));
            name.collect::<Vec<_>>().join(" ")
        })
        .filter(|name| !name.is_empty())
        .collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut begins = false;
    for line in lines.iter_mut() {
        let LineRole::Shown { kind: BlockKind::Speech, begins: own } = line.role else { continue };
        if names.contains(line.text) {
            line.role = LineRole::Layout { joins: false };
            begins = true;
        } else if line.word_count() >= 5 && !seen.insert(line.text) {
            line.skip(SkipReason::Quotation);
            begins = true;
        } else {
            line.show(BlockKind::Speech, own || begins);
            begins = false;
        }
    }
}

fn messages_below_heads(lines: &mut [Line]) {
    let mut below_head = false;
    // What a program posts is nobody's message.
    let mut bot = false;
    for line in lines.iter_mut() {
        // Heads that are known already.
        if matches!(line.role, LineRole::Layout { .. }) {
            below_head = true;
            bot = is_bot_name(line.text) || bot && is_time_behind_name(line.text);
        }
        if !line.is_undecided() {
            continue;
        }
        if is_message_head(line.text)
            || is_time_alone(line.text)
            || is_time_alone(line.text.trim_end_matches(" AM").trim_end_matches(" PM"))
        {
            bot = is_message_head(line.text) && line.text.split_whitespace().take(5).any(is_bot_name);
            line.role = LineRole::Layout { joins: false };
            below_head = true;
        } else if bot || is_system_message(line.text) {
            line.skip(SkipReason::Notice);
        } else {
            line.show(BlockKind::Speech, below_head);
            below_head = false;
        }
    }
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
        "translate",
        "type a message",
        "type a new message",
        "write a message",
        "last read",
        "thumbs up",
        "heart",
        "laugh",
        "you reacted",
        "call back",
        "enter",
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
        || lower.starts_with("message #")
        || is_attachment(text)
        || lower.starts_with("page ") && words.len() <= 4 && words[1..].iter().all(|word| *word == "of" || word.bytes().all(|b| b.is_ascii_digit()))
        || lower.starts_with("seen by ")
        || lower.contains(" reacted ") && lower.ends_with(" to your message")
        // The beginning of the message that is answered.
        || text.starts_with('@') && text.ends_with('…')
        || words.len() <= 4 && lower.starts_with("view in ")
        || matches!(words.as_slice(), [count, "file" | "files" | "members" | "replies", ..] if count.bytes().all(|b| b.is_ascii_digit()) && words.len() <= 6 && !text.ends_with(['.', '!', '?']))
}

/// The name of a file alone: `IMG_2207.jpg`.
fn is_attachment(text: &str) -> bool {
    let ends = [
        "png", "jpg", "jpeg", "gif", "pdf", "mp4", "mov", "docx", "xlsx", "pptx", "zip", "heic", "m4a", "webp", "csv",
        "txt",
    ];
    !text.contains(' ')
        && text
            .rsplit_once('.')
            .is_some_and(|(name, end)| !name.is_empty() && ends.contains(&end.to_lowercase().as_str()))
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

    fn kept(text: &str) -> String {
        crate::text::CleanText::read(text, &[], &|_| true).text
    }

    #[test]
    fn nicks_are_left_out() {
        let log = "19:58 <@tess> the kiln is at 900 now\n19:59 <ana> then wait for an hour\n20:01 < bo> why?\n20:02 <ana> the glaze must set";
        let said = kept(log);
        assert!(!said.contains(['<', '@']) && said.contains("the kiln is at 900 now"), "{said}");
        let bare = "<tess> the kiln is at 900 now\n<ana> then wait for an hour\n<tess> why?\n<ana> the glaze must set";
        assert!(kept(bare).starts_with("the kiln") && !kept(bare).contains("ana"), "{}", kept(bare));
    }

    #[test]
    fn what_a_program_posts_is_left_out() {
        let chat = "tess — Today at 10:02\nThe kiln is at 900 now.\nPOTBOT\nBOT\n — Today at 10:03\nGG @tess, you are the potter of the week!\nana — Today at 10:05\nThen wait for an hour, please.\nbo\n — Today at 10:07\nI can look after it.";
        let said = kept(chat);
        assert!(!said.contains("GG") && !said.contains("POTBOT"), "{said}");
        assert!(said.contains("Then wait") && said.contains("I can look") && !said.contains("bo"), "{said}");
    }

    #[test]
    fn times_and_names() {
        assert_eq!(time_length("[10:02] Ana: yes"), 8);
        assert_eq!(time_length("04/05/2026, 10:02 - Ana: yes"), 20);
        assert_eq!(time_length("[04.05.26, 10:02:33] Ana: yes"), 21);
        assert_eq!(time_length("10:02 AM Ana: yes"), 9);
        assert_eq!(time_length("2026 was good"), 0);
        assert_eq!(chat_start("[10:02] <ana> yes"), Some(ChatStart { time: 8, name: 13 }));
        assert_eq!(nick("<@ana> yes"), Some(6));
        assert!(nick("<b> bold") == Some(3) && nick("<a href=x> y").is_none() && nick("<> y").is_none());
        assert!(
            is_time_behind_name("— Today at 10:02") && !is_time_behind_name("— it was 10:02 when the boat came in.")
        );
        assert_eq!(chat_start("Ana Quill: yes"), Some(ChatStart { time: 0, name: 10 }));
        assert_eq!(chat_start("It was so: yes"), None);
        assert!(is_message_head("Ana Quill  10:02 AM") && is_message_head("Ana — Today at 10:02"));
        assert!(!is_message_head("The ferry leaves at 10:02 on all days but Sunday"));
    }
}
