//! The connection to one worker: its messages and its end become actions, and dropping the connection terminates it.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ErrorEvent, MessageEvent, RequestCache, RequestInit, Response, Worker, WorkerOptions};
use yew::UseReducerDispatcher;

use super::dom::absolute_url;
use super::first_seconds::{self, EarlyWorker};
use crate::app::model::engine_worker::AssetSource;
use crate::app::model::{Action, State};
use crate::protocol::{ALIVE, ClientMessage, EngineKind, EngineMessage};
use crate::storage::web_locks;

/// What a worker sends when its wasm runs and it receives messages.
const HELLO: &str = "hello";

/// How what a worker's loader sends begins where its wasm does not run; the reason follows.
const CANNOT_START: &str = "cannot start: ";

/// How what a worker's loader sends begins while its wasm is on its way; so many bytes of so many follow, as in `12/34`.
const FETCHED: &str = "fetched: ";

struct WorkerHandle {
    worker: Worker,
    /// Whether the connection is still held, for the listener of the lifetime lock.
    _held: Rc<()>,
    _listeners: [EventListener; 3],
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// The connection to one worker.
pub struct WorkerConnection {
    // None while its files are fetched again, and where the worker could not be created.
    line: Rc<RefCell<Option<WorkerHandle>>>,
}

impl WorkerConnection {
    /// Starts a worker. It reports when it receives messages.
    pub fn open(kind: EngineKind, generation: u32, source: AssetSource, dispatch: UseReducerDispatcher<State>) -> Self {
        let line = Rc::new(RefCell::new(None));
        match source {
            // The first one may have been started before the page.
            AssetSource::Cache if kind == EngineKind::Cpu && generation == 1 => {
                let (place, hear) = (Rc::downgrade(&line), dispatch.clone());
                let waits = first_seconds::take_worker(move |early| {
                    let Some(line) = place.upgrade() else {
                        // The page dropped the connection in the meantime.
                        return early.into_iter().for_each(|early| early.worker.terminate());
                    };
                    match early {
                        Some(early) => adopt_worker(&line, kind, generation, early, hear),
                        None => spawn_worker(&line, kind, generation, hear),
                    }
                });
                if !waits {
                    spawn_worker(&line, kind, generation, dispatch);
                }
            }
            AssetSource::Cache => spawn_worker(&line, kind, generation, dispatch),
            AssetSource::Network => {
                let place = Rc::downgrade(&line);
                spawn_local(async move {
                    for file in files(kind) {
                        // A file that cannot be fetched here cannot be fetched by the worker either, which then reports it.
                        let _ = fetch_past_caches(&absolute_url(&file)).await;
                    }
                    // The page may have dropped the connection in the meantime.
                    if let Some(line) = place.upgrade() {
                        spawn_worker(&line, kind, generation, dispatch);
                    }
                });
            }
        }
        Self { line }
    }

    /// Sends a message. Fails only where the worker is gone or the message cannot be cloned.
    pub fn post(&self, message: &ClientMessage) -> Result<(), String> {
        let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
        let message = message.serialize(&serializer).map_err(|error| error.to_string())?;
        match &*self.line.borrow() {
            Some(line) => line.worker.post_message(&message).map_err(|error| error_text(&error)),
            None => Err("it is not running".into()),
        }
    }
}

/// The name of an engine's binary, as Trunk names its files.
fn binary(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Cpu => "engine_cpu",
        EngineKind::Gpu => "engine_gpu",
    }
}

fn loader(kind: EngineKind) -> String {
    format!("./{}_loader.js", binary(kind))
}

fn files(kind: EngineKind) -> [String; 3] {
    let binary = binary(kind);
    [loader(kind), format!("./{binary}.js"), format!("./{binary}_bg.wasm")]
}

