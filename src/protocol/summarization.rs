//! Messages about summarizing a text.
//!
//! A span is two places in a text in UTF-8, in bytes: where something begins, and where it has ended.

use serde::{Deserialize, Serialize};

use super::{EngineKind, Shortness};

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
    /// How short the lines are.
    #[serde(default, skip_serializing_if = "Shortness::is_default")]
    pub shortness: Shortness,
    /// What the text is about or who reads it: sentences that share its words are preferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
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
    /// Its whole sentence, of a finished line that leaves words out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<Box<WholeSentence>>,
    /// Why its sentence was chosen, of a finished line by a model that chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<LineReason>>,
}

/// The sentence of a shortened line, as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WholeSentence {
    /// What it says.
    pub text: String,
    /// Its words, all of them copied.
    pub words: Vec<SummaryWord>,
}

/// Why a sentence was chosen: how the model ranks it, and what the model is told of it besides its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineReason {
    /// Its place in the text, from 1.
    pub place: u32,
    /// Sentences of the text.
    pub sentences: u32,
    /// How many sentences that may be a line the model finds more salient, and one.
    pub rank: u32,
    /// Sentences that may be a line: no headings, captions or greetings.
    pub ranked: u32,
    /// The same as [`SourceSentence::salience`].
    pub salience: f32,
    /// Whether it is the first of its paragraph, item or turn; not of a text whose paragraphs are not known.
    pub begins_paragraph: bool,
    /// Whether its paragraph stands right under a heading.
    pub under_heading: bool,
    /// Whether the text begins with a heading, which `opening_words` are shared with.
    pub opening_heading: bool,
    /// Words that it shares with the first sentence of the text or its heading, each once, in order; none of the first itself.
    pub opening_words: Vec<String>,
    /// Words of it that other sentences say as well, each once, the most repeated first.
    pub repeated_words: Vec<String>,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_added_is_optional_and_keeps_its_names() {
        let old = json!({ "model": "summary", "text": "A.", "kind": "tldr", "length": "short" });
        let mut ask: SummarizeRequest = serde_json::from_value(old.clone()).unwrap();
        assert_eq!((ask.shortness, serde_json::to_value(&ask).unwrap()), (Shortness::DEFAULT, old));
        assert_eq!(ask.context, None);
        ask.shortness = Shortness::SHORTEST;
        ask.context = Some("Rain".into());
        let told = serde_json::to_value(&ask).unwrap();
        assert_eq!((&told["shortness"], &told["context"]), (&json!(100), &json!("Rain")));
        assert_eq!(serde_json::from_value::<SummarizeRequest>(told).unwrap(), ask);

        let old = json!({
            "index": 0, "text": "A.", "words": [], "sources": [0], "making": "rewritten", "finished": true,
        });
        let mut line: SummaryLine = serde_json::from_value(old.clone()).unwrap();
        assert_eq!((&line.whole, &line.reason, serde_json::to_value(&line).unwrap()), (&None, &None, old));
        line.whole = Some(Box::new(WholeSentence { text: "A B.".into(), words: Vec::new() }));
        line.reason = Some(Box::new(LineReason {
            place: 1,
            sentences: 2,
            rank: 1,
            ranked: 2,
            salience: 1.0,
            begins_paragraph: true,
            under_heading: false,
            opening_heading: true,
            opening_words: vec!["a".into()],
            repeated_words: Vec::new(),
        }));
        let told = serde_json::to_value(&line).unwrap();
        assert_eq!(told["whole"], json!({ "text": "A B.", "words": [] }));
        assert_eq!(
            told["reason"],
            json!({
                "place": 1, "sentences": 2, "rank": 1, "ranked": 2, "salience": 1.0, "beginsParagraph": true,
                "underHeading": false, "openingHeading": true, "openingWords": ["a"], "repeatedWords": [],
            })
        );
        assert_eq!(serde_json::from_value::<SummaryLine>(told).unwrap(), line);
    }
}
