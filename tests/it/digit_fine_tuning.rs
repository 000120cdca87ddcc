//! Learning from corrections, as the page asks for it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    ops::ControlFlow,
    rc::Rc,
};

use inkling::{
    engine::Engine,
    host::{Adapter, Host, HostError, NativeHost},
    models::digits::ConvNetConfig,
    package::{FileEntry, from_single_file},
    protocol::{
        BeforeAfter, CHECKPOINT, CheckpointStatus, ClassificationMetrics, ClassifierInput, Detail, DigitSample,
        Drawing, EngineKind, EvaluationComparison, Failure, FailureKind, FineTuneRequest, FineTuneResult, JobId,
        NOT_A_DIGIT, Point, Reply, Request, RunState, StartFrom, Stroke, TrainableLayers, TrainingConfig, TrainingData,
        TrainingProgress,
    },
};

use crate::engine::ask;

fn engine() -> Engine<NativeHost> {
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(models), || ())).unwrap();
    ask(&engine, 1, Request::Load { model: "digits".into() });
    engine
}

/// A one with a long upstroke before it, which others take for a seven.
fn flagged(lean: f32) -> ClassifierInput {
    let points = [(10.0, 40.0), (50.0, 4.0), (50.0 + lean, 100.0)];
    ClassifierInput::Drawing(Drawing {
        strokes: vec![Stroke { points: points.iter().map(|(x, y)| Point::new(*x, *y)).collect() }],
    })
}

fn samples() -> Vec<DigitSample> {
    (0..10).map(|i| DigitSample { label: 1, input: flagged(i as f32 - 5.0) }).collect()
}

fn learning(samples: Vec<DigitSample>, plan: TrainingConfig, from: StartFrom) -> Request {
    let lesson = TrainingData::Digits { samples };
    Request::Learn(Box::new(FineTuneRequest {
        model: "digits".into(),
        title: "Mine".into(),
        lesson,
        plan,
        from,
        checkpoint: None,
    }))
}

fn quick() -> TrainingConfig {
    TrainingConfig { epochs: 1, ..TrainingConfig::DIGITS }
}

fn learned(replies: &[Reply]) -> &FineTuneResult {
    match replies.last() {
        Some(Reply::Learned(learned)) => learned,
        other => panic!("{other:?}"),
    }
}

