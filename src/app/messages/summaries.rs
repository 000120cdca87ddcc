//! Messages about texts and summaries.

use super::engines::engine_with_article;
use super::format::{milliseconds, sentence, thousands};
use crate::app::model::async_value::Progress;
use crate::app::model::summaries::highlight::{sentence_of, slice};
use crate::app::model::summaries::request::{SummaryRun, SummaryRunStatus};
use crate::protocol::{
    Activity, Language, LineSource, SourceAnalysis, Summary, SummaryAmount, SummaryKind, SummaryLength, SummaryLine,
    SummaryWord, WordOrigin,
};

/// Words that people read in a minute: the mean for English non-fiction, read silently (Brysbaert 2019, "How many words do we
/// read per minute?", Journal of Memory and Language 109).
const READING_SPEED: f64 = 238.0;

/// The kinds of summaries with their names, in the order of the form.
pub const KINDS: [(SummaryKind, &str); 5] = [
    (SummaryKind::KeyPoints, "Key points"),
    (SummaryKind::Tldr, "TL;DR"),
    (SummaryKind::Headline, "Headline"),
    (SummaryKind::Teaser, "Teaser"),
    (SummaryKind::Sentence, "One sentence"),
];

/// The lengths with their names.
pub const LENGTHS: [(SummaryLength, &str); 3] =
    [(SummaryLength::Short, "Short"), (SummaryLength::Medium, "Medium"), (SummaryLength::Long, "Long")];

/// The value of a kind in the form and the `data-*` attributes.
pub fn kind_attribute(kind: SummaryKind) -> &'static str {
    match kind {
        SummaryKind::Headline => "headline",
        SummaryKind::Tldr => "tldr",
        SummaryKind::KeyPoints => "key-points",
        SummaryKind::Teaser => "teaser",
        SummaryKind::Sentence => "sentence",
    }
}

/// The value of a length.
pub fn length_attribute(length: SummaryLength) -> &'static str {
    match length {
        SummaryLength::Short => "short",
        SummaryLength::Medium => "medium",
        SummaryLength::Long => "long",
    }
}

/// The value of a language.
pub fn language_attribute(language: Language) -> &'static str {
    match language {
        Language::English => "english",
        Language::Other => "other",
        Language::Unsure => "unsure",
    }
}

/// What a kind and a length give.
pub fn kind_description(kind: SummaryKind, length: SummaryLength) -> String {
    let step = match length {
        SummaryLength::Short => 0,
        SummaryLength::Medium => 1,
        SummaryLength::Long => 2,
    };
    let sentences = |count: usize| match count {
        1 => "one sentence".to_owned(),
        3 => "three sentences".to_owned(),
        _ => "five sentences".to_owned(),
    };
    match kind {
        SummaryKind::Headline => {
            format!("A line of about {} words that says what the text is about.", [12, 17, 22][step])
        }
        SummaryKind::Tldr => format!("The gist in {}.", sentences([1, 3, 5][step])),
        SummaryKind::KeyPoints => format!("The {} most important points.", ["three", "five", "seven"][step]),
        SummaryKind::Teaser => match step {
            0 => "A teaser: one sentence that makes you want to read on.".into(),
            _ => format!("A teaser: {} that make you want to read on.", sentences([1, 3, 5][step])),
        },
        SummaryKind::Sentence => "The most telling sentence, shortened where possible.".into(),
    }
}

/// The number of words in a text, as people count them.
pub fn count_words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// A number of words.
pub fn word_count_label(count: usize) -> String {
    if count == 1 { "1 word".into() } else { format!("{} words", thousands(count as u64)) }
}

/// What an amount gives, in place of [`kind_description`].
pub fn amount_description(kind: SummaryKind, amount: SummaryAmount) -> Option<String> {
    match (kind, amount) {
        (SummaryKind::Sentence, _) | (SummaryKind::Headline, SummaryAmount::Points(_)) => None,
        (SummaryKind::Headline, SummaryAmount::Words(words)) => {
            Some(format!("A line of about {words} words that says what the text is about."))
        }
        (_, SummaryAmount::Points(1)) => Some("The most important point.".into()),
        (_, SummaryAmount::Points(points)) => Some(format!("The {points} most important points.")),
        (_, SummaryAmount::Words(words)) => {
            Some(format!("The most important points, as many as fit in about {words} words."))
        }
    }
}

