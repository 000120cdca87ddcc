//! Learning from summaries, as the page asks for it: a small summarizer with random weights, in a folder of its own.

use std::{io::Write, path::Path};

use inkling::{
    engine::Engine,
    host::NativeHost,
    models::summarizer::{Summarizer, TargetError, TargetMode, corpus::Corpus, network::SummarizerConfig},
    package::{
        Catalog, FileEntry, Manifest, SummarizerSelfTest, VOCABULARY, WEIGHTS, WORDS, WeightDType, encode,
        from_single_file, sha256,
    },
    protocol::{
        EngineKind, Evaluation, EvaluationComparison, Failure, FailureKind, FineTuneRequest, FineTuneResult, Reply,
        Request, StartFrom, SummaryKind, SummaryLength, TextSample, TrainableLayers, TrainingConfig, TrainingData,
    },
    text::Lexicon,
};

use crate::{
    engine::ask,
    summary::{architecture, summarizer, vocabulary},
};

const TEXT: &str = "The old ferry crossed the river every morning. It rained. \
                    The town council voted to open the bridge again after six years of work. Nobody drowned in it.";

fn sample(kind: SummaryKind, summary: &str) -> TextSample {
    TextSample { text: TEXT.into(), kind, length: SummaryLength::Short, summary: summary.into() }
}

fn lesson(sample: &TextSample, aim: TargetMode) -> Result<Corpus, TargetError> {
    let (summarizer, device) = summarizer(1);
    pollster::block_on(summarizer.lesson(sample, aim, &device))
}

/// A pair of a corpus in words.
fn in_words(corpus: &Corpus) -> Vec<(SummaryKind, String, String)> {
    let vocabulary = vocabulary();
    let words = |ids: &[_]| vocabulary.decode(ids).join(" ");
    corpus.pairs.iter().map(|pair| (pair.kind, words(&pair.source), words(&pair.target))).collect()
}

