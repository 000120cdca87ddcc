//! `inkling train summary`.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use burn::tensor::Device;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    super::{
        device::DeviceKind,
        packages::text::{self as packages, SummarizerMetadata},
    },
    checkpoints::CheckpointStore,
    corpus::{self, CorpusSplit},
    held_out::{HeldOutSet, KINDS, LossAccumulator},
    trainable::TrainableSummarizer,
};
use crate::{
    models::summarizer::{
        corpus::Corpus,
        network::SummarizerNetwork,
        recipe::{BatchMix, SummaryRecipe},
        seq2seq::Seq2SeqNetwork,
        training::SummaryTrainingSession,
    },
    package::{WeightDType, WeightFile},
    text::WordPieceVocabulary,
    training::{Checkpoint, EarlyStoppingDecision, EarlyStoppingState, Stage, StepError},
};

/// Arguments of `train summary`.
#[derive(clap::Args)]
pub struct TrainSummaryArgs {
    /// The folder that `prepare summary` made.
    #[arg(long, required_unless_present = "print_recipe")]
    prepared: Option<PathBuf>,
    /// Which model.
    #[arg(long, value_enum, default_value = "summary")]
    model: SummaryModelArg,
    /// A JSON file with another recipe.
    #[arg(long)]
    recipe: Option<PathBuf>,
    /// Print the recipe as JSON, and train nothing.
    #[arg(long)]
    print_recipe: bool,
    /// The same seed gives the same weights on one machine.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What it is trained on.
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceKind,
    /// Where checkpoints go.
    #[arg(long, default_value = "checkpoints")]
    checkpoints: PathBuf,
    /// Go on from the last checkpoint.
    #[arg(long)]
    resume: bool,
    /// Start from a package's weights, by its name or its folder, and not from random ones.
    #[arg(long, conflicts_with = "resume")]
    from: Option<String>,
    /// Write the package of the last checkpoint, and train nothing.
    #[arg(long)]
    pack: bool,
    /// Where packages go.
    #[arg(long, default_value = "models")]
    out: PathBuf,
    /// Only the first stages, so many.
    #[arg(long)]
    stages: Option<usize>,
    /// Pack these weights, which another program trained, and train nothing: safetensors with PyTorch's names and layouts.
    #[arg(long, conflicts_with_all = ["resume", "from", "pack"])]
    weights: Option<PathBuf>,
    /// A text file that says what the weights were trained on and how, a line each, for the model card.
    #[arg(long, requires = "weights")]
    notes: Option<PathBuf>,
    /// How the package holds its weights.
    #[arg(long, value_enum, default_value = "i8")]
    element: PackedElement,
}

/// How a package holds its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PackedElement {
    /// Half precision.
    F16,
    /// Whole numbers of 8 bits, with a scale for each row: half the bytes.
    I8,
}

impl From<PackedElement> for WeightDType {
    fn from(element: PackedElement) -> Self {
        match element {
            PackedElement::F16 => Self::F16,
            PackedElement::I8 => Self::I8,
        }
    }
}

/// The models that can be trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SummaryModelArg {
    /// The summarizer.
    Summary,
    /// The article's plain sequence-to-sequence model.
    SeedSeq2seq,
}

/// Seconds between two checkpoints.
const CHECKPOINT_SECONDS: u64 = 150;

/// Runs a training.
pub fn run(arguments: &TrainSummaryArgs) -> Result<()> {
    match arguments.model {
        SummaryModelArg::Summary => train::<SummarizerNetwork>(arguments),
        SummaryModelArg::SeedSeq2seq => train::<Seq2SeqNetwork>(arguments),
    }
}

