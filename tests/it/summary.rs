//! The summarizer with random weights: what holds whatever was learned.

use std::ops::ControlFlow;

use burn::{
    module::{Module, ModuleVisitor, Param},
    tensor::{Device, Tensor},
};
use inkling::{
    models::summarizer::{
        BeamSearchConfig, NullObserver, Summarizer, SummaryError, SummaryEvent, SummaryKind, SummaryLength,
        SummaryObserver, WantedSummary,
        batching::LossKind,
        corpus::{Corpus, TrainingDocument, sentence_targets, training_pair},
        network::{DocumentBatch, Example, ExampleBatch, SummarizerConfig},
        recipe::{BatchMix, SummaryRecipe},
        seq2seq::ReferenceSeq2Seq,
        training::SummaryTrainingSession,
    },
    package::WeightFile,
    protocol::{LineSource, WordOrigin},
    text::{Lexicon, SPECIALS, TokenId, WordPieceVocabulary, words},
};
use proptest::prelude::*;

const WORDS: &str = "the old ferry crossed river every morning and nobody drowned in it who said that people were on a boat when \
                     rain came down town council voted to open bridge again after six years of work";

pub fn vocabulary() -> WordPieceVocabulary {
    let letters = ('a'..='z').chain('0'..='9').flat_map(|c| [c.to_string(), format!("##{c}")]);
    let marks = [".", ",", "!", "?", "\"", "'", "-", "(", ")", ":", "'s"].map(String::from);
    let words = WORDS.split_whitespace().map(String::from).filter(|word| word.len() > 1);
    let pieces: Vec<String> = SPECIALS.map(String::from).into_iter().chain(letters).chain(marks).chain(words).collect();
    WordPieceVocabulary::new(pieces.iter().map(String::as_str)).unwrap()
}

pub fn list() -> Lexicon {
    let mut words: Vec<&str> = WORDS.split_whitespace().collect();
    words.sort_unstable();
    words.dedup();
    Lexicon::parse(Lexicon::to_file(words).as_bytes()).unwrap()
}

pub fn architecture(vocabulary: usize) -> SummarizerConfig {
    SummarizerConfig {
        vocabulary,
        sayable: vocabulary,
        embedding: 16,
        filters: 8,
        document: 8,
        encoder: 8,
        decoder: 16,
        reader: Some(8),
    }
}

pub fn summarizer(seed: u64) -> (Summarizer, Device) {
    let device = Device::flex();
    device.seed(seed);
    let vocabulary = vocabulary();
    let architecture = architecture(vocabulary.len());
    let network = architecture.init(&device).unwrap();
    (Summarizer::new(network, architecture, vocabulary, list()), device)
}

/// Ways in which a text can be none.
const BAD: [&str; 16] = [
    "Ferry",
    "The old ferry crossed the river every morning.",
    "the old ferry crossed the river every morning and nobody drowned in it and then the rain came down on the town",
    "🙂🙂🙂 the ferry 👩‍👩‍👧‍👦 🇨🇭 crossed 🙂",
    "في الصباح عبر الناس النهر. ولم يغرق أحد منهم.",
    "老渡船每天早上过河。没有人淹死。城里的人很高兴。",
    "<html><body><p>The old <b>ferry</b> crossed</p><script>alert(1)</script></body></html>",
    "fn main() { println!(\"{}\", 1 + 1); } // the end\nlet x = vec![1, 2, 3];",
    "Name\tAge\tTown\nAnn\t34\tBern\nBob\t51\tUster\n\n\n\n1\t2\t3",
    "Shall I compare thee\nto a summer's day?\nThou art more lovely\nand more temperate:",
    "Le vieux bac traversait la rivière chaque matin. Personne ne s'est noyé. Les gens étaient contents.",
    "... !!! ??? (((a",
    "a\u{0}b\u{7}c\u{feff}d",
    "\"He said \"that \"people were\" on a boat.\" (It (was not)).",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "1. 2. 3. 4. 5. 6. 7. 8. 9. 10. 11. 12.",
];

const KINDS: [SummaryKind; 5] =
    [SummaryKind::Headline, SummaryKind::Tldr, SummaryKind::KeyPoints, SummaryKind::Teaser, SummaryKind::Sentence];

/// Hears everything, and holds it against what was promised.
#[derive(Default)]
struct Checked {
    source: usize,
    sentences: usize,
    words: Vec<[u32; 2]>,
    unfinished: usize,
}

