//! What stands around a text on a page or below a mail: consent, navigation, advertisements, subscriptions, legal notices.
//!
//! Phrases, not topics: a sentence about cookies is a text, and "We use cookies to …" is a notice. Long paragraphs are never taken for
//! navigation.

use super::lines::{Line, paragraphs};
use crate::protocol::SkipReason;

/// What a paragraph or line with such a phrase is, if it has at most so many words.
struct Phrases {
    reason: SkipReason,
    longest: usize,
    /// At the beginning of a line, in small letters.
    starts: &'static [&'static str],
    /// Anywhere.
    inside: &'static [&'static str],
    /// The whole line, but for marks.
    whole: &'static [&'static str],
}

const ALL: [Phrases; 5] = [
    Phrases {
        reason: SkipReason::Notice,
        longest: 140,
        starts: &[
            "this e-mail",
            "this email",
            "this message",
            "this communication",
            "the information contained in this",
            "the information in this e",
            "the contents of this",
            "confidentiality notice",
            "confidential:",
            "confidentiality:",
            "disclaimer",
            "legal notice",
            "if you are not the intended",
            "if you have received this",
            "the content of this",
            "this transmission",
            "privileged and confidential",
            "important: this e",
            "[external]",
            "external email",
            "caution: external",
            "caution: this",
            "warning: this email",
            "you received this",
            "to change your options",
            "to leave the list",
            "to post to this",
        ],
        inside: &[
            "intended recipient",
            "intended solely for",
            "intended only for",
            "received it in error",
            "received this message in error",
            "received this email in error",
            "received this e-mail in error",
            "may be privileged",
            "legally privileged",
            "scanned for virus",
            "scanned for malware",
            "virus-free",
            "virus free",
            "checked for viruses",
            "free of viruses",
            "free from viruses",
            "before you print",
            "before printing",
            "consider the environment",
            "think of the environment",
            "unauthorized disclosure",
            "unauthorised disclosure",
            "unsubscribe",
            "manage your preferences",
            "email preferences",
            "e-mail preferences",
            "mailing preferences",
            "you are receiving this",
            "you're receiving this",
            "you received this",
            "view this email in",
            "view in browser",
            "view in your browser",
            "to stop receiving",
            "no longer wish to receive",
            "opt out of",
            "update your preferences",
            "all liability",
            "registered in england",
            "company number",
            "company no.",
            "registered office",
            "do not reply to this",
            "don't reply to this",
            "automatically generated",
            "sent automatically",
            "notification settings",
            "reply to this email directly",
            "mailing list has been",
            "save paper",
            "checked by av",
            "antivirus",
            "anti-virus",
        ],
        whole: &[],
    },
    Phrases {
        reason: SkipReason::Notice,
        longest: 120,
        starts: &[
            "we use cookies",
            "we and our",
            "this site uses cookies",
            "this website uses cookies",
            "our website uses cookies",
            "our site uses cookies",
            "by continuing to",
            "by using this site",
            "by clicking",
            "your privacy",
            "we value your privacy",
            "we care about your privacy",
            "we respect your privacy",
            "cookies help us",
            "cookie settings",
            "cookie preferences",
            "this page uses cookies",
            "copyright ©",
            "copyright (c)",
            "© ",
            "(c) 20",
            "all rights reserved.",
            "all content ©",
            "terms of use",
            "terms of service",
            "terms and conditions",
            "privacy policy",
            "you may exercise your right",
        ],
        inside: &[
            "we use cookies",
            "uses cookies to",
            "use cookies and",
            "use of cookies",
            "store and access information on",
            "store and/or access",
            "our partners may",
            "advertising partners",
            "our partners use",
            "legitimate interest",
            "accept all",
            "reject all",
            "accept cookies",
            "manage choices",
            "manage cookies",
            "cookie settings",
            "cookie policy",
            "cookie notice",
            "all rights reserved",
            "rights reserved.",
            "agree to our",
            "accept our terms",
            "may not be published",
            "may not be reproduced",
            "text is available under",
            "content is available under",
            "additional terms may apply",
            "unless otherwise noted",
            "except where otherwise",
            "without permission",
            "protected by recaptcha",
            "privacy policy and",
            "enable javascript",
            "javascript is disabled",
            "ad blocker",
            "adblocker",
            "ad-blocker",
            "your browser is not supported",
            "browser does not support",
            "strictly necessary",
            "necessary cookies",
            "essential cookies",
            "analytics cookies",
            "consent preferences",
            "needs additional citations",
            "help improve this",
            "remove this message",
            "your feedback will help",
            "wrong with this page",
            "built with",
            "powered by",
        ],
        whole: &[
            "all rights reserved",
            "accept",
            "agree",
            "ok",
            "got it",
            "allow all",
            "decline",
            "reject",
            "settings",
            "i agree",
            "customize",
            "customise",
            "privacy",
            "terms",
            "imprint",
            "impressum",
            "legal",
            "accessibility",
        ],
    },
    Phrases {
        reason: SkipReason::Advertisement,
        longest: 45,
        starts: &[
            "advertisement",
            "sponsored",
            "promoted",
            "paid content",
            "partner content",
            "sign up",
            "subscribe",
            "register now",
            "register for free",
            "register to",
            "join now",
            "get the latest",
            "get our",
            "download our",
            "download the app",
            "get unlimited",
            "start your free",
            "try it free",
            "become a member",
            "become a subscriber",
            "support us",
            "support our",
            "donate",
            "follow us",
            "like us on",
            "share this",
            "already a subscriber",
            "already have an account",
            "already a member",
            "shop now",
            "buy now",
            "add to basket",
            "add to cart",
            "free delivery",
            "enjoying this",
            "enter your email",
            "your email",
            "email address",
            "join our newsletter",
            "join the conversation",
            "join the discussion",
            "be the first to",
            "this article is for subscribers",
            "to continue reading",
            "you have read",
            "you've read",
            "you have reached",
            "click here",
            "claim your",
            "limited offer",
            "limited time",
            "save up to",
            "upgrade to",
            "continue reading with",
            "article continues",
            "story continues",
            "ad -",
            "ad:",
            "ad ·",
        ],
        inside: &[
            "our newsletter",
            "weekly newsletter",
            "daily newsletter",
            "free unlimited access",
            "% off your",
            "promo code",
            "straight to your inbox",
            "in your inbox",
            "to your inbox",
            "free trial",
            "cancel anytime",
            "cancel any time",
            "affiliate commission",
            "affiliate links",
            "earn a commission",
            "recommended for you",
            "free shipping",
            "story continues below",
            "article continues below",
            "continues after",
            "sign up for",
            "subscribe to our",
            "sign in to continue",
            "log in to continue",
            "download our app",
            "free article",
            "free articles",
            "reader-owned",
            "reader-funded",
            "reader-supported",
            "did you make this",
        ],
        whole: &[
            "ad",
            "ads",
            "advert",
            "promoted",
            "sponsored",
            "submit",
            "subscribe",
            "sign up",
            "join",
            "register",
            "donate",
        ],
    },
    Phrases {
        reason: SkipReason::Navigation,
        longest: 24,
        starts: &[
            "skip to",
            "jump to",
            "back to top",
            "back to ",
            "read more",
            "read next",
            "read also",
            "see also:",
            "related:",
            "related articles",
            "related stories",
            "more from",
            "more on this",
            "more in",
            "more stories",
            "you may also",
            "you might also",
            "also read",
            "most read",
            "most popular",
            "trending",
            "latest news",
            "top stories",
            "up next",
            "next article",
            "previous article",
            "next:",
            "previous:",
            "share on",
            "share via",
            "share this",
            "tweet",
            "print this",
            "email this",
            "save for later",
            "log in",
            "login",
            "sign in",
            "log out",
            "my account",
            "view all",
            "see all",
            "show all",
            "show more",
            "load more",
            "view comments",
            "leave a comment",
            "leave a reply",
            "post a comment",
            "add a comment",
            "filed under",
            "tags:",
            "tagged:",
            "tagged with",
            "posted in",
            "categories:",
            "category:",
            "topics:",
            "table of contents",
            "on this page",
            "in this article",
            "edit this page",
            "edit on github",
            "toggle ",
            "search for",
            "was this page helpful",
            "was this helpful",
            "did you find this",
            "watch:",
            "listen:",
            "video:",
            "gallery:",
            "don't miss",
            "editor's picks",
            "editors' picks",
            "recommended",
            "customers also",
            "frequently bought",
            "report this",
            "flag this",
            "reply quote",
            "quote reply",
            "thanks for reading",
            "last updated",
            "last modified",
            "page last",
            "this page was last",
            "jump directly",
            "retrieved from",
            "click to",
        ],
        inside: &[
            "min read",
            "minute read",
            "minutes read",
            "mins read",
            "» news",
            "> news",
            " › ",
            " » ",
            "copy link",
            "comments (",
            "share save",
            "opens in new",
            "opens in a new",
            "view count",
            "add to favorites",
            "add to wishlist",
        ],
        whole: &[
            "home",
            "menu",
            "news",
            "search",
            "share",
            "comments",
            "comment",
            "contact",
            "contact us",
            "about",
            "about us",
            "close",
            "next",
            "previous",
            "reply",
            "like",
            "follow",
            "save",
            "print",
            "edit",
            "more",
            "sport",
            "sports",
            "business",
            "opinion",
            "culture",
            "weather",
            "video",
            "videos",
            "photos",
            "cart",
            "basket",
            "account",
            "profile",
            "help",
            "faq",
            "blog",
            "shop",
            "products",
            "careers",
            "jobs",
            "press",
            "facebook",
            "twitter",
            "instagram",
            "youtube",
            "linkedin",
            "whatsapp",
            "email",
            "rss",
            "loading",
            "loading...",
            "sitemap",
            "feedback",
            "language",
            "english",
            "top",
            "tools",
            "view history",
            "read",
            "talk",
            "article",
            "discussion",
            "history",
            "permalink",
            "quote",
            "report",
            "upvote",
            "downvote",
            "[edit]",
            "login",
            "gallery",
            "notifications",
            "contents",
            "hide",
            "show",
        ],
    },
    Phrases {
        reason: SkipReason::Byline,
        longest: 22,
        starts: &[
            "posted by",
            "posted on",
            "published on",
            "published by",
            "published:",
            "updated:",
            "updated on",
            "written by",
            "reported by",
            "reporting by",
            "photo:",
            "photos:",
            "interview:",
            "image for",
            "photo by",
            "photograph:",
            "photography by",
            "photographs by",
            "image:",
            "image credit",
            "image by",
            "picture:",
            "pictures:",
            "credit:",
            "credits:",
            "source:",
            "illustration:",
            "illustration by",
            "getty images",
            "courtesy of",
            "story by",
            "words by",
            "text by",
            "edited by",
            "translated by",
            "toggle caption",
            "hide caption",
            "first published",
            "date:",
            "author:",
            "authors:",
            "reading time",
        ],
        inside: &[
            "edited for length",
            "edited and condensed",
            "getty images",
            "/reuters",
            "/ap)",
            "/afp",
            "via getty",
            "/shutterstock",
            "hours ago",
            "minutes ago",
            "days ago",
            "hide caption",
            "toggle caption",
            "weeks ago",
            "months ago",
        ],
        whole: &["today", "yesterday", "editorial", "staff", "staff writer", "author", "reporter", "correspondent"],
    },
];

