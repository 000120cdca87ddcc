//! A text as a summarizer sees it.

use std::ops::Range;

use crate::{
    models::summarizer::{
        kind::{SummaryKind, SummaryLength},
        lead_baseline::lead,
    },
    protocol::{Language, SourceAnalysis, SourceSentence},
    text::{Document, Encoding, LONGEST_SENTENCE, Lexicon, TokenId, Word, WordPieceVocabulary},
};

/// The last letter of the block "Latin Extended-B".
const LAST_LATIN: char = '\u{24f}';

/// A text as the model sees it.
pub(super) struct EncodedText<'a> {
    pub text: &'a str,
    pub document: Document,
    pub encoding: Encoding,
    /// The pieces of each sentence, as places in the encoding.
    pub pieces: Vec<Range<usize>>,
}

impl<'a> EncodedText<'a> {
    pub fn read(text: &'a str, vocabulary: &WordPieceVocabulary) -> Self {
        let document = Document::read(text);
        let encoding = vocabulary.encode(text, &document);
        let pieces = document.sentences.iter().map(|sentence| encoding.tokens_of(&sentence.words)).collect();
        Self { text, document, encoding, pieces }
    }

    pub fn ids(&self, sentence: usize) -> &[TokenId] {
        &self.encoding.ids[self.pieces[sentence].clone()]
    }

    /// The words of a sentence, marks included.
    pub fn words_of(&self, sentence: usize) -> &[Word] {
        self.document.words_of(&self.document.sentences[sentence])
    }

    /// Words of a sentence, marks not counted.
    pub fn spoken(&self, sentence: usize) -> usize {
        spoken(self.document.words_of(&self.document.sentences[sentence]).iter().map(|word| word.text.as_str()))
    }

    /// Whether there is a word in it at all.
    pub fn has_words(&self) -> bool {
        (0..self.document.sentences.len()).any(|at| self.spoken(at) > 0)
    }

    /// The sentence that a word stands in.
    pub fn sentence_of(&self, word: usize) -> usize {
        self.document.sentences.partition_point(|sentence| sentence.words.end <= word)
    }

    /// Whether a sentence is only a part of an overlong one, which was cut where it had room: it may lack what it needs to be true.
    pub fn is_part(&self, sentence: usize) -> bool {
        let sentences = &self.document.sentences;
        let goes_on = |at: usize| {
            let (Some(this), Some(next)) = (sentences.get(at), sentences.get(at + 1)) else { return false };
            this.words.len() > LONGEST_SENTENCE / 2
                && !self.text[this.span.end..next.span.start].contains(['\n', '\r'])
                && !self
                    .document
                    .words_of(this)
                    .last()
                    .is_some_and(|word| matches!(&*word.text, "." | "!" | "?" | "..." | "\""))
        };
        goes_on(sentence) || sentence > 0 && goes_on(sentence - 1)
    }

    /// Whether a sentence is mostly in a script that the model does not know: of that it can copy pieces, and say nothing.
    pub fn is_foreign(&self, sentence: usize) -> bool {
        let words = self.document.words_of(&self.document.sentences[sentence]);
        let letters = words.iter().flat_map(|word| word.text.chars()).filter(|letter| letter.is_alphabetic());
        let (known, all) =
            letters.fold((0, 0), |(known, all), letter| (known + usize::from(letter <= LAST_LATIN), all + 1));
        2 * known < all
    }

    /// What a client is told of the text.
    pub fn source(&self, scores: &[f32], kind: SummaryKind, length: SummaryLength, list: &Lexicon) -> SourceAnalysis {
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sentences = self.document.sentences.iter().zip(scores);
        SourceAnalysis {
            sentences: sentences
                .map(|(sentence, score)| SourceSentence {
                    span: span(&sentence.span),
                    salience: if best.is_finite() { (score - best).exp() } else { 0.0 },
                })
                .collect(),
            words: self.document.words.iter().map(|word| span(&word.span)).collect(),
            baseline: lead(&self.document, kind.extent(length)).iter().map(span).collect(),
            language: self.language(list),
        }
    }

    pub fn language(&self, list: &Lexicon) -> Language {
        let words = self.document.words.iter().map(|word| word.text.as_str());
        let words: Vec<&str> = words.filter(|word| word.contains(char::is_alphabetic)).take(2_000).collect();
        let known = words.iter().filter(|word| list.is_known(word)).count();
        match (words.len(), known * 10 >= words.len() * 6) {
            (0..5, _) => Language::Unsure,
            (_, true) => Language::English,
            (_, false) => Language::Other,
        }
    }
}

/// How many of some words are words and not marks.
pub(super) fn spoken<'a>(words: impl Iterator<Item = &'a str>) -> usize {
    words.filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// A span as the protocol has it.
pub(super) fn span(span: &Range<usize>) -> [u32; 2] {
    [span.start as u32, span.end as u32]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::SPECIALS;

    #[test]
    fn parts_of_an_overlong_sentence_are_known() {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        let overlong = format!("{}is what I am not confident of. The end.", "the efforts of the team, ".repeat(30));
        let text = EncodedText::read(&overlong, &vocabulary);
        let parts: Vec<bool> = (0..text.document.sentences.len()).map(|at| text.is_part(at)).collect();
        assert_eq!(parts, [true, true, false]);
    }

    #[test]
    fn a_sentence_is_foreign_by_most_of_its_letters() {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        let foreign = |text: &str| EncodedText::read(text, &vocabulary).is_foreign(0);
        assert!(
            ["北京是中国的首都。", "Москва является столицей России.", "The word «столица» в русском языке."]
                .into_iter()
                .all(foreign)
        );
        assert!(
            !["Le vieux bac traversait la rivière.", "The city of 北京 is large.", "Łódź is a city.", "1. 2. 3."]
                .into_iter()
                .any(foreign)
        );
    }
}
