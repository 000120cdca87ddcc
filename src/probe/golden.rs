//! The layers of `nn` against PyTorch's numbers (`tests/golden/layers.json`, made by `layers.py` beside it).

use std::collections::{BTreeMap, HashMap};

use burn::{
    module::{Module, ModuleMapper, Param},
    tensor::{Device, Gradients, Int, Tensor, TensorData},
};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use crate::{
    nn::{
        AttentionConfig, AttentionMemory, DecoderCell, DecoderConfig, DecoderState, Direction, ExecutionPath, Lstm,
        LstmConfig, LstmState, SequenceMask,
    },
    package::{WeightDType, WeightFile, encode},
};

/// A layer, its sizes, and what PyTorch gave.
#[derive(Clone, Debug, Deserialize)]
pub struct GoldenCase {
    /// What it shows.
    pub name: String,
    #[serde(flatten)]
    layer: GoldenLayer,
    batch: usize,
    steps: usize,
    lengths: Option<Vec<usize>>,
    parameters: Vec<GoldenParameter>,
    results: BTreeMap<String, Vec<f32>>,
    #[serde(default)]
    gradients: BTreeMap<String, Vec<f32>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "layer", rename_all = "lowercase")]
enum GoldenLayer {
    Lstm { input: usize, hidden: usize, direction: Direction, state: bool, stride: usize },
    Additive { query: usize, memory: usize, width: usize },
    Multiplicative { query: usize, memory: usize },
    Decoder { vocabulary: usize, embedding: usize, hidden: usize, memory: usize, tokens: Vec<Vec<i64>> },
}

#[derive(Clone, Debug, Deserialize)]
struct GoldenParameter {
    name: String,
    shape: Vec<usize>,
    salt: usize,
}

/// The largest differences to PyTorch's numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Differences {
    /// Of the results.
    pub results: f32,
    /// Of the gradients of parameters and inputs, on the reference path.
    pub gradients: f32,
}

/// How far a case is from PyTorch's numbers on a path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GoldenResult {
    /// The case.
    pub name: String,
    /// The path it took.
    pub path: String,
    /// The largest differences.
    #[serde(flatten)]
    pub differences: Differences,
}

/// Every case of the file on all paths of a device.
///
/// # Errors
/// A sentence on what did not work.
pub async fn run(json: &str, device: &Device) -> Result<Vec<GoldenResult>, String> {
    let mut outcomes = Vec::new();
    for case in parse(json).map_err(sentence)? {
        let trained = device.clone().autodiff();
        let some = Tensor::<1>::zeros([1], &trained);
        let mut paths = vec![(ExecutionPath::Reference, trained.clone()), (ExecutionPath::Fused, device.clone())];
        // The path that training takes, where it is another one.
        let chosen = ExecutionPath::choose(&some, &some);
        if chosen != ExecutionPath::Reference && matches!(case.layer, GoldenLayer::Lstm { .. }) {
            paths.push((chosen, trained));
        }
        for (path, device) in paths {
            let differences = case.run(path, &device).await?;
            outcomes.push(GoldenResult { name: case.name.clone(), path: format!("{path:?}"), differences });
        }
    }
    Ok(outcomes)
}

/// The cases in the file.
///
/// # Errors
/// Where it is not such a file.
fn parse(json: &str) -> serde_json::Result<Vec<GoldenCase>> {
    serde_json::from_str(json)
}

/// `wave` of `layers.py`.
fn wave(n: usize, salt: usize) -> Vec<f32> {
    (0..n).map(|i| (((i * 7919 + salt * 104_729) % 2003) as f32 - 1001.0) / 2048.0).collect()
}

fn tensor<const D: usize>(shape: [usize; D], salt: usize, device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(wave(shape.iter().product(), salt), shape), device)
}

/// What went wrong, as a sentence.
type GoldenOutcome<T> = Result<T, String>;

