//! What sentences gain by sharing words with the context of a text: what a page says that it is about, or who reads it.

use std::collections::{HashMap, HashSet};

use super::{
    sentence_picking::{content_stems, stems_of_content},
    source_text::EncodedText,
};

/// What the sentence that shares most with the context gains, in logits; the others gain less, in proportion. Most sentences of a news
/// text are within one of each other: with this, the one that the context is about comes among the first, and one that says nothing else
/// is still not taken.
const MOST: f32 = 1.2;

/// Raises the scores of sentences that share words of content with a context. A word counts the more, the fewer sentences have it.
pub(super) fn prefer(text: &EncodedText, context: &str, scores: &mut [f32]) {
    let lower = context.to_lowercase();
    let wanted = stems_of_content(lower.split(|c: char| !c.is_alphanumeric()));
    if wanted.is_empty() {
        return;
    }
    let shared: Vec<HashSet<String>> = (0..scores.len())
        .map(|at| content_stems(text, at).into_iter().filter(|stem| wanted.contains(stem)).collect())
        .collect();
    let mut sentences_with: HashMap<&str, usize> = HashMap::new();
    shared.iter().flatten().for_each(|stem| *sentences_with.entry(stem).or_default() += 1);
    let rarity = |stem: &String| (1.0 + scores.len() as f32 / sentences_with[stem.as_str()] as f32).ln();
    // In a fixed order, so that the same request gets the same sums.
    let worth = |stems: &HashSet<String>| {
        let mut rarities: Vec<f32> = stems.iter().map(rarity).collect();
        rarities.sort_by(f32::total_cmp);
        rarities.iter().sum::<f32>()
    };
    let worths: Vec<f32> = shared.iter().map(worth).collect();
    let best = worths.iter().copied().fold(0.0, f32::max);
    if best > 0.0 {
        scores.iter_mut().zip(worths).for_each(|(score, worth)| *score += MOST * worth / best);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{SPECIALS, WordPieceVocabulary};

    const TEXT: &str = "The council opened the old bridge on Monday. Drivers paid for the tunnels near the bridge. \
         Engineers repaired its northern arch in spring. The bridge cost three million in total.";

    fn gains(context: &str) -> Vec<f32> {
        let vocabulary = WordPieceVocabulary::new(SPECIALS.into_iter().chain(["the", "."])).unwrap();
        let mut scores = [0.0; 4];
        prefer(&EncodedText::read_verbatim(TEXT, &vocabulary), context, &mut scores);
        scores.to_vec()
    }

    #[test]
    fn a_sentence_gains_by_words_of_any_form_and_case() {
        assert_eq!(gains("For users of the TUNNEL"), [0.0, MOST, 0.0, 0.0]);
        assert_eq!(gains("engineering, in the north"), gains("Engineers"));
    }

    #[test]
    fn rare_words_count_more_and_no_context_gains_more_than_the_most() {
        let both = gains("tunnel bridge");
        assert!(both[1] == MOST && both[0] > 0.0 && both[0] < MOST / 2.0, "{both:?}");
        let all = gains(TEXT);
        assert!(all.iter().all(|gain| (0.0..=MOST).contains(gain)), "{all:?}");
    }

    #[test]
    fn words_that_say_nothing_change_nothing() {
        for context in ["", " ", "This is about what they said.", "Brücke", "weather"] {
            assert_eq!(gains(context), [0.0; 4], "{context}");
        }
    }
}
