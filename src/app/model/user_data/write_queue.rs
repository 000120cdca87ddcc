//! Queue of unsaved changes. Each record has its own key; the changes of one action are written in one transaction. Pure state;
//! [`crate::app::browser::use_storage`] writes.

use std::fmt;
use std::str::FromStr;

use crate::storage::StorageError;

/// Identifies a correction among those of all tabs; ids are in the order in which the corrections were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorrectionId {
    /// One more than the highest that the tab knows.
    pub number: u32,
    /// The tab that made it: two tabs may give the same number at the same moment.
    pub tab: u32,
}

impl fmt::Display for CorrectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of fixed length, so that names sort as numbers.
        write!(f, "{:010}-{:08x}", self.number, self.tab)
    }
}

impl FromStr for CorrectionId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, tab) = text.split_once('-').unwrap_or((text, "0"));
        Ok(Self { number: number.parse()?, tab: u32::from_str_radix(tab, 16)? })
    }
}

/// The key of a stored item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKey {
    /// A correction.
    Correction(CorrectionId),
    /// A version with its package, by its name.
    Version(String),
    /// The training run that is not completed. Without this record, its checkpoint is useless.
    PendingTraining,
}

/// How an item changed since it was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was never written.
    Insert,
    /// It changed.
    Update,
    /// It was deleted.
    Delete,
}

/// Whether a change can be written now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WriteStatus {
    Queued,
    /// Writing failed. It is tried again after another change, which may make room.
    Failed,
}

#[derive(Clone, Debug, PartialEq)]
struct PendingWrite {
    key: RecordKey,
    change: ChangeKind,
    /// The last action that changed it.
    action: u32,
    stand: WriteStatus,
}

/// Changes that are written in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteBatch {
    /// Identifies the attempt to write them.
    pub attempt: u32,
    /// The changes, in the order of their keys.
    pub changes: Vec<(RecordKey, ChangeKind)>,
    action: u32,
}

impl WriteBatch {
    fn has(&self, key: &RecordKey) -> bool {
        self.changes.binary_search_by(|(changed, _)| changed.cmp(key)).is_ok()
    }
}

/// The queue of unsaved changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteQueue {
    /// In the order of their keys.
    unkept: Vec<PendingWrite>,
    /// Counts the actions that changed something.
    action: u32,
    attempts: u32,
    writing: Option<WriteBatch>,
    refusal: Option<StorageError>,
}

impl WriteQueue {
    /// The batch that is being written.
    pub fn writing(&self) -> Option<&WriteBatch> {
        self.writing.as_ref()
    }

    /// The last error, if something is not written because of it.
    pub fn error(&self) -> Option<&StorageError> {
        self.refusal.as_ref()
    }

    /// Whether everything is written.
    pub fn is_empty(&self) -> bool {
        self.unkept.is_empty()
    }

    /// How an item changed since it was last written, if it did.
    pub fn pending_change(&self, key: &RecordKey) -> Option<ChangeKind> {
        self.place(key).ok().map(|place| self.unkept[place].change)
    }

    /// Records that an item changed.
    pub fn record_change(&mut self, key: RecordKey, change: ChangeKind) {
        let (before, written) = (self.pending_change(&key), self.is_written(&key));
        match (before, change) {
            // It was never written, and need not be.
            (Some(ChangeKind::Insert), ChangeKind::Delete) if !written => self.discard_change(&key),
            // It is written in its latest state, still together with the changes of its first action.
            (Some(ChangeKind::Insert), ChangeKind::Update) if !written => {}
            (before, change) => {
                let new = before == Some(ChangeKind::Insert) && change == ChangeKind::Update;
                let change = if new { ChangeKind::Insert } else { change };
                self.insert(PendingWrite { key, change, action: self.action, stand: WriteStatus::Queued });
            }
        }
        self.retry();
    }

