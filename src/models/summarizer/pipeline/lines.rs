//! Lines of a summary: what the model is asked to write, and the line that is made of its answer.

use std::ops::Range;

use super::source_text::{EncodedText, span};
use crate::{
    models::summarizer::beam_search::DecodedToken,
    protocol::{self, LineSource, SummaryKind, SummaryLine},
    text::{DetokenizedText, OutputToken, Sentence, TokenId},
};

/// Words of a line whose source is shown, at most, and the least share that is shown.
const SHOWN: usize = 8;
const LEAST_SHOWN: f32 = 0.02;

/// What one line is made of.
pub(super) struct LinePlan {
    /// The sentences, in order.
    pub sentences: Vec<usize>,
    /// The pieces that are rewritten, as places in the encoding; none where the sentence is taken as it is.
    pub places: Vec<usize>,
    pub ids: Vec<TokenId>,
    pub wanted: TokenId,
    pub shortest: usize,
    pub longest: usize,
}

/// What was written, with places in the whole text.
pub(super) fn output(draft: &LinePlan, pieces: &[DecodedToken]) -> Vec<OutputToken> {
    let token =
        |piece: &DecodedToken| OutputToken { id: piece.id, source: piece.place.map(|place| draft.places[place]) };
    pieces.iter().map(token).collect()
}

/// What the model wrote for a line, aligned with the sentence that the line is made from.
pub(super) struct AlignedOutput<'a> {
    pub draft: &'a LinePlan,
    pub pieces: &'a [DecodedToken],
    pub restored: &'a DetokenizedText,
    /// For each word of the sentence, the word that the model wrote in its place.
    pub aligned: &'a [Option<usize>],
    /// The sentence's first word, in the document.
    pub offset: usize,
}

impl AlignedOutput<'_> {
    /// What the model looked at when it wrote a word of the document.
    fn attention(&self, text: &EncodedText, word: usize) -> Vec<(u32, f32)> {
        let written = self.aligned.get(word - self.offset).copied().flatten();
        let Some(written) = written.and_then(|at| self.restored.words.get(at)) else { return Vec::new() };
        attention(text, self.draft, &self.pieces[written.tokens.clone()])
    }
}

/// A line of some words of one sentence, in order, with the spelling of the source. It begins with a capital where its sentence does; a
/// headline has no final stop.
pub(super) fn shortened(
    text: &EncodedText,
    index: usize,
    sentence: usize,
    kept: &[usize],
    wrote: Option<AlignedOutput>,
    kind: SummaryKind,
) -> SummaryLine {
    let all = &text.document.words;
    let said = said_words(text, sentence);
    let kept: Vec<usize> = kept.iter().copied().filter(|at| *at >= said.start).collect();
    let whole = kept.len() == said.len();
    let mut kept = kept.as_slice();
    if kind == SummaryKind::Headline {
        while let [rest @ .., last] = kept
            && all[*last].text == "."
        {
            kept = rest;
        }
    }
    let mut line = String::new();
    let mut words: Vec<protocol::SummaryWord> = Vec::with_capacity(kept.len());
    let begins_with_capital =
        text.clean.text[text.document.sentences[sentence].span.clone()].chars().find(|c| c.is_alphabetic());
    let begins_with_capital = begins_with_capital.is_some_and(char::is_uppercase);
    let mut before: Option<usize> = None;
    for at in kept.iter().copied() {
        // "… in the U.S." ends with the stop of its abbreviation.
        if all[at].text == "." && line.ends_with('.') && before.is_some_and(|before| before + 1 < at) {
            continue;
        }
        match before {
            Some(before) if before + 1 == at => {
                let gap = &text.clean.text[all[before].span.end..all[at].span.start];
                line.push_str(if gap.is_empty() { "" } else { " " });
            }
            // A mark stands at its word, as it did before what was between them went.
            Some(_) if all[at].text.starts_with(['.', ',', ';', ':', '!']) => {}
            Some(_) => line.push(' '),
            None => {}
        }
        let start = line.len();
        let source = &text.clean.text[all[at].span.clone()];
        let first_letter = source.chars().next().filter(|c| begins_with_capital && c.is_lowercase());
        match first_letter {
            Some(letter) if words.iter().all(|word| !line[word.span[0] as usize..].contains(char::is_alphanumeric)) => {
                line.extend(letter.to_uppercase());
                line.push_str(&source[letter.len_utf8()..]);
            }
            _ => line.extend(source.chars().map(|c| if c.is_control() { ' ' } else { c })),
        }
        words.push(protocol::SummaryWord {
            span: span(&(start..line.len())),
            origin: protocol::WordOrigin::Copied { word: at as u32 },
            attention: wrote.as_ref().map_or_else(Vec::new, |wrote| wrote.attention(text, at)),
        });
        before = Some(at);
    }
    let making = if whole { LineSource::Extracted } else { LineSource::Rewritten };
    SummaryLine {
        index: index as u32,
        text: line,
        words,
        sources: vec![sentence as u32],
        making,
        finished: true,
        whole: None,
        reason: None,
    }
}

