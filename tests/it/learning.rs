//! Learning from corrections, as the page asks for it.

use inkling::{
    digits::Architecture,
    engine::Engine,
    host::{FileHost, Host},
    ink::{Drawing, Point, Stroke},
    package::unbundle,
    protocol::{
        Comparison, Detail, EngineKind, Failure, FailureKind, Figures, From, Input, JobId, Layers, Learn, Learned,
        Lesson, Plan, Reply, Report, Request, Rest, Sample,
    },
};

use crate::engine::ask;

fn engine() -> Engine<FileHost> {
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, FileHost::new(models), || ())).unwrap();
    ask(&engine, 1, Request::Load { model: "digits".into() });
    engine
}

/// A one with a long upstroke before it, which others take for a seven.
fn flagged(lean: f32) -> Input {
    let points = [(10.0, 40.0), (50.0, 4.0), (50.0 + lean, 100.0)];
    Input::Drawing(Drawing {
        strokes: vec![Stroke { points: points.iter().map(|(x, y)| Point::new(*x, *y)).collect() }],
    })
}

fn samples() -> Vec<Sample> {
    (0..10).map(|i| Sample { label: 1, input: flagged(i as f32 - 5.0) }).collect()
}

fn learning(samples: Vec<Sample>, plan: Plan, from: From) -> Request {
    let lesson = Lesson::Digits { samples };
    Request::Learn(Box::new(Learn { model: "digits".into(), title: "Mine".into(), lesson, plan, from }))
}

fn quick() -> Plan {
    Plan { epochs: 1, ..Plan::DIGITS }
}

fn learned(replies: &[Reply]) -> &Learned {
    match replies.last() {
        Some(Reply::Learned(learned)) => learned,
        other => panic!("{other:?}"),
    }
}

/// What was measured of a classifier: on held-out digits, and on the corrections.
fn figures(learned: &Learned) -> [&Comparison<Report>; 2] {
    match &learned.figures {
        Figures::Digits { held_out, own } => [held_out, own],
        other => panic!("{other:?}"),
    }
}

