//! The host of a dedicated worker: `fetch`, the Cache API, IndexedDB, `navigator.gpu`, `performance`.

use std::ops::ControlFlow;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Cache, DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, Request, RequestCache, RequestInit, Response,
};

use super::{Adapter, Host, HostError, storage_failure};
use crate::{
    package::FileEntry,
    protocol::{AdapterKind, Failure, FailureKind},
    storage::{IndexedDb, Storage},
};

/// The name of the cache that holds weights, by their checksum.
const CACHE: &str = "inkling-weights-1";

/// The browser's side of the engine.
pub struct WorkerHost {
    scope: DedicatedWorkerGlobalScope,
    models: String,
}

impl WorkerHost {
    /// The host of a worker; `models` is the address of the folder with `catalogue.json`, ending in `/`.
    pub fn new(scope: DedicatedWorkerGlobalScope, models: String) -> Self {
        Self { scope, models }
    }

    async fn response(&self, path: &str, cache: RequestCache) -> Result<Response, HostError> {
        let unreachable = |reason: String| HostError::Unreachable { path: path.to_owned(), reason };
        let init = RequestInit::new();
        init.set_cache(cache);
        let request = Request::new_with_str_and_init(&format!("{}{path}", self.models), &init)
            .map_err(|error| unreachable(words(&error)))?;
        let response = JsFuture::from(self.scope.fetch_with_request(&request)).await;
        let response: Response = response
            .map_err(|error| unreachable(words(&error)))?
            .dyn_into()
            .map_err(|error| unreachable(words(&error)))?;
        if response.ok() {
            Ok(response)
        } else {
            Err(unreachable(format!("the server answered {}", response.status())))
        }
    }

    /// The cache, where the browser grants one: not in private windows, nor on insecure addresses.
    async fn cache(&self) -> Option<Cache> {
        let caches = self.scope.caches().ok()?;
        JsFuture::from(caches.open(CACHE)).await.ok()?.dyn_into().ok()
    }

    /// A file's key: its content. A new version of a package is another key.
    fn key(&self, path: &str, file: &FileEntry) -> String {
        format!("{}{path}?sha256={}", self.models, file.sha256)
    }

    async fn cached(&self, cache: &Cache, key: &str) -> Option<Vec<u8>> {
        let response: Response = JsFuture::from(cache.match_with_str(key)).await.ok()?.dyn_into().ok()?;
        let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    }
}

impl Host for WorkerHost {
    async fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, HostError> {
        let response = self.response(path, RequestCache::NoCache).await?;
        body(path, response, limit, &mut |_| ControlFlow::Continue(())).await
    }

