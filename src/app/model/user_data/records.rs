//! The visitor's own as rows of what is kept: `sample/…`, `version/…` with its `package/…`, `pending`. And as older pages kept it: all
//! samples in one row, all versions in another.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::write_queue::{Batch, Change, Id, Key};
use super::{Mine, Taught, Version, list_of, sample_of};
use crate::app::model::async_value::Shared;
use crate::keeping::{Edit, Row, Wanted};
use crate::protocol::{CHECKPOINT, Learn};

const SAMPLE: &str = "sample/";
const VERSION: &str = "version/";
const PACKAGE: &str = "package/";
/// What is to be learned is kept under this name until it is learned: a page that opens goes on with it.
const PENDING: &str = "pending";
/// All samples, as an older page kept them.
const OLD_SAMPLES: &str = "samples";
/// The list of versions, as an older page kept it.
const OLD_VERSIONS: &str = "versions";

/// A thing that is kept, or is not any more.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A sample.
    Sample(Id, Option<Taught>),
    /// A version.
    Version(String, Option<Version>),
    /// The learning under way.
    Course(Option<Box<Learn>>),
}

impl Key {
    /// The name of its row; of a version's, that of what is known about it.
    pub fn name(&self) -> String {
        match self {
            Key::Sample(id) => format!("{SAMPLE}{id}"),
            Key::Version(name) => format!("{VERSION}{name}"),
            Key::Course => PENDING.to_owned(),
        }
    }

    /// What is kept in a row of this name, if it is the visitor's own.
    pub fn parse(name: &str) -> Option<Self> {
        if let Some(id) = name.strip_prefix(SAMPLE) {
            return id.parse().ok().map(Key::Sample);
        }
        match name.strip_prefix(VERSION) {
            Some(version) => Some(Key::Version(version.to_owned())),
            None => (name == PENDING).then_some(Key::Course),
        }
    }
}

/// The rows of some things.
pub fn of(keys: &[Key]) -> Vec<Wanted> {
    let package = |key: &Key| match key {
        Key::Version(name) => Some(format!("{PACKAGE}{name}")),
        _ => None,
    };
    keys.iter().flat_map(|key| [Some(key.name()), package(key)]).flatten().map(Wanted::Named).collect()
}

/// The rows of everything, and those of an older page.
pub fn everything() -> Vec<Wanted> {
    let mut wanted = old();
    wanted.push(Wanted::All(PACKAGE.into()));
    wanted
}

/// Everything in some rows. What cannot be read, a row of a newer page or half of a version, is left out, and left where it is.
pub fn found(rows: Vec<Row>) -> Vec<Found> {
    let of = |row: &Row| {
        Some(match Key::parse(&row.name)? {
            Key::Sample(id) => Found::Sample(id, Some(sample_of(value(&row.bytes)?)?)),
            Key::Version(name) => {
                let (about, package) = (read(&row.bytes)?, format!("{PACKAGE}{name}"));
                let package = rows.iter().find(|row| row.name == package)?.bytes.clone();
                Found::Version(name, Some(Version { about, package: Shared::new(package) }))
            }
            Key::Course => Found::Course(Some(Box::new(read(&row.bytes)?))),
        })
    };
    rows.iter().filter_map(of).collect()
}

/// What has become of some things, by their rows.
pub fn news(keys: &[Key], rows: Vec<Row>) -> Vec<Found> {
    let gone = |key: &&Key| !rows.iter().any(|row| row.name == key.name());
    let gone: Vec<Found> = keys
        .iter()
        .filter(gone)
        .map(|key| match key.clone() {
            Key::Sample(id) => Found::Sample(id, None),
            Key::Version(name) => Found::Version(name, None),
            Key::Course => Found::Course(None),
        })
        .collect();
    gone.into_iter().chain(found(rows)).collect()
}

