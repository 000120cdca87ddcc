//! `inkling train ablation`: what each part of the summarizer brings, and how it learns, on a schedule that is short and the same for
//! all.

use std::{path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use burn::tensor::Device;

use super::corpus;
use crate::{
    cli::{
        evaluate::{
            summarizer::{self as evaluate, EvaluationConfig},
            summary_metrics::SummaryMetrics,
        },
        packages::text::{self as packages, LoadedSummarizer},
    },
    models::summarizer::{
        Seq2SeqSummarizer, Summarizer, SummaryKind, SummaryLength,
        batching::LossKind,
        corpus::Corpus,
        losses::TrainableModel,
        network::{SummarizerConfig, SummarizerNetwork},
        recipe::{BatchMix, SummaryRecipe},
        seq2seq::{Seq2SeqConfig, Seq2SeqNetwork},
        training::SummaryTrainingSession,
    },
    protocol::Metric,
    text::{Lexicon, WordPieceVocabulary},
    training::Stage,
};

/// Arguments of `train ablation`.
#[derive(clap::Args)]
pub struct AblationArgs {
    /// The folder that `prepare summary` made.
    #[arg(long)]
    prepared: PathBuf,
    /// The folder of the data sets that are marked as checks: `cnndm.val` and `sentences.val`.
    #[arg(long)]
    data: PathBuf,
    /// The same seed gives the same weights on one machine.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many texts each model is measured on, the first ones.
    #[arg(long, default_value_t = 400)]
    texts: usize,
    /// Write the figures into the summarizer's card.
    #[arg(long)]
    record: bool,
    /// Where the packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
}

/// The share of the noise, of the documents and of the pairs that the schedule of each variant has.
const NOISE: f32 = 0.06;
const DOCUMENTS: f32 = 0.1;
const PAIRS: f32 = 0.15;
/// Texts that are measured for each point of the learning curve.
const CURVE_TEXTS: usize = 150;
/// Pairs before the first point of the learning curve; each point is at twice as many as the one before.
const FIRST_POINT: usize = 2_000;

/// One of the models that are compared.
struct Variant {
    name: &'static str,
    noise: bool,
    coverage: bool,
}

const VARIANTS: [Variant; 3] = [
    Variant { name: "extraction and rewriting", noise: true, coverage: true },
    Variant { name: "without coverage", noise: true, coverage: false },
    Variant { name: "without pre-training", noise: false, coverage: true },
];

impl Variant {
    /// The shipped recipe's stages, shorter.
    fn recipe(&self, vocabulary: usize) -> SummaryRecipe {
        let mut recipe = SummaryRecipe::summary(vocabulary);
        recipe.stages.truncate(4);
        for stage in &mut recipe.stages {
            let mixture = stage.variation;
            stage.variation = BatchMix {
                noise: if mixture.noise > 0.0 { NOISE } else { 0.0 },
                documents: if mixture.documents > 0.0 { DOCUMENTS } else { 0.0 },
                pairs: if mixture.pairs > 0.0 { PAIRS } else { 0.0 },
                coverage: if self.coverage { mixture.coverage } else { 0.0 },
                said: self.coverage,
                ..mixture
            };
        }
        recipe.stages.retain(|stage: &Stage<BatchMix>| self.noise || stage.variation.noise == 0.0);
        recipe
    }
}

/// What is read once.
struct AblationInputs<'a> {
    arguments: &'a AblationArgs,
    vocabulary: Vec<u8>,
    words: Vec<u8>,
    corpus: Corpus,
}

impl AblationInputs<'_> {
    fn parsed(&self) -> Result<(WordPieceVocabulary, Lexicon)> {
        Ok((WordPieceVocabulary::parse(&self.vocabulary)?, Lexicon::parse(&self.words)?))
    }

    fn summarizer(&self, network: SummarizerNetwork, architecture: &SummarizerConfig) -> Result<LoadedSummarizer> {
        let (vocabulary, words) = self.parsed()?;
        Ok(LoadedSummarizer::Summary(Box::new(Summarizer::new(network, architecture.clone(), vocabulary, words))))
    }

    fn plain(&self, network: Seq2SeqNetwork) -> Result<LoadedSummarizer> {
        let (vocabulary, words) = self.parsed()?;
        Ok(LoadedSummarizer::Seq2Seq(Box::new(Seq2SeqSummarizer::new(network, vocabulary, words))))
    }

    /// Key points of the first texts.
    fn key_points(&self, opened: LoadedSummarizer, extract: bool, texts: usize) -> Result<SummaryMetrics> {
        let data = self.arguments.data.join("cnndm.val.jsonl.gz");
        let question = EvaluationConfig {
            data: &data,
            kind: SummaryKind::KeyPoints,
            length: SummaryLength::Short,
            supported: false,
            limit: Some(texts),
        };
        Ok(evaluate::measure(opened, &question, extract)?.model)
    }

    /// Kept-token F1 of all sentences.
    fn kept_f1(&self, opened: LoadedSummarizer) -> Result<f64> {
        let data = self.arguments.data.join("sentences.val.jsonl.gz");
        let question = EvaluationConfig {
            data: &data,
            kind: SummaryKind::Sentence,
            length: SummaryLength::Short,
            supported: false,
            limit: None,
        };
        Ok(evaluate::measure(opened, &question, false)?.model.kept_f1)
    }

    fn metrics(&self, name: &str, figures: SummaryMetrics, kept_f1: Option<f64>) -> Result<Vec<Metric>> {
        let texts = self.arguments.texts;
        let metric = |of: &str, value: f64, data: String| Metric {
            name: format!("{of}, short schedule, {name}"),
            value,
            data,
            command: COMMAND.to_owned(),
        };
        let first = || format!("cnndm.val, the first {texts} texts");
        let mut metrics = vec![
            metric("ROUGE-1 of key points", figures.rouge1, first()),
            metric("ROUGE-2 of key points", figures.rouge2, first()),
            metric("ROUGE-Lsum of key points", figures.rouge_l, first()),
        ];
        metrics.extend(kept_f1.map(|f1| metric("kept-token F1", f1, "sentences.val, 500 sentences".to_owned())));
        for metric in &metrics {
            print_line!("{}: {:.3}", metric.name, metric.value)?;
        }
        Ok(metrics)
    }
}

