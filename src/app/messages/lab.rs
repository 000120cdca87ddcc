//! Messages of the Lab.

use super::format::{digit_with_article, sentence, thousands};
use crate::app::model::lab::{LabRun, LabRunStatus, TrainingTrace};
use crate::protocol::{
    Activity, ClassificationMetrics, Imputation, LabOutcome, LabProgress, LabResult, Occlusion, OptimizerKind,
    TrainingMethod,
};

/// From so many milliseconds of steps on, the time left is known.
const KNOWN_FROM_MS: f64 = 1_000.0;

/// The name of a training method.
pub fn method_name(way: TrainingMethod) -> &'static str {
    match way {
        TrainingMethod::EndToEnd => "End to end",
        TrainingMethod::Layered => "Layered",
    }
}

/// What a training method does, for people who do not know the terms.
pub fn method_description(way: TrainingMethod) -> &'static str {
    match way {
        TrainingMethod::EndToEnd => {
            "All layers learn at the same time, and all for the same goal: to recognize the digit."
        }
        TrainingMethod::Layered => {
            "The bottom layer learns first, on its own and without labels: it has to restore digits that were partly \
             erased. Then the top layers learn to recognize digits from what the bottom layer sees."
        }
    }
}

/// The titles of the charts.
pub const RESTORING: &str = "Error while restoring digits";
/// The loss of the classifier.
pub const CLASSIFYING: &str = "Loss while learning digits";
/// The accuracy.
pub const HELD_OUT: &str = "Accuracy on 200 held-out digits";

/// The results of both methods as a table, the head first.
pub fn result_table(run: &LabRun) -> Vec<Vec<String>> {
    let ends: Vec<&LabResult> = run.tracks.iter().filter_map(|track| track.end.as_ref()).collect();
    let share = |of: fn(&ClassificationMetrics) -> f64| {
        move |end: &LabResult| match &end.outcome {
            LabOutcome::Finished(report) => percent(of(report)),
            LabOutcome::Diverged { .. } => "–".into(),
        }
    };
    let row = |name: &str, cell: &dyn Fn(&LabResult) -> String| -> Vec<String> {
        [name.to_owned()].into_iter().chain(ends.iter().map(|end| cell(end))).collect()
    };
    vec![
        row("", &|end| method_name(end.way).to_owned()),
        row("Accuracy", &share(|report| report.accuracy)),
        row("Precision", &share(|report| report.precision)),
        row("Recall", &share(|report| report.recall)),
        row("F1", &share(|report| report.f1)),
        row("Steps", &|end| thousands(end.steps.into())),
        row("Time", &|end| seconds(end.ms)),
    ]
}

/// The name of an optimizer.
pub fn optimizer_name(optimizer: OptimizerKind) -> &'static str {
    match optimizer {
        OptimizerKind::Adam => "Adam",
        OptimizerKind::AdamW => "AdamW",
        OptimizerKind::Momentum => "momentum",
        OptimizerKind::Sgd => "SGD",
    }
}

/// A share as a percentage with one decimal place.
pub fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

/// Milliseconds as seconds.
pub fn seconds(ms: f64) -> String {
    format!("{:.1} s", ms / 1e3)
}

/// The status of one training method.
pub fn training_status(track: &TrainingTrace) -> String {
    match (&track.end, &track.latest) {
        (Some(LabResult { outcome: LabOutcome::Diverged { message }, .. }), _) => sentence(message),
        (Some(LabResult { steps, ms, outcome: LabOutcome::Finished(report), .. }), _) => {
            let took = format!("{} steps in {}.", thousands((*steps).into()), seconds(*ms));
            match only_predicted_digit(report) {
                Some(digit) => {
                    format!(
                        "{took} It reads every digit as {}: the learning rate is too high, or it saw too few images.",
                        digit_with_article(digit)
                    )
                }
                None => took,
            }
        }
        (None, Some(step)) => step_status(step),
        (None, None) => "Not started yet.".into(),
    }
}

