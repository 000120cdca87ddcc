//! A text as a summarizer sees it.

use std::{
    collections::HashMap,
    ops::{ControlFlow, Range},
};

use crate::{
    models::summarizer::{
        kind::WantedSummary,
        lead_baseline::lead,
        pipeline::{SummaryError, SummaryObserver},
        sentence_features::SentencePlace,
        shortening,
    },
    protocol::{Language, SkippedPassage, SourceAnalysis, SourceSentence},
    text::{
        BlockKind, CleanText, Document, Encoding, LONGEST_SENTENCE, LanguageGuess, Lexicon, Sentence, TokenId, Word,
        WordPieceVocabulary,
    },
};

/// The last letter of the block "Latin Extended-B".
const LAST_LATIN: char = '\u{24f}';

/// The most sentences of a text: what is chosen among them is compared with all of them.
const MOST_SENTENCES: usize = 20_000;

/// Words of a message, at most; longer ones are several sentences.
const LONGEST_MESSAGE: usize = 40;

/// A text as the model sees it.
pub(super) struct EncodedText {
    /// What the author wrote, out of the visitor's text. All places below are places in it.
    pub clean: CleanText,
    /// Whether the visitor's text has letters or digits at all.
    has_letters: bool,
    pub document: Document,
    pub encoding: Encoding,
    /// The pieces of each sentence, as places in the encoding.
    pub pieces: Vec<Range<usize>>,
}

impl EncodedText {
    /// Reads a visitor's text, without what is not its author's.
    pub fn read(text: &str, included: &[Range<usize>], vocabulary: &WordPieceVocabulary, words: &Lexicon) -> Self {
        let clean = CleanText::read(text, included, &|word| words.is_known(word));
        Self { has_letters: text.contains(char::is_alphanumeric), ..Self::read_clean(clean, vocabulary) }
    }

    /// The same in three steps, between which others may go on.
    ///
    /// # Errors
    /// [`SummaryError::Stopped`], or [`SummaryError::TooManySentences`].
    pub async fn read_in_steps(
        text: &str,
        included: &[Range<usize>],
        (vocabulary, words): (&WordPieceVocabulary, &Lexicon),
        listener: &mut impl SummaryObserver,
    ) -> Result<Self, SummaryError> {
        let mut pause = async || match listener.pause().await {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(SummaryError::Stopped),
        };
        let clean = CleanText::read(text, included, &|word| words.is_known(word));
        pause().await?;
        let document = split_sentences(&clean);
        let found = document.sentences.len();
        if found > MOST_SENTENCES {
            return Err(SummaryError::TooManySentences { found, limit: MOST_SENTENCES });
        }
        pause().await?;
        let read = Self::encode(clean, document, vocabulary);
        pause().await?;
        Ok(Self { has_letters: text.contains(char::is_alphanumeric), ..read })
    }

    /// Reads a text that is all its author's.
    pub fn read_verbatim(text: &str, vocabulary: &WordPieceVocabulary) -> Self {
        Self::read_clean(CleanText::verbatim(text), vocabulary)
    }

    fn read_clean(clean: CleanText, vocabulary: &WordPieceVocabulary) -> Self {
        let document = split_sentences(&clean);
        Self::encode(clean, document, vocabulary)
    }

