//! Learning the pieces of words and the list of words.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, anyhow};
use tokenizers::models::bpe::{BPE, BpeTrainer};

use crate::text::{Lexicon, SPECIALS, WordPieceVocabulary};

/// What must be a piece, learned or not, so that no plain text is unknown: every character of a keyboard, the letters of names from
/// Europe, the digits by ones and twos, and marks that the normal form keeps.
fn given() -> Vec<String> {
    let mut given: Vec<String> =
        ('!'..='~').filter(|c| !c.is_ascii_uppercase() && *c != '`').map(String::from).collect();
    given.extend("•·©®°£€¥§»«¿¡×½¼¾±²³→≤≥≈™αβγδεθλμπσφω".chars().map(String::from));
    let accented = "áàâäãåæçéèêëíìîïñóòôöõøœúùûüýßšžčćğıłńśşżě";
    given.extend(accented.chars().flat_map(|c| [c.to_string(), format!("##{c}")]));
    given.extend(["--", "...", "'s", "'re", "'ve", "'ll", "'d", "'m", "n't"].map(String::from));
    let twos = (0..100).map(|number| format!("{number:02}"));
    given.extend(twos.clone());
    // What stands inside words.
    given.extend(('a'..='z').chain('0'..='9').chain(['.', ',', '\'', '_']).map(|c| format!("##{c}")));
    given.extend(twos.map(|number| format!("##{number}")));
    given
}

/// So many times the pieces are learned before those that are used least are dropped.
const SURPLUS: f64 = 1.5;
/// In so many steps: each lets longer or shorter pieces take over from those that went.
const STEPS: usize = 5;

/// Learns a vocabulary of `size` pieces from counts of words.
///
/// Pairs are merged (Sennrich et al., *Neural machine translation of rare words with subword units*, 2016), half as many again as are
/// wanted. Most steps on the way to a long word (`tennes`) are of no use to a reader that takes the longest piece; they are found by
/// cutting all words as the reader does, and dropped.
pub fn learn(counts: &HashMap<String, u64>, size: usize) -> Result<WordPieceVocabulary> {
    // Digits have pieces of their own, and must not use up the others.
    let counts: Vec<(&str, u64)> = counts
        .iter()
        .filter(|(word, count)| **count > 1 && !word.contains(|c: char| c.is_ascii_digit()))
        .map(|(word, count)| (word.as_str(), *count))
        .collect();
    let surplus = (size as f64 * SURPLUS) as usize;
    // What of the alphabet is rare would take the place of whole words.
    let trainer = BpeTrainer::builder()
        .vocab_size(surplus)
        .limit_alphabet(250)
        .continuing_subword_prefix("##".into())
        .show_progress(false)
        .build();
    let mut model = BPE::default();
    let words = counts.iter().map(|(word, count)| ((*word).into(), *count)).collect();
    trainer.do_train(&words, &mut model).map_err(|error| anyhow!("learning pieces: {error}"))?;
    let mut learned: Vec<(u32, String)> = model.get_vocab().into_iter().map(|(piece, id)| (id, piece)).collect();
    learned.sort_unstable();

    let mut pieces: Vec<String> = SPECIALS.iter().map(|piece| (*piece).to_owned()).chain(given()).collect();
    let fixed = pieces.len();
    let known: HashSet<String> = pieces.iter().cloned().collect();
    pieces.extend(learned.into_iter().map(|(_, piece)| piece).filter(|piece| !known.contains(piece)));
    let excess = pieces.len().saturating_sub(size);
    for step in 1..=STEPS {
        let keep = pieces.len().min(size + excess * (STEPS - step) / STEPS);
        pieces = most_used(&pieces, fixed, keep, &counts)?;
    }
    to_vocabulary(&pieces)
}

/// The first `fixed` pieces, and of the others those that the reader uses most, `keep` in all, the most used first: a model that
/// says only the first so many pieces says the commonest.
fn most_used(pieces: &[String], fixed: usize, keep: usize, counts: &[(&str, u64)]) -> Result<Vec<String>> {
    let vocabulary = to_vocabulary(pieces)?;
    let mut uses = vec![0u64; pieces.len()];
    for (word, count) in counts {
        vocabulary.ids(word).into_iter().for_each(|id| uses[id.index()] += count);
    }
    let mut order: Vec<usize> = (fixed..pieces.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(uses[*index]));
    order.truncate(keep.saturating_sub(fixed));
    Ok(pieces[..fixed].iter().cloned().chain(order.into_iter().map(|index| pieces[index].clone())).collect())
}

