//! Hook for the training lock: a Web Lock that one tab holds at a time, and that is released when its tab is closed, however that
//! happens. In a browser without Web Locks, every tab acquires it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;
use yew::prelude::*;

use crate::app::model::user_data::records::{decode, queries};
use crate::app::model::user_data::stored_item::StoredItem;
use crate::app::model::user_data::training_lock::LockResult;
use crate::app::model::user_data::write_queue::RecordKey;
use crate::app::model::{Action, State};
use crate::storage;
use crate::storage::web_locks::{WebLocks, locks, options};

/// The name of the Web Lock.
const LOCK: &str = "inkling-learning";

/// Requests the lock while the state wants it, and releases it otherwise.
#[hook]
pub fn use_training_lock(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with(state.user_data.training_lock.request(), move |request| {
        let claim = request.map(|request| LockRequest::new(request, dispatch));
        move || drop(claim)
    });
}

/// A request for the lock, or the held lock.
struct LockRequest(Rc<RefCell<LockRequestState>>);

enum LockRequestState {
    /// It waits; this cancels it.
    Waiting(Option<AbortController>),
    /// It holds the lock; this releases it.
    Held(Function),
    /// It is canceled or released.
    Canceled,
}

impl LockRequest {
    fn new(request: u32, dispatch: UseReducerDispatcher<State>) -> Self {
        let abort = AbortController::new().ok();
        let standing = Rc::new(RefCell::new(LockRequestState::Waiting(abort.clone())));
        let place = standing.clone();
        spawn_local(async move {
            let Some(locks) = locks() else { return on_acquired(request, dispatch).await };
            let at_once = options("ifAvailable", &JsValue::TRUE);
            let mut had = wait_for_lock(&locks, &at_once, request, &place, &dispatch).await;
            if had == AcquireOutcome::Unavailable && is_waiting(&place) {
                dispatch.dispatch(Action::TrainingLockAnswered(request, LockResult::HeldElsewhere));
                let in_turn = abort.map_or(JsValue::UNDEFINED, |abort| options("signal", &abort.signal()));
                had = wait_for_lock(&locks, &in_turn, request, &place, &dispatch).await;
            }
            if had == AcquireOutcome::Error && is_waiting(&place) {
                on_acquired(request, dispatch).await;
            }
        });
        Self(standing)
    }
}

impl Drop for LockRequest {
    fn drop(&mut self) {
        match self.0.replace(LockRequestState::Canceled) {
            LockRequestState::Waiting(abort) => abort.iter().for_each(AbortController::abort),
            // Resolving the promise that holds the lock cannot fail.
            LockRequestState::Held(release) => drop(release.call0(&JsValue::NULL)),
            LockRequestState::Canceled => {}
        }
    }
}

fn is_waiting(place: &RefCell<LockRequestState>) -> bool {
    matches!(*place.borrow(), LockRequestState::Waiting(_))
}

/// The outcome of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AcquireOutcome {
    /// The lock was acquired, and released since.
    Acquired,
    /// Another tab holds it.
    Unavailable,
    /// The browser grants none, or the request was canceled.
    Error,
}

/// Waits until the lock was acquired and released, or the request has failed.
async fn wait_for_lock(
    locks: &WebLocks,
    options: &JsValue,
    request: u32,
    place: &Rc<RefCell<LockRequestState>>,
    dispatch: &UseReducerDispatcher<State>,
) -> AcquireOutcome {
    let (place, dispatch) = (place.clone(), dispatch.clone());
    let had = Rc::new(Cell::new(AcquireOutcome::Error));
    let told = had.clone();
    let held = Closure::once_into_js(move |lock: JsValue| {
        told.set(if lock.is_null() { AcquireOutcome::Unavailable } else { AcquireOutcome::Acquired });
        if lock.is_null() || !is_waiting(&place) {
            return JsValue::UNDEFINED;
        }
        spawn_local(on_acquired(request, dispatch));
        let until = Promise::new(&mut |resolve, _| drop(place.replace(LockRequestState::Held(resolve))));
        until.into()
    });
    if let Ok(promise) = locks.request(LOCK, options, &held) {
        // The promise of a canceled request is rejected.
        let _ = JsFuture::from(promise).await;
    }
    had.get()
}

/// The lock is acquired: reports it with the training run that another tab left.
async fn on_acquired(request: u32, dispatch: UseReducerDispatcher<State>) {
    let left = storage::rows(&queries(&[RecordKey::PendingTraining])).await.map(decode).unwrap_or_default();
    let left = left.into_iter().find_map(|found| match found {
        StoredItem::PendingTraining(ask) => ask,
        _ => None,
    });
    dispatch.dispatch(Action::TrainingLockAnswered(request, LockResult::Acquired(left)));
}
