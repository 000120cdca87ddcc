//! The convolutional classifier.

use burn::{
    module::Module,
    nn::{
        BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Initializer, Linear, LinearConfig, PaddingConfig2d,
        conv::{Conv2d, Conv2dConfig},
        pool::{MaxPool2d, MaxPool2dConfig},
    },
    tensor::{Device, Tensor, TensorData, activation::relu},
};
use serde::{Deserialize, Serialize};

use super::activations::ConvNetActivations;
use crate::{
    ink::{Image, SIDE},
    nn::{conv_relu_pool, dense},
    training::{LayerGroup, LayerGroups},
};

/// What a [`ConvNet`] is made of: convolutions from the bottom up, then dense layers. Every layer but the last ends in a ReLU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvNetConfig {
    /// The convolutions.
    pub convolutions: Vec<ConvSpec>,
    /// The widths of the hidden dense layers.
    pub hidden: Vec<usize>,
    /// The number of classes.
    pub classes: usize,
    /// The width of the [rejector](ConvNet::answers)'s hidden layer; none where the network answers with a digit whatever it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejector: Option<usize>,
}

/// A convolution of stride 1 and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvSpec {
    /// Output channels.
    pub channels: usize,
    /// Side of the square kernel.
    pub kernel: usize,
    /// Zeros added on each side.
    pub padding: usize,
    /// Whether a max-pooling of 2×2 follows.
    pub pool: bool,
}

/// Why an architecture that came in a file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConvNetConfigError {
    /// A number is zero, or larger than anything this library is made for.
    #[error("{what} is {value}; 1 to {limit} is possible")]
    Size {
        /// Which number.
        what: &'static str,
        /// Its value.
        value: usize,
        /// The largest that is taken.
        limit: usize,
    },
    /// The network answers with something else than digits.
    #[error("it has {0} classes; a classifier of digits has 10")]
    Classes(usize),
    /// The image is used up before the last convolution.
    #[error("convolution {layer} leaves no pixel")]
    NoPixels {
        /// Counted from 0.
        layer: usize,
    },
}

impl ConvNetConfig {
    /// The article's network: Conv 32 of 3×3 – ReLU – max-pool 2 – Dense 128 – ReLU – Dense 10; 693,962 parameters.
    pub fn seed_cnn() -> Self {
        Self {
            convolutions: vec![ConvSpec { channels: 32, kernel: 3, padding: 0, pool: true }],
            hidden: vec![128],
            classes: 10,
            rejector: None,
        }
    }

    /// The network of the `digits` package, with the rejector that it is shipped with.
    pub fn digits_with_rejector() -> Self {
        Self { rejector: Some(24), ..Self::digits() }
    }

    /// The network of the `digits` package without its rejector: five small convolutions without padding while the image's empty margin
    /// lasts, a narrow dense layer.
    pub fn digits() -> Self {
        let conv = |(channels, padding, pool)| ConvSpec { channels, kernel: 3, padding, pool };
        let convolutions = [(16, 0, false), (16, 0, true), (32, 0, false), (32, 0, true), (48, 1, false)];
        Self { convolutions: convolutions.map(conv).to_vec(), hidden: vec![32], classes: 10, rejector: None }
    }

