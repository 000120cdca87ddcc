//! Two tabs and one store: each test says what one tab does and looks at what both come to.

use std::collections::BTreeMap;

use EngineKind::Cpu;

use crate::app::messages::user_data::{storage_status_attribute, training_status_attribute};
use crate::app::model::async_value::Shared;
use crate::app::model::engine_selection::EnginePreference;
use crate::app::model::job_table::{Job, JobLane};
use crate::app::model::route::Page;
use crate::app::model::startup::{InitialState, WebGpuSupport};
use crate::app::model::theme::{ColorScheme, ThemePreference};
use crate::app::model::user_data::corrections::CorrectionData;
use crate::app::model::user_data::records::{decode, decode_changes};
use crate::app::model::user_data::task::{PerTask, Task};
use crate::app::model::user_data::training_lock::{LockOwner, LockResult};
use crate::app::model::user_data::training_run::TrainingRun;
use crate::app::model::user_data::version::{ModelVersion, VersionInfo};
use crate::app::model::user_data::write_queue::{ChangeKind, RecordKey};
use crate::app::model::user_data::{StorageEvent, UserDataAction};
use crate::app::model::{Action, State};
use crate::ink::{Drawing, Point, Stroke};
use crate::protocol::{
    AdapterKind, ClassifierInput, Detail, DigitSample, EngineCheck, EngineInfo, EngineKind, EngineMessage,
    FineTuneRequest, ModelInfo, PROTOCOL_VERSION, Reply, StartFrom, VERSION,
};
use crate::storage::{Record, RecordEdit, StorageError};

/// A store as the browser has it: changes are whole or not at all.
#[derive(Default)]
struct Store {
    rows: BTreeMap<String, Vec<u8>>,
    refuses: Option<StorageError>,
}

impl Store {
    fn change(&mut self, edits: Vec<RecordEdit>) -> Result<(), StorageError> {
        if let Some(refusal) = &self.refuses {
            return Err(refusal.clone());
        }
        let mut rows = self.rows.clone();
        for edit in edits {
            match edit {
                RecordEdit::Add(row) if rows.contains_key(&row.name) => return Err(StorageError::Taken),
                RecordEdit::Add(row) | RecordEdit::Put(row) => drop(rows.insert(row.name, row.bytes)),
                RecordEdit::Replace(row) => drop(rows.get_mut(&row.name).map(|bytes| *bytes = row.bytes)),
                RecordEdit::Forget(name) => drop(rows.remove(&name)),
            }
        }
        self.rows = rows;
        Ok(())
    }

    fn rows(&self) -> Vec<Record> {
        self.rows.iter().map(|(name, bytes)| Record { name: name.clone(), bytes: bytes.clone() }).collect()
    }

    fn names(&self) -> Vec<&str> {
        self.rows.keys().map(String::as_str).collect()
    }
}

struct Tab(State);

impl Tab {
    fn new() -> Self {
        let (theme, system_color_scheme, layer_view, page) =
            (ThemePreference::System, ColorScheme::Light, Detail::Answer, Page::Digits);
        let (engine_preference, webgpu) = (EnginePreference::Only(Cpu), WebGpuSupport::Unavailable);
        let mut tab = Self(State::new(InitialState {
            engine_preference,
            webgpu,
            theme,
            system_color_scheme,
            layer_view,
            page,
            saves_data: false,
            drawing: Drawing::default(),
            active_models: PerTask::default(),
        }));
        tab.act(Action::WorkerStarted(Cpu, 1));
        let engine = EngineInfo { kind: Cpu, adapter: "test".into(), adapter_kind: AdapterKind::Processor };
        tab.reply(Reply::Ready { version: VERSION.into(), protocol: PROTOCOL_VERSION, engine });
        tab.loaded("digits");
        tab
    }

    fn loaded(&mut self, name: &str) {
        let (version, description, sha256) = ("1".into(), String::new(), String::new());
        let (task, name, metrics) = ("digits".into(), name.into(), vec![]);
        let model = ModelInfo { task, name, version, description, parameters: 1, bytes: 1, sha256, metrics };
        self.reply(Reply::Loaded {
            model,
            check: EngineCheck { max_error: 0.0, first_ms: 1.0, median_ms: 1.0 },
            trial: None,
        });
    }

