//! The recurrent works: a bidirectional LSTM over a sequence, and greedy decoding with attention.
//!
//! Sizes, seeds and layouts of what they compute with stand in `tests/bench/peers/network.mjs`, `bilstm` and `decoder`: a dense
//! layer's matrix is [inputs, outputs] there, an LSTM's [4 × hidden, inputs] with PyTorch's order of gates. A check is the sum of
//! all outputs, or of the 16 tokens.

use burn::{
    module::Module,
    tensor::{Device, ExecutionError, Int, Tensor, TensorData},
};

use super::{Benchmark, init_weights::FillMapper, noise, work::sum};
use crate::nn::{AttentionMemory, DecoderCell, DecoderConfig, DecoderState, Direction, Lstm, LstmConfig};

/// Sizes and seeds: those of `tests/bench/peers/network.mjs`.
const INPUTS: usize = 128;
const HIDDEN: usize = 256;
const STATES: usize = 64;
const CONTEXT: usize = 512;
const WORDS: usize = 10_000;
const FIRST: i64 = 1;

/// A recurrent work on a device.
#[allow(clippy::large_enum_variant, reason = "there are a few of them")]
pub enum Recurrent {
    /// A sequence through a bidirectional LSTM.
    Encode {
        /// The layer.
        lstm: Lstm,
        /// `[1, tokens, inputs]`
        tokens: Tensor<3>,
    },
    /// The same by Burn's own layer, forward alone, to compare with.
    Burn {
        /// The layer.
        lstm: Box<burn::nn::Lstm>,
        /// `[1, tokens, inputs]`
        tokens: Tensor<3>,
    },
    /// Greedy decoding.
    Decode {
        /// The decoder.
        decoder: Box<DecoderCell>,
        /// What it attends to.
        memory: AttentionMemory,
        /// Where it starts.
        start: DecoderState,
        /// Tokens to decode.
        steps: usize,
    },
}

fn tensor<const D: usize>(seed: u32, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(noise(seed, shape.iter().product(), -1.0, 1.0), shape), device)
}

impl Recurrent {
    /// Builds a work of LSTMs or of decoding.
    ///
    /// # Errors
    /// A sentence, for another work.
    pub fn new(work: Benchmark, device: &Device) -> Result<Self, String> {
        let root = |inputs: usize| (inputs as f64).sqrt().recip();
        let encode = |batch: usize, tokens: usize, direction: Direction| {
            let lstm = LstmConfig::new(INPUTS, HIDDEN).with_direction(direction).init(device);
            let lstm = lstm.map(&mut FillMapper::new((21..29).map(|seed| (seed, root(HIDDEN)))));
            Self::Encode { lstm, tokens: tensor(2, [batch, tokens, INPUTS], device) }
        };
        match work {
            Benchmark::Bilstm64 => Ok(encode(1, 64, Direction::Both)),
            Benchmark::Bilstm400 => Ok(encode(1, 400, Direction::Both)),
            Benchmark::Bilstm16x64 => Ok(encode(16, 64, Direction::Both)),
            Benchmark::Lstm64 => Ok(encode(1, 64, Direction::Forward)),
            Benchmark::BurnLstm64 => Ok(Self::Burn {
                lstm: Box::new(burn::nn::LstmConfig::new(INPUTS, HIDDEN, true).init(device)),
                tokens: tensor(2, [1, 64, INPUTS], device),
            }),
            Benchmark::Decode16 => {
                let decoder = DecoderConfig::new(WORDS, INPUTS, HIDDEN, CONTEXT).init(device);
                let h = root(HIDDEN);
                let j = root(CONTEXT + HIDDEN);
                let seeds =
                    [(31, 1.0), (32, h), (33, h), (34, h), (35, h), (37, h), (38, j), (39, j), (40, h), (41, h)];
                Ok(Self::Decode {
                    decoder: Box::new(decoder.map(&mut FillMapper::new(seeds.into_iter()))),
                    memory: AttentionMemory { states: tensor(36, [1, STATES, CONTEXT], device), mask: None },
                    start: DecoderState {
                        hidden: tensor(42, [1, HIDDEN], device),
                        cell: tensor(43, [1, HIDDEN], device),
                    },
                    steps: 16,
                })
            }
            _ => Err(format!("{work:?} is no recurrent work.")),
        }
    }

    /// Does the work once; the sum of what was read.
    pub async fn run(&mut self) -> Result<f64, ExecutionError> {
        match self {
            Self::Encode { lstm, tokens } => match lstm.forward(tokens.clone(), None, None) {
                Ok(encoded) => Ok(sum(&encoded.states.into_data_async().await?)),
                Err(_) => Ok(f64::NAN),
            },
            Self::Burn { lstm, tokens } => Ok(sum(&lstm.forward(tokens.clone(), None).0.into_data_async().await?)),
            Self::Decode { decoder, memory, start, steps } => {
                let device = memory.states.device();
                let mut tokens = Tensor::<1, Int>::from_data([FIRST], &device);
                let mut state = start.clone();
                let mut chosen = Vec::with_capacity(*steps);
                for _ in 0..*steps {
                    let Ok(step) = decoder.choose(tokens, state, memory) else { return Ok(f64::NAN) };
                    chosen.push(step.tokens.clone());
                    (tokens, state) = (step.tokens, step.state);
                }
                Ok(sum(&Tensor::cat(chosen, 0).into_data_async().await?))
            }
        }
    }
}
