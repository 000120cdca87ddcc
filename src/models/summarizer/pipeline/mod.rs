//! From a text to its summary: read, weigh, choose, shorten, and say where every word comes from.

mod context_overlap;
mod finished_line;
mod judged_words;
mod line_evidence;
mod lines;
mod observer;
mod selection_by_kind;
mod sentence_picking;
mod sentence_selection;
mod seq2seq;
mod source_text;
mod training_targets;

use burn::{
    module::Module,
    tensor::{Device, Tensor, TensorData},
};

use self::{
    finished_line::{finish, shortened_by_judgment},
    line_evidence::LineEvidence,
    lines::{LinePlan, extracted},
    selection_by_kind::take_candidate,
    source_text::EncodedText,
};
use super::{
    beam_search::{BeamSearchConfig, DecodeJob, DecodedToken, TokenRules, write},
    corpus::SENTENCE_PIECES,
    kind::{SummaryKind, TargetLength, WantedSummary},
    network::{Example, ExampleBatch, SummarizerConfig, SummarizerNetwork, batch},
};
use crate::{
    nn::Precision,
    package::{Manifest, PackageError, PackageFiles, VOCABULARY, WORDS, WeightFile},
    protocol::{Language, SummaryLine},
    text::{Detokenizer, Lexicon, TokenId, WordPieceVocabulary},
};

pub use observer::{NullObserver, SummaryError, SummaryEvent, SummaryObserver};
pub use seq2seq::Seq2SeqSummarizer;
pub use source_text::split_sentences;
pub use training_targets::{TargetError, TargetMode};

