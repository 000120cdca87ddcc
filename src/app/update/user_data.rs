//! Reducer of user data: corrections, training runs and model versions.

use crate::app::model::State;
use crate::app::model::async_value::Shared;
use crate::app::model::job_table::Job;
use crate::app::model::user_data::UserDataAction;
use crate::app::model::user_data::corrections::CorrectionData;
use crate::app::model::user_data::evaluation::VersionComparison;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_run::TrainingRun;
use crate::app::model::user_data::write_queue::{ChangeKind, RecordKey};
use crate::protocol::{DigitSample, RunState, TextSample};

impl State {
    /// Applies what the visitor does with corrections, training runs and versions.
    pub(super) fn update_user_data(&mut self, action: UserDataAction) {
        match action {
            UserDataAction::CorrectDigit(label) => self.correct_digit(label),
            UserDataAction::RelabelDigit(id, label) => {
                self.user_data.saved_label = None;
                self.user_data.edit_corrections(|all| {
                    for one in all.iter_mut().filter(|one| one.id == id) {
                        if let CorrectionData::Digit(sample) = &mut one.sample {
                            sample.label = label;
                        }
                    }
                });
            }
            UserDataAction::CorrectSummary(sample) => self.correct_summary(sample),
            UserDataAction::EditSummary(id, summary) => {
                let summary = summary.trim();
                self.user_data.edit_corrections(|all| {
                    for one in all.iter_mut().filter(|one| one.id == id) {
                        if let CorrectionData::Text(sample) = &mut one.sample
                            && !summary.is_empty()
                        {
                            summary.clone_into(&mut sample.summary);
                        }
                    }
                });
            }
            UserDataAction::DeleteCorrection(id) => {
                self.user_data.saved_label = None;
                self.user_data.edit_corrections(|all| all.retain(|one| one.id != id))
            }
            UserDataAction::DeleteCorrections(task) => {
                self.user_data.saved_label = None;
                self.user_data.edit_corrections(|all| all.retain(|one| one.sample.task() != task))
            }
            UserDataAction::ImportCorrections(text) => self.import_corrections(&text),
            UserDataAction::SetGuidedMode(asks) => {
                self.user_data.guided_digit = asks.then_some(0);
                self.user_data.saved_label = None;
                if asks {
                    // The guided mode starts with an empty pad.
                    self.apply(crate::app::model::Action::Clear);
                    // Skips the digits with enough corrections.
                    self.user_data.add(Vec::new());
                    if self.user_data.guided_digit.is_none() {
                        self.notify("You already have enough samples of each digit.".into());
                    }
                }
            }
            UserDataAction::SetTrainingConfig(task, plan) => *self.user_data.configs.get_mut(task) = plan,
            UserDataAction::StartTraining(task, title) => self.queue_training(task, title),
            UserDataAction::CompareVersions(task, models) => {
                self.user_data.comparison =
                    VersionComparison { asked: Some((task, models)), ..VersionComparison::default() };
            }
            UserDataAction::SetPaused(rest) => {
                if let TrainingRun::Running(running) = &mut self.user_data.training {
                    running.rest = rest;
                    let (kind, target) = (running.engine.0, running.job);
                    self.send_control(kind, Job::SetPaused(target, rest));
                }
            }
            UserDataAction::FinishTraining => {
                if let TrainingRun::Running(running) = &mut self.user_data.training {
                    (running.finishing, running.rest) = (true, RunState::GoOn);
                    let (kind, target) = (running.engine.0, running.job);
                    self.send_control(kind, Job::Finish(target));
                }
            }
            UserDataAction::CancelTraining => {
                if let TrainingRun::Running(running) = &self.user_data.training {
                    let (kind, target) = (running.engine.0, running.job);
                    self.send_control(kind, Job::Cancel(target));
                }
                self.finish_training(TrainingRun::Idle);
                self.notify("Learning stopped. The model is unchanged.".into());
            }
            UserDataAction::DismissResult => self.user_data.training = TrainingRun::Idle,
            UserDataAction::RenameVersion(name, title) => {
                let title = title.trim().to_owned();
                if !title.is_empty() {
                    self.user_data.edit_versions(|all| {
                        all.iter_mut()
                            .filter(|one| one.about.name == name)
                            .for_each(|one| one.about.title.clone_from(&title));
                    });
                }
            }
            UserDataAction::DeleteVersion(name) => self.delete_version(&name),
            UserDataAction::ImportVersion(file, made, package) => self.import_version(&file, made, package),
        }
    }

