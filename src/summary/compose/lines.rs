//! Lines: what is to be written, whether what was written is good enough, and where each of its words comes from.

use std::ops::Range;

use super::reading::{Text, span, spoken};
use crate::{
    protocol::{self, Line, Making},
    summary::generate::{Piece, Written},
    text::{Origin, OutputToken, Restored, TokenId},
};

/// Words of a line whose source is shown, at most, and the least share that is shown.
const SHOWN: usize = 8;
const LEAST_SHOWN: f32 = 0.02;

/// What one line is made of.
pub(super) struct Draft {
    /// The sentences, in order.
    pub sentences: Vec<usize>,
    /// The pieces that are rewritten, as places in the encoding; none where the sentence is taken as it is.
    pub places: Vec<usize>,
    pub ids: Vec<TokenId>,
    pub wanted: TokenId,
    pub shortest: usize,
    pub longest: usize,
}

/// Each three neighboring words of a line, its marks left out.
pub(super) fn triples(line: &str) -> impl Iterator<Item = [String; 3]> {
    let words = crate::text::words(line).into_iter().map(|word| word.text);
    let words: Vec<String> = words.filter(|word| word.contains(char::is_alphanumeric)).collect();
    let three = |at: usize| [words[at].clone(), words[at + 1].clone(), words[at + 2].clone()];
    (0..words.len().saturating_sub(2)).map(three).collect::<Vec<_>>().into_iter()
}

/// What was written, with places in the whole text.
pub(super) fn output(draft: &Draft, pieces: &[Piece]) -> Vec<OutputToken> {
    let token = |piece: &Piece| OutputToken { id: piece.id, source: piece.place.map(|place| draft.places[place]) };
    pieces.iter().map(token).collect()
}

/// Words that end no sentence.
const UNFINISHED: [&str; 34] = [
    "the", "a", "an", "of", "and", "or", "but", "to", "in", "on", "at", "by", "for", "with", "from", "as", "that",
    "which", "who", "than", "is", "are", "was", "were", "be", "has", "have", "had", "will", "would", "his", "her",
    "their", "its",
];

/// Whether what was written can be said in place of its source: one sentence, finished, of known words, not shortened to nothing,
/// and shorter than the sentence it rewrites, which has `words` words.
pub(super) fn is_good(written: &Written, restored: &Restored, words: Option<usize>) -> bool {
    let texts: Vec<&str> = restored.words.iter().map(|word| &restored.text[word.span.clone()]).collect();
    let spoken = spoken(texts.iter().copied());
    let last = texts.iter().rev().find(|word| word.contains(char::is_alphanumeric)).map(|word| word.to_lowercase());
    let count = |open: &str| texts.iter().filter(|word| **word == open).count();
    let balanced = count("(") == count(")") && count("“") == count("”") && count("\"") % 2 == 0;
    // A second sentence is no part of a line, and what a colon announces must follow it.
    let closing = texts.len().saturating_sub(2);
    let one = !texts[..closing].iter().any(|word| matches!(*word, "." | "!" | "?"));
    let announced = !texts[texts.len().saturating_sub(4)..].contains(&":");
    written.ended
        && one
        && announced
        && !restored.is_made_up()
        && spoken >= 3
        && last.is_some_and(|last| !UNFINISHED.contains(&last.as_str()))
        && balanced
        && words.is_none_or(|words| spoken < words)
}

/// Words before which a sentence can end: what they begin can be left out.
const OPENERS: [&str; 93] = [
    "aboard",
    "about",
    "above",
    "across",
    "after",
    "again",
    "against",
    "ago",
    "ahead",
    "along",
    "also",
    "although",
    "amid",
    "among",
    "and",
    "around",
    "as",
    "at",
    "away",
    "back",
    "because",
    "before",
    "behind",
    "below",
    "beneath",
    "beside",
    "between",
    "beyond",
    "but",
    "by",
    "despite",
    "down",
    "during",
    "earlier",
    "even",
    "ever",
    "except",
    "following",
    "for",
    "friday",
    "from",
    "if",
    "in",
    "including",
    "inside",
    "instead",
    "into",
    "just",
    "last",
    "later",
    "like",
    "monday",
    "near",
    "next",
    "now",
    "off",
    "on",
    "once",
    "only",
    "or",
    "out",
    "over",
    "per",
    "saturday",
    "shortly",
    "since",
    "so",
    "soon",
    "still",
    "sunday",
    "then",
    "through",
    "throughout",
    "thursday",
    "today",
    "together",
    "too",
    "tuesday",
    "under",
    "unless",
    "until",
    "up",
    "upon",
    "via",
    "wednesday",
    "when",
    "where",
    "which",
    "while",
    "who",
    "with",
    "without",
    "yesterday",
];

