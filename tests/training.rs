//! Training: one seed gives one result, a resumed training is the same training, and it learns.

use burn::{module::Module, store::ModuleRecord, tensor::Device};
use inkling::{
    ink::{Image, render},
    models::digits::{
        AugmentationConfig, ConvNet, Dataset, DigitCheckpoint, DigitRecipe, DigitTrainingError, DigitTrainingSession,
        Normalization, predict,
    },
    package::{WeightDType, encode},
    protocol::{Drawing, Point, Stroke},
    rng::SeededRng,
    training::{
        EarlyStoppingDecision, LayerGroup, LrSchedule, Optimizer, RecipeError, Stage, StepError, end_to_end, layered,
        top_only,
    },
};

/// Ones and sevens, each a little different.
fn data(count: usize) -> Dataset {
    let mut random = SeededRng::new(5);
    let (mut images, mut labels, mut drawings): (Vec<Image>, _, _) = (vec![], vec![], vec![]);
    for i in 0..count {
        let lean = random.within(20.0);
        let one = vec![Point::new(50.0 + lean, 0.0), Point::new(50.0 - lean, 100.0)];
        let seven = vec![Point::new(10.0, 5.0), Point::new(70.0 + lean, 0.0), Point::new(30.0 - lean, 100.0)];
        let points = if i % 2 == 0 { one } else { seven };
        let drawing = Drawing { strokes: vec![Stroke { points }] };
        images.push(render(&drawing).unwrap());
        labels.push(if i % 2 == 0 { 1 } else { 7 });
        drawings.push(drawing);
    }
    Dataset::new(images, labels).unwrap().with_strokes(drawings).unwrap()
}

/// Two stages, in small: 3 and 2 epochs of 4 batches.
fn recipe() -> DigitRecipe {
    let recipe = DigitRecipe::digits();
    let [vary, settle] = &recipe.stages[..] else { panic!("two stages") };
    let vary = Stage {
        epochs: 3,
        batch: 16,
        schedule: LrSchedule::Cosine { peak: 3e-3, warmup: 0.1 },
        averaging: 0.9,
        clip: Some(5.0),
        ..vary.clone()
    };
    let settle = Stage { epochs: 2, batch: 16, ..settle.clone() };
    DigitRecipe { stages: vec![vary, settle], ..recipe }
}

/// The first stage alone, changed.
fn one_stage(change: impl Fn(Stage<AugmentationConfig>) -> Stage<AugmentationConfig>) -> DigitRecipe {
    let mut recipe = recipe();
    recipe.stages = vec![change(recipe.stages.remove(0))];
    recipe
}

fn session(seed: u64) -> DigitTrainingSession {
    DigitTrainingSession::new(recipe(), data(64), seed, Device::flex()).unwrap()
}

fn run(session: &mut DigitTrainingSession, until: usize) {
    while session.progress().0 < until {
        let report = pollster::block_on(session.step()).unwrap();
        assert!(report.loss.is_finite() && report.rate > 0.0);
    }
}

fn weights(session: &DigitTrainingSession) -> Vec<u8> {
    pollster::block_on(encode(&session.network(), WeightDType::F32)).unwrap()
}

/// A checkpoint as the command line writes and reads it: through bytes.
fn through_bytes(session: &DigitTrainingSession) -> DigitCheckpoint {
    let checkpoint = session.checkpoint().unwrap();
    let again = |network: ConvNet| {
        let record = ModuleRecord::from_bytes(network.into_record().into_bytes().unwrap()).unwrap();
        session.blank().try_load_record(record).unwrap()
    };
    DigitCheckpoint { model: again(checkpoint.model), averaged: again(checkpoint.averaged), ..checkpoint }
}

fn same(a: &ConvNet, b: &ConvNet, prefix: &str) -> bool {
    let read = |network: &ConvNet| {
        let bytes = pollster::block_on(encode(network, WeightDType::F32)).unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors: Vec<_> = file.iter().filter(|(name, _)| name.starts_with(prefix)).collect();
        tensors.sort_by_key(|(name, _)| name.to_owned());
        tensors.iter().map(|(_, view)| view.data().to_vec()).collect::<Vec<_>>()
    };
    read(a) == read(b)
}

// One test in a process of its own (see Cargo.toml), because the device's random numbers belong to the whole process.
#[test]
fn training_on_one_device() {
    a_seed_gives_one_result_resumed_or_not();
    the_second_stage_starts_from_the_averaged_weights();
    what_is_frozen_stays();
    a_rate_that_is_too_high_stops_before_it_harms();
    patience_ends_a_stage_and_not_the_training();
    it_learns();
}

