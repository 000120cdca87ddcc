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
    status: WriteStatus,
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
    pending: Vec<PendingWrite>,
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
        self.pending.is_empty()
    }

    /// How an item changed since it was last written, if it did.
    pub fn pending_change(&self, key: &RecordKey) -> Option<ChangeKind> {
        self.place(key).ok().map(|place| self.pending[place].change)
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
                self.insert(PendingWrite { key, change, action: self.action, status: WriteStatus::Queued });
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
            self.pending.remove(place);
        }
    }

    /// Gives an item that was never written another key.
    pub fn rename(&mut self, from: &RecordKey, to: RecordKey) {
        if let Ok(place) = self.place(from) {
            let pending = self.pending.remove(place);
            self.insert(PendingWrite { key: to, ..pending });
            self.retry();
        }
    }

    /// Ends an action: later changes go into another transaction.
    pub fn end_action(&mut self) {
        if self.pending.iter().any(|pending| pending.action == self.action) {
            self.action += 1;
        }
    }

    /// Takes the oldest change that can be written, if none is being written.
    pub fn begin_write(&mut self) {
        let waiting = self.pending.iter().filter(|pending| pending.status == WriteStatus::Queued);
        if self.writing.is_none()
            && let Some(action) = waiting.map(|pending| pending.action).min()
        {
            let changes = self.pending.iter().filter(|pending| pending.action == action);
            let changes = changes.map(|pending| (pending.key.clone(), pending.change)).collect();
            self.attempts += 1;
            self.writing = Some(WriteBatch { attempt: self.attempts, changes, action });
        }
    }

    /// The batch of this attempt was written.
    pub fn confirm(&mut self, attempt: u32) {
        let Some(batch) = self.writing.take_if(|batch| batch.attempt == attempt) else { return };
        self.pending.retain_mut(|pending| {
            if !batch.has(&pending.key) {
                return true;
            }
            let changed = pending.action != batch.action;
            if changed && pending.change == ChangeKind::Insert {
                pending.change = ChangeKind::Update;
            }
            changed
        });
        if self.pending.is_empty() {
            self.refusal = None;
        }
        self.retry();
    }

    /// The batch of this attempt was not written. Gives its changes. On a conflict the caller [renames](Self::rename) new
    /// items; everything else waits for another change.
    pub fn reject(&mut self, attempt: u32, refusal: StorageError) -> Vec<(RecordKey, ChangeKind)> {
        let Some(batch) = self.writing.take_if(|batch| batch.attempt == attempt) else { return Vec::new() };
        for pending in &mut self.pending {
            // Later changes of a new item stay in the transaction of its first action.
            if pending.change == ChangeKind::Insert && batch.has(&pending.key) {
                pending.action = batch.action;
            }
        }
        if refusal != StorageError::Taken {
            // Smaller changes may still fit; where storage is unavailable, none can be written.
            let all = refusal.is_unavailable();
            let same = self.pending.iter_mut().filter(|pending| all || pending.action == batch.action);
            same.for_each(|pending| pending.status = WriteStatus::Failed);
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
        self.pending.binary_search_by(|pending| pending.key.cmp(key))
    }

    fn insert(&mut self, pending: PendingWrite) {
        match self.place(&pending.key) {
            Ok(place) => self.pending[place] = pending,
            Err(place) => self.pending.insert(place, pending),
        }
    }

    fn is_written(&self, key: &RecordKey) -> bool {
        self.writing.as_ref().is_some_and(|batch| batch.has(key))
    }

    fn retry(&mut self) {
        self.pending.iter_mut().for_each(|pending| pending.status = WriteStatus::Queued);
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
    fn next(queue: &mut WriteQueue) -> Vec<(RecordKey, ChangeKind)> {
        queue.end_action();
        queue.begin_write();
        queue.writing().map(|batch| batch.changes.clone()).unwrap_or_default()
    }

    fn keep(queue: &mut WriteQueue) {
        let attempt = queue.writing().expect("writes").attempt;
        queue.confirm(attempt);
    }

    fn refuse(queue: &mut WriteQueue, refusal: StorageError) {
        let attempt = queue.writing().expect("writes").attempt;
        queue.reject(attempt, refusal);
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
        let mut queue = WriteQueue::default();
        queue.record_change(version("mine-1"), ChangeKind::Insert);
        queue.record_change(RecordKey::PendingTraining, ChangeKind::Delete);
        assert_eq!(
            next(&mut queue),
            [(version("mine-1"), ChangeKind::Insert), (RecordKey::PendingTraining, ChangeKind::Delete)]
        );
        queue.record_change(sample(1), ChangeKind::Insert);
        assert_eq!(next(&mut queue).len(), 2, "one change at a time");
        keep(&mut queue);
        assert_eq!(next(&mut queue), [(sample(1), ChangeKind::Insert)]);
        keep(&mut queue);
        assert_eq!(next(&mut queue), []);
    }

    #[test]
    fn a_list_is_compared_with_what_it_was() {
        let mut queue = WriteQueue::default();
        queue.compare(&[(1, 'a'), (2, 'b'), (3, 'c')], &[(1, 'a'), (2, 'x'), (4, 'd')], |thing| sample(thing.0));
        let changes =
            [(sample(2), ChangeKind::Update), (sample(3), ChangeKind::Delete), (sample(4), ChangeKind::Insert)];
        assert_eq!(next(&mut queue), changes);
    }

    #[test]
    fn what_changes_while_it_is_written_is_written_again() {
        let mut queue = WriteQueue::default();
        queue.record_change(sample(1), ChangeKind::Insert);
        next(&mut queue);
        queue.record_change(sample(1), ChangeKind::Update);
        queue.end_action();
        assert_eq!(queue.pending_change(&sample(1)), Some(ChangeKind::Insert), "nobody knows yet whether it is kept");
        keep(&mut queue);
        assert_eq!(next(&mut queue), [(sample(1), ChangeKind::Update)]);
        queue.record_change(sample(1), ChangeKind::Delete);
        keep(&mut queue);
        assert_eq!(next(&mut queue), [(sample(1), ChangeKind::Delete)]);
    }

    #[test]
    fn what_came_and_went_is_never_written() {
        let mut queue = WriteQueue::default();
        queue.record_change(sample(1), ChangeKind::Insert);
        queue.record_change(sample(1), ChangeKind::Delete);
        assert_eq!(next(&mut queue), []);
    }

    #[test]
    fn what_was_refused_waits_until_something_makes_room() {
        let mut queue = WriteQueue::default();
        queue.record_change(version("mine-2"), ChangeKind::Insert);
        next(&mut queue);
        refuse(&mut queue, StorageError::Full);
        assert_eq!(next(&mut queue), [], "it is not tried on and on");
        assert_eq!(queue.error(), Some(&StorageError::Full));
        queue.record_change(version("mine-1"), ChangeKind::Delete);
        assert_eq!(next(&mut queue), [(version("mine-2"), ChangeKind::Insert)]);
        refuse(&mut queue, StorageError::Full);
        assert_eq!(next(&mut queue), [(version("mine-1"), ChangeKind::Delete)]);
        keep(&mut queue);
        assert_eq!(next(&mut queue), [(version("mine-2"), ChangeKind::Insert)]);
        keep(&mut queue);
        assert_eq!((next(&mut queue), queue.error()), (vec![], None));
    }

    #[test]
    fn where_nothing_is_kept_nothing_else_is_tried() {
        let mut queue = WriteQueue::default();
        for number in 1..4 {
            queue.record_change(sample(number), ChangeKind::Insert);
            queue.end_action();
        }
        next(&mut queue);
        refuse(&mut queue, StorageError::Denied("a private window".into()));
        assert_eq!(next(&mut queue), []);
        queue.record_change(sample(4), ChangeKind::Insert);
        assert_eq!(next(&mut queue), [(sample(1), ChangeKind::Insert)], "until something changes");
    }

    #[test]
    fn what_is_new_stays_with_what_it_was_new_with() {
        let mut queue = WriteQueue::default();
        queue.record_change(version("mine-1"), ChangeKind::Insert);
        queue.record_change(RecordKey::PendingTraining, ChangeKind::Delete);
        next(&mut queue);
        queue.record_change(version("mine-1"), ChangeKind::Update);
        queue.end_action();
        refuse(&mut queue, StorageError::Full);
        queue.record_change(version("mine-1"), ChangeKind::Update);
        assert_eq!(
            next(&mut queue),
            [(version("mine-1"), ChangeKind::Insert), (RecordKey::PendingTraining, ChangeKind::Delete)]
        );
    }

    #[test]
    fn another_name_is_the_same_change() {
        let mut queue = WriteQueue::default();
        queue.record_change(version("mine-1"), ChangeKind::Insert);
        queue.record_change(RecordKey::PendingTraining, ChangeKind::Delete);
        next(&mut queue);
        refuse(&mut queue, StorageError::Taken);
        queue.rename(&version("mine-1"), version("mine-2"));
        assert_eq!(
            next(&mut queue),
            [(version("mine-2"), ChangeKind::Insert), (RecordKey::PendingTraining, ChangeKind::Delete)]
        );
    }

    #[test]
    fn an_answer_to_an_earlier_attempt_is_not_heard() {
        let mut queue = WriteQueue::default();
        queue.record_change(sample(1), ChangeKind::Insert);
        next(&mut queue);
        queue.confirm(99);
        assert!(queue.writing().is_some());
    }
}