/// Finds notices, paragraph by paragraph, then line by line. `web` is whether lines around it make the text look like a page's.
pub(super) fn find(lines: &mut [Line]) {
    for paragraph in paragraphs(lines) {
        let open: Vec<usize> = paragraph.clone().filter(|at| lines[*at].is_undecided()).collect();
        if open.is_empty() {
            continue;
        }
        let whole = open.iter().map(|at| lines[*at].text).collect::<Vec<_>>().join(" ");
        // Lines that do not go on are looked at one by one.
        let wrapped = open.len() > 1
            && open[..open.len() - 1].iter().all(|at| lines[*at].text.chars().count() >= 48)
            && open[..open.len() - 1].iter().filter(|at| lines[**at].ends_sentence()).count() * 2 < open.len();
        if wrapped || open.len() == 1 {
            if let Some(reason) = reason(&whole) {
                open.iter().for_each(|at| lines[*at].skip(reason));
            }
            continue;
        }
        for at in open {
            if let Some(reason) = reason(lines[at].text) {
                lines[at].skip(reason);
            }
        }
    }
    bylines(lines);
    breadcrumbs(lines);
    navigation_lists(lines);
}

/// Why some lines are not the author's text, if they are not.
fn reason(text: &str) -> Option<SkipReason> {
    // No phrase is looked for in what is longer than any notice.
    if text.split_whitespace().nth(140).is_some() {
        return None;
    }
    let lower = text.to_lowercase().replace(['’', '‘'], "'");
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '(' | '['));
    let words = lower.split_whitespace().count();
    let sentences = sentence_count(text);
    ALL.iter().find_map(|phrases| {
        // What runs on for several sentences is hardly navigation, whatever it begins with.
        let short = words <= phrases.longest && (phrases.longest > 100 || sentences <= 2);
        let whole = phrases.whole.contains(&bare.trim_end_matches([':', '>', '»', '|']));
        // A whole sentence of running text that begins with such a word says more than a link does.
        let prose = sentences >= 1 && words > 11;
        let begins = phrases.starts.iter().any(|start| bare.starts_with(start) && (!prose || is_strong(phrases, text)));
        let hits = phrases.inside.iter().filter(|inside| lower.contains(**inside)).count();
        let holds = hits >= if sentences >= 4 { 2 } else { 1 } && (!prose || speaks_to_reader(&lower));
        (short && (whole || begins || holds && !quotes(phrases, &lower))).then_some(phrases.reason)
    })
}

