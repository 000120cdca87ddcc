//! What is the visitor's own: corrections, what is learned from them, and the versions that came of it. Plain state, tested natively.

pub mod corrections;
pub mod evaluation;
// Records are read and written in a browser alone.
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
use crate::app::model::user_data::task::{PerTask, Task};
use crate::app::model::user_data::training_lock::TrainingLock;
use crate::app::model::user_data::training_run::{ActiveRun, TrainingRun};
use crate::app::model::user_data::version::ModelVersion;
use crate::app::model::user_data::write_queue::{ChangeKind, CorrectionId, RecordKey, WriteQueue};
use crate::protocol::{From, Learn, Lesson, Plan, Rest, TextSample};
use crate::storage::StorageError;

/// All that is the visitor's own.
#[derive(Clone, Debug, PartialEq)]
pub struct UserData {
    /// The corrections, in the order of their numbers.
    pub corrections: Shared<Vec<Correction>>,
    /// Numbers them.
    pub last_correction_number: u32,
    /// Tells what this tab makes from what other tabs make; known once what was kept has been read.
    pub tab_id: u32,
    /// The versions.
    pub versions: Shared<Vec<ModelVersion>>,
    /// Numbers them.
    pub last_version_number: u32,
    /// Whether what was kept has been read: before that nothing is written over it.
    pub is_loaded: bool,
    /// What is not kept yet.
    pub writes: WriteQueue,
    /// The digit that the guided mode asks for.
    pub guided_digit: Option<u8>,
    /// How to learn digits, and how to learn texts.
    pub configs: PerTask<Plan>,
    /// The learning under way.
    pub training: TrainingRun,
    /// What the versions were measured at, beside one another.
    pub comparison: VersionComparison,
    /// Whether this tab is the one that learns.
    pub training_lock: TrainingLock,
    /// How often an engine stopped in the middle of the learning since the last checkpoint.
    pub crashes: u32,
    /// The version that came from a file last, and what was active before it.
    pub last_import: Option<(String, String)>,
}

/// What a visitor does with what is their own, and what comes of it.
#[derive(Clone, Debug, PartialEq)]
pub enum UserDataAction {
    /// What is on the pad is really this digit.
    CorrectDigit(u8),
    /// This summary is how it should have been.
    CorrectSummary(TextSample),
    /// This correction is another digit.
    RelabelDigit(CorrectionId, u8),
    /// This correction is another summary.
    EditSummary(CorrectionId, String),
    /// This correction is none.
    DeleteCorrection(CorrectionId),
    /// No corrections of this kind any more.
    DeleteCorrections(Task),
    /// Corrections from a file.
    ImportCorrections(String),
    /// Ask for a few of each digit, or stop asking.
    SetGuidedMode(bool),
    /// Learn like this.
    SetTrainingConfig(Task, Plan),
    /// Learn, and call it that: a title, a comma, and the words for now.
    StartTraining(Task, String),
    /// Measure these models beside one another.
    CompareVersions(Task, Vec<String>),
    /// Rest, or go on.
    SetPaused(Rest),
    /// Stop learning; nothing becomes of it.
    CancelTraining,
    /// The result was seen.
    DismissResult,
    /// Call a version that.
    RenameVersion(String, String),
    /// A version is not wanted any more.
    DeleteVersion(String),
    /// A package from a file: the file's name, the words for now, the bytes.
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
            configs: PerTask { digits: Plan::DIGITS, summaries: Plan::TEXTS },
            training: TrainingRun::Idle,
            comparison: VersionComparison::default(),
            training_lock: TrainingLock::default(),
            crashes: 0,
            last_import: None,
        }
    }
}

impl UserData {
    /// The corrections of one kind.
    pub fn corrections_for(&self, task: Task) -> impl Iterator<Item = &Correction> {
        self.corrections.iter().filter(move |correction| correction.sample.task() == task)
    }

    /// How many corrections there are of one kind.
    pub fn correction_count(&self, task: Task) -> usize {
        self.corrections_for(task).count()
    }

