//! The lead baseline: the beginning of the text.

use std::ops::Range;

use super::kind::TargetLength;
use crate::text::{Document, Sentence};

/// The beginning of a text, as long as wanted: spans of its sentences, or one span of its words (marks at the end left out).
pub fn lead(document: &Document, extent: TargetLength) -> Vec<Range<usize>> {
    match extent {
        TargetLength::Sentences(count) => {
            document.sentences.iter().take(count).map(|sentence| sentence.span.clone()).collect()
        }
        TargetLength::SentencesOfWords(words) => {
            let mut said = 0;
            let spoken = |sentence: &Sentence| {
                document.words_of(sentence).iter().filter(|word| word.text.contains(char::is_alphanumeric)).count()
            };
            let fits = |sentence: &&Sentence| {
                let first = said == 0;
                said += spoken(sentence);
                first || said <= words
            };
            document.sentences.iter().take_while(fits).map(|sentence| sentence.span.clone()).collect()
        }
        TargetLength::Words(count) => {
            let spoken = document.words.iter().filter(|word| word.text.contains(char::is_alphanumeric));
            let last = spoken.take(count).last();
            let whole = document.words.first().zip(last).map(|(first, last)| first.span.start..last.span.end);
            whole.into_iter().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning() {
        let text = "Mr. Smith left. She stayed! They waited.";
        let document = Document::read(text);
        let texts = |extent| lead(&document, extent).into_iter().map(|span| &text[span]).collect::<Vec<_>>();
        assert_eq!(texts(TargetLength::Sentences(2)), ["Mr. Smith left.", "She stayed!"]);
        assert_eq!(texts(TargetLength::Words(4)), ["Mr. Smith left. She"]);
        assert_eq!(texts(TargetLength::Sentences(9)).len(), 3);
        assert!(lead(&Document::read(" "), TargetLength::Words(3)).is_empty());
    }
}
