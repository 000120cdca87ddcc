//! What is known of a sentence without any learning: where it stands, how long it is, and how much of it the text goes on about.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::text::TokenId;

/// How many figures there are for a sentence.
pub const FEATURES: usize = PLAIN_FEATURES + 5;
/// How many of them, from the first, are known of a text whose paragraphs are not.
pub const PLAIN_FEATURES: usize = 9;
/// The commonest pieces come first in a vocabulary; up to here they are marks, digits and words that stand in every text.
const COMMON: usize = 560;

/// Where a sentence stands among paragraphs, headings and lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentencePlace {
    /// It is the first of its paragraph, item or turn.
    pub begins_block: bool,
    /// Sentences of that; 0 if it is not known.
    pub block_sentences: u32,
    /// It is an item of a list, or a part of one.
    pub list_item: bool,
    /// Somebody says it in a chat, a transcript or captions.
    pub speech: bool,
    /// A heading stands before its paragraph.
    pub under_heading: bool,
}

/// Sentences of a paragraph beyond these do not count.
const BLOCK_SENTENCES: u32 = 10;

impl SentencePlace {
    fn features(self) -> [f32; FEATURES - PLAIN_FEATURES] {
        let count = self.block_sentences.min(BLOCK_SENTENCES) as f32;
        [
            f32::from(self.begins_block),
            count.ln_1p() / 2.0,
            f32::from(self.list_item),
            f32::from(self.speech),
            f32::from(self.under_heading),
        ]
    }
}

/// The figures of each sentence of a document, given the pieces of its sentences and where they stand; of a text whose paragraphs are not
/// known, no places. All are about 0 to 1.
pub fn features(sentences: &[&[TokenId]], places: &[SentencePlace]) -> Vec<[f32; FEATURES]> {
    let count = sentences.len();
    let mut times: HashMap<TokenId, u32> = HashMap::new();
    for sentence in sentences {
        content(sentence).for_each(|id| *times.entry(id).or_default() += 1);
    }
    let first: Vec<TokenId> = sentences.first().into_iter().flat_map(|sentence| content(sentence)).collect();
    let log = |number: usize| (1.0 + number as f32).ln() / 4.0;
    sentences
        .iter()
        .enumerate()
        .map(|(at, sentence)| {
            let words = content(sentence).count().max(1) as f32;
            // How often the text says what the sentence says (a logarithm of counts: Luhn 1958 by way of tf-idf).
            let central: f32 = content(sentence).map(|id| (times[&id] as f32).ln()).sum();
            let shared = content(sentence).filter(|id| first.contains(id)).count() as f32;
            let is = |place: usize| f32::from(at == place);
            let plain: [f32; PLAIN_FEATURES] = [
                log(at),
                at as f32 / count as f32,
                is(0),
                is(1),
                is(2),
                log(count),
                log(sentence.len()),
                central / words,
                shared / words,
            ];
            let mut all = [0.0; FEATURES];
            let (known, placed) = all.split_at_mut(PLAIN_FEATURES);
            known.copy_from_slice(&plain);
            if let Some(place) = places.get(at) {
                placed.copy_from_slice(&place.features());
            }
            all
        })
        .collect()
}

fn content(sentence: &[TokenId]) -> impl Iterator<Item = TokenId> {
    sentence.iter().copied().filter(|id| is_content(*id))
}

/// Whether a piece says something by itself, so that it is counted.
pub(super) fn is_content(id: TokenId) -> bool {
    id.index() >= COMMON
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_added_where_they_are_known() {
        let sentence = [TokenId(900)];
        let place = SentencePlace { begins_block: true, block_sentences: 3, list_item: true, ..Default::default() };
        let features = features(&[&sentence, &sentence], &[place]);
        assert_eq!(features[0][PLAIN_FEATURES..], [1.0, 4f32.ln() / 2.0, 1.0, 0.0, 0.0]);
        assert_eq!(features[1][PLAIN_FEATURES..], [0.0; 5]);
    }

    #[test]
    fn what_the_text_goes_on_about_is_central() {
        let ids = |ids: &[u16]| ids.iter().copied().map(TokenId).collect::<Vec<_>>();
        let sentences = [ids(&[900, 901, 17]), ids(&[900, 901, 902]), ids(&[950, 18]), vec![]];
        let sentences: Vec<&[TokenId]> = sentences.iter().map(Vec::as_slice).collect();
        let features = features(&sentences, &[]);
        assert!(features[0][7] > features[1][7] && features[1][7] > features[2][7]);
        assert_eq!((features[0][8], features[2][8], features[3][8]), (1.0, 0.0, 0.0));
        assert_eq!(
            features.iter().map(|f| [f[2], f[3], f[4]]).collect::<Vec<_>>()[..3],
            [[1., 0., 0.], [0., 1., 0.], [0., 0., 1.]]
        );
        assert!(features.iter().flatten().all(|value| value.is_finite()));
        assert!(super::features(&[], &[]).is_empty());
    }
}
