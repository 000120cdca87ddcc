//! The engine over the committed packages, as the worker runs it.

use inkling::{
    engine::Engine,
    host::NativeHost,
    protocol::{
        Activity, Classification, ClassifierInput, Detail, Drawing, EngineKind, FailureKind, GrayImage, JobId,
        Language, Point, Reply, Request, Shortness, Stroke, SummarizeRequest, SummaryKind, SummaryLength, Verdict,
    },
};

fn engine() -> Engine<NativeHost> {
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(models), || ())).unwrap()
}

/// All replies to a request.
pub fn ask(engine: &Engine<NativeHost>, job: u32, request: Request) -> Vec<Reply> {
    let mut replies = Vec::new();
    pollster::block_on(engine.handle(JobId(job), request, &mut |reply| replies.push(reply)));
    let (last, others) = replies.split_last().expect("every job is answered");
    assert!(last.is_final() && others.iter().all(|reply| !reply.is_final()), "{replies:?}");
    replies
}

fn last(engine: &Engine<NativeHost>, request: Request) -> Reply {
    ask(engine, 1, request).pop().unwrap()
}

fn classify(model: &str, input: ClassifierInput, layers: Detail) -> Request {
    Request::Classify { model: model.into(), input, layers }
}

fn one() -> Drawing {
    let points = (0..20).map(|i| Point::new(100.0 + i as f32, 20.0 + 10.0 * i as f32)).collect();
    Drawing { strokes: vec![Stroke { points }] }
}