/// Whether a beginning is enough for a whole sentence: notices speak of this page or mail.
fn is_strong(phrases: &Phrases, text: &str) -> bool {
    let lower = text.to_lowercase();
    match phrases.reason {
        SkipReason::Notice => true,
        SkipReason::Advertisement => speaks_to_reader(&lower),
        // "Photo: …" is no sentence, whatever stands behind the colon.
        _ => phrases.starts.iter().any(|start| start.ends_with(':') && lower.starts_with(start)),
    }
}

fn speaks_to_reader(lower: &str) -> bool {
    [
        "you",
        "your",
        "us",
        "our",
        "now",
        "we",
        "please",
        "reserved",
        "©",
        "e-mail",
        "email",
        "message",
        "recipient",
        "site",
    ]
    .iter()
    .any(|word| lower.split(|c: char| !c.is_alphabetic()).any(|w| w == *word))
}

/// Whether a text speaks of such phrases rather than by them.
fn quotes(phrases: &Phrases, lower: &str) -> bool {
    phrases.reason == SkipReason::Notice
        && phrases
            .inside
            .iter()
            .any(|inside| lower.find(inside).is_some_and(|at| lower[..at].ends_with(['"', '“', '\'', '‘'])))
}

fn sentence_count(text: &str) -> usize {
    text.split(['.', '!', '?'])
        .filter(|part| part.split_whitespace().count() >= 3)
        .count()
        .min(text.matches(['.', '!', '?']).count())
}

