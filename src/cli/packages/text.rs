//! Packages of summarizers on disk.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use burn::{module::Module, tensor::Device};

use super::{put, read};
use crate::{
    models::summarizer::{
        Seq2SeqSummarizer, Summarizer, SummaryObserver, WantedSummary,
        network::{PARTS_OF_SPEECH, RELATIONS, SummarizerConfig, SummarizerNetwork},
        seq2seq::{Seq2SeqConfig, Seq2SeqNetwork},
    },
    package::{
        Catalog, FileEntry, MANIFEST, Manifest, ModelFamily, ModelSpec, PackageFiles, SummarizerSelfTest, TextFamily,
        VOCABULARY, WEIGHTS, WORDS, WeightDType, WeightFile, encode,
    },
    protocol::{Metric, SummaryLine},
    text::{Lexicon, WordPieceVocabulary},
};

/// Either of the models that summarize.
pub enum LoadedSummarizer {
    /// The summarizer.
    Summary(Box<Summarizer>),
    /// The plain model.
    Seq2Seq(Box<Seq2SeqSummarizer>),
}

impl LoadedSummarizer {
    /// Summarizes a text.
    pub fn summarize(
        &self,
        text: &str,
        options: &WantedSummary,
        device: &Device,
        listener: &mut impl SummaryObserver,
    ) -> Result<Vec<SummaryLine>> {
        Ok(match self {
            Self::Summary(model) => pollster::block_on(model.summarize(text, options, device, listener))?,
            Self::Seq2Seq(model) => pollster::block_on(model.summarize(text, options, device, listener))?,
        })
    }
}

/// Reads a package by its name in the catalogue, or by its folder.
pub fn open(models: &Path, name: &str, device: &Device) -> Result<LoadedSummarizer> {
    let folder = folder(models, name)?;
    let bytes = read(&folder.join(MANIFEST))?;
    let family = family_of(&bytes)?;
    Ok(match family.reads_text() {
        Some(TextFamily::Seq2Seq) => {
            let manifest = Manifest::<Seq2SeqConfig>::parse(&bytes)?;
            LoadedSummarizer::Seq2Seq(Box::new(Seq2SeqSummarizer::open(
                &manifest,
                &files(&manifest, &folder)?,
                device,
            )?))
        }
        Some(TextFamily::Summarizer) => {
            let manifest = Manifest::<SummarizerConfig>::parse(&bytes)?;
            LoadedSummarizer::Summary(Box::new(Summarizer::open(&manifest, &files(&manifest, &folder)?, device)?))
        }
        None => bail!("{name} reads {}: it summarizes no text", family.task()),
    })
}

fn files<D: ModelSpec>(manifest: &Manifest<D>, folder: &Path) -> Result<PackageFiles> {
    let file = |name: &'static str| -> Result<Vec<u8>> {
        let bytes = read(&folder.join(name))?;
        manifest.file(name)?.check(&bytes)?;
        Ok(bytes)
    };
    Ok(PackageFiles { weights: file(WEIGHTS)?, vocabulary: file(VOCABULARY)?, words: file(WORDS)? })
}

/// The folder of a package, by its name in the catalogue, or the folder itself.
pub fn folder(models: &Path, name: &str) -> Result<PathBuf> {
    if Path::new(name).join(MANIFEST).is_file() {
        return Ok(PathBuf::from(name));
    }
    let bytes = read(&models.join("catalogue.json"))?;
    Ok(models.join(Catalog::parse(&bytes)?.entry(name)?.folder()))
}

/// What training knows of a summarizer that it is about to write.
pub struct SummarizerMetadata<A> {
    /// The package's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One line for a visitor.
    pub description: String,
    /// What it was trained on, and how.
    pub training: Vec<String>,
    /// The widths.
    pub architecture: A,
    /// The vocabulary's file.
    pub vocabulary: Vec<u8>,
    /// The words' file.
    pub words: Vec<u8>,
    /// How the weights are held.
    pub element: WeightDType,
}

/// The widths of a model of texts, as packages hold it.
pub trait PackagedSummarizer: ModelSpec<Known = SummarizerSelfTest> {
    /// Figures that come out of every layer.
    fn figures(
        &self,
        network: Self::Network,
        vocabulary: WordPieceVocabulary,
        words: Lexicon,
        device: &Device,
    ) -> Result<Vec<f32>>;

    /// What it reads and cannot do, and its layers as rows of a table.
    fn card(&self) -> String;
}

