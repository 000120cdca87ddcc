//! What is kept over a reload: bytes under names, in IndexedDB, for the page and the workers alike (wasm alone).
//!
//! Every write is one transaction: whole or not at all. Private windows and full disks refuse; then the reason is handed on, in the
//! browser's words, and work goes on in memory.

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode};

const DATABASE: &str = "inkling";
const STORE: &str = "kept";

/// Keeps bytes under a name.
///
/// # Errors
/// Why the browser refuses.
pub async fn keep(name: &str, bytes: &[u8]) -> Result<(), String> {
    let write = |transaction: &IdbTransaction| {
        let store = transaction.object_store(STORE)?;
        store.put_with_key(&Uint8Array::from(bytes), &name.into())
    };
    transact(IdbTransactionMode::Readwrite, write).await.map(drop).map_err(words)
}

/// What was kept under a name.
///
/// # Errors
/// Why the browser refuses.
pub async fn kept(name: &str) -> Result<Option<Vec<u8>>, String> {
    let read = |transaction: &IdbTransaction| transaction.object_store(STORE)?.get(&name.into());
    let value = transact(IdbTransactionMode::Readonly, read).await.map_err(words)?;
    Ok(value.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()))
}

/// Forgets what was kept under a name.
///
/// # Errors
/// Why the browser refuses.
pub async fn forget(name: &str) -> Result<(), String> {
    let delete = |transaction: &IdbTransaction| transaction.object_store(STORE)?.delete(&name.into());
    transact(IdbTransactionMode::Readwrite, delete).await.map(drop).map_err(words)
}

/// One request in one transaction, ended when the transaction is: only then is it on the disk.
async fn transact(
    mode: IdbTransactionMode,
    ask: impl FnOnce(&IdbTransaction) -> Result<IdbRequest, JsValue>,
) -> Result<JsValue, JsValue> {
    let database = open().await?;
    let transaction = database.transaction_with_str_and_mode(STORE, mode)?;
    let request = ask(&transaction)?;
    let ended = settled(|resolve, reject| {
        transaction.set_oncomplete(Some(resolve));
        transaction.set_onabort(Some(reject));
        transaction.set_onerror(Some(reject));
    });
    let outcome = ended.await;
    database.close();
    match outcome {
        Ok(_) => request.result(),
        Err(error) => Err(transaction.error().map_or(error, JsValue::from)),
    }
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let factory: IdbFactory = Reflect::get(&js_sys::global(), &"indexedDB".into())?.dyn_into()?;
    let request: IdbOpenDbRequest = factory.open_with_u32(DATABASE, 1)?;
    let opened = request.clone();
    let upgrade = Closure::<dyn FnMut()>::new(move || {
        if let Ok(database) = opened.result().and_then(|result| result.dyn_into::<IdbDatabase>()) {
            // It is there already only if another tab was faster.
            let _ = database.create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    settled(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
        request.set_onblocked(Some(reject));
    })
    .await
    .map_err(|error| request.error().ok().flatten().map_or(error, JsValue::from))?;
    request.result()?.dyn_into()
}

/// Events as a future.
async fn settled(listen: impl Fn(&js_sys::Function, &js_sys::Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |resolve, reject| listen(&resolve, &reject))).await
}

fn words(error: JsValue) -> String {
    let message = Reflect::get(&error, &"message".into()).ok().and_then(|message| message.as_string());
    message.filter(|message| !message.is_empty()).unwrap_or_else(|| "the browser refuses".to_owned())
}
