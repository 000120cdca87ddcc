//! User data: corrections, training runs and fine-tuned model versions. Pure state.

pub mod corrections;
pub mod evaluation;
// Only the hooks of the browser read and write records.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod json;
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod migration;
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
pub mod records;
pub mod stored_item;
pub mod task;
pub mod training_lock;
pub mod training_run;
pub mod version;
pub mod write_queue;

use super::async_value::Shared;
use crate::app::model::user_data::corrections::{Correction, CorrectionData, SAMPLES_PER_DIGIT};
use crate::app::model::user_data::evaluation::VersionComparison;
use crate::app::model::user_data::stored_item::StoredItem;
use crate::app::model::user_data::task::{PerTask, Task, TaskInput};
use crate::app::model::user_data::training_lock::TrainingLock;
use crate::app::model::user_data::training_run::{ActiveRun, TrainingRun};
use crate::app::model::user_data::version::{ModelVersion, PendingImport};
use crate::app::model::user_data::write_queue::{ChangeKind, CorrectionId, RecordKey, WriteQueue};
use crate::protocol::{FineTuneRequest, RunState, StartFrom, TextSample, TrainingConfig, TrainingData};
use crate::storage::StorageError;

/// Corrections, training runs and model versions of the visitor.
#[derive(Clone, Debug, PartialEq)]
pub struct UserData {
    /// The corrections, in the order of their numbers.
    pub corrections: Shared<Vec<Correction>>,
    /// The number of the last correction.
    pub last_correction_number: u32,
    /// The id of this tab, which is a part of the ids that it gives; known once the stored items are loaded.
    pub tab_id: u32,
    /// The versions.
    pub versions: Shared<Vec<ModelVersion>>,
    /// The number of the last version.
    pub last_version_number: u32,
    /// Whether the stored items are loaded: before that, nothing is written over them.
    pub is_loaded: bool,
    /// The changes that are not written yet.
    pub writes: WriteQueue,
    /// The digit that the guided mode asks for.
    pub guided_digit: Option<u8>,
    /// The training configuration of each task.
    pub configs: PerTask<TrainingConfig>,
    /// The training run.
    pub training: TrainingRun,
    /// The comparison of versions.
    pub comparison: VersionComparison,
    /// The lock of the tab that trains.
    pub training_lock: TrainingLock,
    /// How often an engine crashed during the training run since the last checkpoint.
    pub crashes: u32,
    /// The packages that are being imported.
    pub imports: Vec<PendingImport>,
    /// The number of the last import.
    pub last_import_number: u32,
    /// The label of the drawing that was saved last, until something else is drawn.
    pub saved_label: Option<u8>,
}

/// What the visitor can do with corrections, training runs and versions.
#[derive(Clone, Debug, PartialEq)]
pub enum UserDataAction {
    /// Label what is on the pad with this digit.
    CorrectDigit(u8),
    /// Add this corrected summary.
    CorrectSummary(TextSample),
    /// Change the label of this correction.
    RelabelDigit(CorrectionId, u8),
    /// Change the summary of this correction.
    EditSummary(CorrectionId, String),
    /// Delete this correction.
    DeleteCorrection(CorrectionId),
    /// Delete all corrections of this task.
    DeleteCorrections(Task),
    /// Import corrections from a file: its text.
    ImportCorrections(String),
    /// Start or stop asking for a few drawings of each digit.
    SetGuidedMode(bool),
    /// Set the training configuration of this task.
    SetTrainingConfig(Task, TrainingConfig),
    /// Train on the corrections of this task; the title of the new version, with a comma and the current time.
    StartTraining(Task, String),
    /// Compare these models.
    CompareVersions(Task, Vec<String>),
    /// Pause or resume training.
    SetPaused(RunState),
    /// Finish training now, with a new version of what has been learned so far.
    FinishTraining,
    /// Cancel training, without a new version.
    CancelTraining,
    /// Dismiss the result of the training run.
    DismissResult,
    /// Set the title of a version.
    RenameVersion(String, String),
    /// Delete a version.
    DeleteVersion(String),
    /// Import a version from a file: the name of the file, the current time, the bytes.
    ImportVersion(String, String, Shared<Vec<u8>>),
}

/// What the storage of the browser reports.
#[derive(Clone, Debug, PartialEq)]
pub enum StorageEvent {
    /// The stored items were read, by the tab of this id; an error where they could not be, or not all of them.
    Loaded(u32, Vec<StoredItem>, Option<StorageError>),
    /// Another tab changed stored items.
    ChangedElsewhere(Vec<StoredItem>),
    /// The changes of this attempt were written.
    WriteSucceeded(u32),
    /// The changes of this attempt were not written.
    WriteFailed(u32, StorageError),
}

impl Default for UserData {
    fn default() -> Self {
        Self {
            corrections: Shared::new(Vec::new()),
            last_correction_number: 0,
            tab_id: 0,
            versions: Shared::new(Vec::new()),
            last_version_number: 0,
            is_loaded: false,
            writes: WriteQueue::default(),
            guided_digit: None,
            configs: PerTask::of(|task| task.facts().config),
            training: TrainingRun::Idle,
            comparison: VersionComparison::default(),
            training_lock: TrainingLock::default(),
            crashes: 0,
            imports: Vec::new(),
            last_import_number: 0,
            saved_label: None,
        }
    }
}

impl UserData {
    /// The corrections of a task.
    pub fn corrections_for(&self, task: Task) -> impl Iterator<Item = &Correction> {
        self.corrections.iter().filter(move |correction| correction.sample.task() == task)
    }