fn a_seed_gives_one_result_resumed_or_not() {
    let steps = session(1).progress().1;
    assert_eq!(steps, 20);
    let mut straight = session(1);
    run(&mut straight, steps);
    let expected = weights(&straight);

    let mut again = session(1);
    run(&mut again, steps);
    assert!(weights(&again) == expected, "the same seed gave other weights");
    let mut other = session(2);
    run(&mut other, steps);
    assert!(weights(&other) != expected, "another seed gave the same weights");

    // In the middle of an epoch, at the end of the first stage, and in the second.
    for at in [6, 12, 17] {
        let mut first = session(1);
        run(&mut first, at);
        let checkpoint = through_bytes(&first);
        let mut resumed = session(1);
        resumed.restore(checkpoint).unwrap();
        assert_eq!(resumed.progress(), (at, steps));
        run(&mut resumed, steps);
        assert!(weights(&resumed) == expected, "resumed at step {at}, the training went another way");
    }
}

fn the_second_stage_starts_from_the_averaged_weights() {
    let mut session = session(1);
    run(&mut session, 12);
    let averaged = session.network();
    let DigitCheckpoint { model, .. } = session.checkpoint().unwrap();
    assert!(!same(&model, &averaged, "dense"));
    // A step so small that it changes nothing but the place in the recipe.
    let mut recipe = recipe();
    recipe.stages[1].schedule = LrSchedule::Constant { rate: 1e-30 };
    recipe.stages[1].weight_decay = 0.0;
    let mut still = DigitTrainingSession::new(recipe, data(64), 1, Device::flex()).unwrap();
    run(&mut still, 13);
    assert!(same(&still.checkpoint().unwrap().model, &averaged, "dense"));
}

fn what_is_frozen_stays() {
    let learn = |stages: fn(Stage<AugmentationConfig>) -> Vec<Stage<AugmentationConfig>>, steps: usize| {
        let mut recipe = one_stage(|stage| Stage { epochs: 1, averaging: 0.0, ..stage });
        recipe.stages = stages(recipe.stages.remove(0));
        let mut session = DigitTrainingSession::new(recipe, data(64), 1, Device::flex()).unwrap();
        let before = session.network();
        run(&mut session, steps);
        (before, session.network())
    };
    let (before, after) = learn(top_only, 4);
    assert!(same(&before, &after, "convolutions") && !same(&before, &after, "dense"));
    let (before, after) = learn(end_to_end, 4);
    assert!(!same(&before, &after, "convolutions.0") && !same(&before, &after, "dense"));
    let from_below = |stage| layered(&stage, &LayerGroup::ALL);
    let (first, _) = learn(from_below, 0);
    let (_, second) = learn(from_below, 4);
    let (_, third) = learn(from_below, 8);
    let (_, last) = learn(from_below, 12);
    assert!(!same(&first, &second, "convolutions.0"));
    assert!(same(&second, &third, "convolutions.0") && !same(&second, &third, "convolutions.4"));
    assert!(same(&third, &last, "convolutions") && !same(&third, &last, "dense"));

    let nothing = one_stage(|stage| Stage { layers: vec![], ..stage });
    assert!(matches!(
        DigitTrainingSession::new(nothing, data(64), 1, Device::flex()).err(),
        Some(DigitTrainingError::Recipe(RecipeError::NothingTrains { .. }))
    ));
}

fn a_rate_that_is_too_high_stops_before_it_harms() {
    let wild = DigitRecipe {
        norm: Normalization::None,
        ..one_stage(|stage| Stage {
            optimizer: Optimizer::Sgd,
            schedule: LrSchedule::Constant { rate: 1e30 },
            averaging: 0.0,
            clip: None,
            epochs: 10,
            ..stage
        })
    };
    let mut session = DigitTrainingSession::new(wild, data(64), 1, Device::flex()).unwrap();
    let error = loop {
        if let Err(error) = pollster::block_on(session.step()) {
            break error;
        }
    };
    let StepError::NotFinite { step } = error else { panic!("{error}") };
    assert_eq!(session.progress().0, step, "the step was not done");
}

fn patience_ends_a_stage_and_not_the_training() {
    let mut recipe = recipe();
    recipe.stages[0].patience = Some(1);
    let mut session = DigitTrainingSession::new(recipe, data(64), 1, Device::flex()).unwrap();
    run(&mut session, 4);
    assert_eq!(session.judge(0.5), EarlyStoppingDecision::GoOn);
    run(&mut session, 8);
    assert_eq!(session.judge(0.5), EarlyStoppingDecision::Stopped);
    assert_eq!(session.place().map(|place| (place.stage, place.epoch, place.batch)), Some((1, 0, 0)));
    run(&mut session, 20);
    assert_eq!(session.place(), None);
}

fn it_learns() {
    let learn = one_stage(|stage| Stage { epochs: 8, ..stage });
    let mut session = DigitTrainingSession::new(learn, data(64), 3, Device::flex()).unwrap();
    let steps = session.progress().1;
    run(&mut session, steps);
    let test = data(20);
    let rows = pollster::block_on(predict(&session.network(), &test.images, &Device::flex())).unwrap();
    let right = rows.iter().zip(test.labels.iter()).filter(|(row, label)| row[usize::from(**label)] > 0.5).count();
    assert!(right >= 19, "{right} of 20");
}
