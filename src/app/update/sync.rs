//! Reducer of synchronization: loads stored user data, merges changes of other tabs, and holds the training lock.

use crate::app::messages::user_data;
use crate::app::model::State;
use crate::app::model::async_value::Shared;
use crate::app::model::user_data::StorageEvent;
use crate::app::model::user_data::corrections::{Correction, CorrectionData};
use crate::app::model::user_data::stored_item::StoredItem;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_lock::{LockOwner, LockResult};
use crate::app::model::user_data::training_run::{ActiveRun, TrainingRun};
use crate::app::model::user_data::version::ModelVersion;
use crate::app::model::user_data::write_queue::{ChangeKind, CorrectionId, RecordKey};
use crate::protocol::FineTuneRequest;
use crate::storage::StorageError;

impl State {
    /// Applies what the browser's storage reports.
    pub(super) fn on_storage_event(&mut self, event: StorageEvent) {
        match event {
            StorageEvent::Loaded(tab, items, error) => self.load_stored(tab, items, error),
            StorageEvent::ChangedElsewhere(items) => self.apply_remote_changes(items),
            StorageEvent::WriteSucceeded(attempt) => self.on_write_succeeded(attempt),
            StorageEvent::WriteFailed(attempt, error) => self.on_write_failed(attempt, error),
        }
    }

    /// Stored items were loaded, by the tab of this id.
    fn load_stored(&mut self, tab: u32, found: Vec<StoredItem>, refusal: Option<StorageError>) {
        self.user_data.is_loaded = true;
        self.user_data.tab_id = tab;
        // Corrections that the visitor made before stored ones were loaded come after them.
        let newer = self.user_data.corrections.iter().map(|one| one.sample.clone()).collect();
        self.user_data.edit_corrections(Vec::clear);
        self.merge(found);
        self.user_data.add(newer);
        for name in std::mem::take(&mut self.models_to_restore).into_values().flatten() {
            if self.user_data.version(&name).is_some() {
                self.select_model(name);
            }
        }
        if let Some(refusal) = refusal {
            self.notify_storage_error(&refusal);
            self.user_data.writes.set_unavailable(refusal);
        }
    }

    /// Another tab changed stored items. The visitor is notified of a new version that was not made in this tab.
    fn apply_remote_changes(&mut self, found: Vec<StoredItem>) {
        for found in &found {
            if let StoredItem::Version(name, Some(ModelVersion { about, .. })) = found
                && about.parent.is_some()
                && self.user_data.version(name).is_none()
            {
                self.notify(format!(
                    "Another tab has finished training “{}”. You will find it in your versions.",
                    about.title
                ));
            }
        }
        self.merge(found);
    }

    /// Merges stored items. Unsaved changes of this tab win, unless the item was deleted.
    fn merge(&mut self, found: Vec<StoredItem>) {
        let mut samples = Vec::new();
        for found in found {
            match found {
                StoredItem::Correction(id, sample) => samples.push((id, sample)),
                StoredItem::Version(name, Some(version)) => self.merge_version(&name, version),
                StoredItem::Version(name, None) => {
                    let key = RecordKey::Version(name.clone());
                    if self.user_data.writes.pending_change(&key) != Some(ChangeKind::Insert) {
                        self.user_data.writes.discard_change(&key);
                        self.drop_version(&name);
                    }
                }
                StoredItem::PendingTraining(Some(_)) => self.user_data.training_lock.acquire(),
                StoredItem::PendingTraining(None) => {
                    // It was completed or canceled.
                    if matches!(self.user_data.training_lock.owner(), LockOwner::Requested | LockOwner::OtherTab)
                        && !self.user_data.training.busy()
                    {
                        self.user_data.training_lock.release();
                    }
                }
            }
        }
        self.merge_corrections(samples);
    }

    fn merge_corrections(&mut self, samples: Vec<(CorrectionId, Option<CorrectionData>)>) {
        if samples.is_empty() {
            return;
        }
        let mut all = (*self.user_data.corrections).clone();
        for (id, sample) in samples {
            let (key, place) = (RecordKey::Correction(id), all.binary_search_by_key(&id, |correction| correction.id));
            self.user_data.last_correction_number = self.user_data.last_correction_number.max(id.number);
            match (sample, place, self.user_data.writes.pending_change(&key)) {
                (None, Ok(place), change) if change != Some(ChangeKind::Insert) => {
                    self.user_data.writes.discard_change(&key);
                    all.remove(place);
                }
                (None, Err(_), _) => self.user_data.writes.discard_change(&key),
                (Some(sample), Ok(place), None) => all[place].sample = sample,
                (Some(sample), Err(place), None) => all.insert(place, Correction { id, sample }),
                // It was changed in this tab.
                _ => {}
            }
        }
        self.user_data.corrections = Shared::new(all);
    }

