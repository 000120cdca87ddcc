//! The service: a device, the loaded models, and one async function from a request to its replies.
//!
//! Reaches the outside through [`Host`] alone, so that one engine runs in the worker, on the command line and in tests.

mod classifier_model;
mod classify;
mod device;
mod engine_spec;
mod failures;
mod fine_tune;
mod foreign_weights;
mod import;
mod import_trial;
mod lab;
mod lab_networks;
mod load;
mod parsed_package;
mod request_limits;
mod self_test;
mod summarize;
mod text_model;

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

use burn::tensor::{Device, ExecutionError};

use crate::{
    host::Host,
    models::digits::Dataset,
    package::Catalog,
    protocol::{
        EngineInfo, EngineKind, Failure, FailureKind, JobId, PROTOCOL_VERSION, Reply, Request, RunState, VERSION,
    },
};

use classifier_model::ClassifierModel;
use failures::cancelled_failure;
use text_model::TextModel;

pub use classifier_model::network;
pub use device::start_device;
pub use failures::device_lost_failure;
pub use foreign_weights::{ConvertedWeights, ForeignModel, ForeignWeights};
pub use parsed_package::ImportedModel;

/// A running engine.
pub struct Engine<H> {
    host: H,
    device: Device,
    info: EngineInfo,
    models: RefCell<HashMap<String, Rc<ClassifierModel>>>,
    /// Those that read texts.
    texts: RefCell<HashMap<String, Rc<TextModel>>>,
    catalogue: RefCell<Option<Rc<Catalog>>>,
    cancelled: RefCell<HashSet<JobId>>,
    /// Jobs that rest.
    held: RefCell<HashSet<JobId>>,
    /// Jobs that end with what they have learned so far.
    finishing: RefCell<HashSet<JobId>>,
    /// Slices of MNIST, once they were fetched.
    slices: RefCell<HashMap<String, Dataset>>,
    /// What the Lab trained last.
    lab: RefCell<Option<Rc<lab_networks::LabNetworks>>>,
    lost: Rc<Cell<bool>>,
}

impl<H: Host> Engine<H> {
    /// Starts a device. `on_lost` is called once if it is lost later.
    ///
    /// # Errors
    /// Why there is no such device.
    pub async fn start(kind: EngineKind, host: H, on_lost: impl FnOnce() + 'static) -> Result<Self, Failure> {
        let lost = Rc::new(Cell::new(false));
        let flag = lost.clone();
        let (device, info) = start_device(kind, &host, move || {
            flag.set(true);
            on_lost();
        })
        .await?;
        Ok(Self {
            host,
            device,
            info,
            models: RefCell::default(),
            texts: RefCell::default(),
            catalogue: RefCell::default(),
            cancelled: RefCell::default(),
            held: RefCell::default(),
            finishing: RefCell::default(),
            slices: RefCell::default(),
            lab: RefCell::default(),
            lost,
        })
    }

    /// Builds the first reply: the versions of the worker, and the device that runs the models.
    pub fn ready(&self) -> Reply {
        Reply::Ready { version: VERSION.to_owned(), protocol: PROTOCOL_VERSION, engine: self.info.clone() }
    }

    /// Answers a request. Every reply goes to `reply`, the last one is final.
    pub async fn handle(&self, job: JobId, request: Request, reply: &mut dyn FnMut(Reply)) {
        let answer = match request {
            Request::Start { .. } => Ok(self.ready()),
            Request::Catalogue => self.catalogue().await.map(|catalogue| Reply::Catalogue {
                models: catalogue.models.iter().map(|entry| entry.summary()).collect(),
            }),
            Request::Load { model } => self.load(job, &model, reply).await,
            Request::Classify { model, input, layers } => self.classify(&model, input, layers).await,
            Request::Summarize(ask) => self.summarize(job, &ask, reply).await,
            Request::Time { model, runs } => self.time(job, &model, runs, reply).await,
            Request::Install { name, package } => self.install(job, &name, &package, reply).await,
            Request::Learn(ask) => self.learn(job, &ask, reply).await,
            Request::Measure { model, lesson } => self.measure(job, &model, &lesson, reply).await,
            Request::Lab(ask) => self.lab(job, &ask, reply).await,
            Request::Missing(ask) => self.missing(job, ask, reply).await,
            Request::Hold { target, rest } => {
                let mut held = self.held.borrow_mut();
                match rest {
                    RunState::Hold => held.insert(target),
                    RunState::GoOn => held.remove(&target),
                };
                Ok(Reply::Heard)
            }
            Request::Finish { target } => {
                self.finishing.borrow_mut().insert(target);
                Ok(Reply::Heard)
            }
            Request::Cancel { target } => {
                self.cancelled.borrow_mut().insert(target);
                Ok(Reply::Cancelling)
            }
        };
        self.cancelled.borrow_mut().remove(&job);
        self.held.borrow_mut().remove(&job);
        self.finishing.borrow_mut().remove(&job);
        reply(answer.unwrap_or_else(Reply::Failed));
    }

    /// A loaded model.
    fn model(&self, name: &str) -> Result<Rc<ClassifierModel>, Failure> {
        self.models.borrow().get(name).cloned().ok_or_else(|| Failure {
            kind: FailureKind::NoSuchModel,
            message: format!("The model “{name}” is not loaded. Load it first."),
        })
    }

    fn check_cancelled(&self, job: JobId) -> Result<(), Failure> {
        if self.cancelled.borrow().contains(&job) { Err(cancelled_failure()) } else { Ok(()) }
    }

    /// Turns a device's error into a failure for the visitor.
    fn device_failure(&self, error: ExecutionError) -> Failure {
        if self.lost.get() {
            return device_lost_failure();
        }
        Failure {
            kind: FailureKind::Internal,
            message: format!("The engine failed ({error}). Reload the page to restart it."),
        }
    }
}
