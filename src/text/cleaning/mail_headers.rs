//! Headers of mails and of appointments: lines of fields, of which the subject becomes a heading.

use super::{
    blocks::BlockKind,
    lines::{Line, LineRole},
};
use crate::protocol::SkipReason;

/// Names of header fields, with what German, French and Spanish programs write.
const FIELDS: [&str; 49] = [
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "date",
    "sent",
    "reply-to",
    "received",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "return-path",
    "in-reply-to",
    "references",
    "x-mailer",
    "importance",
    "attachments",
    "attachment",
    "when",
    "where",
    "organizer",
    "organiser",
    "who",
    "attendees",
    "invitees",
    "guests",
    "location",
    "invitation",
    "updated invitation",
    "accepted",
    "tentative",
    "declined",
    "calendar",
    "canceled event",
    "wichtigkeit",
    "required",
    "required attendees",
    "optional",
    "optional attendees",
    "reply to",
    "delivered-to",
    "von",
    "an",
    "betreff",
    "datum",
    "gesendet",
    "objet",
];

/// A block of at least two header fields; a subject becomes a heading.
pub(super) fn find(lines: &mut [Line]) -> bool {
    let mut found = false;
    let mut at = 0;
    while at < lines.len() {
        let end = (at..lines.len()).find(|end| field(&lines[*end]).is_none()).unwrap_or(lines.len());
        let names: Vec<&str> = lines[at..end].iter().filter_map(|line| field(line)).collect();
        let sure = names.iter().any(|name| {
            matches!(
                *name,
                "from" | "subject" | "von" | "betreff" | "objet" | "to" | "sent" | "organizer" | "organiser"
            )
        });
        // Calendars tell when, and in whose.
        let event = names.contains(&"when")
            && names.iter().any(|name| matches!(*name, "calendar" | "attendees" | "invitees" | "invitation"));
        if names.len() >= 2 && (sure || event) {
            for line in &mut lines[at..end] {
                let subject = matches!(field(line), Some("subject" | "betreff" | "objet"));
                // Only the mail itself gives the text a heading, not one that it answers.
                if subject && !found {
                    let colon = line.text.find(':').map_or(0, |at| at + 1);
                    let rest = &line.text[colon..];
                    line.drop_start(colon + (rest.len() - without_reply_marks(rest).len()));
                    line.show(BlockKind::Heading, true);
                } else {
                    line.skip(SkipReason::MailHeader);
                }
            }
            found = true;
        }
        at = end.max(at) + 1;
    }
    found
}

/// The name of a header field that a line is.
fn field<'a>(line: &Line<'a>) -> Option<&'static str> {
    if !line.is_undecided() {
        return None;
    }
    let text: &'a str = line.text.trim_start_matches(['*', '>', ' ']);
    let (name, rest) = text.split_once(':')?;
    let name = name.trim_end_matches('*').trim().to_ascii_lowercase();
    (name.len() <= 26 && (rest.is_empty() || rest.starts_with([' ', '\t', '*'])))
        .then(|| FIELDS.iter().copied().find(|field| *field == name))
        .flatten()
}

fn without_reply_marks(mut subject: &str) -> &str {
    loop {
        let trimmed = subject.trim_start();
        let rest = ["re:", "fwd:", "fw:", "aw:", "wg:"].iter().find_map(|mark| {
            trimmed.get(..mark.len()).filter(|head| head.eq_ignore_ascii_case(mark)).map(|_| &trimmed[mark.len()..])
        });
        match rest {
            Some(rest) => subject = rest,
            None => return trimmed,
        }
    }
}

/// Whether the header that begins with a line is a mail's. That of an appointment alone says when and where, and its text stands below.
pub(super) fn is_of_mail(lines: &[Line], at: usize) -> bool {
    let names = || {
        lines[at..]
            .iter()
            .take_while(|line| line.role == LineRole::Skipped(SkipReason::MailHeader))
            .take(FIELDS.len())
            .map(|line| line.text.split(':').next().unwrap_or("").trim_matches(['*', '>', ' ']).to_ascii_lowercase())
    };
    let sent = names().any(|name| matches!(&*name, "from" | "to" | "cc" | "sent" | "von" | "an" | "gesendet"));
    sent || !names().any(|name| {
        matches!(&*name, "when" | "where" | "location" | "organizer" | "organiser" | "calendar" | "who" | "attendees")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_answers() {
        assert_eq!(without_reply_marks(" Re: FWD: Crane"), "Crane");
    }

    fn kept(text: &str) -> String {
        crate::text::CleanText::read(text, &[], &|_| true).text
    }

    const BODY: &str =
        "We will look at the kiln together, since the firm says that its door leaks. Please bring gloves.";

    #[test]
    fn an_appointment_is_no_quoted_mail() {
        for head in [
            "Invitation: Kiln check\nAccepted: 2   Declined: 1\nWhen: Friday, May 4, 2027 09:00\nWhere: Yard 9, Wex\nOrganizer: Tess Orly\nWho: Ana Pell, kiln@yard.example - optional",
            "Updated invitation: Kiln check on the first Friday\nWhen: Friday, May 4, 2027\nWhere: Yard 9\nCalendar: kiln@yard.example",
            "The kiln is checked on Friday\n\nWhen: Friday, May 4, 2027 09:00\nLocation: Yard 9, Wex\nOrganiser: Tess Orly",
        ] {
            let kept = kept(&format!("{head}\n\n{BODY}"));
            assert!(kept.ends_with(BODY) && !kept.contains("Yard 9") && !kept.contains("Friday, May"), "{kept}");
        }
    }

    #[test]
    fn an_answered_invitation_is_quoted() {
        let mail = format!(
            "I can come at nine, but I must leave at ten for another meeting.\n\nFrom: Tess Orly\nSent: Monday\nWhen: Friday\nWhere: Yard 9\n\n{BODY}"
        );
        assert!(!kept(&mail).contains("gloves") && kept(&mail).contains("leave at ten"));
        let mail = format!("Do you know the price? I asked her for it last week.\n\ncc:\nSubject: Re: Kiln\n\n{BODY}");
        assert!(!kept(&mail).contains("gloves"));
    }
}
