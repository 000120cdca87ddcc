//! Training: one seed gives one result, a resumed training is the same training, and it learns.

use burn::{module::Module, store::ModuleRecord, tensor::Device};
use inkling::{
    digits::{Checkpoint, ConvNet, Dataset, Norm, Recipe, Session, predict},
    ink::{Augmenter, Drawing, Image, Point, Stroke, render},
    learn::Schedule,
    package::{Element, encode},
};
use std::ops::ControlFlow;

/// Ones and sevens, each a little different.
fn data(count: usize) -> Dataset {
    let mut random = Augmenter::new(5);
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

fn recipe() -> Recipe {
    Recipe {
        epochs: 3,
        batch: 16,
        schedule: Schedule::Cosine { peak: 3e-3, warmup: 0.1 },
        averaging: 0.9,
        ..Recipe::digits()
    }
}

fn session(seed: u64) -> Session {
    Session::new(recipe(), data(64), seed, Device::flex()).unwrap()
}

fn run(session: &mut Session, until: usize) {
    while session.progress().0 < until {
        session.run_epoch(|session, report| {
            assert!(report.loss.is_finite() && report.rate > 0.0);
            if session.progress().0 < until { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
    }
}

fn weights(session: &Session) -> Vec<u8> {
    pollster::block_on(encode(&session.network(), Element::F32)).unwrap()
}

/// A checkpoint as the command line writes and reads it: through bytes.
fn through_bytes(session: &Session) -> Checkpoint {
    let checkpoint = session.checkpoint().unwrap();
    let again = |network: ConvNet| {
        let record = ModuleRecord::from_bytes(network.into_record().into_bytes().unwrap()).unwrap();
        session.blank().try_load_record(record).unwrap()
    };
    Checkpoint { model: again(checkpoint.model), averaged: again(checkpoint.averaged), ..checkpoint }
}

// One test, because the device's random numbers belong to the whole process.
#[test]
fn a_seed_gives_one_result_resumed_or_not_and_it_learns() {
    let steps = session(1).progress().1;
    assert_eq!(steps, 12);
    let mut straight = session(1);
    run(&mut straight, steps);
    let expected = weights(&straight);

    let mut again = session(1);
    run(&mut again, steps);
    assert!(weights(&again) == expected, "the same seed gave other weights");
    let mut other = session(2);
    run(&mut other, steps);
    assert!(weights(&other) != expected, "another seed gave the same weights");

    let mut first = session(1);
    run(&mut first, 6); // in the middle of the second epoch
    let checkpoint = through_bytes(&first);
    let mut resumed = session(1);
    resumed.restore(checkpoint).unwrap();
    assert_eq!(resumed.progress(), (6, steps));
    run(&mut resumed, steps);
    assert!(weights(&resumed) == expected, "the resumed training went another way");

    let learn = Recipe { norm: Norm::Batch, epochs: 8, ..recipe() };
    let mut session = Session::new(learn, data(64), 3, Device::flex()).unwrap();
    let steps = session.progress().1;
    run(&mut session, steps);
    let test = data(20);
    let rows = pollster::block_on(predict(&session.network(), &test.images, &Device::flex())).unwrap();
    let right = rows.iter().zip(test.labels.iter()).filter(|(row, label)| row[usize::from(**label)] > 0.5).count();
    assert!(right >= 19, "{right} of 20");
}
