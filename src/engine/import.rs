//! Taking a package that did not come from the catalogue, in one file: our own with its manifest, or a bare file of PyTorch's.

use burn::module::Module;

use super::{
    ConvertedWeights, Engine, ForeignModel, ForeignWeights, failures::refused, load::network, text_model::TextModelSpec,
};
use crate::{
    host::{Go, Host},
    ink::{Image, render},
    models::digits,
    models::summarizer::{network::SummarizerConfig, seq2seq::Seq2SeqConfig},
    package::{
        ClassifierSelfTest, FileEntry, Manifest, ModelFamily, ModelSpec, PackageError, PackageFiles, VOCABULARY,
        WEIGHTS, WORDS, WeightFile, task, unbundle,
    },
    protocol::{Doing, Drawing, Failure, JobId, Point, Reply, Stroke},
};

/// A package that came in one file, of whichever design, with every file that its manifest lists.
#[derive(Clone, Debug)]
pub enum ImportedModel {
    /// A classifier of digits.
    Digits(ParsedPackage<digits::ConvNetConfig>),
    /// A summarizer.
    Summary(ParsedPackage<SummarizerConfig>),
    /// A plain sequence-to-sequence model.
    Plain(ParsedPackage<Seq2SeqConfig>),
}

/// A manifest, and the bytes of its files.
#[derive(Clone, Debug)]
pub struct ParsedPackage<D: ModelSpec> {
    /// The manifest.
    pub manifest: Manifest<D>,
    /// The files; a classifier has weights alone.
    pub files: PackageFiles,
}

/// The files of a manifest, whatever its design.
#[derive(serde::Deserialize)]
struct FileListing {
    files: Vec<FileEntry>,
}

impl<H: Host> Engine<H> {
    /// Takes a package that came as one file: checks it, puts it on the device, asks its known question.
    pub(super) async fn install(
        &self,
        job: JobId,
        name: &str,
        file: &[u8],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        let package = self.accept(job, name, file, reply).await?;
        self.check_cancelled(job)?;
        reply(Reply::Progress { doing: Doing::WarmingUp, done: 0, total: 1 });
        let refused = |error| refused(name, &error);
        match package {
            ImportedModel::Digits(ParsedPackage { manifest, files }) => {
                let network = network(&manifest, &files.weights, &self.device).map_err(refused)?;
                self.put(name, network, manifest).await
            }
            ImportedModel::Summary(ParsedPackage { manifest, files }) => {
                let network = SummarizerConfig::open(&manifest, &files, &self.device).map_err(refused)?;
                self.put_text(name, network, &manifest).await
            }
            ImportedModel::Plain(ParsedPackage { manifest, files }) => {
                let network = Seq2SeqConfig::open(&manifest, &files, &self.device).map_err(refused)?;
                self.put_text(name, network, &manifest).await
            }
        }
    }