fn train<N: TrainableSummarizer>(arguments: &TrainSummaryArgs) -> Result<()> {
    let Some(prepared) = arguments.prepared.as_ref().filter(|_| !arguments.print_recipe) else {
        print_line!("{}", serde_json::to_string_pretty(&recipe::<N>(arguments, 10_000)?)?)?;
        return Ok(());
    };
    let path = prepared.join("vocabulary.txt");
    let vocabulary =
        WordPieceVocabulary::parse(&std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?)?;
    let mut recipe = recipe::<N>(arguments, vocabulary.len())?;
    recipe.stages.truncate(arguments.stages.unwrap_or(usize::MAX));
    let store = CheckpointStore::new(arguments.checkpoints.join(N::NAME));
    if let Some(weights) = &arguments.weights {
        let bytes = std::fs::read(weights).with_context(|| format!("reading {}", weights.display()))?;
        let device = Device::flex();
        let blank = N::init(&recipe.architecture, &device)?;
        let network = WeightFile::decode(&bytes, &blank)?.load(blank, &device);
        let notes = match &arguments.notes {
            Some(path) => std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?,
            None => String::new(),
        };
        let training = notes.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
        return write(arguments, prepared, &recipe, &network, training);
    }
    if arguments.pack {
        return pack::<N>(arguments, prepared, &recipe, &store);
    }
    let device = arguments.device.start()?;
    print_line!("Reading {}", prepared.display())?;
    let CorpusSplit { training, documents, pairs } = corpus::read(prepared, &vocabulary)?;
    print_line!(
        "{} documents and {} pairs to train on; {} documents and {} pairs to measure on",
        training.documents.len(),
        training.pairs.len(),
        documents.len(),
        pairs.pairs.len()
    )?;
    for kind in KINDS {
        let count = training.pairs.iter().filter(|pair| pair.kind == kind).count();
        print_line!("  {count} pairs: {kind:?}")?;
    }
    let weighed = training.documents.iter().filter(|document| !document.worth.is_empty()).count();
    print_line!("  {weighed} documents whose sentences are weighed")?;
    let held_out = HeldOutSet { documents, pairs: pairs.pairs, device: device.clone() };
    let mut session: SummaryTrainingSession<N> = match arguments.resume {
        false => {
            let network = arguments.from.as_deref().map(|name| from::<N>(&arguments.out, name, &device)).transpose()?;
            SummaryTrainingSession::new(recipe, training, arguments.seed, device, 0, network)?
        }
        true => resume(&store, recipe, training, arguments.seed, device)?,
    };
    print_line!("{} parameters", session.network().num_params())?;
    loop {
        stage(&mut session, &held_out, &store)?;
        if session.stage() + 1 == session.recipe().stages.len() {
            return pack::<N>(arguments, prepared, session.recipe(), &store);
        }
        session = session.next_stage()?;
    }
}

/// The network of a package.
fn from<N: TrainableSummarizer>(models: &Path, name: &str, device: &Device) -> Result<N> {
    N::of(packages::open(models, name, device)?).with_context(|| format!("{name} is another kind of model"))
}

/// What it is trained on, for the card.
const SETS: [&str; 2] = [
    "texts and highlights of CNN and the Daily Mail; news articles and their titles; Reuters-21578; Google's compressed sentences: \
     terms that allow research, and no text of theirs is here",
    "abstracts and titles of arXiv (CC0), SciTLDR; a part of the one-sentence summaries of abstracts was written by a language model",
];

/// Writes the package of the last checkpoint.
fn pack<N: TrainableSummarizer>(
    arguments: &TrainSummaryArgs,
    prepared: &Path,
    recipe: &SummaryRecipe<N::Architecture>,
    store: &CheckpointStore,
) -> Result<()> {
    let device = Device::flex();
    let network: N = averaged(store, recipe, &device)?;
    let mut training = match &arguments.from {
        Some(name) => packages::training(&arguments.out, name)?,
        None => SETS.map(str::to_owned).to_vec(),
    };
    training.extend(recipe.stages.iter().map(describe));
    training.push(format!("seed of these {} stages: {}", recipe.stages.len(), arguments.seed));
    write(arguments, prepared, recipe, &network, training)
}

/// Writes a package of some weights, with the words of the folder that they were trained with.
fn write<N: TrainableSummarizer>(
    arguments: &TrainSummaryArgs,
    prepared: &Path,
    recipe: &SummaryRecipe<N::Architecture>,
    network: &N,
    training: Vec<String>,
) -> Result<()> {
    let device = Device::flex();
    let file = |name: &str| {
        let path = prepared.join(name);
        std::fs::read(&path).with_context(|| format!("reading {}", path.display()))
    };
    let draft = SummarizerMetadata {
        name: N::NAME.to_owned(),
        version: "1.0.0".to_owned(),
        description: N::description().to_owned(),
        training,
        architecture: recipe.architecture.clone(),
        vocabulary: file("vocabulary.txt")?,
        words: file("words.txt")?,
        element: arguments.element.into(),
    };
    let folder = network.write(&arguments.out, draft, &device)?;
    print_line!("Wrote {}", folder.display())?;
    Ok(())
}

/// What a stage did, for the model card.
fn describe(stage: &Stage<BatchMix>) -> String {
    let BatchMix { documents, pairs, deletions, noise, coverage, .. } = stage.variation;
    let layers: Vec<String> = stage.layers.iter().map(|layer| format!("{layer:?}").to_lowercase()).collect();
    let mut line =
        format!("{}: trains {}; {} epochs, {:?}", stage.name, layers.join(", "), stage.epochs, stage.optimizer);
    for (share, what) in [
        (noise, "of the texts, a sentence of each restored from noise"),
        (documents, "of the texts whose sentences are weighed"),
        (pairs, "of the pairs"),
    ] {
        if share > 0.0 {
            line += &format!(", {:.0}% {what}", 100.0 * share);
        }
    }
    if deletions > 0.0 {
        line += &format!(", {deletions} times over the pairs in which words were left out");
    }
    if coverage > 0.0 {
        line += &format!(", coverage loss weighed {coverage}");
    }
    line
}