    fn merge_version(&mut self, name: &str, version: ModelVersion) {
        match self.user_data.writes.pending_change(&RecordKey::Version(name.to_owned())) {
            // Another tab has used the name.
            Some(ChangeKind::Insert) => self.rename_version(name),
            Some(ChangeKind::Update | ChangeKind::Delete) => return,
            None => {}
        }
        let mut all = (*self.user_data.versions).clone();
        match all.iter_mut().find(|known| known.about.name == name) {
            Some(known) if *known.package == *version.package => known.about = version.about,
            Some(known) => {
                *known = version;
                // The engines know another model by this name.
                self.forget_model(name);
            }
            None => all.push(version),
        }
        self.user_data.versions = Shared::new(all);
    }

    /// Renames a version that was never written, because another tab has used its name.
    fn rename_version(&mut self, from: &str) {
        let to = self.user_data.unused_name();
        let mut all = (*self.user_data.versions).clone();
        for version in &mut all {
            let about = &mut version.about;
            if about.name == from {
                about.name.clone_from(&to);
            }
            if about.parent.as_deref() == Some(from) {
                about.parent = Some(to.clone());
            }
        }
        self.user_data.versions = Shared::new(all);
        self.user_data.writes.rename(&RecordKey::Version(from.to_owned()), RecordKey::Version(to.clone()));
        self.forget_model(from);
        match &mut self.user_data.training {
            TrainingRun::Completed(name, _) if name == from => name.clone_from(&to),
            TrainingRun::Queued(ask) | TrainingRun::Running(ActiveRun { ask, .. }) if ask.model == from => {
                *ask = Shared::new(FineTuneRequest { model: to.clone(), ..(**ask).clone() });
                if self.user_data.training_lock.owner() == LockOwner::ThisTab {
                    self.user_data.writes.record_change(RecordKey::PendingTraining, ChangeKind::Insert);
                }
            }
            _ => {}
        }
        if Task::ALL.into_iter().any(|task| self.model_for(task) == from) {
            self.select_model(to);
        }
    }

    /// A batch was written.
    fn on_write_succeeded(&mut self, attempt: u32) {
        self.user_data.writes.confirm(attempt);
    }

    /// A batch was not written. The visitor is notified once for each reason.
    fn on_write_failed(&mut self, attempt: u32, refusal: StorageError) {
        let told = self.user_data.writes.error().map(std::mem::discriminant) == Some(std::mem::discriminant(&refusal));
        for (key, change) in self.user_data.writes.reject(attempt, refusal.clone()) {
            if refusal != StorageError::Taken
                || change != ChangeKind::Insert
                || self.user_data.writes.pending_change(&key).is_none()
            {
                continue;
            }
            match &key {
                RecordKey::Version(name) => self.rename_version(name),
                // It is identical.
                RecordKey::Correction(_) | RecordKey::PendingTraining => self.user_data.writes.discard_change(&key),
            }
        }
        if !told {
            self.notify_storage_error(&refusal);
        }
    }

    fn notify_storage_error(&mut self, refusal: &StorageError) {
        if let Some(text) = user_data::storage_error_message(refusal) {
            self.notify(text);
        }
    }

    /// The request for the training lock was answered.
    pub(super) fn on_training_lock_answered(&mut self, request: u32, got: LockResult) {
        let whose = if got == LockResult::HeldElsewhere { LockOwner::OtherTab } else { LockOwner::ThisTab };
        let before = self.user_data.training_lock.owner();
        if !self.user_data.training_lock.on_answer(request, whose) {
            return;
        }
        match (got, before, &self.user_data.training) {
            // What the visitor starts now replaces what this tab had interrupted, but not what another tab was training.
            (LockResult::Acquired(_), LockOwner::Requested, TrainingRun::Queued(_))
            | (LockResult::Acquired(None), _, TrainingRun::Queued(_)) => {
                self.user_data.writes.record_change(RecordKey::PendingTraining, ChangeKind::Insert);
            }
            (LockResult::Acquired(Some(ask)), ..) => {
                self.notify("Resuming the training that was interrupted.".into());
                self.user_data.crashes = 0;
                self.user_data.training = TrainingRun::Queued(Shared::new(*ask));
            }
            _ => {}
        }
    }

    /// Ends the training run, so that no other tab resumes it.
    pub(super) fn finish_training(&mut self, course: TrainingRun) {
        self.user_data.training = course;
        if self.user_data.training_lock.owner() == LockOwner::ThisTab {
            self.user_data.writes.record_change(RecordKey::PendingTraining, ChangeKind::Delete);
        }
    }

    /// Writes the next changes, and releases the training lock once nothing is queued and the other tabs can know.
    pub(super) fn flush_writes(&mut self) {
        self.user_data.writes.end_action();
        if self.user_data.is_loaded {
            self.user_data.writes.begin_write();
        }
        let writes = &self.user_data.writes;
        // Where storage is unavailable, no other tab waits for a record.
        let told = writes.pending_change(&RecordKey::PendingTraining).is_none()
            || writes.error().is_some_and(StorageError::is_unavailable);
        if self.user_data.training_lock.owner() == LockOwner::ThisTab && !self.user_data.training.busy() && told {
            self.user_data.training_lock.release();
        }
    }
}

#[cfg(test)]
mod tests;