impl SummaryObserver for Checked {
    fn tell(&mut self, event: SummaryEvent) {
        match event {
            SummaryEvent::Source(source) => {
                self.source += 1;
                self.sentences = source.sentences.len();
                assert!(source.sentences.iter().all(|sentence| (0.0..=1.0).contains(&sentence.salience)));
                self.words = source.words;
            }
            SummaryEvent::Line(line) => {
                assert_eq!(self.source, 1, "the source comes first");
                self.unfinished += usize::from(!line.finished);
            }
            SummaryEvent::Reading { done, total } => assert!(done <= total),
        }
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Summarizes, and checks the lines against the text.
fn summarized(summarizer: &Summarizer, device: &Device, text: &str, kind: SummaryKind, length: SummaryLength) -> usize {
    let mut heard = Checked::default();
    let wanted = WantedSummary::new(kind, length);
    let lines = match pollster::block_on(summarizer.summarize(text, &wanted, device, &mut heard)) {
        // It looks like code, a table or the like, and says so.
        Err(SummaryError::NoRunningText { .. }) => return 0,
        lines => lines.unwrap(),
    };
    assert!(!lines.is_empty(), "{text:?}");
    for (index, line) in lines.iter().enumerate() {
        assert!(line.finished && line.index as usize == index);
        assert!(!line.text.trim().is_empty(), "{text:?}");
        assert!(line.sources.iter().all(|source| (*source as usize) < heard.sentences));
        for word in &line.words {
            let [start, end] = word.span.map(|at| at as usize);
            let said = line.text.get(start..end).expect("spans of the line");
            match word.origin {
                WordOrigin::Copied { word } => {
                    let [start, end] = heard.words[word as usize].map(|at| at as usize);
                    let source = text.get(start..end).expect("spans of the text");
                    // Marks inside of a word, such as tags, are no part of it.
                    let mut letters = source.chars().flat_map(char::to_lowercase);
                    let held = said.chars().flat_map(char::to_lowercase).all(|c| letters.any(|letter| letter == c));
                    assert!(held, "{said:?} of {source:?} in {text:?}");
                }
                // Nothing is said that is neither in the text nor a word nor a mark.
                WordOrigin::InSource => assert!(text.to_lowercase().contains(&said.to_lowercase())),
                WordOrigin::New => {
                    assert!(list().is_known(&said.to_lowercase()) || !said.contains(char::is_alphanumeric))
                }
            }
            let shares: f32 = word.attention.iter().map(|(_, share)| share).sum();
            assert!(shares < 1.001 && word.attention.iter().all(|(at, _)| (*at as usize) < heard.words.len()));
        }
        if line.making == LineSource::Rewritten {
            let ids: Vec<String> = words(&line.text).into_iter().map(|word| word.text).collect();
            let mut threes: Vec<_> = ids.windows(3).collect();
            let count = threes.len();
            threes.sort_unstable();
            threes.dedup();
            assert_eq!(threes.len(), count, "three words follow one another twice: {:?}", line.text);
        }
    }
    lines.len()
}

#[test]
fn every_kind_of_bad_text_gets_a_sensible_answer() {
    for seed in [1, 2] {
        let (summarizer, device) = summarizer(seed);
        for text in BAD {
            for kind in KINDS {
                // Code and tables are no running text, and say so.
                if text.starts_with("fn ") || text.starts_with("Name\t") {
                    let wanted = WantedSummary::new(kind, SummaryLength::Short);
                    let mut nobody = NullObserver;
                    let result = summarizer.summarize(text, &wanted, &device, &mut nobody);
                    let result = pollster::block_on(result);
                    assert!(matches!(result, Err(SummaryError::NoRunningText { .. })), "{text:?}");
                    continue;
                }
                assert!(summarized(&summarizer, &device, text, kind, SummaryLength::Short) > 0, "{text:?}");
            }
        }
    }
}

#[test]
fn a_text_without_words_has_no_summary() {
    let (summarizer, device) = summarizer(1);
    for text in ["", "  \n\t ", "\u{feff}", "... — !!", "-----", "🙂🙂🙂 👩‍👩‍👧‍👦 🇨🇭"] {
        let mut nobody = NullObserver;
        let options = WantedSummary::new(SummaryKind::KeyPoints, SummaryLength::Short);
        let result = summarizer.summarize(text, &options, &device, &mut nobody);
        assert!(matches!(pollster::block_on(result), Err(SummaryError::NoWords)), "{text:?}");
    }
}

#[test]
fn lengths_are_as_many_lines_as_the_text_has() {
    let (summarizer, device) = summarizer(3);
    let text = "The old ferry crossed the river. Nobody drowned in it every morning. People were on a boat when rain came. \
                The town council voted to open the bridge. Six years of work came to nothing again. Who said that it was down? \
                Every morning people were on the river. After rain the bridge was open.";
    for (kind, length, count) in [
        (SummaryKind::KeyPoints, SummaryLength::Short, 3),
        (SummaryKind::KeyPoints, SummaryLength::Medium, 5),
        (SummaryKind::KeyPoints, SummaryLength::Long, 7),
        (SummaryKind::Tldr, SummaryLength::Medium, 3),
        (SummaryKind::Teaser, SummaryLength::Short, 1),
        (SummaryKind::Headline, SummaryLength::Long, 1),
        (SummaryKind::Sentence, SummaryLength::Long, 1),
    ] {
        assert_eq!(summarized(&summarizer, &device, text, kind, length), count);
    }
    assert_eq!(
        summarized(&summarizer, &device, "Nobody drowned in it.", SummaryKind::KeyPoints, SummaryLength::Long),
        1
    );
}

/// Stops after so many pauses.
struct Stopper(usize);

impl SummaryObserver for Stopper {
    fn tell(&mut self, _event: SummaryEvent) {}

    async fn pause(&mut self) -> ControlFlow<()> {
        self.0 = self.0.saturating_sub(1);
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn it_stops_between_two_pieces() {
    let (summarizer, device) = summarizer(1);
    let text = "The old ferry crossed the river every morning and nobody drowned in it. ".repeat(100);
    for pauses in [1, 2, 3, 6] {
        let mut stopper = Stopper(pauses);
        let options = WantedSummary::new(SummaryKind::KeyPoints, SummaryLength::Short);
        let result = summarizer.summarize(&text, &options, &device, &mut stopper);
        assert!(matches!(pollster::block_on(result), Err(SummaryError::Stopped)), "after {pauses}");
    }
}

#[test]
fn a_step_at_a_time_is_the_same_as_all_at_once() {
    let device = Device::flex();
    device.seed(7);
    let network = architecture(60).init(&device).unwrap();
    let ids = |ids: &[u16]| ids.iter().copied().map(TokenId).collect::<Vec<_>>();
    let (source, target) = (ids(&[20, 30, 20, 41, 55, 30]), ids(&[20, 41, 33, 30]));
    let example = Example { source: &source, wanted: TokenId::SENTENCE, target: &target };
    let whole = ExampleBatch::new(&[example], 60, true, &device);
    let memory = network.read(whole.source.clone(), whole.visible.clone()).unwrap();
    let at_once = network.decode(&memory, whole.steps.clone(), memory.start.clone()).unwrap();
    let mut state = memory.start.clone();
    for step in 0..5 {
        let mut steps = whole.steps.clone();
        steps.tokens = steps.tokens.narrow(1, step, 1);
        steps.read = steps.read.narrow(1, step, 1);
        steps.moves = steps.moves.narrow(1, step, 1);
        steps.said = steps.said.narrow(1, step, 1);
        let one = network.decode(&memory, steps, state).unwrap();
        let differ = |a: Tensor<3>, b: Tensor<3>| {
            let difference = (a - b.narrow(1, step, 1)).abs().max().into_data();
            assert!(difference.iter::<f32>().all(|d| d < 1e-5), "step {step}: {difference:?}");
        };
        differ(one.vocabulary, at_once.vocabulary.clone());
        differ(one.attention, at_once.attention.clone());
        differ(one.gate, at_once.gate.clone());
        state = one.state;
    }
}

#[test]
fn what_fills_a_batch_up_changes_nothing() {
    let device = Device::flex();
    device.seed(9);
    let network = architecture(60).init(&device).unwrap();
    let ids = |ids: &[u16]| ids.iter().copied().map(TokenId).collect::<Vec<_>>();
    let (short, long) = (ids(&[20, 30, 41]), ids(&[21, 31, 41, 20, 20, 33, 34, 35]));
    let example = |source, target| Example { source, wanted: TokenId::SENTENCE, target };
    let loss = |examples: &[Example]| -> f32 {
        let batch = ExampleBatch::new(examples, 60, true, &device);
        let memory = network.read(batch.source, batch.visible).unwrap();
        let start = memory.start.clone();
        let decoded = network.decode(&memory, batch.steps, start).unwrap();
        let counted = batch.targets.counted.clone().sum().into_data().iter::<f32>().next().unwrap();
        decoded.loss(&batch.targets).into_data().iter::<f32>().next().unwrap() * counted
    };
    let alone = loss(&[example(&short, &short[..2])]) + loss(&[example(&long, &long[2..])]);
    let together = loss(&[example(&short, &short[..2]), example(&long, &long[2..])]);
    assert!((alone - together).abs() < 1e-3, "{alone} {together}");
}

#[test]
fn what_a_sentence_is_worth_adds_up() {
    for (taken, gains) in [(vec![1, 0, 1], vec![0.3, 0.2, 0.1]), (vec![0, 0], vec![0.0, 0.0]), (vec![1], vec![0.5])] {
        let worth = sentence_targets(&taken, &gains);
        assert!((worth.iter().sum::<f32>() - 1.0).abs() < 1e-5 && worth.iter().all(|worth| *worth >= 0.0));
    }
    assert!(sentence_targets(&[0, 1], &[0.4, 0.4])[1] > 0.7);
}

/// Copies the second and the third piece: learned within some steps, or training is broken. Every stage trains what it says.
#[test]
fn training_goes_through_its_stages_and_learns() {
    let vocabulary = vocabulary();
    let mut recipe = SummaryRecipe::summary(vocabulary.len());
    recipe.architecture = architecture(vocabulary.len());
    for stage in &mut recipe.stages {
        stage.epochs = 20;
        stage.averaging = 0.0;
        stage.schedule = inkling::training::LrSchedule::Constant { rate: 1e-2 };
        stage.variation = BatchMix { noise: stage.variation.noise.ceil(), ..stage.variation };
    }
    let stages = recipe.stages.len();
    let id = |at: usize| TokenId((90 + at % 20) as u16);
    let pairs = (0..400).filter_map(|at| {
        let source = [id(at), id(at * 7 + 1), id(at * 3 + 2), id(at * 5)];
        training_pair(SummaryKind::Sentence, &source, &source[1..3])
    });
    let sentence = |at: usize| (0..8).map(|word| id(at * 3 + word * 5)).collect::<Box<[TokenId]>>();
    // What is worth most begins with a piece of its own.
    let documents = (0..200).map(|at| {
        let mut sentences: Vec<Box<[TokenId]>> = (0..4).map(|n| sentence(at * 4 + n)).collect();
        sentences[at % 4][0] = TokenId(112);
        let worth = (0..4).map(|n| f32::from(u8::from(n == at % 4))).collect();
        TrainingDocument { sentences, worth, places: Box::default() }
    });
    let corpus = Corpus { documents: documents.collect(), pairs: pairs.collect() };
    let mut session: SummaryTrainingSession =
        SummaryTrainingSession::new(recipe, corpus, 1, Device::flex(), 0, None).unwrap();
    let mut last: Vec<(LossKind, f32)> = Vec::new();
    loop {
        let (mut first, mut latest) = (None, None);
        while session.goes_on() {
            let (report, task) = pollster::block_on(session.step()).unwrap();
            first.get_or_insert(report.loss);
            latest = Some((task, report.loss));
        }
        let (first, (task, latest)) = (first.unwrap(), latest.unwrap());
        assert!(latest < first || latest < 0.1, "stage {}: {first} to {latest}", session.stage());
        last.push((task, latest));
        match session.next_stage() {
            Ok(next) => session = next,
            Err(_) => break,
        }
    }
    assert_eq!(last.len(), stages);
    assert!(last[1].0 == LossKind::Salience && last[1].1 < 0.5, "{last:?}");
    assert!(last[2].0 == LossKind::Writing && last[2].1 < 1.5, "{last:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_summarized_without_a_made_up_word(
        text in prop_oneof![
            prop::collection::vec("[a-z]{1,9}|ferry|river|the|[0-9]{1,3}|[.!?,]|[A-Z][a-z]{2,6}", 1..60).prop_map(|words| words.join(" ")),
            "\\PC{1,80}",
        ],
        seed in 0u64..4,
        kind in 0usize..5,
    ) {
        let (mut summarizer, device) = summarizer(seed);
        summarizer.search = Some(BeamSearchConfig { beam: 2, novelty: 0.0, normalization: 1.0 });
        if text.contains(char::is_alphanumeric) && words(&text).iter().any(|word| word.text.contains(char::is_alphanumeric)) {
            summarized(&summarizer, &device, &text, KINDS[kind], SummaryLength::Short);
        }
    }
}

/// What `summary.py` wrote.
#[derive(serde::Deserialize)]
struct Golden {
    literal: GoldenLiteral,
    summarizer: GoldenSummarizer,
    reading_summarizer: GoldenReader,
}

/// A summarizer with a reader, and what it says of three sentences and of the words of the last of them.
#[derive(serde::Deserialize)]
struct GoldenReader {
    parameters: Vec<Parameter>,
    widths: SummarizerConfig,
    sentences: Vec<Vec<u16>>,
    scores: Vec<f32>,
    kept: Vec<f32>,
    relations: Vec<f32>,
    parts_of_speech: Vec<f32>,
    heads: Vec<f32>,
}

#[derive(serde::Deserialize)]
struct GoldenLiteral {
    parameters: Vec<Parameter>,
    logits: Vec<f32>,
}

#[derive(serde::Deserialize)]
struct GoldenSummarizer {
    parameters: Vec<Parameter>,
    widths: SummarizerConfig,
    sentences: Vec<Vec<u16>>,
    source: Vec<u16>,
    target: Vec<u16>,
    scores: Vec<f32>,
    shares: Vec<f32>,
    loss: f32,
    coverage: f32,
    gradients: std::collections::BTreeMap<String, Vec<f32>>,
}

#[derive(serde::Deserialize)]
struct Parameter {
    name: String,
    shape: Vec<usize>,
    salt: usize,
}

/// `tensor` of `summary.py`.
fn wave(count: usize, salt: usize) -> Vec<f32> {
    (0..count).map(|i| (((i * 7919 + salt * 104_729) % 2003) as f32 - 1001.0) / 2048.0).collect()
}

/// PyTorch's weights, by way of a file of PyTorch's.
fn weights(parameters: &[Parameter]) -> Vec<u8> {
    let bytes: Vec<Vec<u8>> = parameters
        .iter()
        .map(|p| wave(p.shape.iter().product(), p.salt).iter().flat_map(|value| value.to_le_bytes()).collect())
        .collect();
    let views = parameters.iter().zip(&bytes).map(|(parameter, bytes)| {
        let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, parameter.shape.clone(), bytes);
        (parameter.name.as_str(), view.unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

fn assert_close(what: &str, actual: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    for (actual, expected) in actual.iter().zip(expected) {
        assert!((actual - expected).abs() < tolerance, "{what}: {actual} is not {expected}");
    }
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

#[test]
fn the_article_s_literal_forward_is_pytorch_s() {
    let golden: Golden = serde_json::from_str(include_str!("../golden/summary.json")).unwrap();
    let device = Device::flex();
    let blank = ReferenceSeq2Seq::new([128, 256, 100, 10_000], &device);
    let layer = WeightFile::decode(&weights(&golden.literal.parameters), &blank).unwrap().load(blank, &device);
    let input = Tensor::from_data(burn::tensor::TensorData::new(wave(2 * 5 * 128, 100), [2, 5, 128]), &device);
    let logits = values(layer.forward(input).unwrap());
    let some: Vec<f32> = logits.into_iter().step_by(997).collect();
    assert_close("logits", &some, &golden.literal.logits, 1e-4);
}

#[test]
fn the_summarizer_and_its_gradients_are_pytorch_s() {
    let golden: Golden = serde_json::from_str(include_str!("../golden/summary.json")).unwrap();
    let golden = golden.summarizer;
    let bytes = weights(&golden.parameters);
    let ids = |ids: &[u16]| ids.iter().copied().map(TokenId).collect::<Vec<_>>();
    let sentences: Vec<Vec<TokenId>> = golden.sentences.iter().map(|sentence| ids(sentence)).collect();
    let (source, target) = (ids(&golden.source), ids(&golden.target));
    for device in [Device::flex(), Device::flex().autodiff()] {
        let blank = golden.widths.init(&device).unwrap();
        let network = WeightFile::decode(&bytes, &blank).unwrap().load(blank, &device);
        let rows: Vec<&[TokenId]> = sentences.iter().map(Vec::as_slice).collect();
        let batch = DocumentBatch::new(&[(rows, &[])], &device);
        // PyTorch was given a wave in place of the figures that are known of a sentence.
        let features = Tensor::from_data(burn::tensor::TensorData::new(wave(3 * 9, 200), [1, 3, 9]), &device);
        let scores = network.salience(batch.words, batch.visible, features, batch.sentences).unwrap();
        let example = Example { source: &source, wanted: TokenId::SENTENCE, target: &target };
        let batch = ExampleBatch::new(&[example], golden.widths.sayable, true, &device);
        let memory = network.read(batch.source, batch.visible).unwrap();
        let start = memory.start.clone();
        let decoded = network.decode(&memory, batch.steps, start).unwrap();
        let (loss, coverage) = (decoded.loss(&batch.targets), decoded.coverage_loss(&batch.targets));
        assert_close("scores", &values(scores.clone()), &golden.scores, 1e-5);
        assert_close("shares", &values(decoded.shares(&batch.targets)), &golden.shares, 1e-5);
        assert_close("loss", &values(loss.clone()), &[golden.loss], 1e-5);
        assert_close("coverage", &values(coverage.clone()), &[golden.coverage], 1e-5);
        if !device.is_autodiff() {
            continue;
        }
        let first = burn::tensor::activation::log_softmax(scores, 1).narrow(1, 1, 1).reshape([1]);
        let gradients = (loss + coverage + first).backward();
        let mut found = Gradients { gradients, path: Vec::new(), found: Default::default() };
        network.visit(&mut found);
        assert_eq!(found.found.len(), golden.gradients.len());
        for (name, gradient) in found.found {
            assert_close(&name, &gradient, &golden.gradients[&name], 1e-5);
        }
    }
}

#[test]
fn the_reader_and_what_stands_above_it_are_pytorch_s() {
    let golden: Golden = serde_json::from_str(include_str!("../golden/summary.json")).unwrap();
    let golden = golden.reading_summarizer;
    let device = Device::flex();
    let blank = golden.widths.init(&device).unwrap();
    let network = WeightFile::decode(&weights(&golden.parameters), &blank).unwrap().load(blank, &device);
    let sentences: Vec<Vec<TokenId>> =
        golden.sentences.iter().map(|ids| ids.iter().copied().map(TokenId).collect()).collect();
    let rows: Vec<&[TokenId]> = sentences.iter().map(Vec::as_slice).collect();
    let batch = DocumentBatch::new(&[(rows, &[])], &device);
    let features = Tensor::from_data(burn::tensor::TensorData::new(wave(3 * 14, 200), [1, 3, 14]), &device);
    let judged = network.words(batch.words.clone(), batch.visible.clone()).unwrap().unwrap();
    let scores = network.salience(batch.words, batch.visible, features, batch.sentences).unwrap();
    assert_close("scores", &values(scores), &golden.scores, 1e-5);
    // The longest sentence is the last one: no piece of it is hidden.
    assert_close("kept", &values(judged.kept.narrow(0, 2, 1)), &golden.kept, 1e-5);
    assert_close("relations", &values(judged.relations.narrow(0, 2, 1)), &golden.relations, 1e-5);
    assert_close("parts of speech", &values(judged.parts_of_speech.narrow(0, 2, 1)), &golden.parts_of_speech, 1e-5);
    assert_close("heads", &values(judged.heads.narrow(0, 2, 1)), &golden.heads, 1e-5);
}

/// The gradients of a network's parameters, in PyTorch's names and layouts.
struct Gradients {
    gradients: burn::tensor::Gradients,
    path: Vec<(String, String)>,
    found: std::collections::BTreeMap<String, Vec<f32>>,
}

impl ModuleVisitor for Gradients {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.path.push((name.to_owned(), container.to_owned()));
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = param.val().grad(&self.gradients) else { return };
        let names: Vec<&str> = self.path.iter().map(|(name, _)| name.as_str()).collect();
        let name = match names.as_slice() {
            [above @ .., "forward", parameter] => format!("{}.{parameter}_l0", above.join(".")),
            [above @ .., "reverse", parameter] => format!("{}.{parameter}_l0_reverse", above.join(".")),
            names => names.join("."),
        };
        let linear = self.path.last().is_some_and(|(_, container)| container == "Struct:Linear");
        let gradient = if linear && D == 2 { gradient.transpose() } else { gradient };
        self.found.insert(name, values(gradient).into_iter().step_by(7).collect());
    }
}
