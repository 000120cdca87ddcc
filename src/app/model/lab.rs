//! State of the Lab. Pure state.

use super::async_value::{Progress, Shared};
use super::lab_history::{LabHistory, RunEnding, SavedRun};
use crate::app::model::user_data::training_run::CurvePoint;
use crate::protocol::{
    EngineKind, FilterSnapshot, LabConfig, LabMethodResult, LabProgress, LabResult, LabSnapshot, MissingDataRequest,
    MissingReport, Occlusion, Reconstruction, TrainingMethod,
};

/// State of the Lab.
#[derive(Clone, Debug, PartialEq)]
pub struct LabState {
    /// The configuration of the next training run.
    pub plan: LabConfig,
    /// The training run, if there was one.
    pub run: Option<LabRun>,
    /// The runs of this and earlier visits that have ended.
    pub history: Shared<LabHistory>,
    /// Counts the completed training runs.
    pub finished: u32,
    /// The occlusion and the network of the next comparison.
    pub missing: MissingDataRequest,
    /// The status of the comparison of imputations.
    pub measuring: ComparisonStatus,
    /// The comparisons so far, the newest last.
    pub measured: Shared<Vec<MissingReport>>,
}

impl Default for LabState {
    fn default() -> Self {
        Self {
            plan: LabConfig::FIRST,
            run: None,
            history: Shared::default(),
            finished: 0,
            missing: MissingDataRequest { way: TrainingMethod::EndToEnd, hide: Occlusion::Pixels { share: 0.5 } },
            measuring: ComparisonStatus::Idle,
            measured: Shared::default(),
        }
    }
}

/// A training run of both networks.
#[derive(Clone, Debug, PartialEq)]
pub struct LabRun {
    /// Its number among all runs of the visitor, counted from 1.
    pub number: u32,
    /// Its configuration.
    pub ask: LabConfig,
    /// Its status.
    pub status: LabRunStatus,
    /// The trace of each training method, in the order of [`TrainingMethod::ALL`].
    pub tracks: [TrainingTrace; 2],
}

impl LabRun {
    /// A first run that waits for an engine.
    pub fn new(ask: LabConfig) -> Self {
        Self { number: 1, ask, status: LabRunStatus::Waiting, tracks: TrainingMethod::ALL.map(TrainingTrace::new) }
    }

    /// The trace of one training method.
    pub fn track_mut(&mut self, way: TrainingMethod) -> &mut TrainingTrace {
        &mut self.tracks[way as usize]
    }
}

/// Status of a training run.
#[derive(Clone, Debug, PartialEq)]
pub enum LabRunStatus {
    /// It waits for an engine.
    Waiting,
    /// It runs on this engine, in this generation of its worker.
    Running(EngineKind, u32, Progress),
    /// The visitor stopped it.
    Stopped,
    /// It failed; a sentence.
    Failed(String),
    /// It is completed, and this engine, in this generation of its worker, has the networks.
    Done(EngineKind, u32),
}

/// Trace of one training method: curves, filters, reconstructions and the result.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingTrace {
    /// Which method.
    pub way: TrainingMethod,
    /// The last report.
    pub latest: Option<LabProgress>,
    /// The loss over the steps, stage by stage: the losses of two stages are not comparable.
    pub losses: Vec<Vec<CurvePoint>>,
    /// The accuracy on some held-out digits.
    pub held_out: Vec<CurvePoint>,
    /// The filters of the first layer.
    pub filters: Option<Shared<FilterSnapshot>>,
    /// The autoencoder's reconstructions of some digits.
    pub rebuilt: Shared<Vec<Reconstruction>>,
    /// The result.
    pub end: Option<LabResult>,
}

impl TrainingTrace {
    fn new(way: TrainingMethod) -> Self {
        Self {
            way,
            latest: None,
            losses: Vec::new(),
            held_out: Vec::new(),
            filters: None,
            rebuilt: Shared::default(),
            end: None,
        }
    }

