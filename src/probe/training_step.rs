//! Learning in this place against learning natively (`tests/golden/learning.json`): the gradients of the network that learns in the
//! page, and a step of Adam from given gradients.

use std::collections::BTreeMap;

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::{Device, Int, Tensor, TensorData},
};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

use super::{init_weights::FillMapper, noise};
use crate::{
    ink::SIDE,
    models::digits::{ConvNet, ConvNetConfig, Normalization},
    package::{WeightDType, encode},
    training::{Optimizer, cross_entropy},
};

/// Seeds of the images and of the first parameter; the others follow.
const IMAGES: u32 = 1;
const WEIGHTS: u32 = 11;
const GRADIENTS: u32 = 101;
/// Weights lie within this, and the gradients that Adam is given within a hundredth.
const BOUND: f64 = 0.2;
/// Images in the batch.
const BATCH: usize = 16;
/// Values of each parameter that are written down, at most.
const SAMPLED: usize = 40;
/// The page's rate.
const RATE: f64 = 3e-4;

/// What came out somewhere: values of each parameter, evenly sampled, by PyTorch's names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoldenFigures {
    /// The loss of the batch.
    pub loss: f32,
    /// Gradients of that loss.
    pub gradients: BTreeMap<String, Vec<f32>>,
    /// The weights after a step of Adam from gradients that are noise.
    pub adam: BTreeMap<String, Vec<f32>>,
}

/// How far two places are apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Deviation {
    /// In the loss.
    pub loss: f32,
    /// In the gradients, as a share of each parameter's largest.
    pub gradients: f32,
    /// In the weights after the step.
    pub adam: f32,
}

/// Holds what a device gives against what was written down.
///
/// # Errors
/// A sentence on what did not work.
pub async fn run(json: &str, device: &Device) -> Result<Deviation, String> {
    let expected: GoldenFigures = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let actual = figures(device).await?;
    Ok(Deviation {
        loss: (actual.loss - expected.loss).abs(),
        gradients: apart(&actual.gradients, &expected.gradients, true),
        adam: apart(&actual.adam, &expected.adam, false),
    })
}

/// What a device gives.
///
/// # Errors
/// A sentence on what did not work.
pub async fn figures(device: &Device) -> Result<GoldenFigures, String> {
    let learning = device.clone().autodiff();
    let network = ConvNetConfig::digits().init(Normalization::None, &learning).map_err(|error| error.to_string())?;
    let network = network.map(&mut FillMapper::new((WEIGHTS..).map(|seed| (seed, BOUND))));
    let images = noise(IMAGES, BATCH * SIDE * SIDE, 0.0, 1.0);
    let images = Tensor::<4>::from_data(TensorData::new(images, [BATCH, 1, SIDE, SIDE]), device);
    let labels: Vec<i64> = (0..BATCH as i64).map(|i| i % 10).collect();
    let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [BATCH]), &learning);
    let loss = cross_entropy(network.forward(images.autodiff(), None), labels, 0.03);
    let all = GradientsParams::from_grads(loss.backward(), &network);
    let gradients = sampled(&network.clone().map(&mut LossGradientProbe(&all))).await?;
    let loss = loss.into_data_async().await.map_err(|error| format!("{error:?}"))?;

    let mut given = ProbeInputs { seed: GRADIENTS, gradients: GradientsParams::new() };
    network.visit(&mut given);
    let mut optimizer = Optimizer::Adam.init(0.0);
    let stepped = optimizer.step(RATE, network, given.gradients);
    Ok(GoldenFigures { loss: loss.iter::<f32>().next().unwrap_or(f32::NAN), gradients, adam: sampled(&stepped).await? })
}

/// Puts its gradient in a parameter's place: what writes weights then writes gradients.
struct LossGradientProbe<'a>(&'a GradientsParams);

impl ModuleMapper for LossGradientProbe<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.0.get::<D>(param.id) {
            Some(gradient) => Param::initialized(param.id, gradient),
            None => param,
        }
    }
}

/// Gives every parameter noise for a gradient.
struct ProbeInputs {
    seed: u32,
    gradients: GradientsParams,
}

impl ModuleVisitor for ProbeInputs {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let shape = param.val().shape();
        let values = noise(self.seed, shape.num_elements(), -BOUND / 100.0, BOUND / 100.0);
        self.seed += 1;
        let device = param.val().device().without_autodiff();
        self.gradients.register(param.id, Tensor::<D>::from_data(TensorData::new(values, shape), &device));
    }
}

/// Some values of each parameter.
async fn sampled(network: &ConvNet) -> Result<BTreeMap<String, Vec<f32>>, String> {
    let bytes = encode(network, WeightDType::F32).await.map_err(|error| error.to_string())?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| error.to_string())?;
    let some = |(name, view): (&str, safetensors::tensor::TensorView)| {
        let values: Vec<f32> = view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let step = values.len().div_ceil(SAMPLED).max(1);
        (name.to_owned(), values.into_iter().step_by(step).collect())
    };
    Ok(file.iter().map(some).collect())
}

/// The largest difference, as a share of the largest value of each parameter if so asked; infinite where the values are of other
/// parameters, or no numbers.
fn apart(actual: &BTreeMap<String, Vec<f32>>, expected: &BTreeMap<String, Vec<f32>>, share: bool) -> f32 {
    if !actual.iter().map(|(name, values)| (name, values.len())).eq(expected.iter().map(|(n, v)| (n, v.len()))) {
        return f32::INFINITY;
    }
    let of = |(actual, expected): (&Vec<f32>, &Vec<f32>)| {
        let scale = if share { expected.iter().fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs())) } else { 1.0 };
        let all = actual.iter().zip(expected).map(|(a, b)| (a - b).abs() / scale);
        all.fold(0.0, |most: f32, d| if d.is_nan() { f32::INFINITY } else { most.max(d) })
    };
    actual.values().zip(expected.values()).map(of).fold(0.0, f32::max)
}