    /// The height and width after each convolution (and its pooling).
    ///
    /// # Errors
    /// [`ConvNetConfigError`] for numbers that are zero, absurd, or use up the image.
    pub fn check(&self) -> Result<Vec<usize>, ConvNetConfigError> {
        let within = |what, value: usize, limit| {
            if value == 0 || value > limit { Err(ConvNetConfigError::Size { what, value, limit }) } else { Ok(()) }
        };
        within("the number of convolutions", self.convolutions.len(), 16)?;
        within("the number of classes", self.classes, 1_000)?;
        if self.hidden.len() > 8 {
            within("the number of hidden layers", self.hidden.len(), 8)?;
        }
        self.hidden.iter().try_for_each(|width| within("a hidden layer's width", *width, 4_096))?;
        self.rejector.map_or(Ok(()), |width| within("the rejector's width", width, 4_096))?;
        let mut side = SIDE;
        let mut sides = Vec::new();
        for (layer, conv) in self.convolutions.iter().enumerate() {
            within("a convolution's channels", conv.channels, 512)?;
            within("a convolution's kernel", conv.kernel, 15)?;
            if conv.padding > 7 {
                within("a convolution's padding", conv.padding, 7)?;
            }
            side = (side + 2 * conv.padding + 1).saturating_sub(conv.kernel);
            side = if conv.pool { side / 2 } else { side };
            if side == 0 {
                return Err(ConvNetConfigError::NoPixels { layer });
            }
            sides.push(side);
        }
        Ok(sides)
    }

    /// Number of values that go into the first dense layer.
    fn features(&self, sides: &[usize]) -> usize {
        let channels = self.convolutions.last().map_or(1, |conv| conv.channels);
        let side = sides.last().copied().unwrap_or(SIDE);
        channels * side * side
    }

    /// A network with random weights (Glorot and Bengio 2010, as Keras does).
    ///
    /// # Errors
    /// What [`check`](Self::check) refuses.
    pub fn init(&self, norm: Normalization, device: &Device) -> Result<ConvNet, ConvNetConfigError> {
        let sides = self.check()?;
        let glorot = || Initializer::XavierUniform { gain: 1.0 };
        let mut channels = 1;
        let convolutions = self
            .convolutions
            .iter()
            .map(|spec| {
                let padding = match spec.padding {
                    0 => PaddingConfig2d::Valid,
                    n => PaddingConfig2d::Explicit(n, n, n, n),
                };
                let conv = Conv2dConfig::new([channels, spec.channels], [spec.kernel, spec.kernel])
                    .with_padding(padding)
                    .with_initializer(glorot())
                    .init(device);
                channels = spec.channels;
                ConvBlock {
                    // Keras starts biases at zero; Burn would draw them at random.
                    conv: Conv2d { bias: Some(Initializer::Zeros.init([spec.channels], device)), ..conv },
                    norm: matches!(norm, Normalization::Batch)
                        .then(|| BatchNormConfig::new(spec.channels).init(device)),
                    pool: spec.pool.then(|| MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init()),
                }
            })
            .collect();
        let stack = |widths: Vec<usize>| {
            let layer = |pair: &[usize]| {
                let linear = LinearConfig::new(pair[0], pair[1]).with_initializer(glorot()).init(device);
                Linear { bias: Some(Initializer::Zeros.init([pair[1]], device)), ..linear }
            };
            widths.windows(2).map(layer).collect::<Vec<_>>()
        };
        let features = self.features(&sides);
        let dense = stack([&[features], &self.hidden[..], &[self.classes]].concat());
        let rejector = self.rejector.map_or_else(Vec::new, |width| stack(vec![features, width, 1]));
        Ok(ConvNet { convolutions, dropout: DropoutConfig::new(0.0).init(), dense, rejector })
    }
}

/// Whether the convolutions are followed by batch normalization while they are trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalization {
    /// As the packages hold them: none, or [fused](ConvNet::fuse).
    None,
    /// Ioffe and Szegedy 2015.
    Batch,
}

/// A convolution, with batch normalization while it is trained, ReLU, and pooling.
#[derive(Module, Debug)]
pub struct ConvBlock {
    conv: Conv2d,
    norm: Option<BatchNorm>,
    pool: Option<MaxPool2d>,
}

/// A convolutional classifier of 28×28 images.
#[derive(Module, Debug)]
pub struct ConvNet {
    convolutions: Vec<ConvBlock>,
    dropout: Dropout,
    dense: Vec<Linear>,
    rejector: Vec<Linear>,
}

