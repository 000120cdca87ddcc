//! Messages about user data: its storage and its training runs.

use super::format::{digit_plural, number_with_article, sentence, thousands};
use crate::app::model::route::Page;
use crate::app::model::user_data::UserData;
use crate::app::model::user_data::corrections::{Correction, CorrectionData};
use crate::app::model::user_data::task::{Task, TaskInput};
use crate::app::model::user_data::training_lock::LockOwner;
use crate::app::model::user_data::training_run::TrainingRun;
use crate::protocol::{ImportTrial, NOT_A_DIGIT, RunState};
use crate::storage::StorageError;

/// The status of training as a value of the page's `data-*` attributes.
pub fn training_status_attribute(user_data: &UserData) -> &'static str {
    match &user_data.training {
        TrainingRun::Idle if user_data.training_lock.owner() == LockOwner::OtherTab => "elsewhere",
        TrainingRun::Idle => "idle",
        TrainingRun::Queued(_) => "waiting",
        TrainingRun::Running(running) if running.rest == RunState::Hold => "resting",
        TrainingRun::Running(_) => "running",
        TrainingRun::Completed(..) => "done",
        TrainingRun::Failed(..) => "failed",
    }
}

/// The status of storage as a value of the page's `data-*` attributes.
pub fn storage_status_attribute(user_data: &UserData) -> &'static str {
    match (user_data.is_loaded, user_data.writes.writing(), user_data.writes.is_empty()) {
        (false, ..) => "reading",
        (true, _, true) => "kept",
        (true, Some(_), false) => "writing",
        (true, None, false) => "refused",
    }
}

/// The label of a sample on its button and in a list.
pub fn label_name(label: u8) -> String {
    if label == NOT_A_DIGIT { "not a digit".into() } else { label.to_string() }
}

/// What a button that labels a drawing says of it.
pub fn label_statement(label: u8) -> String {
    if label == NOT_A_DIGIT { "It is not a digit".into() } else { format!("It is {}", number_with_article(label)) }
}

/// The name of the button that deletes a sample.
pub fn delete_sample_label(number: u32, label: u8) -> String {
    let what = if label == NOT_A_DIGIT { "not a digit".into() } else { number_with_article(label) };
    format!("Delete sample {number}, {what}")
}

/// The notice about a storage error; none for a conflict, which is resolved by another name.
pub fn storage_error_message(refusal: &StorageError) -> Option<String> {
    match refusal {
        StorageError::Taken => None,
        StorageError::Full => Some(
            "The browser's storage is full, so your latest changes will be lost when you close the page. To make room, delete versions that you do not need, or export what you want to keep."
                .into(),
        ),
        StorageError::HeldByOlderTab => Some(
            "Inkling is open in an older tab, which is blocking your samples and versions. Close or reload that tab, then reload this page. Until then, nothing that you do here is saved."
                .into(),
        ),
        StorageError::OfNewerPage => Some(
            "A newer version of Inkling has been used in this browser, and this page cannot read what it saved. Reload this page. Until then, nothing that you do here is saved."
                .into(),
        ),
        StorageError::Denied(why) => Some(format!(
            "This browser does not let the page save anything, so your samples and versions will be lost when you close it. ({})",
            sentence(why)
        )),
    }
}

/// The name of the page of a task, where it is not the one that is shown.
fn other_page(task: Task, here: Option<Task>) -> Option<&'static str> {
    let page = Page::ALL.into_iter().find(|page| page.task() == Some(task))?;
    (here != Some(task)).then(|| page.texts().tab)
}

/// What is said of an imported model: where it went and, of a classifier that was tried, how it reads held-out digits.
pub fn import_notice(title: &str, task: Task, here: Option<Task>, trial: Option<&ImportTrial>) -> String {
    let (place, there) = match other_page(task, here) {
        Some(page) => {
            (format!("the versions on the {page} page, because it is a model for {}", task.texts().plural), " there")
        }
        None => ("your versions".to_owned(), ""),
    };
    let mut said = vec![format!("Imported “{title}” to {place}.")];
    if let Some(trial) = trial {
        let [right, total] = [trial.right, trial.total].map(|number| thousands(number.into()));
        let score = format!("It reads {right} of {total} held-out digits correctly");
        said.push(match trial.is_near_chance() {
            true => format!(
                "{score}, which is about what guessing would give. Its layers may be in a different order than in PyTorch, or it was trained on a different range of pixel values: here ink is 1 and paper is 0."
            ),
            false => format!("{score}."),
        });
        said.extend(trial.notes.iter().map(|note| sentence(note)));
    }
    said.push(format!("Choose Use{there} to activate it."));
    said.join(" ")
}

/// What is said of imported samples: how many are new, how many were there, and where those of other tasks are.
pub fn samples_notice(new: usize, known: usize, elsewhere: &[(Task, usize)]) -> String {
    let samples = |count: usize| if count == 1 { "1 sample".to_owned() } else { format!("{count} samples") };
    let mut said = match (new, known) {
        (0, 0) => return "This file contains no samples.".into(),
        (0, 1) => return "This sample was already there, so nothing was imported.".into(),
        (0, known) => return format!("All {known} samples were already there, so nothing was imported."),
        (new, 0) => vec![format!("Imported {}.", samples(new))],
        (new, known) => vec![format!(
            "Imported {}; {known} more {} already there.",
            samples(new),
            if known == 1 { "was" } else { "were" }
        )],
    };
    for (task, count) in elsewhere {
        if let Some(page) = other_page(*task, None) {
            let count =
                if *count == new { "You will find them".to_owned() } else { format!("You will find {count} of them") };
            said.push(format!("{count} on the {page} page."));
        }
    }
    said.join(" ")
}

/// A hint where all corrections are of one digit.
pub fn single_digit_hint(user_data: &UserData, task: Task) -> Option<String> {
    match task.input() {
        TaskInput::Drawing => {}
        TaskInput::Text => return None,
    }
    let label = |correction: &Correction| match &correction.sample {
        CorrectionData::Digit(sample) => sample.label,
        CorrectionData::Text(_) => 0,
    };
    let first = label(user_data.corrections_for(task).next()?);
    let alone = user_data.corrections_for(task).all(|correction| label(correction) == first);
    alone.then(|| {
        let names = digit_plural(first.into());
        format!(
            "All your samples are {names}. The model will learn your {names} and leave the other digits as they are."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::{Drawing, Point, Stroke};
    use crate::protocol::{ClassifierInput, DigitSample, TextSample};

    fn sample(label: u8) -> CorrectionData {
        let points = vec![Point::new(1.0, 1.0), Point::new(2.0, 9.0)];
        CorrectionData::Digit(DigitSample {
            label,
            input: ClassifierInput::Drawing(Drawing { strokes: vec![Stroke { points }] }),
        })
    }

    fn text(summary: &str) -> CorrectionData {
        let (kind, length) = (crate::protocol::SummaryKind::KeyPoints, crate::protocol::SummaryLength::Short);
        CorrectionData::Text(TextSample { text: "It rained all day.".into(), kind, length, summary: summary.into() })
    }

    #[test]
    fn one_digit_alone_gets_a_hint() {
        let mut user_data = UserData::default();
        assert_eq!(single_digit_hint(&user_data, Task::Digits), None);
        user_data.add(vec![text("Rain."), sample(1), sample(1)]);
        assert!(single_digit_hint(&user_data, Task::Digits).unwrap().contains("your ones"));
        user_data.add(vec![sample(2)]);
        assert_eq!(single_digit_hint(&user_data, Task::Digits), None);
    }
}
