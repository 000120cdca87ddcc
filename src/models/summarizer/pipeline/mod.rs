//! From a text to its summary: read, weigh, choose, shorten, and say where every word comes from.

mod lines;
mod seq2seq;
mod source_text;
mod training_targets;

use std::{cmp::Reverse, collections::HashSet, ops::ControlFlow};

use burn::{
    module::Module,
    tensor::{Device, ExecutionError, Tensor, TensorData},
};

use self::{
    lines::{LinePlan, Wrote, extracted, output, shortened},
    source_text::EncodedText,
};
use super::{
    beam_search::{BeamSearchConfig, DecodeError, DecodeJob, DecodeResult, DecodedToken, TokenRules, write},
    kind::{Kind, Length, TargetLength},
    network::{DocumentBatch, Example, ExampleBatch, SummarizerConfig, SummarizerNetwork},
    shortening,
    training::{SENTENCE_PIECES, SOURCE_PIECES},
};
use crate::{
    nn::ShapeError,
    package::{Manifest, PackageError, PackageFiles, VOCABULARY, WORDS, WeightFile},
    protocol::{Line, Source},
    text::{DetokenizedText, Detokenizer, Lexicon, OutputWord, TokenId, Word, WordPieceVocabulary, normalize},
};

pub use seq2seq::Seq2SeqSummarizer;
pub use training_targets::{TargetError, TargetMode};

/// Sentences that are encoded at a time: memory stays bounded however long a text is.
const CHUNK: usize = 64;
/// Lines that are written at a time.
const LINES: usize = 3;
/// Shorter sentences are not shortened: there is nothing to leave out.
const SHORTEST_SHORTENED: usize = 9;
/// Fewer words in a sentence say nothing by themselves.
const SHORTEST_CHOSEN: usize = 5;
/// Sentences that share more runs of three pieces with one that was chosen say the same again (Liu and Lapata 2019 block at the
/// first; chosen on a part of the training sets).
const SHARED: usize = 4;
/// What a sentence's score is lowered by for the logarithm of its length: between two that are as good, the shorter one is the better
/// summary (chosen on a part of the training sets).
const LENGTH_PRICE: f32 = 0.4;

/// A summarizer, ready for texts.
#[derive(Debug)]
pub struct Summarizer {
    /// The layers.
    pub network: SummarizerNetwork,
    /// Their widths.
    pub architecture: SummarizerConfig,
    /// What it reads and writes.
    pub vocabulary: WordPieceVocabulary,
    /// What are words.
    pub words: Lexicon,
    /// How it searches, in place of what is good for each kind.
    pub search: Option<BeamSearchConfig>,
    speech: TokenRules,
}

/// What a client hears of while a text is summarized.
#[derive(Clone, Debug)]
pub enum SummaryEvent {
    /// Sentences were weighed, out of so many.
    Reading {
        /// How many.
        done: usize,
        /// Out of how many.
        total: usize,
    },
    /// The text was read.
    Source(Box<Source>),
    /// A line, as far as it is written.
    Line(Box<Line>),
}

/// Who hears of it.
#[allow(async_fn_in_trait, reason = "one thread: no future here needs to be Send")]
pub trait SummaryObserver {
    /// Hears.
    fn tell(&mut self, event: SummaryEvent);

    /// Lets others go on between two steps, and may stop it.
    async fn pause(&mut self) -> ControlFlow<()>;
}

/// Nobody listens, and nobody stops it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullObserver;

impl SummaryObserver for NullObserver {
    fn tell(&mut self, _event: SummaryEvent) {}

    async fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Why there is no summary.
#[derive(Debug, thiserror::Error)]
pub enum SummaryError {
    /// The text has no words.
    #[error("There are no words in it yet.")]
    NoWords,
    /// It was stopped.
    #[error("Stopped.")]
    Stopped,
    /// The device failed.
    #[error("the device failed: {0:?}")]
    Device(ExecutionError),
    /// A layer was given what it cannot take: a fault of ours.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

impl From<DecodeError> for SummaryError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Device(error) => Self::Device(error),
            DecodeError::Stopped => Self::Stopped,
            DecodeError::Shape(error) => Self::Shape(error),
        }
    }
}

impl Summarizer {
    /// A network with its vocabulary and words.
    pub fn new(
        network: SummarizerNetwork,
        architecture: SummarizerConfig,
        vocabulary: WordPieceVocabulary,
        words: Lexicon,
    ) -> Self {
        let speech = TokenRules::new(&vocabulary, &words);
        Self { network, architecture, vocabulary, words, search: None, speech }
    }

