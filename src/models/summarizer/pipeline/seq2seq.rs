//! The plain model's summaries.

use burn::{module::Module, tensor::Device};

use super::{
    SummaryError, SummaryEvent, SummaryObserver, read_words,
    source_text::{EncodedText, span},
};
use crate::{
    models::summarizer::{
        corpus::SOURCE_PIECES,
        kind::{SummaryKind, TargetLength, WantedSummary},
        seq2seq::{Seq2SeqConfig, Seq2SeqNetwork},
    },
    package::{Manifest, PackageError, PackageFiles, WeightFile},
    protocol::{self, LineSource, SummaryLine},
    text::{DetokenizedText, Detokenizer, Lexicon, OutputToken, TokenId, TokenOrigin, WordPieceVocabulary},
};

/// The plain model, ready for texts.
#[derive(Debug)]
pub struct Seq2SeqSummarizer {
    /// The layers.
    pub network: Seq2SeqNetwork,
    vocabulary: WordPieceVocabulary,
    words: Lexicon,
}

impl Seq2SeqSummarizer {
    /// A package's model; nothing reaches the device before all of it has been checked.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn open(
        manifest: &Manifest<Seq2SeqConfig>,
        files: &PackageFiles,
        device: &Device,
    ) -> Result<Self, PackageError> {
        let (vocabulary, words) = read_words(files, manifest.architecture.vocabulary)?;
        let blank = manifest.architecture.init(device)?;
        let network = WeightFile::decode(&files.weights, &blank)?.load(blank, device).valid();
        Ok(Self::new(network, vocabulary, words))
    }

    /// A network with its vocabulary and words.
    pub fn new(network: Seq2SeqNetwork, vocabulary: WordPieceVocabulary, words: Lexicon) -> Self {
        Self { network, vocabulary, words }
    }

    /// Number of trained parameters.
    pub fn parameters(&self) -> usize {
        self.network.num_params()
    }

    /// See [`Seq2SeqNetwork::figures`].
    ///
    /// # Errors
    /// [`SummaryError::Device`].
    pub async fn figures(&self, text: &str, device: &Device) -> Result<Vec<f32>, SummaryError> {
        self.network.figures(text, &self.vocabulary, device).await.map_err(SummaryError::Device)
    }

    /// A summary, line by line. It weighs no sentences: it writes about the first ones.
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
        let spoken = |at: &usize| text.spoken(*at) > 0;
        let mut sentences: Vec<usize> = (0..text.document.sentences.len()).filter(spoken).collect();
        if sentences.iter().any(|at| text.is_running_text(*at)) {
            sentences.retain(|at| text.is_running_text(*at));
        }
        let Some(first) = sentences.first().copied() else { return Err(text.nothing()) };
        let scores = vec![f32::NEG_INFINITY; text.document.sentences.len()];
        listener.tell(SummaryEvent::Source(Box::new(text.source(&scores, options, &self.words))));
        let restorer =
            Detokenizer::new(&text.clean.text, &text.document, &text.encoding, &self.vocabulary, &self.words);
        let (places, longest): (Vec<Vec<usize>>, usize) = match (kind, options.extent()) {
            (SummaryKind::KeyPoints | SummaryKind::Tldr | SummaryKind::Teaser, TargetLength::Sentences(count))
                if count > 1 =>
            {
                (sentences.iter().take(count).map(|at| vec![*at]).collect(), 40)
            }
            (_, TargetLength::Words(words)) => (vec![sentences], words * 3 / 2),
            (_, TargetLength::SentencesOfWords(words)) => (vec![sentences], words.min(120)),
            _ => (vec![sentences], 40),
        };
        // It was trained on titles, and knows no other wish: lines of other kinds are titles of their sentences.
        let wanted = SummaryKind::Headline.token();
        let mut lines = Vec::with_capacity(places.len());
        for (index, sentences) in places.into_iter().enumerate() {
            let mut source: Vec<TokenId> = sentences.iter().flat_map(|at| text.ids(*at).iter().copied()).collect();
            source.truncate(SOURCE_PIECES);
            let told = |pieces: &[TokenId], finished: bool| {
                let sources = vec![*sentences.first().unwrap_or(&first) as u32];
                plain_line(&restorer, pieces, index, sources, finished)
            };
            let pieces = self
                .network
                .write(&source, wanted, longest, device, async |so_far: &[TokenId]| {
                    listener.tell(SummaryEvent::Line(Box::new(told(so_far, false))));
                    listener.pause().await
                })
                .await?;
            let line = told(&pieces, true);
            listener.tell(SummaryEvent::Line(Box::new(line.clone())));
            lines.push(line);
        }
        Ok(lines)
    }
}

/// What the plain model wrote, without words that nobody knows.
fn plain_line(
    restorer: &Detokenizer,
    pieces: &[TokenId],
    index: usize,
    sources: Vec<u32>,
    finished: bool,
) -> SummaryLine {
    let output: Vec<OutputToken> = pieces.iter().map(|id| OutputToken { id: *id, source: None }).collect();
    let mut restored = restorer.restore(&output);
    if restored.is_made_up() {
        let known = restored.words.iter().filter(|word| word.origin != TokenOrigin::MadeUp);
        let kept: Vec<OutputToken> = known.flat_map(|word| output[word.tokens.clone()].iter().copied()).collect();
        restored = restorer.restore(&kept);
        // Without its neighbor a piece may have become part of another word; then that goes too.
        if restored.is_made_up() {
            restored = DetokenizedText::default();
        }
    }
    let origin = |word: &TokenOrigin| {
        if *word == TokenOrigin::InSource { protocol::WordOrigin::InSource } else { protocol::WordOrigin::New }
    };
    let words = restored
        .words
        .iter()
        .map(|word| protocol::SummaryWord {
            span: span(&word.span),
            origin: origin(&word.origin),
            attention: Vec::new(),
        })
        .collect();
    SummaryLine {
        index: index as u32,
        text: restored.text,
        words,
        sources,
        making: LineSource::Rewritten,
        finished,
        whole: None,
        reason: None,
    }
}
