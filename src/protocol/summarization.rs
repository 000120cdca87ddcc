//! Messages about summarizing a text.
//!
//! A span is two places in a text in UTF-8, in bytes: where something begins, and where it has ended.

use serde::{Deserialize, Serialize};

use super::EngineKind;

/// The kinds of the web platform's Summarizer API, and one of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SummaryKind {
    /// A line that says what a text is about.
    Headline,
    /// A few sentences for somebody in a hurry.
    Tldr,
    /// The most important points, each a sentence.
    KeyPoints,
    /// The most interesting sentences.
    Teaser,
    /// The most telling sentence, shortened where that is possible.
    Sentence,
}

/// How long a summary is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SummaryLength {
    /// Three points, one sentence, about 12 words.
    #[default]
    Short,
    /// Five points, three sentences, about 17 words.
    Medium,
    /// Seven points, five sentences, about 22 words.
    Long,
}

/// How much a summary holds, in place of a standard length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "count", rename_all = "kebab-case")]
pub enum SummaryAmount {
    /// So many points or sentences; a headline takes no notice of it.
    Points(u32),
    /// At most about so many words.
    Words(u32),
}

/// What [`Request::SummarizeRequest`](super::Request::Summarize) asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummarizeRequest {
    /// A loaded model's name: `summary` or `seed-seq2seq`.
    pub model: String,
    /// The text, as the visitor has it.
    pub text: String,
    /// What is wanted.
    pub kind: SummaryKind,
    /// How much of it; [`SummaryKind::Sentence`] takes no notice of it.
    pub length: SummaryLength,
    /// How much of it, in place of `length`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<SummaryAmount>,
    /// Passages that are to be read though they do not look like the author's text: spans of [`SourceAnalysis::skipped`], or others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub included: Vec<[u32; 2]>,
}

/// A text as it was read: the first that a summary's job tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceAnalysis {
    /// The sentences, in order; together they hold every word.
    pub sentences: Vec<SourceSentence>,
    /// The span of each word; marks are words too.
    pub words: Vec<[u32; 2]>,
    /// What is said where nothing was learned: the spans of the text's beginning, as long as the summary wanted.
    pub baseline: Vec<[u32; 2]>,
    /// Whether the text looks like English, which is what the models read.
    pub language: Language,
    /// The English name of the language, where it is not English and was recognized.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_name: Option<String>,
    /// What was left out, because it is not running text of the author, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedPassage>,
}

/// A passage of a text that is not summarized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SkippedPassage {
    /// Its span.
    pub span: [u32; 2],
    /// Why.
    pub reason: SkipReason,
}

/// Why a passage is not summarized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// Lines of a mail's header.
    MailHeader,
    /// Another mail that is quoted, or lines with `>` before them.
    Quotation,
    /// A signature.
    Signature,
    /// A legal notice, a consent banner, what a program says.
    Notice,
    /// Menus, links, buttons.
    Navigation,
    /// Advertisements and invitations to subscribe.
    Advertisement,
    /// Authors, dates and credits.
    Byline,
    /// Code and commands.
    Code,
    /// Lines of a log.
    Log,
    /// Rows of a table.
    Table,
    /// References and footnotes.
    References,
    /// What is repeated on every page, and page numbers.
    PageHeader,
    /// What readers wrote below an article.
    Comments,
    /// Sounds in captions.
    Sound,
    /// Marks that show nothing.
    Markup,
}

impl SkipReason {
    /// What the passage is, in a few words for whoever reads: the page and the command line say the same.
    pub fn description(self) -> &'static str {
        match self {
            Self::MailHeader => "an email header",
            Self::Quotation => "quoted from someone else",
            Self::Signature => "a signature",
            Self::Notice => "a notice",
            Self::Navigation => "navigation",
            Self::Advertisement => "an advertisement",
            Self::Byline => "author, date or credits",
            Self::Code => "code",
            Self::Log => "a log",
            Self::Table => "a table",
            Self::References => "references",
            Self::PageHeader => "repeated on every page",
            Self::Comments => "reader comments",
            Self::Sound => "a sound description",
            Self::Markup => "markup",
        }
    }
}

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Enough of its words are known.
    English,
    /// Most of its words are unknown: another language, code, a table.
    Other,
    /// There are too few words to tell.
    Unsure,
}

/// A sentence of a text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceSentence {
    /// Its span.
    pub span: [u32; 2],
    /// How much it says of what the text says, from 0 to 1; 0 from a model that does not choose sentences.
    pub salience: f32,
}

/// One line of a summary: a sentence, or the whole headline. Told first as its whole sentence, and again when it is finished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryLine {
    /// Its place in the summary, from 0.
    pub index: u32,
    /// What it says, so far.
    pub text: String,
    /// Its words; what is between them in `text` is white space.
    pub words: Vec<SummaryWord>,
    /// The sentences of the source that it was made from, as indices.
    pub sources: Vec<u32>,
    /// How it came about.
    pub making: LineSource,
    /// Whether it is finished; until then it is its whole sentence, or as far as the plain model has written.
    pub finished: bool,
}

/// How a line of a summary came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineSource {
    /// The model wrote it: a sentence of the source without some of its phrases, or, by the plain model, anything.
    Rewritten,
    /// It is the source's sentence, word for word, because nothing of it is to be left out.
    Extracted,
}

/// One word of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryWord {
    /// Its span in the line's text.
    pub span: [u32; 2],
    /// Where it comes from.
    pub origin: WordOrigin,
    /// What the model looked at when it wrote the word: words of the source, as indices, with their shares, the largest first, at
    /// most eight. Empty for a line that was extracted, and for a model without attention.
    pub attention: Vec<(u32, f32)>,
}

/// Where a word of a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum WordOrigin {
    /// It is this word of the source, taken over.
    Copied {
        /// An index into [`SourceAnalysis::words`].
        word: u32,
    },
    /// The model wrote it, and the source holds it as well.
    InSource,
    /// The model wrote it, and the source does not hold it.
    New,
}

/// A finished summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Which model wrote it.
    pub model: String,
    /// Which engine it ran on.
    pub engine: EngineKind,
    /// The lines, in the order of the text.
    pub lines: Vec<SummaryLine>,
    /// Words of the text, marks not counted.
    pub words_in: u32,
    /// Words of the summary, marks not counted.
    pub words_out: u32,
    /// Milliseconds in the worker until the first word.
    pub first_ms: f64,
    /// Milliseconds in the worker for everything.
    pub total_ms: f64,
}