    /// The corrections of one kind, to learn from.
    pub fn training_data(&self, task: Task) -> Lesson {
        let samples = self.corrections_for(task).map(|correction| correction.sample.clone());
        match task {
            Task::Digits => Lesson::Digits {
                samples: samples
                    .filter_map(|s| if let CorrectionData::Digit(digit) = s { Some(digit) } else { None })
                    .collect(),
            },
            Task::Summaries => Lesson::Texts {
                samples: samples
                    .filter_map(|s| if let CorrectionData::Text(text) = s { Some(text) } else { None })
                    .collect(),
            },
        }
    }

    /// How to learn.
    pub fn config(&self, task: Task) -> &Plan {
        self.configs.get(task)
    }

    /// What the learning that is under way, or ended last, is about.
    pub fn training_task(&self) -> Option<Task> {
        match &self.training {
            TrainingRun::Idle => None,
            TrainingRun::Queued(ask) | TrainingRun::Running(ActiveRun { ask, .. }) => {
                Some(Task::of_lesson(&ask.lesson))
            }
            TrainingRun::Completed(name, _) => self.version(name).map(|version| version.about.task),
            TrainingRun::Failed(task, _) => Some(*task),
        }
    }

    /// How many corrections there are of a digit.
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
            // The next digit that there are too few of.
            self.guided_digit =
                (0..10u8).map(|step| (guide + step) % 10).find(|digit| self.digit_count(*digit) < SAMPLES_PER_DIGIT);
        }
    }

    /// Changes the corrections.
    pub fn edit_corrections(&mut self, change: impl FnOnce(&mut Vec<Correction>)) {
        let mut all = (*self.corrections).clone();
        change(&mut all);
        self.writes.compare(&self.corrections, &all, |correction| RecordKey::Correction(correction.id));
        self.corrections = Shared::new(all);
    }

    /// Changes the versions.
    pub fn edit_versions(&mut self, change: impl FnOnce(&mut Vec<ModelVersion>)) {
        let mut all = (*self.versions).clone();
        change(&mut all);
        self.writes.compare(&self.versions, &all, |version| RecordKey::Version(version.about.name.clone()));
        self.versions = Shared::new(all);
    }

    /// What the visitor calls a model: their own by its title, others by their names.
    pub fn title_of<'a>(&'a self, model: &'a str) -> &'a str {
        self.version(model).map_or(model, |version| version.about.title.as_str())
    }

    /// A name that no version has, or had while this page is open: what an engine knows by a name stays the same.
    pub fn unused_name(&mut self) -> String {
        let number = |version: &ModelVersion| version.about.name.strip_prefix("mine-")?.parse().ok();
        let last = self.versions.iter().filter_map(number).max().unwrap_or_default();
        self.last_version_number = self.last_version_number.max(last).saturating_add(1);
        format!("mine-{}", self.last_version_number)
    }

    /// What is under way, or waits for an engine, as it is kept for a reload: it goes on from its checkpoint.
    pub fn pending_training(&self) -> Option<Learn> {
        match &self.training {
            TrainingRun::Queued(ask) | TrainingRun::Running(ActiveRun { ask, .. }) => {
                Some(Learn { from: From::Checkpoint, ..(**ask).clone() })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::{Drawing, Point, Stroke};
    use crate::protocol::{Input, Sample};

    fn sample(label: u8) -> CorrectionData {
        let points = vec![Point::new(1.0, 1.0), Point::new(2.0, 9.0)];
        CorrectionData::Digit(Sample { label, input: Input::Drawing(Drawing { strokes: vec![Stroke { points }] }) })
    }

    #[test]
    fn the_guide_goes_on_to_the_next_digit_and_ends() {
        let mut mine = UserData { guided_digit: Some(0), ..UserData::default() };
        mine.add(vec![sample(0), sample(0)]);
        assert_eq!(mine.guided_digit, Some(0));
        mine.add(vec![sample(0)]);
        assert_eq!(mine.guided_digit, Some(1));
        for digit in 1..10 {
            mine.add(vec![sample(digit); SAMPLES_PER_DIGIT]);
        }
        assert_eq!(mine.guided_digit, None);
    }
}
