//! Makes training data of a row: a document with the salience of its sentences, and pairs of source and target.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    clean::{content, is_table, without_section, without_site, without_tickers},
    dedup::{HeldOutShingles, ShingleHashes, fingerprint},
    report::PreparationReport,
    sources::{SourceDataset, SourceSplit, SummaryStyle},
};
use crate::{
    cli::datasets::jsonl::{RawDocument, RawSummary},
    models::summarizer::{Reference, RougeScorer, StemmedToken, SummaryKind},
    text::{self, Word, join, with_final_period, words},
};

/// Sentences of a document beyond these are left out.
const DOCUMENT_SENTENCES: usize = 60;
/// Words of its sentences beyond these are left out, marks counted.
const SENTENCE_WORDS: usize = 60;
/// Sentences that an oracle takes at most.
const ORACLE_SENTENCES: usize = 4;
/// A highlight belongs to a sentence that holds this share of its content words.
const ALIGNED: f64 = 0.7;
/// A headline is supported by a text that holds this share of its content words of four letters or more.
const SUPPORTED: f64 = 0.6;
/// Words of the source of a headline or of a one-sentence summary: whole sentences up to these.
const SOURCE_WORDS: usize = 200;
/// Words of the longest sentence that is rewritten.
const LONGEST_REWRITTEN: usize = 90;

/// A text whose sentences are labelled.
#[derive(Debug, Serialize, Deserialize)]
pub struct PreparedDocument {
    /// The row it is of.
    pub id: String,
    /// The set it is of.
    pub set: String,
    /// The sentences, in the normal form, the first 60 of up to 60 words.
    pub sentences: Vec<String>,
    /// 1 for each sentence that a greedy oracle takes, 0 for the others.
    pub salience: Vec<u8>,
    /// For each sentence, the mean F1 of ROUGE-1 and -2 that it has alone.
    pub gain: Vec<f32>,
    /// What people wrote, in the normal form, a sentence a line.
    pub reference: String,
}

/// What to write for what.
#[derive(Debug, Serialize, Deserialize)]
pub struct PreparedPair {
    /// The row it is of.
    pub id: String,
    /// The set it is of.
    pub set: String,
    /// What is wanted.
    pub kind: SummaryKind,
    /// What is given, in the normal form, a sentence a line.
    pub source: String,
    /// What to write, in the normal form, one line.
    pub target: String,
    /// The share of the content words of the target that the source holds, by their stems: how little must be invented.
    pub support: f32,
}

/// What one row gives.
#[derive(Debug, Default)]
pub struct ExtractedPairs {
    /// None or one.
    pub documents: Vec<PreparedDocument>,
    /// Any number.
    pub pairs: Vec<PreparedPair>,
}

/// Makes documents and pairs of the rows of a set, and counts.
pub struct PairExtractor<'a> {
    set: &'a SourceDataset,
    held: Option<&'a HeldOutShingles>,
    scorer: RougeScorer,
    seen: ShingleHashes,
    /// How often each word stands in the texts and summaries that were kept.
    pub words: HashMap<String, u64>,
    /// What became of the rows so far.
    pub report: PreparationReport,
}

impl<'a> PairExtractor<'a> {
    /// For a training set, what it must have nothing of.
    pub fn new(set: &'a SourceDataset, held: Option<&'a HeldOutShingles>) -> Self {
        let (scorer, seen) = (RougeScorer::new(), ShingleHashes::default());
        Self { set, held, scorer, seen, words: HashMap::new(), report: PreparationReport::default() }
    }

    /// Counts something that is left out.
    pub fn reject(&mut self, reason: &str) -> ExtractedPairs {
        *self.report.rejects.entry(reason.to_owned()).or_default() += 1;
        ExtractedPairs::default()
    }

