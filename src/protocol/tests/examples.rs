//! One example or more of every message, with every optional field filled in at least once. Numbers are exact in binary, so that they
//! read the same in JSON.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::super::*;

/// Every request, each with the name of its example in `tests/golden/messages.json`.
pub fn requests() -> Vec<(&'static str, Request)> {
    vec![
        ("start", Request::Start { version: "1.2.3".into(), models: "https://example.org/models/".into() }),
        ("catalogue", Request::Catalogue),
        ("load", Request::Load { model: "digits".into() }),
        ("classify a drawing", classify(ClassifierInput::Drawing(drawing()), Detail::Answer)),
        (
            "classify a picture",
            classify(
                ClassifierInput::Picture { width: 1, height: 2, rgba: vec![0, 1, 2, 3, 252, 253, 254, 255] },
                Detail::Layers,
            ),
        ),
        ("classify an image", classify(ClassifierInput::Image(picture()), Detail::Answer)),
        (
            "summarize",
            Request::Summarize(Box::new(SummarizeRequest {
                model: "summary".into(),
                text: "It rained all day. The match was off.".into(),
                kind: SummaryKind::KeyPoints,
                length: SummaryLength::Medium,
                amount: None,
                included: Vec::new(),
                shortness: Shortness::DEFAULT,
                context: None,
            })),
        ),
        ("time", Request::Time { model: "digits".into(), runs: 100 }),
        ("install", Request::Install { name: "mine-1".into(), package: vec![0, 127, 255] }),
        (
            "learn digits",
            Request::Learn(Box::new(FineTuneRequest {
                model: "digits".into(),
                title: "Mine, today".into(),
                lesson: digits(),
                plan: TrainingConfig {
                    layers: TrainableLayers::Top,
                    optimizer: OptimizerKind::AdamW,
                    rate: 0.125,
                    epochs: 14,
                },
                from: StartFrom::Checkpoint,
                checkpoint: None,
            })),
        ),
        (
            "learn texts",
            Request::Learn(Box::new(FineTuneRequest {
                model: "summary".into(),
                title: "Mine, today".into(),
                lesson: texts(),
                plan: TrainingConfig {
                    layers: TrainableLayers::Layered,
                    optimizer: OptimizerKind::Momentum,
                    rate: 0.25,
                    epochs: 5,
                },
                from: StartFrom::Start,
                checkpoint: None,
            })),
        ),
        ("measure digits", Request::Measure { model: "digits".into(), lesson: digits() }),
        ("measure texts", Request::Measure { model: "summary".into(), lesson: texts() }),
        (
            "lab",
            Request::Lab(LabConfig {
                optimizer: OptimizerKind::Sgd,
                rate: 0.5,
                epochs: 3,
                images: 6_000,
                ending: FinalStage::Together,
                seed: 7,
            }),
        ),
        (
            "missing pixels",
            Request::Missing(MissingDataRequest {
                way: TrainingMethod::Layered,
                hide: Occlusion::Pixels { share: 0.5 },
            }),
        ),
        ("missing stroke", Request::Missing(missing())),
        ("hold", Request::Hold { target: JobId(3), rest: RunState::Hold }),
        ("finish", Request::Finish { target: JobId(3) }),
        ("go on", Request::Hold { target: JobId(3), rest: RunState::GoOn }),
        ("cancel", Request::Cancel { target: JobId(4) }),
    ]
}