const COMMAND: &str = "cargo run --release -- train ablation --prepared PREPARED --data DATA/summary --record";

/// Trains all variants one after the other, and measures them.
pub fn run(arguments: &AblationArgs) -> Result<()> {
    let read = |name: &str| {
        let path = arguments.prepared.join(name);
        std::fs::read(&path).with_context(|| format!("reading {}", path.display()))
    };
    let (vocabulary, words) = (read("vocabulary.txt")?, read("words.txt")?);
    let parsed = WordPieceVocabulary::parse(&vocabulary)?;
    let corpus = corpus::read(&arguments.prepared, &parsed)?.training;
    let reader = AblationInputs { arguments, vocabulary, words, corpus };
    let record = |metrics: Vec<Metric>| match arguments.record {
        true => packages::record(&arguments.models, "summary", metrics),
        false => Ok(()),
    };

    let plain = SummaryRecipe::<Seq2SeqConfig>::seed_seq2seq(parsed.len());
    // As many pairs as the others see in all: in two stages.
    let plain = SummaryRecipe {
        stages: plain
            .stages
            .into_iter()
            .map(|stage| Stage { variation: BatchMix { pairs: 2.0 * PAIRS, ..stage.variation }, ..stage })
            .collect(),
        ..plain
    };
    let network = train(&reader, &plain, |_, _, _: &Seq2SeqNetwork| Ok(()))?;
    let figures = reader.key_points(reader.plain(network.clone())?, false, arguments.texts)?;
    record(reader.metrics("the plain model", figures, Some(reader.kept_f1(reader.plain(network)?)?))?)?;

    for (at, variant) in VARIANTS.iter().enumerate() {
        let recipe = variant.recipe(parsed.len());
        let architecture = recipe.architecture.clone();
        let mut next = FIRST_POINT;
        let network = train(&reader, &recipe, |stage, pairs, network: &SummarizerNetwork| {
            // The curve is of the first one alone; what came before pairs is what extraction by itself does.
            if at > 0 {
                return Ok(());
            }
            if stage.name == "middle" && pairs == 0 {
                let opened = reader.summarizer(network.clone(), &architecture)?;
                let figures = reader.key_points(opened, true, arguments.texts)?;
                record(reader.metrics("extraction alone", figures, None)?)?;
            }
            if pairs >= next {
                next *= 2;
                let opened = reader.summarizer(network.clone(), &architecture)?;
                let rouge = reader.key_points(opened, false, CURVE_TEXTS)?.rouge1;
                print_line!("{pairs} pairs: ROUGE-1 {rouge:.3}")?;
                record(vec![Metric {
                    name: format!("ROUGE-1 of key points, short schedule, after {pairs} pairs"),
                    value: rouge,
                    data: format!("cnndm.val, the first {CURVE_TEXTS} texts"),
                    command: COMMAND.to_owned(),
                }])?;
            }
            Ok(())
        })?;
        let network = if variant.coverage { network } else { network.without_coverage() };
        let opened = || reader.summarizer(network.clone(), &recipe.architecture);
        let figures = reader.key_points(opened()?, false, arguments.texts)?;
        record(reader.metrics(variant.name, figures, Some(reader.kept_f1(opened()?)?))?)?;
    }
    Ok(())
}

/// Trains stage by stage; `each` sees the averaged network, with the pairs seen in all, at the end of each stage and whenever the pairs
/// reach the next point of the learning curve.
fn train<N: TrainableModel>(
    reader: &AblationInputs,
    recipe: &SummaryRecipe<N::Architecture>,
    mut each: impl FnMut(&Stage<BatchMix>, usize, &N) -> Result<()>,
) -> Result<N> {
    let started = Instant::now();
    let (mut pairs, mut next) = (0, FIRST_POINT);
    let mut session: SummaryTrainingSession<N> = SummaryTrainingSession::new(
        recipe.clone(),
        reader.corpus.clone(),
        reader.arguments.seed,
        Device::flex(),
        0,
        None,
    )?;
    loop {
        let stage = session.recipe().stages[session.stage()].clone();
        print_line!("Stage {}: {} steps", stage.name, session.progress().1)?;
        while session.goes_on() {
            let (report, task) = pollster::block_on(session.step())?;
            if task == LossKind::Writing && stage.variation.pairs > 0.0 {
                pairs += report.samples;
            }
            if pairs >= next {
                next *= 2;
                each(&stage, pairs, &session.network())?;
            }
        }
        print_line!("{pairs} pairs seen, {:.0} s", started.elapsed().as_secs_f64())?;
        each(&stage, pairs, &session.network())?;
        if session.stage() + 1 == session.recipe().stages.len() {
            return Ok(session.network());
        }
        session = session.next_stage()?;
    }
}