/// The text of a file, or a sentence why there is none: UTF-8 and UTF-16 are read, other files are named by their first bytes.
///
/// # Errors
/// A sentence for the visitor.
pub fn decode_text_file(name: &str, bytes: &[u8]) -> Result<String, String> {
    let kinds: [(&[u8], &str); 9] = [
        (
            b"%PDF",
            "a PDF. Open it in a PDF reader, select the text and paste it here; words split at line ends are joined",
        ),
        (
            b"PK\x03\x04",
            "an archive, such as a DOCX, ODT or EPUB file. Open it in its own program and paste the text here, or save it as a text file",
        ),
        (b"{\\rtf", "in Rich Text Format. Open it in a word processor and paste the text here"),
        (b"\xd0\xcf\x11\xe0", "an old Office file. Open it in an office program and paste the text here"),
        (b"\x89PNG", "a picture. Type or paste its text instead"),
        (b"\xff\xd8\xff", "a picture. Type or paste its text instead"),
        (b"GIF8", "a picture. Type or paste its text instead"),
        (b"\x1f\x8b", "compressed. Unpack it first"),
        (b"\x7fELF", "a program"),
    ];
    if let Some((_, what)) = kinds.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(format!("“{name}” is {what}."));
    }
    let wide = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().skip(1).map(|pair| from(*pair)).collect();
        String::from_utf16(&units).ok()
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    };
    let text = text.filter(|text| !text.contains('\0'));
    let text =
        text.ok_or_else(|| format!("“{name}” is not plain text. Only UTF-8 and UTF-16 text files can be opened."))?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// How much of a text is not summarized, and what to do about it; none where all is.
pub fn skipped_notice(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("One passage does not look like part of the text and is left out. Click it to include it.".into()),
        _ => Some(format!(
            "{count} passages do not look like part of the text and are left out. Click one to include it."
        )),
    }
}

/// The notice about a text in another language.
pub fn language_notice(source: &SourceAnalysis) -> Option<String> {
    let what = match (source.language, &source.language_name) {
        (Language::English | Language::Unsure, _) => return None,
        (Language::Other, Some(name)) => format!("This looks like {name}"),
        (Language::Other, None) => "This does not look like English".to_owned(),
    };
    Some(format!("{what}. The model knows only English, so it picks whole sentences and changes none of them."))
}

/// The status of a load, in a line.
pub fn load_status(progress: &Progress) -> String {
    match progress.doing {
        Some(Activity::Fetching) if progress.total > 0 => {
            format!("Downloading: {} of {}.", super::format::bytes(progress.done), super::format::bytes(progress.total))
        }
        Some(Activity::Fetching) => "Downloading…".into(),
        Some(_) => "Starting the model…".into(),
        None => "Loading the model…".into(),
    }
}

/// The status of a request that is not completed.
pub fn run_status(stage: &SummaryRunStatus) -> Option<String> {
    match stage {
        SummaryRunStatus::Waiting => Some("Your text will be summarized as soon as the model has loaded.".into()),
        SummaryRunStatus::Analyzing(progress) => Some(match progress.share() {
            Some(share) => format!("Reading, {:.0}%", share * 100.0),
            None => "Reading…".into(),
        }),
        SummaryRunStatus::Generating => Some("Writing…".into()),
        SummaryRunStatus::Stopped => Some("Stopped.".into()),
        SummaryRunStatus::Failed(why) => Some(sentence(why)),
        SummaryRunStatus::Done(_) => None,
    }
}