/// Every reply, each with the name of its example in `tests/golden/messages.json`.
pub fn replies() -> Vec<(&'static str, Reply)> {
    vec![
        ("ready", ready()),
        (
            "catalogue",
            Reply::Catalogue {
                models: vec![ModelSummary {
                    task: "digits".into(),
                    name: "seed-cnn".into(),
                    description: "A network".into(),
                    bytes: 1_388_412,
                }],
            },
        ),
        ("progress", Reply::Progress { doing: Activity::WarmingUp, done: 2, total: 3 }),
        (
            "loaded",
            Reply::Loaded {
                model: ModelInfo {
                    task: "digits".into(),
                    name: "digits".into(),
                    version: "1.0.0".into(),
                    description: "A network".into(),
                    parameters: 55_000,
                    bytes: 111_548,
                    sha256: "00ff".into(),
                    metrics: vec![Metric {
                        name: "accuracy".into(),
                        value: 0.75,
                        data: "MNIST test".into(),
                        command: "inkling evaluate digits".into(),
                    }],
                },
                check: EngineCheck { max_error: 0.125, first_ms: 12.5, median_ms: 0.5 },
                trial: None,
            },
        ),
        (
            "loaded after a trial",
            Reply::Loaded {
                model: ModelInfo {
                    task: "digits".into(),
                    name: "mine-1".into(),
                    version: "1.0.0".into(),
                    description: "A network".into(),
                    parameters: 55_000,
                    bytes: 111_548,
                    sha256: "00ff".into(),
                    metrics: vec![],
                },
                check: EngineCheck { max_error: 0.125, first_ms: 12.5, median_ms: 0.5 },
                trial: Some(ImportTrial { right: 97, total: 1_000, notes: vec!["fc1.weight was turned".into()] }),
            },
        ),
        ("classified", Reply::Classified(Box::new(classification(Polarity::DarkOnLight, EngineKind::Gpu)))),
        (
            "classified light on dark",
            Reply::Classified(Box::new(classification(Polarity::LightOnDark, EngineKind::Cpu))),
        ),
        (
            "classified without extras",
            Reply::Classified(Box::new(Classification {
                found: None,
                layers: vec![],
                ..classification(Polarity::DarkOnLight, EngineKind::Cpu)
            })),
        ),
        (
            "source",
            Reply::Source(Box::new(SourceAnalysis {
                sentences: vec![SourceSentence { span: [0, 18], salience: 0.75 }],
                words: vec![[0, 2], [3, 9]],
                baseline: vec![[0, 18]],
                language: Language::English,
                language_name: None,
                skipped: Vec::new(),
            })),
        ),
        ("line", Reply::Line(Box::new(line()))),
        (
            "summarized",
            Reply::Summarized(Box::new(Summary {
                model: "summary".into(),
                engine: EngineKind::Gpu,
                lines: vec![line()],
                words_in: 8,
                words_out: 3,
                first_ms: 1.5,
                total_ms: 2.5,
            })),
        ),
        ("timed", Reply::Timed { median_ms: 0.5, min_ms: 0.25, p90_ms: 0.75, runs: 100 }),
        ("learning", Reply::Learning(Box::new(learning(Some(0.5))))),
        ("learning without a figure", Reply::Learning(Box::new(learning(None)))),
        (
            "learned digits",
            learned(EvaluationComparison::Digits {
                held_out: BeforeAfter { before: report(0.5), after: report(0.75) },
                own: BeforeAfter { before: report(0.25), after: report(1.0) },
            }),
        ),
        (
            "learned texts",
            learned(EvaluationComparison::Texts {
                held_out: BeforeAfter { before: text_report(20.5), after: text_report(21.5) },
                own: BeforeAfter { before: text_report(30.5), after: text_report(31.5) },
            }),
        ),
        ("measured digits", measured(Evaluation::Digits { held_out: report(0.5), own: Some(report(0.75)) })),
        ("measured texts", measured(Evaluation::Texts { held_out: text_report(20.5), own: Some(text_report(21.5)) })),
        ("measured nothing of one's own", measured(Evaluation::Digits { held_out: report(0.5), own: None })),
        (
            "lab-step",
            Reply::LabStep(Box::new(LabProgress {
                way: TrainingMethod::EndToEnd,
                stage: 0,
                name: "All layers".into(),
                epoch: 1,
                epochs: 3,
                done: 10,
                steps: 30,
                loss: 0.5,
                held_out: Some(0.75),
                norms: vec![("conv1".into(), 0.25)],
                ms: 100.5,
                left_ms: 200.5,
            })),
        ),
        (
            "lab-pictures",
            Reply::LabPictures(Box::new(LabSnapshot {
                way: TrainingMethod::Layered,
                filters: FilterSnapshot { count: 1, side: 2, weights: vec![1, 128, 128, 255] },
                rebuilt: vec![Reconstruction { label: 3, holes: picture(), output: picture(), whole: picture() }],
            })),
        ),
        (
            "lab-done",
            Reply::LabDone(Box::new(LabMethodResult {
                lanes: vec![
                    LabResult {
                        way: TrainingMethod::EndToEnd,
                        steps: 30,
                        ms: 300.5,
                        outcome: LabOutcome::Finished(report(0.75)),
                    },
                    LabResult {
                        way: TrainingMethod::Layered,
                        steps: 4,
                        ms: 40.5,
                        outcome: LabOutcome::Diverged { message: "The rate is too high.".into() },
                    },
                ],
                held_out: 1_000,
            })),
        ),
        (
            "missing",
            Reply::Missing(Box::new(MissingReport {
                ask: missing(),
                whole: 0.75,
                filled: vec![(Imputation::Empty, 0.25), (Imputation::Mean, 0.5), (Imputation::Autoencoder, 0.625)],
                examples: vec![ImputedExample { label: 3, whole: picture(), filled: vec![(picture(), 8)] }],
                digits: 1_000,
            })),
        ),
        ("heard", Reply::Heard),
        ("failed", Reply::Failed(Failure { kind: FailureKind::NoWebGpu, message: "There is no WebGPU.".into() })),
        ("cancelling", Reply::Cancelling),
    ]
}

