//! What a reader can check a line by: why its sentence was chosen, and what it says as it stands.
//!
//! The reason is told in what salience is computed of: the network's own figure, and those of
//! [`sentence_features`](crate::models::summarizer::sentence_features) that a person can count again. Words stand for the pieces that the
//! network is told of.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

use super::{lines::extracted, source_text::EncodedText};
use crate::{
    models::summarizer::sentence_features::{SentencePlace, is_content},
    protocol::{LineReason, LineSource, SourceAnalysis, SummaryLine, WholeSentence},
    text::BlockKind,
};

/// The evidence for the lines of a text.
pub(super) struct LineEvidence<'a> {
    text: &'a EncodedText,
    salience: Vec<f32>,
    /// For each sentence, how many that may be a line are ranked higher, and one.
    ranks: Vec<u32>,
    ranked: u32,
    places: Vec<SentencePlace>,
    /// In how many sentences each word of content stands.
    sentences_with: HashMap<&'a str, u32>,
    opening_words: HashSet<&'a str>,
    opening_heading: bool,
}

impl<'a> LineEvidence<'a> {
    /// The evidence of a text, given what the network made of each sentence, and what a client was told of it.
    pub fn new(text: &'a EncodedText, scores: &[f32], source: &SourceAnalysis) -> Self {
        let count = text.document.sentences.len();
        let mut lines: Vec<usize> = (0..count).filter(|at| text.spoken(*at) > 0 && text.is_running_text(*at)).collect();
        if lines.is_empty() {
            lines = (0..count).filter(|at| text.spoken(*at) > 0).collect();
        }
        let mut sorted: Vec<f32> = lines.iter().map(|at| scores[*at]).collect();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let higher = |score: f32| sorted.partition_point(|other| other.total_cmp(&score).is_gt());
        let mut sentences_with: HashMap<&str, u32> = HashMap::new();
        for at in 0..count {
            let said: HashSet<&str> = content_words(text, at).collect();
            said.into_iter().for_each(|word| *sentences_with.entry(word).or_default() += 1);
        }
        let opening = text.document.sentences.first().and_then(|first| text.clean.block_at(first.span.start));
        let is_heading = opening.is_some_and(|block| block.kind == BlockKind::Heading);
        let is_title = text.title().is_some_and(|title| text.sentence_of(title.start) == 0);
        Self {
            salience: source.sentences.iter().map(|sentence| sentence.salience).collect(),
            ranks: scores.iter().map(|score| higher(*score) as u32 + 1).collect(),
            ranked: lines.len() as u32,
            places: text.places(),
            sentences_with,
            opening_words: if count > 0 { content_words(text, 0).collect() } else { HashSet::new() },
            opening_heading: is_heading || is_title,
            text,
        }
    }

    /// A finished line with its evidence. A headline that the text brings along was not chosen.
    pub fn explain(&self, line: SummaryLine, is_chosen: bool) -> SummaryLine {
        let [sentence] = line.sources[..] else { return line };
        let sentence = sentence as usize;
        let whole = (line.making == LineSource::Rewritten).then(|| {
            let SummaryLine { text, words, .. } = extracted(self.text, 0, sentence);
            Box::new(WholeSentence { text, words })
        });
        let reason = is_chosen.then(|| Box::new(self.reason(sentence)));
        SummaryLine { whole, reason, ..line }
    }

