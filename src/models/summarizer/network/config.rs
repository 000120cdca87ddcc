//! The configuration of the summarizer: the widths of its layers.

use burn::{
    module::Initializer,
    nn::{EmbeddingConfig, LinearConfig},
    tensor::Device,
};
use serde::{Deserialize, Serialize};

use super::{
    layers::{Rewriter, SalienceHead, SummarizerNetwork},
    source_pointer::MOVES,
};
use crate::{
    models::summarizer::sentence_features::FEATURES,
    nn::{Direction, LstmConfig},
    package::{ModelFamily, ModelSpec, PackageError, SummarizerSelfTest},
};

/// Widths of a summarizer's layers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SummarizerConfig {
    /// Pieces in the vocabulary.
    pub vocabulary: usize,
    /// How many of them, from the first, the model can say that the source does not hold; the others it can only copy.
    pub sayable: usize,
    /// Width of an embedding.
    pub embedding: usize,
    /// Filters of the convolution over the words of a sentence.
    pub filters: usize,
    /// Width of the state, in each direction, of what walks over the sentences.
    pub document: usize,
    /// Width of the state, in each direction, of what reads the words that are rewritten.
    pub encoder: usize,
    /// Width of the state of what writes.
    pub decoder: usize,
}

/// No width is larger.
const WIDEST: usize = 2_048;

impl SummarizerConfig {
    /// The one that ships: 2.7 million parameters.
    pub fn summary(vocabulary: usize) -> Self {
        let sayable = vocabulary.min(3_000);
        Self { vocabulary, sayable, embedding: 128, filters: 192, document: 96, encoder: 128, decoder: 256 }
    }

    /// Whether such a network can be made.
    ///
    /// # Errors
    /// [`PackageError::Architecture`].
    pub fn check(&self) -> Result<(), PackageError> {
        let widths = [self.embedding, self.filters, self.document, self.encoder, self.decoder];
        let refuse = |reason: String| Err(PackageError::Architecture(reason));
        if widths.iter().any(|width| !(1..=WIDEST).contains(width)) {
            return refuse(format!("a layer's width is not between 1 and {WIDEST}"));
        }
        if !(crate::text::SPECIALS.len()..=1 << 16).contains(&self.vocabulary) {
            return refuse(format!("a vocabulary of {} pieces", self.vocabulary));
        }
        if !(1..=self.vocabulary).contains(&self.sayable) {
            return refuse(format!("{} pieces to say out of {}", self.sayable, self.vocabulary));
        }
        Ok(())
    }

    /// A network with random weights.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn init(&self, device: &Device) -> Result<SummarizerNetwork, PackageError> {
        self.check()?;
        let linear = |input, output| LinearConfig::new(input, output).init(device);
        let plain = |input, output| LinearConfig::new(input, output).with_bias(false).init(device);
        let lstm = |input, hidden, direction| LstmConfig::new(input, hidden).with_direction(direction).init(device);
        let sentence = self.filters + FEATURES;
        let memory = 2 * self.encoder;
        // A tenth of the usual spread: the table is the output layer too, whose first guesses should be even.
        let initializer = Initializer::Normal { mean: 0.0, std: 0.1 };
        Ok(SummarizerNetwork {
            embedding: EmbeddingConfig::new(self.vocabulary, self.embedding).with_initializer(initializer).init(device),
            salience: SalienceHead {
                filters: linear(3 * self.embedding, self.filters),
                document: lstm(sentence, self.document, Direction::Both),
                hidden: linear(2 * self.document + sentence, 64),
                score: linear(64, 1),
            },
            rewriter: Rewriter {
                encoder: lstm(self.embedding, self.encoder, Direction::Both),
                bridge_hidden: linear(memory, self.decoder),
                bridge_cell: linear(memory, self.decoder),
                decoder: lstm(self.embedding + memory, self.decoder, Direction::Forward),
                query: plain(self.decoder, memory),
                moves: linear(self.decoder, MOVES + 1),
                combine: linear(self.decoder + memory, self.embedding),
                gate: linear(self.decoder + memory + self.embedding, 1),
                output_bias: Initializer::Zeros.init([self.sayable], device),
            },
        })
    }
}

/// Pieces in the vocabulary of a design that weights are compared with by the names of their tensors, which depend on no number.
const ANY_VOCABULARY: usize = 10_000;

impl ModelSpec for SummarizerConfig {
    type Known = SummarizerSelfTest;
    type Network = SummarizerNetwork;
    const FAMILY: ModelFamily = ModelFamily::Summarizer;

    fn check_with(&self, known: &SummarizerSelfTest) -> Result<(), PackageError> {
        self.check()?;
        known.check()
    }

    fn known_designs() -> Vec<Self> {
        vec![Self::summary(ANY_VOCABULARY)]
    }

    fn blank(&self, device: &Device) -> Result<SummarizerNetwork, PackageError> {
        self.init(device)
    }
}