    /// Adds a progress report.
    pub fn step(&mut self, step: LabProgress) {
        self.losses.resize_with(self.losses.len().max(step.stage as usize + 1), Vec::new);
        self.losses[step.stage as usize].push(CurvePoint { step: step.done, value: step.loss.into() });
        if let Some(value) = step.held_out {
            self.held_out.push(CurvePoint { step: step.done, value });
        }
        self.latest = Some(step);
    }

    /// Adds a snapshot of filters and reconstructions. Reconstructions stay once the autoencoder trains no more.
    pub fn pictures(&mut self, pictures: LabSnapshot) {
        self.filters = Some(Shared::new(pictures.filters));
        if !pictures.rebuilt.is_empty() {
            self.rebuilt = Shared::new(pictures.rebuilt);
        }
    }
}

/// Status of the comparison of imputations.
#[derive(Clone, Debug, PartialEq)]
pub enum ComparisonStatus {
    /// None is requested.
    Idle,
    /// It waits for an engine.
    Queued,
    /// It runs.
    Running(Progress),
    /// It failed; a sentence.
    Failed(String),
}

/// What the visitor can do in the Lab.
#[derive(Clone, Debug, PartialEq)]
pub enum LabAction {
    /// Set the configuration of the next training run.
    SetConfig(LabConfig),
    /// Start training.
    Train,
    /// Stop training.
    Stop,
    /// The settings and runs of earlier visits were read.
    Restore(Option<LabConfig>, Vec<SavedRun>),
    /// Choose the run with this number for the comparison, or no longer.
    ToggleCompared(u32),
    /// Delete the run with this number.
    ForgetRun(u32),
    /// Set the occlusion and the network of the next comparison.
    SetOcclusion(MissingDataRequest),
    /// Compare the imputations.
    EvaluateMissingData,
}

impl LabState {
    /// The status of the training run as a value of the page's `data-*` attributes.
    pub fn as_attribute(&self) -> &'static str {
        match self.run.as_ref().map(|run| &run.status) {
            None => "idle",
            Some(LabRunStatus::Waiting) => "waiting",
            Some(LabRunStatus::Running(..)) => "running",
            Some(LabRunStatus::Stopped) => "stopped",
            Some(LabRunStatus::Failed(_)) => "failed",
            Some(LabRunStatus::Done(..)) => "done",
        }
    }

    /// Whether a training run waits or runs.
    pub fn busy(&self) -> bool {
        matches!(self.run.as_ref().map(|run| &run.status), Some(LabRunStatus::Waiting | LabRunStatus::Running(..)))
    }

    /// Adds the results of both methods.
    pub fn done(&mut self, done: LabMethodResult, engine: (EngineKind, u32)) {
        let Some(run) = &mut self.run else { return };
        for end in done.lanes {
            let way = end.way;
            run.track_mut(way).end = Some(end);
        }
        run.status = LabRunStatus::Done(engine.0, engine.1);
        self.finished += 1;
    }

    /// Changes the list of runs.
    pub fn edit_history(&mut self, change: impl FnOnce(&mut LabHistory)) {
        let mut history = (*self.history).clone();
        change(&mut history);
        self.history = Shared::new(history);
    }

    /// Adds the run to the list of runs, once it has ended; nothing where it is there already as it is.
    pub fn record_ended_run(&mut self) {
        let Some(run) = self.run.as_ref().filter(|_| !self.busy()) else { return };
        let known = self.history.runs.iter().find(|known| known.number == run.number);
        if known.is_none_or(|known| known.ending == RunEnding::Running) && self.history.last_number() < run.number {
            let saved = SavedRun::of(run);
            self.edit_history(|history| history.record(saved));
        }
    }

    /// Adds a comparison, in place of an earlier one of the same request.
    pub fn compared(&mut self, report: MissingReport) {
        let mut all: Vec<MissingReport> = self.measured.iter().filter(|old| old.ask != report.ask).cloned().collect();
        all.push(report);
        self.measured = Shared::new(all);
        self.measuring = ComparisonStatus::Idle;
    }
}
