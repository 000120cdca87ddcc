//! The layers of `nn`: against PyTorch's numbers, and their kernels against the tensor operations.

use burn::tensor::{Device, Distribution, Int, Tensor};
use inkling::{
    nn::{
        AttentionMemory, DecoderConfig, DecoderState, Direction, ExecutionPath, LstmConfig, LstmState, SequenceMask,
        ShapeError,
    },
    probe::golden,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

const GOLDEN: &str = include_str!("../golden/layers.json");

/// Every case of the file on both paths of a device.
fn golden(device: &Device, count: usize, results: f32) {
    let outcomes = pollster::block_on(golden::run(GOLDEN, device)).unwrap();
    assert_eq!(outcomes.len(), count);
    for golden::GoldenResult { name, path, differences } in outcomes {
        println!("{name} on {path}: {differences:?}");
        assert!(differences.results < results, "{name} on {path}: {differences:?}");
        assert!(differences.gradients < 1e-4, "{name} on {path}: {differences:?}");
    }
}

#[test]
fn pytorchs_numbers_on_flex() {
    // The CPU has a path of its own for the six LSTMs' training.
    golden(&Device::flex(), 24, 1e-5);
}

#[cfg(feature = "gpu")]
#[test]
fn pytorchs_numbers_on_the_gpu() {
    golden(&gpu(), 18, 1e-4);
}

#[cfg(feature = "gpu")]
fn gpu() -> Device {
    Device::wgpu(Default::default())
}

fn largest<const D: usize>(a: &Tensor<D>, b: &Tensor<D>) -> f32 {
    assert_eq!(a.dims(), b.dims());
    let (a, b) = (a.clone().into_data(), b.clone().into_data());
    a.iter::<f32>()
        .zip(b.iter::<f32>())
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, |most, d| if d.is_nan() { d } else { most.max(d) })
}

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), device)
}

#[derive(Clone, Debug)]
struct Shape {
    batch: usize,
    steps: usize,
    input: usize,
    hidden: usize,
    direction: Direction,
    /// Which steps are hidden: every one whose number and sequence add up to a multiple of this; none if 0.
    hidden_steps: usize,
    state: bool,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let direction = prop_oneof![Just(Direction::Forward), Just(Direction::Reverse), Just(Direction::Both)];
    // Small and large sizes alike: half of the values are taken from the low end.
    let size = |most: usize| prop_oneof![1..=most.min(9), 1..=most];
    (1usize..=9, size(300), size(160), size(512), direction, 0usize..4, any::<bool>()).prop_map(
        |(batch, steps, input, hidden, direction, hidden_steps, state)| Shape {
            batch,
            steps,
            input,
            hidden,
            direction,
            hidden_steps,
            state,
        },
    )
}

fn mask(shape: &Shape, device: &Device) -> Option<SequenceMask> {
    let Shape { batch, steps, hidden_steps, .. } = *shape;
    let visible: Vec<f32> = (0..batch * steps)
        .map(|i| if (i / steps + i % steps) % hidden_steps.max(1) == 0 { 0.0 } else { 1.0 })
        .collect();
    let visible = burn::tensor::TensorData::new(visible, [batch, steps]);
    (hidden_steps > 0).then(|| SequenceMask::from_visible(Tensor::from_data(visible, device)))
}

