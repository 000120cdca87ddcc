//! The configuration of the summarizer: the widths of its layers.

use burn::{
    module::Initializer,
    nn::{EmbeddingConfig, LinearConfig},
    tensor::Device,
};
use serde::{Deserialize, Serialize};

use super::{
    layers::{Rewriter, SalienceHead, SummarizerNetwork},
    sentence_reader::{SentenceReader, ShorteningHead, SyntaxHead, head_parameters},
    source_pointer::MOVES,
};
use crate::{
    models::summarizer::sentence_features::{FEATURES, PLAIN_FEATURES},
    nn::{Direction, LstmConfig, Precision},
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
    /// Width of the state, in each direction, of each of the two layers that read a sentence before anything is judged of it. Packages
    /// of before 2026-11-27 have none: there a convolution over the embeddings reads, and no layer says what of a sentence may go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<usize>,
}

/// No width is larger.
const WIDEST: usize = 2_048;
/// The most parameters that a package may ask for. The shipped one has 4.3 million; learning holds several copies of them. A word costs
/// at most as many multiply-adds.
const MOST_PARAMETERS: usize = 6_000_000;

impl SummarizerConfig {
    /// The one that ships: 4.3 million parameters.
    pub fn summary(vocabulary: usize) -> Self {
        Self { reader: Some(192), ..Self::without_reader(vocabulary) }
    }

    /// The one that shipped before there was a reader: 2.8 million parameters.
    pub fn without_reader(vocabulary: usize) -> Self {
        let sayable = vocabulary.min(3_000);
        Self {
            vocabulary,
            sayable,
            embedding: 128,
            filters: 192,
            document: 96,
            encoder: 128,
            decoder: 256,
            reader: None,
        }
    }

    /// Whether such a network can be made.
    ///
    /// # Errors
    /// [`PackageError::Architecture`].
    pub fn check(&self) -> Result<(), PackageError> {
        let reader = self.reader.unwrap_or(1);
        let widths = [self.embedding, self.filters, self.document, self.encoder, self.decoder, reader];
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

    /// Number of parameters of a network of these widths, each of which [`check`](Self::check) has bounded.
    pub fn parameter_count(&self) -> usize {
        let linear = |input: usize, output: usize| input * output + output;
        let lstm = |input: usize, hidden: usize| 4 * hidden * (input + hidden + 2);
        let (word, features) = match self.reader {
            Some(reader) => (2 * reader, FEATURES),
            None => (3 * self.embedding, PLAIN_FEATURES),
        };
        let (sentence, memory) = (self.filters + features, 2 * self.encoder);
        let reader = self.reader.map_or(0, |width| {
            2 * lstm(self.embedding, width) + 2 * lstm(2 * width, width) + head_parameters(2 * width)
        });
        let salience = linear(word, self.filters)
            + 2 * lstm(sentence, self.document)
            + linear(2 * self.document + sentence, 64)
            + linear(64, 1);
        let rewriter = 2 * lstm(self.embedding, self.encoder)
            + 2 * linear(memory, self.decoder)
            + lstm(self.embedding + memory, self.decoder)
            + self.decoder * memory
            + linear(self.decoder, MOVES + 1)
            + linear(self.decoder + memory, self.embedding)
            + linear(self.decoder + memory + self.embedding, 1)
            + self.sayable;
        self.vocabulary * self.embedding + reader + salience + rewriter
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
        // What stands for a word where its sentence is judged: its state, or the word between its neighbors.
        let (word, features) = match self.reader {
            Some(reader) => (2 * reader, FEATURES),
            None => (3 * self.embedding, PLAIN_FEATURES),
        };
        let sentence = self.filters + features;
        let memory = 2 * self.encoder;
        // A tenth of the usual spread: the table is the output layer too, whose first guesses should be even.
        let initializer = Initializer::Normal { mean: 0.0, std: 0.1 };
        Ok(SummarizerNetwork {
            embedding: EmbeddingConfig::new(self.vocabulary, self.embedding).with_initializer(initializer).init(device),
            reader: self.reader.map(|width| SentenceReader {
                first: lstm(self.embedding, width, Direction::Both),
                second: lstm(2 * width, width, Direction::Both),
            }),
            syntax: self.reader.map(|width| SyntaxHead::init(2 * width, device)),
            shortening: self.reader.map(|width| ShorteningHead::init(2 * width, device)),
            salience: SalienceHead {
                filters: linear(word, self.filters),
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

impl SummarizerNetwork {
    /// The same network, whose recurrent layers the CPU computes in these numbers where no gradient is wanted.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.reader = self.reader.map(|SentenceReader { first, second }| SentenceReader {
            first: first.with_precision(precision),
            second: second.with_precision(precision),
        });
        self.salience.document = self.salience.document.with_precision(precision);
        self.rewriter.encoder = self.rewriter.encoder.with_precision(precision);
        self.rewriter.decoder = self.rewriter.decoder.with_precision(precision);
        self
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
        let parameters = self.parameter_count();
        if parameters > MOST_PARAMETERS {
            let reason = format!("it has {parameters} parameters; a summarizer has up to {MOST_PARAMETERS}");
            return Err(PackageError::Architecture(reason));
        }
        known.check()
    }

    fn known_designs() -> Vec<Self> {
        vec![Self::summary(ANY_VOCABULARY), Self::without_reader(ANY_VOCABULARY)]
    }

    fn blank(&self, device: &Device) -> Result<SummarizerNetwork, PackageError> {
        self.init(device)
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::module::Module;

    use super::*;

    fn known() -> SummarizerSelfTest {
        let manifest = include_str!("../../../../models/summary/summary/model.json");
        let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
        serde_json::from_value(manifest["known"].clone()).unwrap()
    }

    #[test]
    fn parameters_are_counted_before_any_is_made() {
        for config in [SummarizerConfig::summary(900), SummarizerConfig::without_reader(500)] {
            assert_eq!(config.parameter_count(), config.init(&Device::flex()).unwrap().num_params());
        }
        assert_eq!(SummarizerConfig::summary(10_000).parameter_count(), 4_322_314);
    }

    #[test]
    fn each_bound_is_told() {
        let refused = |change: fn(&mut SummarizerConfig)| {
            let mut config = SummarizerConfig::summary(10_000);
            change(&mut config);
            config.check_with(&known()).unwrap_err().to_string()
        };
        assert_eq!(SummarizerConfig::summary(10_000).check_with(&known()), Ok(()));
        assert!(refused(|config| config.reader = Some(2_049)).contains("a layer's width is not between 1 and 2048"));
        assert!(refused(|config| config.decoder = 0).contains("a layer's width is not between 1 and 2048"));
        assert!(refused(|config| config.vocabulary = 65_537).contains("a vocabulary of 65537 pieces"));
        assert!(refused(|config| config.sayable = 10_001).contains("10001 pieces to say out of 10000"));
        assert!(refused(|config| config.decoder = 2_048).contains("a summarizer has up to 6000000"));
        assert!(refused(|config| config.vocabulary = 60_000).contains("a summarizer has up to 6000000"));
    }
}