/// What the model looked at while it wrote some pieces, by words of the source.
fn attention(text: &EncodedText, draft: &LinePlan, pieces: &[DecodedToken]) -> Vec<(u32, f32)> {
    let mut shares: Vec<(u32, f32)> = Vec::new();
    for piece in pieces {
        for (place, share) in draft.places.iter().zip(piece.attention.iter()) {
            let word = text.encoding.words[*place] as u32;
            let share = share / pieces.len() as f32;
            match shares.last_mut() {
                Some((last, sum)) if *last == word => *sum += share,
                _ => shares.push((word, share)),
            }
        }
    }
    // The same word comes again with the next piece.
    shares.sort_by_key(|(word, _)| *word);
    let mut sums: Vec<(u32, f32)> = Vec::new();
    for (word, share) in shares {
        match sums.last_mut() {
            Some((last, sum)) if *last == word => *sum += share,
            _ => sums.push((word, share)),
        }
    }
    sums.retain(|(_, share)| *share >= LEAST_SHOWN);
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    sums.truncate(SHOWN);
    sums
}

/// The words of a sentence without the number that it has in a list or a contract: "3. Meanwhile, …", "9.2 The Customer …", "(a) …". A
/// number that no other line of the text has the like of belongs to its sentence: "7.5 Magnitude Quake …".
fn said_words(text: &EncodedText, sentence: usize) -> Range<usize> {
    let words = text.document.sentences[sentence].words.clone();
    let marks = marker(text, sentence);
    if marks == 0 || text.foreign_language().is_some() {
        return words;
    }
    let others = (0..text.document.sentences.len()).any(|other| other != sentence && marker(text, other) > 0);
    if others { words.start + marks..words.end } else { words }
}

/// Words of the number at the beginning of a line.
fn marker(text: &EncodedText, sentence: usize) -> usize {
    let Sentence { span, words, .. } = &text.document.sentences[sentence];
    let before = sentence.checked_sub(1).map_or(0, |at| text.document.sentences[at].span.end);
    let begins_line = sentence == 0 || text.clean.text[before..span.start].contains(['\n', '\r']);
    let word = |at: usize| text.document.words[words.clone()].get(at).map_or("", |word| word.text.as_str());
    let number = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit()) && word.len() <= 3;
    let letter = |word: &str| word.len() == 1 && word.chars().all(|c| c.is_ascii_alphabetic());
    let clause = |word: &str| word.contains('.') && word.trim_end_matches('.').split('.').all(number);
    let marks = match (word(0), word(1), word(2)) {
        ("(", mark, ")") if number(mark) || letter(mark) => 3,
        (mark, "." | ")", _) if number(mark) => 2,
        (mark, ")", _) if letter(mark) => 2,
        (mark, _, _) if clause(mark) => 1,
        _ => 0,
    };
    let next = text.document.words.get(words.start + marks).map_or("", |word| &text.clean.text[word.span.clone()]);
    let is_marker = begins_line && words.len() > marks + 1 && next.starts_with(char::is_uppercase);
    if is_marker { marks } else { 0 }
}