impl PackagedSummarizer for SummarizerConfig {
    fn figures(
        &self,
        network: SummarizerNetwork,
        vocabulary: WordPieceVocabulary,
        words: Lexicon,
        device: &Device,
    ) -> Result<Vec<f32>> {
        let summarizer = Summarizer::new(network, self.clone(), vocabulary, words);
        Ok(pollster::block_on(summarizer.figures(QUESTION, device))?)
    }

    fn card(&self) -> String {
        let Self { vocabulary, sayable, embedding, filters, document, encoder, decoder, reader } = self;
        let below = match reader {
            Some(reader) => format!(
                "| bottom | two bidirectional LSTMs over the words of a sentence | 2 × {reader} each |\n\
                 | bottom | parts of speech, relations, heads | {} + {} + 2 × 96 |\n\
                 | top | whether a word is kept, as three kinds of writers would | 96, 3 |\n\
                 | middle | filters over the words' states, largest of each | {filters} |\n",
                PARTS_OF_SPEECH.len(),
                RELATIONS.len()
            ),
            None => format!("| middle | convolution over three words, largest of each filter | {filters} |\n"),
        };
        format!(
            "Reads English. It chooses sentences by what it learned of news, abstracts and texts of other kinds, and shortens some of them. It\n\
             only leaves words out: each line is, in order, words of one sentence of the text, and most lines are whole sentences. What may be\n\
             left out is decided by rules (`models::summarizer::shortening`): nothing that holds a word of negation, exclusion, condition,\n\
             modality, doubt or attribution. The model decides which of it goes. A headline is the text's own title, or a sentence of it cut\n\
             in the same way. A sentence that is taken out of its text may still need what stood around it.\n\n\
             | part | layer | widths |\n|---|---|---|\n\
             | bottom | embeddings | {vocabulary} × {embedding} |\n\
             {below}\
             | middle | bidirectional LSTM over sentences | 2 × {document} |\n\
             | top | bidirectional LSTM over words | 2 × {encoder} |\n\
             | top | LSTM with attention, copying and coverage | {decoder} |\n\
             | top | pieces it can say without copying | {sayable} |\n\n"
        )
    }
}

impl PackagedSummarizer for Seq2SeqConfig {
    fn figures(
        &self,
        network: Seq2SeqNetwork,
        vocabulary: WordPieceVocabulary,
        _words: Lexicon,
        device: &Device,
    ) -> Result<Vec<f32>> {
        let figures = pollster::block_on(network.figures(QUESTION, &vocabulary, device));
        figures.map_err(|error| anyhow::anyhow!("{error:?}"))
    }

    fn card(&self) -> String {
        let Self { vocabulary, embedding, encoder, decoder } = self;
        format!(
            "A textbook sequence-to-sequence model, as a baseline: it has no attention and cannot copy, so that it says\n\
             things that the text does not. Its lines are its own and nothing checks them: it is there to be compared with, not to be\n\
             relied on. As printed, its forward has no embedding, feeds what the encoder gives to the decoder and ignores the target; this\n\
             package adds an embedding, a bridge for the state and teacher forcing, which it needs to learn.\n\n\
             | layer | widths |\n|---|---|\n\
             | embeddings | {vocabulary} × {embedding} |\n\
             | LSTM that reads | {embedding} → {encoder} |\n\
             | bridge, hidden and cell state | {encoder} → {decoder} |\n\
             | LSTM that writes | {embedding} → {decoder} |\n\
             | dense | {decoder} → {vocabulary} |\n\n"
        )
    }
}

/// A text of our own: the question that the package asks an engine.
const QUESTION: &str = "The town council voted on Monday to reopen the old ferry across the river, which had been closed for six years. \
    Mayor Ann Harper said that the crossing would carry 400 people a day. Some shop owners doubt it. \
    The old ferry across the river would reopen.";

