//! Loads a model: fetches the package, checks it, puts it on the device, runs its self-test and times it.

use std::{ops::ControlFlow, rc::Rc};

use burn::tensor::Tensor;

use super::{
    Engine,
    classifier_model::ClassifierModel,
    engine_spec::EngineSpec,
    failures::{fetch_failure, package_failure},
};
use crate::{
    host::{Host, HostError},
    ink::Image,
    models::{
        digits::{ClassifierSpec, ConvNet, batch_tensor},
        with_spec,
    },
    package::{
        Catalog, CatalogEntry, FileEntry, MANIFEST, Manifest, ModelFamily, ModelSpec, PackageError, PackageFiles,
        VOCABULARY, WEIGHTS, WORDS, sha256,
    },
    protocol::{Activity, Failure, FailureKind, ImportTrial, JobId, ModelInfo, Reply},
};

/// The largest size of a catalog or manifest, in bytes.
const LARGEST_JSON: u64 = 1 << 20;

impl<H: Host> Engine<H> {
    pub(super) async fn catalogue(&self) -> Result<Rc<Catalog>, Failure> {
        if let Some(catalogue) = self.catalogue.borrow().clone() {
            return Ok(catalogue);
        }
        let bytes = self.host.read("catalogue.json", LARGEST_JSON).await.map_err(fetch_failure)?;
        let catalogue = Catalog::parse(&bytes).map_err(|error| Failure {
            kind: FailureKind::BadPackage,
            message: format!("The list of models cannot be read: {error}."),
        })?;
        let catalogue = Rc::new(catalogue);
        *self.catalogue.borrow_mut() = Some(catalogue.clone());
        Ok(catalogue)
    }

    pub(super) async fn load(&self, job: JobId, name: &str, reply: &mut dyn FnMut(Reply)) -> Result<Reply, Failure> {
        if let Ok(model) = self.model(name) {
            return Ok(model.loaded.clone());
        }
        if let Some(model) = self.texts.borrow().get(name) {
            return Ok(model.loaded.clone());
        }
        let catalogue = self.catalogue().await?;
        let entry = catalogue.entry(name).map_err(|error| package_failure(name, &error))?;
        let bytes = self.manifest(entry).await?;
        let family = ModelFamily::of_task(&entry.task).map_err(|error| package_failure(name, &error))?;
        let loaded = with_spec!(family, Spec => self.load_package::<Spec>(job, entry, &bytes, reply).await)?;
        self.check_cancelled(job)?;
        Ok(loaded)
    }

    async fn load_package<D: EngineSpec>(
        &self,
        job: JobId,
        entry: &CatalogEntry,
        manifest: &[u8],
        reply: &mut dyn FnMut(Reply),
    ) -> Result<Reply, Failure> {
        let refused = |error| package_failure(&entry.name, &error);
        let manifest = Manifest::<D>::parse(manifest).map_err(refused)?;
        let files = self.fetch(job, entry, &manifest, reply).await?;
        reply(Reply::Progress { doing: Activity::Checking, done: 0, total: 1 });
        let model = D::build(&manifest, &files, &self.device).map_err(refused)?;
        self.check_cancelled(job)?;
        reply(Reply::Progress { doing: Activity::WarmingUp, done: 0, total: 1 });
        D::register(self, &entry.name, model, &manifest, None).await
    }

    /// Runs the self-test of a classifier and adds it to the loaded models.
    pub(super) async fn register_classifier<D: ClassifierSpec>(
        &self,
        name: &str,
        network: ConvNet,
        manifest: &Manifest<D>,
        trial: Option<ImportTrial>,
    ) -> Result<Reply, Failure> {
        let check = self.check(&network, &manifest.known, name).await?;
        let loaded = Reply::Loaded { model: info(manifest), check, trial };
        let model = ClassifierModel::new(network, manifest, loaded.clone());
        self.texts.borrow_mut().remove(name);
        self.models.borrow_mut().insert(name.to_owned(), Rc::new(model));
        Ok(loaded)
    }

    /// Fetches a manifest and verifies its checksum.
    pub(super) async fn manifest(&self, entry: &CatalogEntry) -> Result<Vec<u8>, Failure> {
        let bytes =
            self.host.read(&format!("{}{MANIFEST}", entry.folder()), LARGEST_JSON).await.map_err(fetch_failure)?;
        if sha256(&bytes) != entry.manifest {
            return Err(package_failure(&entry.name, &PackageError::Checksum { file: MANIFEST.to_owned() }));
        }
        Ok(bytes)
    }

    /// Fetches the files of a package and verifies their checksums.
    async fn fetch<D: EngineSpec>(
        &self,
        job: JobId,
        entry: &CatalogEntry,
        manifest: &Manifest<D>,
        reply: &mut dyn FnMut(Reply),
    ) -> Result<PackageFiles, Failure> {
        let refused = |error: PackageError| package_failure(&entry.name, &error);
        let mut listed = Vec::with_capacity(D::FILES.len());
        for name in D::FILES {
            listed.push(manifest.file(name).map_err(refused)?);
        }
        let total = listed.iter().map(|file| file.bytes).sum();
        let mut files = PackageFiles::default();
        let mut before = 0;
        for file in listed {
            let mut progress = |done| {
                reply(Reply::Progress { doing: Activity::Fetching, done: before + done, total });
                if self.check_cancelled(job).is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let bytes = self.fetch_file(entry, file, &mut progress).await?;
            before += file.bytes;
            match file.name.as_str() {
                WEIGHTS => files.weights = bytes,
                VOCABULARY => files.vocabulary = bytes,
                WORDS => files.words = bytes,
                _ => {}
            }
        }
        Ok(files)
    }

    /// Fetches a file of a package and verifies its checksum.
    pub(super) async fn fetch_file(
        &self,
        entry: &CatalogEntry,
        file: &FileEntry,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, Failure> {
        let refused = |error: PackageError| package_failure(&entry.name, &error);
        let path = format!("{}{}", entry.folder(), file.name);
        let bytes = match self.host.fetch(&path, file, progress).await {
            Ok(bytes) => bytes,
            Err(HostError::TooLong { limit, .. }) => {
                let file = file.name.clone();
                return Err(refused(PackageError::Size { file, expected: limit, actual: limit + 1 }));
            }
            Err(error) => return Err(fetch_failure(error)),
        };
        file.check(&bytes).map_err(refused)?;
        Ok(bytes)
    }

    /// The logits of one image; the rejector, where there is one, is computed too, as for every image.
    pub(super) async fn logits(&self, network: &ConvNet, image: &Image) -> Result<Vec<f32>, Failure> {
        let answers: Tensor<2> = network.answers(batch_tensor(std::slice::from_ref(image), &self.device), None);
        let data = answers.into_data_async().await.map_err(|error| self.device_failure(error))?;
        let mut logits: Vec<f32> = data.iter::<f32>().collect();
        if network.has_rejector() {
            logits.pop();
        }
        Ok(logits)
    }
}

/// The description of a model for clients.
pub(super) fn info<D: ModelSpec>(manifest: &Manifest<D>) -> ModelInfo {
    ModelInfo {
        task: manifest.task.clone(),
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        description: manifest.description.clone(),
        parameters: manifest.parameters,
        bytes: manifest.bytes(),
        sha256: manifest.file(WEIGHTS).map(|file| file.sha256.clone()).unwrap_or_default(),
        metrics: manifest.metrics.clone(),
    }
}
