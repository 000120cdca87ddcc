//! Requests with numbers, sizes and spans that make no sense, through the engine: never a panic, always an answer. And how often an
//! engine lets others go on, by a clock that goes on with every look at it.

use std::{
    cell::Cell,
    ops::{ControlFlow, Range},
    rc::Rc,
};

use inkling::{
    engine::Engine,
    host::{Adapter, Host, HostError, NativeHost},
    package::FileEntry,
    protocol::{
        ClassifierInput, Detail, DigitSample, Drawing, EngineKind, Failure, FailureKind, GrayImage, JobId, Point,
        Reply, Request, Shortness, Stroke, SummarizeRequest, SummaryAmount, SummaryKind, SummaryLength, TrainingData,
    },
};

use crate::engine::ask;

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models");

fn engine(model: &str) -> Engine<NativeHost> {
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(MODELS), || ())).unwrap();
    let loaded = ask(&engine, 1, Request::Load { model: model.into() });
    assert!(matches!(loaded.last(), Some(Reply::Loaded { .. })), "{loaded:?}");
    engine
}

fn classify(input: ClassifierInput) -> Request {
    Request::Classify { model: "digits".into(), input, layers: Detail::Layers }
}

#[test]
fn drawings_and_pictures_of_impossible_numbers_are_answered() {
    let engine = engine("digits");
    let numbers = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 0.0, -0.0, 1.0];
    for x in numbers {
        for y in numbers {
            for points in [vec![Point::new(x, y)], vec![Point::new(0.0, 0.0), Point::new(x, y)]] {
                let stroke = Stroke { points };
                let input = ClassifierInput::Drawing(Drawing { strokes: vec![stroke.clone(), stroke] });
                ask(&engine, 2, classify(input));
            }
        }
    }
    for (width, height, bytes) in
        [(0, 0, 0), (1, 1, 4), (1, 1, 0), (u32::MAX, u32::MAX, 4), (4_097, 1, 16_388), (2, 2, 15), (65_536, 65_536, 0)]
    {
        let input = ClassifierInput::Picture { width, height, rgba: vec![7; bytes] };
        assert!(matches!(ask(&engine, 3, classify(input)).last(), Some(Reply::Failed(_))), "{width}×{height}");
    }
    for (width, height, bytes) in [(28, 28, 783), (28, 28, 785), (0, 0, 0), (u32::MAX, 1, 784)] {
        let input = ClassifierInput::Image(GrayImage { width, height, pixels: vec![7; bytes] });
        ask(&engine, 4, classify(input));
    }
    let many = Drawing { strokes: vec![Stroke::default(); 1_000_000] };
    let replies = ask(&engine, 5, classify(ClassifierInput::Drawing(many)));
    let Some(Reply::Failed(failure)) = replies.last() else { panic!("{replies:?}") };
    assert!(failure.kind == FailureKind::BadInput && failure.message.contains("1000000 strokes"), "{failure:?}");
}

#[test]
fn texts_with_impossible_spans_and_amounts_are_answered() {
    let engine = engine("summary");
    let text =
        "The old ferry crossed the river every morning, é and 北京. Nobody drowned in it until the bridge was built.";
    let spans = [[0, 5], [5, 2], [57, 58], [0, u32::MAX], [u32::MAX, u32::MAX]];
    let amounts = [SummaryAmount::Points(0), SummaryAmount::Points(u32::MAX), SummaryAmount::Words(u32::MAX)];
    for text in [text, "", "\0", "\u{feff}", "😀", "((((((((", "\"\"\"\"", "<div><b><", &"a. ".repeat(200)] {
        for amount in amounts {
            let request = SummarizeRequest {
                context: None,
                model: "summary".into(),
                text: text.to_owned(),
                kind: SummaryKind::KeyPoints,
                length: SummaryLength::Short,
                amount: Some(amount),
                included: spans.to_vec(),
                shortness: Shortness::DEFAULT,
            };
            ask(&engine, 2, Request::Summarize(Box::new(request)));
        }
    }
    let request = SummarizeRequest {
        context: None,
        model: "summary".into(),
        text: "word ".repeat(300_000),
        kind: SummaryKind::Headline,
        length: SummaryLength::Short,
        amount: None,
        included: Vec::new(),
        shortness: Shortness::DEFAULT,
    };
    let replies = ask(&engine, 3, Request::Summarize(Box::new(request)));
    let [Reply::Failed(failure)] = &replies[..] else { panic!("work began: {replies:?}") };
    assert!(failure.message.starts_with("This text has 1500000 characters"), "{failure:?}");
}