/// A line that is the source's own words.
pub(super) fn extracted(text: &EncodedText, index: usize, sentence: usize) -> SummaryLine {
    let words = said_words(text, sentence);
    let of = |at: usize| &text.document.words[at].span;
    let whole = match words.is_empty() {
        true => text.document.sentences[sentence].span.clone(),
        false => of(words.start).start..of(words.end - 1).end,
    };
    // Line breaks inside a sentence are the layout of the source.
    let said: String = text.clean.text[whole.clone()].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let kept = said.len() == whole.len();
    let words = words
        .filter(|_| kept)
        .map(|at| {
            let [start, end] = span(&(of(at).start - whole.start..of(at).end - whole.start));
            protocol::SummaryWord {
                span: [start, end],
                origin: protocol::WordOrigin::Copied { word: at as u32 },
                attention: Vec::new(),
            }
        })
        .collect();
    SummaryLine {
        index: index as u32,
        text: said,
        words,
        sources: vec![sentence as u32],
        making: LineSource::Extracted,
        finished: true,
        whole: None,
        reason: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        models::summarizer::shortening::shorten,
        text::{SPECIALS, WordPieceVocabulary},
    };

    /// The line that leaves out of a sentence all that may go.
    fn shortest(sentence: &str, kind: SummaryKind) -> SummaryLine {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        let text = EncodedText::read_verbatim(sentence, &vocabulary);
        let kept = shorten(text.words_of(0), |_| false);
        shortened(&text, 0, 0, &kept, None, kind)
    }

    #[test]
    fn a_line_has_the_spelling_of_its_source() {
        for (sentence, line) in [
            ("However, OpenACR moved to the U.S., which he liked.", "OpenACR moved to the U.S."),
            ("However, the mayor, a retired teacher, opened it!", "The mayor opened it!"),
            ("however, the mayor opened it.", "the mayor opened it."),
            ("The mayor opened “the bridge” [12].", "The mayor opened “the bridge”."),
        ] {
            let shortened = shortest(sentence, SummaryKind::KeyPoints);
            assert_eq!((shortened.text.as_str(), shortened.making), (line, LineSource::Rewritten));
            for word in &shortened.words {
                let [start, end] = word.span.map(|at| at as usize);
                assert!(!shortened.text[start..end].is_empty());
            }
        }
    }

    #[test]
    fn a_line_leaves_the_number_of_its_item_out() {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        for (sentence, line) in [
            ("1. Wash them.\n3. Meanwhile, peel the potatoes.", "Meanwhile, peel the potatoes."),
            ("9.1 The Supplier may end it.\n9.2 The Customer may end it.", "The Customer may end it."),
            ("(b) The people came.\n(a) The mayor opened the bridge.", "The mayor opened the bridge."),
            ("9.2 The Customer may end it.", "9.2 The Customer may end it."),
            ("1. Wash them.\n3.5 million people came to it.", "3.5 million people came to it."),
            ("1. Wash them.\n42 people came to the bridge.", "42 people came to the bridge."),
            ("1. Wash them.\nA friend opened the bridge.", "A friend opened the bridge."),
            ("1. Wash them.\n(The mayor) opened the bridge.", "(The mayor) opened the bridge."),
        ] {
            let text = EncodedText::read_verbatim(sentence, &vocabulary);
            let sentence = text.document.sentences.len() - 1;
            assert_eq!(extracted(&text, 0, sentence).text, line);
        }
    }

    #[test]
    fn a_headline_has_no_stop_and_a_whole_sentence_is_word_for_word() {
        let headline = shortest("The mayor opened the bridge.", SummaryKind::Headline);
        assert_eq!((headline.text.as_str(), headline.making), ("The mayor opened the bridge", LineSource::Extracted));
    }
}
