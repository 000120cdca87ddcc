//! What is learned of a text and the summary that somebody wants of it. Sources are cut and chosen as they are when the model is used,
//! so that what it is taught is what it will be asked.

use std::collections::HashSet;

use burn::tensor::{Device, ExecutionError};

use super::{EncodedText, NullObserver, Summarizer, SummaryError};
use crate::{
    models::summarizer::{
        corpus::{Corpus, SENTENCE_PIECES, TrainingDocument, sentence_targets, training_pair},
        extractive_oracle::Reference,
        kind::{SummaryKind, TargetLength, WantedSummary},
        rouge::{RougeScorer, StemmedToken},
    },
    nn::ShapeError,
    protocol::TextSample,
    text::{TokenId, Word, join, with_final_period, words},
};

/// A line belongs to the sentence of the text that holds this share of its words, or to none.
const ALIGNED: f32 = 0.5;
/// Sentences whose shares are learned, as in training.
const SENTENCES: usize = 40;

/// What a sample is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetMode {
    /// To choose and to write as the summary does.
    Teach,
    /// To write as the summary does, and to go on choosing as the model does already: the answers of a network before it learns
    /// something new keep what it knows (Li and Hoiem, *Learning without forgetting*, 2016).
    Keep,
}

/// Why there is nothing to learn of a sample.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The text has no words.
    #[error("its text has no words")]
    NoWords,
    /// The summary has none.
    #[error("its summary has no words")]
    NoSummary,
    /// The summary is of something else.
    #[error("its summary shares hardly any words with its text")]
    NothingInCommon,
    /// The device failed.
    #[error("the device failed: {0:?}")]
    Device(ExecutionError),
    /// A layer was given what it cannot take: a fault of ours.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

impl From<SummaryError> for TargetError {
    fn from(error: SummaryError) -> Self {
        match error {
            // Nobody stops the reading of a sample, and its sentences are not counted.
            SummaryError::NoWords
            | SummaryError::NoRunningText { .. }
            | SummaryError::TooManySentences { .. }
            | SummaryError::Stopped => Self::NoWords,
            SummaryError::Device(error) => Self::Device(error),
            SummaryError::Shape(error) => Self::Shape(error),
        }
    }
}

impl Summarizer {
    /// What there is to learn of a sample: which sentences are worth choosing, and how to write its lines.
    ///
    /// # Errors
    /// [`TargetError`].
    pub async fn lesson(&self, sample: &TextSample, aim: TargetMode, device: &Device) -> Result<Corpus, TargetError> {
        let text = EncodedText::read(&sample.text, &[], &self.vocabulary, &self.words);
        if !text.has_words() {
            return Err(TargetError::NoWords);
        }
        let lines: Vec<Vec<Word>> = sample.summary.lines().map(words).filter(|line| has_words(line)).collect();
        if lines.is_empty() {
            return Err(TargetError::NoSummary);
        }
        let mut scorer = RougeScorer::new();
        let sentences = text.document.sentences.iter().map(|sentence| join(text.document.words_of(sentence)));
        let sentences: Vec<Vec<StemmedToken>> = sentences.map(|sentence| scorer.stems(&sentence)).collect();
        let reference = lines.iter().map(|line| join(line)).collect::<Vec<_>>().join("\n");
        let oracle = Reference::new(&mut scorer, &reference).greedy(&sentences, lines.len());
        if oracle.chosen.is_empty() {
            return Err(TargetError::NothingInCommon);
        }
        let scores = self.salience(&text, device, &mut NullObserver).await?;

        let mut corpus = Corpus::default();
        // A title says too little of a text to tell which of its sentences matter.
        if sample.kind != SummaryKind::Headline && sentences.len() > 1 {
            let worth = match aim {
                TargetMode::Teach => {
                    let mut taken = vec![0; sentences.len()];
                    oracle.chosen.iter().for_each(|at| taken[*at] = 1);
                    sentence_targets(&taken, &oracle.gains)
                }
                TargetMode::Keep => shares(&scores[..scores.len().min(SENTENCES)]),
            };
            let cut = |at: usize| -> Box<[TokenId]> { text.ids(at).iter().copied().take(SENTENCE_PIECES).collect() };
            let places = text.places().into();
            let sentences = (0..sentences.len()).map(cut).collect();
            corpus.documents.push(TrainingDocument { sentences, worth, places });
        }
        // Lines that are judged word by word are each made of one sentence, whatever their kind.
        let several = matches!(sample.kind.extent(sample.length), TargetLength::Sentences(count) if count > 1);
        let single = !several && (sample.kind == SummaryKind::Headline || !self.network.shortens());
        if single {
            let draft = self.drafts(&text, &scores, &WantedSummary::new(sample.kind, sample.length)).into_iter().next();
            let whole: Vec<Word> = lines.concat();
            let target = match sample.kind {
                SummaryKind::Headline => unstopped(&whole),
                _ => with_final_period(&whole),
            };
            let target = self.vocabulary.ids(&target);
            corpus.pairs.extend(draft.and_then(|draft| training_pair(sample.kind, &draft.ids, &target)));
            return Ok(corpus);
        }
        for line in &lines {
            let target = with_final_period(line);
            let stems: HashSet<StemmedToken> = scorer.stems(&target).into_iter().collect();
            let Some(sentence) = nearest(&stems, &sentences) else { continue };
            let (source, target) = (text.ids(sentence), self.vocabulary.ids(&target));
            // A sentence that is taken as it is says something about the choice alone.
            if target.len() < source.len() {
                let kind = if several { SummaryKind::KeyPoints } else { sample.kind };
                corpus.pairs.extend(training_pair(kind, source, &target));
            }
        }
        Ok(corpus)
    }
}

/// The sentence that holds most of a line's words, the shorter one of equals; none if no sentence holds enough of them.
fn nearest(line: &HashSet<StemmedToken>, sentences: &[Vec<StemmedToken>]) -> Option<usize> {
    let held = |sentence: &[StemmedToken]| {
        let sentence: HashSet<&StemmedToken> = sentence.iter().collect();
        line.iter().filter(|stem| sentence.contains(stem)).count()
    };
    let counts: Vec<usize> = sentences.iter().map(|sentence| held(sentence)).collect();
    let best = (0..counts.len()).max_by(|a, b| {
        let longer = sentences[*b].len().cmp(&sentences[*a].len());
        counts[*a].cmp(&counts[*b]).then(longer).then(b.cmp(a))
    })?;
    (counts[best] as f32 >= ALIGNED * line.len() as f32).then_some(best)
}

fn has_words(words: &[Word]) -> bool {
    words.iter().any(|word| word.text.contains(char::is_alphanumeric))
}

/// The softmax of scores.
fn shares(scores: &[f32]) -> Box<[f32]> {
    let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|score| (score - best).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// A line in the normal form, without one.
fn unstopped(words: &[Word]) -> String {
    let end = words.iter().rposition(|word| word.text != ".").map_or(0, |last| last + 1);
    join(&words[..end])
}
