//! `postMessage` ⇄ engine, inside a dedicated worker.
//!
//! The worker says "hello" once it listens; the first message it takes is [`Request::Start`].

mod copied_value;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Promise, global};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::{
    engine::{Engine, device_lost_failure},
    host::{Host, WorkerHost},
    protocol::{
        ALIVE, ClientMessage, EngineKind, Failure, FailureKind, JobId, MessageFault, Reply, Request, VERSION,
        read_message, write_message,
    },
    storage::web_locks,
};
use copied_value::{copied, posted_job};

/// Milliseconds of reading a long message between two pauses.
const TIME_SLICE_MS: f64 = 16.0;

unsafe extern "C" {
    /// The module's static constructors. Unless it runs them itself, the linker wraps every export to run them on each call.
    fn __wasm_call_ctors();
}

/// The engine once it runs, and requests that wait for it.
enum EngineWorkerState {
    Waiting,
    Starting,
    Running(Rc<Engine<WorkerHost>>),
    Failed(Failure),
}

thread_local! {
    /// The job of `Start`: what befalls the engine as a whole is said under it.
    static START: Cell<JobId> = const { Cell::new(JobId(0)) };
}

/// Starts the worker; called once, from the binary's `main`.
pub fn run(kind: EngineKind) {
    // SAFETY: called once, before anything that the constructors prepare is used.
    unsafe { __wasm_call_ctors() };
    // A panic in a task is a rejected promise that nobody awaits: the page must hear of it another way.
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        let message = "The engine stopped because of an error in Inkling.".to_owned();
        post(START.get(), Reply::Failed(Failure { kind: FailureKind::Internal, message }));
    }));
    let _ = console_log::init_with_level(log::Level::Warn);
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let state = Rc::new(RefCell::new(EngineWorkerState::Waiting));
    let clock = Rc::new(WorkerHost::new(scope.clone(), String::new()));
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let (state, clock) = (state.clone(), clock.clone());
        // A short message is read before the next one comes.
        spawn_local(async move { hear(kind, &state, &clock, &event.data()).await });
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let on_unreadable = Closure::<dyn Fn(MessageEvent)>::new(|_| {
        refuse(START.get(), &MessageFault::Envelope("the browser could not copy it"));
    });
    scope.set_onmessageerror(Some(on_unreadable.as_ref().unchecked_ref()));
    on_unreadable.forget();
    let _ = scope.post_message(&JsValue::from_str("hello"));
    show_life(scope);
}

/// Holds the lock of the worker's own name for as long as the worker lives.
fn show_life(scope: DedicatedWorkerGlobalScope) {
    let name = scope.name();
    if name.is_empty() {
        return;
    }
    let held = Closure::once_into_js(move |_lock: JsValue| {
        let _ = scope.post_message(&JsValue::from_str(ALIVE));
        // A promise that nobody keeps.
        Promise::new(&mut |_, _| ())
    });
    // A browser that gives none leaves the page to its patience.
    web_locks::ask(&name, &held);
}

/// Reads what was posted, and answers it: under its own job, wherever that can be read.
async fn hear(kind: EngineKind, state: &Rc<RefCell<EngineWorkerState>>, clock: &WorkerHost, posted: &JsValue) {
    let job = posted_job(posted).unwrap_or_else(|| START.get());
    let mut since = clock.now();
    let mut pause = async || {
        if clock.now() - since >= TIME_SLICE_MS {
            clock.sleep(0).await;
            since = clock.now();
        }
    };
    let message = match copied(posted, &mut pause).await {
        Ok(value) => read_message(value, &mut pause).await,
        Err(fault) => Err(fault),
    };
    match message {
        Ok(message) => take(kind, state, message),
        Err(fault) => refuse(job, &fault),
    }
}

/// Answers what is no request.
fn refuse(job: JobId, fault: &MessageFault) {
    let message = format!("The engine did not understand a message: {fault}.");
    post(job, Reply::Failed(Failure { kind: FailureKind::BadInput, message }));
}

/// Takes a message: the first one starts the engine, later ones are answered by it.
fn take(kind: EngineKind, state: &Rc<RefCell<EngineWorkerState>>, message: ClientMessage) {
    let ClientMessage { job, request } = message;
    match (&*state.borrow(), request) {
        (EngineWorkerState::Running(engine), request) => {
            let engine = engine.clone();
            spawn_local(async move { engine.handle(job, request, &mut |reply| post(job, reply)).await });
            return;
        }
        (EngineWorkerState::Failed(failure), _) => return post(job, Reply::Failed(failure.clone())),
        (EngineWorkerState::Waiting, Request::Start { version, models }) => {
            START.set(job);
            if !version.is_empty() && version != VERSION {
                let message =
                    format!("The page is version {version}, the engine is version {VERSION}. Reload the page.");
                return post(job, Reply::Failed(Failure { kind: FailureKind::Version, message }));
            }
            start(kind, state.clone(), job, models);
        }
        (EngineWorkerState::Waiting | EngineWorkerState::Starting, _) => {
            let message = "The engine has not started yet.".to_owned();
            return post(job, Reply::Failed(Failure { kind: FailureKind::BadInput, message }));
        }
    }
    state.replace(EngineWorkerState::Starting);
}

fn start(kind: EngineKind, state: Rc<RefCell<EngineWorkerState>>, job: JobId, models: String) {
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    spawn_local(async move {
        let on_lost = move || post(job, Reply::Failed(device_lost_failure()));
        let next = match Engine::start(kind, WorkerHost::new(scope, models), on_lost).await {
            Ok(engine) => {
                post(job, engine.ready());
                EngineWorkerState::Running(Rc::new(engine))
            }
            Err(failure) => {
                post(job, Reply::Failed(failure.clone()));
                EngineWorkerState::Failed(failure)
            }
        };
        state.replace(next);
    });
}

/// Sends a reply as a plain object: maps as objects, bytes as `Uint8Array`.
fn post(job: JobId, reply: Reply) {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    if let Some(message) = write_message(job, reply, |message| message.serialize(&serializer)) {
        let _ = scope.post_message(&message);
    }
}
