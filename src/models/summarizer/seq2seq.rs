//! The article's plain sequence-to-sequence model: two LSTMs and nothing else, as the baseline that it was meant to be.
//!
//! As printed, its forward has no embedding, feeds what the encoder gives to the decoder and ignores the target: that is
//! [`ReferenceSeq2Seq`]. To learn anything of texts it needs what [`Seq2SeqNetwork`] adds: an embedding, a bridge from the encoder's last state to
//! the decoder's first, and teacher forcing. It has no attention and cannot copy, so that it can say no word beyond its vocabulary, and
//! keeps of a text what fits into one vector.

use burn::{
    module::Module,
    nn::{Embedding, EmbeddingConfig, Linear, LinearConfig},
    tensor::{
        Device, ExecutionError, Int, Tensor, TensorData,
        activation::{log_softmax, tanh},
    },
};
use serde::{Deserialize, Serialize};

use super::{
    beam_search::DecodeError,
    network::{Example, batch},
};
use crate::{
    nn::{Lstm, LstmConfig, LstmSequenceOutput, LstmState, SequenceMask, ShapeError},
    package::{ModelFamily, ModelSpec, PackageError, SummarizerSelfTest},
    text::{TokenId, WordPieceVocabulary},
    training::{LayerGroup, LayerGroups},
};

/// Its widths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seq2SeqConfig {
    /// Pieces in the vocabulary.
    pub vocabulary: usize,
    /// Width of an embedding, and of what the encoder reads.
    pub embedding: usize,
    /// Width of the encoder's state.
    pub encoder: usize,
    /// Width of the decoder's state.
    pub decoder: usize,
}

/// No width is larger.
const WIDEST: usize = 2_048;
/// The most parameters that a package may ask for. The shipped one has 2.8 million.
const MOST_PARAMETERS: usize = 6_000_000;

impl Seq2SeqConfig {
    /// The article's: 10,000 words, 128 → 256, a decoder of width 100.
    pub fn seed_seq2seq(vocabulary: usize) -> Self {
        Self { vocabulary, embedding: 128, encoder: 256, decoder: 100 }
    }

    /// Whether such a network can be made.
    ///
    /// # Errors
    /// [`PackageError::Architecture`].
    pub fn check(&self) -> Result<(), PackageError> {
        if [self.embedding, self.encoder, self.decoder].iter().any(|width| !(1..=WIDEST).contains(width)) {
            return Err(PackageError::Architecture(format!("a layer's width is not between 1 and {WIDEST}")));
        }
        if !(crate::text::SPECIALS.len()..=1 << 16).contains(&self.vocabulary) {
            return Err(PackageError::Architecture(format!("a vocabulary of {} pieces", self.vocabulary)));
        }
        Ok(())
    }

    /// Number of parameters of a network of these widths, each of which [`check`](Self::check) has bounded.
    pub fn parameter_count(&self) -> usize {
        let lstm = |hidden: usize| 4 * hidden * (self.embedding + hidden + 2);
        self.vocabulary * self.embedding
            + lstm(self.encoder)
            + lstm(self.decoder)
            + 2 * (self.encoder + 1) * self.decoder
            + (self.decoder + 1) * self.vocabulary
    }

    /// A network with random weights.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn init(&self, device: &Device) -> Result<Seq2SeqNetwork, PackageError> {
        self.check()?;
        Ok(Seq2SeqNetwork {
            embedding: EmbeddingConfig::new(self.vocabulary, self.embedding).init(device),
            encoder: LstmConfig::new(self.embedding, self.encoder).init(device),
            bridge_hidden: LinearConfig::new(self.encoder, self.decoder).init(device),
            bridge_cell: LinearConfig::new(self.encoder, self.decoder).init(device),
            decoder: LstmConfig::new(self.embedding, self.decoder).init(device),
            output: LinearConfig::new(self.decoder, self.vocabulary).init(device),
        })
    }
}

/// Pieces in the vocabulary of a design that weights are compared with by the names of their tensors, which depend on no number.
const ANY_VOCABULARY: usize = 10_000;