    fn open(number: u32, store: &Store) -> Self {
        let mut tab = Self::new();
        tab.storage(StorageEvent::Loaded(number, decode(store.rows()), None));
        tab
    }

    fn act(&mut self, action: Action) {
        self.0 = self.0.reduced(action);
    }

    fn reply(&mut self, reply: Reply) {
        let job = self.0.cpu.jobs.newest(JobLane::Main).expect("is at a job").id;
        self.act(Action::WorkerMessage(Cpu, self.0.cpu.generation, EngineMessage { job, reply }));
    }

    fn mine(&mut self, action: UserDataAction) {
        self.act(Action::UserData(action));
    }

    fn storage(&mut self, event: StorageEvent) {
        self.act(Action::Storage(event));
    }

    fn correct(&mut self, at: f32, label: u8) {
        let points = vec![Point::new(at, 1.0), Point::new(2.0, 9.0)];
        let drawing = Drawing { strokes: vec![Stroke { points }] };
        let sample = DigitSample { label, input: ClassifierInput::Drawing(drawing) };
        let user_data = &mut self.0.user_data;
        user_data.add(vec![CorrectionData::Digit(sample)]);
        // Any action settles.
        self.act(Action::DismissNotice(0));
    }

    fn bring(&mut self, package: u8) {
        let about = VersionInfo {
            name: self.0.user_data.unused_name(),
            task: Task::Digits,
            title: "theirs".into(),
            parent: None,
            made: "now".into(),
            samples: 0,
            plan: None,
            held_out: None,
            own: None,
        };
        let name = about.name.clone();
        self.0.user_data.edit_versions(|all| all.push(ModelVersion { about, package: Shared::new(vec![package]) }));
        self.act(Action::SelectModel(name));
    }

    /// Writes the next change, and gives what another tab is told of it.
    fn write(&mut self, store: &mut Store) -> Vec<RecordKey> {
        let batch = self.0.user_data.writes.writing().expect("something is to be kept").clone();
        let keys = batch.changes.iter().map(|(key, _)| key.clone()).collect();
        match store.change(self.0.user_data.edits(&batch)) {
            Ok(()) => self.storage(StorageEvent::WriteSucceeded(batch.attempt)),
            Err(refusal) => self.storage(StorageEvent::WriteFailed(batch.attempt, refusal)),
        }
        keys
    }

    fn write_all(&mut self, store: &mut Store) -> Vec<RecordKey> {
        let mut keys = Vec::new();
        while self.0.user_data.writes.writing().is_some() {
            keys.extend(self.write(store));
        }
        keys
    }

    fn hear(&mut self, keys: &[RecordKey], store: &Store) {
        let rows = store.rows().into_iter().filter(|row| {
            let of = |key: &RecordKey| match key {
                RecordKey::Version(name) => row.name == key.name() || row.name == format!("package/{name}"),
                _ => row.name == key.name(),
            };
            keys.iter().any(of)
        });
        self.storage(StorageEvent::ChangedElsewhere(decode_changes(keys, rows.collect())));
    }

    fn turn(&mut self, got: LockResult) {
        let request = self.0.user_data.training_lock.request().expect("asks for its turn");
        self.act(Action::TrainingLockAnswered(request, got));
    }

    fn labels(&self) -> Vec<u8> {
        let label = |taught: &CorrectionData| match taught {
            CorrectionData::Digit(sample) => Some(sample.label),
            CorrectionData::Text(_) => None,
        };
        self.0.user_data.corrections.iter().filter_map(|one| label(&one.sample)).collect()
    }

    fn versions(&self) -> Vec<(&str, &[u8])> {
        self.0.user_data.versions.iter().map(|one| (one.about.name.as_str(), one.package.as_slice())).collect()
    }

    fn says(&self, text: &str) -> bool {
        self.0.notices.iter().any(|notice| notice.text.contains(text))
    }