#[test]
fn a_line_is_learned_from_its_sentence_and_the_choice_from_all() {
    let points = sample(SummaryKind::KeyPoints, "council voted to open the bridge\n\nThe old ferry crossed the river.");
    let corpus = lesson(&points, TargetMode::Teach).unwrap();
    let pairs = in_words(&corpus);
    let source = "the town council voted to open the bridge again after six years of work .";
    assert_eq!(pairs[0], (SummaryKind::KeyPoints, source.into(), "council voted to open the bridge .".into()));
    assert_eq!(pairs[1].1, "the old ferry crossed the river every morning .");
    assert_eq!(pairs.len(), 2);
    let worth = &corpus.documents[0].worth;
    assert_eq!(worth.len(), 4);
    assert!((worth.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    assert!(worth[0].min(worth[2]) > worth[1].max(worth[3]), "{worth:?}");
}

#[test]
fn a_sentence_that_is_kept_as_it_is_teaches_the_choice_alone() {
    let corpus = lesson(&sample(SummaryKind::KeyPoints, "Nobody drowned in it."), TargetMode::Teach).unwrap();
    assert!(corpus.pairs.is_empty());
    let best = corpus.documents[0].worth.iter().copied().fold(0.0, f32::max);
    assert_eq!(corpus.documents[0].worth[3], best);
}

#[test]
fn headlines_have_no_stop_and_choose_nothing_and_other_kinds_are_asked_for_by_name() {
    let headline = lesson(&sample(SummaryKind::Headline, "Bridge open again."), TargetMode::Teach).unwrap();
    assert!(headline.documents.is_empty());
    let pairs = in_words(&headline);
    assert_eq!((pairs[0].0, pairs[0].2.as_str()), (SummaryKind::Headline, "bridge open again"));
    assert!(
        TEXT.to_lowercase().contains(pairs[0].1.trim_end_matches(" .")),
        "of a sentence of the text: {}",
        pairs[0].1
    );
    // A line of another kind teaches what of its sentence goes.
    let one = lesson(&sample(SummaryKind::Sentence, "The old ferry crossed the river."), TargetMode::Teach).unwrap();
    let (kind, source, target) = in_words(&one)[0].clone();
    assert_eq!((kind, target.as_str()), (SummaryKind::Sentence, "the old ferry crossed the river ."));
    assert!(source.starts_with("the old ferry") && source.len() > target.len(), "{source}");
}

#[test]
fn what_is_kept_is_chosen_as_the_model_does() {
    let points = sample(SummaryKind::KeyPoints, "Nobody drowned in it.");
    let (taught, kept) = (lesson(&points, TargetMode::Teach).unwrap(), lesson(&points, TargetMode::Keep).unwrap());
    assert_ne!(taught.documents[0].worth, kept.documents[0].worth);
    assert!((kept.documents[0].worth.iter().sum::<f32>() - 1.0).abs() < 1e-5);
}

#[test]
fn what_says_nothing_of_its_text_is_refused() {
    let none = TextSample { text: "… 🙂".into(), ..sample(SummaryKind::Tldr, "A ferry.") };
    assert!(matches!(lesson(&none, TargetMode::Teach), Err(TargetError::NoWords)));
    assert!(matches!(lesson(&sample(SummaryKind::Tldr, " \n … "), TargetMode::Teach), Err(TargetError::NoSummary)));
    let other = sample(SummaryKind::Tldr, "Quantum chromodynamics explains hadrons.");
    assert!(matches!(lesson(&other, TargetMode::Teach), Err(TargetError::NothingInCommon)));
}

/// A folder with a summarizer, and texts to replay and to judge by.
fn models() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (Summarizer { network, .. }, device) = summarizer(3);
    let vocabulary = vocabulary();
    let mut words: Vec<&str> = TEXT.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1).collect();
    let lower: Vec<String> = words.drain(..).map(str::to_lowercase).collect();
    let mut lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    lower.sort_unstable();
    lower.dedup();
    let (vocabulary, words) = (vocabulary.to_text().into_bytes(), Lexicon::to_file(lower).into_bytes());
    let weights = pollster::block_on(encode(&network, WeightDType::F16)).unwrap();
    let architecture = architecture(inkling::text::WordPieceVocabulary::parse(&vocabulary).unwrap().len());
    let rounded = {
        let blank = architecture.init(&device).unwrap();
        let weights = inkling::package::WeightFile::decode(&weights, &blank).unwrap();
        let network = weights.load(blank, &device);
        Summarizer::new(network, architecture.clone(), crate::summary::vocabulary(), Lexicon::parse(&words).unwrap())
    };
    let figures = pollster::block_on(rounded.figures(TEXT, &device)).unwrap();
    let manifest = Manifest {
        format: Manifest::<SummarizerConfig>::format(),
        task: "summary".into(),
        name: "summary".into(),
        version: "1.0.0".into(),
        parent: None,
        description: "A small one".into(),
        architecture,
        parameters: 1,
        element: WeightDType::F16,
        files: vec![
            FileEntry::of(WEIGHTS, &weights),
            FileEntry::of(VOCABULARY, &vocabulary),
            FileEntry::of(WORDS, &words),
        ],
        metrics: vec![],
        licence: "MIT".into(),
        training: vec!["nothing".into()],
        known: SummarizerSelfTest { text: TEXT.into(), figures },
    };
    let package = folder.path().join("summary/summary");
    std::fs::create_dir_all(&package).unwrap();
    for (name, bytes) in [(WEIGHTS, &weights), (VOCABULARY, &vocabulary), (WORDS, &words)] {
        std::fs::write(package.join(name), bytes).unwrap();
    }
    let json = serde_json::to_vec(&manifest).unwrap();
    std::fs::write(package.join("model.json"), &json).unwrap();
    let mut catalogue = Catalog::default();
    catalogue.put(&manifest, &json);
    std::fs::write(folder.path().join("catalogue.json"), serde_json::to_vec(&catalogue).unwrap()).unwrap();
    std::fs::create_dir_all(folder.path().join("replay")).unwrap();
    let known =
        [sample(SummaryKind::Headline, "Old ferry crossed"), sample(SummaryKind::KeyPoints, "The old ferry crossed.")];
    texts(&folder.path().join("replay/texts-training.jsonl.gz"), &known);
    texts(
        &folder.path().join("replay/texts-held-out.jsonl.gz"),
        &[sample(SummaryKind::Tldr, "The ferry crossed the river.")],
    );
    folder
}

fn texts(path: &Path, samples: &[TextSample]) {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for sample in samples {
        encoder.write_all(&serde_json::to_vec(sample).unwrap()).unwrap();
        encoder.write_all(b"\n").unwrap();
    }
    std::fs::write(path, encoder.finish().unwrap()).unwrap();
}

fn engine(models: &Path) -> Engine<NativeHost> {
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, NativeHost::new(models), || ())).unwrap();
    let loaded = ask(&engine, 1, Request::Load { model: "summary".into() }).pop();
    assert!(matches!(loaded, Some(Reply::Loaded { .. })), "{loaded:?}");
    engine
}

fn learning(samples: Vec<TextSample>, plan: TrainingConfig) -> Request {
    let lesson = TrainingData::Texts { samples };
    Request::Learn(Box::new(FineTuneRequest {
        model: "summary".into(),
        title: "Mine".into(),
        lesson,
        plan,
        from: StartFrom::Start,
        checkpoint: None,
    }))
}