/// Every value of every enum that is a word on the wire, by the name of its example in `tests/golden/messages.json`. The names of the
/// tags of an enum with fields are in the messages.
pub fn words() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("detail", all([Detail::Answer, Detail::Layers])),
        ("engine", all([EngineKind::Cpu, EngineKind::Gpu])),
        ("adapter", all([AdapterKind::Processor, AdapterKind::Hardware, AdapterKind::Software])),
        (
            "failure",
            all([
                FailureKind::NothingThere,
                FailureKind::BadInput,
                FailureKind::NoWebGpu,
                FailureKind::NoAdapter,
                FailureKind::MissingFeature,
                FailureKind::DeviceLost,
                FailureKind::WrongAnswer,
                FailureKind::Fetch,
                FailureKind::BadPackage,
                FailureKind::NoSuchModel,
                FailureKind::Version,
                FailureKind::Cancelled,
                FailureKind::Diverged,
                FailureKind::Internal,
            ]),
        ),
        ("polarity", all([Polarity::DarkOnLight, Polarity::LightOnDark])),
        ("from", all([StartFrom::Start, StartFrom::Checkpoint])),
        ("rest", all([RunState::Hold, RunState::GoOn])),
        ("layers", all([TrainableLayers::EndToEnd, TrainableLayers::Top, TrainableLayers::Layered])),
        ("optimizer", all([OptimizerKind::Sgd, OptimizerKind::Momentum, OptimizerKind::Adam, OptimizerKind::AdamW])),
        ("kept", all([CheckpointStatus::NotYet, CheckpointStatus::Yes, CheckpointStatus::Refused])),
        (
            "kind",
            all([
                SummaryKind::Headline,
                SummaryKind::Tldr,
                SummaryKind::KeyPoints,
                SummaryKind::Teaser,
                SummaryKind::Sentence,
            ]),
        ),
        ("length", all([SummaryLength::Short, SummaryLength::Medium, SummaryLength::Long])),
        ("language", all([Language::English, Language::Other, Language::Unsure])),
        ("making", all([LineSource::Rewritten, LineSource::Extracted])),
        ("ending", all([FinalStage::Frozen, FinalStage::Together])),
        ("way", all([TrainingMethod::EndToEnd, TrainingMethod::Layered])),
        ("fill", all([Imputation::Empty, Imputation::Mean, Imputation::Autoencoder])),
        (
            "doing",
            all([
                Activity::Fetching,
                Activity::Checking,
                Activity::WarmingUp,
                Activity::Timing,
                Activity::Measuring,
                Activity::Reading,
            ]),
        ),
        ("name beside replies", vec![ALIVE.into()]),
        ("name of the checkpoint", vec![CHECKPOINT.into()]),
    ]
}

/// The values as JSON. Each reads back, and none is left out: the names are those that serde expects.
fn all<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    values: impl IntoIterator<Item = T>,
) -> Vec<Value> {
    let mut names = Vec::new();
    for value in values {
        let json = serde_json::to_value(&value).expect("serializes");
        assert_eq!(serde_json::from_value::<T>(json.clone()).expect("reads back"), value);
        names.push(json);
    }
    assert_eq!(expected::<T>("?".into()), names, "an example is missing");
    names
}

/// The names that serde knows for an enum, from its complaint about another one.
pub fn expected<T: DeserializeOwned + std::fmt::Debug>(unknown: Value) -> Vec<Value> {
    let complaint = serde_json::from_value::<T>(unknown).expect_err("no such name").to_string();
    complaint.split('`').skip(3).step_by(2).map(Value::from).collect()
}

