//! The turn to learn, as the browser gives it: a lock that one tab holds at a time, and that is free when its tab is gone, however it
//! ended. Where a browser has no locks, every tab has its turn.

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

/// The lock's name.
const LOCK: &str = "inkling-learning";

/// Asks for the turn while the state wants it, and hands it back when the state does not.
#[hook]
pub fn use_training_lock(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with(state.user_data.training_lock.request(), move |request| {
        let claim = request.map(|request| LockRequest::new(request, dispatch));
        move || drop(claim)
    });
}

/// A request for the lock, or the lock.
struct LockRequest(Rc<RefCell<LockRequestState>>);

enum LockRequestState {
    /// It stands in the queue, which this takes it out of.
    Waiting(Option<AbortController>),
    /// It has the lock, which this hands back.
    Held(Function),
    /// Nobody wants it any more.
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
            // What ends the promise that the lock was held for cannot fail.
            LockRequestState::Held(release) => drop(release.call0(&JsValue::NULL)),
            LockRequestState::Canceled => {}
        }
    }
}

fn is_waiting(place: &RefCell<LockRequestState>) -> bool {
    matches!(*place.borrow(), LockRequestState::Waiting(_))
}

/// Whether the lock was had.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AcquireOutcome {
    /// And it was handed back.
    Acquired,
    /// Another tab has it.
    Unavailable,
    /// The browser gives none, or the request was taken out of the queue.
    Error,
}

/// Waits until the lock was had and handed back, or was not to be had.
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
        // A request that was taken out of the queue fails.
        let _ = JsFuture::from(promise).await;
    }
    had.get()
}

/// It is this tab's turn: with what another one left to be learned.
async fn on_acquired(request: u32, dispatch: UseReducerDispatcher<State>) {
    let left = storage::rows(&queries(&[RecordKey::PendingTraining])).await.map(decode).unwrap_or_default();
    let left = left.into_iter().find_map(|found| match found {
        StoredItem::PendingTraining(ask) => ask,
        _ => None,
    });
    dispatch.dispatch(Action::TrainingLockAnswered(request, LockResult::Acquired(left)));
}
