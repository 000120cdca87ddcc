//! Mail: quoted mails, forwarded ones, signatures, greetings and closings.

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole},
    mail_headers,
};
use crate::protocol::SkipReason;

/// Greetings that begin a mail.
const GREETINGS: [&str; 14] = [
    "hi",
    "hello",
    "dear",
    "hey",
    "good morning",
    "good afternoon",
    "good evening",
    "greetings",
    "hiya",
    "morning",
    "to whom it may concern",
    "hallo",
    "bonjour",
    "hola",
];

/// Closings that end one.
const CLOSINGS: [&str; 46] = [
    "thanks",
    "thank you",
    "many thanks",
    "thanks again",
    "thanks in advance",
    "thanks a lot",
    "thanks so much",
    "thx",
    "best",
    "best regards",
    "best wishes",
    "kind regards",
    "warm regards",
    "warmest regards",
    "warmly",
    "regards",
    "cheers",
    "sincerely",
    "sincerely yours",
    "yours",
    "yours sincerely",
    "yours faithfully",
    "yours truly",
    "all the best",
    "take care",
    "love",
    "talk soon",
    "see you",
    "see you soon",
    "see you then",
    "respectfully",
    "cordially",
    "cordially yours",
    "bye",
    "xo",
    "with best wishes",
    "with kind regards",
    "lots of love",
    "in haste",
    "mit freundlichen grüßen",
    "viele grüße",
    "beste grüße",
    "cordialement",
    "saludos",
    "un saludo",
    "br",
];

/// Finds what belongs to mails. Says whether there is one.
pub(super) fn find(lines: &mut [Line]) -> bool {
    let mut mail = mail_headers::find(lines);
    let mut quoted = None;
    let mut said = false;
    for at in 0..lines.len() {
        if begins_quoted_mail(lines, at, said) {
            quoted = Some(at);
            break;
        }
        said |= lines[at].is_undecided() && lines[at].word_count() > 2;
    }
    let has_quotation = quote_marks(lines);
    if let Some(start) = quoted {
        mail = true;
        quoted_mail(lines, start);
    }
    mail |= has_quotation && lines.iter().any(|line| is_attribution(line.text));
    signature(lines, mail);
    closings(lines);
    mail
}

/// Whether a mail that is answered or forwarded begins with a line; `said` is whether anything is said above it.
fn begins_quoted_mail(lines: &[Line], at: usize, said: bool) -> bool {
    let text = lines[at].text;
    let lower = text.trim_matches(['-', '_', ' ', '>', '*', ':']).to_ascii_lowercase();
    let named = [
        "original message",
        "forwarded message",
        "begin forwarded message",
        "ursprüngliche nachricht",
        "message d'origine",
        "mensaje original",
        "original appointment",
        "forwarded by",
        "weitergeleitete nachricht",
    ];
    named.iter().any(|name| lower == *name || lower.starts_with(name) && text.starts_with("--"))
        || !text.starts_with('>') && is_attribution(&joined_attribution(lines, at))
        // Outlook sets the headers of the answered mail below a rule or a blank line.
        || at > 0
            && matches!(lines[at].role, LineRole::Skipped(SkipReason::MailHeader))
            && !matches!(lines[at - 1].role, LineRole::Skipped(SkipReason::MailHeader))
            && said
            && mail_headers::is_of_mail(lines, at)
}

/// A line, with the next one if `On … wrote:` was wrapped.
fn joined_attribution(lines: &[Line], at: usize) -> String {
    let mut joined = lines[at].text.to_owned();
    let starts = ["On ", "Am ", "Le ", "El ", "Op "].iter().any(|start| joined.starts_with(start));
    for next in lines[at + 1..].iter().take(2) {
        if !starts || joined.ends_with(':') || next.is_blank() {
            break;
        }
        joined.push(' ');
        joined.push_str(next.text);
    }
    joined
}

/// `On Mon, 4 May at 09:12 Theo <theo@example.org> wrote:`
fn is_attribution(text: &str) -> bool {
    let text = text.trim_start_matches(['>', ' ']).trim_end();
    let ends = ["wrote:", "writes:", "schrieb:", "a écrit :", "escribió:", "said:", "scrisse:", "schreef:"];
    let has_time = text.chars().any(|c| c.is_ascii_digit()) || text.contains('@');
    let verbs = [" wrote", " schrieb ", " a écrit", " escribió", " wrote on "];
    let begins = ["On ", "Am ", "Le ", "El "].iter().any(|start| text.starts_with(start));
    text.len() < 220
        && has_time
        && text.ends_with(':')
        && (ends.iter().any(|end| text.ends_with(end))
            && (text.contains('@')
                || begins && text.contains(':') && text.matches(':').count() >= 2
                || text.contains('<'))
            || verbs.iter().any(|verb| text.contains(verb))
                && (text.contains('@') || begins && text.matches(':').count() >= 2))
}