impl Mine {
    /// A batch of changes as edits of what is kept.
    pub fn edits(&self, batch: &Batch) -> Vec<Edit> {
        batch.changes.iter().flat_map(|(key, change)| self.edits_of(key, *change).unwrap_or_default()).collect()
    }

    /// None for what is not there any more.
    fn edits_of(&self, key: &Key, change: Change) -> Option<Vec<Edit>> {
        let name = key.name();
        Some(match (key, change) {
            (Key::Sample(_), Change::Gone) => vec![Edit::Forget(name)],
            (Key::Sample(id), _) => {
                let found = self.corrections.iter().find(|correction| correction.id == *id)?;
                vec![put(change, Row { name, bytes: json(&found.sample)? })]
            }
            (Key::Version(version), Change::Gone) => {
                vec![Edit::Forget(name), Edit::Forget(format!("{PACKAGE}{version}"))]
            }
            (Key::Version(version), _) => {
                let Version { about, package } = self.version(version)?;
                let mut edits = vec![put(change, Row { name, bytes: json(about)? })];
                // A package never changes.
                if change == Change::New {
                    edits.push(Edit::Put(Row { name: format!("{PACKAGE}{version}"), bytes: (**package).clone() }));
                }
                edits
            }
            (Key::Course, Change::Gone) => vec![Edit::Forget(name), Edit::Forget(CHECKPOINT.to_owned())],
            (Key::Course, _) => vec![Edit::Put(Row { name, bytes: json(&self.pending()?)? })],
        })
    }
}

fn put(change: Change, row: Row) -> Edit {
    if change == Change::New { Edit::Add(row) } else { Edit::Replace(row) }
}

// Both through a value, so that the page carries one reader and one writer of JSON, and not one for each thing.

fn json(what: &impl serde::Serialize) -> Option<Vec<u8>> {
    Some(serde_json::to_value(what).ok()?.to_string().into_bytes())
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_value(value(bytes)?).ok()
}