    /// Reads a package that came as one file, or a bare file of weights, under a name, and finds what the file does not hold: a
    /// vocabulary and words, by their checksums among the catalogue's packages.
    ///
    /// # Errors
    /// [`Failure`]: what is wrong with the file.
    pub async fn accept(
        &self,
        job: JobId,
        name: &str,
        file: &[u8],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ImportedModel, Failure> {
        let refused = |error| refused(name, &error);
        reply(Reply::Progress { doing: Doing::Checking, done: 0, total: 1 });
        let task = match task(file) {
            Ok(task) => task,
            Err(PackageError::NoManifest) => return self.adopt(job, name, file, reply).await,
            Err(error) => return Err(refused(error)),
        };
        match ModelFamily::of_task(&task).map_err(refused)? {
            ModelFamily::Summarizer => Ok(ImportedModel::Summary(self.complete(job, name, file, reply).await?)),
            ModelFamily::Seq2Seq => Ok(ImportedModel::Plain(self.complete(job, name, file, reply).await?)),
            ModelFamily::Digits => {
                let (mut manifest, weights) = unbundle::<digits::ConvNetConfig>(file).map_err(refused)?;
                manifest.name = name.to_owned();
                Ok(ImportedModel::Digits(ParsedPackage {
                    manifest,
                    files: PackageFiles { weights, ..PackageFiles::default() },
                }))
            }
        }
    }

    /// A package of a model of texts, with the files that it shares with a package of the catalogue.
    async fn complete<D: TextModelSpec>(
        &self,
        job: JobId,
        name: &str,
        file: &[u8],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ParsedPackage<D>, Failure> {
        let (mut manifest, weights) = unbundle::<D>(file).map_err(|error| refused(name, &error))?;
        // Nothing is fetched for what does not fit.
        let fits = |blank: D::Network| WeightFile::check_shapes(&weights, &blank);
        manifest.architecture.blank(&self.device).and_then(fits).map_err(|error| refused(name, &error))?;
        manifest.name = name.to_owned();
        let files = self.words_of(job, &manifest, weights, reply).await?;
        Ok(ParsedPackage { manifest, files })
    }

    /// All files of a manifest, given its weights.
    async fn words_of<D: ModelSpec>(
        &self,
        job: JobId,
        manifest: &Manifest<D>,
        weights: Vec<u8>,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<PackageFiles, Failure> {
        let vocabulary = self.file_of_catalogue(job, manifest, VOCABULARY, reply).await?;
        let words = self.file_of_catalogue(job, manifest, WORDS, reply).await?;
        Ok(PackageFiles { weights, vocabulary, words })
    }

    /// A file that a manifest lists, out of a package of the catalogue that lists the same bytes under the same name.
    async fn file_of_catalogue<D: ModelSpec>(
        &self,
        job: JobId,
        manifest: &Manifest<D>,
        file: &'static str,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Vec<u8>, Failure> {
        let file = manifest.file(file).map_err(|error| refused(&manifest.name, &error))?;
        // One manifest that does not come is no reason to stop looking, but the better reason if nothing is found.
        let mut unread = None;
        for entry in &self.catalogue().await?.models {
            let bytes = match self.manifest(entry).await {
                Ok(bytes) => bytes,
                Err(failure) => {
                    unread.get_or_insert(failure);
                    continue;
                }
            };
            let Ok(listing) = serde_json::from_slice::<FileListing>(&bytes) else { continue };
            if listing.files.contains(file) {
                let mut progress = |done| {
                    reply(Reply::Progress { doing: Doing::Fetching, done, total: file.bytes });
                    if self.check_cancelled(job).is_ok() { Go::On } else { Go::Stop }
                };
                return self.fetch_file(entry, file, &mut progress).await;
            }
        }
        Err(unread.unwrap_or_else(|| {
            let (file, sha256) = (file.name.clone(), file.sha256.clone());
            refused(&manifest.name, &PackageError::NoSuchFile { file, sha256 })
        }))
    }

    /// Takes weights that do not say whose they are for a model that has tensors of their names and shapes. The answer to its question is
    /// made here and now, by this very engine: asked again, the question finds whether the numbers are finite, and not whether they are
    /// right.
    async fn adopt(
        &self,
        job: JobId,
        name: &str,
        file: &[u8],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ImportedModel, Failure> {
        let refused = |error| refused(name, &error);
        let bare = ForeignWeights::read(file).map_err(refused)?;
        match bare.kind(&self.device).map_err(refused)? {
            ForeignModel::Digits(architecture) => {
                Ok(ImportedModel::Digits(self.adopt_digits(name, &bare, architecture).await?))
            }
            ForeignModel::Summary => Ok(ImportedModel::Summary(self.adopt_text(job, name, &bare, reply).await?)),
            ForeignModel::Plain => Ok(ImportedModel::Plain(self.adopt_text(job, name, &bare, reply).await?)),
        }
    }

    async fn adopt_digits(
        &self,
        name: &str,
        bare: &ForeignWeights<'_>,
        architecture: digits::ConvNetConfig,
    ) -> Result<ParsedPackage<digits::ConvNetConfig>, Failure> {
        let refused = |error| refused(name, &error);
        let blank = architecture.blank(&self.device).map_err(refused)?;
        let adopted = bare.adopt(&blank).map_err(refused)?;
        // Answers for now, so that there is a manifest to make the network by.
        let known = ClassifierSelfTest::new(&question(), vec![0.0; architecture.classes]);
        // As it will be asked: its pixels are bytes.
        let question = known.image().map_err(refused)?;
        let entries = vec![FileEntry::of(WEIGHTS, &adopted.weights)];
        let mut manifest = adopted_manifest(name, bare, architecture, &adopted, entries, known);
        let network = network(&manifest, &adopted.weights, &self.device).map_err(refused)?;
        manifest.parameters = network.num_params() as u64;
        manifest.known = ClassifierSelfTest::new(&question, self.logits(&network, &question).await?);
        if manifest.known.logits.iter().any(|logit| !logit.is_finite()) {
            return Err(refused(PackageError::AnswerNotFinite));
        }
        let files = PackageFiles { weights: adopted.weights, ..PackageFiles::default() };
        Ok(ParsedPackage { manifest, files })
    }

    async fn adopt_text<D: TextModelSpec>(
        &self,
        job: JobId,
        name: &str,
        bare: &ForeignWeights<'_>,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ParsedPackage<D>, Failure> {
        let refused = |error| refused(name, &error);
        let catalogue = self.catalogue().await?;
        let entry = catalogue.models.iter().find(|entry| entry.task == D::TASK);
        let entry = entry.ok_or_else(|| refused(PackageError::NoVocabulary(D::TASK)))?;
        let model = Manifest::<D>::parse(&self.manifest(entry).await?).map_err(refused)?;
        let blank = model.architecture.blank(&self.device).map_err(refused)?;
        let adopted = bare.adopt(&blank).map_err(refused)?;
        let mut entries = vec![FileEntry::of(WEIGHTS, &adopted.weights)];
        entries.extend(model.files.iter().filter(|file| [VOCABULARY, WORDS].contains(&file.name.as_str())).cloned());
        let mut manifest = adopted_manifest(name, bare, model.architecture, &adopted, entries, model.known);
        let files = self.words_of(job, &manifest, adopted.weights, reply).await?;
        let network = D::open(&manifest, &files, &self.device).map_err(refused)?;
        manifest.parameters = network.parameters() as u64;
        let figures = network.figures(&manifest.known.text, &self.device).await;
        manifest.known.figures = figures.map_err(|error| self.summary_failure(error))?;
        if manifest.known.figures.iter().any(|figure| !figure.is_finite()) {
            return Err(refused(PackageError::AnswerNotFinite));
        }
        Ok(ParsedPackage { manifest, files })
    }
}

/// What can be said of weights that came without a manifest.
fn adopted_manifest<D: ModelSpec>(
    name: &str,
    bare: &ForeignWeights,
    architecture: D,
    adopted: &ConvertedWeights,
    files: Vec<FileEntry>,
    known: D::Known,
) -> Manifest<D> {
    Manifest {
        format: Manifest::<D>::format(),
        task: D::TASK.to_owned(),
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        parent: None,
        description: bare.description().unwrap_or_else(|| "Weights from another program".to_owned()),
        architecture,
        parameters: 0,
        element: adopted.element,
        files,
        metrics: Vec::new(),
        // SPDX's word for it.
        licence: "NOASSERTION".to_owned(),
        training: vec!["elsewhere: the weights came without a word on it".to_owned()],
        known,
    }
}

/// A seven, drawn in three points.
fn question() -> Image {
    let points = [(0.0, 0.0), (60.0, 0.0), (20.0, 100.0)].map(|(x, y)| Point::new(x, y)).to_vec();
    // There is something to see, so that it can be rendered.
    render(&Drawing { strokes: vec![Stroke { points }] }).unwrap_or_default()
}