    /// Records the differences between two states of a list.
    pub fn compare<T: PartialEq>(&mut self, before: &[T], after: &[T], key: impl Fn(&T) -> RecordKey) {
        let mut known: Vec<(RecordKey, usize)> =
            before.iter().enumerate().map(|(place, thing)| (key(thing), place)).collect();
        known.sort();
        let mut gone = vec![true; known.len()];
        for thing in after {
            let key = key(thing);
            match known.binary_search_by(|(known, _)| known.cmp(&key)) {
                Err(_) => self.record_change(key, ChangeKind::Insert),
                Ok(place) => {
                    gone[place] = false;
                    if before[known[place].1] != *thing {
                        self.record_change(key, ChangeKind::Update);
                    }
                }
            }
        }
        let gone = known.into_iter().zip(gone).filter(|(_, gone)| *gone);
        gone.for_each(|((key, _), _)| self.record_change(key, ChangeKind::Delete));
    }

    /// Discards a change: what another tab did to the item wins.
    pub fn discard_change(&mut self, key: &RecordKey) {
        if let Ok(place) = self.place(key) {
            self.unkept.remove(place);
        }
    }

    /// Gives an item that was never written another key.
    pub fn rename(&mut self, from: &RecordKey, to: RecordKey) {
        if let Ok(place) = self.place(from) {
            let unkept = self.unkept.remove(place);
            self.insert(PendingWrite { key: to, ..unkept });
            self.retry();
        }
    }

    /// Ends an action: later changes go into another transaction.
    pub fn end_action(&mut self) {
        if self.unkept.iter().any(|unkept| unkept.action == self.action) {
            self.action += 1;
        }
    }

    /// Takes the oldest change that can be written, if none is being written.
    pub fn begin_write(&mut self) {
        let waiting = self.unkept.iter().filter(|unkept| unkept.stand == WriteStatus::Queued);
        if self.writing.is_none()
            && let Some(action) = waiting.map(|unkept| unkept.action).min()
        {
            let changes = self.unkept.iter().filter(|unkept| unkept.action == action);
            let changes = changes.map(|unkept| (unkept.key.clone(), unkept.change)).collect();
            self.attempts += 1;
            self.writing = Some(WriteBatch { attempt: self.attempts, changes, action });
        }
    }

    /// The batch of this attempt was written.
    pub fn confirm(&mut self, attempt: u32) {
        let Some(batch) = self.writing.take_if(|batch| batch.attempt == attempt) else { return };
        self.unkept.retain_mut(|unkept| {
            if !batch.has(&unkept.key) {
                return true;
            }
            let changed = unkept.action != batch.action;
            if changed && unkept.change == ChangeKind::Insert {
                unkept.change = ChangeKind::Update;
            }
            changed
        });
        if self.unkept.is_empty() {
            self.refusal = None;
        }
        self.retry();
    }

    /// The batch of this attempt was not written. Gives its changes. On a conflict the caller [renames](Self::rename) new
    /// items; everything else waits for another change.
    pub fn reject(&mut self, attempt: u32, refusal: StorageError) -> Vec<(RecordKey, ChangeKind)> {
        let Some(batch) = self.writing.take_if(|batch| batch.attempt == attempt) else { return Vec::new() };
        for unkept in &mut self.unkept {
            // Later changes of a new item stay in the transaction of its first action.
            if unkept.change == ChangeKind::Insert && batch.has(&unkept.key) {
                unkept.action = batch.action;
            }
        }
        if refusal != StorageError::Taken {
            // Smaller changes may still fit; where storage is unavailable, none can be written.
            let all = matches!(refusal, StorageError::Denied(_));
            let same = self.unkept.iter_mut().filter(|unkept| all || unkept.action == batch.action);
            same.for_each(|unkept| unkept.stand = WriteStatus::Failed);
            self.refusal = Some(refusal);
        }
        batch.changes
    }

