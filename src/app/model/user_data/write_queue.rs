//! What of the visitor's own is not kept yet. Each thing is kept under a key of its own, and what one action changed is one change of
//! what is kept: whole or not at all. Plain state, tested natively; who writes is [`crate::app::browser::use_storage`].

use std::fmt;
use std::str::FromStr;

use crate::storage::StorageError;

/// Names one thing among those of all tabs, in the order they were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorrectionId {
    /// Counts on from all that the tab knows.
    pub number: u32,
    /// The tab that made it: two tabs may count to the same number at the same moment.
    pub tab: u32,
}

impl fmt::Display for CorrectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As long as any other, so that names are in the order of the numbers.
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

/// What a thing is kept under.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordKey {
    /// A sample.
    Correction(CorrectionId),
    /// A version with its package, by its name.
    Version(String),
    /// The learning under way, for whoever goes on with it. Without one, its checkpoint is worth nothing.
    PendingTraining,
}

/// What became of a thing since it was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was never kept.
    Insert,
    /// It is another.
    Update,
    /// It is not wanted any more.
    Delete,
}

/// Whether a change waits to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WriteStatus {
    Queued,
    /// It was refused. It is tried again once something else changes, which may make room.
    Failed,
}

#[derive(Clone, Debug, PartialEq)]
struct PendingWrite {
    key: RecordKey,
    change: ChangeKind,
    /// The action that changed it last.
    action: u32,
    stand: WriteStatus,
}

/// Changes that are kept together.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteBatch {
    /// Tells one attempt from another.
    pub attempt: u32,
    /// What changed, and how, in the order of the keys.
    pub changes: Vec<(RecordKey, ChangeKind)>,
    action: u32,
}

impl WriteBatch {
    fn has(&self, key: &RecordKey) -> bool {
        self.changes.binary_search_by(|(changed, _)| changed.cmp(key)).is_ok()
    }
}

/// What is not kept yet.
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
    /// What is being written.
    pub fn writing(&self) -> Option<&WriteBatch> {
        self.writing.as_ref()
    }

    /// Why something is not kept, if it was refused.
    pub fn error(&self) -> Option<&StorageError> {
        self.refusal.as_ref()
    }

    /// Whether everything is kept.
    pub fn is_empty(&self) -> bool {
        self.unkept.is_empty()
    }

    /// What became of a thing since it was kept, if anything.
    pub fn pending_change(&self, key: &RecordKey) -> Option<ChangeKind> {
        self.place(key).ok().map(|place| self.unkept[place].change)
    }

    /// A thing changed.
    pub fn record_change(&mut self, key: RecordKey, change: ChangeKind) {
        let (before, written) = (self.pending_change(&key), self.is_written(&key));
        match (before, change) {
            // It never came to the store, and need not.
            (Some(ChangeKind::Insert), ChangeKind::Delete) if !written => self.discard_change(&key),
            // It comes as it is by then, still together with what it was new with.
            (Some(ChangeKind::Insert), ChangeKind::Update) if !written => {}
            (before, change) => {
                let new = before == Some(ChangeKind::Insert) && change == ChangeKind::Update;
                let change = if new { ChangeKind::Insert } else { change };
                self.insert(PendingWrite { key, change, action: self.action, stand: WriteStatus::Queued });
            }
        }
        self.retry();
    }

    /// Marks what is not the same in two states of a list.
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

    /// Forgets that a thing changed: what another tab did to it counts.
    pub fn discard_change(&mut self, key: &RecordKey) {
        if let Ok(place) = self.place(key) {
            self.unkept.remove(place);
        }
    }

    /// A thing that was never kept is called otherwise from now on.
    pub fn rename(&mut self, from: &RecordKey, to: RecordKey) {
        if let Ok(place) = self.place(from) {
            let unkept = self.unkept.remove(place);
            self.insert(PendingWrite { key: to, ..unkept });
            self.retry();
        }
    }

    /// An action is over: what comes now is another change.
    pub fn end_action(&mut self) {
        if self.unkept.iter().any(|unkept| unkept.action == self.action) {
            self.action += 1;
        }
    }

    /// Takes the oldest change that waits to be kept, if none is being written.
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

    /// What was being written is kept.
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

    /// What was being written is refused. Gives what that was. Where a name is taken, it is for the caller to [rename](Self::rename)
    /// what is new; everything else waits for a change.
    pub fn reject(&mut self, attempt: u32, refusal: StorageError) -> Vec<(RecordKey, ChangeKind)> {
        let Some(batch) = self.writing.take_if(|batch| batch.attempt == attempt) else { return Vec::new() };
        for unkept in &mut self.unkept {
            // What changed meanwhile is still one change with what it was new with.
            if unkept.change == ChangeKind::Insert && batch.has(&unkept.key) {
                unkept.action = batch.action;
            }
        }
        if refusal != StorageError::Taken {
            // Something smaller may still fit; where nothing is kept, nothing else is either.
            let all = matches!(refusal, StorageError::Denied(_));
            let same = self.unkept.iter_mut().filter(|unkept| all || unkept.action == batch.action);
            same.for_each(|unkept| unkept.stand = WriteStatus::Failed);
            self.refusal = Some(refusal);
        }
        batch.changes
    }

    /// Nothing was read, for this reason.
    pub fn set_unavailable(&mut self, refusal: StorageError) {
        self.refusal = Some(refusal);
    }

    /// Where the change of a thing is, or would be.
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