/// The reply that names the protocol.
pub fn ready() -> Reply {
    let (kind, adapter_kind) = (EngineKind::Gpu, AdapterKind::Software);
    Reply::Ready {
        version: "1.2.3".into(),
        protocol: PROTOCOL_VERSION,
        engine: EngineInfo { kind, adapter: "SwiftShader".into(), adapter_kind },
    }
}

fn classify(input: ClassifierInput, layers: Detail) -> Request {
    Request::Classify { model: "digits".into(), input, layers }
}

/// A point with everything, and one with as little as there can be.
fn drawing() -> Drawing {
    let points =
        vec![Point { x: 1.5, y: 2.5, t: 16.5, pressure: Some(0.5) }, Point { x: 3.0, y: 4.0, t: 0.0, pressure: None }];
    Drawing { strokes: vec![Stroke { points }] }
}

fn picture() -> GrayImage {
    GrayImage { width: 2, height: 1, pixels: vec![0, 255] }
}

fn digits() -> TrainingData {
    let inputs = [
        ClassifierInput::Drawing(drawing()),
        ClassifierInput::Picture { width: 1, height: 1, rgba: vec![9, 8, 7, 255] },
        ClassifierInput::Image(picture()),
    ];
    TrainingData::Digits { samples: (3..).zip(inputs).map(|(label, input)| DigitSample { label, input }).collect() }
}

fn texts() -> TrainingData {
    let (text, summary) = ("It rained all day. The match was off.".into(), "No match.".into());
    TrainingData::Texts {
        samples: vec![TextSample { text, kind: SummaryKind::Headline, length: SummaryLength::Long, summary }],
    }
}

fn missing() -> MissingDataRequest {
    MissingDataRequest { way: TrainingMethod::EndToEnd, hide: Occlusion::Stroke { width: 3.5 } }
}

fn classification(polarity: Polarity, engine: EngineKind) -> Classification {
    Classification {
        model: "digits".into(),
        engine,
        digit: 1,
        probabilities: vec![0.25, 0.75],
        logits: vec![-1.5, 1.5],
        verdict: Verdict::Digit,
        digit_probability: None,
        number: None,
        parts: Vec::new(),
        image: picture(),
        found: Some(PhotoAnalysis { polarity, threshold: 128, bounds: [1, 2, 3, 4] }),
        layers: vec![LayerActivations {
            name: "Dense, 2".into(),
            shape: [2, 1, 1],
            max: 1.5,
            maps: vec![0, 255],
            convolution: None,
        }],
        model_ms: 0.5,
        total_ms: 1.5,
    }
}

fn line() -> SummaryLine {
    let origins = [WordOrigin::Copied { word: 4 }, WordOrigin::InSource, WordOrigin::New];
    let word = |origin| SummaryWord { span: [0, 2], origin, attention: vec![(4, 0.75), (5, 0.25)] };
    SummaryLine {
        index: 1,
        text: "No match now".into(),
        words: origins.map(word).to_vec(),
        sources: vec![0, 1],
        making: LineSource::Rewritten,
        finished: true,
        whole: None,
        reason: None,
    }
}

fn learning(held_out: Option<f64>) -> TrainingProgress {
    TrainingProgress {
        stage: "All layers".into(),
        done: 10,
        steps: 140,
        loss: 0.5,
        held_out,
        norms: vec![("conv1".into(), 0.25)],
        left_ms: 1300.5,
        kept: CheckpointStatus::NotYet,
    }
}

fn learned(figures: EvaluationComparison) -> Reply {
    Reply::Learned(Box::new(FineTuneResult { package: vec![0, 127, 255], figures, steps: 140, ms: 1400.5 }))
}

fn measured(figures: Evaluation) -> Reply {
    Reply::Measured { figures: Box::new(figures) }
}

fn report(accuracy: f64) -> ClassificationMetrics {
    ClassificationMetrics { accuracy, precision: 0.5, recall: 0.25, f1: 0.375, confusion: vec![vec![1, 2], vec![3, 4]] }
}

fn text_report(rouge1: f64) -> SummarizationMetrics {
    SummarizationMetrics { rouge1, rouge2: 8.5, rouge_l: 17.5, loss: 4.5, texts: 12 }
}