fn value(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

/// The rows of an older page, and those that they become.
pub fn old() -> Vec<Wanted> {
    let named = [OLD_SAMPLES, OLD_VERSIONS, PENDING].map(|name| Wanted::Named(name.into()));
    let all = [SAMPLE, VERSION].map(|prefix| Wanted::All(prefix.into()));
    named.into_iter().chain(all).collect()
}

/// The edits that turn the rows of an older page into ours. It is JSON that moves, whether or not this page understands all of it;
/// a list that is no list stays where it is.
pub fn unpacked(rows: &[Row]) -> Vec<Edit> {
    let list = |row: &str, field: &str| list_of(&rows.iter().find(|found| found.name == row)?.bytes, field);
    let put = |name: String, value: &Value| Edit::Put(Row { name, bytes: value.to_string().into_bytes() });
    let mut edits = Vec::new();
    if let Some(samples) = list(OLD_SAMPLES, "samples") {
        // Where a tab of the older page outlived its list, most of that is here already.
        let here: Vec<(Id, Value)> = rows
            .iter()
            .filter_map(|row| Some((row.name.strip_prefix(SAMPLE)?.parse().ok()?, value(&row.bytes)?)))
            .collect();
        let missing = samples.iter().filter(|sample| !here.iter().any(|(_, value)| value == *sample));
        let last = here.iter().map(|(id, _)| id.number).max().unwrap_or_default();
        let numbered = missing.zip(last.saturating_add(1)..);
        edits.extend(numbered.map(|(sample, number)| put(Key::Sample(Id { number, tab: 0 }).name(), sample)));
        edits.push(Edit::Forget(OLD_SAMPLES.into()));
    }
    if let Some(versions) = list(OLD_VERSIONS, "versions") {
        let named =
            versions.iter().filter_map(|about| Some((format!("{VERSION}{}", about.get("name")?.as_str()?), about)));
        let missing = named.filter(|(name, _)| !rows.iter().any(|row| row.name == *name));
        edits.extend(missing.map(|(name, about)| put(name, about)));
        edits.push(Edit::Forget(OLD_VERSIONS.into()));
    }
    // Digits were all that there was to learn.
    let pending = rows.iter().find(|row| row.name == PENDING).and_then(|row| value(&row.bytes));
    if let Some(Value::Object(mut ask)) = pending
        && let Some(samples) = ask.remove("samples")
    {
        ask.insert("lesson".into(), serde_json::json!({ "type": "digits", "samples": samples }));
        edits.push(put(PENDING.into(), &Value::Object(ask)));
    }
    edits
}

/// Rows as they are after some edits, where the edits themselves were refused.
pub fn edited(mut rows: Vec<Row>, edits: Vec<Edit>) -> Vec<Row> {
    for edit in edits {
        if let Edit::Add(row) | Edit::Put(row) = edit {
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use crate::app::model::user_data::About;
    use crate::app::model::user_data::task::Task;
    use super::*;
    use crate::ink::{Drawing, Point, Stroke};
    use crate::protocol::{From, Input, Lesson, Plan, Sample};

    fn row(name: &str, value: Value) -> Row {
        Row { name: name.into(), bytes: value.to_string().into_bytes() }
    }

    fn sample(label: u8) -> Taught {
        let points = vec![Point::new(1.0, 1.0), Point::new(2.0, 9.0)];
        Taught::Digit(Sample { label, input: Input::Drawing(Drawing { strokes: vec![Stroke { points }] }) })
    }

    fn about(name: &str) -> About {
        let (title, made) = ("Mine, now".to_owned(), "now".to_owned());
        let task = Task::Digits;
        About { name: name.into(), task, title, parent: None, made, samples: 0, plan: None, held_out: None, own: None }
    }

    fn version(name: &str) -> Version {
        Version { about: about(name), package: Shared::new(vec![1, 2]) }
    }

    fn value(what: &impl serde::Serialize) -> Value {
        serde_json::to_value(what).unwrap()
    }

    /// The rows that edits of a store come to.
    fn made(mut rows: Vec<Row>, edits: Vec<Edit>) -> Vec<Row> {
        for edit in edits {
            match edit {
                Edit::Add(row) | Edit::Put(row) => {
                    rows.retain(|old| old.name != row.name);
                    rows.push(row);
                }
                Edit::Replace(row) => {
                    rows.iter_mut().filter(|old| old.name == row.name).for_each(|old| old.bytes.clone_from(&row.bytes));
                }
                Edit::Forget(name) => rows.retain(|old| old.name != name),
            }
        }
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        rows
    }

    fn batch(mine: &mut Mine) -> Batch {
        mine.shelf.close();
        mine.shelf.begin();
        let batch = mine.shelf.writing().cloned().expect("something changed");
        mine.shelf.kept(batch.attempt);
        batch
    }

    #[test]
    fn what_is_written_is_found_again() {
        let mut mine = Mine { tab: 7, ..Mine::default() };
        mine.add(vec![sample(3), sample(4)]);
        mine.edit_versions(|all| all.push(version("mine-1")));
        let first = batch(&mut mine);
        let rows = made(vec![], mine.edits(&first));
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let samples = ["sample/0000000001-00000007", "sample/0000000002-00000007"];
        assert_eq!(names, ["package/mine-1", samples[0], samples[1], "version/mine-1"]);
        let id = |number| Id { number, tab: 7 };
        let again = found(rows.clone());
        assert_eq!(again[0], Found::Sample(id(1), Some(sample(3))));
        let Found::Version(name, Some(version)) = &again[2] else { panic!("a version") };
        assert_eq!((name.as_str(), &version.about), ("mine-1", &about("mine-1")));
        assert_eq!(**version.package, [1, 2]);

        mine.edit(|all| all[0].sample = sample(9));
        mine.edit(|all| all.truncate(1));
        mine.edit_versions(|all| all[0].about.title = "Other".into());
        let second = batch(&mut mine);
        let rows = made(rows, mine.edits(&second));
        assert_eq!(found(rows.clone())[0], Found::Sample(id(1), Some(sample(9))));
        assert!(rows.iter().all(|row| row.name != samples[1]) && rows.iter().any(|row| row.name == "package/mine-1"));
        mine.edit_versions(Vec::clear);
        let third = batch(&mut mine);
        assert_eq!(made(rows, mine.edits(&third)).len(), 1, "the package goes with its version");
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let rows = vec![
            row("sample/0000000001-00000000", serde_json::json!({ "label": 3, "input": { "type": "hologram" } })),
            row("sample/0000000002-00000000", value(&sample(2))),
            row("version/mine-1", value(&about("mine-1"))),
            row("learning", Value::Null),
        ];
        assert_eq!(found(rows), [Found::Sample(Id { number: 2, tab: 0 }, Some(sample(2)))]);
    }

    #[test]
    fn what_is_gone_is_news_and_what_cannot_be_read_is_not() {
        let keys = [Key::Course, Key::Version("mine-1".into()), Key::Sample(Id { number: 1, tab: 0 })];
        let rows = vec![row("sample/0000000001-00000000", Value::Null)];
        assert_eq!(news(&keys, rows), [Found::Course(None), Found::Version("mine-1".into(), None)]);
    }

    #[test]
    fn lists_of_an_older_page_become_rows() {
        let later = serde_json::json!({ "label": 3, "input": { "type": "hologram" } });
        let rows = vec![
            row("package/mine-1", Value::Null),
            row(
                "samples",
                serde_json::json!({ "format": "inkling-samples-1", "samples": [value(&sample(1)), later, value(&sample(2))] }),
            ),
            row("versions", serde_json::json!({ "versions": [value(&about("mine-1"))] })),
        ];
        let rows = made(rows.clone(), unpacked(&rows));
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        let samples = [1, 2, 3].map(|number| format!("sample/{number:010}-00000000"));
        assert_eq!(names, ["package/mine-1", &samples[0], &samples[1], &samples[2], "version/mine-1"]);
        assert_eq!(rows[2].bytes, later.to_string().into_bytes(), "what this page cannot read is not lost");
        assert_eq!(found(rows.clone()).len(), 3);
        assert_eq!(unpacked(&rows), []);

        // A tab of the older page wrote its list once more.
        let mut rows = rows;
        rows.push(row("samples", serde_json::json!({ "samples": [value(&sample(2)), value(&sample(5))] })));
        let rows = made(rows.clone(), unpacked(&rows));
        assert_eq!(rows.iter().filter(|row| row.name.starts_with("sample/")).count(), 4);
        assert_eq!(rows[4].name, "sample/0000000004-00000000");
    }

    #[test]
    fn what_an_older_page_was_learning_is_learned() {
        let Taught::Digit(digit) = sample(3) else { panic!("a digit") };
        let lesson = Lesson::Digits { samples: vec![digit] };
        let ask = Learn {
            model: "digits".into(),
            title: "Mine, now".into(),
            lesson,
            plan: Plan::DIGITS,
            from: From::Checkpoint,
        };
        let mut old = value(&ask);
        old["samples"] = old["lesson"]["samples"].take();
        old.as_object_mut().unwrap().remove("lesson");
        let rows = vec![row("pending", old)];
        assert_eq!(found(rows.clone()), []);
        let rows = made(rows.clone(), unpacked(&rows));
        assert_eq!(found(rows.clone()), [Found::Course(Some(Box::new(ask)))]);
        assert_eq!(unpacked(&rows), []);
    }

    #[test]
    fn a_list_that_is_none_stays_where_it_is() {
        let rows = [row("samples", Value::String("?".into())), row("versions", serde_json::json!({ "versions": 3 }))];
        assert_eq!(unpacked(&rows), []);
    }
}