/// How a rejector's logit is changed so that its sigmoid is a probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RejectorCalibration {
    /// What it is multiplied with.
    pub scale: f32,
    /// What is added then.
    pub shift: f32,
}

impl ConvNet {
    /// The logits of a batch of images; `trace`, where there is one, gets every layer's output.
    ///
    /// # Shapes
    /// - `images`: `[batch, 1, 28, 28]`, ink from 0 to 1
    /// - logits: `[batch, classes]`
    pub fn forward(&self, images: Tensor<4>, mut trace: Option<&mut ConvNetActivations>) -> Tensor<2> {
        let features = self.features(images, trace.as_deref_mut());
        self.classify(features.flatten(1, 3), trace)
    }

    /// The logits of a batch of images, and where the network has a rejector, behind them one more: that the image shows one digit.
    /// Its sigmoid is the probability.
    ///
    /// # Shapes
    /// - `images`: `[batch, 1, 28, 28]`, ink from 0 to 1
    /// - answers: `[batch, classes + 1]`; without a rejector `[batch, classes]`
    pub fn answers(&self, images: Tensor<4>, mut trace: Option<&mut ConvNetActivations>) -> Tensor<2> {
        let features: Tensor<2> = self.features(images, trace.as_deref_mut()).flatten(1, 3);
        let logits = self.classify(features.clone(), trace);
        if self.rejector.is_empty() {
            return logits;
        }
        let mut x = features;
        for (i, linear) in self.rejector.iter().enumerate() {
            x = if i == 0 { dense(x, linear) } else { dense(relu(x), linear) };
        }
        Tensor::cat(vec![logits, x], 1)
    }

    /// Whether the network can tell what is no digit.
    pub fn has_rejector(&self) -> bool {
        !self.rejector.is_empty()
    }

    /// The logits of features `[batch, channels * height * width]`.
    fn classify(&self, features: Tensor<2>, mut trace: Option<&mut ConvNetActivations>) -> Tensor<2> {
        let mut x = self.dropout.forward(features);
        for (i, linear) in self.dense.iter().enumerate() {
            x = dense(x, linear);
            if i + 1 < self.dense.len() {
                x = relu(x);
                if let Some(trace) = &mut trace {
                    trace.hidden.push(x.clone());
                }
            }
        }
        x
    }

    /// The same network with its answers divided by a temperature and its rejector's logit scaled (Guo et al., *On calibration of modern
    /// neural networks*, 2017): both are changes of the last layers' weights alone.
    pub fn calibrated(self, temperature: f32, rejector: RejectorCalibration) -> Self {
        let scaled = |layers: Vec<Linear>, scale: f32, shift: f32| {
            let last = layers.len().saturating_sub(1);
            layers
                .into_iter()
                .enumerate()
                .map(|(i, layer)| match i == last {
                    true => Linear {
                        weight: layer.weight.map(|weight| weight * scale),
                        bias: layer.bias.map(|bias| bias.map(|bias| bias * scale + shift)),
                    },
                    false => layer,
                })
                .collect()
        };
        Self {
            dense: scaled(self.dense, 1.0 / temperature, 0.0),
            rejector: scaled(self.rejector, rejector.scale, rejector.shift),
            ..self
        }
    }

    /// This network's layers, and a blank network's rejector.
    pub fn with_rejector_of(self, other: ConvNet) -> Self {
        Self { rejector: other.rejector, ..self }
    }