fn failed(replies: &[Reply]) -> &Failure {
    match replies.last() {
        Some(Reply::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn corrections_are_learned_and_the_version_can_be_installed() {
    let engine = engine();
    let read = |model: &str| {
        let request = Request::Classify { model: model.into(), input: flagged(0.5), layers: Detail::Answer };
        let Some(Reply::Classified(answer)) = ask(&engine, 2, request).pop() else { panic!("an answer") };
        answer.probabilities[1]
    };
    let before = read("digits");
    let replies = ask(&engine, 3, learning(samples(), Plan::DIGITS, From::Start));
    let learned = learned(&replies);
    let steps: Vec<_> =
        replies.iter().filter_map(|reply| if let Reply::Learning(step) = reply { Some(step) } else { None }).collect();
    assert!(steps.iter().filter(|step| step.held_out.is_some()).count() == 5, "the curve has a point an epoch");
    assert!(steps.iter().all(|step| step.loss.is_finite() && step.left_ms >= 0.0 && step.norms.len() == 7));
    let [held_out, own] = figures(learned);
    assert!(own.after.accuracy >= 0.9 && own.after.accuracy >= own.before.accuracy);
    assert!(learned.figures.lost() <= 0.5, "{}", learned.figures.lost());
    assert_eq!(held_out.after.confusion.iter().flatten().sum::<u32>(), 1_000);

    let (manifest, _) = unbundle::<Architecture>(&learned.package).unwrap();
    assert_eq!((manifest.description.as_str(), manifest.metrics.len()), ("Mine", 2));
    assert!(manifest.parent.is_some());
    let install = |bytes: &[u8]| Request::Install { name: "mine-1".into(), package: bytes.to_vec() };
    let Some(Reply::Loaded { model, .. }) = ask(&engine, 4, install(&learned.package)).pop() else {
        panic!("installed")
    };
    assert_eq!((model.name.as_str(), model.description.as_str()), ("mine-1", "Mine"));
    assert!(read("mine-1") > before.max(0.5), "{} from {before}", read("mine-1"));
    assert_eq!(read("digits"), before, "the parent stays as it was");

    for damage in [&learned.package[..900], &b"PK\x03\x04"[..]] {
        assert_eq!(failed(&ask(&engine, 5, install(damage))).kind, FailureKind::BadPackage);
    }
    let mut flipped = learned.package.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    assert!(failed(&ask(&engine, 6, install(&flipped))).message.contains("checksum"));
}

#[test]
fn what_cannot_be_learned_from_is_told_in_a_sentence() {
    let engine = engine();
    let message = |samples| failed(&ask(&engine, 2, learning(samples, quick(), From::Start))).message.clone();
    assert!(message(vec![]).contains("nothing to learn from yet"));
    let twice = vec![Sample { label: 1, input: flagged(0.0) }, Sample { label: 7, input: flagged(0.0) }];
    assert!(message(twice).contains("Samples 1 and 2 are the same drawing with different labels (1 and 7)"));
    assert!(message(vec![Sample { label: 12, input: flagged(0.0) }]).contains("labelled 12"));
    let empty = Sample { label: 1, input: Input::Drawing(Drawing::default()) };
    assert!(message(vec![empty]).contains("Sample 1 cannot be read"));
    let zero = Plan { rate: 0.0, ..quick() };
    let replies = ask(&engine, 3, learning(samples(), zero, From::Start));
    assert!(failed(&replies).message.contains("the learning rate is 0"));
}

#[test]
fn a_rate_that_diverges_stops_and_says_so() {
    let wild = Plan { rate: 1e30, ..quick() };
    let replies = ask(&engine(), 2, learning(samples(), wild, From::Start));
    assert_eq!(failed(&replies).kind, FailureKind::Diverged);
    assert!(failed(&replies).message.contains("the model stays as it was"));
}

#[test]
fn each_recipe_learns() {
    for layers in [Layers::Top, Layers::Layered] {
        let replies = ask(&engine(), 2, learning(samples(), Plan { layers, ..quick() }, From::Start));
        let stages = if layers == Layers::Top { 1 } else { 3 };
        assert_eq!(learned(&replies).steps, 10 * stages);
    }
}

/// An engine that hears another request whenever it lets others go on.
#[test]
fn learning_rests_is_stopped_and_goes_on_from_its_checkpoint() {
    let engine = engine();
    let plan = Plan { epochs: 3, ..Plan::DIGITS };
    // Stopped after 12 steps, with a checkpoint in between.
    let (mut seen, mut replies) = (0, Vec::new());
    let hold = |target, rest| pollster::block_on(engine.handle(JobId(90), Request::Hold { target, rest }, &mut |_| ()));
    hold(JobId(7), Rest::Hold);
    hold(JobId(7), Rest::GoOn);
    pollster::block_on(engine.handle(JobId(7), learning(samples(), plan, From::Start), &mut |reply| {
        if let Reply::Learning(step) = &reply {
            seen = step.done;
            if step.kept == inkling::protocol::Kept::Yes {
                pollster::block_on(engine.handle(JobId(91), Request::Cancel { target: JobId(7) }, &mut |_| ()));
            }
        }
        replies.push(reply);
    }));
    if let Some(Reply::Learned(_)) = replies.last() {
        return; // On a fast machine it is done before its first checkpoint is due.
    }
    assert_eq!(failed(&replies).kind, FailureKind::Cancelled);
    let replies = ask(&engine, 8, learning(samples(), plan, From::Checkpoint));
    let first = replies.iter().find_map(|reply| if let Reply::Learning(step) = reply { Some(step.done) } else { None });
    assert!(first.unwrap() >= seen.min(2), "it goes on at {first:?}, and does not begin anew");
    assert_eq!(learned(&replies).steps, 30);
}

#[test]
fn the_host_keeps_and_forgets() {
    let host = FileHost::new("models");
    pollster::block_on(async {
        assert_eq!(host.kept("a").await.unwrap(), None);
        host.keep("a", b"1").await.unwrap();
        host.keep("a", b"2").await.unwrap();
        assert_eq!(host.kept("a").await.unwrap(), Some(b"2".to_vec()));
        host.forget("a").await.unwrap();
        assert_eq!(host.kept("a").await.unwrap(), None);
        assert!(host.unpack(b"no gzip".to_vec()).await.is_err());
    });
}