/// Writes a network as a package, and puts it into the catalogue.
pub fn write<A: PackagedSummarizer>(
    models: &Path,
    draft: SummarizerMetadata<A>,
    network: &A::Network,
    device: &Device,
) -> Result<PathBuf> {
    let bytes = pollster::block_on(encode(network, draft.element))?;
    let blank = draft.architecture.blank(device)?;
    // What is asked is the package, not what it was before its weights were rounded.
    let rounded = WeightFile::decode(&bytes, &blank)?.load(blank, device).valid();
    let parameters = rounded.num_params() as u64;
    let (vocabulary, words) = (WordPieceVocabulary::parse(&draft.vocabulary)?, Lexicon::parse(&draft.words)?);
    let figures = draft.architecture.figures(rounded, vocabulary, words, device)?;
    let manifest = Manifest {
        format: Manifest::<A>::format(),
        task: A::TASK.to_owned(),
        name: draft.name,
        version: draft.version,
        parent: None,
        description: draft.description,
        architecture: draft.architecture,
        parameters,
        element: draft.element,
        files: vec![
            FileEntry::of(WEIGHTS, &bytes),
            FileEntry::of(VOCABULARY, &draft.vocabulary),
            FileEntry::of(WORDS, &draft.words),
        ],
        metrics: Vec::new(),
        licence: "MIT OR Apache-2.0".to_owned(),
        training: draft.training,
        known: SummarizerSelfTest { text: QUESTION.to_owned(), figures },
    };
    let folder = models.join(&manifest.task).join(&manifest.name);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    put(&folder.join(WEIGHTS), &bytes)?;
    put(&folder.join(VOCABULARY), &draft.vocabulary)?;
    put(&folder.join(WORDS), &draft.words)?;
    update(models, &folder, &manifest)?;
    Ok(folder)
}

/// Writes what was measured into a package's manifest, in place of older figures of the same name and data.
pub fn record(models: &Path, name: &str, metrics: Vec<Metric>) -> Result<()> {
    let folder = folder(models, name)?;
    let bytes = read(&folder.join(MANIFEST))?;
    let family = family_of(&bytes)?;
    match family.reads_text() {
        Some(TextFamily::Seq2Seq) => add::<Seq2SeqConfig>(models, &folder, &bytes, metrics),
        Some(TextFamily::Summarizer) => add::<SummarizerConfig>(models, &folder, &bytes, metrics),
        None => bail!("{name} reads {}: its figures are recorded when it is evaluated", family.task()),
    }
}

fn add<A: PackagedSummarizer>(models: &Path, folder: &Path, manifest: &[u8], metrics: Vec<Metric>) -> Result<()> {
    let mut manifest = Manifest::<A>::parse(manifest)?;
    for metric in metrics {
        manifest.metrics.retain(|other| (&other.name, &other.data) != (&metric.name, &metric.data));
        manifest.metrics.push(metric);
    }
    update(models, folder, &manifest)
}

/// What a package says that it was trained on, and how.
pub fn training(models: &Path, name: &str) -> Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct TrainingFacts {
        training: Vec<String>,
    }
    let path = folder(models, name)?.join(MANIFEST);
    let bytes = read(&path)?;
    Ok(serde_json::from_slice::<TrainingFacts>(&bytes).with_context(|| path.display().to_string())?.training)
}

/// The family of the model of a manifest.
pub fn family_of(manifest: &[u8]) -> Result<ModelFamily> {
    #[derive(serde::Deserialize)]
    struct TaskName {
        task: String,
    }
    let TaskName { task } = serde_json::from_slice(manifest).context("the manifest names no task")?;
    Ok(ModelFamily::of_task(&task)?)
}

/// Writes the manifest, the card, and the catalogue that holds the manifest's checksum.
fn update<A: PackagedSummarizer>(models: &Path, folder: &Path, manifest: &Manifest<A>) -> Result<()> {
    let mut bytes = serde_json::to_vec_pretty(manifest)?;
    bytes.push(b'\n');
    put(&folder.join(MANIFEST), &bytes)?;
    put(&folder.join("README.md"), card(manifest).as_bytes())?;
    let path = models.join("catalogue.json");
    let mut catalogue = if path.is_file() { Catalog::parse(&read(&path)?)? } else { Catalog::default() };
    catalogue.put(manifest, &bytes);
    let mut bytes = serde_json::to_vec_pretty(&catalogue)?;
    bytes.push(b'\n');
    put(&path, &bytes)
}

/// The model card, made of the manifest so that it cannot say anything else.
fn card<A: PackagedSummarizer>(manifest: &Manifest<A>) -> String {
    let mut card = format!("# {}\n\n{}.\n\n", manifest.name, manifest.description);
    card += &manifest.architecture.card();
    card += &format!(
        "{} parameters, {} bytes of {:?} weights, vocabulary and words. Licence: {}.\n\n",
        manifest.parameters,
        manifest.bytes(),
        manifest.element,
        manifest.licence
    );
    card += "## Training\n\n";
    manifest.training.iter().for_each(|line| card += &format!("- {line}\n"));
    card += "\n## Measured\n\n| what | value | data | command |\n|---|---|---|---|\n";
    for Metric { name, value, data, command } in &manifest.metrics {
        card += &format!("| {name} | {value:.3} | {data} | `{command}` |\n");
    }
    card += "\nNothing of these data was trained on.\n";
    card
}