/// `By Mara Quill | 4 May | Share`: a line that begins with "By" and a name, or is nothing but a date.
fn bylines(lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| line.is_undecided()) {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let by = words.first().is_some_and(|word| word.eq_ignore_ascii_case("by"))
            && (2..=14).contains(&words.len())
            && words[1].starts_with(char::is_uppercase)
            && !line.ends_sentence();
        if by || is_date_line(line.text) {
            line.skip(SkipReason::Byline);
        }
    }
}

/// Nothing but a date, a time and what stands beside them: `4 May 2026, 10:02 GMT`, `Monday, May 4`.
fn is_date_line(text: &str) -> bool {
    const NAMES: [&str; 35] = [
        "jan",
        "january",
        "feb",
        "february",
        "mar",
        "march",
        "apr",
        "april",
        "may",
        "jun",
        "june",
        "jul",
        "july",
        "aug",
        "august",
        "sep",
        "sept",
        "september",
        "oct",
        "october",
        "nov",
        "november",
        "dec",
        "december",
        "mon",
        "monday",
        "tue",
        "tuesday",
        "wed",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "thu",
    ];
    const BESIDE: [&str; 20] = [
        "at",
        "on",
        "am",
        "pm",
        "gmt",
        "bst",
        "est",
        "edt",
        "utc",
        "cet",
        "updated",
        "published",
        "posted",
        "th",
        "st",
        "nd",
        "rd",
        "of",
        "date",
        "pst",
    ];
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let named = words.iter().any(|word| NAMES.contains(&word.as_str()));
    let dated = named || text.matches(['/', '-', '.']).count() >= 2 && !text.contains(' ');
    (2..=10).contains(&words.len())
        && dated
        && words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        && words.iter().all(|word| {
            NAMES.contains(&word.as_str())
                || BESIDE.contains(&word.as_str())
                || word.starts_with(|c: char| c.is_ascii_digit())
        })
}