/// The digit that a network predicts for every input, if it does.
fn only_predicted_digit(report: &ClassificationMetrics) -> Option<usize> {
    let said = |answer: &usize| report.confusion.iter().any(|row| row.get(*answer).is_some_and(|count| *count > 0));
    let mut answers = (0..10).filter(said);
    answers.next().filter(|_| answers.next().is_none())
}

fn step_status(step: &LabProgress) -> String {
    let LabProgress { name, epoch, epochs, done, steps, loss, .. } = step;
    let so_far = format!("{name}, epoch {epoch} of {epochs}; step {done} of {steps}, loss {loss:.3}");
    // The first steps compile and are slower: what follows from them says nothing.
    if step.ms < KNOWN_FROM_MS || done * 20 < *steps {
        return format!("{so_far}; estimating the time left…");
    }
    format!("{so_far}; about {:.0} s left", (step.left_ms / 1e3).ceil().max(0.0))
}

/// The status of the training run, as one line above both methods.
pub fn run_status(run: Option<&LabRun>) -> String {
    match run.map(|run| &run.status) {
        None => "Nothing has been trained yet. The training digits (1 MB) are downloaded when you start.".into(),
        Some(LabRunStatus::Waiting) => "Waiting for the engine…".into(),
        Some(LabRunStatus::Running(_, _, by)) => match by.doing {
            Some(Activity::Measuring) => "Measuring…".into(),
            Some(Activity::Fetching) if !run.is_some_and(has_started) => "Downloading the digits…".into(),
            _ => "Training…".into(),
        },
        Some(LabRunStatus::Stopped) => "You stopped the training, so there are no networks to try.".into(),
        Some(LabRunStatus::Failed(why)) => sentence(why),
        Some(LabRunStatus::Done(..)) => run.map(verdict).unwrap_or_default(),
    }
}

/// Whether a step was done.
fn has_started(run: &LabRun) -> bool {
    run.tracks.iter().any(|track| track.latest.is_some())
}

/// The results of both methods in a sentence.
fn verdict(run: &LabRun) -> String {
    let accuracy = |track: &TrainingTrace| match track.end.as_ref().map(|end| &end.outcome) {
        Some(LabOutcome::Finished(report)) => Some(report.accuracy),
        _ => None,
    };
    match [&run.tracks[0], &run.tracks[1]].map(accuracy) {
        [Some(a), Some(b)] => {
            format!("End to end reads {} of the held-out digits correctly, layered {}.", percent(a), percent(b))
        }
        [Some(a), None] => format!("End to end reads {} of the held-out digits correctly; layered failed.", percent(a)),
        [None, Some(b)] => format!("Layered reads {} of the held-out digits correctly; end to end failed.", percent(b)),
        [None, None] => "Both trainings failed because the learning rate is too high. Try a lower one.".into(),
    }
}

/// The announcement for screen readers: starts and ends, no steps.
pub fn announcement(run: Option<&LabRun>) -> String {
    match run.map(|run| &run.status) {
        Some(LabRunStatus::Running(..)) => "Training both networks.".into(),
        Some(LabRunStatus::Stopped | LabRunStatus::Failed(_) | LabRunStatus::Done(..)) => run_status(run),
        _ => String::new(),
    }
}

/// What is occluded.
pub fn occlusion_label(hide: Occlusion) -> String {
    match hide {
        Occlusion::Pixels { share } => format!("{:.0}% of the pixels", 100.0 * share),
        Occlusion::Stroke { width } => format!("a stroke {width:.0} pixels wide"),
    }
}

