//! Captions (SRT, VTT, lists of times) as running text.

use super::{
    blocks::BlockKind,
    counters::is_counter,
    lines::{Line, LineRole},
    notices::reason,
    turn_marks::{is_sound, is_system_message, is_time, is_time_alone, speaker, time_length},
};
use crate::protocol::SkipReason;

/// Finds captions (SRT, VTT, lists of times) and makes running text of them. Says whether there are any.
pub(super) fn find(lines: &mut [Line]) -> bool {
    let header = lines.iter().find(|line| !line.is_blank()).is_some_and(|line| line.text.starts_with("WEBVTT"));
    let cues = lines.iter().filter(|line| is_cue_time(line.text)).count();
    let times = lines.iter().filter(|line| is_time_alone(line.text)).count();
    let words = lines.iter().filter(|line| line.word_count() > 0 && !is_time_alone(line.text)).count();
    let turns = lines.iter().filter(|line| line.text.starts_with(">> ") && !line.text.starts_with(">> >")).count();
    let sounds = lines.iter().filter(|line| is_sound(line.text)).count();
    let quoted = lines.iter().any(|line| line.text.starts_with("> "));
    let turned = turns >= 3 && (sounds >= 1 && (turns + sounds) * 2 >= words || !quoted && turns * 2 >= words);
    let captions = cues >= 2 || header && cues > 0 || times >= 3 && times * 3 >= words || turned;
    if !captions {
        return false;
    }
    let by_cues = cues >= 1;
    // Before the first and behind the last, a player's page may have been copied, too.
    let is_time_line = |line: &Line| is_cue_time(line.text) || is_time_alone(line.text);
    let first = lines.iter().position(is_time_line).unwrap_or(0);
    let last = lines.iter().rposition(is_time_line).map_or(lines.len(), |last| last + 2);
    let mut note = false;
    // Behind the last caption, what a player shows begins with one of its own words.
    let mut ended = false;
    // Who speaks: meetings are captioned with the name before every cue.
    let mut voice: Option<String> = None;
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
            ended |= at >= last;
            line.skip(SkipReason::Notice);
        } else if ended {
            line.skip(SkipReason::Navigation);
        } else if (at < first || at >= last)
            && (is_counter(line.text) || reason(line.text).is_some() || line.text == "Autoplay is on")
        {
            ended |= at >= last;
            line.skip(SkipReason::Navigation);
        } else if at < first {
            // A title, and what stands beside it.
            let titled = lines[..at].iter().any(|line| matches!(line.role, LineRole::Shown { .. }));
            lines[at].show(if titled { BlockKind::Label } else { BlockKind::Heading }, true);
        } else if let Some(name) = speaker(line.text)
            && voice.as_deref() == Some(&line.text[..name])
        {
            line.drop_start(name);
            line.show(BlockKind::Speech, false);
        } else {
            voice = speaker(line.text).map(|name| line.text[..name].to_owned());
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
    // Where the captions were found, on a line of its own.
    let address = !lower.contains(' ') && (lower.starts_with("www.") || lower.starts_with("http"));
    if address {
        return true;
    }
    let starts = [
        "subtitles by",
        "subtitle by",
        "subtitles from",
        "subtitles downloaded",
        "synced by",
        "synced and corr",
        "synced & corr",
        "synchronized by",
        "sync and corr",
        "sync & corr",
        "sync, corr",
        "resync by",
        "resynced by",
        "ripped by",
        "encoded by",
        "captioning by",
        "captioning sponsored",
        "captioning made possible",
        "captions copyright",
        "translation by",
        "proofread by",
        "opensubtitles",
        "advertise your product or brand here",
        "support us and become vip",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sounds() {
        assert!(is_cue_time("00:00:01,000 --> 00:00:03,500") && is_cue_time("00:01.000 --> 00:03.500 align:start"));
        assert!(is_time_alone("0:03") && is_time_alone("[01:02:03]") && !is_time_alone("10:02 Ana"));
        for credit in
            ["Synced and corrected by k7", "www.subtitles.example", "Subtitles from the yard", "Sync & corrections: k7"]
        {
            assert!(is_around_captions(credit), "{credit}");
        }
        for said in ["Synced and in tune, the bells rang.", "www dot, she said", "Translated by monks, the book"] {
            assert!(!is_around_captions(said), "{said}");
        }
        assert!(is_sound("[music]") && !is_sound("[1] and [2]"));
    }
}