    /// What the convolutions make of a batch of images: what the dense layers read. `trace`, where there is one, gets their output.
    ///
    /// # Shapes
    /// - `images`: `[batch, 1, 28, 28]`, ink from 0 to 1
    /// - features: `[batch, channels, height, width]`
    pub fn features(&self, images: Tensor<4>, mut trace: Option<&mut ConvNetActivations>) -> Tensor<4> {
        let mut x = images;
        for block in &self.convolutions {
            if block.norm.is_none() && trace.is_none() {
                x = conv_relu_pool(x, &block.conv, block.pool.as_ref());
                continue;
            }
            x = block.conv.forward(x);
            if let Some(norm) = &block.norm {
                x = norm.forward(x);
            }
            // The maximum of ReLUs is the ReLU of the maximum: after the pooling there is a quarter of the work. A trace shows
            // what comes before the pooling.
            if let Some(trace) = &mut trace {
                trace.convolutions.push(relu(x.clone()));
            }
            if let Some(pool) = &block.pool {
                x = pool.forward(x);
            }
            x = relu(x);
        }
        x
    }

    /// The weights of the first convolution, which looks at the image itself; none where there is no convolution.
    ///
    /// # Shapes
    /// - `[channels, 1, kernel, kernel]`
    pub fn filters(&self) -> Option<Tensor<4>> {
        self.convolutions.first().map(|block| block.conv.weight.val())
    }

    /// Weights and bias of the first convolution; none where there is none, or where batch normalization changes what it gives.
    pub fn first_convolution(&self) -> Option<(Tensor<4>, Tensor<1>)> {
        let block = self.convolutions.first().filter(|block| block.norm.is_none())?;
        Some((block.conv.weight.val(), block.conv.bias.as_ref()?.val()))
    }

    /// The parts that there are, from the bottom up.
    pub fn parts(&self) -> Vec<LayerGroup> {
        match self.convolutions.len() {
            0 => vec![LayerGroup::Top],
            1 => vec![LayerGroup::Bottom, LayerGroup::Top],
            _ => LayerGroup::ALL.to_vec(),
        }
    }

    /// The same network with a share of the dense layers' inputs dropped in training (Srivastava et al. 2014).
    pub fn with_dropout(self, share: f64) -> Self {
        Self { dropout: DropoutConfig::new(share).init(), ..self }
    }

    /// The same function without batch normalization: each is a scale and a shift per channel by now, and goes into its convolution.
    pub fn fuse(self) -> Self {
        let convolutions = self
            .convolutions
            .into_iter()
            .map(|block| {
                let ConvBlock { mut conv, norm, pool } = block;
                if let Some(norm) = norm {
                    let variance = norm.running_var.value();
                    let scale = norm.gamma.val() / (variance + norm.epsilon).sqrt(); // [channels]
                    let shift = norm.beta.val() - norm.running_mean.value() * scale.clone();
                    let channels = scale.dims()[0];
                    conv.weight = conv.weight.map(|w| w * scale.clone().reshape([channels, 1, 1, 1]));
                    conv.bias = conv.bias.map(|bias| bias.map(|b| b * scale.clone() + shift.clone()));
                }
                ConvBlock { conv, norm: None, pool }
            })
            .collect();
        Self { convolutions, ..self }
    }
}

/// The first half of the convolutions is the bottom, the other half the middle; the dense layers are the top. One convolution alone
/// is the bottom.
impl LayerGroups for ConvNet {
    fn part(&self, path: &str) -> LayerGroup {
        let mut names = path.split('.');
        match (names.next(), names.next().and_then(|index| index.parse::<usize>().ok())) {
            (Some("convolutions"), Some(index)) if index < self.convolutions.len().div_ceil(2) => LayerGroup::Bottom,
            (Some("convolutions"), _) => LayerGroup::Middle,
            _ => LayerGroup::Top,
        }
    }
}