    /// Whatever is to be made of a row.
    pub fn make(&mut self, row: &RawDocument) -> ExtractedPairs {
        self.report.rows += 1;
        let wire = self.set.form == SummaryStyle::WireTitles;
        let clean = if wire { without_tickers(&row.text) } else { row.text.clone() };
        let document = text::Document::read(&clean);
        // Held-out sets are kept as they are: what is measured is not chosen.
        let train = self.set.split == SourceSplit::Train;
        if train && !self.seen.insert(fingerprint(&document.words)) {
            return self.reject("text is there twice in the set");
        }
        if train && self.held.is_some_and(|held| held.holds(&document.words) || same_title(held, row)) {
            return self.reject("text is nearly one of a held-out set");
        }
        if train && wire && is_table(&document.words) {
            return self.reject("text is a table or too short");
        }
        let mut made = ExtractedPairs::default();
        match self.set.form {
            SummaryStyle::Highlights => {
                let highlights: Vec<String> =
                    row.summaries.iter().flat_map(|s| s.text().split('\n')).map(text::normalize).collect();
                self.document(row, &document, &highlights.join("\n"), &mut made);
                for highlight in &highlights {
                    self.aligned(row, &document, highlight, true, &mut made);
                }
            }
            SummaryStyle::Titles | SummaryStyle::WireTitles => {
                for title in row.summaries.iter().map(RawSummary::text) {
                    self.headline(row, &document, title, &mut made);
                }
            }
            SummaryStyle::OneSentence => {
                if let Some(title) = &row.title {
                    self.headline(row, &document, title, &mut made);
                }
                for (index, summary) in row.summaries.iter().map(|summary| text::normalize(summary.text())).enumerate()
                {
                    if index == 0 {
                        self.document(row, &document, &summary, &mut made);
                    }
                    self.aligned(row, &document, &summary, false, &mut made);
                    self.one_sentence(row, &document, &summary, &mut made);
                }
            }
            SummaryStyle::Compression => {
                for summary in row.summaries.iter().map(|summary| text::normalize(summary.text())) {
                    self.compression(row, &document, &summary, &mut made);
                }
            }
        }
        self.report.words += document.words.len() as u64;
        self.report.documents += made.documents.len() as u64;
        for pair in &made.pairs {
            let kind = serde_json::to_value(pair.kind).ok().and_then(|kind| Some(kind.as_str()?.to_owned()));
            *self.report.pairs.entry(kind.unwrap_or_default()).or_default() += 1;
        }
        let written: Vec<Word> = row.summaries.iter().flat_map(|summary| words(summary.text())).collect();
        for word in document.words.iter().chain(&written) {
            match self.words.get_mut(&word.text) {
                Some(count) => *count += 1,
                None => drop(self.words.insert(word.text.clone(), 1)),
            }
        }
        made
    }

    fn document(&mut self, row: &RawDocument, document: &text::Document, reference: &str, made: &mut ExtractedPairs) {
        let sentences: Vec<String> = document
            .sentences
            .iter()
            .take(DOCUMENT_SENTENCES)
            .map(|sentence| {
                let words = document.words_of(sentence);
                join(&words[..words.len().min(SENTENCE_WORDS)])
            })
            .collect();
        if sentences.len() < 2 || reference.is_empty() {
            self.reject("document of one sentence or without a summary");
            return;
        }
        let stems: Vec<_> = sentences.iter().map(|sentence| self.scorer.stems(sentence)).collect();
        let oracle = Reference::new(&mut self.scorer, reference).greedy(&stems, ORACLE_SENTENCES);
        if oracle.chosen.is_empty() {
            self.reject("document that has no word of its summary");
            return;
        }
        let mut salience = vec![0; sentences.len()];
        oracle.chosen.iter().for_each(|at| salience[*at] = 1);
        let gain = oracle.gains.iter().map(|gain| (gain * 10_000.0).round() / 10_000.0).collect();
        let (id, set) = (row.id.clone(), self.set.name.to_owned());
        made.documents.push(PreparedDocument { id, set, sentences, salience, gain, reference: reference.to_owned() });
    }

    fn pair(
        &mut self,
        row: &RawDocument,
        kind: SummaryKind,
        source: String,
        target: String,
        made: &mut ExtractedPairs,
    ) {
        let held: HashSet<StemmedToken> = self.scorer.stems(&source).into_iter().collect();
        let words = words(&target);
        let (mut all, mut supported) = (0usize, 0usize);
        for word in content(&words) {
            all += 1;
            supported += usize::from(self.scorer.stems(word).iter().all(|stem| held.contains(stem)));
        }
        let support = (100.0 * supported as f32 / all.max(1) as f32).round() / 100.0;
        made.pairs.push(PreparedPair {
            id: row.id.clone(),
            set: self.set.name.to_owned(),
            kind,
            source,
            target,
            support,
        });
    }

