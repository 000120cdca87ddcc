//! What happened before the page's program was there: `www/first-seconds.js` let the visitor draw, and started an engine.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Worker;

use crate::ink::Drawing;

/// An engine's worker that was started early.
pub struct EarlyWorker {
    /// The worker, to which nothing listens now.
    pub worker: Worker,
    /// Its name, which its lifetime lock has too.
    pub name: String,
    /// What it has said so far, but for replies: words of its loader, and that it listens.
    pub greetings: Vec<JsValue>,
}

/// Ends the drawing before the page, and returns the strokes; none where the script did not run. What is drawn from now on goes to the
/// page's own pad.
pub fn take_drawing() -> Drawing {
    let drawing = call("takeDrawing", &[]).and_then(|drawing| serde_wasm_bindgen::from_value(drawing).ok());
    drawing.unwrap_or_default()
}

/// Calls back when no stroke is under way: at once where there is none. A stroke whose pad is replaced would be lost.
pub fn when_pen_is_up(next: impl FnOnce() + 'static) {
    let next = Closure::once_into_js(next);
    if call("whenPenIsUp", &[&next]).is_none() {
        // Without the script there is no stroke. A function that was just made can be called.
        let _ = next.unchecked_ref::<Function>().call0(&JsValue::NULL);
    }
}

/// Takes the engine over that was started early; `take` is called with it, or with none if it failed, as soon as its job is done.
/// Returns false where there is none.
pub fn take_worker(take: impl FnOnce(Option<EarlyWorker>) + 'static) -> bool {
    let take = Closure::once_into_js(move |worker: JsValue, name: JsValue, greetings: JsValue| {
        take(worker.dyn_into().ok().map(|worker| EarlyWorker {
            worker,
            name: name.as_string().unwrap_or_default(),
            greetings: greetings.dyn_into::<Array>().map(|words| words.iter().collect()).unwrap_or_default(),
        }));
    });
    call("takeEngine", &[&take]).and_then(|taken| taken.as_bool()).unwrap_or_default()
}

/// Calls a function of the script; none where the script did not run.
fn call(name: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let window = web_sys::window()?;
    let script = Reflect::get(&window, &"firstSeconds".into()).ok().filter(JsValue::is_object)?;
    let function: Function = Reflect::get(&script, &name.into()).ok()?.dyn_into().ok()?;
    function.apply(&script, &arguments.iter().copied().collect::<Array>()).ok()
}