impl ModelSpec for Seq2SeqConfig {
    type Known = SummarizerSelfTest;
    type Network = Seq2SeqNetwork;
    const FAMILY: ModelFamily = ModelFamily::Seq2Seq;

    fn check_with(&self, known: &SummarizerSelfTest) -> Result<(), PackageError> {
        self.check()?;
        let parameters = self.parameter_count();
        if parameters > MOST_PARAMETERS {
            let reason = format!("it has {parameters} parameters; a model of this kind has up to {MOST_PARAMETERS}");
            return Err(PackageError::Architecture(reason));
        }
        known.check()
    }

    fn known_designs() -> Vec<Self> {
        vec![Self::seed_seq2seq(ANY_VOCABULARY)]
    }

    fn blank(&self, device: &Device) -> Result<Seq2SeqNetwork, PackageError> {
        self.init(device)
    }
}

/// The forward that the article prints: encoder, decoder over all that the encoder gives, one linear layer.
#[derive(Module, Debug)]
pub struct ReferenceSeq2Seq {
    encoder: Lstm,
    decoder: Lstm,
    output: Linear,
}

impl ReferenceSeq2Seq {
    /// Random weights; `input` → `encoder` → `decoder` → `vocabulary`, in the article 128 → 256 → 100 → 10,000.
    pub fn new([input, encoder, decoder, vocabulary]: [usize; 4], device: &Device) -> Self {
        Self {
            encoder: LstmConfig::new(input, encoder).init(device),
            decoder: LstmConfig::new(encoder, decoder).init(device),
            output: LinearConfig::new(decoder, vocabulary).init(device),
        }
    }

    /// Logits `[batch, steps, vocabulary]` for each step of the input `[batch, steps, input]`. What is to be written has no part in it.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn forward(&self, input: Tensor<3>) -> Result<Tensor<3>, ShapeError> {
        let encoded = self.encoder.forward(input, None, None)?;
        let decoded = self.decoder.forward(encoded.states, None, None)?;
        Ok(self.output.forward(decoded.states))
    }
}

/// The plain model as it can be trained.
#[derive(Module, Debug)]
pub struct Seq2SeqNetwork {
    embedding: Embedding,
    encoder: Lstm,
    bridge_hidden: Linear,
    bridge_cell: Linear,
    decoder: Lstm,
    output: Linear,
}

impl LayerGroups for Seq2SeqNetwork {
    fn part(&self, path: &str) -> LayerGroup {
        match path.split('.').next() {
            Some("embedding") => LayerGroup::Bottom,
            Some("encoder") => LayerGroup::Middle,
            _ => LayerGroup::Top,
        }
    }
}

/// Whether a piece would say what was just said, or make three pieces follow one another a second time (Paulus et al. 2018).
fn says_again(written: &[TokenId], id: TokenId) -> bool {
    let [.., a, b] = *written else { return written.last() == Some(&id) };
    b == id || written.windows(3).any(|three| *three == [a, b, id])
}

