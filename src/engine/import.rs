//! Imports a package from one file: our own with its manifest, or PyTorch's weights without one.

use std::ops::ControlFlow;

use burn::module::Module;

use super::{
    ConvertedWeights, Engine, ForeignModel, ForeignWeights,
    classifier_model::network,
    engine_spec::EngineSpec,
    failures::package_failure,
    import_trial::{TrialError, record_trial, set_weights},
    parsed_package::{ImportedModel, ParsedPackage},
    text_model::TextModelSpec,
};
use crate::{
    host::Host,
    ink::{Image, render},
    models::{digits::ClassifierSpec, with_spec},
    package::{
        ClassifierSelfTest, FileEntry, Manifest, ModelFamily, ModelSpec, PackageError, PackageFiles, VOCABULARY,
        WEIGHTS, WORDS, WeightFile, from_single_file, task,
    },
    protocol::{Activity, Drawing, Failure, JobId, Point, Reply, Stroke},
};

/// What a file holds.
enum FileContent<'a> {
    /// A package of a family, with its manifest.
    Package(ModelFamily),
    /// Weights without a manifest, and the model that they are taken for.
    Weights(ForeignWeights<'a>, ForeignModel),
}

impl FileContent<'_> {
    fn family(&self) -> ModelFamily {
        match self {
            Self::Package(family) => *family,
            Self::Weights(_, model) => model.family,
        }
    }
}

/// The files of a manifest of any family.
#[derive(serde::Deserialize)]
struct FileListing {
    files: Vec<FileEntry>,
}

impl<H: Host> Engine<H> {
    /// Imports a package that came as one file: checks it, puts it on the device, runs its self-test.
    pub(super) async fn install(
        &self,
        job: JobId,
        name: &str,
        file: &[u8],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        let refused = |error| package_failure(name, &error);
        reply(Reply::Progress { doing: Activity::Checking, done: 0, total: 1 });
        let content = self.content(file).map_err(refused)?;
        with_spec!(content.family(), Spec => {
            let mut package: ParsedPackage<Spec> = self.parse(job, name, (file, &content), reply).await?;
            self.check_cancelled(job)?;
            reply(Reply::Progress { doing: Activity::WarmingUp, done: 0, total: 1 });
            let model = <Spec as EngineSpec>::build(&package.manifest, &package.files, &self.device).map_err(refused)?;
            if package.trial.is_none() {
                package.trial = <Spec as EngineSpec>::try_import(self, &model, &mut package.manifest, reply).await?;
                self.check_cancelled(job)?;
            }
            <Spec as EngineSpec>::register(self, name, model, &package.manifest, package.trial).await
        })
    }