    fn learned(&mut self, package: u8) {
        use crate::protocol::{BeforeAfter, ClassificationMetrics, EvaluationComparison, FineTuneResult};
        let (accuracy, confusion) = (0.9, vec![]);
        let report = ClassificationMetrics { accuracy, precision: 0.9, recall: 0.9, f1: 0.9, confusion };
        let both = BeforeAfter { before: report.clone(), after: report };
        let figures = EvaluationComparison::Digits { held_out: both.clone(), own: both };
        let learned = FineTuneResult { package: vec![package], figures, steps: 50, ms: 1.0 };
        let TrainingRun::Running(running) = &self.0.user_data.training else { panic!("learns") };
        let reply = Reply::Learned(Box::new(learned));
        self.act(Action::WorkerMessage(Cpu, self.0.cpu.generation, EngineMessage { job: running.job, reply }));
    }
}

/// What is kept of the learning under way.
fn pending(store: &Store) -> Option<Box<FineTuneRequest>> {
    store.rows.get("pending").map(|bytes| serde_json::from_slice(bytes).unwrap())
}

#[test]
fn samples_of_two_tabs_come_together_in_one_order() {
    let mut store = Store::default();
    let (mut a, mut b) = (Tab::open(1, &store), Tab::open(2, &store));
    a.correct(1.0, 1);
    b.correct(2.0, 2);
    let (of_a, of_b) = (a.write_all(&mut store), b.write_all(&mut store));
    a.hear(&of_b, &store);
    b.hear(&of_a, &store);
    assert_eq!((a.labels(), b.labels()), (vec![1, 2], vec![1, 2]));
    b.correct(3.0, 3);
    let of_b = b.write_all(&mut store);
    a.hear(&of_b, &store);
    assert_eq!((a.labels(), Tab::open(3, &store).labels()), (vec![1, 2, 3], vec![1, 2, 3]));
}

#[test]
fn what_one_tab_deleted_another_does_not_bring_back() {
    let mut store = Store::default();
    let mut a = Tab::open(1, &store);
    a.correct(1.0, 1);
    a.correct(2.0, 2);
    a.bring(7);
    a.write_all(&mut store);
    let mut b = Tab::open(2, &store);
    a.mine(UserDataAction::DeleteCorrections(Task::Digits));
    a.mine(UserDataAction::DeleteVersion("mine-1".into()));
    let of_a = a.write_all(&mut store);
    // The other tab has not heard of it yet.
    let id = b.0.user_data.corrections[0].id;
    b.mine(UserDataAction::RelabelDigit(id, 9));
    b.mine(UserDataAction::RenameVersion("mine-1".into(), "Kept".into()));
    b.correct(3.0, 3);
    b.write_all(&mut store);
    assert_eq!(store.names(), ["sample/0000000003-00000002"]);
    b.hear(&of_a, &store);
    assert_eq!((b.labels(), b.versions()), (vec![3], vec![]));
    assert!(b.0.user_data.writes.writing().is_none());
}

#[test]
fn a_deletion_is_heard_before_a_change_of_it_is_written() {
    let mut store = Store::default();
    let mut a = Tab::open(1, &store);
    a.correct(1.0, 1);
    a.write_all(&mut store);
    let mut b = Tab::open(2, &store);
    // What is at work keeps the change waiting.
    b.correct(2.0, 2);
    let id = b.0.user_data.corrections[0].id;
    b.mine(UserDataAction::RelabelDigit(id, 9));
    a.mine(UserDataAction::DeleteCorrection(id));
    let of_a = a.write_all(&mut store);
    b.hear(&of_a, &store);
    b.write_all(&mut store);
    assert_eq!((b.labels(), store.names().len()), (vec![2], 1));
}