impl Seq2SeqNetwork {
    /// What writing starts from, given sources `[batch, source]` and 1 where there is a piece.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn read(&self, source: Tensor<2, Int>, visible: Tensor<2>) -> Result<LstmState, ShapeError> {
        let mask = SequenceMask::from_visible(visible);
        let LstmSequenceOutput { last, .. } = self.encoder.forward(self.embedding.forward(source), Some(mask), None)?;
        Ok(LstmState {
            hidden: tanh(self.bridge_hidden.forward(last.hidden)),
            cell: tanh(self.bridge_cell.forward(last.cell)),
        })
    }

    /// Logits of what comes after each of some pieces `[batch, steps]`: `[batch, steps, vocabulary]`, and the state after the last.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn step(&self, tokens: Tensor<2, Int>, state: LstmState) -> Result<(Tensor<3>, LstmState), ShapeError> {
        let decoded = self.decoder.forward(self.embedding.forward(tokens), None, Some(state))?;
        Ok((self.output.forward(decoded.states), decoded.last))
    }

    /// The mean cross-entropy of the targets' pieces, taught with the right piece before each, `[1]`.
    ///
    /// # Errors
    /// [`ShapeError`].
    pub fn loss(&self, examples: &[Example], device: &Device) -> Result<Tensor<1>, ShapeError> {
        let sources: Vec<&[TokenId]> = examples.iter().map(|example| example.source).collect();
        let (source, visible) = batch::rectangle(&sources, device);
        let with = |first: Option<TokenId>, target: &[TokenId], last: Option<TokenId>| -> Vec<TokenId> {
            first.into_iter().chain(target.iter().copied()).chain(last).collect()
        };
        let before: Vec<_> = examples.iter().map(|example| with(Some(example.wanted), example.target, None)).collect();
        let after: Vec<_> = examples.iter().map(|example| with(None, example.target, Some(TokenId::END))).collect();
        let rows =
            |rows: &[Vec<TokenId>]| batch::rectangle(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>(), device);
        let ((before, _), (after, counted)) = (rows(&before), rows(&after));
        let (logits, _) = self.step(before, self.read(source, visible)?)?;
        let shares = log_softmax(logits, 2).gather(2, after.unsqueeze_dim(2)).squeeze_dim::<2>(2);
        Ok((shares * counted.clone() * -1.0).sum() / counted.sum().clamp_min(1.0))
    }

    /// Writes, always the likeliest piece next, until the end or `longest` pieces; never the unknown one. `each` hears of the pieces so
    /// far, and may stop it.
    ///
    /// # Errors
    /// [`DecodeError`].
    pub async fn write(
        &self,
        source: &[TokenId],
        wanted: TokenId,
        longest: usize,
        device: &Device,
        mut each: impl AsyncFnMut(&[TokenId]) -> std::ops::ControlFlow<()>,
    ) -> Result<Vec<TokenId>, DecodeError> {
        let mut written = Vec::new();
        if source.is_empty() {
            return Ok(written);
        }
        let (ids, visible) = batch::rectangle(&[source], device);
        let mut state = self.read(ids, visible)?;
        let mut before = wanted;
        while written.len() < longest {
            let token = Tensor::from_data(TensorData::new(vec![i32::from(before.0)], [1, 1]), device);
            let (logits, next) = self.step(token, state)?;
            state = next;
            let logits = logits.into_data_async().await.map_err(DecodeError::Device)?;
            let best = logits
                .iter::<f32>()
                .enumerate()
                .map(|(id, logit)| (TokenId(id as u16), logit))
                .filter(|(id, _)| *id == TokenId::END || !id.is_special() && !says_again(&written, *id))
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            match best {
                Some((id, _)) if id != TokenId::END => before = id,
                _ => break,
            }
            written.push(before);
            if each(&written).await.is_break() {
                return Err(DecodeError::Stopped);
            }
        }
        Ok(written)
    }

    /// Figures in which every layer has a part: the logits of the first pieces of the vocabulary after the first piece of a text.
    ///
    /// # Errors
    /// Of the device.
    pub async fn figures(
        &self,
        text: &str,
        vocabulary: &WordPieceVocabulary,
        device: &Device,
    ) -> Result<Vec<f32>, ExecutionError> {
        let ids = vocabulary.ids(text);
        let ids = if ids.is_empty() { vec![TokenId::UNKNOWN] } else { ids };
        let (source, visible) = batch::rectangle(&[&ids], device);
        let fits = "shapes that were made together";
        let state = self.read(source.clone(), visible).expect(fits);
        let (logits, _) = self.step(source, state).expect(fits);
        let [_, steps, pieces] = logits.dims();
        let logits = logits.narrow(1, steps - 1, 1).narrow(2, 0, pieces.min(64));
        Ok(logits.into_data_async().await?.iter::<f32>().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_three_pieces_long_again() {
        let ids = |ids: &[u16]| ids.iter().copied().map(TokenId).collect::<Vec<_>>();
        assert!(says_again(&ids(&[20]), TokenId(20)));
        assert!(says_again(&ids(&[20, 21, 22, 20, 21]), TokenId(22)));
        assert!(!says_again(&ids(&[20, 21, 22, 20, 21]), TokenId(23)));
        assert!(!says_again(&[], TokenId(20)));
    }
}