/// The reading time that the summary saves.
pub fn reading_time_saved(summary: &Summary) -> String {
    let (before, after) = (f64::from(summary.words_in), f64::from(summary.words_out));
    let minutes = (before - after) / READING_SPEED;
    match minutes {
        _ if minutes < 1.0 / 60.0 => "none".into(),
        _ if minutes < 1.0 => format!("{:.0} seconds", minutes * 60.0),
        _ if minutes < 1.5 => "a minute".into(),
        _ => format!("{minutes:.0} minutes"),
    }
}

/// A duration in milliseconds or seconds.
pub fn duration(ms: f64) -> String {
    if ms.is_finite() && ms >= 1000.0 { format!("{:.1} s", ms / 1000.0) } else { milliseconds(ms) }
}

/// Generated words per second.
pub fn words_per_second(summary: &Summary) -> String {
    let seconds = summary.total_ms / 1000.0;
    if seconds > 0.0 { format!("{:.0}", f64::from(summary.words_out) / seconds) } else { "–".into() }
}

/// The model, engine and adapter that generated a summary.
pub fn summary_source(summary: &Summary, name: &str, adapter: Option<&str>) -> String {
    let on = engine_with_article(summary.engine);
    match adapter {
        Some(adapter) => format!("Written by the model “{name}” on {on} ({adapter})."),
        None => format!("Written by the model “{name}” on {on}."),
    }
}

/// A summary as plain text, to be copied.
pub fn plain_text(run: &SummaryRun) -> String {
    let lines: Vec<&str> = run.lines.iter().map(|line| line.text.trim()).filter(|line| !line.is_empty()).collect();
    match run.order.ask.kind {
        SummaryKind::KeyPoints => lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"),
        _ => lines.join(" "),
    }
}