/// A host whose clock goes on by 30 ms with every look, so that whoever looks yields; it counts how often.
struct CountingHost {
    files: NativeHost,
    now: Cell<f64>,
    pauses: Rc<Cell<usize>>,
}

impl Host for CountingHost {
    async fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, HostError> {
        self.files.read(path, limit).await
    }

    async fn fetch(
        &self,
        path: &str,
        file: &FileEntry,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, HostError> {
        self.files.fetch(path, file, progress).await
    }

    async fn request_adapter(&self) -> Result<Adapter, Failure> {
        self.files.request_adapter().await
    }

    async fn gunzip(&self, bytes: Vec<u8>) -> Result<Vec<u8>, HostError> {
        self.files.gunzip(bytes).await
    }

    async fn save(&self, name: &str, bytes: &[u8]) -> Result<(), HostError> {
        self.files.save(name, bytes).await
    }

    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, HostError> {
        self.files.load(name).await
    }

    async fn delete(&self, name: &str) -> Result<(), HostError> {
        self.files.delete(name).await
    }

    async fn sleep(&self, _ms: u32) {
        self.pauses.set(self.pauses.get() + 1);
    }

    fn now(&self) -> f64 {
        self.now.set(self.now.get() + 30.0);
        self.now.get()
    }
}

/// How often an engine lets others go on while it answers each of some requests.
fn pauses(requests: impl IntoIterator<Item = Request>) -> Vec<usize> {
    let count = Rc::new(Cell::new(0));
    let host = CountingHost { files: NativeHost::new(MODELS), now: Cell::new(0.0), pauses: count.clone() };
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, host, || ())).unwrap();
    let answer = |request: Request| {
        let mut last = None;
        pollster::block_on(engine.handle(JobId(1), request, &mut |reply| last = Some(reply)));
        assert!(last.as_ref().is_some_and(|reply| !matches!(reply, Reply::Failed(_))), "{last:?}");
    };
    answer(Request::Load { model: "digits".into() });
    requests
        .into_iter()
        .map(|request| {
            let before = count.get();
            answer(request);
            count.get() - before
        })
        .collect()
}

#[test]
fn timed_readings_and_samples_let_others_go_on() {
    let timed = |runs: u32| Request::Time { model: "digits".into(), runs };
    let sample = |label: u8| {
        let points = (0..20).map(|i| Point::new(f32::from(label), 10.0 * i as f32)).collect();
        let input = ClassifierInput::Drawing(Drawing { strokes: vec![Stroke { points }] });
        DigitSample { label: label % 10, input }
    };
    let measured = |labels: Range<u8>| {
        let lesson = TrainingData::Digits { samples: labels.map(sample).collect() };
        Request::Measure { model: "digits".into(), lesson }
    };
    let counts = pauses([timed(20), timed(200), measured(0..10), measured(0..110)]);
    let [few_runs, many_runs, few_samples, many_samples] = counts[..] else { panic!("{counts:?}") };
    assert!(few_runs >= 15 && many_runs >= 8 * few_runs, "{counts:?}");
    // Each sample is parsed, and made into an image.
    assert!(many_samples >= few_samples + 200, "{counts:?}");
}