    /// A sentence of a summary and the sentence of the text that it rewrites.
    fn aligned(
        &mut self,
        row: &RawDocument,
        document: &text::Document,
        target: &str,
        count: bool,
        made: &mut ExtractedPairs,
    ) {
        // "NEW: …" marks what was added to a running story.
        let target = words(target.strip_prefix("new : ").unwrap_or(target));
        let content: HashSet<&str> = content(&target).collect();
        if target.len() < 5 || content.len() < 3 {
            if count {
                self.reject("highlight of fewer than five words");
            }
            return;
        }
        let (mut best, mut found): (Option<(&[Word], f64)>, bool) = (None, false);
        for sentence in &document.sentences {
            let words = document.words_of(sentence);
            let held: HashSet<&str> =
                words.iter().map(|word| &*word.text).filter(|word| content.contains(word)).collect();
            let share = held.len() as f64 / content.len() as f64;
            if share < ALIGNED {
                continue;
            }
            found = true;
            let longer = words.len() > target.len() && words.len() <= LONGEST_REWRITTEN;
            if longer && best.is_none_or(|best| share > best.1 || share == best.1 && words.len() < best.0.len()) {
                best = Some((words, share));
            }
        }
        match best {
            Some((source, _)) => {
                self.pair(row, SummaryKind::Sentence, join(source), with_final_period(&target), made);
            }
            None if count && found => drop(self.reject("highlight no shorter than its sentence")),
            None if count => drop(self.reject("highlight that no sentence holds")),
            None => {}
        }
    }

    /// A title that the beginning of its text supports.
    fn headline(&mut self, row: &RawDocument, document: &text::Document, title: &str, made: &mut ExtractedPairs) {
        let title = without_site(title);
        let title = if self.set.form == SummaryStyle::WireTitles {
            without_section(&without_tickers(title)).to_owned()
        } else {
            title.to_owned()
        };
        let mut target = words(&title);
        while target.last().is_some_and(|word| word.text == ".") {
            target.pop();
        }
        if !(4..=25).contains(&target.len()) {
            self.reject("headline of fewer than four words or more than 25");
            return;
        }
        let (source, given) = beginning(document);
        // The whole text may go on beyond what is given; the headline must not.
        let held: HashSet<StemmedToken> = given.iter().flat_map(|word| self.scorer.stems(&word.text)).collect();
        let (mut all, mut supported) = (0usize, 0usize);
        for word in content(&target).filter(|word| word.chars().count() >= 4) {
            all += 1;
            let stems = self.scorer.stems(word);
            supported += usize::from(!stems.is_empty() && stems.iter().all(|stem| held.contains(stem)));
        }
        if all < 2 || (supported as f64) < SUPPORTED * all as f64 {
            self.reject("headline that its text does not support");
            return;
        }
        if given.len() < 2 * target.len() {
            self.reject("headline nearly as long as its text");
            return;
        }
        let target = join(&target);
        if self.set.form != SummaryStyle::OneSentence {
            self.document(row, document, &target, made);
        }
        self.pair(row, SummaryKind::Headline, source, target, made);
    }

    /// One sentence for a whole text.
    fn one_sentence(&mut self, row: &RawDocument, document: &text::Document, target: &str, made: &mut ExtractedPairs) {
        let target = words(target);
        let (source, given) = beginning(document);
        if !(5..=60).contains(&target.len()) || given.len() < 2 * target.len() {
            self.reject("one-sentence summary too short, too long or nearly the text");
            return;
        }
        self.pair(row, SummaryKind::Tldr, source, with_final_period(&target), made);
    }

    /// A sentence with words left out.
    fn compression(&mut self, row: &RawDocument, document: &text::Document, target: &str, made: &mut ExtractedPairs) {
        let target = words(target);
        if target.len() < 4 || document.words.len() > LONGEST_REWRITTEN || target.len() >= document.words.len() {
            self.reject("compression too short, too long or no shorter than its sentence");
            return;
        }
        self.pair(row, SummaryKind::Sentence, join(&document.words), with_final_period(&target), made);
    }
}

