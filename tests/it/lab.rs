//! The Lab, as the page asks for it, in small.

use inkling::{
    engine::Engine,
    host::NativeHost,
    protocol::{
        EngineKind, Failure, FailureKind, FinalStage, Imputation, JobId, LabConfig, LabMethodResult, LabOutcome,
        LabProgress, MissingDataRequest, Occlusion, OptimizerKind, Reply, Request, TrainingMethod,
    },
};

use crate::engine::ask;

/// Small enough for a debug build.
const SMALL: LabConfig = LabConfig { images: 500, epochs: 1, ..LabConfig::FIRST };

fn engine() -> Engine<NativeHost> {
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(models), || ())).unwrap()
}

fn done(replies: &[Reply]) -> &LabMethodResult {
    match replies.last() {
        Some(Reply::LabDone(done)) => done,
        other => panic!("{other:?}"),
    }
}

fn failed(replies: &[Reply]) -> &Failure {
    match replies.last() {
        Some(Reply::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn steps(replies: &[Reply], way: TrainingMethod) -> Vec<&LabProgress> {
    let steps = replies.iter().filter_map(|reply| if let Reply::LabStep(step) = reply { Some(&**step) } else { None });
    steps.filter(|step| step.way == way).collect()
}

#[test]
fn both_ways_are_trained_shown_and_judged_and_holes_are_compared() {
    let engine = engine();
    let replies = ask(&engine, 1, Request::Lab(LabConfig { ending: FinalStage::Together, epochs: 2, ..SMALL }));
    let done = done(&replies);
    assert_eq!(done.held_out, 1_000);
    for (end, way) in done.lanes.iter().zip(TrainingMethod::ALL) {
        let LabOutcome::Finished(report) = &end.outcome else { panic!("{end:?}") };
        assert!(end.way == way && report.accuracy > 0.4 && report.recall > 0.4, "{way:?}: {}", report.accuracy);
        assert_eq!(report.confusion.iter().flatten().sum::<u32>(), 1_000);
        assert!(end.ms > 0.0);
    }
    let layered = steps(&replies, TrainingMethod::Layered);
    assert_eq!(layered.iter().map(|step| step.stage).max(), Some(2), "bottom, top, and both");
    assert!(layered.iter().all(|step| step.loss.is_finite() && step.ms > 0.0 && step.left_ms >= 0.0));
    // The autoencoder names no digits, so there is nothing to measure while it trains.
    assert!(layered.iter().all(|step| step.stage > 0 || step.held_out.is_none()));
    assert_eq!(steps(&replies, TrainingMethod::EndToEnd).iter().filter(|step| step.held_out.is_some()).count(), 2);
    let pictures = replies.iter().filter_map(|reply| if let Reply::LabPictures(p) = reply { Some(&**p) } else { None });
    let (with, without): (Vec<_>, Vec<_>) = pictures.partition(|pictures| !pictures.rebuilt.is_empty());
    assert!(with.len() == 2 && without.len() == 4);
    for pictures in with.iter().chain(&without) {
        assert_eq!((pictures.filters.count, pictures.filters.side, pictures.filters.weights.len()), (32, 3, 288));
        let most = pictures.filters.weights.iter().map(|weight| weight.abs_diff(128)).max();
        assert_eq!(most, Some(127), "the largest weight is as bright as can be");
    }
    assert!(with[0].rebuilt.iter().all(|one| one.holes.pixels != one.whole.pixels && one.output.pixels.len() == 784));

    for way in TrainingMethod::ALL {
        let missing = MissingDataRequest { way, hide: Occlusion::Pixels { share: 0.5 } };
        let replies = ask(&engine, 2, Request::Missing(missing));
        let Some(Reply::Missing(report)) = replies.last() else { panic!("{replies:?}") };
        assert_eq!(report.filled.iter().map(|(fill, _)| *fill).collect::<Vec<_>>(), Imputation::ALL);
        assert!(report.filled.iter().all(|(_, share)| *share <= report.whole + 0.02), "{report:?}");
        assert!(report.examples.iter().all(|example| example.filled.len() == 3));
        let again = ask(&engine, 3, Request::Missing(missing));
        assert_eq!(again.last(), replies.last(), "the same holes again");
    }
    let nothing = MissingDataRequest { way: TrainingMethod::EndToEnd, hide: Occlusion::Pixels { share: 0.0 } };
    let replies = ask(&engine, 4, Request::Missing(nothing));
    let Some(Reply::Missing(report)) = replies.last() else { panic!("{replies:?}") };
    assert!(report.filled.iter().all(|(_, share)| *share == report.whole), "nothing is hidden");
    for hide in [Occlusion::Pixels { share: f32::NAN }, Occlusion::Stroke { width: 0.0 }] {
        let replies = ask(&engine, 5, Request::Missing(MissingDataRequest { way: TrainingMethod::Layered, hide }));
        assert_eq!(failed(&replies).kind, FailureKind::BadInput);
    }
}

#[test]
fn a_rate_that_diverges_is_stopped_and_named() {
    let engine = engine();
    let wild = LabConfig { optimizer: OptimizerKind::Sgd, rate: 1e30, ..SMALL };
    let replies = ask(&engine, 1, Request::Lab(wild));
    for end in &done(&replies).lanes {
        let LabOutcome::Diverged { message } = &end.outcome else { panic!("{end:?}") };
        assert!(message.contains("the learning rate is too high"), "{message}");
        assert!(end.steps < 8, "it stops at once");
    }
    let replies = ask(
        &engine,
        2,
        Request::Missing(MissingDataRequest { way: TrainingMethod::EndToEnd, hide: Occlusion::Stroke { width: 3.0 } }),
    );
    assert_eq!(failed(&replies).kind, FailureKind::NoSuchModel);
}

#[test]
fn what_cannot_be_trained_is_told_in_a_sentence() {
    let engine = engine();
    let message = |ask_for: LabConfig| {
        let replies = ask(&engine, 1, Request::Lab(ask_for));
        assert_eq!(failed(&replies).kind, FailureKind::BadInput);
        failed(&replies).message.clone()
    };
    assert!(
        message(LabConfig { images: 60_000, ..SMALL })
            .contains("the number of images is 60000; it must be 100 to 6000")
    );
    assert!(message(LabConfig { images: 0, ..SMALL }).contains("the number of images is 0"));
    assert!(message(LabConfig { epochs: 0, ..SMALL }).contains("the number of epochs is 0"));
    assert!(message(LabConfig { rate: f64::NAN, ..SMALL }).contains("the learning rate is NaN"));
    let missing =
        Request::Missing(MissingDataRequest { way: TrainingMethod::EndToEnd, hide: Occlusion::Stroke { width: 3.0 } });
    let replies = ask(&engine, 2, missing);
    assert!(failed(&replies).message.contains("Train them first"));
}

#[test]
fn a_training_stops_between_two_steps() {
    let engine = engine();
    let (mut seen, mut replies) = (0, Vec::new());
    pollster::block_on(engine.handle(JobId(7), Request::Lab(SMALL), &mut |reply| {
        if let Reply::LabStep(step) = &reply {
            seen += 1;
            assert!(step.done < step.steps);
            pollster::block_on(engine.handle(JobId(8), Request::Cancel { target: JobId(7) }, &mut |_| ()));
        }
        replies.push(reply);
    }));
    assert_eq!((failed(&replies).kind, seen), (FailureKind::Cancelled, 1));
}
