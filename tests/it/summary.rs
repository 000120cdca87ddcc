//! The summarizer with random weights: what holds whatever was learned.

use std::ops::ControlFlow;

use burn::tensor::{Device, Distribution, Tensor};
use inkling::{
    protocol::{Making, Origin},
    summary::{
        Event, Kind, Length, Listener, Nobody, Search, Summarizer, SummaryError,
        model::{Architecture, Example, Examples},
        train::{Corpus, Mixture, Recipe, Session, Task, TrainingDocument, training_pair, worth},
    },
    text::{SPECIALS, TokenId, Vocabulary, WordList, words},
};
use proptest::prelude::*;

const WORDS: &str = "the old ferry crossed river every morning and nobody drowned in it who said that people were on a boat when \
                     rain came down town council voted to open bridge again after six years of work";

fn vocabulary() -> Vocabulary {
    let letters = ('a'..='z').chain('0'..='9').flat_map(|c| [c.to_string(), format!("##{c}")]);
    let marks = [".", ",", "!", "?", "\"", "'", "-", "(", ")", ":", "'s"].map(String::from);
    let words = WORDS.split_whitespace().map(String::from).filter(|word| word.len() > 1);
    let pieces: Vec<String> = SPECIALS.map(String::from).into_iter().chain(letters).chain(marks).chain(words).collect();
    Vocabulary::new(pieces.iter().map(String::as_str)).unwrap()
}

fn list() -> WordList {
    let mut words: Vec<&str> = WORDS.split_whitespace().collect();
    words.sort_unstable();
    words.dedup();
    WordList::parse(WordList::to_file(words).as_bytes()).unwrap()
}

fn architecture(vocabulary: usize) -> Architecture {
    Architecture { vocabulary, sayable: vocabulary, embedding: 16, filters: 8, document: 8, encoder: 8, decoder: 16 }
}