/// The recipe that ships, or the file's.
fn recipe<N: TrainableSummarizer>(
    arguments: &TrainSummaryArgs,
    vocabulary: usize,
) -> Result<SummaryRecipe<N::Architecture>> {
    let Some(path) = &arguments.recipe else { return Ok(N::recipe(vocabulary)) };
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no recipe", path.display()))
}

/// Does what is left of a stage, and says how it goes.
fn stage<N: TrainableSummarizer>(
    session: &mut SummaryTrainingSession<N>,
    held_out: &HeldOutSet,
    store: &CheckpointStore,
) -> Result<()> {
    let (done, steps) = session.progress();
    let name = session.recipe().stages[session.stage()].name.clone();
    print_line!("Stage {name}: step {done} of {steps}")?;
    let bar = ProgressBar::new(steps as u64).with_position(done as u64);
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} steps, {eta} left {msg}")?);
    bar.reset_eta();
    let mut saved = Instant::now();
    let mut tally = LossAccumulator::new();
    while session.goes_on() {
        let (report, task) = match pollster::block_on(session.step()) {
            Ok(report) => report,
            Err(error @ StepError::NotFinite { .. }) => {
                bail!("{error}; the last checkpoint is in {}", store.folder().display())
            }
            Err(error) => return Err(error.into()),
        };
        tally.add(task, report.loss, report.samples);
        bar.set_position(session.progress().0 as u64);
        if session.progress().0.is_multiple_of(20) {
            bar.set_message(tally.to_string());
        }
        if session.progress().0.is_multiple_of(50) && bar.is_hidden() {
            print_line!("{name} {}/{}: {tally}", session.progress().0, session.progress().1)?;
        }
        if saved.elapsed() > Duration::from_secs(CHECKPOINT_SECONDS) {
            if let Err(error) = save(store, session) {
                bar.println(format!("The checkpoint was not written: {error:#}"));
            }
            saved = Instant::now();
        }
        if !report.place.ends_epoch() {
            continue;
        }
        let measured = held_out.measure(session)?;
        bar.suspend(|| print_line!("{name} {}: {tally}; held out {measured}", report.place.epoch + 1))?;
        tally = LossAccumulator::new();
        if session.judge(measured.result()) == EarlyStoppingDecision::Stop {
            bar.suspend(|| print_line!("No better for as long as the stage waits, so it ends."))?;
        }
    }
    save(store, session)?;
    bar.finish();
    Ok(())
}

/// The file that says how far the training is.
const POSITION: &str = "place.json";

fn save<N: TrainableSummarizer>(store: &CheckpointStore, session: &SummaryTrainingSession<N>) -> Result<()> {
    let checkpoint = session.checkpoint().map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let place = SavedPosition {
        stage: session.stage(),
        step: checkpoint.step,
        averaged_steps: checkpoint.averaged_steps,
        waiting: checkpoint.waiting.map(|waiting| (waiting.best, waiting.epochs)),
    };
    store.write(checkpoint, (POSITION, &serde_json::to_vec(&place)?))
}

fn resume<N: TrainableSummarizer>(
    store: &CheckpointStore,
    recipe: SummaryRecipe<N::Architecture>,
    training: Corpus,
    seed: u64,
    device: Device,
) -> Result<SummaryTrainingSession<N>> {
    let place: SavedPosition = serde_json::from_slice(&store.read(POSITION)?).context(POSITION)?;
    let network: N = averaged(store, &recipe, &device)?;
    let blank = network.clone();
    let mut session = SummaryTrainingSession::new(recipe, training, seed, device.clone(), place.stage, Some(network))?;
    let checkpoint = Checkpoint {
        step: place.step,
        averaged_steps: place.averaged_steps,
        waiting: place.waiting.map(|(best, epochs)| EarlyStoppingState { best, epochs }),
        model: store.model(blank)?,
        averaged: averaged(store, session.recipe(), &device)?,
        optimizer: Some(store.optimizer()?),
    };
    session.restore(checkpoint).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    Ok(session)
}

/// The averaged network of the checkpoint.
fn averaged<N: TrainableSummarizer>(
    store: &CheckpointStore,
    recipe: &SummaryRecipe<N::Architecture>,
    device: &Device,
) -> Result<N> {
    store.averaged(N::init(&recipe.architecture, device)?)
}

/// Where a training stands.
#[derive(serde::Serialize, serde::Deserialize)]
struct SavedPosition {
    stage: usize,
    step: usize,
    averaged_steps: u32,
    waiting: Option<(f64, usize)>,
}