/// Lines that begin with `>`. What little of a text is the author's own is the text; where nearly all is quoted, the quotation is.
fn quote_marks(lines: &mut [Line]) -> bool {
    let quoted = |line: &Line| line.text.starts_with('>') && line.is_undecided();
    let count = lines.iter().filter(|line| quoted(line)).count();
    if count == 0 {
        return false;
    }
    let own: usize = lines.iter().filter(|line| line.is_undecided() && !quoted(line)).map(Line::word_count).sum();
    // In a document, a quotation is a note of its author's more often than not.
    let document = lines.iter().any(|line| {
        matches!(line.role, LineRole::Shown { kind: BlockKind::Heading, .. } | LineRole::Skipped(SkipReason::Code))
    }) && !lines
        .iter()
        .any(|line| line.role == LineRole::Skipped(SkipReason::MailHeader) || is_attribution(line.text));
    let theirs: usize = lines.iter().filter(|line| quoted(line)).map(Line::word_count).sum();
    for line in lines.iter_mut().filter(|line| quoted(line)) {
        if document || own < 8 && theirs > own {
            let marks = line.text.chars().take_while(|c| matches!(c, '>' | ' ')).count();
            line.drop_start(marks);
            if line.content.is_empty() {
                line.role = LineRole::Blank;
            } else {
                line.show(BlockKind::Quotation, false);
            }
        } else {
            line.skip(SkipReason::Quotation);
        }
    }
    true
}

/// From where another mail begins: it is left out, unless what stands above it is too little to be a text.
fn quoted_mail(lines: &mut [Line], start: usize) {
    let own: usize = lines[..start].iter().filter(|line| line.is_undecided()).map(Line::word_count).sum();
    let has_marks = lines[start..].iter().any(|line| line.role == LineRole::Skipped(SkipReason::Quotation));
    let attribution = is_attribution(&joined_attribution(lines, start));
    if attribution || own < 8 {
        let mut at = start;
        while at < lines.len()
            && !lines[at].is_blank()
            && (at == start || !lines[at - 1].text.ends_with(':'))
            && at < start + 3
        {
            if at > start && !attribution {
                break;
            }
            lines[at].skip(SkipReason::MailHeader);
            at += 1;
        }
    }
    // With marks before every quoted line, what has none is the author's: an answer may stand between. Without marks, all is quoted.
    if own >= 8 && !(attribution && has_marks) {
        lines[start..]
            .iter_mut()
            .filter(|line| line.is_undecided() || matches!(line.role, LineRole::Shown { .. }))
            .for_each(|line| line.skip(SkipReason::Quotation));
    }
}

/// Everything from `-- ` on up to a quotation, or what stands below a closing.
fn signature(lines: &mut [Line], mail: bool) {
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        let rule = line.text.len() >= 10
            && line.text.bytes().all(|b| matches!(b, b'_' | b'-' | b'=' | b'*'))
            && mail
            && at + 12 >= lines.len();
        // In other texts than mails, a dash alone parts anything: what stands below is a signature only if it is short.
        let ends_soon = mail || at + 12 >= lines.len();
        let said = lines[..at].iter().rev().take(40).any(|line| line.word_count() >= 4);
        let delimiter =
            (line.text == "--" && said || matches!(line.text, "—" | "__") && said && ends_soon || rule) && at > 0;
        let closing = line.is_undecided() && is_closing(line.text) && (mail || at + 6 >= lines.len());
        if delimiter || closing {
            let first = at;
            if closing {
                lines[at].show(BlockKind::Courtesy, true);
            } else {
                lines[at].role = LineRole::Layout { joins: false };
            }
            let mut blanks = 0;
            for (next, line) in lines.iter_mut().enumerate().skip(first + 1) {
                if line.is_blank() {
                    blanks += 1;
                    continue;
                }
                // Behind a closing, running text is a postscript.
                let runs = line.word_count() > 9 && line.ends_sentence()
                    || line.text.starts_with("PS")
                    || line.text.starts_with("P.S.");
                if !line.is_undecided() || closing && (runs || blanks > 2) || delimiter && runs && blanks > 0 {
                    break;
                }
                line.skip(SkipReason::Signature);
                at = next;
            }
        } else if line.is_undecided() && is_device_signature(line.text) {
            lines[at].skip(SkipReason::Signature);
        }
        at += 1;
    }
}

fn is_device_signature(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "sent from my ",
        "sent from outlook",
        "sent from yahoo",
        "get outlook for",
        "sent via ",
        "von meinem ",
        "envoyé de mon ",
    ]
    .iter()
    .any(|start| lower.starts_with(start) && text.len() < 80)
}

fn is_closing(text: &str) -> bool {
    let lower = text.trim_end_matches([',', '.', '!', ' ', '-', '–', '—']).to_lowercase();
    // Some write it in two languages: "Viele Grüße / Best regards".
    lower.split(" / ").all(|closing| CLOSINGS.contains(&closing.trim_end_matches(',')))
}

/// Greetings on lines of their own: they stay in the text, and say nothing of it.
fn closings(lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| line.is_undecided()) {
        let lower = line.text.to_lowercase();
        let short = line.word_count() <= 6;
        let name_alone = line.word_count() <= 3
            && line.text.ends_with(',')
            && line.text.starts_with(char::is_uppercase)
            && line.text.matches(',').count() == 1;
        let greets = name_alone
            || GREETINGS.iter().any(|greeting| {
                lower.strip_prefix(greeting).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',', '!']))
            });
        if short && greets && line.text.ends_with([',', '!', ':', '-', '—', '–']) || short && is_closing(line.text)
        {
            line.show(BlockKind::Courtesy, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_mails() {
        assert!(is_attribution("On Mon, 4 May at 09:12 Theo Lorne <theo@example.org> wrote:"));
        assert!(is_attribution("Am 4. Mai 2026 um 09:12 schrieb Theo:"));
        assert!(is_attribution("On 4 May 2026, at 09:12, Theo wrote:"));
        assert!(!is_attribution("In 1902 he wrote:") && !is_attribution("On page 12 of the report the board wrote:"));
        assert!(is_closing("Best regards,") && is_closing("Thanks!") && !is_closing("Thanks to all who came."));
        assert!(is_device_signature("Sent from my iPhone"));
    }
}