fn summarizer(seed: u64) -> (Summarizer, Device) {
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
    "🙂🙂🙂 👩‍👩‍👧‍👦 🇨🇭",
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

const KINDS: [Kind; 5] = [Kind::Headline, Kind::Tldr, Kind::KeyPoints, Kind::Teaser, Kind::Sentence];

/// Hears everything, and holds it against what was promised.
#[derive(Default)]
struct Checked {
    source: usize,
    sentences: usize,
    words: Vec<[u32; 2]>,
    unfinished: usize,
}

impl Listener for Checked {
    fn tell(&mut self, event: Event) {
        match event {
            Event::Source(source) => {
                self.source += 1;
                self.sentences = source.sentences.len();
                assert!(source.sentences.iter().all(|sentence| (0.0..=1.0).contains(&sentence.salience)));
                self.words = source.words;
            }
            Event::Line(line) => {
                assert_eq!(self.source, 1, "the source comes first");
                self.unfinished += usize::from(!line.finished);
            }
            Event::Reading { done, total } => assert!(done <= total),
        }
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Summarizes, and checks the lines against the text.
fn summarized(summarizer: &Summarizer, device: &Device, text: &str, kind: Kind, length: Length) -> usize {
    let mut heard = Checked::default();
    let lines = pollster::block_on(summarizer.summarize(text, kind, length, device, &mut heard)).unwrap();
    assert!(!lines.is_empty(), "{text:?}");
    for (index, line) in lines.iter().enumerate() {
        assert!(line.finished && line.index as usize == index);
        assert!(!line.text.trim().is_empty(), "{text:?}");
        assert!(line.sources.iter().all(|source| (*source as usize) < heard.sentences));
        for word in &line.words {
            let [start, end] = word.span.map(|at| at as usize);
            let said = line.text.get(start..end).expect("spans of the line");
            match word.origin {
                Origin::Copied { word } => {
                    let [start, end] = heard.words[word as usize].map(|at| at as usize);
                    let source = text.get(start..end).expect("spans of the text");
                    assert_eq!(said.to_lowercase(), source.to_lowercase(), "{text:?}");
                }
                // Nothing is said that is neither in the text nor a word nor a mark.
                Origin::InSource => assert!(text.to_lowercase().contains(&said.to_lowercase())),
                Origin::New => assert!(list().is_known(&said.to_lowercase()) || !said.contains(char::is_alphanumeric)),
            }
            let shares: f32 = word.attention.iter().map(|(_, share)| share).sum();
            assert!(shares < 1.001 && word.attention.iter().all(|(at, _)| (*at as usize) < heard.words.len()));
        }
        if line.making == Making::Rewritten {
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
                summarized(&summarizer, &device, text, kind, Length::Short);
            }
        }
    }
}

#[test]
fn a_text_without_words_has_no_summary() {
    let (summarizer, device) = summarizer(1);
    for text in ["", "  \n\t ", "\u{feff}", "... — !!", "-----"] {
        let result = summarizer.summarize(text, Kind::KeyPoints, Length::Short, &device, &mut Nobody);
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
        (Kind::KeyPoints, Length::Short, 3),
        (Kind::KeyPoints, Length::Medium, 5),
        (Kind::KeyPoints, Length::Long, 7),
        (Kind::Tldr, Length::Medium, 3),
        (Kind::Teaser, Length::Short, 1),
        (Kind::Headline, Length::Long, 1),
        (Kind::Sentence, Length::Long, 1),
    ] {
        assert_eq!(summarized(&summarizer, &device, text, kind, length), count);
    }
    assert_eq!(summarized(&summarizer, &device, "Nobody drowned in it.", Kind::KeyPoints, Length::Long), 1);
}

/// Stops after so many pauses.
struct Stopper(usize);

impl Listener for Stopper {
    fn tell(&mut self, _event: Event) {}

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
        let result = summarizer.summarize(&text, Kind::KeyPoints, Length::Short, &device, &mut Stopper(pauses));
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
    let whole = Examples::new(&[example], 60, true, &device);
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
        let batch = Examples::new(examples, 60, true, &device);
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
        let worth = worth(&taken, &gains);
        assert!((worth.iter().sum::<f32>() - 1.0).abs() < 1e-5 && worth.iter().all(|worth| *worth >= 0.0));
    }
    assert!(worth(&[0, 1], &[0.4, 0.4])[1] > 0.7);
}

/// Copies the second and the third piece: learned within some steps, or training is broken. Every stage trains what it says.
#[test]
fn training_goes_through_its_stages_and_learns() {
    let vocabulary = vocabulary();
    let mut recipe = Recipe::summary(vocabulary.len());
    recipe.architecture = architecture(vocabulary.len());
    for stage in &mut recipe.stages {
        stage.epochs = 3;
        stage.averaging = 0.0;
        stage.schedule = inkling::learn::Schedule::Constant { rate: 1e-2 };
        stage.variation = Mixture { noise: stage.variation.noise.ceil(), ..stage.variation };
    }
    let id = |at: usize| TokenId((90 + at % 20) as u16);
    let pairs = (0..400).filter_map(|at| {
        let source = [id(at), id(at * 7 + 1), id(at * 3 + 2), id(at * 5)];
        training_pair(Kind::Sentence, &source, &source[1..3])
    });
    let sentence = |at: usize| (0..8).map(|word| id(at * 3 + word * 5)).collect::<Box<[TokenId]>>();
    // What is worth most begins with a piece of its own.
    let documents = (0..200).map(|at| {
        let mut sentences: Vec<Box<[TokenId]>> = (0..4).map(|n| sentence(at * 4 + n)).collect();
        sentences[at % 4][0] = TokenId(112);
        let worth = (0..4).map(|n| f32::from(u8::from(n == at % 4))).collect();
        TrainingDocument { sentences, worth }
    });
    let corpus = Corpus { documents: documents.collect(), pairs: pairs.collect() };
    let mut session = Session::new(recipe, corpus, 1, Device::flex(), 0, None).unwrap();
    let mut last: Vec<(Task, f32)> = Vec::new();
    loop {
        let (mut first, mut latest) = (None, None);
        while session.goes_on() {
            let (report, task) = pollster::block_on(session.step()).unwrap();
            first.get_or_insert(report.loss);
            latest = Some((task, report.loss));
        }
        let (first, (task, latest)) = (first.unwrap(), latest.unwrap());
        assert!(latest < first, "stage {}: {first} to {latest}", session.stage());
        last.push((task, latest));
        match session.next_stage() {
            Ok(next) => session = next,
            Err(_) => break,
        }
    }
    assert_eq!(last.len(), 4);
    assert!(last[1].0 == Task::Salience && last[1].1 < 0.5, "{last:?}");
    assert!(last[2].0 == Task::Writing && last[2].1 < 1.5, "{last:?}");
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
        summarizer.search = Search { beam: 2, novelty: 0.0, ..Search::default() };
        if text.contains(char::is_alphanumeric) && words(&text).iter().any(|word| word.text.contains(char::is_alphanumeric)) {
            summarized(&summarizer, &device, &text, KINDS[kind], Length::Short);
        }
    }
}
