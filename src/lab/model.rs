//! The network of the Lab: the seed network, and a decoder that makes an autoencoder of its convolution.

use burn::{
    module::Module,
    nn::{
        Initializer, PaddingConfig2d,
        conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig},
    },
    tensor::{Device, ExecutionError, Tensor},
};

use crate::{
    digits::{Architecture, ArchitectureError, ConvNet, Norm, batch_tensor},
    ink::{Image, SIDE},
    learn::{Layered, Part},
    nn::conv_relu_pool,
};

/// Channels of the features that the seed network's convolution gives.
const FEATURES: usize = 32;
/// Channels between the features and the image.
const CHANNELS: usize = 16;

/// From the features of the seed network's bottom back to the image. The first layer lets what stands beside a hole say what was in
/// it; the second doubles the size.
#[derive(Module, Debug)]
pub struct Decoder {
    look: Conv2d,
    draw: ConvTranspose2d,
}

impl Decoder {
    /// With random weights.
    pub fn init(device: &Device) -> Self {
        let glorot = || Initializer::XavierUniform { gain: 1.0 };
        let look = Conv2dConfig::new([FEATURES, CHANNELS], [3, 3])
            .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
            .with_initializer(glorot())
            .init(device);
        // 13×13 becomes 28×28: (13 - 1) · 2 + 4.
        let draw = ConvTranspose2dConfig::new([CHANNELS, 1], [4, 4]).with_stride([2, 2]).init(device);
        Self {
            look: Conv2d { bias: Some(Initializer::Zeros.init([CHANNELS], device)), ..look },
            draw: ConvTranspose2d { bias: Some(Initializer::Zeros.init([1], device)), ..draw },
        }
    }

    /// # Shapes
    /// - `features`: `[batch, 32, 13, 13]`
    /// - image: `[batch, 1, 28, 28]`, not bounded
    pub fn forward(&self, features: Tensor<4>) -> Tensor<4> {
        self.draw.forward(conv_relu_pool(features, &self.look, None))
    }
}

/// The seed network, with a decoder where its bottom is an autoencoder too.
#[derive(Module, Debug)]
pub struct LabNet {
    network: ConvNet,
    decoder: Option<Decoder>,
}

impl LabNet {
    /// The seed network with random weights, and a decoder with them.
    ///
    /// # Errors
    /// None for the seed network, whose architecture is possible.
    pub fn init(device: &Device) -> Result<Self, ArchitectureError> {
        let network = Architecture::seed_cnn().init(Norm::None, device)?;
        Ok(Self { network, decoder: Some(Decoder::init(device)) })
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
impl Layered for LabNet {
    fn part(&self, path: &str) -> Part {
        path.strip_prefix("network.").map_or(Part::Bottom, |path| self.network.part(path))
    }
}

/// A bottom and its decoder as they were when they had been trained on each other.
#[derive(Clone, Debug)]
pub struct Autoencoder {
    net: LabNet,
}

impl Autoencoder {
    /// Of a network without gradients; none where it has no decoder.
    pub fn of(net: LabNet) -> Option<Self> {
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
        let net = LabNet::init(&device).unwrap();
        let images = batch_tensor(&[Image::default(), Image::default()], &device);
        assert_eq!(net.rebuild(images.clone()).unwrap().dims(), [2, 1, SIDE, SIDE]);
        assert_eq!(net.part("decoder.draw.weight"), Part::Bottom);
        assert_eq!(net.part("network.convolutions.0.conv.weight"), Part::Bottom);
        assert_eq!(net.part("network.dense.1.bias"), Part::Top);
        let alone = net.without_decoder();
        assert_eq!(alone.num_params(), 693_962);
        assert!(alone.rebuild(images).is_none() && Autoencoder::of(alone).is_none());
    }
}