fn spawn_worker(
    line: &RefCell<Option<WorkerHandle>>,
    kind: EngineKind,
    generation: u32,
    dispatch: UseReducerDispatcher<State>,
) {
    let options = WorkerOptions::new();
    // The name is unique among the workers of all tabs.
    let name = format!("{}-{generation}-{}", binary(kind), js_sys::Math::random());
    options.set_name(&name);
    match Worker::new_with_options(&absolute_url(&loader(kind)), &options) {
        Ok(worker) => {
            adopt_worker(line, kind, generation, EarlyWorker { worker, name, greetings: Vec::new() }, dispatch)
        }
        Err(error) => dispatch.dispatch(Action::WorkerCrashed(kind, generation, error_text(&error))),
    }
}

/// Listens to a worker, and hears what it has said already.
fn adopt_worker(
    line: &RefCell<Option<WorkerHandle>>,
    kind: EngineKind,
    generation: u32,
    EarlyWorker { worker, name, greetings }: EarlyWorker,
    dispatch: UseReducerDispatcher<State>,
) {
    let held = Rc::new(());
    let (hear, line_held) = (dispatch.clone(), Rc::downgrade(&held));
    let hear = move |data: JsValue| {
        if data.as_string().as_deref() == Some(ALIVE) {
            let (line_held, end) = (line_held.clone(), hear.clone());
            return watch_lifetime_lock(&name, move || {
                if line_held.upgrade().is_some() {
                    end.dispatch(Action::WorkerCrashed(kind, generation, "it ended without an error message".into()));
                }
            });
        }
        hear.dispatch(to_action(kind, generation, data));
    };
    greetings.into_iter().for_each(&hear);
    let message = EventListener::new(&worker, "message", move |event| {
        if let Some(event) = event.dyn_ref::<MessageEvent>() {
            hear(event.data());
        }
    });
    let end = dispatch.clone();
    // Handled here, so that it is no uncaught error of the page.
    let error = EventListener::new_with_options(
        &worker,
        "error",
        EventListenerOptions::enable_prevent_default(),
        move |event| {
            event.prevent_default();
            let why = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
            end.dispatch(Action::WorkerCrashed(kind, generation, why));
        },
    );
    let unreadable = EventListener::new(&worker, "messageerror", move |_| {
        dispatch.dispatch(Action::WorkerCrashed(kind, generation, "its message could not be read".into()));
    });
    *line.borrow_mut() = Some(WorkerHandle { worker, _held: held, _listeners: [message, error, unreadable] });
}

/// Waits for the lock that a worker holds while it lives.
fn watch_lifetime_lock(name: &str, gone: impl FnOnce() + 'static) {
    let held = Closure::once_into_js(move |_lock: JsValue| gone());
    // Where the lock cannot be requested, the watchdog notices a silent worker.
    web_locks::ask(name, &held);
}

fn to_action(kind: EngineKind, generation: u32, data: JsValue) -> Action {
    if let Some(word) = data.as_string() {
        if word == HELLO {
            return Action::WorkerStarted(kind, generation);
        }
        if let Some(why) = word.strip_prefix(CANNOT_START) {
            return Action::WorkerCrashed(kind, generation, why.to_owned());
        }
        if let Some((done, total)) = word.strip_prefix(FETCHED).and_then(|bytes| bytes.split_once('/')) {
            let count = |bytes: &str| bytes.parse().unwrap_or_default();
            return Action::WorkerFetching(kind, generation, count(done), count(total));
        }
    }
    match serde_wasm_bindgen::from_value::<EngineMessage>(data) {
        Ok(message) => Action::WorkerMessage(kind, generation, message),
        Err(error) => Action::WorkerCrashed(kind, generation, format!("its message could not be read ({error})")),
    }
}

/// Fetches a file from the server past all caches, which updates the cache that the worker is loaded from.
async fn fetch_past_caches(address: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let init = RequestInit::new();
    init.set_cache(RequestCache::Reload);
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(address, &init)).await?.dyn_into()?;
    JsFuture::from(response.array_buffer()?).await?;
    Ok(())
}

/// The message of a JavaScript exception.
fn error_text(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| String::from(error.message()))
}
