//! The Lab's runs of this and earlier visits: settings, curves and results, as they are saved. Weights are not.

use serde::{Deserialize, Serialize};

use crate::app::model::user_data::training_run::CurvePoint;
use crate::protocol::{LabConfig, TrainingMethod};

/// How many runs are kept; a newer one replaces the oldest.
pub const MAX_RUNS: usize = 12;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "why", rename_all = "kebab-case")]
pub enum RunEnding {
    /// It has not ended.
    Running,
    /// Both trainings ended.
    Finished,
    /// The visitor stopped it.
    Stopped,
    /// The page was reloaded or closed meanwhile.
    Reloaded,
    /// It failed; a sentence.
    Failed(String),
}

/// The figures of a trained network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunFigures {
    /// The share of the held-out digits that is read correctly.
    pub accuracy: f64,
    /// Macro precision.
    pub precision: f64,
    /// Macro recall.
    pub recall: f64,
    /// Macro F1.
    pub f1: f64,
    /// Steps done.
    pub steps: u32,
    /// Milliseconds that they took.
    pub ms: f64,
}

/// One training method of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SavedTrace {
    /// Steps in all.
    pub steps: u32,
    /// The loss over the steps, stage by stage.
    pub losses: Vec<Vec<(u32, f64)>>,
    /// The accuracy on some held-out digits.
    pub held_out: Vec<(u32, f64)>,
    /// The figures; none where it did not finish.
    pub figures: Option<RunFigures>,
}

/// A run as it is saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedRun {
    /// Its number, counted from 1.
    pub number: u32,
    /// Its settings.
    pub config: LabConfig,
    /// How it ended.
    pub ending: RunEnding,
    /// Both methods, in the order of [`TrainingMethod::ALL`].
    pub methods: [SavedTrace; 2],
}

impl SavedRun {
    /// One of the methods.
    pub fn method(&self, way: TrainingMethod) -> &SavedTrace {
        &self.methods[way as usize]
    }
}

impl SavedTrace {
    /// The curves of the loss that comparisons are made by: without the first stage of layered training, whose loss is another measure.
    pub fn comparable_losses(&self, way: TrainingMethod) -> Vec<Vec<CurvePoint>> {
        self.losses.iter().skip(usize::from(way == TrainingMethod::Layered)).map(|curve| points(curve)).collect()
    }

    /// The accuracy on held-out digits.
    pub fn held_out_curve(&self) -> Vec<CurvePoint> {
        points(&self.held_out)
    }
}

fn points(curve: &[(u32, f64)]) -> Vec<CurvePoint> {
    curve.iter().map(|(step, value)| CurvePoint { step: *step, value: *value }).collect()
}

/// The runs, the newest last, and which two are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LabHistory {
    /// The runs.
    pub runs: Vec<SavedRun>,
    /// The numbers of the runs that are compared, at most two, in the order in which they were chosen.
    pub chosen: Vec<u32>,
    /// The number of the last run that was recorded.
    last: u32,
}

impl LabHistory {
    /// What earlier visits saved. A run that was under way then was stopped by the reload.
    pub fn restored(mut runs: Vec<SavedRun>) -> Self {
        for run in &mut runs {
            if run.ending == RunEnding::Running {
                run.ending = RunEnding::Reloaded;
            }
        }
        let first = runs.len().saturating_sub(MAX_RUNS);
        let runs = runs.split_off(first);
        let last = runs.iter().map(|run| run.number).max().unwrap_or_default();
        Self { runs, chosen: Vec::new(), last }
    }

    /// The number of the last run that was recorded, though it may be deleted.
    pub fn last_number(&self) -> u32 {
        self.last.max(self.runs.iter().map(|run| run.number).max().unwrap_or_default())
    }

    /// The number of the next run.
    pub fn next_number(&self) -> u32 {
        self.last_number() + 1
    }

    /// Adds a run, or takes the place of what was known of it.
    pub fn record(&mut self, run: SavedRun) {
        self.last = self.last.max(run.number);
        match self.runs.iter_mut().find(|known| known.number == run.number) {
            Some(known) => *known = run,
            None => self.runs.push(run),
        }
        if self.runs.len() > MAX_RUNS {
            let oldest = self.runs.remove(0).number;
            self.chosen.retain(|number| *number != oldest);
        }
    }

    /// Forgets a run.
    pub fn forget(&mut self, number: u32) {
        self.runs.retain(|run| run.number != number);
        self.chosen.retain(|chosen| *chosen != number);
    }

    /// Chooses a run for the comparison, or no longer. A third one takes the place of the one that was chosen first.
    pub fn toggle(&mut self, number: u32) {
        if self.chosen.contains(&number) {
            self.chosen.retain(|chosen| *chosen != number);
        } else if self.runs.iter().any(|run| run.number == number) {
            self.chosen.push(number);
            if self.chosen.len() > 2 {
                self.chosen.remove(0);
            }
        }
    }

    /// The two runs that are compared, the older one first.
    pub fn compared(&self) -> Option<[&SavedRun; 2]> {
        let mut chosen = self.runs.iter().filter(|run| self.chosen.contains(&run.number));
        Some([chosen.next()?, chosen.next()?])
    }
}