    fn encode(clean: CleanText, document: Document, vocabulary: &WordPieceVocabulary) -> Self {
        let encoding = vocabulary.encode(&clean.text, &document);
        let pieces = document.sentences.iter().map(|sentence| encoding.tokens_of(&sentence.words)).collect();
        Self { has_letters: clean.text.contains(char::is_alphanumeric), clean, document, encoding, pieces }
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
                && !self.clean.text[this.span.end..next.span.start].contains(['\n', '\r'])
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

    /// Whether a sentence is running text: headings, captions, greetings and labels say what a text is about, and nothing of it.
    pub fn is_running_text(&self, sentence: usize) -> bool {
        let span = &self.document.sentences[sentence].span;
        self.clean.block_at(span.start).is_none_or(|block| block.kind.is_running_text())
    }

    /// Where the sentences stand among paragraphs, headings and lists; nothing of a text that is one paragraph.
    pub fn places(&self) -> Vec<SentencePlace> {
        let blocks: Vec<Option<usize>> =
            self.document.sentences.iter().map(|sentence| self.clean.block_index(sentence.span.start)).collect();
        let kind = |block: Option<usize>| block.map(|block| self.clean.blocks[block].kind);
        let mut sentences: HashMap<usize, u32> = HashMap::new();
        blocks.iter().flatten().for_each(|block| *sentences.entry(*block).or_default() += 1);
        if sentences.len() < 2 {
            return Vec::new();
        }
        let mut under_heading = false;
        (0..blocks.len())
            .map(|at| {
                let begins_block = at == 0 || blocks[at - 1] != blocks[at];
                if begins_block {
                    under_heading = at > 0 && kind(blocks[at - 1]) == Some(BlockKind::Heading);
                }
                SentencePlace {
                    begins_block,
                    block_sentences: blocks[at].map_or(0, |block| sentences[&block]),
                    list_item: kind(blocks[at]) == Some(BlockKind::ListItem),
                    speech: kind(blocks[at]) == Some(BlockKind::Speech),
                    under_heading,
                }
            })
            .collect()
    }

    /// The title that the text brings along, as places of its words.
    pub fn title(&self) -> Option<Range<usize>> {
        let is_label = |sentence: &Sentence| {
            let block = self.clean.block_at(sentence.span.start);
            block.is_some_and(|block| matches!(block.kind, BlockKind::Label | BlockKind::Caption | BlockKind::Courtesy))
        };
        shortening::title(&self.clean.text, &self.document, is_label)
    }

    /// Why there is nothing to summarize: it has no words, or all of them are of something else.
    pub fn nothing(&self) -> SummaryError {
        match self.clean.main_reason().filter(|_| self.has_letters) {
            Some(reason) => SummaryError::NoRunningText { reason },
            None => SummaryError::NoWords,
        }
    }

    /// Some bytes of the clean text as bytes of the visitor's.
    fn source_span(&self, clean: &Range<usize>) -> [u32; 2] {
        span(&self.clean.source(clean))
    }

    /// What a client is told of the text, in places of the visitor's.
    pub fn source(&self, scores: &[f32], options: &WantedSummary, list: &Lexicon) -> SourceAnalysis {
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sentences = self.document.sentences.iter().zip(scores);
        SourceAnalysis {
            sentences: sentences
                .map(|(sentence, score)| SourceSentence {
                    span: self.source_span(&sentence.span),
                    salience: if best.is_finite() { (score - best).exp() } else { 0.0 },
                })
                .collect(),
            words: self.document.words.iter().map(|word| self.source_span(&word.span)).collect(),
            baseline: lead(&self.document, options.extent()).iter().map(|span| self.source_span(span)).collect(),
            language: self.language(list),
            language_name: self.foreign_language().map(str::to_owned),
            skipped: self
                .clean
                .skipped
                .iter()
                .map(|passage| SkippedPassage { span: span(&passage.span), reason: passage.reason })
                .collect(),
        }
    }

    /// The English name of the language that the text is in, if it is known and not English.
    pub fn foreign_language(&self) -> Option<&'static str> {
        match self.document.language {
            LanguageGuess::English => None,
            other => other.name(),
        }
    }

    pub fn language(&self, list: &Lexicon) -> Language {
        if self.foreign_language().is_some() {
            return Language::Other;
        }
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

/// The sentences of a clean text, as the summarizer is given them, here and in its training.
pub fn split_sentences(clean: &CleanText) -> Document {
    let mut document = Document::read(&clean.text);
    // A message is a sentence, however its writer used stops: two halves of it without its name would be anybody's.
    document.join_sentences(LONGEST_MESSAGE, |before, after| clean.is_one_message(before, after));
    document
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
    use futures_util::FutureExt;

    use super::*;
    use crate::{models::summarizer::pipeline::SummaryEvent, text::SPECIALS};

    #[test]
    fn parts_of_an_overlong_sentence_are_known() {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        let overlong = format!("{}is what I am not confident of. The end.", "the efforts of the team, ".repeat(30));
        let text = EncodedText::read_verbatim(&overlong, &vocabulary);
        let parts: Vec<bool> = (0..text.document.sentences.len()).map(|at| text.is_part(at)).collect();
        assert_eq!(parts, [true, true, false]);
    }

    /// Counts the pauses, and stops at one.
    struct Pauses {
        count: usize,
        stop_at: usize,
    }

    impl SummaryObserver for Pauses {
        fn tell(&mut self, _event: SummaryEvent) {}

        async fn pause(&mut self) -> ControlFlow<()> {
            self.count += 1;
            if self.count == self.stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }

    #[test]
    fn a_text_is_read_in_steps_that_can_be_stopped() {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        let words = Lexicon::default();
        let read = |text: &str, stop_at: usize| {
            let mut pauses = Pauses { count: 0, stop_at };
            let read = EncodedText::read_in_steps(text, &[], (&vocabulary, &words), &mut pauses);
            let read = read.now_or_never().expect("no pause waits");
            (read.map(|text| text.document.sentences.len()), pauses.count)
        };
        assert!(matches!(read("The ferry ran. The bridge was closed.", 9), (Ok(2), 3)));
        for stop_at in 1..=3 {
            let (stopped, count) = read("The ferry ran. The bridge was closed.", stop_at);
            assert!(matches!(stopped, Err(SummaryError::Stopped)) && count == stop_at, "{stop_at}");
        }
        let (refused, _) = read(&"The ferry ran.\n\n".repeat(MOST_SENTENCES + 1), 9);
        let message = refused.expect_err("too many").to_string();
        assert!(message.starts_with("This text has 20001 sentences or lines"), "{message}");
    }

    #[test]
    fn a_sentence_is_foreign_by_most_of_its_letters() {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        let foreign = |text: &str| EncodedText::read_verbatim(text, &vocabulary).is_foreign(0);
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