#[test]
fn the_later_of_two_changes_counts_in_both_tabs() {
    let mut store = Store::default();
    let mut a = Tab::open(1, &store);
    a.correct(1.0, 1);
    a.write_all(&mut store);
    let mut b = Tab::open(2, &store);
    let id = a.0.user_data.corrections[0].id;
    a.mine(UserDataAction::RelabelDigit(id, 3));
    b.mine(UserDataAction::RelabelDigit(id, 4));
    let of_a = a.write_all(&mut store);
    b.hear(&of_a, &store);
    let of_b = b.write_all(&mut store);
    a.hear(&of_b, &store);
    assert_eq!((a.labels(), b.labels(), Tab::open(3, &store).labels()), (vec![4], vec![4], vec![4]));
}

#[test]
fn two_versions_of_one_name_are_both_kept() {
    let mut store = Store::default();
    let (mut a, mut b) = (Tab::open(1, &store), Tab::open(2, &store));
    a.bring(7);
    b.bring(8);
    let of_a = a.write_all(&mut store);
    b.write_all(&mut store);
    b.hear(&of_a, &store);
    assert_eq!(b.versions(), [("mine-2", &[8][..]), ("mine-1", &[7])]);
    assert_eq!(b.0.model(), "mine-2", "it is still the one that was brought here");
    assert!(b.0.notices.is_empty(), "that another tab was faster is no news: {:?}", b.0.notices);
    assert_eq!(store.names(), ["package/mine-1", "package/mine-2", "version/mine-1", "version/mine-2"]);
}

#[test]
fn a_version_that_is_heard_of_before_ours_is_written_takes_its_name() {
    let mut store = Store::default();
    let (mut a, mut b) = (Tab::open(1, &store), Tab::open(2, &store));
    let of_a = {
        a.bring(7);
        a.write_all(&mut store)
    };
    b.correct(1.0, 1);
    b.bring(8);
    b.hear(&of_a, &store);
    b.write_all(&mut store);
    assert_eq!(b.versions(), [("mine-2", &[8][..]), ("mine-1", &[7])]);
    assert_eq!(store.rows["package/mine-2"], [8]);
}

#[test]
fn another_package_under_a_known_name_is_loaded_anew() {
    let mut store = Store::default();
    let mut a = Tab::open(1, &store);
    a.bring(7);
    a.write_all(&mut store);
    let mut b = Tab::open(2, &store);
    let installs = |tab: &Tab, package: u8| match tab.0.cpu.jobs.newest(JobLane::Main).map(|job| &job.ask) {
        Some(Job::ImportModel(name, bytes)) => name == "mine-1" && **bytes == [package],
        _ => false,
    };
    b.reply(Reply::Catalogue { models: vec![] });
    b.act(Action::SelectModel("mine-1".into()));
    assert!(installs(&b, 7));
    b.loaded("mine-1");
    assert!(!installs(&b, 7));
    store.rows.insert("package/mine-1".into(), vec![9]);
    b.hear(&[RecordKey::Version("mine-1".into())], &store);
    assert!(installs(&b, 9) && b.versions() == [("mine-1", &[9][..])]);
}

#[test]
fn a_deleted_version_that_is_in_use_gives_way_to_its_parent() {
    let mut store = Store::default();
    let mut a = Tab::open(1, &store);
    a.bring(7);
    a.write_all(&mut store);
    let mut b = Tab::open(2, &store);
    b.act(Action::SelectModel("mine-1".into()));
    a.mine(UserDataAction::DeleteVersion("mine-1".into()));
    let of_a = a.write_all(&mut store);
    b.hear(&of_a, &store);
    assert_eq!((b.0.model(), b.versions()), ("digits", vec![]));
}

#[test]
fn what_was_done_before_it_was_read_comes_after_it() {
    let mut store = Store::default();
    let mut a = Tab::open(1, &store);
    a.correct(1.0, 1);
    a.bring(7);
    a.write_all(&mut store);
    let mut b = Tab::new();
    b.correct(2.0, 2);
    b.bring(8);
    assert!(b.0.user_data.writes.writing().is_none(), "nothing is written over what is not known");
    b.storage(StorageEvent::Loaded(2, decode(store.rows()), None));
    b.write_all(&mut store);
    assert_eq!((b.labels(), b.versions()), (vec![1, 2], vec![("mine-2", &[8][..]), ("mine-1", &[7])]));
    assert_eq!(Tab::open(3, &store).labels(), [1, 2]);
}