    /// Adds what is on the pad as a correction.
    pub(super) fn correct_digit(&mut self, label: u8) {
        let Some(input) = self.correction_input() else { return };
        let sample = CorrectionData::Digit(DigitSample { label, input: input.clone() });
        if self.user_data.corrections.iter().any(|one| one.sample == sample) {
            self.notify("This drawing is already one of your samples.".into());
            return;
        }
        // One drawing has one label: the last one wins.
        let other = |one: &CorrectionData| !matches!(one, CorrectionData::Digit(sample) if sample.input == input);
        self.user_data.edit_corrections(|all| all.retain(|one| other(&one.sample)));
        let guided = self.user_data.guided_digit.is_some();
        self.user_data.add(vec![sample]);
        if guided && self.user_data.guided_digit.is_none() {
            self.notify("You now have enough samples of each digit. Choose Learn to train the model on them.".into());
        }
        // A stroke that follows belongs to another drawing.
        self.apply(crate::app::model::Action::Clear);
        self.user_data.saved_label = Some(label);
    }

    /// Adds a corrected summary: the last one for a text wins.
    pub(super) fn correct_summary(&mut self, sample: TextSample) {
        let other = |one: &CorrectionData| {
            let of =
                |one: &TextSample| (one.kind, one.length) == (sample.kind, sample.length) && one.text == sample.text;
            !matches!(one, CorrectionData::Text(one) if of(one))
        };
        self.user_data.edit_corrections(|all| all.retain(|one| other(&one.sample)));
        self.user_data.add(vec![CorrectionData::Text(sample)]);
        self.notify(
            "Your summary is saved as a sample. To train the model on your samples, choose Learn further down.".into(),
        );
    }

    pub(super) fn delete_version(&mut self, name: &str) {
        if self.user_data.version(name).is_some() {
            self.user_data.writes.record_change(RecordKey::Version(name.to_owned()), ChangeKind::Delete);
            self.drop_version(name);
        }
    }

    /// Removes a version that this or another tab has deleted.
    pub(super) fn drop_version(&mut self, name: &str) {
        let Some(version) = self.user_data.version(name) else { return };
        let parent = version.about.parent.clone();
        let rest = self.user_data.versions.iter().filter(|version| version.about.name != name).cloned();
        self.user_data.versions = Shared::new(rest.collect());
        self.forget_model(name);
        let known = parent.filter(|parent| !parent.starts_with("mine-") || self.user_data.version(parent).is_some());
        if let Some(task) = Task::ALL.into_iter().find(|task| self.model_for(*task) == name) {
            self.select_model_for(task, known.unwrap_or_else(|| task.facts().first_model.to_owned()));
        }
    }

    /// An engine has read a version. Earlier pages stored an import before its task was known.
    pub(super) fn on_model_loaded(&mut self, name: &str, task: &str) {
        let (Some(task), Some(version)) = (Task::from_package(task), self.user_data.version(name)) else { return };
        let guessed = version.about.task;
        if guessed == task {
            return;
        }
        self.user_data.edit_versions(|all| {
            all.iter_mut().filter(|one| one.about.name == name).for_each(|one| one.about.task = task);
        });
        self.set_model_for(guessed, guessed.facts().first_model.to_owned());
        self.select_model(name.to_owned());
    }

    /// Forgets what the engines loaded under a name.
    pub(super) fn forget_model(&mut self, name: &str) {
        for worker in [&mut self.cpu, &mut self.gpu] {
            worker.models.remove(name);
        }
    }
}