    /// Nothing could be read, because of this error.
    pub fn set_unavailable(&mut self, refusal: StorageError) {
        self.refusal = Some(refusal);
    }

    /// The index of an item's change, or where it belongs.
    fn place(&self, key: &RecordKey) -> Result<usize, usize> {
        self.unkept.binary_search_by(|unkept| unkept.key.cmp(key))
    }

    fn insert(&mut self, unkept: PendingWrite) {
        match self.place(&unkept.key) {
            Ok(place) => self.unkept[place] = unkept,
            Err(place) => self.unkept.insert(place, unkept),
        }
    }

    fn is_written(&self, key: &RecordKey) -> bool {
        self.writing.as_ref().is_some_and(|batch| batch.has(key))
    }

    fn retry(&mut self) {
        self.unkept.iter_mut().for_each(|unkept| unkept.stand = WriteStatus::Queued);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(number: u32) -> RecordKey {
        RecordKey::Correction(CorrectionId { number, tab: 7 })
    }

    fn version(name: &str) -> RecordKey {
        RecordKey::Version(name.into())
    }

    /// Ends an action, and gives what is written then.
    fn next(shelf: &mut WriteQueue) -> Vec<(RecordKey, ChangeKind)> {
        shelf.end_action();
        shelf.begin_write();
        shelf.writing().map(|batch| batch.changes.clone()).unwrap_or_default()
    }

    fn keep(shelf: &mut WriteQueue) {
        let attempt = shelf.writing().expect("writes").attempt;
        shelf.confirm(attempt);
    }

    fn refuse(shelf: &mut WriteQueue, refusal: StorageError) {
        let attempt = shelf.writing().expect("writes").attempt;
        shelf.reject(attempt, refusal);
    }

    #[test]
    fn names_are_in_the_order_of_their_numbers() {
        let ids = [
            CorrectionId { number: 2, tab: 0xffff_ffff },
            CorrectionId { number: 10, tab: 0 },
            CorrectionId { number: 10, tab: 1 },
        ];
        let names = ids.map(|id| id.to_string());
        assert!(names.is_sorted() && ids.is_sorted());
        assert_eq!(names[0].parse(), Ok(ids[0]));
        assert!("ten".parse::<CorrectionId>().is_err());
    }

    #[test]
    fn what_one_action_changed_is_one_change() {
        let mut shelf = WriteQueue::default();
        shelf.record_change(version("mine-1"), ChangeKind::Insert);
        shelf.record_change(RecordKey::PendingTraining, ChangeKind::Delete);
        assert_eq!(
            next(&mut shelf),
            [(version("mine-1"), ChangeKind::Insert), (RecordKey::PendingTraining, ChangeKind::Delete)]
        );
        shelf.record_change(sample(1), ChangeKind::Insert);
        assert_eq!(next(&mut shelf).len(), 2, "one change at a time");
        keep(&mut shelf);
        assert_eq!(next(&mut shelf), [(sample(1), ChangeKind::Insert)]);
        keep(&mut shelf);
        assert_eq!(next(&mut shelf), []);
    }

    #[test]
    fn a_list_is_compared_with_what_it_was() {
        let mut shelf = WriteQueue::default();
        shelf.compare(&[(1, 'a'), (2, 'b'), (3, 'c')], &[(1, 'a'), (2, 'x'), (4, 'd')], |thing| sample(thing.0));
        let changes =
            [(sample(2), ChangeKind::Update), (sample(3), ChangeKind::Delete), (sample(4), ChangeKind::Insert)];
        assert_eq!(next(&mut shelf), changes);
    }

    #[test]
    fn what_changes_while_it_is_written_is_written_again() {
        let mut shelf = WriteQueue::default();
        shelf.record_change(sample(1), ChangeKind::Insert);
        next(&mut shelf);
        shelf.record_change(sample(1), ChangeKind::Update);
        shelf.end_action();
        assert_eq!(shelf.pending_change(&sample(1)), Some(ChangeKind::Insert), "nobody knows yet whether it is kept");
        keep(&mut shelf);
        assert_eq!(next(&mut shelf), [(sample(1), ChangeKind::Update)]);
        shelf.record_change(sample(1), ChangeKind::Delete);
        keep(&mut shelf);
        assert_eq!(next(&mut shelf), [(sample(1), ChangeKind::Delete)]);
    }

    #[test]
    fn what_came_and_went_is_never_written() {
        let mut shelf = WriteQueue::default();
        shelf.record_change(sample(1), ChangeKind::Insert);
        shelf.record_change(sample(1), ChangeKind::Delete);
        assert_eq!(next(&mut shelf), []);
    }

    #[test]
    fn what_was_refused_waits_until_something_makes_room() {
        let mut shelf = WriteQueue::default();
        shelf.record_change(version("mine-2"), ChangeKind::Insert);
        next(&mut shelf);
        refuse(&mut shelf, StorageError::Full);
        assert_eq!(next(&mut shelf), [], "it is not tried on and on");
        assert_eq!(shelf.error(), Some(&StorageError::Full));
        shelf.record_change(version("mine-1"), ChangeKind::Delete);
        assert_eq!(next(&mut shelf), [(version("mine-2"), ChangeKind::Insert)]);
        refuse(&mut shelf, StorageError::Full);
        assert_eq!(next(&mut shelf), [(version("mine-1"), ChangeKind::Delete)]);
        keep(&mut shelf);
        assert_eq!(next(&mut shelf), [(version("mine-2"), ChangeKind::Insert)]);
        keep(&mut shelf);
        assert_eq!((next(&mut shelf), shelf.error()), (vec![], None));
    }

    #[test]
    fn where_nothing_is_kept_nothing_else_is_tried() {
        let mut shelf = WriteQueue::default();
        for number in 1..4 {
            shelf.record_change(sample(number), ChangeKind::Insert);
            shelf.end_action();
        }
        next(&mut shelf);
        refuse(&mut shelf, StorageError::Denied("a private window".into()));
        assert_eq!(next(&mut shelf), []);
        shelf.record_change(sample(4), ChangeKind::Insert);
        assert_eq!(next(&mut shelf), [(sample(1), ChangeKind::Insert)], "until something changes");
    }

    #[test]
    fn what_is_new_stays_with_what_it_was_new_with() {
        let mut shelf = WriteQueue::default();
        shelf.record_change(version("mine-1"), ChangeKind::Insert);
        shelf.record_change(RecordKey::PendingTraining, ChangeKind::Delete);
        next(&mut shelf);
        shelf.record_change(version("mine-1"), ChangeKind::Update);
        shelf.end_action();
        refuse(&mut shelf, StorageError::Full);
        shelf.record_change(version("mine-1"), ChangeKind::Update);
        assert_eq!(
            next(&mut shelf),
            [(version("mine-1"), ChangeKind::Insert), (RecordKey::PendingTraining, ChangeKind::Delete)]
        );
    }

    #[test]
    fn another_name_is_the_same_change() {
        let mut shelf = WriteQueue::default();
        shelf.record_change(version("mine-1"), ChangeKind::Insert);
        shelf.record_change(RecordKey::PendingTraining, ChangeKind::Delete);
        next(&mut shelf);
        refuse(&mut shelf, StorageError::Taken);
        shelf.rename(&version("mine-1"), version("mine-2"));
        assert_eq!(
            next(&mut shelf),
            [(version("mine-2"), ChangeKind::Insert), (RecordKey::PendingTraining, ChangeKind::Delete)]
        );
    }

    #[test]
    fn an_answer_to_an_earlier_attempt_is_not_heard() {
        let mut shelf = WriteQueue::default();
        shelf.record_change(sample(1), ChangeKind::Insert);
        next(&mut shelf);
        shelf.confirm(99);
        assert!(shelf.writing().is_some());
    }
}