    fn reason(&self, sentence: usize) -> LineReason {
        let mut seen = HashSet::new();
        let words: Vec<&str> = content_words(self.text, sentence).filter(|word| seen.insert(*word)).collect();
        let times = |word: &str| self.sentences_with.get(word).copied().unwrap_or_default();
        let mut repeated: Vec<&str> = words.iter().copied().filter(|word| times(word) > 1).collect();
        repeated.sort_by_key(|word| Reverse(times(word)));
        let opening = words.iter().filter(|word| sentence > 0 && self.opening_words.contains(*word));
        let place = self.places.get(sentence).copied().unwrap_or_default();
        let salience = self.salience.get(sentence).copied().unwrap_or_default();
        LineReason {
            place: sentence as u32 + 1,
            sentences: self.text.document.sentences.len() as u32,
            rank: self.ranks[sentence],
            ranked: self.ranked,
            salience: if salience.is_finite() { salience } else { 0.0 },
            begins_paragraph: place.begins_block,
            under_heading: place.under_heading,
            opening_heading: self.opening_heading,
            opening_words: opening.map(|word| (*word).to_owned()).collect(),
            repeated_words: repeated.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// The words of a sentence that say something: those with a piece that the features count.
fn content_words(text: &EncodedText, sentence: usize) -> impl Iterator<Item = &str> {
    let pieces = text.pieces[sentence].clone();
    let words = pieces.filter(|piece| is_content(text.encoding.ids[*piece])).map(|piece| text.encoding.words[piece]);
    let mut last = None;
    words
        .filter(move |word| last.replace(*word) != Some(*word))
        .map(|word| text.document.words[word].text.as_str())
        .filter(|word| word.contains(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        models::summarizer::{
            kind::{SummaryKind, SummaryLength, WantedSummary},
            pipeline::lines::shortened,
        },
        text::{Lexicon, SPECIALS, WordPieceVocabulary},
    };

    /// A vocabulary in which the first words after the specials are as common as marks are.
    fn vocabulary(content: &str) -> WordPieceVocabulary {
        let common = ["the", "to", "on", "it", "was", "a", ".", ","].map(String::from);
        let filling = (0..600).map(|at| format!("filling{at}"));
        let content = content.split_whitespace().map(String::from);
        let pieces: Vec<String> =
            SPECIALS.map(String::from).into_iter().chain(common).chain(filling).chain(content).collect();
        WordPieceVocabulary::new(pieces.iter().map(String::as_str)).unwrap()
    }

    /// What is told of the sentences of a text with these scores.
    fn reasons(text: &str, content: &str, scores: &[f32]) -> Vec<LineReason> {
        let (vocabulary, words) =
            (vocabulary(content), Lexicon::parse(Lexicon::to_file(["council"]).as_bytes()).unwrap());
        let text = EncodedText::read(text, &[], &vocabulary, &words);
        assert_eq!(text.document.sentences.len(), scores.len());
        let source = text.source(scores, &WantedSummary::new(SummaryKind::KeyPoints, SummaryLength::Short), &words);
        let evidence = LineEvidence::new(&text, scores, &source);
        (0..scores.len()).map(|at| *evidence.explain(extracted(&text, 0, at), true).reason.unwrap()).collect()
    }

    #[test]
    fn a_reason_names_rank_place_and_words() {
        let content = "council closed bridge ferry money cars";
        let text = "The council closed the bridge. The ferry was a bridge. The ferry was money to the council, cars.";
        let reasons = reasons(text, content, &[1.0, 3.0, 2.0]);
        assert_eq!(
            reasons.iter().map(|reason| (reason.place, reason.rank)).collect::<Vec<_>>(),
            [(1, 3), (2, 1), (3, 2)]
        );
        assert!(reasons.iter().all(|reason| reason.sentences == 3 && reason.ranked == 3 && !reason.opening_heading));
        assert_eq!((reasons[1].salience, &reasons[1].opening_words), (1.0, &vec!["bridge".to_owned()]));
        assert_eq!(reasons[2].opening_words, ["council"]);
        assert_eq!(reasons[2].repeated_words, ["ferry", "council"]);
        assert!(reasons[0].opening_words.is_empty(), "the first shares nothing with itself");
        // One paragraph: where its sentences stand in it is not told.
        assert!(reasons.iter().all(|reason| !reason.begins_paragraph && !reason.under_heading));
    }

    #[test]
    fn headings_are_no_rivals_and_are_told() {
        let text =
            "# The bridge\n\nThe council closed the bridge. It was a ferry.\n\n# Money\n\nThe cars was on the ferry.";
        let reasons = reasons(text, "council closed bridge ferry money cars", &[9.0, 3.0, 1.0, 8.0, 2.0]);
        assert_eq!((reasons[1].rank, reasons[4].rank, reasons[2].rank, reasons[1].ranked), (1, 2, 3, 3));
        assert!(reasons[1].opening_heading && reasons[1].under_heading && reasons[1].begins_paragraph);
        assert_eq!(reasons[1].opening_words, ["bridge"]);
        assert!(reasons[4].under_heading && reasons[2].under_heading && !reasons[2].begins_paragraph);
    }

    #[test]
    fn only_a_shortened_line_has_its_whole_sentence() {
        let vocabulary = vocabulary("council bridge");
        let text = EncodedText::read_verbatim("However, the council closed the bridge.", &vocabulary);
        let words = Lexicon::parse(Lexicon::to_file(["council"]).as_bytes()).unwrap();
        let source = text.source(&[0.0], &WantedSummary::new(SummaryKind::Tldr, SummaryLength::Short), &words);
        let evidence = LineEvidence::new(&text, &[0.0], &source);
        let line = shortened(&text, 0, 0, &[2, 3, 4, 5, 6, 7], None, SummaryKind::Tldr);
        let explained = evidence.explain(line, false);
        assert_eq!((explained.text.as_str(), &explained.reason), ("The council closed the bridge.", &None));
        let whole = explained.whole.unwrap();
        assert_eq!((whole.text.as_str(), whole.words.len()), ("However, the council closed the bridge.", 8));
        assert_eq!(evidence.explain(extracted(&text, 0, 0), true).whole, None);
    }
}
