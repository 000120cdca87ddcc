//! Messages about the Lab's list of runs and the comparison of two.

use super::format::thousands;
use super::lab;
use crate::app::model::lab_history::{RunEnding, RunFigures, SavedRun};
use crate::protocol::{FinalStage, LabConfig, TrainingMethod};

/// What the list of runs is for.
pub const HELP: &str = "Runs stay here when you reload the page: their settings, curves and results, not their weights. Choose two to compare them.";

/// The name of a run.
pub fn run_name(number: u32) -> String {
    format!("Run {number}")
}

/// How a run ended.
pub fn ending(ending: &RunEnding) -> String {
    match ending {
        RunEnding::Running => "running".into(),
        RunEnding::Finished => "finished".into(),
        RunEnding::Stopped => "stopped by you".into(),
        RunEnding::Reloaded => "stopped by a reload".into(),
        RunEnding::Failed(_) => "failed".into(),
    }
}

/// The settings of a run with their names, in the order of the controls.
pub fn settings(config: &LabConfig) -> [(&'static str, String); 5] {
    let last = match config.ending {
        FinalStage::Frozen => "only the top",
        FinalStage::Together => "all layers",
    };
    [
        ("Images", thousands(config.images.into())),
        ("Epochs", config.epochs.to_string()),
        ("Optimizer", lab::optimizer_name(config.optimizer).to_owned()),
        ("Learning rate", config.rate.to_string()),
        ("Last stage trains", last.to_owned()),
    ]
}

/// The settings of a run in a line.
pub fn settings_line(config: &LabConfig) -> String {
    let [images, epochs, optimizer, rate, last] = settings(config).map(|(_, value)| value);
    let passes = if config.epochs == 1 { "epoch" } else { "epochs" };
    format!("{images} images, {epochs} {passes}, {optimizer} at {rate}; last stage: {last}")
}

/// The results of a run in a line.
pub fn results_line(run: &SavedRun) -> String {
    if let RunEnding::Failed(why) = &run.ending {
        return super::format::sentence(why);
    }
    let of = |way: TrainingMethod| match run.method(way).figures {
        Some(figures) => format!("{} {}", lab::method_name(way), lab::percent(figures.accuracy)),
        None => format!("{}: no result", lab::method_name(way)),
    };
    TrainingMethod::ALL.map(of).join(", ")
}

/// The table that compares two runs: the settings that differ, then the results of both methods. The first row is the head.
pub fn comparison(runs: [&SavedRun; 2]) -> Vec<Vec<String>> {
    let head = vec![String::new(), run_name(runs[0].number), run_name(runs[1].number)];
    let [a, b] = runs.map(|run| settings(&run.config));
    let differ = a.into_iter().zip(b).filter(|((_, a), (_, b))| a != b);
    let settings = differ.map(|((name, a), (_, b))| vec![name.to_owned(), a, b]);
    let mut rows: Vec<Vec<String>> = [head].into_iter().chain(settings).collect();
    for way in TrainingMethod::ALL {
        for (name, figure) in FIGURES {
            let cell = |run: &SavedRun| run.method(way).figures.as_ref().map_or_else(|| "–".into(), figure);
            rows.push(vec![format!("{}: {name}", lab::method_name(way)), cell(runs[0]), cell(runs[1])]);
        }
    }
    rows
}

type Figure = fn(&RunFigures) -> String;

const FIGURES: [(&str, Figure); 4] = [
    ("accuracy", |figures| lab::percent(figures.accuracy)),
    ("F1", |figures| lab::percent(figures.f1)),
    ("steps", |figures| thousands(figures.steps.into())),
    ("time", |figures| lab::seconds(figures.ms)),
];

/// How many settings of two runs differ.
pub fn difference_sentence(runs: [&SavedRun; 2]) -> String {
    let [a, b] = runs.map(|run| settings(&run.config));
    match a.iter().zip(&b).filter(|(a, b)| a != b).count() {
        0 => "Both runs have the same settings.".into(),
        1 => "One setting differs.".into(),
        count => format!("{count} settings differ."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::lab::LabRun;

    fn run(number: u32, config: LabConfig) -> SavedRun {
        SavedRun::of(&LabRun { number, ..LabRun::new(config) })
    }

    #[test]
    fn a_comparison_names_the_settings_that_differ_and_all_results() {
        let mut first = run(1, LabConfig::FIRST);
        first.methods[0].figures =
            Some(RunFigures { accuracy: 0.975, precision: 0.9, recall: 0.9, f1: 0.97, steps: 1_128, ms: 5_000.0 });
        let second = run(4, LabConfig { rate: 0.1, images: 1_000, ..LabConfig::FIRST });
        let table = comparison([&first, &second]);
        assert_eq!(table[0], ["", "Run 1", "Run 4"]);
        assert_eq!(table[1], ["Images", "6,000", "1,000"]);
        assert_eq!(table[2], ["Learning rate", "0.004", "0.1"]);
        assert_eq!(table[3], ["End to end: accuracy", "97.5%", "–"]);
        assert_eq!(table.len(), 3 + 8);
        assert_eq!(difference_sentence([&first, &second]), "2 settings differ.");
        assert_eq!(difference_sentence([&first, &first]), "Both runs have the same settings.");
        assert_eq!(results_line(&first), "End to end 97.5%, Layered: no result");
        assert_eq!(settings_line(&first.config), "6,000 images, 3 epochs, Adam at 0.004; last stage: only the top");
    }
}