    /// A package's summarizer; nothing reaches the device before all of it has been checked.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn open(
        manifest: &Manifest<SummarizerConfig>,
        files: &PackageFiles,
        device: &Device,
    ) -> Result<Self, PackageError> {
        let (vocabulary, words) = read_words(files, manifest.architecture.vocabulary)?;
        let blank = manifest.architecture.init(device)?;
        let network = WeightFile::decode(&files.weights, &blank)?.load(blank, device).valid();
        Ok(Self::new(network, manifest.architecture.clone(), vocabulary, words))
    }

    /// Number of trained parameters.
    pub fn parameters(&self) -> usize {
        self.network.num_params()
    }

    /// Figures in which every layer has a part: the salience of a text's sentences, and the shares of the pieces of its last sentence if
    /// they are to be written about its first.
    ///
    /// # Errors
    /// [`SummaryError`].
    pub async fn figures(&self, text: &str, device: &Device) -> Result<Vec<f32>, SummaryError> {
        let text = EncodedText::read(text, &self.vocabulary);
        if text.document.sentences.is_empty() {
            return Err(SummaryError::NoWords);
        }
        let mut figures = self.salience(&text, device, &mut NullObserver).await?;
        let (source, target) = (text.ids(0), text.ids(text.document.sentences.len() - 1));
        let example = Example { source, wanted: Kind::KeyPoints.token(), target };
        let batch = ExampleBatch::new(&[example], self.architecture.sayable, true, device);
        let memory = self.network.read(batch.source, batch.visible)?;
        let start = memory.start.clone();
        let shares = self.network.decode(&memory, batch.steps, start)?.shares(&batch.targets);
        let shares = shares.into_data_async().await.map_err(SummaryError::Device)?;
        figures.extend(shares.iter::<f32>());
        Ok(figures)
    }

    /// How salient each sentence of a text is: logits, the higher the more.
    async fn salience(
        &self,
        text: &EncodedText<'_>,
        device: &Device,
        listener: &mut impl SummaryObserver,
    ) -> Result<Vec<f32>, SummaryError> {
        let count = text.document.sentences.len();
        let sentences: Vec<&[TokenId]> =
            (0..count).map(|at| text.ids(at)).map(|ids| &ids[..ids.len().min(SENTENCE_PIECES)]).collect();
        let mut encoded = Vec::new();
        for (chunk, sentences) in sentences.chunks(CHUNK).enumerate() {
            if count > CHUNK {
                listener.tell(SummaryEvent::Reading { done: chunk * CHUNK, total: count });
                if listener.pause().await.is_break() {
                    return Err(SummaryError::Stopped);
                }
            }
            let batch = DocumentBatch::new(&[sentences.to_vec()], device);
            encoded.push(self.network.sentences(batch.words, batch.visible));
        }
        let features: Vec<f32> = super::sentence_features::features(&sentences).into_iter().flatten().collect();
        let features =
            Tensor::from_data(TensorData::new(features, [1, count, super::sentence_features::FEATURES]), device);
        let scores = self.network.weigh(Tensor::cat(encoded, 0), features, Tensor::ones([1, count], device))?;
        let scores = scores.into_data_async().await.map_err(SummaryError::Device)?;
        Ok(scores.iter::<f32>().collect())
    }

    /// The sentences that say most, at most `count`, in the order of the text; none that says again what another one says.
    fn choose(&self, text: &EncodedText, scores: &[f32], count: usize) -> Vec<usize> {
        let price = |at: usize| LENGTH_PRICE * (text.ids(at).len().clamp(1, SENTENCE_PIECES) as f32).ln();
        let scores: Vec<f32> = scores.iter().enumerate().map(|(at, score)| score - price(at)).collect();
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let mut chosen: Vec<usize> = Vec::new();
        let mut said: HashSet<[TokenId; 3]> = HashSet::new();
        let threes = |at: usize| text.ids(at).windows(3).map(|three| [three[0], three[1], three[2]]);
        let repeats = |at: usize, said: &HashSet<[TokenId; 3]>| {
            let (count, again) = (threes(at).count(), threes(at).filter(|three| said.contains(three)).count());
            again > SHARED || count > 0 && again == count
        };
        // Short ones, parts of sentences and those that repeat are taken only where there is nothing else.
        for strict in [true, false] {
            for at in &order {
                let fits = !strict || text.spoken(*at) >= SHORTEST_CHOSEN && !text.is_part(*at) && !repeats(*at, &said);
                if chosen.len() < count && fits && !chosen.contains(at) && text.spoken(*at) > 0 {
                    chosen.push(*at);
                    said.extend(threes(*at));
                }
            }
        }
        chosen.sort_unstable();
        chosen
    }

    /// Whole sentences, the most salient ones, as many as the model reads at a time, in the order of the text.
    fn gather(&self, text: &EncodedText, scores: &[f32]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..scores.len()).filter(|at| text.spoken(*at) > 0).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        let mut gathered: Vec<usize> = Vec::new();
        let mut room = SOURCE_PIECES;
        for at in order {
            let length = text.ids(at).len();
            if length <= room || gathered.is_empty() {
                room = room.saturating_sub(length);
                gathered.push(at);
            }
        }
        gathered.sort_unstable();
        gathered
    }

    fn draft(&self, text: &EncodedText, sentences: Vec<usize>, kind: Kind, longest: usize) -> LinePlan {
        let known = sentences.iter().filter(|at| !text.is_foreign(**at));
        let mut places: Vec<usize> = known.flat_map(|at| text.pieces[*at].clone()).collect();
        places.truncate(SOURCE_PIECES);
        let ids = places.iter().map(|place| text.encoding.ids[*place]).collect();
        let wanted = match kind {
            Kind::Teaser => Kind::KeyPoints.token(),
            kind => kind.token(),
        };
        LinePlan { sentences, places, ids, wanted, shortest: 4, longest }
    }

    /// What is to be written, line by line.
    fn drafts(&self, text: &EncodedText, scores: &[f32], kind: Kind, length: Length) -> Vec<LinePlan> {
        let words_of = |sentences: &[usize]| sentences.iter().map(|at| text.spoken(*at)).sum::<usize>();
        match (kind, kind.extent(length)) {
            (Kind::Headline, TargetLength::Words(words)) => {
                // Titles were learned from the beginnings of texts: earlier is better.
                let earlier: Vec<f32> = (0..scores.len()).map(|at| -(at as f32)).collect();
                let sentences = self.gather(text, &earlier);
                let most = words.min(words_of(&sentences));
                vec![LinePlan { shortest: most.min(words * 2 / 5), ..self.draft(text, sentences, kind, most) }]
            }
            (Kind::Sentence, _) | (Kind::Tldr, TargetLength::Sentences(1)) => {
                let sentences = self.gather(text, scores);
                let most = words_of(&sentences).min(if kind == Kind::Sentence { 40 } else { 30 });
                vec![self.draft(text, sentences, kind, most)]
            }
            (_, extent) => {
                let count = match extent {
                    TargetLength::Sentences(count) | TargetLength::Words(count) => count,
                };
                self.choose(text, scores, count)
                    .into_iter()
                    .map(|at| {
                        let words = text.spoken(at);
                        let draft = self.draft(text, vec![at], Kind::KeyPoints, words.saturating_sub(1));
                        match words < SHORTEST_SHORTENED {
                            true => LinePlan { places: Vec::new(), ids: Vec::new(), ..draft },
                            false => draft,
                        }
                    })
                    .collect()
            }
        }
    }

    /// A summary, line by line in the order of the text.
    ///
    /// # Errors
    /// [`SummaryError`].
    pub async fn summarize(
        &self,
        text: &str,
        kind: Kind,
        length: Length,
        device: &Device,
        listener: &mut impl SummaryObserver,
    ) -> Result<Vec<Line>, SummaryError> {
        let text = EncodedText::read(text, &self.vocabulary);
        if !text.has_words() {
            return Err(SummaryError::NoWords);
        }
        let scores = self.salience(&text, device, listener).await?;
        listener.tell(SummaryEvent::Source(Box::new(text.source(&scores, kind, length, &self.words))));
        if listener.pause().await.is_break() {
            return Err(SummaryError::Stopped);
        }
        let restorer = Detokenizer::new(text.text, &text.document, &text.encoding, &self.vocabulary, &self.words);
        let search = self.search.unwrap_or_else(|| BeamSearchConfig::of(kind));
        let mut drafts = self.drafts(&text, &scores, kind, length);
        if kind == Kind::Headline && shortening::title(text.text, &text.document).is_some() {
            // The text brings its headline along.
            drafts.iter_mut().for_each(|draft| draft.ids.clear());
        }
        let mut lines = Vec::with_capacity(drafts.len());
        for (chunk, drafts) in drafts.chunks(LINES).enumerate() {
            let first = chunk * LINES;
            let jobs: Vec<DecodeJob> = drafts
                .iter()
                .filter(|draft| !draft.ids.is_empty())
                .map(|draft| {
                    let LinePlan { wanted, shortest, longest, .. } = *draft;
                    DecodeJob { source: &draft.ids, wanted, shortest, longest }
                })
                .collect();
            // Until a line has passed the gate, its sentence stands there as it is: what is shown is true at every moment.
            for (at, draft) in drafts.iter().enumerate() {
                if let [sentence] = *draft.sentences {
                    let line = extracted(&text, first + at, sentence);
                    listener.tell(SummaryEvent::Line(Box::new(Line { finished: false, ..line })));
                }
            }
            let written =
                write(&self.network, &self.speech, &jobs, search, device, async |_: &[&[DecodedToken]]| {
                    listener.pause().await
                })
                .await?;
            let mut written = written.into_iter();
            for (at, draft) in drafts.iter().enumerate() {
                let written = if draft.ids.is_empty() { None } else { written.next() }.unwrap_or_default();
                let line = finish(&text, &restorer, draft, first + at, kind, &written);
                listener.tell(SummaryEvent::Line(Box::new(line.clone())));
                lines.push(line);
            }
        }
        Ok(lines)
    }
}