    /// The number of corrections of a task.
    pub fn correction_count(&self, task: Task) -> usize {
        self.corrections_for(task).count()
    }

    /// The corrections of a task as training data.
    pub fn training_data(&self, task: Task) -> TrainingData {
        let samples = self.corrections_for(task).map(|correction| correction.sample.clone());
        match task.input() {
            TaskInput::Drawing => TrainingData::Digits {
                samples: samples
                    .filter_map(|s| if let CorrectionData::Digit(digit) = s { Some(digit) } else { None })
                    .collect(),
            },
            TaskInput::Text => TrainingData::Texts {
                samples: samples
                    .filter_map(|s| if let CorrectionData::Text(text) = s { Some(text) } else { None })
                    .collect(),
            },
        }
    }

    /// The training configuration of a task.
    pub fn config(&self, task: Task) -> &TrainingConfig {
        self.configs.get(task)
    }

    /// The task of the current or last training run.
    pub fn training_task(&self) -> Option<Task> {
        match &self.training {
            TrainingRun::Idle => None,
            TrainingRun::Queued(ask) | TrainingRun::Running(ActiveRun { ask, .. }) => {
                Some(Task::of_training_data(&ask.lesson))
            }
            TrainingRun::Completed(name, _) => self.version(name).map(|version| version.about.task),
            TrainingRun::Failed(task, _) => Some(*task),
        }
    }

    /// The number of corrections of a digit.
    pub fn digit_count(&self, digit: u8) -> usize {
        let is = |sample: &CorrectionData| matches!(sample, CorrectionData::Digit(sample) if sample.label == digit);
        self.corrections.iter().filter(|correction| is(&correction.sample)).count()
    }

    /// A version by its name.
    pub fn version(&self, name: &str) -> Option<&ModelVersion> {
        self.versions.iter().find(|version| version.about.name == name)
    }

    /// Adds corrections.
    pub fn add(&mut self, samples: Vec<CorrectionData>) {
        let mut all = (*self.corrections).clone();
        for sample in samples {
            self.last_correction_number = self.last_correction_number.saturating_add(1);
            let id = CorrectionId { number: self.last_correction_number, tab: self.tab_id };
            self.writes.record_change(RecordKey::Correction(id), ChangeKind::Insert);
            all.push(Correction { id, sample });
        }
        self.corrections = Shared::new(all);
        if let Some(guide) = self.guided_digit {
            // The next digit with too few corrections.
            self.guided_digit =
                (0..10u8).map(|step| (guide + step) % 10).find(|digit| self.digit_count(*digit) < SAMPLES_PER_DIGIT);
        }
    }

    /// Changes the corrections, and queues the differences for writing.
    pub fn edit_corrections(&mut self, change: impl FnOnce(&mut Vec<Correction>)) {
        let mut all = (*self.corrections).clone();
        change(&mut all);
        self.writes.compare(&self.corrections, &all, |correction| RecordKey::Correction(correction.id));
        self.corrections = Shared::new(all);
    }

    /// Changes the versions, and queues the differences for writing.
    pub fn edit_versions(&mut self, change: impl FnOnce(&mut Vec<ModelVersion>)) {
        let mut all = (*self.versions).clone();
        change(&mut all);
        self.writes.compare(&self.versions, &all, |version| RecordKey::Version(version.about.name.clone()));
        self.versions = Shared::new(all);
    }

    /// The title of a model: that of a version, or the name of a built-in model.
    pub fn title_of<'a>(&'a self, model: &'a str) -> &'a str {
        self.version(model).map_or(model, |version| version.about.title.as_str())
    }

    /// A name that no version has or had while this page is open: the engines know a model by its name.
    pub fn unused_name(&mut self) -> String {
        let number = |version: &ModelVersion| version.about.name.strip_prefix("mine-")?.parse().ok();
        let last = self.versions.iter().filter_map(number).max().unwrap_or_default();
        self.last_version_number = self.last_version_number.max(last).saturating_add(1);
        format!("mine-{}", self.last_version_number)
    }

    /// The queued or running training as it is stored for a reload, which resumes it from its checkpoint.
    pub fn pending_training(&self) -> Option<FineTuneRequest> {
        match &self.training {
            TrainingRun::Queued(ask) | TrainingRun::Running(ActiveRun { ask, .. }) => {
                Some(FineTuneRequest { from: StartFrom::Checkpoint, ..(**ask).clone() })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::{Drawing, Point, Stroke};
    use crate::protocol::{ClassifierInput, DigitSample};

    fn sample(label: u8) -> CorrectionData {
        let points = vec![Point::new(1.0, 1.0), Point::new(2.0, 9.0)];
        CorrectionData::Digit(DigitSample {
            label,
            input: ClassifierInput::Drawing(Drawing { strokes: vec![Stroke { points }] }),
        })
    }

    #[test]
    fn the_guide_goes_on_to_the_next_digit_and_ends() {
        let mut user_data = UserData { guided_digit: Some(0), ..UserData::default() };
        user_data.add(vec![sample(0), sample(0)]);
        assert_eq!(user_data.guided_digit, Some(0));
        user_data.add(vec![sample(0)]);
        assert_eq!(user_data.guided_digit, Some(1));
        for digit in 1..10 {
            user_data.add(vec![sample(digit); SAMPLES_PER_DIGIT]);
        }
        assert_eq!(user_data.guided_digit, None);
    }
}