/// How occluded pixels are imputed.
pub fn imputation_name(fill: Imputation) -> &'static str {
    match fill {
        Imputation::Empty => "left empty",
        Imputation::Mean => "the average",
        Imputation::Autoencoder => "the autoencoder",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::async_value::Progress;
    use crate::protocol::{EngineKind, LabConfig};

    fn ended(run: &mut LabRun, way: TrainingMethod, outcome: LabOutcome) {
        run.track_mut(way).end = Some(LabResult { way, steps: 1_234, ms: 5_678.0, outcome });
    }

    fn finished(accuracy: f64) -> LabOutcome {
        LabOutcome::Finished(ClassificationMetrics {
            accuracy,
            precision: 0.0,
            recall: 0.0,
            f1: 0.0,
            confusion: vec![],
        })
    }

    #[test]
    fn the_verdict_names_what_came_of_both() {
        let mut run = LabRun::new(LabConfig::FIRST);
        run.status = LabRunStatus::Done(EngineKind::Cpu, 1);
        ended(&mut run, TrainingMethod::EndToEnd, finished(0.971));
        ended(&mut run, TrainingMethod::Layered, LabOutcome::Diverged { message: "The loss is not finite".into() });
        assert_eq!(run_status(Some(&run)), "End to end reads 97.1% of the held-out digits correctly; layered failed.");
        assert_eq!(training_status(&run.tracks[0]), "1,234 steps in 5.7 s.");
        assert_eq!(training_status(&run.tracks[1]), "The loss is not finite.");
        ended(&mut run, TrainingMethod::Layered, finished(0.95));
        assert_eq!(announcement(Some(&run)), "End to end reads 97.1% of the held-out digits correctly, layered 95.0%.");
    }

    #[test]
    fn a_network_that_always_says_the_same_is_told_of() {
        let mut run = LabRun::new(LabConfig::FIRST);
        let mut report = ClassificationMetrics {
            accuracy: 0.1,
            precision: 0.0,
            recall: 0.0,
            f1: 0.0,
            confusion: vec![vec![0; 10]; 10],
        };
        report.confusion.iter_mut().for_each(|row| row[3] = 100);
        ended(&mut run, TrainingMethod::EndToEnd, LabOutcome::Finished(report.clone()));
        assert!(training_status(&run.tracks[0]).contains("It reads every digit as a three"));
        report.confusion[4][4] = 1;
        ended(&mut run, TrainingMethod::EndToEnd, LabOutcome::Finished(report));
        assert!(training_status(&run.tracks[0]).ends_with("5.7 s."));
    }

    #[test]
    fn steps_are_not_announced() {
        let mut run = LabRun::new(LabConfig::FIRST);
        assert_eq!(announcement(Some(&run)), "");
        run.status = LabRunStatus::Running(EngineKind::Cpu, 1, Progress::default());
        assert_eq!(announcement(Some(&run)), "Training both networks.");
        assert_eq!(run_status(Some(&run)), "Training…");
        let doing =
            |doing| LabRunStatus::Running(EngineKind::Cpu, 1, Progress { doing: Some(doing), done: 0, total: 0 });
        run.status = doing(Activity::Fetching);
        assert_eq!(run_status(Some(&run)), "Downloading the digits…");
        run.tracks[1].latest = Some(LabProgress {
            way: TrainingMethod::Layered,
            stage: 0,
            name: "bottom".into(),
            epoch: 1,
            epochs: 3,
            done: 7,
            steps: 1_128,
            loss: 0.25,
            held_out: None,
            norms: vec![],
            ms: 1.0,
            left_ms: 1_500.0,
        });
        assert_eq!(
            training_status(&run.tracks[1]),
            "bottom, epoch 1 of 3; step 7 of 1128, loss 0.250; estimating the time left…"
        );
        if let Some(step) = &mut run.tracks[1].latest {
            (step.done, step.ms) = (70, 1_200.0);
        }
        assert_eq!(run_status(Some(&run)), "Training…", "the last of the fetching is not said again");
        assert_eq!(
            training_status(&run.tracks[1]),
            "bottom, epoch 1 of 3; step 70 of 1128, loss 0.250; about 2 s left"
        );
        run.status = doing(Activity::Measuring);
        assert_eq!(run_status(Some(&run)), "Measuring…");
        assert_eq!(occlusion_label(Occlusion::Pixels { share: 0.5 }), "50% of the pixels");
    }
}
