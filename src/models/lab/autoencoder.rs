//! The network of the Lab: the seed network, and a decoder that makes an autoencoder of its convolution.

use burn::{
    module::Module,
    nn::{Initializer, Linear, LinearConfig},
    tensor::{Device, ExecutionError, Tensor, activation::relu},
};

use crate::{
    ink::{Image, SIDE},
    models::digits::{ConvNet, ConvNetConfig, ConvNetConfigError, Normalization, batch_tensor},
    nn::dense,
    training::{LayerGroup, LayerGroups},
};

/// Values that the seed network's convolution makes of an image: 32 maps of 13×13.
const FEATURES: usize = 32 * 13 * 13;
/// Values between the features and the image, in which the whole digit must find room. A decoder of convolutions restores scattered
/// pixels as well, but sees too little around a stroke to restore it, and leaves worse features behind.
const GIST: usize = 64;

/// From the features of the seed network's bottom back to the image, by way of a few values that say what the whole is like.
#[derive(Module, Debug)]
pub struct ConvDecoder {
    gist: Linear,
    paint: Linear,
}

impl ConvDecoder {
    /// With random weights (Glorot and Bengio 2010) and biases of zero, as the network begins.
    pub fn init(device: &Device) -> Self {
        let layer = |inputs, outputs| {
            let glorot = Initializer::XavierUniform { gain: 1.0 };
            let linear = LinearConfig::new(inputs, outputs).with_initializer(glorot).init(device);
            Linear { bias: Some(Initializer::Zeros.init([outputs], device)), ..linear }
        };
        Self { gist: layer(FEATURES, GIST), paint: layer(GIST, SIDE * SIDE) }
    }

    /// # Shapes
    /// - `features`: `[batch, 32, 13, 13]`
    /// - image: `[batch, 1, 28, 28]`, not bounded
    pub fn forward(&self, features: Tensor<4>) -> Tensor<4> {
        let [batch, ..] = features.dims();
        let gist = relu(dense(features.flatten(1, 3), &self.gist)); // [batch, 64]
        dense(gist, &self.paint).reshape([batch, 1, SIDE, SIDE])
    }
}

/// The seed network, with a decoder where its bottom is an autoencoder too.
#[derive(Module, Debug)]
pub struct LabNetwork {
    network: ConvNet,
    decoder: Option<ConvDecoder>,
}

impl LabNetwork {
    /// The seed network with random weights, and a decoder with them.
    ///
    /// # Errors
    /// None for the seed network, whose architecture is possible.
    pub fn init(device: &Device) -> Result<Self, ConvNetConfigError> {
        let network = ConvNetConfig::seed_cnn().init(Normalization::None, device)?;
        Ok(Self { network, decoder: Some(ConvDecoder::init(device)) })
    }

    /// The same network, for labels alone.
    pub fn without_decoder(self) -> Self {
        Self { decoder: None, ..self }
    }

    /// The classifier.
    pub fn network(&self) -> &ConvNet {
        &self.network
    }

    /// Images as the autoencoder sees them; none where there is no decoder.
    ///
    /// # Shapes
    /// - `images`: `[batch, 1, 28, 28]`, and the same again
    pub fn rebuild(&self, images: Tensor<4>) -> Option<Tensor<4>> {
        self.decoder.as_ref().map(|decoder| decoder.forward(self.network.features(images, None)))
    }
}

/// The decoder belongs to the bottom: it trains with it, and with nothing else.
impl LayerGroups for LabNetwork {
    fn part(&self, path: &str) -> LayerGroup {
        path.strip_prefix("network.").map_or(LayerGroup::Bottom, |path| self.network.part(path))
    }
}

/// A bottom and its decoder as they were when they had been trained on each other.
#[derive(Clone, Debug)]
pub struct Autoencoder {
    net: LabNetwork,
}

impl Autoencoder {
    /// Of a network without gradients; none where it has no decoder.
    pub fn of(net: LabNetwork) -> Option<Self> {
        net.decoder.is_some().then_some(Self { net })
    }

    /// What it makes of images, batch by batch.
    ///
    /// # Errors
    /// If the device fails.
    pub async fn rebuild(&self, images: &[Image], device: &Device) -> Result<Vec<Image>, ExecutionError> {
        let mut rebuilt = Vec::with_capacity(images.len());
        for images in images.chunks(250) {
            let Some(output) = self.net.rebuild(batch_tensor(images, device)) else { continue };
            let values: Vec<f32> = output.into_data_async().await?.iter::<f32>().collect();
            let (values, _) = values.as_chunks::<{ SIDE * SIDE }>();
            rebuilt.extend(values.iter().map(|values| Image::new(*values)));
        }
        Ok(rebuilt)
    }
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use super::*;

    #[test]
    fn the_decoder_gives_an_image_and_belongs_to_the_bottom() {
        let device = Device::flex();
        let net = LabNetwork::init(&device).unwrap();
        let images = batch_tensor(&[Image::default(), Image::default()], &device);
        assert_eq!(net.rebuild(images.clone()).unwrap().dims(), [2, 1, SIDE, SIDE]);
        assert_eq!(net.part("decoder.paint.weight"), LayerGroup::Bottom);
        assert_eq!(net.part("network.convolutions.0.conv.weight"), LayerGroup::Bottom);
        assert_eq!(net.part("network.dense.1.bias"), LayerGroup::Top);
        let alone = net.without_decoder();
        assert_eq!(alone.num_params(), 693_962);
        assert!(alone.rebuild(images).is_none() && Autoencoder::of(alone).is_none());
    }
}