fn to_vocabulary(pieces: &[String]) -> Result<WordPieceVocabulary> {
    WordPieceVocabulary::new(pieces.iter().map(String::as_str)).context("the learned vocabulary is none")
}

/// The file of the words that stand often enough in the training texts to be words: the most frequent ones first, if there are more
/// than `most`.
pub fn list(counts: &HashMap<String, u64>, from: u64, most: usize) -> String {
    let is_word = |word: &str| {
        word.contains(char::is_alphabetic) && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\''))
    };
    let mut words: Vec<(&str, u64)> = counts
        .iter()
        .filter(|(word, count)| **count >= from && is_word(word))
        .map(|(word, count)| (word.as_str(), *count))
        .collect();
    words.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    Lexicon::to_file(words.into_iter().take(most).map(|(word, _)| word))
}

#[cfg(test)]
mod tests {
    use tokenizers::{Model, models::wordpiece::WordPiece};

    use super::*;
    use crate::text::words;

    const TEXT: &str = "The old ferryman rows across the river every morning. In 1998, 2,450 people crossed it; nobody drowned. \
        \"It isn't deep,\" he says, \"but it's cold.\" The ferry costs $3.50, or 12% of what the bridge costs. Rivers, ferries and \
        ferrymen are older than bridges. Unbelievably, the café-owner's daughter rowed 20km upstream!";

    fn counts() -> HashMap<String, u64> {
        let mut counts = HashMap::new();
        words(TEXT).into_iter().for_each(|word| *counts.entry(word.text).or_default() += 3);
        counts
    }

    #[test]
    fn our_reader_cuts_as_the_crate_does() {
        let vocabulary = learn(&counts(), 600).unwrap();
        assert!((400..=600).contains(&vocabulary.len()));
        let text = vocabulary.to_text();
        let (_, pieces) = text.split_once('\n').unwrap();
        let map = WordPiece::read_bytes(pieces.as_bytes()).unwrap();
        let crates = WordPiece::builder().vocab(map).unk_token(SPECIALS[1].into()).build().unwrap();
        let other = "Unbelievable ferrymen's bridges of 1997 cost 1,234,567 or 3.14159; Ωmega, naïve cafés. Xylophones cross \
            the upstream-river in a.b.c and 90km.";
        for word in words(&format!("{TEXT} {other}")) {
            let theirs: Vec<u32> = crates.tokenize(&word.text).unwrap().into_iter().map(|token| token.id).collect();
            let ours: Vec<u32> = vocabulary.ids(&word.text).into_iter().map(|id| id.index() as u32).collect();
            assert_eq!(ours, theirs, "{}", word.text);
        }
    }

    #[test]
    fn no_keyboard_makes_an_unknown_word() {
        let vocabulary = learn(&counts(), 600).unwrap();
        let keyboard: String = ('!'..='~').collect();
        for text in [
            &keyboard,
            "qwertyuiop",
            "“Zz” ‘Yy’ — £5 €6 … • 007 3.14159",
            "x_y o'neil-jones a.b@c.d",
            "Škoda naïve Ørsted São",
        ] {
            let unknown = vocabulary.ids(text).contains(&crate::text::TokenId::UNKNOWN);
            assert!(!unknown, "{text}");
        }
        assert_eq!(vocabulary.decode(&vocabulary.ids("1998 12,345")), ["1998", "12,345"]);
        assert_eq!(vocabulary.ids("1998").len(), 2);
    }

    #[test]
    fn listed_words_are_frequent_words() {
        let counts = HashMap::from([
            ("ferry".into(), 9),
            ("fery".into(), 1),
            ("20km".into(), 9),
            (",".into(), 99),
            ("isn".into(), 5),
        ]);
        assert_eq!(list(&counts, 5, 10), "inkling-words 1 2\nferry\nisn\n");
        assert_eq!(list(&counts, 5, 1), "inkling-words 1 1\nferry\n");
    }
}