    /// Reads a package that came as one file, or a bare file of weights, under a name, and finds what the file does not hold: a
    /// vocabulary and words, by their checksums among the catalogue's packages.
    ///
    /// # Errors
    /// [`Failure`]: what is wrong with the file.
    pub async fn read_package(
        &self,
        job: JobId,
        name: &str,
        file: &[u8],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ImportedModel, Failure> {
        let refused = |error| package_failure(name, &error);
        reply(Reply::Progress { doing: Activity::Checking, done: 0, total: 1 });
        let content = self.content(file).map_err(refused)?;
        with_spec!(content.family(), Spec => {
            let package: ParsedPackage<Spec> = self.parse(job, name, (file, &content), reply).await?;
            ImportedModel::new(package).map_err(refused)
        })
    }

    /// What a file holds, by its manifest or by the names of its tensors.
    fn content<'a>(&self, file: &'a [u8]) -> Result<FileContent<'a>, PackageError> {
        match task(file) {
            Ok(task) => Ok(FileContent::Package(ModelFamily::of_task(&task)?)),
            Err(PackageError::NoManifest) => {
                let weights = ForeignWeights::read(file)?;
                let model = weights.kind(&self.device)?;
                Ok(FileContent::Weights(weights, model))
            }
            Err(error) => Err(error),
        }
    }

    /// The package that a file holds.
    async fn parse<D: EngineSpec>(
        &self,
        job: JobId,
        name: &str,
        (file, content): (&[u8], &FileContent<'_>),
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ParsedPackage<D>, Failure> {
        let refused = |error| package_failure(name, &error);
        match content {
            FileContent::Package(_) => self.complete(job, name, file, reply).await,
            FileContent::Weights(weights, model) => {
                let design = D::known_designs().into_iter().nth(model.design);
                let design = design.ok_or_else(|| refused(PackageError::NoManifest))?;
                D::convert(self, job, name, weights, design, reply).await
            }
        }
    }

    /// A package with its manifest, and the files that it shares with a package of the catalogue.
    async fn complete<D: EngineSpec>(
        &self,
        job: JobId,
        name: &str,
        file: &[u8],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ParsedPackage<D>, Failure> {
        let (mut manifest, weights) = from_single_file::<D>(file).map_err(|error| package_failure(name, &error))?;
        // Nothing is fetched for what does not fit.
        if D::FILES.len() > 1 {
            let fits = |blank: D::Network| WeightFile::check_shapes(&weights, &blank);
            manifest.architecture.blank(&self.device).and_then(fits).map_err(|error| package_failure(name, &error))?;
        }
        manifest.name = name.to_owned();
        let files = self.shared_files(job, &manifest, weights, reply).await?;
        Ok(ParsedPackage { manifest, files, trial: None })
    }

    /// All files of a package, given its weights.
    async fn shared_files<D: EngineSpec>(
        &self,
        job: JobId,
        manifest: &Manifest<D>,
        weights: Vec<u8>,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<PackageFiles, Failure> {
        let mut files = PackageFiles { weights, ..PackageFiles::default() };
        if D::FILES.contains(&VOCABULARY) {
            files.vocabulary = self.file_of_catalogue(job, manifest, VOCABULARY, reply).await?;
        }
        if D::FILES.contains(&WORDS) {
            files.words = self.file_of_catalogue(job, manifest, WORDS, reply).await?;
        }
        Ok(files)
    }

    /// A file that a manifest lists, out of a package of the catalogue that lists the same bytes under the same name.
    async fn file_of_catalogue<D: ModelSpec>(
        &self,
        job: JobId,
        manifest: &Manifest<D>,
        file: &'static str,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Vec<u8>, Failure> {
        let file = manifest.file(file).map_err(|error| package_failure(&manifest.name, &error))?;
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
                    reply(Reply::Progress { doing: Activity::Fetching, done, total: file.bytes });
                    if self.check_cancelled(job).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                };
                return self.fetch_file(entry, file, &mut progress).await;
            }
        }
        Err(unread.unwrap_or_else(|| {
            let (file, sha256) = (file.name.clone(), file.sha256.clone());
            package_failure(&manifest.name, &PackageError::NoSuchFile { file, sha256 })
        }))
    }

    /// Takes weights that do not say whose they are for a classifier that has tensors of their names and shapes. The answer to its
    /// question is made here and now, by this very engine: asked again, the question finds whether the numbers are finite, and not
    /// whether they are right.
    pub(super) async fn convert_foreign_classifier<D: ClassifierSpec>(
        &self,
        name: &str,
        bare: &ForeignWeights<'_>,
        architecture: D,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ParsedPackage<D>, Failure> {
        let refused = |error| package_failure(name, &error);
        let blank = architecture.blank(&self.device).map_err(refused)?;
        let adopted = bare.convert(&blank).map_err(refused)?;
        // Answers for now, so that there is a manifest to make the network by.
        let known = ClassifierSelfTest::new(&question(), vec![0.0; architecture.layers().classes]);
        // As it will be asked: its pixels are bytes.
        let question = known.image().map_err(refused)?;
        let entries = vec![FileEntry::of(WEIGHTS, &adopted.weights)];
        let mut manifest = foreign_manifest(name, bare, architecture, &adopted, entries, known);
        let (adopted, mut trial) =
            self.try_both_orders(&manifest, adopted, reply).await.map_err(|error| match error {
                TrialError::Refused(error) => refused(error),
                TrialError::Failed(failure) => failure,
            })?;
        if let Some(trial) = &mut trial {
            record_trial(&mut manifest, trial);
            trial.notes.clone_from(&adopted.notes);
        }
        set_weights(&mut manifest, &adopted.weights);
        manifest.training.extend(adopted.notes.iter().cloned());
        let network = network(&manifest, &adopted.weights, &self.device).map_err(refused)?;
        manifest.parameters = network.num_params() as u64;
        manifest.known = ClassifierSelfTest::new(&question, self.logits(&network, &question).await?);
        if manifest.known.logits.iter().any(|logit| !logit.is_finite()) {
            return Err(refused(PackageError::AnswerNotFinite));
        }
        let files = PackageFiles { weights: adopted.weights, ..PackageFiles::default() };
        Ok(ParsedPackage { manifest, files, trial })
    }

    /// The same for a model of texts, which is asked what a package of the catalogue is asked.
    pub(super) async fn convert_foreign_text<D: TextModelSpec + EngineSpec>(
        &self,
        job: JobId,
        name: &str,
        bare: &ForeignWeights<'_>,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<ParsedPackage<D>, Failure> {
        let refused = |error| package_failure(name, &error);
        let catalogue = self.catalogue().await?;
        let entry = catalogue.models.iter().find(|entry| entry.task == D::TASK);
        let entry = entry.ok_or_else(|| refused(PackageError::NoVocabulary(D::TASK)))?;
        let model = Manifest::<D>::parse(&self.manifest(entry).await?).map_err(refused)?;
        let blank = model.architecture.blank(&self.device).map_err(refused)?;
        let adopted = bare.convert(&blank).map_err(refused)?;
        let mut entries = vec![FileEntry::of(WEIGHTS, &adopted.weights)];
        entries.extend(model.files.iter().filter(|file| [VOCABULARY, WORDS].contains(&file.name.as_str())).cloned());
        let mut manifest = foreign_manifest(name, bare, model.architecture, &adopted, entries, model.known);
        let files = self.shared_files(job, &manifest, adopted.weights, reply).await?;
        let network = D::open(&manifest, &files, &self.device).map_err(refused)?;
        manifest.parameters = network.parameters() as u64;
        let figures = network.figures(&manifest.known.text, &self.device).await;
        manifest.known.figures = figures.map_err(|error| self.summary_failure(error))?;
        if manifest.known.figures.iter().any(|figure| !figure.is_finite()) {
            return Err(refused(PackageError::AnswerNotFinite));
        }
        Ok(ParsedPackage { manifest, files, trial: None })
    }
}

/// The manifest of weights that came without one.
fn foreign_manifest<D: ModelSpec>(
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
        training: vec!["elsewhere: the file does not say how".to_owned()],
        known,
    }
}

/// The self-test's input: a seven, drawn in three points.
fn question() -> Image {
    let points = [(0.0, 0.0), (60.0, 0.0), (20.0, 100.0)].map(|(x, y)| Point::new(x, y)).to_vec();
    // There is something to see, so that it can be rendered.
    render(&Drawing { strokes: vec![Stroke { points }] }).unwrap_or_default()
}