    async fn fetch(
        &self,
        path: &str,
        file: &FileEntry,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Vec<u8>, HostError> {
        let key = self.key(path, file);
        let cache = self.cache().await;
        if let Some(cache) = &cache
            && let Some(bytes) = self.cached(cache, &key).await
            && file.check(&bytes).is_ok()
        {
            // All of it came at once: there is nothing left to stop.
            let _ = progress(bytes.len() as u64);
            return Ok(bytes);
        }
        let bytes = body(path, self.response(path, RequestCache::Default).await?, file.bytes, progress).await?;
        if file.check(&bytes).is_ok() {
            if let Some(cache) = cache
                && let Ok(copy) = Response::new_with_opt_js_u8_array(Some(&Uint8Array::from(&bytes[..])))
            {
                // A full disk refuses: then the next visit fetches again.
                let _ = JsFuture::from(cache.put_with_str(&key, &copy)).await;
            }
            return Ok(bytes);
        }
        // The browser's own cache may hold an older version's bytes: past it, once.
        body(path, self.response(path, RequestCache::Reload).await?, file.bytes, progress).await
    }

    async fn request_adapter(&self) -> Result<Adapter, Failure> {
        let failure = |kind, message: &str| Failure { kind, message: message.to_owned() };
        let gpu = property(&self.scope.navigator(), "gpu").ok_or_else(|| {
            // The page starts no engine for WebGPU where it has none itself.
            failure(
                FailureKind::NoWebGpu,
                "This browser offers WebGPU to pages but not to workers, where the engine runs, so the models run on the CPU.",
            )
        })?;
        let refused = || {
            failure(
                FailureKind::NoAdapter,
                "The browser gives this page no graphics adapter, so the models run on the CPU.",
            )
        };
        let promise = call(&gpu, "requestAdapter").ok_or_else(refused)?;
        let adapter = JsFuture::from(js_sys::Promise::resolve(&promise)).await.map_err(|_| refused())?;
        if adapter.is_null() || adapter.is_undefined() {
            return Err(refused());
        }
        let features = property(&adapter, "features").ok_or_else(refused)?;
        let has = Reflect::get(&features, &"has".into()).ok().and_then(|has| has.dyn_into::<js_sys::Function>().ok());
        let timestamps = has.and_then(|has| has.call1(&features, &"timestamp-query".into()).ok());
        if timestamps.and_then(|answer| answer.as_bool()) != Some(true) {
            return Err(failure(
                FailureKind::MissingFeature,
                "The graphics card lacks a feature that the WebGPU engine needs (timestamp-query), so the models run on the CPU.",
            ));
        }
        Ok(describe(&adapter))
    }

    async fn gunzip(&self, bytes: Vec<u8>) -> Result<Vec<u8>, HostError> {
        // Some servers unpack on the way.
        if !bytes.starts_with(&[0x1f, 0x8b]) {
            return Ok(bytes);
        }
        inflate(&bytes).await.map_err(|_| HostError::Packed)
    }

    async fn save(&self, name: &str, bytes: &[u8]) -> Result<(), HostError> {
        IndexedDb.save(name, bytes).await.map_err(storage_failure)
    }

    async fn load(&self, name: &str) -> Result<Option<Vec<u8>>, HostError> {
        IndexedDb.load(name).await.map_err(storage_failure)
    }

    async fn delete(&self, name: &str) -> Result<(), HostError> {
        IndexedDb.delete(name).await.map_err(storage_failure)
    }

    async fn sleep(&self, ms: u32) {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            let ms = i32::try_from(ms).unwrap_or(i32::MAX);
            if self.scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms).is_err() {
                // Without timers nothing else waits for its turn either.
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
        let _ = JsFuture::from(promise).await;
    }

    fn now(&self) -> f64 {
        self.scope.performance().map_or_else(js_sys::Date::now, |performance| performance.now())
    }
}

/// An adapter's name, and whether it is a card: what imitates one says so in its name, or in `isFallbackAdapter`.
fn describe(adapter: &JsValue) -> Adapter {
    let info = property(adapter, "info").unwrap_or(JsValue::NULL);
    let text = |name: &str| property(&info, name).and_then(|value| value.as_string()).unwrap_or_default();
    let fallback = [property(&info, "isFallbackAdapter"), property(adapter, "isFallbackAdapter")]
        .into_iter()
        .flatten()
        .any(|value| value.as_bool() == Some(true));
    let mut parts: Vec<String> =
        [text("vendor"), text("architecture"), text("device")].into_iter().filter(|part| !part.is_empty()).collect();
    parts.dedup();
    let description = text("description");
    let name = if !description.is_empty() { description } else { parts.join(" ") };
    let lower = format!("{name} {}", parts.join(" ")).to_lowercase();
    Adapter {
        name: if name.is_empty() { "unnamed adapter".to_owned() } else { name },
        kind: AdapterKind::of_graphics(&lower, fallback),
    }
}

/// A response's bytes as they come, no more than `limit`.
async fn body(
    path: &str,
    response: Response,
    limit: u64,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Vec<u8>, HostError> {
    let broken = |error: JsValue| HostError::Unreachable { path: path.to_owned(), reason: words(&error) };
    let Some(stream) = response.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into().map_err(|reader| broken(reader.into()))?;
    let mut bytes = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(broken)?;
        if property(&part, "done").and_then(|done| done.as_bool()).unwrap_or(true) {
            return Ok(bytes);
        }
        if let Some(value) = property(&part, "value") {
            bytes.extend(Uint8Array::new(&value).to_vec());
        }
        if bytes.len() as u64 > limit {
            let _ = JsFuture::from(reader.cancel()).await;
            return Err(HostError::TooLong { path: path.to_owned(), limit });
        }
        if progress(bytes.len() as u64) == ControlFlow::Break(()) {
            let _ = JsFuture::from(reader.cancel()).await;
            return Err(HostError::Cancelled);
        }
    }
}

/// Unpacks gzip as the browser does.
async fn inflate(bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
    let kind: js_sys::Function = Reflect::get(&js_sys::global(), &"DecompressionStream".into())?.dyn_into()?;
    let through = Reflect::construct(&kind, &Array::of1(&"gzip".into()))?;
    let packed = Response::new_with_opt_js_u8_array(Some(&Uint8Array::from(bytes)))?;
    let stream = packed.body().ok_or(JsValue::NULL)?;
    let pipe: js_sys::Function = Reflect::get(&stream, &"pipeThrough".into())?.dyn_into()?;
    let stream = pipe.call1(&stream, &through)?;
    let unpacked = Response::new_with_opt_readable_stream(Some(&stream.dyn_into()?))?;
    let buffer = JsFuture::from(unpacked.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A property that is there.
fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// Calls a method without arguments.
fn call(object: &JsValue, name: &str) -> Option<JsValue> {
    let method: js_sys::Function = property(object, name)?.dyn_into().ok()?;
    Reflect::apply(&method, object, &Array::new()).ok()
}

/// A JavaScript error's message.
fn words(error: &JsValue) -> String {
    property(error, "message").and_then(|message| message.as_string()).unwrap_or_else(|| format!("{error:?}"))
}
