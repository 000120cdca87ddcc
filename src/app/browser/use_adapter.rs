//! Hook that asks the browser for a graphics adapter, once nothing that the visitor looks at waits any more.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::app::model::startup::WebGpuSupport;
use crate::app::model::{Action, State};
use crate::protocol::AdapterKind;

/// Asks for an adapter when the state wants to know.
#[hook]
pub fn use_adapter(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with(state.should_request_adapter(), move |wanted| {
        if *wanted {
            spawn_local(async move {
                // A browser that cannot answer grants none.
                let found = request_adapter().await.unwrap_or(WebGpuSupport::Refused);
                dispatch.dispatch(Action::AdapterFound(found));
            });
        }
    });
}

async fn request_adapter() -> Result<WebGpuSupport, JsValue> {
    let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
    let gpu = Reflect::get(&navigator, &"gpu".into())?;
    let request: Function = Reflect::get(&gpu, &"requestAdapter".into())?.dyn_into()?;
    let adapter = JsFuture::from(Promise::resolve(&request.call0(&gpu)?)).await?;
    if !adapter.is_object() {
        return Ok(WebGpuSupport::Refused);
    }
    let info = Reflect::get(&adapter, &"info".into())?;
    let of = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let fallback = [&info, &adapter].into_iter().any(|object| of(object, "isFallbackAdapter").as_bool() == Some(true));
    let words = ["vendor", "architecture", "device", "description"].map(|name| of(&info, name).as_string());
    let name = words.into_iter().flatten().collect::<Vec<_>>().join(" ").to_lowercase();
    Ok(match AdapterKind::of_graphics(&name, fallback) {
        AdapterKind::Hardware => WebGpuSupport::Available,
        AdapterKind::Software | AdapterKind::Processor => WebGpuSupport::SoftwareOnly,
    })
}