/// A summary as editable text: a sentence a line.
pub fn editable_text(run: &SummaryRun) -> String {
    let lines: Vec<&str> = run.lines.iter().map(|line| line.text.trim()).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// The first sentences of the text, one line for each span.
pub fn lead_lines(text: &str, source: &SourceAnalysis) -> Vec<String> {
    source.baseline.iter().map(|span| slice(text, *span).trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The announcement for screen readers once a summary is completed, stopped or failed.
pub fn announcement(run: &SummaryRun) -> Option<String> {
    match &run.stage {
        SummaryRunStatus::Done(summary) if summary.lines.is_empty() => {
            Some("Summary ready. The text has nothing to summarize.".into())
        }
        SummaryRunStatus::Done(summary) => {
            // As they were finished: a line that the visitor turns to its whole sentence is not a new summary.
            let lines: Vec<&str> = summary.lines.iter().map(|line| line.text.trim()).collect();
            let note = run.source.as_deref().and_then(language_notice);
            Some(
                [note.as_deref(), Some("Summary ready:")]
                    .into_iter()
                    .flatten()
                    .chain(lines)
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        }
        SummaryRunStatus::Stopped => Some("Stopped.".into()),
        SummaryRunStatus::Failed(why) => Some(sentence(why)),
        _ => None,
    }
}

/// The label of the button that shows the source of a line.
pub fn line_button_label(index: usize, line: &SummaryLine) -> String {
    let from = match line.sources.as_slice() {
        [] => "from the whole text".to_owned(),
        [one] => format!("from sentence {}", one + 1),
        many => {
            let numbers: Vec<String> = many.iter().map(|one| (one + 1).to_string()).collect();
            format!("from sentences {}", numbers.join(", "))
        }
    };
    format!("Line {}, {from}: show the source", index + 1)
}

/// The source of a line.
pub fn line_provenance(line: &SummaryLine) -> String {
    let from = match line.sources.as_slice() {
        [] => "The whole text".to_owned(),
        [one] => format!("Sentence {}", one + 1),
        many => {
            let numbers: Vec<String> = many.iter().map(|one| (one + 1).to_string()).collect();
            format!("Sentences {}", numbers.join(", "))
        }
    };
    match line.making {
        LineSource::Rewritten if line.words.iter().any(|word| matches!(word.origin, WordOrigin::Copied { .. })) => {
            format!("{from}, shortened.")
        }
        LineSource::Rewritten => format!("{from}, in the model's own words."),
        LineSource::Extracted => format!("{from}, word for word."),
    }
}

/// The source of a word.
pub fn word_provenance(line: &SummaryLine, word: &SummaryWord, text: &str, source: Option<&SourceAnalysis>) -> String {
    let itself = slice(&line.text, word.span);
    let place = |index: u32| source.and_then(|source| sentence_of(source, index)).map(|sentence| sentence + 1);
    let from = match word.origin {
        WordOrigin::Copied { word } => match place(word) {
            Some(sentence) => format!("copied from sentence {sentence}"),
            None => "copied from the text".into(),
        },
        WordOrigin::InSource => "written by the model; the text contains it too".into(),
        WordOrigin::New => "written by the model; it is not in the text".into(),
    };
    let looked: Vec<String> = word
        .attention
        .iter()
        .take(3)
        .filter_map(|(index, share)| {
            let span = source?.words.get(*index as usize)?;
            Some(format!("“{}” {:.0}%", slice(text, *span), share * 100.0))
        })
        .collect();
    if looked.is_empty() {
        format!("“{itself}”: {from}.")
    } else {
        format!("“{itself}”: {from}. The model looked at {}.", looked.join(", "))
    }
}

/// The status line while the summarizer loads.
pub fn load_status_line(progress: &Progress, waits: bool) -> String {
    let line = load_status(progress);
    if waits { format!("{line} Your text will be summarized as soon as it has loaded.") } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_or_named() {
        assert_eq!(decode_text_file("a", "\u{feff}né".as_bytes()).unwrap(), "né");
        assert_eq!(decode_text_file("a", b"\xff\xfeh\0i\0").unwrap(), "hi");
        assert_eq!(decode_text_file("a", b"\xfe\xff\0h\0i").unwrap(), "hi");
        assert!(decode_text_file("a.pdf", b"%PDF-1.7 x").unwrap_err().contains("a PDF"));
        assert!(decode_text_file("a.docx", b"PK\x03\x04 x").unwrap_err().contains("DOCX"));
        assert!(decode_text_file("a", b"\xe9t\xe9").unwrap_err().contains("UTF-8"));
    }

    #[test]
    fn what_is_left_out_is_told() {
        assert_eq!(skipped_notice(0), None);
        assert!(
            skipped_notice(1).unwrap().starts_with("One passage")
                && skipped_notice(3).unwrap().starts_with("3 passages")
        );
        assert_eq!(
            amount_description(SummaryKind::KeyPoints, SummaryAmount::Points(4)).unwrap(),
            "The 4 most important points."
        );
        assert_eq!(amount_description(SummaryKind::Headline, SummaryAmount::Points(4)), None);
    }
    use crate::protocol::EngineKind;

    fn summary(words_in: u32, words_out: u32) -> Summary {
        Summary {
            model: "summary".into(),
            engine: EngineKind::Cpu,
            lines: Vec::new(),
            words_in,
            words_out,
            first_ms: 90.0,
            total_ms: 500.0,
        }
    }

    #[test]
    fn words_are_counted_as_people_do() {
        assert_eq!(count_words(" One – two,\nthree! "), 3);
        assert_eq!(word_count_label(1), "1 word");
        assert_eq!(word_count_label(12_000), "12,000 words");
    }

    #[test]
    fn reading_time_is_never_negative() {
        assert_eq!(reading_time_saved(&summary(700, 60)), "3 minutes");
        assert_eq!(reading_time_saved(&summary(300, 30)), "a minute");
        assert_eq!(reading_time_saved(&summary(100, 40)), "15 seconds");
        assert_eq!(reading_time_saved(&summary(3, 5)), "none");
        assert_eq!(words_per_second(&summary(700, 60)), "120");
    }

    #[test]
    fn every_kind_promises_something() {
        for (kind, _) in KINDS {
            for (length, _) in LENGTHS {
                assert!(kind_description(kind, length).ends_with('.'));
            }
        }
        assert_eq!(kind_description(SummaryKind::KeyPoints, SummaryLength::Long), "The seven most important points.");
    }
}