/// A tab that learns, and what others were told.
fn learning(store: &mut Store) -> (Tab, Vec<RecordKey>) {
    let mut tab = Tab::open(1, store);
    tab.correct(1.0, 1);
    tab.mine(UserDataAction::StartTraining(Task::Digits, "Mine, now".into()));
    assert!(
        pending(store).is_none() && matches!(tab.0.user_data.training, TrainingRun::Queued(_)),
        "it waits for its turn"
    );
    tab.turn(LockResult::Acquired(None));
    let keys = tab.write_all(store);
    assert!(matches!(tab.0.user_data.training, TrainingRun::Running(_)) && pending(store).is_some());
    (tab, keys)
}

#[test]
fn one_tab_learns_and_the_other_takes_the_version_over() {
    let mut store = Store::default();
    let (mut a, of_a) = learning(&mut store);
    let (mut heard, mut opened) = (Tab::open(2, &Store::default()), Tab::open(3, &store));
    heard.hear(&of_a, &store);
    for tab in [&mut heard, &mut opened] {
        tab.turn(LockResult::HeldElsewhere);
        assert_eq!(training_status_attribute(&tab.0.user_data), "elsewhere");
    }
    a.learned(5);
    assert_eq!(
        a.0.user_data.training_lock.owner(),
        LockOwner::ThisTab,
        "until it is kept, nobody else goes on with it"
    );
    let of_a = a.write(&mut store);
    assert_eq!(store.names(), ["package/mine-1", "sample/0000000001-00000001", "version/mine-1"]);
    assert_eq!(a.0.user_data.training_lock.owner(), LockOwner::None);
    for tab in [&mut heard, &mut opened] {
        tab.hear(&of_a, &store);
        assert_eq!((training_status_attribute(&tab.0.user_data), tab.versions()), ("idle", vec![("mine-1", &[5][..])]));
        assert!(tab.says("Another tab has finished training") && tab.0.model() == "digits");
        assert_eq!(tab.0.user_data.training_lock.request(), None);
    }
}

#[test]
fn a_tab_that_waited_goes_on_with_what_a_closed_one_left() {
    let mut store = Store::default();
    let (_, of_a) = learning(&mut store);
    let mut b = Tab::open(2, &store);
    b.hear(&of_a, &store);
    b.turn(LockResult::HeldElsewhere);
    b.turn(LockResult::Acquired(pending(&store)));
    let TrainingRun::Running(running) = &b.0.user_data.training else { panic!("learns") };
    assert_eq!((running.ask.from, running.ask.lesson.len()), (StartFrom::Checkpoint, 1));
    assert!(b.says("training that was interrupted"));
    b.learned(5);
    b.write_all(&mut store);
    assert!(pending(&store).is_none() && b.versions().len() == 1);
}

#[test]
fn a_tab_that_comes_too_late_learns_nothing_twice() {
    let mut store = Store::default();
    let (mut a, _) = learning(&mut store);
    let mut b = Tab::open(2, &store);
    b.turn(LockResult::HeldElsewhere);
    a.learned(5);
    a.write_all(&mut store);
    // Its turn comes before it hears what was learned.
    b.turn(LockResult::Acquired(pending(&store)));
    assert_eq!(
        (training_status_attribute(&b.0.user_data), b.0.user_data.training_lock.owner()),
        ("idle", LockOwner::None)
    );
}

#[test]
fn what_two_tabs_want_to_learn_is_learned_in_turn() {
    let mut store = Store::default();
    let (mut a, _) = learning(&mut store);
    let mut b = Tab::open(2, &Store::default());
    b.correct(2.0, 2);
    b.mine(UserDataAction::StartTraining(Task::Digits, "Other, now".into()));
    b.turn(LockResult::HeldElsewhere);
    assert_eq!(training_status_attribute(&b.0.user_data), "waiting");
    b.write_all(&mut store);
    assert_eq!(pending(&store).unwrap().title, "Mine, now", "what one tab learns, no other writes over");
    a.learned(5);
    let of_a = a.write_all(&mut store);
    b.hear(&of_a, &store);
    b.turn(LockResult::Acquired(pending(&store)));
    assert!(matches!(&b.0.user_data.training, TrainingRun::Running(running) if running.ask.title == "Other, now"));
    b.write_all(&mut store);
    assert_eq!(pending(&store).unwrap().title, "Other, now");
}

