//! The Lab's runs of this and earlier visits: settings, curves and results, as they are saved. Weights are not.

use serde::{Deserialize, Serialize};

use super::lab::{LabRun, LabRunStatus, TrainingTrace};
use crate::app::model::user_data::training_run::CurvePoint;
use crate::protocol::{ClassificationMetrics, LabConfig, LabOutcome, TrainingMethod};

/// How many runs are kept; a newer one replaces the oldest.
pub const MAX_RUNS: usize = 12;

/// The largest number of points that is kept of a curve.
const MAX_POINTS: usize = 120;

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
    /// A run as it stands.
    pub fn of(run: &LabRun) -> Self {
        let ending = match &run.status {
            LabRunStatus::Waiting | LabRunStatus::Running(..) => RunEnding::Running,
            LabRunStatus::Stopped => RunEnding::Stopped,
            LabRunStatus::Failed(why) => RunEnding::Failed(why.clone()),
            LabRunStatus::Done(..) => RunEnding::Finished,
        };
        let methods = [&run.tracks[0], &run.tracks[1]].map(saved_trace);
        Self { number: run.number, config: run.ask, ending, methods }
    }

    /// One of the methods.
    pub fn method(&self, way: TrainingMethod) -> &SavedTrace {
        &self.methods[way as usize]
    }
}

fn saved_trace(track: &TrainingTrace) -> SavedTrace {
    let figures = track.end.as_ref().and_then(|end| match &end.outcome {
        LabOutcome::Finished(report) => {
            let ClassificationMetrics { accuracy, precision, recall, f1, .. } = *report;
            Some(RunFigures { accuracy, precision, recall, f1, steps: end.steps, ms: end.ms })
        }
        LabOutcome::Diverged { .. } => None,
    });
    SavedTrace {
        steps: track.latest.as_ref().map_or(0, |step| step.steps),
        losses: track.losses.iter().map(|curve| thinned(curve)).collect(),
        held_out: thinned(&track.held_out),
        figures,
    }
}

/// At most [`MAX_POINTS`] of a curve, the last one among them; what is not a number cannot be saved.
fn thinned(curve: &[CurvePoint]) -> Vec<(u32, f64)> {
    let finite: Vec<(u32, f64)> =
        curve.iter().filter(|point| point.value.is_finite()).map(|point| (point.step, point.value)).collect();
    let every = finite.len().div_ceil(MAX_POINTS).max(1);
    let last = finite.len().saturating_sub(1);
    finite.iter().enumerate().filter(|(i, _)| (last - i).is_multiple_of(every)).map(|(_, point)| *point).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{EngineKind, LabResult};

    fn run(number: u32, status: LabRunStatus) -> SavedRun {
        let mut run = LabRun::new(LabConfig::FIRST);
        (run.number, run.status) = (number, status);
        SavedRun::of(&run)
    }

    #[test]
    fn a_run_reads_back_and_one_that_was_under_way_was_stopped_by_the_reload() {
        let mut trained = LabRun::new(LabConfig::FIRST);
        (trained.number, trained.status) = (1, LabRunStatus::Done(EngineKind::Cpu, 1));
        let report = ClassificationMetrics { accuracy: 0.97, precision: 0.9, recall: 0.8, f1: 0.85, confusion: vec![] };
        let track = trained.track_mut(TrainingMethod::Layered);
        track.losses = vec![vec![CurvePoint { step: 1, value: f64::NAN }, CurvePoint { step: 2, value: 0.5 }]];
        track.end =
            Some(LabResult { way: TrainingMethod::Layered, steps: 9, ms: 3.0, outcome: LabOutcome::Finished(report) });
        let runs = vec![SavedRun::of(&trained), run(2, LabRunStatus::Waiting)];
        let json = serde_json::to_string(&runs).expect("serializes");
        let history = LabHistory::restored(serde_json::from_str(&json).expect("reads back"));
        assert_eq!(history.runs[0], runs[0]);
        assert_eq!(history.runs[0].method(TrainingMethod::Layered).losses, [vec![(2, 0.5)]]);
        let figures = history.runs[0].method(TrainingMethod::Layered).figures.expect("it finished");
        assert_eq!((figures.accuracy, figures.steps), (0.97, 9));
        assert_eq!(history.runs[1].ending, RunEnding::Reloaded);
        assert_eq!(history.next_number(), 3);
    }

    #[test]
    fn the_last_two_chosen_runs_are_compared() {
        let mut history = LabHistory::default();
        (1..=4).for_each(|number| history.record(run(number, LabRunStatus::Stopped)));
        history.toggle(3);
        assert_eq!(history.compared(), None);
        history.toggle(1);
        history.toggle(9);
        assert_eq!(history.compared().map(|runs| runs.map(|run| run.number)), Some([1, 3]));
        history.toggle(4);
        assert_eq!(history.compared().map(|runs| runs.map(|run| run.number)), Some([1, 4]));
        history.forget(4);
        assert_eq!((history.compared(), history.chosen.clone()), (None, vec![1]));
        (5..40).for_each(|number| history.record(run(number, LabRunStatus::Stopped)));
        assert_eq!((history.runs.len(), history.chosen.len()), (MAX_RUNS, 0), "the oldest are forgotten");
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_end() {
        let curve: Vec<CurvePoint> = (0..1_001).map(|step| CurvePoint { step, value: 1.0 }).collect();
        let thin = thinned(&curve);
        assert!(thin.len() <= MAX_POINTS + 1 && thin.len() > MAX_POINTS / 2, "{}", thin.len());
        assert_eq!(thin.last(), Some(&(1_000, 1.0)));
        let layered = SavedTrace { losses: vec![vec![(1, 0.1)], vec![(2, 2.0)]], ..SavedTrace::default() };
        assert_eq!(layered.comparable_losses(TrainingMethod::Layered).len(), 1);
        assert_eq!(layered.comparable_losses(TrainingMethod::EndToEnd).len(), 2);
    }
}
