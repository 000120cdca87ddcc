//! Codec of stored records: `sample/…`, `version/…` with its `package/…`, and `pending`.

use super::UserData;
use super::corrections::parse_correction;
use super::json::{from_json, parse_json, to_json};
use super::stored_item::StoredItem;
use super::version::ModelVersion;
use super::write_queue::{ChangeKind, RecordKey, WriteBatch};
use crate::app::model::async_value::Shared;
use crate::protocol::CHECKPOINT;
use crate::storage::{Record, RecordEdit, RecordQuery};

pub const SAMPLE: &str = "sample/";
pub const VERSION: &str = "version/";
pub const PACKAGE: &str = "package/";
/// The record of the training run that is not completed: a page that opens resumes it.
pub const PENDING: &str = "pending";

impl RecordKey {
    /// The name of its record; for a version, that of the record beside its package.
    pub fn name(&self) -> String {
        match self {
            RecordKey::Correction(id) => format!("{SAMPLE}{id}"),
            RecordKey::Version(name) => format!("{VERSION}{name}"),
            RecordKey::PendingTraining => PENDING.to_owned(),
        }
    }

    /// Parses the name of a record; none where it is not user data.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(id) = name.strip_prefix(SAMPLE) {
            return id.parse().ok().map(RecordKey::Correction);
        }
        match name.strip_prefix(VERSION) {
            Some(version) => Some(RecordKey::Version(version.to_owned())),
            None => (name == PENDING).then_some(RecordKey::PendingTraining),
        }
    }
}

/// The queries for some records.
pub fn queries(keys: &[RecordKey]) -> Vec<RecordQuery> {
    let package = |key: &RecordKey| match key {
        RecordKey::Version(name) => Some(format!("{PACKAGE}{name}")),
        _ => None,
    };
    keys.iter().flat_map(|key| [Some(key.name()), package(key)]).flatten().map(RecordQuery::Named).collect()
}

/// Decodes records. Unreadable ones (of a newer page, or half a version) are left out here and stay in storage.
pub fn decode(rows: Vec<Record>) -> Vec<StoredItem> {
    let of = |row: &Record| {
        Some(match RecordKey::parse(&row.name)? {
            RecordKey::Correction(id) => StoredItem::Correction(id, Some(parse_correction(parse_json(&row.bytes)?)?)),
            RecordKey::Version(name) => {
                let (about, package) = (from_json(&row.bytes)?, format!("{PACKAGE}{name}"));
                let package = rows.iter().find(|row| row.name == package)?.bytes.clone();
                StoredItem::Version(name, Some(ModelVersion { about, package: Shared::new(package) }))
            }
            RecordKey::PendingTraining => StoredItem::PendingTraining(Some(Box::new(from_json(&row.bytes)?))),
        })
    };
    rows.iter().filter_map(of).collect()
}

/// Decodes the records of some keys; a key without a record was deleted.
pub fn decode_changes(keys: &[RecordKey], rows: Vec<Record>) -> Vec<StoredItem> {
    let gone = |key: &&RecordKey| !rows.iter().any(|row| row.name == key.name());
    let gone: Vec<StoredItem> = keys
        .iter()
        .filter(gone)
        .map(|key| match key.clone() {
            RecordKey::Correction(id) => StoredItem::Correction(id, None),
            RecordKey::Version(name) => StoredItem::Version(name, None),
            RecordKey::PendingTraining => StoredItem::PendingTraining(None),
        })
        .collect();
    gone.into_iter().chain(decode(rows)).collect()
}

impl UserData {
    /// The edits of a batch of changes.
    pub fn edits(&self, batch: &WriteBatch) -> Vec<RecordEdit> {
        batch.changes.iter().flat_map(|(key, change)| self.edits_of(key, *change).unwrap_or_default()).collect()
    }

    /// None for an item that no longer exists.
    fn edits_of(&self, key: &RecordKey, change: ChangeKind) -> Option<Vec<RecordEdit>> {
        let name = key.name();
        Some(match (key, change) {
            (RecordKey::Correction(_), ChangeKind::Delete) => vec![RecordEdit::Forget(name)],
            (RecordKey::Correction(id), _) => {
                let found = self.corrections.iter().find(|correction| correction.id == *id)?;
                vec![insert_or_update(change, Record { name, bytes: to_json(&found.sample)? })]
            }
            (RecordKey::Version(version), ChangeKind::Delete) => {
                vec![RecordEdit::Forget(name), RecordEdit::Forget(format!("{PACKAGE}{version}"))]
            }
            (RecordKey::Version(version), _) => {
                let ModelVersion { about, package } = self.version(version)?;
                let mut edits = vec![insert_or_update(change, Record { name, bytes: to_json(about)? })];
                // A package never changes.
                if change == ChangeKind::Insert {
                    edits.push(RecordEdit::Put(Record {
                        name: format!("{PACKAGE}{version}"),
                        bytes: (**package).clone(),
                    }));
                }
                edits
            }
            (RecordKey::PendingTraining, ChangeKind::Delete) => {
                vec![RecordEdit::Forget(name), RecordEdit::Forget(CHECKPOINT.to_owned())]
            }
            (RecordKey::PendingTraining, _) => {
                vec![RecordEdit::Put(Record { name, bytes: to_json(&self.pending_training()?)? })]
            }
        })
    }
}

