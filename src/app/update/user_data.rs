//! Reducer of user data: corrections, training runs and model versions.

use crate::app::messages::user_data::import_trial_notice;
use crate::app::model::State;
use crate::app::model::async_value::Shared;
use crate::app::model::job_table::Job;
use crate::app::model::user_data::UserDataAction;
use crate::app::model::user_data::corrections::{CorrectionData, read_corrections};
use crate::app::model::user_data::evaluation::VersionComparison;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_run::TrainingRun;
use crate::app::model::user_data::version::{ModelVersion, VersionInfo};
use crate::app::model::user_data::write_queue::{ChangeKind, RecordKey};
use crate::protocol::{DigitSample, ImportTrial, TextSample};

impl State {
    /// Applies what the visitor does with corrections, training runs and versions.
    pub(super) fn update_user_data(&mut self, action: UserDataAction) {
        match action {
            UserDataAction::CorrectDigit(label) => self.correct_digit(label),
            UserDataAction::RelabelDigit(id, label) => self.user_data.edit_corrections(|all| {
                for one in all.iter_mut().filter(|one| one.id == id) {
                    if let CorrectionData::Digit(sample) = &mut one.sample {
                        sample.label = label;
                    }
                }
            }),
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
                self.user_data.edit_corrections(|all| all.retain(|one| one.id != id))
            }
            UserDataAction::DeleteCorrections(task) => {
                self.user_data.edit_corrections(|all| all.retain(|one| one.sample.task() != task))
            }
            UserDataAction::ImportCorrections(text) => match read_corrections(&text) {
                Ok((samples, left_out)) => {
                    let count = samples.len();
                    self.user_data.add(samples);
                    let came =
                        if count == 1 { "Imported 1 sample.".into() } else { format!("Imported {count} samples.") };
                    self.notify([Some(came), left_out].into_iter().flatten().collect::<Vec<_>>().join(" "));
                }
                Err(why) => self.notify(why),
            },
            UserDataAction::SetGuidedMode(asks) => {
                self.user_data.guided_digit = asks.then_some(0);
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
            UserDataAction::ImportVersion(file, made, package) => {
                let name = self.user_data.unused_name();
                let title = file.trim_end_matches(".safetensors").to_owned();
                let about = VersionInfo {
                    name: name.clone(),
                    // Until an engine has read it.
                    task: self.page.task().unwrap_or_default(),
                    title,
                    parent: None,
                    made,
                    samples: 0,
                    plan: None,
                    held_out: None,
                    own: None,
                };
                let before = self.model_for(about.task).to_owned();
                self.user_data.last_import = Some((name.clone(), before));
                self.user_data.edit_versions(|all| all.push(ModelVersion { about, package }));
                self.select_model(name);
            }
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
        self.user_data.add(vec![sample]);
        if self.user_data.guided_digit.is_some() {
            self.apply(crate::app::model::Action::Clear);
        }
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

    /// An engine has read an imported version: its task may be another one.
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

    /// An engine has tried a classifier on held-out digits. One that was imported just now and reads hardly anything does not stay
    /// active; the visitor may still select it.
    pub(super) fn on_import_tried(&mut self, name: &str, trial: &ImportTrial) {
        let Some((_, before)) = self.user_data.last_import.take_if(|(brought, _)| brought == name) else { return };
        let Some(version) = self.user_data.version(name) else { return };
        let notice = import_trial_notice(&version.about.title, trial);
        let (task, score) = (version.about.task, trial.accuracy());
        self.user_data.edit_versions(|all| {
            all.iter_mut()
                .filter(|one| one.about.name == name)
                .for_each(|one| one.about.held_out = Some([score, score]));
        });
        if trial.is_near_chance() && self.model_for(task) == name {
            // The file may have been brought on another task's page.
            let known = Some(before).filter(|before| self.task_of(before) == Some(task));
            self.select_model_for(task, known.unwrap_or_else(|| task.facts().first_model.to_owned()));
        }
        notice.into_iter().for_each(|notice| self.notify(notice));
    }

    /// Forgets what the engines loaded under a name.
    pub(super) fn forget_model(&mut self, name: &str) {
        for worker in [&mut self.cpu, &mut self.gpu] {
            worker.models.remove(name);
        }
    }

    /// An engine rejected a package. An imported version is removed, and the model before it is selected again; a version that
    /// was trained here may still load on the other engine.
    pub(super) fn reject_import(&mut self, name: &str, why: &str) {
        let Some(version) = self.user_data.version(name).filter(|version| version.about.parent.is_none()) else {
            return self.notify(why.to_owned());
        };
        // The engine knows it by a name that the visitor never saw.
        let reason = why.split_once("cannot be used: ").map_or(why, |(_, reason)| reason);
        let text = format!("The file “{}” could not be imported: {reason}", version.about.title);
        self.notify(text);
        self.user_data.edit_versions(|all| all.retain(|one| one.about.name != name));
        if let Some((_, before)) = self.user_data.last_import.take_if(|(brought, _)| brought == name)
            && Task::ALL.into_iter().any(|task| self.model_for(task) == name)
        {
            self.select_model(before);
        }
    }
}
