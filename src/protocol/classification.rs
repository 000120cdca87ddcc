//! Messages about reading one digit: what is classified, how much is reported, and the prediction.

use serde::{Deserialize, Serialize};

use super::{Drawing, EngineKind};

/// What a classification is to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ClassifierInput {
    /// Strokes of a pen.
    Drawing(Drawing),
    /// A picture of one digit, of either polarity.
    Picture {
        /// Pixels across, 1 to 4,096.
        width: u32,
        /// Pixels down, 1 to 4,096.
        height: u32,
        /// `width * height * 4` bytes, rows from the top, straight alpha.
        #[serde(with = "serde_bytes")]
        rgba: Vec<u8>,
    },
    /// An image as the models read it, 28×28, 255 being full ink: looked at as it is.
    Image(GrayImage),
}

/// How much a classification reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Detail {
    /// The answer alone.
    Answer,
    /// The answer, and every layer as pictures.
    Layers,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// One digit. What a model that cannot tell says of everything.
    #[default]
    Digit,
    /// Several digits.
    Number,
    /// Neither: a letter, a scribble.
    NotADigit,
    /// Too little to tell: a tap of the pen.
    TooLittle,
}

impl Verdict {
    /// Whether it is one digit.
    pub fn is_digit(&self) -> bool {
        *self == Self::Digit
    }
}

/// A digit of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NumberPart {
    /// The most probable digit, 0 to 9.
    pub digit: u8,
    /// The probability of each digit; they add up to 1.
    pub probabilities: Vec<f32>,
    /// The probability of being one digit at all.
    pub digit_probability: f32,
    /// The box around it: left, top, width, height, in the drawing's units or the picture's pixels.
    pub bounds: [f32; 4],
    /// The 28×28 image that the model saw.
    pub image: GrayImage,
}

/// What was read: a digit, or what a digit would be likest to where there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Classification {
    /// Which model read it.
    pub model: String,
    /// Which engine it ran on.
    pub engine: EngineKind,
    /// The most probable digit, 0 to 9.
    pub digit: u8,
    /// The probability of each digit; they add up to 1.
    pub probabilities: Vec<f32>,
    /// What the probabilities are the softmax of.
    pub logits: Vec<f32>,
    /// Whether it is a digit at all; a digit where nothing is said.
    #[serde(default, skip_serializing_if = "Verdict::is_digit")]
    pub verdict: Verdict,
    /// The probability of being one digit; none of a model that cannot tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digit_probability: Option<f32>,
    /// The number that was read, as its digits are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The digits of the number, from left to right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<NumberPart>,
    /// The 28×28 image that the model saw.
    pub image: GrayImage,
    /// What was found out about the picture, if it was one.
    pub found: Option<PhotoAnalysis>,
    /// The layers from the bottom up; empty for [`Detail::Answer`].
    pub layers: Vec<LayerActivations>,
    /// Milliseconds in the model, image in, probabilities out.
    pub model_ms: f64,
    /// Milliseconds in the worker for everything.
    pub total_ms: f64,
}

/// What was found out about a picture before it was read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PhotoAnalysis {
    /// What the ink is like.
    pub polarity: Polarity,
    /// The grey level that parts ink from ground, 0 to 255.
    pub threshold: u8,
    /// The box around the ink in the picture: left, top, width, height, in pixels.
    pub bounds: [u32; 4],
}

/// Which is darker, ink or ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// Dark ink on a light ground, as on paper.
    DarkOnLight,
    /// Light ink on a dark ground, as in MNIST and on blackboards.
    LightOnDark,
}

/// One layer of the model, as pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerActivations {
    /// What it is, in the field's words: "Convolution 3×3, 32 filters, ReLU".
    pub name: String,
    /// Channels, height and width of its output; a dense layer has height and width 1.
    pub shape: [u32; 3],
    /// The largest activation, which is white (255) in the pictures.
    pub max: f32,
    /// `channels * height * width` activations, 0 to 255, channel by channel, rows from the top.
    #[serde(with = "serde_bytes")]
    pub maps: Vec<u8>,
    /// How a convolution reads what is below it; none of a dense layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convolution: Option<ConvolutionDetails>,
}

/// How a convolution of stride 1 reads what is below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConvolutionDetails {
    /// Side of the square kernels.
    pub kernel: u32,
    /// Zeros added on each side of what it reads.
    pub padding: u32,
    /// Whether a max-pooling of 2×2 stands between its maps, which are shown as they are before it, and the next layer.
    pub pools: bool,
    /// Of the convolution that reads the image itself: `channels * kernel * kernel` weights, channel by channel, rows from the top.
    /// The kernel is not flipped. Empty of any other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<f32>,
    /// Of the convolution that reads the image itself: a value for each channel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bias: Vec<f32>,
}

/// A grayscale picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrayImage {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `width * height` bytes, 255 is full ink, rows from the top.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}