fn sentence(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The largest difference; infinite where there are not as many values.
fn difference(actual: &[f32], expected: &[f32]) -> f32 {
    if actual.len() != expected.len() {
        return f32::INFINITY;
    }
    let all = actual.iter().zip(expected).map(|(a, b)| (a - b).abs());
    all.fold(0.0, |most, d| if d.is_nan() { f32::INFINITY } else { most.max(d) })
}

async fn values<const D: usize>(tensor: Tensor<D>) -> GoldenOutcome<Vec<f32>> {
    let data = tensor.into_data_async().await.map_err(|error| format!("the device failed: {error:?}"))?;
    Ok(data.iter::<f32>().collect())
}

impl GoldenCase {
    /// Runs the layer on a path: its results, and on the reference path (which needs a device with autodiff) its gradients too.
    ///
    /// # Errors
    /// A sentence on what does not fit or did not work.
    pub async fn run(&self, path: ExecutionPath, device: &Device) -> GoldenOutcome<Differences> {
        match &self.layer {
            GoldenLayer::Lstm { .. } => self.lstm(path, device).await,
            GoldenLayer::Additive { query, memory, width } => {
                let layer = self.load(AttentionConfig::new(*query, *memory).additive(*width, device), device)?;
                let (q, states, mask) = self.attention_inputs(*query, *memory, device)?;
                let attended = layer.forward(q.clone(), states.clone(), layer.keys(states.clone()), Some(&mask));
                self.attention(&layer, attended.map_err(sentence)?, q, states).await
            }
            GoldenLayer::Multiplicative { query, memory } => {
                let layer = self.load(AttentionConfig::new(*query, *memory).multiplicative(device), device)?;
                let (q, states, mask) = self.attention_inputs(*query, *memory, device)?;
                let attended = layer.forward(q.clone(), states.clone(), Some(&mask)).map_err(sentence)?;
                self.attention(&layer, attended, q, states).await
            }
            GoldenLayer::Decoder { .. } => self.decoder(path, device).await,
        }
    }

    /// PyTorch's weights, as a file of PyTorch's.
    fn load<M: Module>(&self, blank: M, device: &Device) -> GoldenOutcome<M> {
        let bytes: Vec<Vec<u8>> = self
            .parameters
            .iter()
            .map(|parameter| {
                wave(parameter.shape.iter().product(), parameter.salt)
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect()
            })
            .collect();
        let views = self.parameters.iter().zip(&bytes).map(|(parameter, bytes)| {
            let view = TensorView::new(Dtype::F32, parameter.shape.clone(), bytes).map_err(sentence)?;
            Ok((parameter.name.as_str(), view))
        });
        let file = safetensors::serialize(views.collect::<GoldenOutcome<Vec<_>>>()?, None).map_err(sentence)?;
        Ok(WeightFile::decode(&file, &blank).map_err(sentence)?.load(blank, device))
    }

    fn mask(&self, device: &Device) -> GoldenOutcome<Option<SequenceMask>> {
        let mask = self.lengths.as_ref().map(|lengths| SequenceMask::from_lengths(lengths, self.steps, device));
        mask.transpose().map_err(sentence)
    }

    fn result(&self, name: &str, actual: &[f32]) -> f32 {
        self.results.get(name).map_or(f32::INFINITY, |expected| difference(actual, expected))
    }

    async fn lstm(&self, path: ExecutionPath, device: &Device) -> GoldenOutcome<Differences> {
        let GoldenLayer::Lstm { input, hidden, direction, state, stride } = self.layer else {
            return Err("not an LSTM".to_owned());
        };
        let layer: Lstm = self.load(LstmConfig::new(input, hidden).with_direction(direction).init(device), device)?;
        let mut x = tensor([self.batch, self.steps, input], 100, device);
        let gradients = path != ExecutionPath::Fused && !self.gradients.is_empty();
        if gradients {
            x = x.require_grad();
        }
        let directions = if direction == Direction::Both { 2 } else { 1 };
        let shape = [directions, self.batch, hidden];
        let state = state.then(|| LstmState { hidden: tensor(shape, 101, device), cell: tensor(shape, 102, device) });
        let encoded = layer.forward_on(path, x.clone(), self.mask(device)?, state).map_err(sentence)?;
        let (states, h, c) = (encoded.states, encoded.last.hidden, encoded.last.cell);
        let mut worst = Differences::default();
        let strided: Vec<f32> = values(states.clone()).await?.into_iter().step_by(stride).collect();
        for (name, actual) in
            [("states", strided), ("hidden", values(h.clone()).await?), ("cell", values(c.clone()).await?)]
        {
            worst.results = worst.results.max(self.result(name, &actual));
        }
        if gradients {
            let shape = states.dims();
            let loss = (states * tensor(shape, 200, device)).sum()
                + (h.clone() * tensor(h.dims(), 201, device)).sum()
                + (c.clone() * tensor(c.dims(), 202, device)).sum();
            let all = loss.backward();
            let mut found = gradients_of(&layer, &all).await?;
            found.insert("input".to_owned(), gradient(&x, &all).await?);
            worst.gradients = self.compare_gradients(&found);
        }
        Ok(worst)
    }

    fn attention_inputs(
        &self,
        query: usize,
        memory: usize,
        device: &Device,
    ) -> GoldenOutcome<(Tensor<2>, Tensor<3>, SequenceMask)> {
        let q = tensor([self.batch, query], 100, device);
        let states = tensor([self.batch, self.steps, memory], 101, device);
        let mask = self.mask(device)?.ok_or("the case has no lengths")?;
        Ok(if device.is_autodiff() { (q.require_grad(), states.require_grad(), mask) } else { (q, states, mask) })
    }

    async fn attention<M: Module>(
        &self,
        layer: &M,
        attended: crate::nn::AttentionOutput,
        q: Tensor<2>,
        states: Tensor<3>,
    ) -> GoldenOutcome<Differences> {
        let (weights, context) = (attended.weights, attended.context);
        let results = self
            .result("weights", &values(weights.clone()).await?)
            .max(self.result("context", &values(context.clone()).await?));
        let device = q.device();
        let mut worst = Differences { results, gradients: 0.0 };
        if device.is_autodiff() {
            let loss = (weights.clone() * tensor(weights.dims(), 200, &device)).sum()
                + (context.clone() * tensor(context.dims(), 201, &device)).sum();
            let all = loss.backward();
            let mut found = gradients_of(layer, &all).await?;
            found.insert("q".to_owned(), gradient(&q, &all).await?);
            found.insert("states".to_owned(), gradient(&states, &all).await?);
            worst.gradients = self.compare_gradients(&found);
        }
        Ok(worst)
    }

    async fn decoder(&self, path: ExecutionPath, device: &Device) -> GoldenOutcome<Differences> {
        let GoldenLayer::Decoder { vocabulary, embedding, hidden, memory, tokens } = &self.layer else {
            return Err("not a decoder".to_owned());
        };
        let config = DecoderConfig::new(*vocabulary, *embedding, *hidden, *memory);
        let layer: DecoderCell = self.load(config.init(device), device)?;
        let memory = AttentionMemory {
            states: tensor([self.batch, self.steps, *memory], 100, device),
            mask: self.mask(device)?,
        };
        let shape = [self.batch, *hidden];
        let mut state = DecoderState { hidden: tensor(shape, 101, device), cell: tensor(shape, 102, device) };
        let mut token = Tensor::<1, Int>::zeros([self.batch], device);
        let mut weights = Vec::new();
        let mut logits = Vec::new();
        for expected in tokens {
            if path == ExecutionPath::Reference {
                logits = values(layer.step(token.clone(), state.clone(), &memory).map_err(sentence)?.logits).await?;
            }
            let chosen = layer.choose_on(path, token, state, &memory).map_err(sentence)?;
            let data = chosen.tokens.clone().into_data_async().await.map_err(|error| format!("{error:?}"))?;
            let actual: Vec<i64> = data.iter::<i64>().collect();
            if actual != *expected {
                return Err(format!("{}: the tokens are {actual:?}, PyTorch's {expected:?}", self.name));
            }
            weights.extend(values(chosen.weights).await?);
            (token, state) = (chosen.tokens, chosen.state);
        }
        let mut results = self.result("weights", &weights);
        results = results.max(self.result("hidden", &values(state.hidden).await?));
        results = results.max(self.result("cell", &values(state.cell).await?));
        if path == ExecutionPath::Reference {
            results = results.max(self.result("logits", &logits));
        }
        Ok(Differences { results, gradients: 0.0 })
    }

    fn compare_gradients(&self, found: &HashMap<String, Vec<f32>>) -> f32 {
        self.gradients
            .iter()
            .map(|(name, expected)| found.get(name).map_or(f32::INFINITY, |actual| difference(actual, expected)))
            .fold(0.0, f32::max)
    }
}

async fn gradient<const D: usize>(tensor: &Tensor<D>, gradients: &Gradients) -> GoldenOutcome<Vec<f32>> {
    values(tensor.grad(gradients).ok_or("there is no gradient")?).await
}

/// The gradients of a layer's parameters by PyTorch's names, in PyTorch's layout.
async fn gradients_of<M: Module>(layer: &M, gradients: &Gradients) -> GoldenOutcome<HashMap<String, Vec<f32>>> {
    /// Puts its gradient in a parameter's place: what writes weights then writes gradients.
    struct GradientProbe<'a>(&'a Gradients);
    impl ModuleMapper for GradientProbe<'_> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            match param.val().grad(self.0) {
                Some(gradient) => Param::initialized(param.id, gradient),
                None => param,
            }
        }
    }
    let differentiated = layer.clone().map(&mut GradientProbe(gradients));
    let bytes = encode(&differentiated, WeightDType::F32).await.map_err(sentence)?;
    let file = SafeTensors::deserialize(&bytes).map_err(sentence)?;
    let found = file.iter().map(|(name, view)| {
        let values = view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        (name.to_owned(), values)
    });
    Ok(found.collect())
}
