//! Records of older pages: all corrections in one record, all versions in another.

use serde_json::Value;

use super::json::{array_field, parse_json};
use super::records::{PACKAGE, PENDING, SAMPLE, VERSION};
use super::write_queue::{CorrectionId, RecordKey};
use crate::storage::{Record, RecordEdit, RecordQuery};

/// The record with all corrections.
const OLD_SAMPLES: &str = "samples";

/// The record with the list of versions.
const OLD_VERSIONS: &str = "versions";

/// The queries for all records, those of older pages among them.
pub fn all_queries() -> Vec<RecordQuery> {
    let mut wanted = legacy_queries();
    wanted.push(RecordQuery::All(PACKAGE.into()));
    wanted
}

/// The queries for records of older pages, and for those that they are migrated to.
pub fn legacy_queries() -> Vec<RecordQuery> {
    let named = [OLD_SAMPLES, OLD_VERSIONS, PENDING].map(|name| RecordQuery::Named(name.into()));
    let all = [SAMPLE, VERSION].map(|prefix| RecordQuery::All(prefix.into()));
    named.into_iter().chain(all).collect()
}

/// The edits that migrate records of older pages. JSON is moved as it is, whether or not this page understands all of it; a
/// record that is not a list stays where it is.
pub fn migrate_legacy(rows: &[Record]) -> Vec<RecordEdit> {
    let list = |row: &str, field: &str| array_field(&rows.iter().find(|found| found.name == row)?.bytes, field);
    let put = |name: String, value: &Value| RecordEdit::Put(Record { name, bytes: value.to_string().into_bytes() });
    let mut edits = Vec::new();
    if let Some(samples) = list(OLD_SAMPLES, "samples") {
        // Where a tab of the older page was open for longer, most of its list is migrated already.
        let here: Vec<(CorrectionId, Value)> = rows
            .iter()
            .filter_map(|row| Some((row.name.strip_prefix(SAMPLE)?.parse().ok()?, parse_json(&row.bytes)?)))
            .collect();
        let missing = samples.iter().filter(|sample| !here.iter().any(|(_, value)| value == *sample));
        let last = here.iter().map(|(id, _)| id.number).max().unwrap_or_default();
        let numbered = missing.zip(last.saturating_add(1)..);
        edits.extend(
            numbered.map(|(sample, number)| put(RecordKey::Correction(CorrectionId { number, tab: 0 }).name(), sample)),
        );
        edits.push(RecordEdit::Forget(OLD_SAMPLES.into()));
    }
    if let Some(versions) = list(OLD_VERSIONS, "versions") {
        let named =
            versions.iter().filter_map(|about| Some((format!("{VERSION}{}", about.get("name")?.as_str()?), about)));
        let missing = named.filter(|(name, _)| !rows.iter().any(|row| row.name == *name));
        edits.extend(missing.map(|(name, about)| put(name, about)));
        edits.push(RecordEdit::Forget(OLD_VERSIONS.into()));
    }
    // Older pages trained digits only.
    let pending = rows.iter().find(|row| row.name == PENDING).and_then(|row| parse_json(&row.bytes));
    if let Some(Value::Object(mut ask)) = pending
        && let Some(samples) = ask.remove("samples")
    {
        ask.insert("lesson".into(), serde_json::json!({ "type": "digits", "samples": samples }));
        edits.push(put(PENDING.into(), &Value::Object(ask)));
    }
    edits
}

/// Applies edits to records in memory, where the storage refused the edits.
pub fn apply_edits(mut rows: Vec<Record>, edits: Vec<RecordEdit>) -> Vec<Record> {
    for edit in edits {
        if let RecordEdit::Add(row) | RecordEdit::Put(row) = edit {
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::user_data::corrections::CorrectionData;
    use crate::app::model::user_data::records::decode;
    use crate::app::model::user_data::records::tests::{about, made, row, sample, to_value};
    use crate::app::model::user_data::stored_item::StoredItem;
    use crate::protocol::{FineTuneRequest, StartFrom, TrainingConfig, TrainingData};

    #[test]
    fn lists_of_an_older_page_become_rows() {
        let later = serde_json::json!({ "label": 3, "input": { "type": "hologram" } });
        let rows = vec![
            row("package/mine-1", Value::Null),
            row(
                "samples",
                serde_json::json!({ "format": "inkling-samples-1", "samples": [to_value(&sample(1)), later, to_value(&sample(2))] }),
            ),
            row("versions", serde_json::json!({ "versions": [to_value(&about("mine-1"))] })),
        ];
        let rows = made(rows.clone(), migrate_legacy(&rows));
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let samples = [1, 2, 3].map(|number| format!("sample/{number:010}-00000000"));
        assert_eq!(names, ["package/mine-1", &samples[0], &samples[1], &samples[2], "version/mine-1"]);
        assert_eq!(rows[2].bytes, later.to_string().into_bytes(), "what this page cannot read is not lost");
        assert_eq!(decode(rows.clone()).len(), 3);
        assert_eq!(migrate_legacy(&rows), []);

        // A tab of the older page wrote its list once more.
        let mut rows = rows;
        rows.push(row("samples", serde_json::json!({ "samples": [to_value(&sample(2)), to_value(&sample(5))] })));
        let rows = made(rows.clone(), migrate_legacy(&rows));
        assert_eq!(rows.iter().filter(|row| row.name.starts_with("sample/")).count(), 4);
        assert_eq!(rows[4].name, "sample/0000000004-00000000");
    }

    #[test]
    fn what_an_older_page_was_learning_is_learned() {
        let CorrectionData::Digit(digit) = sample(3) else { panic!("a digit") };
        let lesson = TrainingData::Digits { samples: vec![digit] };
        let ask = FineTuneRequest {
            model: "digits".into(),
            title: "Mine, now".into(),
            lesson,
            plan: TrainingConfig::DIGITS,
            from: StartFrom::Checkpoint,
            checkpoint: None,
        };
        let mut old = to_value(&ask);
        old["samples"] = old["lesson"]["samples"].take();
        old.as_object_mut().unwrap().remove("lesson");
        let rows = vec![row("pending", old)];
        assert_eq!(decode(rows.clone()), []);
        let rows = made(rows.clone(), migrate_legacy(&rows));
        assert_eq!(decode(rows.clone()), [StoredItem::PendingTraining(Some(Box::new(ask)))]);
        assert_eq!(migrate_legacy(&rows), []);
    }

    #[test]
    fn a_list_that_is_none_stays_where_it_is() {
        let rows = [row("samples", Value::String("?".into())), row("versions", serde_json::json!({ "versions": 3 }))];
        assert_eq!(migrate_legacy(&rows), []);
    }
}