/// Images as one tensor `[batch, 1, 28, 28]`.
pub fn batch_tensor(images: &[Image], device: &Device) -> Tensor<4> {
    let mut values = Vec::with_capacity(images.len() * SIDE * SIDE);
    images.iter().for_each(|image| values.extend_from_slice(image.values()));
    Tensor::from_data(TensorData::new(values, [images.len(), 1, SIDE, SIDE]), device)
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;

    #[test]
    fn the_seed_has_its_693_962_parameters() {
        let net = ConvNetConfig::seed_cnn().init(Normalization::None, &Device::flex()).unwrap();
        assert_eq!(net.num_params(), 693_962);
    }

    #[test]
    fn digits_stays_within_60_000_parameters() {
        let net = ConvNetConfig::digits().init(Normalization::None, &Device::flex()).unwrap();
        assert!(net.num_params() <= 60_000, "{}", net.num_params());
    }

    #[test]
    fn the_rejector_is_the_last_answer_and_changes_no_other() {
        let device = Device::flex();
        let config = ConvNetConfig { rejector: Some(24), ..ConvNetConfig::digits() };
        let net = config.init(Normalization::None, &device).unwrap();
        // 160 kB of f16, with room for names.
        assert!(net.num_params() <= 78_000, "{}", net.num_params());
        let images = Tensor::<4>::random([3, 1, SIDE, SIDE], burn::tensor::Distribution::Uniform(0.0, 1.0), &device);
        let answers = net.answers(images.clone(), None);
        assert_eq!(answers.dims(), [3, 11]);
        let near = burn::tensor::Tolerance::absolute(1e-5);
        let logits = net.forward(images.clone(), None);
        answers.clone().narrow(1, 0, 10).into_data().assert_approx_eq::<f32>(&logits.clone().into_data(), near);
        let calibrated = net.calibrated(2.0, RejectorCalibration { scale: 3.0, shift: -1.0 }).answers(images, None);
        calibrated.clone().narrow(1, 0, 10).into_data().assert_approx_eq::<f32>(&(logits / 2.0).into_data(), near);
        let shifted = answers.narrow(1, 10, 1) * 3.0 - 1.0;
        calibrated
            .narrow(1, 10, 1)
            .into_data()
            .assert_approx_eq::<f32>(&shifted.into_data(), burn::tensor::Tolerance::absolute(1e-4));
    }

    #[test]
    fn fusing_keeps_the_function() {
        let device = Device::flex();
        device.seed(4);
        let training = ConvNetConfig::digits().init(Normalization::Batch, &device.clone().autodiff()).unwrap();
        let images = Tensor::<4>::random([8, 1, SIDE, SIDE], burn::tensor::Distribution::Uniform(0.0, 1.0), &device);
        // Some training passes give the running statistics values of their own.
        for _ in 0..5 {
            let _ = training.forward(images.clone().autodiff(), None);
        }
        let net = training.valid();
        let before = net.forward(images.clone(), None).into_data();
        let after = net.fuse().forward(images, None).into_data();
        before.assert_approx_eq::<f32>(&after, burn::tensor::Tolerance::absolute(1e-4));
    }

    #[test]
    fn a_trace_changes_nothing_and_holds_every_layer() {
        let device = Device::flex();
        let net = ConvNetConfig::digits().init(Normalization::None, &device).unwrap();
        let images = batch_tensor(&[Image::default()], &device);
        let mut trace = ConvNetActivations::default();
        let with = net.forward(images.clone(), Some(&mut trace)).into_data();
        with.assert_approx_eq::<f32>(&net.forward(images, None).into_data(), burn::tensor::Tolerance::absolute(1e-5));
        assert_eq!(trace.convolutions.len(), 5);
        assert_eq!(trace.convolutions[0].dims(), [1, 16, 26, 26]);
        assert_eq!(trace.hidden[0].dims(), [1, 32]);
    }

    #[test]
    fn absurd_architectures_are_refused() {
        let mut too_wide = ConvNetConfig::seed_cnn();
        too_wide.convolutions[0].channels = usize::MAX;
        assert!(matches!(too_wide.check(), Err(ConvNetConfigError::Size { .. })));
        let mut too_deep = ConvNetConfig::digits();
        too_deep.convolutions[4].kernel = 15;
        assert_eq!(too_deep.check(), Err(ConvNetConfigError::NoPixels { layer: 4 }));
    }
}
