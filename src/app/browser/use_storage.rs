//! Hook for IndexedDB: loads user data, writes queued changes, and exchanges changes with other tabs. Where the browser refuses
//! storage, the page works in memory.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, MessageEvent};
use yew::prelude::*;

use crate::app::model::user_data::write_queue::{ChangeKind, RecordKey, WriteBatch};
use crate::app::model::user_data::{StorageEvent, migration, records};
use crate::app::model::{Action, State};
use crate::storage;
use crate::storage::{Record, RecordEdit, StorageError};

/// The channel on which tabs tell each other the names of changed records.
const CHANNEL: &str = "inkling-kept";

/// Loads stored items once, and from then on writes changes and listens for those of other tabs.
#[hook]
pub fn use_storage(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    let keeper = use_memo((), |()| StorageSync::new(dispatch));
    let opened = keeper.clone();
    use_effect_with((), move |()| {
        // Changes of other tabs during the load are queued behind it.
        let listener = opened.listen();
        opened.enqueue(StorageTask::LoadAll);
        move || drop(listener)
    });
    let state = state.clone();
    use_effect_with(state.user_data.writes.writing().cloned(), move |batch| {
        if let Some(batch) = batch {
            keeper.enqueue(StorageTask::Write(batch.clone(), state.user_data.edits(batch)));
        }
    });
}

enum StorageTask {
    LoadAll,
    Write(WriteBatch, Vec<RecordEdit>),
    Read(Vec<RecordKey>),
}

/// Runs one storage task after the other, so that reads see all earlier writes.
struct StorageSync {
    queue: RefCell<VecDeque<StorageTask>>,
    works: Cell<bool>,
    // Without a channel, tabs see the changes of others when they are opened again.
    channel: Option<BroadcastChannel>,
    lasting: Cell<bool>,
    dispatch: UseReducerDispatcher<State>,
}

impl StorageSync {
    fn new(dispatch: UseReducerDispatcher<State>) -> Self {
        let channel = BroadcastChannel::new(CHANNEL).ok();
        Self { queue: RefCell::default(), works: Cell::new(false), channel, lasting: Cell::new(false), dispatch }
    }

    fn dispatch_event(&self, event: StorageEvent) {
        self.dispatch.dispatch(Action::Storage(event));
    }

    fn enqueue(self: &Rc<Self>, work: StorageTask) {
        self.queue.borrow_mut().push_back(work);
        if !self.works.replace(true) {
            let keeper = self.clone();
            spawn_local(async move {
                loop {
                    let next = keeper.queue.borrow_mut().pop_front();
                    let Some(work) = next else { break };
                    keeper.run(work).await;
                }
                keeper.works.set(false);
            });
        }
    }

    async fn run(self: &Rc<Self>, work: StorageTask) {
        match work {
            StorageTask::LoadAll => {
                let (rows, refusal) = load_all().await;
                self.dispatch_event(StorageEvent::Loaded(new_tab_id(), records::decode(rows), refusal));
            }
            StorageTask::Write(batch, edits) => match storage::change(&edits).await {
                Ok(()) => {
                    self.dispatch_event(StorageEvent::WriteSucceeded(batch.attempt));
                    self.broadcast(&batch.changes);
                    if batch.changes.iter().any(|(key, change)| needs_persistence(key, *change)) {
                        // Later writes do not wait for the visitor's answer.
                        let keeper = self.clone();
                        spawn_local(async move { keeper.request_persistent_storage().await });
                    }
                }
                Err(refusal) => {
                    let taken = refusal == StorageError::Taken;
                    self.dispatch_event(StorageEvent::WriteFailed(batch.attempt, refusal));
                    if taken {
                        let keys = batch.changes.into_iter().map(|(key, _)| key);
                        self.enqueue(StorageTask::Read(
                            keys.filter(|key| matches!(key, RecordKey::Version(_))).collect(),
                        ));
                    }
                }
            },
            StorageTask::Read(keys) => {
                // What cannot be read now is read when the page is opened again.
                if let Ok(rows) = storage::rows(&records::queries(&keys)).await {
                    self.dispatch_event(StorageEvent::ChangedElsewhere(records::decode_changes(&keys, rows)));
                }
            }
        }
    }

    /// Listens for changes of other tabs.
    fn listen(self: &Rc<Self>) -> Option<EventListener> {
        let keeper = self.clone();
        let hear = move |event: &Event| {
            let Some(names) = event.dyn_ref::<MessageEvent>().map(MessageEvent::data) else { return };
            let Ok(names) = names.dyn_into::<Array>() else { return };
            let keys: Vec<RecordKey> = names.iter().filter_map(|name| RecordKey::parse(&name.as_string()?)).collect();
            if !keys.is_empty() {
                keeper.enqueue(StorageTask::Read(keys));
            }
        };
        self.channel.as_ref().map(|channel| EventListener::new(channel, "message", hear))
    }

    /// Tells other tabs what changed.
    fn broadcast(&self, changes: &[(RecordKey, ChangeKind)]) {
        let names: Array = changes.iter().map(|(key, _)| JsValue::from(key.name())).collect();
        if let Some(channel) = &self.channel {
            // A closed channel has no listeners.
            let _ = channel.post_message(&names);
        }
    }

    /// Asks the browser, once a visit, to make storage persistent. Some browsers ask the visitor.
    async fn request_persistent_storage(&self) {
        if self.lasting.replace(true) {
            return;
        }
        let Some(storage) = web_sys::window().map(|window| window.navigator().storage()) else { return };
        // Outside a secure context there is none, and what web-sys declares as present is undefined.
        if storage.is_undefined() {
            return;
        }
        let lasts = async |asked: Result<js_sys::Promise, JsValue>| JsFuture::from(asked?).await;
        if lasts(storage.persisted()).await.is_ok_and(|lasts| !lasts.is_truthy()) {
            // A browser that refuses keeps it while it has room.
            let _ = lasts(storage.persist()).await;
        }
    }
}

/// Whether a change is worth persistent storage: a version or a training run cannot be made again at once, as a few corrections
/// can.
fn needs_persistence(key: &RecordKey, change: ChangeKind) -> bool {
    change == ChangeKind::Insert && matches!(key, RecordKey::Version(_) | RecordKey::PendingTraining)
}

/// Loads all records and migrates those of older pages. With an error where they cannot be read or migrated.
async fn load_all() -> (Vec<Record>, Option<StorageError>) {
    let everything = async || storage::rows(&migration::all_queries()).await;
    let rows = match everything().await {
        Ok(rows) => rows,
        Err(refusal) => return (Vec::new(), Some(refusal)),
    };
    let edits = migration::migrate_legacy(&rows);
    if edits.is_empty() {
        return (rows, None);
    }
    // There are records of an older page.
    match storage::revise(&migration::legacy_queries(), migration::migrate_legacy).await {
        Ok(()) => (everything().await.unwrap_or_else(|_| migration::apply_edits(rows, edits)), None),
        Err(refusal) => (migration::apply_edits(rows, edits), Some(refusal)),
    }
}

/// A new tab id.
fn new_tab_id() -> u32 {
    // Id 0 stands for older pages.
    1 + (js_sys::Math::random() * f64::from(u32::MAX - 1)) as u32
}