/// What was measured of a classifier: on held-out digits, and on the corrections.
fn figures(learned: &FineTuneResult) -> [&BeforeAfter<ClassificationMetrics>; 2] {
    match &learned.figures {
        EvaluationComparison::Digits { held_out, own } => [held_out, own],
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
    let replies = ask(&engine, 3, learning(samples(), TrainingConfig::DIGITS, StartFrom::Start));
    let learned = learned(&replies);
    let steps: Vec<_> =
        replies.iter().filter_map(|reply| if let Reply::Learning(step) = reply { Some(step) } else { None }).collect();
    assert!(
        steps.iter().filter(|step| step.held_out.is_some()).count() == TrainingConfig::DIGITS.epochs as usize,
        "the curve has a point an epoch"
    );
    assert!(steps.iter().all(|step| step.loss.is_finite() && step.left_ms >= 0.0 && step.norms.len() == 9));
    let [held_out, own] = figures(learned);
    assert!(own.after.accuracy >= 0.9 && own.after.accuracy >= own.before.accuracy);
    assert!(learned.figures.lost() <= 0.5, "{}", learned.figures.lost());
    assert_eq!(held_out.after.confusion.iter().flatten().sum::<u32>(), 1_000);

    let (manifest, _) = from_single_file::<ConvNetConfig>(&learned.package).unwrap();
    assert_eq!((manifest.description.as_str(), manifest.metrics.len()), ("Mine", 2));
    assert!(manifest.parent.is_some());
    let install = |bytes: &[u8]| Request::Install { name: "mine-1".into(), package: bytes.to_vec() };
    let Some(Reply::Loaded { model, .. }) = ask(&engine, 4, install(&learned.package)).pop() else {
        panic!("installed")
    };
    assert_eq!((model.name.as_str(), model.description.as_str()), ("mine-1", "Mine"));
    // What is read surely already need not become surer.
    assert!(read("mine-1") > before.clamp(0.5, 0.9), "{} from {before}", read("mine-1"));
    assert_eq!(read("digits"), before, "the parent stays as it was");

    for damage in [&learned.package[..900], &b"PK\x03\x04"[..]] {
        assert_eq!(failed(&ask(&engine, 5, install(damage))).kind, FailureKind::BadPackage);
    }
    let mut flipped = learned.package.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    assert!(failed(&ask(&engine, 6, install(&flipped))).message.contains("checksum"));
}

/// A bowl on a stem, which is no digit.
fn goblet(lean: f32) -> ClassifierInput {
    let points = [
        (10.0, 10.0),
        (14.0, 34.0),
        (32.0, 46.0),
        (50.0, 34.0),
        (54.0, 10.0),
        (10.0, 10.0),
        (32.0, 46.0),
        (32.0 + lean, 96.0),
    ];
    ClassifierInput::Drawing(Drawing {
        strokes: vec![Stroke { points: points.iter().map(|(x, y)| Point::new(*x, *y)).collect() }],
    })
}

#[test]
fn what_is_no_digit_is_learned_beside_digits() {
    let engine = engine();
    let read = |model: &str, input: ClassifierInput| {
        let request = Request::Classify { model: model.into(), input, layers: Detail::Answer };
        let Some(Reply::Classified(answer)) = ask(&engine, 2, request).pop() else { panic!("an answer") };
        (answer.digit_probability.expect("it can refuse"), answer.digit)
    };
    let other = |lean| DigitSample { label: NOT_A_DIGIT, input: goblet(lean) };
    let alone = failed(&ask(&engine, 3, learning(vec![other(0.0)], quick(), StartFrom::Start))).message.clone();
    assert!(alone.contains("needs at least one digit"), "{alone}");
    let mut samples = samples();
    samples.extend([-4.0, 0.0, 4.0].map(other));
    let replies = ask(&engine, 4, learning(samples, TrainingConfig::DIGITS, StartFrom::Start));
    let learned = learned(&replies);
    let [_, own] = figures(learned);
    assert_eq!(own.after.confusion.iter().flatten().sum::<u32>(), 10, "only digits are counted");
    assert!(learned.figures.lost() <= 0.5, "{}", learned.figures.lost());
    let install = Request::Install { name: "mine-1".into(), package: learned.package.clone() };
    assert!(matches!(ask(&engine, 5, install).pop(), Some(Reply::Loaded { .. })));
    let (before, after) = (read("digits", goblet(2.0)).0, read("mine-1", goblet(2.0)).0);
    let one = read("mine-1", flagged(0.5));
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../e2e/fixtures/mnist-test-strokes.json")).unwrap();
    let accepted = |model: &str| {
        let drawn = file["samples"].as_array().unwrap().iter();
        let drawn =
            drawn.map(|sample| serde_json::from_value(serde_json::json!({ "strokes": sample["strokes"] })).unwrap());
        drawn.filter(|drawing: &Drawing| read(model, ClassifierInput::Drawing(drawing.clone())).0 > 0.5).count()
    };
    let [digits_before, digits_after] = ["digits", "mine-1"].map(accepted);
    println!("a goblet is a digit: {before} before, {after} after; a one with a flag: {one:?}");
    println!("of the 200 digits of the fixture, {digits_before} are digits before, {digits_after} after");
    assert!(digits_after + 1 >= digits_before && digits_before >= 195, "{digits_before} before, {digits_after} after");
    assert!(after < 0.5 * before, "{before} before, {after} after");
    assert!(one.0 > 0.5 && one.1 == 1, "{one:?}");
}

#[test]
fn what_cannot_be_learned_from_is_told_in_a_sentence() {
    let engine = engine();
    let message = |samples| failed(&ask(&engine, 2, learning(samples, quick(), StartFrom::Start))).message.clone();
    assert!(message(vec![]).contains("nothing to learn from yet"));
    let twice = vec![DigitSample { label: 1, input: flagged(0.0) }, DigitSample { label: 7, input: flagged(0.0) }];
    assert!(message(twice).contains("Samples 1 and 2 are the same drawing with different labels (1 and 7)"));
    assert!(message(vec![DigitSample { label: 12, input: flagged(0.0) }]).contains("labeled 12"));
    let empty = DigitSample { label: 1, input: ClassifierInput::Drawing(Drawing::default()) };
    assert!(message(vec![empty]).contains("Sample 1 cannot be read"));
    let zero = TrainingConfig { rate: 0.0, ..quick() };
    let replies = ask(&engine, 3, learning(samples(), zero, StartFrom::Start));
    assert!(failed(&replies).message.contains("the learning rate is 0"));
}

#[test]
fn a_rate_that_diverges_stops_and_says_so() {
    let wild = TrainingConfig { rate: 1e30, ..quick() };
    let replies = ask(&engine(), 2, learning(samples(), wild, StartFrom::Start));
    assert_eq!(failed(&replies).kind, FailureKind::Diverged);
    assert!(failed(&replies).message.contains("The model is unchanged"));
}

#[test]
fn each_recipe_learns() {
    for layers in [TrainableLayers::Top, TrainableLayers::Layered] {
        let replies = ask(&engine(), 2, learning(samples(), TrainingConfig { layers, ..quick() }, StartFrom::Start));
        let stages = if layers == TrainableLayers::Top { 1 } else { 3 };
        assert_eq!(learned(&replies).steps, 10 * stages);
    }
}

/// A host in which every step takes a second, and which can be full.
struct Timed {
    files: NativeHost,
    ms: Cell<f64>,
    full: Rc<Cell<bool>>,
    kept: Rc<RefCell<BTreeSet<String>>>,
}

impl Host for Timed {
    async fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, HostError> {
        self.files.read(path, limit).await
    }

    async fn fetch(
        &self,
        path: &str,
        file: &FileEntry,
        on: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, HostError> {
        self.files.fetch(path, file, on).await
    }

    async fn request_adapter(&self) -> Result<Adapter, Failure> {
        self.files.request_adapter().await
    }

    async fn gunzip(&self, bytes: Vec<u8>) -> Result<Vec<u8>, HostError> {
        self.files.gunzip(bytes).await
    }

    async fn save(&self, name: &str, bytes: &[u8]) -> Result<(), HostError> {
        match self.full.get() {
            true => Err(HostError::Refused("full".into())),
            false => {
                self.kept.borrow_mut().insert(name.to_owned());
                self.files.save(name, bytes).await
            }
        }
    }

    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, HostError> {
        self.files.load(name).await
    }

    async fn delete(&self, name: &str) -> Result<(), HostError> {
        self.kept.borrow_mut().remove(name);
        self.files.delete(name).await
    }

    /// Between two steps it is asked for no time at all, and between two looks at whether a rest is over for some.
    async fn sleep(&self, ms: u32) {
        self.ms.set(self.ms.get() + if ms == 0 { 1_000.0 } else { ms.into() });
        self.files.sleep(0).await;
    }

    fn now(&self) -> f64 {
        self.ms.get()
    }
}

/// An engine that is asked something else while it learns.
struct Class {
    engine: Engine<Timed>,
    full: Rc<Cell<bool>>,
    kept: Rc<RefCell<BTreeSet<String>>>,
}

impl Class {
    fn new() -> Self {
        let full = Rc::new(Cell::new(false));
        let kept = Rc::<RefCell<BTreeSet<String>>>::default();
        let files = NativeHost::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models"));
        let host = Timed { files, ms: Cell::new(1_000.0), full: full.clone(), kept: kept.clone() };
        let engine = pollster::block_on(Engine::start(EngineKind::Cpu, host, || ())).unwrap();
        let load = Request::Load { model: "digits".into() };
        pollster::block_on(engine.handle(JobId(1), load, &mut |_| ()));
        Self { engine, full, kept }
    }

    async fn tell(&self, request: Request) {
        self.engine.handle(JobId(90), request, &mut |_| ()).await;
    }

    /// Learns as job 7, beside which `meanwhile` has a turn between any two steps.
    fn learn(&self, ask: Request, meanwhile: impl AsyncFnOnce(&RefCell<Vec<Reply>>)) -> Vec<Reply> {
        let replies = RefCell::new(Vec::new());
        let mut hear = |reply| replies.borrow_mut().push(reply);
        let learning = self.engine.handle(JobId(7), ask, &mut hear);
        pollster::block_on(futures_util::future::join(learning, meanwhile(&replies)));
        replies.into_inner()
    }
}

/// One turn of who learns.
async fn turn() {
    NativeHost::new("models").sleep(0).await;
}

fn steps(replies: &[Reply]) -> Vec<&TrainingProgress> {
    replies.iter().filter_map(|reply| if let Reply::Learning(step) = reply { Some(&**step) } else { None }).collect()
}

async fn until(replies: &RefCell<Vec<Reply>>, done: u32) {
    while steps(&replies.borrow()).last().is_none_or(|step| step.done < done) {
        turn().await;
    }
}

#[test]
fn learning_rests_is_stopped_and_goes_on_from_its_checkpoint() {
    let class = Class::new();
    let plan = TrainingConfig { epochs: 3, ..TrainingConfig::DIGITS };
    let replies = class.learn(learning(samples(), plan, StartFrom::Start), async |replies| {
        until(replies, 4).await;
        class.tell(Request::Hold { target: JobId(7), rest: RunState::Hold }).await;
        let before = replies.borrow().len();
        for _ in 0..20 {
            turn().await;
        }
        assert_eq!(replies.borrow().len(), before, "what rests does no step");
        class.tell(Request::Hold { target: JobId(7), rest: RunState::GoOn }).await;
        until(replies, 7).await;
        class.tell(Request::Cancel { target: JobId(7) }).await;
    });
    assert_eq!(failed(&replies).kind, FailureKind::Cancelled);
    let before = steps(&replies);
    assert_eq!(before.iter().map(|step| step.done).collect::<Vec<_>>(), (1..=7).collect::<Vec<_>>());
    assert!(before.iter().all(|step| step.left_ms == 1e3 * f64::from(30 - step.done)), "a rest is no time of learning");
    // A checkpoint is due after two seconds: it is kept after the third step and, because the rest took one, after the fifth.
    assert!(
        before
            .iter()
            .all(|step| step.kept == if step.done < 3 { CheckpointStatus::NotYet } else { CheckpointStatus::Yes })
    );

    let replies = class.learn(learning(samples(), plan, StartFrom::Checkpoint), async |_| ());
    let after = steps(&replies);
    assert_eq!(after.iter().map(|step| step.done).collect::<Vec<_>>(), (6..=30).collect::<Vec<_>>());
    assert_eq!(learned(&replies).steps, 30);
    // The same step of the same network: neither of one that begins, nor of one that has gone further.
    let (again, once) = (after[0].loss, before[5].loss);
    assert!((again - once).abs() < 1e-4, "step 6 had a loss of {once}, and {again} after the checkpoint");

    // Until somebody forgets it, the checkpoint can be gone on from, but not by who begins, nor by who learns something else.
    let first = |ask| {
        let replies = class.learn(ask, async |replies| {
            until(replies, 1).await;
            class.tell(Request::Cancel { target: JobId(7) }).await;
        });
        steps(&replies)[0].done
    };
    // A checkpoint is due after every third step; the pause between two parts of measuring, at the end of a part, takes a second, too.
    assert_eq!(first(learning(samples(), plan, StartFrom::Checkpoint)), 29, "the last one was kept after step 28");
    assert_eq!(first(learning(samples()[..9].to_vec(), plan, StartFrom::Checkpoint)), 1);
    assert_eq!(first(learning(samples(), plan, StartFrom::Start)), 1);
}

#[test]
fn another_client_has_checkpoints_of_its_own_or_none() {
    let class = Class::new();
    let under = |name: Option<&str>, from| {
        let mut request = learning(samples(), quick(), from);
        if let Request::Learn(ask) = &mut request {
            ask.checkpoint = name.map(String::from);
        }
        request
    };
    let until_seven = |ask| {
        let replies = class.learn(ask, async |replies| {
            until(replies, 7).await;
            class.tell(Request::Cancel { target: JobId(7) }).await;
        });
        steps(&replies).last().map(|step| step.kept)
    };
    let kept = || class.kept.borrow().iter().cloned().collect::<Vec<_>>();
    assert_eq!(until_seven(under(None, StartFrom::Start)), Some(CheckpointStatus::Yes));
    assert_eq!(until_seven(under(Some("service/a/b"), StartFrom::Checkpoint)), Some(CheckpointStatus::Yes));
    assert_eq!(until_seven(under(Some(""), StartFrom::Start)), Some(CheckpointStatus::NotYet));
    assert_eq!(kept(), [CHECKPOINT, "service/a/b"]);

    let replies = class.learn(under(Some("service/a/b"), StartFrom::Checkpoint), async |_| ());
    assert!(steps(&replies)[0].done > 1 && learned(&replies).steps == 10);
    assert_eq!(kept(), [CHECKPOINT], "the page's own stays");
}

#[test]
fn learning_that_keeps_no_checkpoint_says_so_and_learns_on() {
    let class = Class::new();
    class.full.set(true);
    let replies = class.learn(learning(samples(), quick(), StartFrom::Start), async |replies| {
        until(replies, 7).await;
        class.full.set(false);
        until(replies, 9).await;
        class.tell(Request::Cancel { target: JobId(7) }).await;
    });
    let kept: Vec<CheckpointStatus> = steps(&replies).iter().map(|step| step.kept).collect();
    assert_eq!(kept[..3], [CheckpointStatus::NotYet, CheckpointStatus::NotYet, CheckpointStatus::Refused]);
    assert_eq!(
        kept[5..9],
        [CheckpointStatus::Refused, CheckpointStatus::Refused, CheckpointStatus::Refused, CheckpointStatus::Yes]
    );
}

#[test]
fn the_host_keeps_and_forgets() {
    let host = NativeHost::new("models");
    pollster::block_on(async {
        assert_eq!(host.load("a").await.unwrap(), None);
        host.save("a", b"1").await.unwrap();
        host.save("a", b"2").await.unwrap();
        assert_eq!(host.load("a").await.unwrap(), Some(b"2".to_vec()));
        host.delete("a").await.unwrap();
        assert_eq!(host.load("a").await.unwrap(), None);
        assert!(host.gunzip(b"no gzip".to_vec()).await.is_err());
    });
}

#[test]
fn learning_that_is_finished_early_gives_what_it_learned() {
    let class = Class::new();
    let plan = TrainingConfig { epochs: 3, ..TrainingConfig::DIGITS };
    let replies = class.learn(learning(samples(), plan, StartFrom::Start), async |replies| {
        until(replies, 12).await;
        class.tell(Request::Finish { target: JobId(7) }).await;
    });
    let last = steps(&replies).last().map(|step| step.done);
    let learned = learned(&replies);
    // That of the end of the first epoch, where it reads held-out digits as well as later.
    assert!(last.is_some_and(|last| last < 30 && learned.steps <= last) && learned.steps >= 10, "{last:?}");
    assert!(!learned.package.is_empty());
}
