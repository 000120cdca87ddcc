//! Hook for new versions of the page, which `www/offline.js` and the service worker bring: they and the page speak by events of the
//! document.

use gloo_events::EventListener;
use web_sys::Event;
use yew::prelude::*;

use crate::app::model::{Action, State};

/// From the page, once a model answers: what is fetched for the next visit may be fetched now.
const READY: &str = "inkling-ready";
/// To the page: a new version is ready.
const UPDATE: &str = "inkling-update";
/// From the page: the visitor wants the new version.
const USE_UPDATE: &str = "inkling-use-update";

/// Says when a model answers, and hears of new versions.
#[hook]
pub fn use_updates(answers: bool, dispatch: UseReducerDispatcher<State>) {
    use_effect_with((), move |()| {
        let document = web_sys::window().and_then(|window| window.document());
        let listener = document
            .map(|document| EventListener::new(&document, UPDATE, move |_| dispatch.dispatch(Action::UpdateReady)));
        move || drop(listener)
    });
    use_effect_with(answers, |answers| {
        if *answers {
            say(READY);
        }
    });
}

/// Uses the new version: the page is reloaded.
pub fn use_new_version() {
    say(USE_UPDATE);
}

fn say(name: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    if let (Some(document), Ok(event)) = (document, Event::new(name)) {
        // Nobody prevents what follows.
        let _ = document.dispatch_event(&event);
    }
}
