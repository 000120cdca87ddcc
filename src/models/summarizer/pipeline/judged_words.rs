//! What the network says of the words of a sentence: whether each is kept where the sentence is shortened, and its part in the sentence.

use std::ops::Range;

use burn::tensor::{Device, Tensor, Transaction};

use super::{Summarizer, SummaryError, source_text::EncodedText};
use crate::{
    models::summarizer::{
        corpus::SOURCE_PIECES,
        network::{JudgedWord, ShorteningStyle, WordJudgments, batch::rectangle},
    },
    text::TokenId,
};

/// The odds of a word that the network did not read: it stays.
const UNREAD: f32 = 20.0;

impl Summarizer {
    /// What the network says of the words of a line by itself, one sentence after the other; none of a network without a reader.
    ///
    /// # Errors
    /// [`SummaryError`].
    pub async fn judge_line(&self, line: &str, device: &Device) -> Result<Option<Vec<JudgedWord>>, SummaryError> {
        let text = EncodedText::read_verbatim(line, &self.vocabulary);
        let sentences: Vec<usize> = (0..text.document.sentences.len()).collect();
        let Some(judged) = self.judge_words(&text, &sentences, device).await? else { return Ok(None) };
        // Heads are places in the sentence.
        let in_line = judged.into_iter().zip(&text.document.sentences).flat_map(|(words, sentence)| {
            let first = sentence.words.start;
            words.into_iter().map(move |word| JudgedWord { head: first + word.head, ..word })
        });
        Ok(Some(in_line.collect()))
    }

    /// What the network says of the words of some sentences; none of a network without a reader.
    ///
    /// # Errors
    /// [`SummaryError`].
    pub(super) async fn judge_words(
        &self,
        text: &EncodedText,
        sentences: &[usize],
        device: &Device,
    ) -> Result<Option<Vec<Vec<JudgedWord>>>, SummaryError> {
        if sentences.is_empty() {
            return Ok(None);
        }
        let rows: Vec<&[TokenId]> = sentences.iter().map(|at| text.ids(*at)).collect();
        let rows: Vec<&[TokenId]> = rows.into_iter().map(|ids| &ids[..ids.len().min(SOURCE_PIECES)]).collect();
        let (words, visible) = rectangle(&rows, device);
        let Some(judged) = self.network.words(words, visible)? else { return Ok(None) };
        let WordJudgments { kept, relations, parts_of_speech, heads } = judged;
        let read = [kept, relations, parts_of_speech, heads];
        let shapes = read.each_ref().map(|tensor: &Tensor<3>| tensor.dims());
        let data = read.into_iter().fold(Transaction::default(), Transaction::register);
        let data = data.execute_async().await.map_err(SummaryError::Device)?;
        let values: Vec<Vec<f32>> = data.iter().map(|data| data.iter::<f32>().collect()).collect();
        // The figures of one piece.
        let of = |which: usize, row: usize, piece: usize| {
            let [_, pieces, width] = shapes[which];
            let start = (row * pieces + piece) * width;
            &values[which][start..start + width]
        };
        let judged = sentences.iter().zip(&rows).enumerate().map(|(row, (sentence, pieces))| {
            let spans = word_pieces(text, *sentence, pieces.len());
            let firsts: Vec<usize> = spans.iter().map(|span| span.start).collect();
            spans
                .iter()
                .enumerate()
                .map(|(word, span)| {
                    if span.is_empty() {
                        return JudgedWord {
                            kept: [UNREAD; ShorteningStyle::COUNT],
                            head: word,
                            relation: 0,
                            part_of_speech: 0,
                        };
                    }
                    let mut kept = [0.0; ShorteningStyle::COUNT];
                    for piece in span.clone() {
                        let odds = of(0, row, piece);
                        kept.iter_mut().zip(odds).for_each(|(kept, odds)| *kept += odds / span.len() as f32);
                    }
                    let towards = of(3, row, span.start);
                    let reads = |other: &usize| !spans[*other].is_empty();
                    let head = (0..spans.len())
                        .filter(reads)
                        .max_by(|a, b| towards[firsts[*a]].total_cmp(&towards[firsts[*b]]));
                    JudgedWord {
                        kept,
                        head: head.unwrap_or(word),
                        relation: largest(of(1, row, span.start)),
                        part_of_speech: largest(of(2, row, span.start)),
                    }
                })
                .collect()
        });
        Ok(Some(judged.collect()))
    }
}

/// The pieces of each word of a sentence, as places among those that were read; empty for a word that was not.
fn word_pieces(text: &EncodedText, sentence: usize, read: usize) -> Vec<Range<usize>> {
    let pieces = text.pieces[sentence].clone();
    let words = text.document.sentences[sentence].words.clone();
    let mut spans = vec![0..0; words.len()];
    for (at, word) in text.encoding.words[pieces].iter().take(read).enumerate() {
        let span = &mut spans[word - words.start];
        *span = if span.end == 0 { at..at + 1 } else { span.start..at + 1 };
    }
    spans
}

fn largest(values: &[f32]) -> usize {
    (0..values.len()).max_by(|a, b| values[*a].total_cmp(&values[*b])).unwrap_or(0)
}
