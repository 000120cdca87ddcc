//! Records that an earlier build wrote are read, and written alike: `tests/golden/stored-records.json` holds what the page of commit
//! 158d3c3 kept in IndexedDB, the corrections file that it exported, and records as pages before it kept them (all corrections in one
//! record, all versions in another, and only digits to be learned), with what it made of those.

use serde_json::{Value, json};

use super::*;
use crate::app::model::user_data::UserData;
use crate::app::model::user_data::corrections::{read_corrections, write_corrections};
use crate::app::model::user_data::migration::migrate_legacy;
use crate::app::model::user_data::training_run::TrainingRun;
use crate::protocol::{
    FineTuneRequest, GrayImage, OptimizerKind, StartFrom, SummaryKind, SummaryLength, TextSample, TrainableLayers,
    TrainingConfig, TrainingData,
};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/stored-records.json");

fn golden(part: &str) -> Value {
    let text = std::fs::read(GOLDEN).expect("the file is there");
    serde_json::from_slice::<Value>(&text).expect("it is JSON")[part].take()
}

/// The records of a part of the file.
fn stored(part: &str) -> Vec<Record> {
    let rows = golden(part);
    let rows = rows.as_array().expect("a list").iter();
    let bytes = |row: &Value| match &row["bytes"] {
        Value::Null => row["json"].to_string().into_bytes(),
        bytes => serde_json::from_value(bytes.clone()).expect("bytes"),
    };
    rows.map(|row| Record { name: row["name"].as_str().expect("a name").into(), bytes: bytes(row) }).collect()
}

/// Records as the file has them.
fn written(rows: Vec<Record>) -> Value {
    let row = |Record { name, bytes }: Record| {
        if name.starts_with(PACKAGE) {
            return json!({ "name": name, "bytes": bytes });
        }
        json!({ "name": name, "json": parse_json(&bytes).expect("JSON") })
    };
    rows.into_iter().map(row).collect()
}

fn corrections() -> Vec<CorrectionData> {
    let points = vec![Point { x: 1.5, y: 2.5, t: 16.5, pressure: Some(0.5) }, Point::new(3.0, 4.0)];
    let drawing = ClassifierInput::Drawing(Drawing { strokes: vec![Stroke { points }] });
    let image = ClassifierInput::Image(GrayImage {
        width: 28,
        height: 28,
        pixels: (0..784).map(|at| (at % 256) as u8).collect(),
    });
    vec![
        CorrectionData::Digit(DigitSample { label: 3, input: drawing }),
        CorrectionData::Digit(DigitSample { label: 9, input: image }),
        CorrectionData::Text(TextSample {
            text: "It rained all day. The match was off.".into(),
            kind: SummaryKind::KeyPoints,
            length: SummaryLength::Long,
            summary: "It rained.\nNo match.".into(),
        }),
    ]
}

fn versions() -> Vec<ModelVersion> {
    let plan =
        TrainingConfig { layers: TrainableLayers::EndToEnd, optimizer: OptimizerKind::AdamW, rate: 0.125, epochs: 14 };
    let learned = VersionInfo {
        name: "mine-1".into(),
        task: Task::Digits,
        title: "Mine, today".into(),
        parent: Some("digits".into()),
        made: "today".into(),
        samples: 2,
        plan: Some(plan),
        held_out: Some([0.75, 0.875]),
        own: Some([0.5, 1.0]),
    };
    let imported = VersionInfo {
        name: "mine-2".into(),
        task: Task::Summaries,
        title: "From a file".into(),
        parent: None,
        made: "yesterday".into(),
        samples: 0,
        plan: None,
        held_out: None,
        own: None,
    };
    let version = |(about, package)| ModelVersion { about, package: Shared::new(package) };
    [(learned, vec![0, 127, 255]), (imported, vec![80, 75])].map(version).to_vec()
}

fn pending() -> FineTuneRequest {
    let digit = |sample| match sample {
        CorrectionData::Digit(sample) => Some(sample),
        CorrectionData::Text(_) => None,
    };
    FineTuneRequest {
        model: "mine-1".into(),
        title: "Mine, later".into(),
        lesson: TrainingData::Digits { samples: corrections().into_iter().filter_map(digit).collect() },
        plan: TrainingConfig { layers: TrainableLayers::Layered, optimizer: OptimizerKind::Sgd, rate: 0.25, epochs: 5 },
        from: StartFrom::Checkpoint,
        checkpoint: None,
    }
}

/// Everything that the page keeps.
fn kept() -> Vec<Record> {
    let training = TrainingRun::Queued(Shared::new(FineTuneRequest { from: StartFrom::Start, ..pending() }));
    let mut mine = UserData { tab_id: 0xbeef, training, ..UserData::default() };
    mine.add(corrections());
    mine.edit_versions(|all| all.extend(versions()));
    mine.writes.record_change(RecordKey::PendingTraining, ChangeKind::Insert);
    let all = batch(&mut mine);
    made(vec![], mine.edits(&all))
}

/// What the records say, in the order of their names. The corrections are numbered by a tab.
fn items(tab: u32) -> Vec<StoredItem> {
    let pending = [StoredItem::PendingTraining(Some(Box::new(pending())))];
    let numbered = (1..).zip(corrections());
    let samples = numbered.map(|(number, sample)| StoredItem::Correction(CorrectionId { number, tab }, Some(sample)));
    let versions = versions().into_iter().map(|version| StoredItem::Version(version.about.name.clone(), Some(version)));
    pending.into_iter().chain(samples).chain(versions).collect()
}

/// Items that can be compared: what is shared equals only itself.
fn told(items: Vec<StoredItem>) -> Vec<String> {
    items.iter().map(|item| format!("{item:?}")).collect()
}

#[test]
fn records_of_an_earlier_build_are_read() {
    assert_eq!(told(decode(stored("records"))), told(items(0xbeef)));
}

#[test]
fn records_are_written_as_by_an_earlier_build() {
    assert_eq!(written(kept()), golden("records"));
}

#[test]
fn records_of_the_pages_before_it_become_the_same() {
    let older = stored("older");
    let now = made(older.clone(), migrate_legacy(&older));
    assert_eq!(told(decode(now.clone())), told(items(0)));
    assert_eq!(written(now), golden("migrated"));
}

#[test]
fn the_corrections_file_of_an_earlier_build_is_read_and_written_alike() {
    let file = golden("corrections-file");
    assert_eq!(read_corrections(&file.to_string()), Ok((corrections(), None)));
    assert_eq!(serde_json::from_str::<Value>(&write_corrections(&corrections())).expect("JSON"), file);
}