/// The line that stays: the source's words, less the phrases that the model left out and that may be left out.
fn finish(
    text: &EncodedText,
    restorer: &Detokenizer,
    draft: &LinePlan,
    index: usize,
    kind: Kind,
    written: &[DecodeResult],
) -> Line {
    if kind == Kind::Headline
        && let Some(title) = shortening::title(text.text, &text.document)
    {
        let sentence = text.sentence_of(title.start);
        return shortened(text, index, sentence, &title.collect::<Vec<_>>(), None, kind);
    }
    // A line about several sentences is made of the one that the model wrote most of. Headings, questions and greetings are no such
    // sentence where there is another.
    let stated: Vec<usize> = draft
        .sentences
        .iter()
        .copied()
        .filter(|at| shortening::is_statement(text.words_of(*at)) && !text.is_part(*at))
        .collect();
    let sentences = if stated.is_empty() { &draft.sentences } else { &stated };
    let first = sentences.first().copied().unwrap_or(0);
    let whole = |sentence: usize| match kind {
        Kind::Headline => {
            let offset = text.document.sentences[sentence].words.start;
            let kept = shortening::shorten_to(text.words_of(sentence), draft.longest);
            shortened(text, index, sentence, &kept.into_iter().map(|at| offset + at).collect::<Vec<_>>(), None, kind)
        }
        Kind::KeyPoints | Kind::Tldr | Kind::Teaser | Kind::Sentence => extracted(text, index, sentence),
    };
    let mut chosen = None;
    for written in written.iter().filter(|written| written.ended) {
        let restored = restorer.restore(&output(draft, &written.pieces));
        let line = restored_words(&restored);
        let shared = |at: usize| shortening::align(text.words_of(at), &line).iter().flatten().count();
        let most = sentences.iter().copied().max_by_key(|at| (shared(*at), Reverse(*at)));
        let sentence = *chosen.get_or_insert(most.unwrap_or(first));
        if kind == Kind::Headline {
            break;
        }
        let words = text.words_of(sentence);
        let aligned = shortening::align(words, &line);
        let kept = shortening::shorten(words, |at| aligned[at].is_some());
        if kept.len() < words.len() {
            let offset = text.document.sentences[sentence].words.start;
            let kept: Vec<usize> = kept.into_iter().map(|at| offset + at).collect();
            let model = Wrote { draft, pieces: &written.pieces, restored: &restored, aligned: &aligned, offset };
            return shortened(text, index, sentence, &kept, Some(model), kind);
        }
    }
    whole(chosen.unwrap_or(first))
}

