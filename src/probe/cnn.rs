//! The seed's convolutional network: reading, and learning from, a batch of images.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::{AdamConfig, GradientsParams, ModuleOptimizer},
    tensor::{Device, ExecutionError, Int, Tensor, TensorData, Transaction},
};

use super::{init_weights::FillMapper, noise, work::sum};
use crate::{
    ink::SIDE,
    models::digits::{ConvNet, ConvNetConfig, Normalization},
    training::cross_entropy,
};

/// The seed of the images; the parameters have those that follow [`WEIGHTS`], in their order.
const IMAGES: u32 = 1;
const WEIGHTS: u32 = 11;
/// Inputs of a convolution's unit and of the dense layers' units. Weights and biases lie within one over their root.
const FAN_IN: [f64; 3] = [9.0, 5_408.0, 128.0];
/// Keras's rate for Adam, and TensorFlow.js's epsilon for f32.
const RATE: f64 = 1e-3;
const EPSILON: f32 = 1e-7;

/// Reading a batch.
pub struct ConvForwardBench {
    network: ConvNet,
    images: Tensor<4>,
}

impl ConvForwardBench {
    /// The seed's network and a batch of images on the device.
    pub fn new(batch: usize, device: &Device) -> Result<Self, String> {
        Ok(Self { network: network(device)?, images: images(batch, device) })
    }

    /// Reads the batch; the sum of its logits.
    pub async fn run(&self) -> Result<f64, ExecutionError> {
        Ok(sum(&self.network.forward(self.images.clone(), None).into_data_async().await?))
    }
}

/// Learning from a batch, step after step: cross-entropy and Adam, as [`digits::Session`](crate::models::digits::Session) does it, without
/// augmentation.
pub struct ConvTrainingBench {
    network: ConvNet,
    optimizer: ModuleOptimizer,
    images: Tensor<4>,
    labels: Tensor<1, Int>,
}

impl ConvTrainingBench {
    /// The seed's network, an optimizer without a past, and a labeled batch on the device.
    pub fn new(batch: usize, device: &Device) -> Result<Self, String> {
        let learning = device.clone().autodiff();
        let labels: Vec<i64> = (0..batch as i64).map(|i| i % 10).collect();
        Ok(Self {
            network: network(&learning)?,
            optimizer: AdamConfig::new().with_epsilon(EPSILON).init(),
            images: images(batch, device),
            labels: Tensor::from_data(TensorData::new(labels, [batch]), &learning),
        })
    }

    /// Does a step; the loss before it. The biases of the convolution, which are last to be known, are read too, so that no part
    /// of the step is left for the next one to wait for.
    pub async fn run(&mut self) -> Result<f64, ExecutionError> {
        let logits = self.network.forward(self.images.clone().autodiff(), None);
        let loss = cross_entropy(logits, self.labels.clone(), 0.0);
        let gradients = GradientsParams::from_grads(loss.backward(), &self.network);
        self.network = self.optimizer.step(RATE, self.network.clone(), gradients);
        let mut bias = FirstBiasVisitor(None);
        self.network.visit(&mut bias);
        let read = Transaction::default().register(loss.detach());
        let read = match bias.0 {
            Some(bias) => read.register(bias),
            None => read,
        };
        Ok(read.execute_async().await?.first().map_or(f64::NAN, sum))
    }
}

fn network(device: &Device) -> Result<ConvNet, String> {
    let network = ConvNetConfig::seed_cnn().init(Normalization::None, device).map_err(|error| error.to_string())?;
    let bounds = FAN_IN.iter().flat_map(|inputs| [inputs.sqrt().recip(); 2]);
    Ok(network.map(&mut FillMapper::new((WEIGHTS..).zip(bounds))))
}

fn images(batch: usize, device: &Device) -> Tensor<4> {
    let values = noise(IMAGES, batch * SIDE * SIDE, 0.0, 1.0);
    Tensor::from_data(TensorData::new(values, [batch, 1, SIDE, SIDE]), device)
}

/// Finds the first vector among the parameters.
struct FirstBiasVisitor(Option<Tensor<1>>);

impl ModuleVisitor for FirstBiasVisitor {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if D == 1 && self.0.is_none() {
            self.0 = Some(param.val().detach().flatten(0, D - 1));
        }
    }
}
