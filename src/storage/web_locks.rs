//! The browser's locks, which one holder has at a time and which are free when their holder is gone, however it ended (wasm alone).

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[wasm_bindgen]
extern "C" {
    /// The browser's `LockManager`, which web-sys has only among its unstable interfaces.
    pub type WebLocks;

    /// Asks for a lock. `held` is called with it, or with null where it was to be had at once and is not; what it returns is waited
    /// for until the lock is free again. So is what this returns.
    ///
    /// # Errors
    /// Where the browser gives none.
    #[wasm_bindgen(method, catch)]
    pub fn request(this: &WebLocks, name: &str, options: &JsValue, held: &JsValue) -> Result<Promise, JsValue>;
}

/// The locks of this origin, for a page or a worker; none outside a secure context.
pub fn locks() -> Option<WebLocks> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    (!locks.is_undefined()).then(|| locks.unchecked_into())
}

/// Asks for a lock and leaves it at that: a browser that refuses it (without site data), or breaks it off as the page goes, is nobody's
/// error.
pub fn ask(name: &str, held: &JsValue) {
    if let Some(asked) = locks().and_then(|locks| locks.request(name, &JsValue::UNDEFINED, held).ok()) {
        spawn_local(async move {
            let _ = JsFuture::from(asked).await;
        });
    }
}

/// The options of a request, with one that is not as usual.
pub fn options(name: &str, value: &JsValue) -> JsValue {
    let options = Object::new();
    // A plain object takes every property.
    let _ = Reflect::set(&options, &name.into(), value);
    options.into()
}
