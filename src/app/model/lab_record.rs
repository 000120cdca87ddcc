//! What is saved of a run of the Lab: its curves, thinned, and its figures.

use super::lab::{LabRun, LabRunStatus, TrainingTrace};
use super::lab_history::{RunEnding, RunFigures, SavedRun, SavedTrace};
use crate::app::model::user_data::training_run::CurvePoint;
use crate::protocol::{ClassificationMetrics, LabOutcome};

/// The largest number of points that is kept of a curve.
const MAX_POINTS: usize = 120;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::lab_history::{LabHistory, MAX_RUNS};
    use crate::protocol::{EngineKind, LabConfig, LabResult, TrainingMethod};

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