/// The words that a model wrote, in the normal form.
fn restored_words(restored: &DetokenizedText) -> Vec<Word> {
    let word = |word: &OutputWord| Word { text: normalize(&restored.text[word.span.clone()]), span: word.span.clone() };
    restored.words.iter().map(word).collect()
}

/// A package's vocabulary and words.
fn read_words(files: &PackageFiles, pieces: usize) -> Result<(WordPieceVocabulary, Lexicon), PackageError> {
    let refused = |file| move |reason: String| PackageError::Words { file, reason };
    let vocabulary =
        WordPieceVocabulary::parse(&files.vocabulary).map_err(|error| refused(VOCABULARY)(error.to_string()))?;
    let words = Lexicon::parse(&files.words).map_err(|error| refused(WORDS)(error.to_string()))?;
    if vocabulary.len() != pieces {
        return Err(refused(VOCABULARY)(format!("it has {} pieces, and the model {pieces}", vocabulary.len())));
    }
    Ok((vocabulary, words))
}

/// The most salient sentences as they are.
///
/// # Errors
/// [`SummaryError`].
pub async fn extract(
    summarizer: &Summarizer,
    text: &str,
    count: usize,
    device: &Device,
) -> Result<Vec<String>, SummaryError> {
    let text = EncodedText::read(text, &summarizer.vocabulary);
    if !text.has_words() {
        return Err(SummaryError::NoWords);
    }
    let scores = summarizer.salience(&text, device, &mut NullObserver).await?;
    let chosen = summarizer.choose(&text, &scores, count);
    Ok(chosen.into_iter().map(|at| extracted(&text, 0, at).text).collect())
}