/// `Home > News > Harbor` and `News | Sport | Weather`.
fn breadcrumbs(lines: &mut [Line]) {
    for line in lines.iter_mut().filter(|line| line.is_undecided()) {
        let parts = [" > ", " | ", " / ", " · ", " • ", " › ", " » ", " → "]
            .iter()
            .map(|mark| line.text.matches(mark).count())
            .max()
            .unwrap_or(0);
        if parts >= 2 && !line.ends_sentence() && line.word_count() <= 5 * (parts + 1) {
            line.skip(SkipReason::Navigation);
        }
    }
}

/// Runs of four and more very short lines without marks beside what is navigation already.
fn navigation_lists(lines: &mut [Line]) {
    for paragraph in paragraphs(lines) {
        let part = &mut lines[paragraph];
        let skipped = part
            .iter()
            .filter(|line| {
                matches!(
                    line.role,
                    super::lines::LineRole::Skipped(
                        SkipReason::Navigation | SkipReason::Advertisement | SkipReason::Notice
                    )
                )
            })
            .count();
        let open = part.iter().filter(|line| line.is_undecided()).count();
        let short =
            part.iter().filter(|line| line.is_undecided() && line.word_count() <= 4 && !line.ends_sentence()).count();
        if open > 0 && short == open && skipped * 2 >= open && skipped > 0 {
            part.iter_mut().filter(|line| line.is_undecided()).for_each(|line| line.skip(SkipReason::Navigation));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices() {
        for (text, expected) in [
            (
                "We and our 214 partners store and access information on your device to deliver content. Accept all | Manage choices",
                Some(SkipReason::Notice),
            ),
            ("This message was scanned for viruses.", Some(SkipReason::Notice)),
            ("Register now for FREE unlimited access to the Gazette.", Some(SkipReason::Advertisement)),
            ("Read more: Ten quays you must see before you are thirty", Some(SkipReason::Navigation)),
            ("Story continues below", Some(SkipReason::Advertisement)),
            ("Photo: Mara Quill", Some(SkipReason::Byline)),
            ("Search", Some(SkipReason::Navigation)),
            // Texts that speak of such things.
            (
                "The law says that sites that use trackers must ask, and most of them ask in a way that nobody reads.",
                None,
            ),
            (
                "The newsletter of the rowing club grew from eleven readers to four hundred in a year, and nobody was paid for it.",
                None,
            ),
            ("Search parties went out at dawn, and by noon they had found the boat on the east bank.", None),
            ("Share prices fell by a fifth after the yard had said that it would build no more ferries.", None),
            ("Home is where the heart is.", None),
        ] {
            assert_eq!(reason(text), expected, "{text}");
        }
        assert!(
            is_date_line("Monday, 4 May 2026, 10:02 GMT")
                && is_date_line("2026-05-04")
                && !is_date_line("May 4 was a cold day")
        );
    }
}