/// Kernels and tensor operations agree on any shape.
fn paths_agree(device: &Device, cases: u32, within: f32) {
    device.seed(11);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&shapes(), |shape| {
        let Shape { batch, steps, input, hidden, direction, .. } = shape;
        let layer = LstmConfig::new(input, hidden).with_direction(direction).init(device);
        let x = random([batch, steps, input], device);
        let mask = mask(&shape, device);
        let directions = if direction == Direction::Both { 2 } else { 1 };
        let state = || random([directions, batch, hidden], device);
        let state = shape.state.then(|| LstmState { hidden: state(), cell: state() });
        let fused = layer.forward_on(ExecutionPath::Fused, x.clone(), mask.clone(), state.clone()).unwrap();
        let reference = layer.forward_on(ExecutionPath::Reference, x, mask, state).unwrap();
        prop_assert!(largest(&fused.states, &reference.states) < within);
        prop_assert!(largest(&fused.last.hidden, &reference.last.hidden) < within);
        // A cell's state may grow with every step, and with it the rounding.
        prop_assert!(largest(&fused.last.cell, &reference.last.cell) < 30.0 * within);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn kernels_and_tensor_operations_agree_on_flex() {
    paths_agree(&Device::flex(), 24, 1e-5);
}

#[cfg(feature = "gpu")]
#[test]
fn kernels_and_tensor_operations_agree_on_the_gpu() {
    paths_agree(&gpu(), 8, 1e-4);
}

/// A decoder's greedy steps are the same on both paths, for any shape.
fn decoders_agree(device: &Device, cases: u32) {
    device.seed(12);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let sizes = (1usize..=4, 1usize..=90, 1usize..=70, 1usize..=140, 1usize..=150, 1usize..=700, 0usize..4);
    let outcome = runner.run(&sizes, |(batch, steps, embedding, hidden, memory, vocabulary, hidden_steps)| {
        let decoder = DecoderConfig::new(vocabulary, embedding, hidden, memory).init(device);
        let shape = Shape { batch, steps, input: 1, hidden, direction: Direction::Forward, hidden_steps, state: true };
        let memory = AttentionMemory { states: random([batch, steps, memory], device), mask: mask(&shape, device) };
        let mut state = DecoderState { hidden: random([batch, hidden], device), cell: random([batch, hidden], device) };
        let mut tokens = Tensor::<1, Int>::zeros([batch], device);
        for _ in 0..4 {
            let fused = decoder.choose_on(ExecutionPath::Fused, tokens.clone(), state.clone(), &memory).unwrap();
            let step = decoder.step(tokens, state, &memory).unwrap();
            prop_assert!(largest(&fused.weights, &step.attended.weights) < 1e-5);
            prop_assert!(largest(&fused.state.hidden, &step.state.hidden) < 1e-5);
            prop_assert!(largest(&fused.state.cell, &step.state.cell) < 1e-5);
            // The chosen token's logit is the largest, to rounding: equals may swap.
            let chosen = step.logits.clone().gather(1, fused.tokens.clone().unsqueeze_dim(1));
            let best = step.logits.max_dim(1);
            prop_assert!(largest(&chosen, &best) < 1e-4);
            (tokens, state) = (fused.tokens, fused.state);
        }
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn greedy_steps_agree_on_flex() {
    decoders_agree(&Device::flex(), 24);
}

#[cfg(feature = "gpu")]
#[test]
fn greedy_steps_agree_on_the_gpu() {
    decoders_agree(&gpu(), 10);
}

#[test]
fn a_mask_that_hides_everything_leaves_the_state_and_gives_zeros() {
    let device = Device::flex();
    let layer = LstmConfig::new(3, 4).with_direction(Direction::Both).init(&device);
    let state = LstmState { hidden: random([2, 2, 4], &device), cell: random([2, 2, 4], &device) };
    let mask = SequenceMask::from_lengths(&[0, 0], 5, &device).unwrap();
    for path in [ExecutionPath::Reference, ExecutionPath::Fused] {
        let encoded =
            layer.forward_on(path, random([2, 5, 3], &device), Some(mask.clone()), Some(state.clone())).unwrap();
        assert_eq!(largest(&encoded.states, &Tensor::zeros([2, 5, 8], &device)), 0.0);
        assert_eq!(largest(&encoded.last.hidden, &state.hidden), 0.0);
        assert_eq!(largest(&encoded.last.cell, &state.cell), 0.0);
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let device = Device::flex();
    let layer = LstmConfig::new(3, 4).init(&device);
    let mismatch = layer.forward(random([1, 5, 2], &device), None, None);
    assert!(matches!(mismatch, Err(ShapeError::Mismatch { what: "an LSTM's input", .. })));
    let empty = layer.forward(Tensor::zeros([1, 0, 3], &device), None, None);
    assert!(matches!(empty, Err(ShapeError::Empty { .. })));
    let mask = SequenceMask::from_lengths(&[2, 2], 5, &device).unwrap();
    let mask = layer.forward(random([1, 5, 3], &device), Some(mask), None);
    assert!(matches!(mask, Err(ShapeError::Mismatch { what: "an LSTM's mask", .. })));
    let state = LstmState { hidden: random([1, 1, 5], &device), cell: random([1, 1, 4], &device) };
    let state = layer.forward(random([1, 5, 3], &device), None, Some(state));
    assert!(matches!(state, Err(ShapeError::Mismatch { what: "an LSTM's hidden state", .. })));
    assert!(matches!(
        SequenceMask::from_lengths(&[6], 5, &device),
        Err(ShapeError::Length { length: 6, steps: 5, .. })
    ));
    assert!(matches!(SequenceMask::from_lengths(&[], 5, &device), Err(ShapeError::Empty { .. })));
}

/// Where a gradient is wanted, the layer goes through what autodiff can follow.
#[test]
fn the_path_is_chosen_by_gradients() {
    let device = Device::flex();
    let (plain, learning) = (random([1, 1], &device), random([1, 1], &device.clone().autodiff()));
    assert_eq!(ExecutionPath::choose(&plain, &plain), ExecutionPath::Fused);
    assert_eq!(ExecutionPath::choose(&learning, &learning), ExecutionPath::Trained);
    assert_eq!(ExecutionPath::choose(&plain, &learning), ExecutionPath::Trained);
    // A constant goes through a layer that trains, and through one that does not.
    for device in [device.clone(), device.autodiff()] {
        let layer = LstmConfig::new(3, 4).with_direction(Direction::Both).init(&device);
        let encoded = layer.forward(random([1, 5, 3], &Device::flex()), None, None).unwrap();
        assert_eq!(encoded.states.dims(), [1, 5, 8]);
    }
}
