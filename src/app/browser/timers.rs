//! Timers that are canceled when they are dropped.

use wasm_bindgen::prelude::*;

/// A callback that runs once, later, unless the timer is dropped before.
pub struct Timer {
    id: i32,
    kind: TimerKind,
    _call: Closure<dyn FnMut()>,
}

pub enum TimerKind {
    Timeout,
    Frame,
}

impl Timer {
    /// After some milliseconds.
    pub fn after(ms: i32, call: impl FnOnce() + 'static) -> Option<Self> {
        let call = Closure::once(call);
        let window = web_sys::window()?;
        let id =
            window.set_timeout_with_callback_and_timeout_and_arguments_0(call.as_ref().unchecked_ref(), ms).ok()?;
        Some(Self { id, kind: TimerKind::Timeout, _call: call })
    }

    /// Before the next frame.
    pub fn frame(call: impl FnOnce() + 'static) -> Option<Self> {
        let call = Closure::once(call);
        let id = web_sys::window()?.request_animation_frame(call.as_ref().unchecked_ref()).ok()?;
        Some(Self { id, kind: TimerKind::Frame, _call: call })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            match self.kind {
                TimerKind::Timeout => window.clear_timeout_with_handle(self.id),
                // It has run already, or does not exist: nothing to cancel.
                TimerKind::Frame => drop(window.cancel_animation_frame(self.id)),
            }
        }
    }
}
