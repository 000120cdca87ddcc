//! What the page knows of the Lab, apart from the engines.

use super::async_value::{Progress, Shared};
use crate::app::model::user_data::training_run::CurvePoint;
use crate::protocol::{
    EngineKind, Filters, Hide, Lab, LabDone, LabEnd, LabPictures, LabStep, Missing, MissingReport, Rebuilt, Way,
};

/// All that the page knows of the Lab.
#[derive(Clone, Debug, PartialEq)]
pub struct LabState {
    /// How the visitor wants to train.
    pub plan: Lab,
    /// The training, if there was one.
    pub run: Option<LabRun>,
    /// Counts the trainings that came to their end.
    pub finished: u32,
    /// What the visitor wants to hide, and from which network.
    pub missing: Missing,
    /// Where the comparison of fills stands.
    pub measuring: ComparisonStatus,
    /// The comparisons so far, the newest last.
    pub measured: Shared<Vec<MissingReport>>,
}

impl Default for LabState {
    fn default() -> Self {
        Self {
            plan: Lab::FIRST,
            run: None,
            finished: 0,
            missing: Missing { way: Way::EndToEnd, hide: Hide::Pixels { share: 0.5 } },
            measuring: ComparisonStatus::Idle,
            measured: Shared::default(),
        }
    }
}

/// A training of both networks.
#[derive(Clone, Debug, PartialEq)]
pub struct LabRun {
    /// How.
    pub ask: Lab,
    /// Where it stands.
    pub stand: LabRunStatus,
    /// What each of the two has shown so far, in the order of [`Way::ALL`].
    pub tracks: [TrainingTrace; 2],
}

impl LabRun {
    /// One that has not begun.
    pub fn new(ask: Lab) -> Self {
        Self { ask, stand: LabRunStatus::Waiting, tracks: Way::ALL.map(TrainingTrace::new) }
    }

    /// Of one of the two.
    pub fn track_mut(&mut self, way: Way) -> &mut TrainingTrace {
        &mut self.tracks[way as usize]
    }
}

/// Where a training stands.
#[derive(Clone, Debug, PartialEq)]
pub enum LabRunStatus {
    /// For an engine.
    Waiting,
    /// An engine, in one of its lives, is at it.
    Running(EngineKind, u32, Progress),
    /// The visitor stopped it.
    Stopped,
    /// It did not come to its end; a sentence.
    Failed(String),
    /// It came to its end, and that engine, in that life, has the networks.
    Done(EngineKind, u32),
}

/// What one of the two trainings has shown.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingTrace {
    /// Which of them.
    pub way: Way,
    /// The last report.
    pub latest: Option<LabStep>,
    /// The loss over the steps, stage by stage: two losses of two stages are not of one kind.
    pub losses: Vec<Vec<CurvePoint>>,
    /// The accuracy on some held-out digits.
    pub held_out: Vec<CurvePoint>,
    /// The filters.
    pub filters: Option<Shared<Filters>>,
    /// What the autoencoder makes of some digits.
    pub rebuilt: Shared<Vec<Rebuilt>>,
    /// What came of it.
    pub end: Option<LabEnd>,
}

impl TrainingTrace {
    fn new(way: Way) -> Self {
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

    /// Takes in a report.
    pub fn step(&mut self, step: LabStep) {
        self.losses.resize_with(self.losses.len().max(step.stage as usize + 1), Vec::new);
        self.losses[step.stage as usize].push(CurvePoint { step: step.done, value: step.loss.into() });
        if let Some(value) = step.held_out {
            self.held_out.push(CurvePoint { step: step.done, value });
        }
        self.latest = Some(step);
    }

    /// Takes in pictures. Those of the autoencoder stay when it trains no more.
    pub fn pictures(&mut self, pictures: LabPictures) {
        self.filters = Some(Shared::new(pictures.filters));
        if !pictures.rebuilt.is_empty() {
            self.rebuilt = Shared::new(pictures.rebuilt);
        }
    }
}

/// Where the comparison of fills stands.
#[derive(Clone, Debug, PartialEq)]
pub enum ComparisonStatus {
    /// None is wanted.
    Idle,
    /// It is wanted.
    Queued,
    /// An engine is at it.
    Running(Progress),
    /// It failed; a sentence.
    Failed(String),
}

/// What can happen in the Lab.
#[derive(Clone, Debug, PartialEq)]
pub enum LabAction {
    /// Train like this the next time.
    SetConfig(Lab),
    /// Train.
    Train,
    /// Stop.
    Stop,
    /// Hide this the next time.
    SetOcclusion(Missing),
    /// Compare what can be done about it.
    EvaluateMissingData,
}

impl LabState {
    /// The word for how the training stands, in the page's data attributes.
    pub fn as_attribute(&self) -> &'static str {
        match self.run.as_ref().map(|run| &run.stand) {
            None => "idle",
            Some(LabRunStatus::Waiting) => "waiting",
            Some(LabRunStatus::Running(..)) => "running",
            Some(LabRunStatus::Stopped) => "stopped",
            Some(LabRunStatus::Failed(_)) => "failed",
            Some(LabRunStatus::Done(..)) => "done",
        }
    }

    /// Whether a training is wanted or under way.
    pub fn busy(&self) -> bool {
        matches!(self.run.as_ref().map(|run| &run.stand), Some(LabRunStatus::Waiting | LabRunStatus::Running(..)))
    }

    /// Takes in what came of both.
    pub fn done(&mut self, done: LabDone, engine: (EngineKind, u32)) {
        let Some(run) = &mut self.run else { return };
        for end in done.lanes {
            let way = end.way;
            run.track_mut(way).end = Some(end);
        }
        run.stand = LabRunStatus::Done(engine.0, engine.1);
        self.finished += 1;
    }

    /// Takes in a comparison, in the place of an earlier one of the same.
    pub fn compared(&mut self, report: MissingReport) {
        let mut all: Vec<MissingReport> = self.measured.iter().filter(|old| old.ask != report.ask).cloned().collect();
        all.push(report);
        self.measured = Shared::new(all);
        self.measuring = ComparisonStatus::Idle;
    }
}