#[test]
fn every_package_of_the_catalogue_loads_and_reads_a_one() {
    let engine = engine();
    let Reply::Catalogue { models } = last(&engine, Request::Catalogue) else { panic!("no catalogue") };
    let all: Vec<_> = models.iter().map(|model| (model.task.as_str(), model.name.as_str())).collect();
    let expected = [("digits", "digits"), ("digits", "seed-cnn"), ("seq2seq", "seed-seq2seq"), ("summary", "summary")];
    assert_eq!(all, expected);
    for (_, name) in all.into_iter().filter(|(task, _)| *task == "digits") {
        let replies = ask(&engine, 2, Request::Load { model: name.into() });
        assert!(replies.iter().any(|reply| matches!(reply, Reply::Progress { .. })));
        let Some(Reply::Loaded { model, check, .. }) = replies.last() else { panic!("{replies:?}") };
        assert_eq!(model.name, name);
        assert!(check.max_error < 1e-3, "{}", check.max_error);
        let reply = last(&engine, classify(name, ClassifierInput::Drawing(one()), Detail::Layers));
        let Reply::Classified(answer) = reply else { panic!("{reply:?}") };
        assert_eq!(answer.digit, 1);
        assert!((answer.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert_eq!(answer.image.pixels.len(), 784);
        for layer in &answer.layers {
            assert_eq!(layer.maps.len() as u32, layer.shape.iter().product::<u32>());
            assert_eq!(layer.maps.iter().max(), Some(&255), "{}", layer.name);
        }
        assert!(answer.layers.len() >= 2);
        first_convolution_explains_its_maps(&answer);
    }
}

/// A map of the first convolution is, at each place, the sum of patch times kernel and the bias, or 0 where that is negative.
fn first_convolution_explains_its_maps(answer: &Classification) {
    let layer = &answer.layers[0];
    let convolution = layer.convolution.as_ref().expect("the first layer is a convolution");
    let [channels, height, width] = layer.shape.map(|length| length as usize);
    let (kernel, padding, side) = (convolution.kernel as usize, convolution.padding as usize, 28);
    assert_eq!((convolution.weights.len(), convolution.bias.len()), (channels * kernel * kernel, channels));
    let pixel = |y: usize, x: usize| match (y.checked_sub(padding), x.checked_sub(padding)) {
        (Some(y), Some(x)) if y < side && x < side => f32::from(answer.image.pixels[y * side + x]) / 255.0,
        _ => 0.0,
    };
    for place in 0..channels * height * width {
        let (channel, y, x) = (place / (height * width), place / width % height, place % width);
        let weights = &convolution.weights[channel * kernel * kernel..][..kernel * kernel];
        let products = weights.iter().enumerate().map(|(i, weight)| weight * pixel(y + i / kernel, x + i % kernel));
        let sum = products.sum::<f32>() + convolution.bias[channel];
        let shown = f32::from(layer.maps[place]) / 255.0 * layer.max;
        // The image and the maps are told in 255 levels.
        assert!((sum.max(0.0) - shown).abs() < 0.01 * layer.max.max(1.0), "{channel}, {y}, {x}: {sum} and {shown}");
    }
    assert!(answer.layers.iter().skip(1).flat_map(|layer| &layer.convolution).all(|other| other.weights.is_empty()));
}

#[test]
fn a_stroke_that_is_drawn_by_keyboard_is_read() {
    let engine = engine();
    ask(&engine, 1, Request::Load { model: "digits".into() });
    // As arrow keys draw it: straight down, in steps of 10.
    let points = (0..17).map(|i| Point::new(140.0, 60.0 + 10.0 * i as f32)).collect();
    let drawing = ClassifierInput::Drawing(Drawing { strokes: vec![Stroke { points }] });
    let Reply::Classified(answer) = last(&engine, classify("digits", drawing, Detail::Answer)) else { panic!("read") };
    assert_eq!((answer.verdict, answer.digit), (Verdict::Digit, 1));
}

#[test]
fn a_loaded_model_loads_at_once() {
    let engine = engine();
    ask(&engine, 1, Request::Load { model: "digits".into() });
    assert_eq!(ask(&engine, 2, Request::Load { model: "digits".into() }).len(), 1);
}

#[test]
fn what_cannot_be_read_gets_a_sentence() {
    let engine = engine();
    let kind = |request| match last(&engine, request) {
        Reply::Failed(failure) => {
            assert!(failure.message.len() > 10 && failure.message.ends_with('.'), "{}", failure.message);
            failure.kind
        }
        other => panic!("{other:?}"),
    };
    let drawing = || ClassifierInput::Drawing(one());
    assert_eq!(kind(classify("digits", drawing(), Detail::Answer)), FailureKind::NoSuchModel);
    assert_eq!(kind(Request::Load { model: "nothing".into() }), FailureKind::NoSuchModel);
    ask(&engine, 1, Request::Load { model: "digits".into() });
    let digits = |input| classify("digits", input, Detail::Answer);
    assert_eq!(kind(digits(ClassifierInput::Drawing(Drawing::default()))), FailureKind::NothingThere);
    let nowhere = one().map(|p| Point { x: f32::NAN, ..p });
    assert_eq!(kind(digits(ClassifierInput::Drawing(nowhere))), FailureKind::BadInput);
    let flat = ClassifierInput::Picture { width: 30, height: 30, rgba: vec![200; 3600] };
    assert_eq!(kind(digits(flat)), FailureKind::NothingThere);
    let short = ClassifierInput::Picture { width: 30, height: 30, rgba: vec![200; 3599] };
    assert_eq!(kind(digits(short)), FailureKind::BadInput);
    let small = ClassifierInput::Image(GrayImage { width: 2, height: 2, pixels: vec![0; 4] });
    assert_eq!(kind(digits(small)), FailureKind::BadInput);
}

#[test]
fn a_job_cancelled_before_it_loads_stops() {
    let engine = engine();
    assert_eq!(last(&engine, Request::Cancel { target: JobId(9) }), Reply::Cancelling);
    let replies = ask(&engine, 9, Request::Load { model: "digits".into() });
    let Some(Reply::Failed(failure)) = replies.last() else { panic!("{replies:?}") };
    assert_eq!(failure.kind, FailureKind::Cancelled);
}

#[test]
fn times_are_told_for_a_loaded_model() {
    let engine = engine();
    ask(&engine, 1, Request::Load { model: "digits".into() });
    let reply = last(&engine, Request::Time { model: "digits".into(), runs: 9 });
    let Reply::Timed { median_ms, min_ms, p90_ms, runs } = reply else { panic!("{reply:?}") };
    assert!((9..18).contains(&runs) && min_ms > 0.0);
    assert!(min_ms <= median_ms && median_ms <= p90_ms);
}

const ARTICLE: &str = "The city council voted on Tuesday to close the old harbor bridge to cars from next spring. \
    The bridge, which was built in 1931, carries about 9,000 cars a day and needs repairs that would cost 14 million dollars. \
    Mayor Anna Lindqvist said that the money would be better spent on a new ferry line. \
    Shop owners on the east bank fear that they will lose customers. \
    Cyclists and people on foot will still be able to cross the bridge at all hours.";

fn summarize(model: &str, text: &str) -> Request {
    let (kind, length) = (SummaryKind::KeyPoints, SummaryLength::Short);
    Request::Summarize(Box::new(SummarizeRequest {
        model: model.into(),
        text: text.into(),
        kind,
        length,
        amount: None,
        included: Vec::new(),
        shortness: Shortness::DEFAULT,
        context: None,
    }))
}

#[test]
fn texts_are_summarized_by_either_model() {
    let engine = engine();
    for name in ["summary", "seed-seq2seq"] {
        let replies = ask(&engine, 3, Request::Load { model: name.into() });
        let fetched = replies.iter().filter_map(|reply| match reply {
            Reply::Progress { doing: Activity::Fetching, done, total } => Some((*done, *total)),
            _ => None,
        });
        let fetched: Vec<_> = fetched.collect();
        assert!(fetched.is_sorted() && fetched.last().is_some_and(|(done, total)| done == total), "{fetched:?}");
        let Some(Reply::Loaded { model, check, .. }) = replies.last() else { panic!("{replies:?}") };
        assert!(model.name == name && check.max_error < 1e-3, "{}", check.max_error);

        let replies = ask(&engine, 4, summarize(name, ARTICLE));
        let Some(Reply::Source(source)) = replies.iter().find(|reply| matches!(reply, Reply::Source(_))) else {
            panic!("{replies:?}")
        };
        assert!(source.sentences.len() == 5 && source.baseline.len() == 3);
        assert_eq!(source.language, Language::English);
        let Some(Reply::Summarized(summary)) = replies.last() else { panic!("{replies:?}") };
        assert_eq!(summary.lines.len(), 3);
        assert_eq!(summary.words_in, ARTICLE.split_whitespace().count() as u32);
        assert!(summary.words_out > 0 && summary.first_ms <= summary.total_ms);
        // Every line was told, finished, as it stands in the summary.
        for line in &summary.lines {
            assert!(replies.contains(&Reply::Line(Box::new(line.clone()))));
        }
        let salient = source.sentences.iter().filter(|sentence| sentence.salience > 0.999).count();
        assert_eq!(salient, usize::from(name == "summary"));
    }
    // What was loaded before is neither fetched nor asked again.
    assert_eq!(ask(&engine, 5, Request::Load { model: "summary".into() }).len(), 1);
}

#[test]
fn requests_that_make_no_summary() {
    let engine = engine();
    let failure = |request| match last(&engine, request) {
        Reply::Failed(failure) => failure.kind,
        reply => panic!("{reply:?}"),
    };
    assert_eq!(failure(summarize("summary", ARTICLE)), FailureKind::NoSuchModel);
    last(&engine, Request::Load { model: "summary".into() });
    last(&engine, Request::Load { model: "digits".into() });
    assert_eq!(failure(summarize("digits", ARTICLE)), FailureKind::NoSuchModel);
    assert_eq!(failure(summarize("summary", " \n ")), FailureKind::NothingThere);
    assert_eq!(failure(classify("summary", ClassifierInput::Drawing(one()), Detail::Answer)), FailureKind::NoSuchModel);
    last(&engine, Request::Cancel { target: JobId(9) });
    let replies = ask(&engine, 9, summarize("summary", ARTICLE));
    let Some(Reply::Failed(failure)) = replies.last() else { panic!("{replies:?}") };
    assert_eq!(failure.kind, FailureKind::Cancelled);
    // Which is over with the job.
    assert!(matches!(ask(&engine, 9, summarize("summary", ARTICLE)).last(), Some(Reply::Summarized(_))));
}