fn own() -> Vec<TextSample> {
    vec![
        sample(SummaryKind::KeyPoints, "The town council voted to open the bridge."),
        sample(SummaryKind::Tldr, "Council voted to open the bridge again."),
    ]
}

fn learned(replies: &[Reply]) -> &FineTuneResult {
    match replies.last() {
        Some(Reply::Learned(learned)) => learned,
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
fn summaries_are_learned_and_become_a_package() {
    let models = models();
    let engine = engine(models.path());
    let replies = ask(&engine, 2, learning(own(), TrainingConfig { rate: 3e-3, epochs: 3, ..TrainingConfig::TEXTS }));
    let learned = learned(&replies);
    let steps: Vec<_> =
        replies.iter().filter_map(|reply| if let Reply::Learning(step) = reply { Some(step) } else { None }).collect();
    assert_eq!(steps.iter().filter(|step| step.held_out.is_some()).count(), 3, "the curve has a point an epoch");
    assert!(steps.iter().all(|step| step.loss.is_finite() && step.norms.len() > 8));
    assert_eq!(learned.steps, 30);
    let EvaluationComparison::Texts { held_out, own } = &learned.figures else { panic!("{:?}", learned.figures) };
    assert_eq!((held_out.after.texts, own.after.texts), (1, 2));
    assert!(own.after.loss < 0.85 * own.before.loss && own.after.rouge1 > own.before.rouge1, "{own:?}");

    let (manifest, weights) = from_single_file::<SummarizerConfig>(&learned.package).unwrap();
    let parent = std::fs::read(models.path().join("summary/summary/weights.safetensors")).unwrap();
    assert_eq!(manifest.parent.as_deref(), Some(&*sha256(&parent)));
    assert_eq!((manifest.description.as_str(), manifest.metrics.len(), manifest.training.len()), ("Mine", 2, 2));
    assert_ne!(weights, parent);
    assert!(manifest.file(VOCABULARY).is_ok() && manifest.file(WORDS).is_ok());
}

#[test]
fn each_recipe_learns_and_a_rate_that_diverges_is_told() {
    let models = models();
    let engine = engine(models.path());
    for (layers, stages) in [(TrainableLayers::Top, 1), (TrainableLayers::Layered, 3)] {
        let replies = ask(&engine, 2, learning(own(), TrainingConfig { layers, epochs: 1, ..TrainingConfig::TEXTS }));
        assert_eq!(learned(&replies).steps, 10 * stages);
    }
    let replies = ask(&engine, 3, learning(own(), TrainingConfig { rate: 1e30, epochs: 1, ..TrainingConfig::TEXTS }));
    assert_eq!(failed(&replies).kind, FailureKind::Diverged);
}

#[test]
fn what_cannot_be_learned_from_is_told_in_a_sentence() {
    let models = models();
    let engine = engine(models.path());
    let message = |samples| failed(&ask(&engine, 2, learning(samples, TrainingConfig::TEXTS))).message.clone();
    assert!(message(vec![]).contains("nothing to learn from yet"));
    let other = sample(SummaryKind::Tldr, "Quantum chromodynamics explains hadrons.");
    assert!(message(vec![own()[0].clone(), other]).contains("cannot learn from sample 2"));
    let twice = vec![own()[0].clone(), sample(SummaryKind::KeyPoints, "It rained.")];
    assert!(message(twice).contains("Samples 1 and 2 are different summaries of the same text"));
    std::fs::write(models.path().join("replay/texts-held-out.jsonl.gz"), b"no gzip").unwrap();
    assert_eq!(failed(&ask(&engine, 3, learning(own(), TrainingConfig::TEXTS))).kind, FailureKind::Fetch);
}

#[test]
fn a_model_is_measured_by_itself() {
    let models = models();
    let engine = engine(models.path());
    let measure = |samples| Request::Measure { model: "summary".into(), lesson: TrainingData::Texts { samples } };
    let Some(Reply::Measured { figures: measured }) = ask(&engine, 2, measure(own())).pop() else { panic!("measured") };
    let Evaluation::Texts { held_out, own: Some(mine) } = *measured else { panic!("{measured:?}") };
    assert_eq!((held_out.texts, mine.texts), (1, 2));
    let Some(Reply::Measured { figures: measured }) = ask(&engine, 3, measure(vec![])).pop() else {
        panic!("measured")
    };
    assert!(matches!(*measured, Evaluation::Texts { own: None, .. }));
}