/// The first sentences of a document, as text and as words.
fn beginning(document: &text::Document) -> (String, &[Word]) {
    let mut end = 0;
    let mut lines = Vec::new();
    for sentence in &document.sentences {
        if end > 0 && sentence.words.end > SOURCE_WORDS {
            break;
        }
        end = sentence.words.end;
        lines.push(join(document.words_of(sentence)));
    }
    (lines.join("\n"), &document.words[..end])
}

fn same_title(held: &HeldOutShingles, row: &RawDocument) -> bool {
    row.title.as_ref().is_some_and(|title| {
        let words = words(title);
        words.len() >= 4 && held.holds(&words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(form: SummaryStyle, text: &str, summaries: &[&str]) -> (ExtractedPairs, PreparationReport) {
        let set = SourceDataset { name: "test", split: SourceSplit::Train, form, weight: 1 };
        let row = RawDocument {
            id: "1".into(),
            text: text.into(),
            summaries: summaries.iter().map(|summary| RawSummary::Text((*summary).into())).collect(),
            title: None,
        };
        let mut maker = PairExtractor::new(&set, None);
        let made = maker.make(&row);
        (made, maker.report)
    }

    const ARTICLE: &str = "The ferry across the old river was closed on Monday after a storm, officials said. Nobody was hurt. \
        The ferryman, who is 70 years old, plans to open it again in the spring, said his daughter. It rained.";

    #[test]
    fn highlights_find_their_sentences() {
        let highlights = "NEW: Ferry across river closed after storm\nThe ferryman plans to open it in spring .\nThe mayor is angry now .\nIt rained .";
        let (made, report) = made(SummaryStyle::Highlights, ARTICLE, &[highlights]);
        assert_eq!(made.documents[0].salience, [1, 0, 1, 1]);
        assert_eq!(made.documents[0].sentences[1], "nobody was hurt .");
        let pairs: Vec<_> = made.pairs.iter().map(|pair| (&*pair.source, &*pair.target)).collect();
        assert_eq!(
            pairs,
            [
                (
                    "the ferry across the old river was closed on monday after a storm , officials said .",
                    "ferry across river closed after storm ."
                ),
                (
                    "the ferryman , who is 70 years old , plans to open it again in the spring , said his daughter .",
                    "the ferryman plans to open it in spring ."
                ),
            ]
        );
        assert_eq!(report.rejects.values().sum::<u64>(), 2);
        assert_eq!(report.pairs["sentence"], 2);
    }

    #[test]
    fn unsupported_headlines_are_left_out() {
        let (made_pairs, _) = made(SummaryStyle::Titles, ARTICLE, &["Ferry across river closed by storms | The Paper"]);
        assert_eq!(made_pairs.pairs[0].target, "ferry across river closed by storms");
        assert_eq!(made_pairs.pairs[0].kind, SummaryKind::Headline);
        assert_eq!(made_pairs.pairs[0].source.lines().count(), 4);
        let (made_pairs, report) = made(SummaryStyle::Titles, ARTICLE, &["You will never guess what happened next"]);
        assert!(made_pairs.pairs.is_empty());
        assert_eq!(report.rejects["headline that its text does not support"], 1);
    }

    #[test]
    fn tables_are_left_out() {
        let (_, report) =
            made(SummaryStyle::WireTitles, "Shr 16 cts vs 35 cts Net 476,000 vs 929,000", &["X YEAR NET"]);
        assert_eq!(report.rejects["text is a table or too short"], 1);
    }

    #[test]
    fn what_is_held_out_is_left_out() {
        let row = RawDocument {
            id: "1".into(),
            text: ARTICLE.into(),
            summaries: vec![RawSummary::Text("It rained on the ferry .".into())],
            title: None,
        };
        let mut held = HeldOutShingles::default();
        held.add(&row);
        let set = SourceDataset { name: "test", split: SourceSplit::Train, form: SummaryStyle::Highlights, weight: 1 };
        let mut maker = PairExtractor::new(&set, Some(&held));
        assert!(maker.make(&row).pairs.is_empty());
        assert_eq!(maker.report.rejects["text is nearly one of a held-out set"], 1);
        assert!(maker.words.is_empty());
    }

    #[test]
    fn compressions_end_in_a_stop() {
        let (made, _) = made(
            SummaryStyle::Compression,
            "A pastor was accused of abuse, officials said.",
            &["A pastor was accused"],
        );
        assert_eq!(made.pairs[0].target, "a pastor was accused .");
    }
}