/// Sentences that are encoded at a time: memory stays bounded however long a text is.
const CHUNK: usize = 16;
/// Of texts with more sentences it is told how far the reading is.
const MANY: usize = 64;
/// Sentences that are weighed beside one another: of longer texts, as many at a time.
const WEIGHED_TOGETHER: usize = 512;
/// Lines that are written at a time.
const LINES: usize = 3;

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

    /// A package's summarizer, to compute in 16-bit integers what it can; nothing reaches the device before all of it has been checked.
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
        let network = network.with_precision(Precision::Integer16);
        Ok(Self::new(network, manifest.architecture.clone(), vocabulary, words))
    }

    /// The same in floats: for a package whose self-test does not hold in integers.
    #[must_use]
    pub fn in_floats(self) -> Self {
        Self { network: self.network.with_precision(Precision::Float32), ..self }
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
        let text = EncodedText::read_verbatim(text, &self.vocabulary);
        if text.document.sentences.is_empty() {
            return Err(SummaryError::NoWords);
        }
        let mut figures = self.salience(&text, device, &mut NullObserver).await?;
        let (source, target) = (text.ids(0), text.ids(text.document.sentences.len() - 1));
        let example = Example { source, wanted: SummaryKind::KeyPoints.token(), target };
        let batch = ExampleBatch::new(&[example], self.architecture.sayable, true, device);
        let memory = self.network.read(batch.source, batch.visible)?;
        let start = memory.start.clone();
        let shares = self.network.decode(&memory, batch.steps, start)?.shares(&batch.targets);
        let shares = shares.into_data_async().await.map_err(SummaryError::Device)?;
        figures.extend(shares.iter::<f32>());
        if let Some(judged) = self.judge_words(&text, &[0], device).await? {
            // Figures that rounding cannot turn over: a head or a relation could.
            figures.extend(judged.iter().flatten().flat_map(|word| word.kept));
        }
        Ok(figures)
    }

    /// How salient each sentence of a text is: logits, the higher the more.
    async fn salience(
        &self,
        text: &EncodedText,
        device: &Device,
        listener: &mut impl SummaryObserver,
    ) -> Result<Vec<f32>, SummaryError> {
        let count = text.document.sentences.len();
        let sentences: Vec<&[TokenId]> =
            (0..count).map(|at| text.ids(at)).map(|ids| &ids[..ids.len().min(SENTENCE_PIECES)]).collect();
        // Sentences of about one length are encoded together: what fills up the shorter ones costs as much as words.
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|at| sentences[*at].len());
        let mut encoded = Vec::new();
        for (chunk, together) in order.chunks(CHUNK).enumerate() {
            if count > MANY {
                listener.tell(SummaryEvent::Reading { done: chunk * CHUNK, total: count });
                if listener.pause().await.is_break() {
                    return Err(SummaryError::Stopped);
                }
            }
            let together: Vec<&[TokenId]> = together.iter().map(|at| sentences[*at]).collect();
            let (words, visible) = batch::rectangle(&together, device);
            encoded.push(self.network.sentences(words, visible)?);
        }
        let mut place = vec![0i32; count];
        order.iter().enumerate().for_each(|(at, sentence)| place[*sentence] = at as i32);
        let encoded = Tensor::cat(encoded, 0).select(0, Tensor::from_data(TensorData::new(place, [count]), device));
        let features = super::sentence_features::features(&sentences, &text.places());
        let mut scores = Vec::with_capacity(count);
        for first in (0..count).step_by(WEIGHED_TOGETHER) {
            let many = WEIGHED_TOGETHER.min(count - first);
            let rows: Vec<f32> = features[first..first + many].iter().flatten().copied().collect();
            let rows = TensorData::new(rows, [1, many, super::sentence_features::FEATURES]);
            let rows = Tensor::from_data(rows, device);
            let part = encoded.clone().narrow(0, first, many);
            let weighed = self.network.weigh(part, rows, Tensor::ones([1, many], device))?;
            let weighed = weighed.into_data_async().await.map_err(SummaryError::Device)?;
            scores.extend(weighed.iter::<f32>());
            if count > WEIGHED_TOGETHER && listener.pause().await.is_break() {
                return Err(SummaryError::Stopped);
            }
        }
        Ok(scores)
    }

    /// A summary, line by line in the order of the text.
    ///
    /// # Errors
    /// [`SummaryError`].
    pub async fn summarize(
        &self,
        text: &str,
        options: &WantedSummary,
        device: &Device,
        listener: &mut impl SummaryObserver,
    ) -> Result<Vec<SummaryLine>, SummaryError> {
        let kind = options.kind;
        let read_with = (&self.vocabulary, &self.words);
        let text = EncodedText::read_in_steps(text, &options.included, read_with, listener).await?;
        if !text.has_words() {
            return Err(text.nothing());
        }
        let mut scores = self.salience(&text, device, listener).await?;
        if let Some(context) = &options.context {
            context_overlap::prefer(&text, context, &mut scores);
        }
        let source = text.source(&scores, options, &self.words);
        let evidence = LineEvidence::new(&text, &scores, &source);
        listener.tell(SummaryEvent::Source(Box::new(source)));
        if listener.pause().await.is_break() {
            return Err(SummaryError::Stopped);
        }
        let restorer =
            Detokenizer::new(&text.clean.text, &text.document, &text.encoding, &self.vocabulary, &self.words);
        let search = self.search.unwrap_or_else(|| BeamSearchConfig::of(kind));
        let mut drafts = self.drafts(&text, &scores, options);
        let mut judged = Vec::new();
        if text.language(&self.words) == Language::Other {
            // Of a language that it does not read, the model chooses sentences and changes none.
            drafts.iter_mut().for_each(|draft| draft.ids.clear());
        }
        let has_title = kind == SummaryKind::Headline && text.title().is_some();
        if has_title {
            // The text brings its headline along.
            drafts.iter_mut().for_each(|draft| draft.ids.clear());
        }
        // What a network with a reader judges word by word is not written.
        if self.network.shortens() {
            let sentences: Vec<usize> = drafts
                .iter()
                .filter(|draft| !draft.ids.is_empty())
                .filter_map(|draft| draft.sentences.first().copied())
                .collect();
            if let Some(words) = self.judge_words(&text, &sentences, device).await? {
                judged = sentences.into_iter().zip(words).collect();
                drafts.iter_mut().for_each(|draft| draft.ids.clear());
            }
            if matches!(kind, SummaryKind::Headline | SummaryKind::Sentence) && drafts.len() > 1 {
                let longest = if let TargetLength::Words(words) = options.extent() { words } else { usize::MAX };
                drafts = vec![drafts.swap_remove(take_candidate(&text, &drafts, &judged, kind, longest))];
            }
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
                    listener.tell(SummaryEvent::Line(Box::new(SummaryLine { finished: false, ..line })));
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
                let judged = judged.iter().find(|(sentence, _)| draft.sentences == [*sentence]);
                let line = match judged {
                    Some((_, words)) => shortened_by_judgment(&text, draft, first + at, words, options),
                    None => finish(&text, &restorer, draft, first + at, options, &written),
                };
                let line = evidence.explain(line, !has_title);
                listener.tell(SummaryEvent::Line(Box::new(line.clone())));
                lines.push(line);
            }
        }
        Ok(lines)
    }
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
    let text = EncodedText::read(text, &[], &summarizer.vocabulary, &summarizer.words);
    if !text.has_words() {
        return Err(text.nothing());
    }
    let scores = summarizer.salience(&text, device, &mut NullObserver).await?;
    let chosen = summarizer.choose(&text, &scores, count, usize::MAX);
    Ok(chosen.into_iter().map(|at| extracted(&text, 0, at).text).collect())
}
