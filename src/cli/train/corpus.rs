//! Reads the corpus that `prepare summary-corpus` made.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

use crate::{
    cli::prepare::summary::pairs,
    models::summarizer::{
        SummaryKind,
        corpus::{Corpus, SENTENCE_PIECES, TrainingDocument, sentence_targets, training_pair},
    },
    text::{TokenId, WordPieceVocabulary},
};

/// One row in so many is not trained on, but measured.
const MEASURED: usize = 60;
/// The same for the set of which there are few: fewer measured ones would say nothing of it.
const MEASURED_OF_FEW: usize = 20;
/// No more rows of a set are measured.
const MOST_MEASURED: usize = 400;
/// Pairs with less support teach to invent.
const SUPPORT: f32 = 0.7;
/// So many documents, and pairs of a kind, are taken of the archive of abstracts, at most: it must not outweigh all
/// other texts.
const MOST_ABSTRACTS: usize = 15_000;

/// A document that is measured.
pub struct MeasuredDocument {
    /// The pieces of its sentences.
    pub pieces: TrainingDocument,
    /// Its sentences, in the normal form.
    pub sentences: Vec<String>,
    /// What people wrote.
    pub reference: String,
}

/// What is trained on, and what is held out of it to see how training goes. The sets that are marked as checks are no part of it.
#[derive(Default)]
pub struct CorpusSplit {
    /// To train on.
    pub training: Corpus,
    /// Documents to measure on.
    pub documents: Vec<MeasuredDocument>,
    /// Pairs to measure on.
    pub pairs: Corpus,
}

/// Reads all sets in a folder.
pub fn read(folder: &Path, vocabulary: &WordPieceVocabulary) -> Result<CorpusSplit> {
    let mut split = CorpusSplit::default();
    let files = |ending: &str| -> Result<Vec<PathBuf>> {
        let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
        let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|path| path.to_string_lossy().ends_with(ending));
        files.sort();
        Ok(files)
    };
    let is_small = |file: &Path| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("sentences"));
    let is_archive = |file: &Path| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("arxiv"));
    for file in files(".train.documents.jsonl.gz")? {
        let most = if is_archive(&file) { MOST_ABSTRACTS } else { usize::MAX };
        let mut weighed = 0;
        for (at, document) in lines::<pairs::PreparedDocument>(&file)?.enumerate() {
            let document = document?;
            let pieces = TrainingDocument {
                sentences: document.sentences.iter().map(|sentence| cut(vocabulary, sentence)).collect(),
                worth: sentence_targets(&document.salience, &document.gain),
                places: Box::default(),
            };
            // Titles say too little of a text to tell which of its sentences matter.
            let labelled = document.salience.contains(&1) && document.reference.split(' ').count() > 18;
            let worth = if labelled && weighed < most { pieces.worth.clone() } else { Box::default() };
            if labelled && at % MEASURED == 0 && at / MEASURED < MOST_MEASURED {
                let (sentences, reference) = (document.sentences, document.reference);
                split.documents.push(MeasuredDocument { pieces, sentences, reference });
            } else {
                weighed += usize::from(!worth.is_empty());
                split.training.documents.push(TrainingDocument { worth, ..pieces });
            }
        }
    }
    for file in files(".train.pairs.jsonl.gz")? {
        let most = if is_archive(&file) { MOST_ABSTRACTS } else { usize::MAX };
        let every = if is_small(&file) { MEASURED_OF_FEW } else { MEASURED };
        let mut taken = std::collections::HashMap::<SummaryKind, usize>::new();
        for (at, pair) in lines::<pairs::PreparedPair>(&file)?.enumerate() {
            let pair = pair?;
            if pair.support < SUPPORT {
                continue;
            }
            let (source, target) = (vocabulary.ids(&pair.source), vocabulary.ids(&pair.target));
            // What people deleted from a sentence, and what they wrote anew, are asked for by different names.
            let kinds: &[SummaryKind] = match pair.kind {
                SummaryKind::Sentence if pair.set.starts_with("sentences") => &[SummaryKind::Sentence],
                SummaryKind::Sentence => &[SummaryKind::KeyPoints],
                _ => std::slice::from_ref(&pair.kind),
            };
            for kind in kinds {
                let Some(pair) = training_pair(*kind, &source, &target) else { continue };
                let taken = taken.entry(*kind).or_default();
                if at % every == 0 && at / every < MOST_MEASURED {
                    split.pairs.pairs.push(pair);
                } else if *taken < most {
                    *taken += 1;
                    split.training.pairs.push(pair);
                }
            }
        }
    }
    if split.training.documents.is_empty() || split.training.pairs.is_empty() {
        bail!("{} holds no training sets: `prepare summary` makes them", folder.display());
    }
    Ok(split)
}

fn cut(vocabulary: &WordPieceVocabulary, sentence: &str) -> Box<[TokenId]> {
    let mut ids = vocabulary.ids(sentence);
    ids.truncate(SENTENCE_PIECES);
    ids.into()
}

fn lines<T: DeserializeOwned>(path: &Path) -> Result<impl Iterator<Item = Result<T>>> {
    let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let name = path.display().to_string();
    Ok(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(file))
        .lines()
        .map(move |line| serde_json::from_str(&line.with_context(|| name.clone())?).with_context(|| name.clone())))
}
