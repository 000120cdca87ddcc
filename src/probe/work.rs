//! The work that is timed.

use burn::tensor::TensorData;
use serde::Deserialize;

/// The work that this project and its peers are timed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub enum Benchmark {
    /// The seed's network reads one image.
    #[serde(rename = "cnn-1")]
    Cnn1,
    /// The seed's network reads a batch of 64 images.
    #[serde(rename = "cnn-64")]
    Cnn64,
    /// The seed's network learns from a batch of 32 images: cross-entropy, Adam.
    #[serde(rename = "cnn-train-32")]
    CnnTrain32,
    /// A bidirectional LSTM, 128 → 2×256, over 64 tokens.
    #[serde(rename = "bilstm-64")]
    Bilstm64,
    /// The same over 400 tokens.
    #[serde(rename = "bilstm-400")]
    Bilstm400,
    /// 16 greedy steps of a decoder with attention over 64 states, and 10,000 words.
    #[serde(rename = "decode-16")]
    Decode16,
    /// A batch of 16 sequences of 64 tokens through the bidirectional LSTM.
    #[serde(rename = "bilstm-16x64")]
    Bilstm16x64,
    /// One direction over 64 tokens.
    #[serde(rename = "lstm-64")]
    Lstm64,
    /// The same by `burn::nn::Lstm`.
    #[serde(rename = "burn-lstm-64")]
    BurnLstm64,
}

/// The sum of a result's values.
pub(super) fn sum(data: &TensorData) -> f64 {
    data.iter::<f64>().sum()
}