/// Whether a line breaks off in the middle of a phrase of its source: behind its last word the source goes on with what belongs to it,
/// "blockchains offer" of "blockchains offer three benefits".
pub(super) fn breaks_off(text: &Text, restored: &Restored) -> bool {
    let of = |word: &crate::text::OutputWord| &restored.text[word.span.clone()];
    let last = restored.words.iter().rev().find(|word| of(word).contains(char::is_alphanumeric));
    let Some(&Origin::Copied(last)) = last.map(|word| &word.origin) else { return false };
    let sentence = &text.document.sentences[text.sentence_of(last)];
    let mut rest = text.document.words[last + 1..sentence.words.end].iter().map(|word| word.text.as_str());
    let mut depth = 0_usize;
    let next = rest.find(|word| {
        match *word {
            // What stands in brackets, and the quotes around what was said, are no part of the phrase.
            "(" | "[" => depth += 1,
            ")" | "]" => {
                depth = depth.saturating_sub(1);
                return false;
            }
            "\"" | "'" | "”" | "’" => return false,
            _ => {}
        }
        depth == 0
    });
    match next {
        None => false,
        Some(word) if !word.contains(char::is_alphanumeric) => word == "-" || word == "/" || word == "&",
        // So can one before a participle: "a scandal involving the company".
        Some(word) => !(OPENERS.binary_search(&word).is_ok() || word.len() > 5 && word.ends_with("ing")),
    }
}

/// A line as the protocol has it.
pub(super) fn line(
    text: &Text,
    draft: &Draft,
    index: usize,
    pieces: &[Piece],
    restored: Restored,
    finished: bool,
) -> Line {
    let words: Vec<protocol::Word> = restored
        .words
        .iter()
        .map(|word| {
            let origin = match word.origin {
                Origin::Copied(word) => protocol::Origin::Copied { word: word as u32 },
                Origin::InSource => protocol::Origin::InSource,
                Origin::Listed | Origin::MadeUp => protocol::Origin::New,
            };
            let attention = attention(text, draft, &pieces[word.tokens.clone()]);
            protocol::Word { span: span(&word.span), origin, attention }
        })
        .collect();
    let mut sources: Vec<u32> = restored
        .words
        .iter()
        .filter_map(|word| match word.origin {
            Origin::Copied(word) => Some(text.sentence_of(word) as u32),
            _ => None,
        })
        .collect();
    sources.sort_unstable();
    sources.dedup();
    if sources.is_empty() {
        sources = draft.sentences.iter().map(|at| *at as u32).collect();
    }
    Line { index: index as u32, text: restored.text, words, sources, making: Making::Rewritten, finished }
}

/// What the model looked at while it wrote some pieces, by words of the source.
fn attention(text: &Text, draft: &Draft, pieces: &[Piece]) -> Vec<(u32, f32)> {
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

/// A line that is the source's own words.
pub(super) fn extracted(text: &Text, index: usize, sentence: usize, words: Range<usize>) -> Line {
    let of = |at: usize| &text.document.words[at].span;
    let whole = match words.is_empty() {
        true => text.document.sentences[sentence].span.clone(),
        false => of(words.start).start..of(words.end - 1).end,
    };
    // Line breaks inside a sentence are the layout of the source.
    let said: String = text.text[whole.clone()].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let kept = said.len() == whole.len();
    let words = words
        .filter(|_| kept)
        .map(|at| {
            let [start, end] = span(&(of(at).start - whole.start..of(at).end - whole.start));
            protocol::Word {
                span: [start, end],
                origin: protocol::Origin::Copied { word: at as u32 },
                attention: Vec::new(),
            }
        })
        .collect();
    Line {
        index: index as u32,
        text: said,
        words,
        sources: vec![sentence as u32],
        making: Making::Extracted,
        finished: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openers_are_sorted_for_the_binary_search() {
        assert!(OPENERS.is_sorted());
    }
}