#[test]
fn what_was_stopped_is_not_gone_on_with() {
    let mut store = Store::default();
    let (mut a, _) = learning(&mut store);
    store.rows.insert("learning".into(), vec![1]);
    a.mine(UserDataAction::CancelTraining);
    a.write_all(&mut store);
    assert_eq!(store.names(), ["sample/0000000001-00000001"], "nor is its checkpoint kept");
    assert_eq!(a.0.user_data.training_lock.owner(), LockOwner::None);
}

#[test]
fn a_full_disk_keeps_what_it_held_and_takes_the_rest_when_there_is_room() {
    let mut store = Store::default();
    let (mut a, _) = learning(&mut store);
    a.bring(9);
    a.write_all(&mut store);
    let before = store.names().join(" ");
    store.refuses = Some(StorageError::Full);
    a.learned(5);
    a.write_all(&mut store);
    assert!(a.says("storage is full") && a.versions().len() == 2, "work goes on in memory");
    assert_eq!(store.names().join(" "), before, "and the learning can be gone on with");
    a.0.notices.clear();
    a.correct(3.0, 3);
    a.write_all(&mut store);
    assert!(a.0.notices.is_empty(), "it is said once");
    assert_eq!(storage_status_attribute(&a.0.user_data), "refused");
    store.refuses = None;
    a.mine(UserDataAction::DeleteVersion("mine-1".into()));
    assert_eq!(storage_status_attribute(&a.0.user_data), "writing");
    a.write(&mut store);
    assert_eq!(a.0.user_data.writes.error(), Some(&StorageError::Full), "until everything is kept");
    a.write_all(&mut store);
    assert_eq!(
        store.names(),
        ["package/mine-2", "sample/0000000001-00000001", "sample/0000000002-00000001", "version/mine-2"]
    );
    assert_eq!(a.0.user_data.training_lock.owner(), LockOwner::None);
}

#[test]
fn where_nothing_is_ever_kept_learning_ends_all_the_same() {
    let mut store = Store { refuses: Some(StorageError::Denied("denied".into())), ..Store::default() };
    let mut a = Tab::new();
    a.storage(StorageEvent::Loaded(1, vec![], store.refuses.clone()));
    assert!(a.says("does not let the page save"));
    a.correct(1.0, 1);
    a.mine(UserDataAction::StartTraining(Task::Digits, "Mine, now".into()));
    a.turn(LockResult::Acquired(None));
    a.write_all(&mut store);
    a.learned(5);
    a.write_all(&mut store);
    assert_eq!((a.versions().len(), a.0.user_data.training_lock.owner()), (1, LockOwner::None));
    assert_eq!(a.0.notices.len(), 1, "{:?}", a.0.notices);
    assert_eq!(a.0.user_data.writes.pending_change(&RecordKey::Version("mine-1".into())), Some(ChangeKind::Insert));
}

#[test]
fn an_older_tab_that_holds_the_database_is_named() {
    for (refusal, words) in [
        (StorageError::HeldByOlderTab, "Inkling is open in an older tab"),
        (StorageError::OfNewerPage, "A newer version of Inkling has been used"),
    ] {
        let mut store = Store { refuses: Some(refusal.clone()), ..Store::default() };
        let mut a = Tab::new();
        a.storage(StorageEvent::Loaded(1, vec![], Some(refusal)));
        assert!(a.says(words) && !a.says("does not let the page save"));
        a.correct(1.0, 1);
        a.write_all(&mut store);
        assert_eq!((a.0.notices.len(), store.names().len()), (1, 0), "{:?}", a.0.notices);
    }
}