fn insert_or_update(change: ChangeKind, row: Record) -> RecordEdit {
    if change == ChangeKind::Insert { RecordEdit::Add(row) } else { RecordEdit::Replace(row) }
}

// JSON is read and written through one generic value, so that the page carries one reader and one writer, not one for each type.

#[cfg(test)]
pub mod tests {
    mod golden;

    use super::*;
    use crate::app::model::user_data::corrections::CorrectionData;
    use crate::app::model::user_data::task::Task;
    use crate::app::model::user_data::version::VersionInfo;
    use crate::app::model::user_data::write_queue::CorrectionId;
    use crate::ink::{Drawing, Point, Stroke};
    use crate::protocol::{ClassifierInput, DigitSample};
    use serde_json::Value;

    pub fn row(name: &str, value: Value) -> Record {
        Record { name: name.into(), bytes: value.to_string().into_bytes() }
    }

    pub fn sample(label: u8) -> CorrectionData {
        let points = vec![Point::new(1.0, 1.0), Point::new(2.0, 9.0)];
        CorrectionData::Digit(DigitSample {
            label,
            input: ClassifierInput::Drawing(Drawing { strokes: vec![Stroke { points }] }),
        })
    }

    pub fn about(name: &str) -> VersionInfo {
        let (title, made) = ("Mine, now".to_owned(), "now".to_owned());
        let task = Task::Digits;
        VersionInfo {
            name: name.into(),
            task,
            title,
            parent: None,
            made,
            samples: 0,
            plan: None,
            held_out: None,
            own: None,
        }
    }

    fn version(name: &str) -> ModelVersion {
        ModelVersion { about: about(name), package: Shared::new(vec![1, 2]) }
    }

    pub fn to_value(what: &impl serde::Serialize) -> Value {
        serde_json::to_value(what).unwrap()
    }

    /// The rows that edits of a store come to.
    pub fn made(mut rows: Vec<Record>, edits: Vec<RecordEdit>) -> Vec<Record> {
        for edit in edits {
            match edit {
                RecordEdit::Add(row) | RecordEdit::Put(row) => {
                    rows.retain(|old| old.name != row.name);
                    rows.push(row);
                }
                RecordEdit::Replace(row) => {
                    rows.iter_mut().filter(|old| old.name == row.name).for_each(|old| old.bytes.clone_from(&row.bytes));
                }
                RecordEdit::Forget(name) => rows.retain(|old| old.name != name),
            }
        }
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        rows
    }

    fn batch(user_data: &mut UserData) -> WriteBatch {
        user_data.writes.end_action();
        user_data.writes.begin_write();
        let batch = user_data.writes.writing().cloned().expect("something changed");
        user_data.writes.confirm(batch.attempt);
        batch
    }

    #[test]
    fn what_is_written_is_found_again() {
        let mut user_data = UserData { tab_id: 7, ..UserData::default() };
        user_data.add(vec![sample(3), sample(4)]);
        user_data.edit_versions(|all| all.push(version("mine-1")));
        let first = batch(&mut user_data);
        let rows = made(vec![], user_data.edits(&first));
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let samples = ["sample/0000000001-00000007", "sample/0000000002-00000007"];
        assert_eq!(names, ["package/mine-1", samples[0], samples[1], "version/mine-1"]);
        let id = |number| CorrectionId { number, tab: 7 };
        let again = decode(rows.clone());
        assert_eq!(again[0], StoredItem::Correction(id(1), Some(sample(3))));
        let StoredItem::Version(name, Some(version)) = &again[2] else { panic!("a version") };
        assert_eq!((name.as_str(), &version.about), ("mine-1", &about("mine-1")));
        assert_eq!(**version.package, [1, 2]);

        user_data.edit_corrections(|all| all[0].sample = sample(9));
        user_data.edit_corrections(|all| all.truncate(1));
        user_data.edit_versions(|all| all[0].about.title = "Other".into());
        let second = batch(&mut user_data);
        let rows = made(rows, user_data.edits(&second));
        assert_eq!(decode(rows.clone())[0], StoredItem::Correction(id(1), Some(sample(9))));
        assert!(rows.iter().all(|row| row.name != samples[1]) && rows.iter().any(|row| row.name == "package/mine-1"));
        user_data.edit_versions(Vec::clear);
        let third = batch(&mut user_data);
        assert_eq!(made(rows, user_data.edits(&third)).len(), 1, "the package goes with its version");
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let rows = vec![
            row("sample/0000000001-00000000", serde_json::json!({ "label": 3, "input": { "type": "hologram" } })),
            row("sample/0000000002-00000000", to_value(&sample(2))),
            row("version/mine-1", to_value(&about("mine-1"))),
            row("learning", Value::Null),
        ];
        assert_eq!(decode(rows), [StoredItem::Correction(CorrectionId { number: 2, tab: 0 }, Some(sample(2)))]);
    }

    #[test]
    fn what_is_gone_is_news_and_what_cannot_be_read_is_not() {
        let keys = [
            RecordKey::PendingTraining,
            RecordKey::Version("mine-1".into()),
            RecordKey::Correction(CorrectionId { number: 1, tab: 0 }),
        ];
        let rows = vec![row("sample/0000000001-00000000", Value::Null)];
        assert_eq!(
            decode_changes(&keys, rows),
            [StoredItem::PendingTraining(None), StoredItem::Version("mine-1".into(), None)]
        );
    }
}
