//! The store: one object store of IndexedDB.

use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

use super::{Record, RecordEdit, RecordQuery, StorageError};

const DATABASE: &str = "inkling";
const STORE: &str = "kept";

/// Keeps bytes under a name.
///
/// # Errors
/// [`StorageError`].
pub async fn keep(name: &str, bytes: &[u8]) -> Result<(), StorageError> {
    let work = async |store: &IdbObjectStore| put(store, name, bytes).map(drop);
    transact(IdbTransactionMode::Readwrite, work).await
}

/// What was kept under a name.
///
/// # Errors
/// [`StorageError`].
pub async fn kept(name: &str) -> Result<Option<Vec<u8>>, StorageError> {
    let work = async |store: &IdbObjectStore| answer(&store.get(&name.into())?).await;
    Ok(bytes_of(transact(IdbTransactionMode::Readonly, work).await?))
}

/// Forgets what was kept under a name.
///
/// # Errors
/// [`StorageError`].
pub async fn forget(name: &str) -> Result<(), StorageError> {
    let work = async |store: &IdbObjectStore| store.delete(&name.into()).map(drop);
    transact(IdbTransactionMode::Readwrite, work).await
}

/// The rows that are asked for, all as they stand at one moment.
///
/// # Errors
/// [`StorageError`].
pub async fn rows(wanted: &[RecordQuery]) -> Result<Vec<Record>, StorageError> {
    transact(IdbTransactionMode::Readonly, async |store| find(store, wanted).await).await
}

/// Makes some edits: all of them, or none.
///
/// # Errors
/// [`StorageError`].
pub async fn change(edits: &[RecordEdit]) -> Result<(), StorageError> {
    transact(IdbTransactionMode::Readwrite, async |store| make(store, edits).await).await
}

/// Reads rows and makes the edits that follow from them, while nobody else changes anything.
///
/// # Errors
/// [`StorageError`].
pub async fn revise(
    wanted: &[RecordQuery],
    edits: impl FnOnce(&[Record]) -> Vec<RecordEdit>,
) -> Result<(), StorageError> {
    let work = async |store: &IdbObjectStore| {
        let edits = edits(&find(store, wanted).await?);
        make(store, &edits).await
    };
    transact(IdbTransactionMode::Readwrite, work).await
}

async fn find(store: &IdbObjectStore, wanted: &[RecordQuery]) -> Result<Vec<Record>, JsValue> {
    let mut rows = Vec::new();
    for wanted in wanted {
        match wanted {
            RecordQuery::Named(name) => {
                let found = bytes_of(answer(&store.get(&name.into())?).await?);
                rows.extend(found.map(|bytes| Record { name: name.clone(), bytes }));
            }
            RecordQuery::All(prefix) => {
                let range = IdbKeyRange::bound(&prefix.into(), &format!("{prefix}\u{ffff}").into())?;
                let names = Array::from(&answer(&store.get_all_keys_with_key(&range)?).await?);
                let values = Array::from(&answer(&store.get_all_with_key(&range)?).await?);
                for (name, value) in names.iter().zip(values.iter()) {
                    if let (Some(name), Some(bytes)) = (name.as_string(), bytes_of(value)) {
                        rows.push(Record { name, bytes });
                    }
                }
            }
        }
    }
    Ok(rows)
}

/// An edit that fails ends the transaction, which then fails with its error: none needs to be waited for.
async fn make(store: &IdbObjectStore, edits: &[RecordEdit]) -> Result<(), JsValue> {
    for edit in edits {
        match edit {
            RecordEdit::Add(Record { name, bytes }) => {
                store.add_with_key(&Uint8Array::from(&bytes[..]), &name.into())?;
            }
            RecordEdit::Put(Record { name, bytes }) => {
                put(store, name, bytes)?;
            }
            RecordEdit::Replace(Record { name, bytes }) => {
                if !answer(&store.get_key(&name.into())?).await?.is_undefined() {
                    put(store, name, bytes)?;
                }
            }
            RecordEdit::Forget(name) => {
                store.delete(&name.into())?;
            }
        }
    }
    Ok(())
}

fn put(store: &IdbObjectStore, name: &str, bytes: &[u8]) -> Result<IdbRequest, JsValue> {
    store.put_with_key(&Uint8Array::from(bytes), &name.into())
}

fn bytes_of(value: JsValue) -> Option<Vec<u8>> {
    value.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec())
}

/// Some work in one transaction, ended when the transaction is: only then is it on the disk.
async fn transact<T>(
    mode: IdbTransactionMode,
    work: impl AsyncFnOnce(&IdbObjectStore) -> Result<T, JsValue>,
) -> Result<T, StorageError> {
    let database = open().await.map_err(refusal)?;
    let outcome = within(&database, mode, work).await;
    database.close();
    outcome.map_err(refusal)
}

async fn within<T>(
    database: &IdbDatabase,
    mode: IdbTransactionMode,
    work: impl AsyncFnOnce(&IdbObjectStore) -> Result<T, JsValue>,
) -> Result<T, JsValue> {
    let transaction: IdbTransaction = database.transaction_with_str_and_mode(STORE, mode)?;
    let store = transaction.object_store(STORE)?;
    let ended = settled(|resolve, reject| {
        transaction.set_oncomplete(Some(resolve));
        transaction.set_onabort(Some(reject));
    });
    let outcome = work(&store).await;
    if outcome.is_err() {
        // Else what was asked before the failure would be kept without what was to come after it. One that ended by itself has
        // nothing left to undo.
        let _ = transaction.abort();
    }
    match (outcome, ended.await) {
        (Ok(value), Ok(_)) => Ok(value),
        // The transaction knows what began it: a request that came later knows only that it was ended.
        (Ok(_), Err(error)) | (Err(error), _) => Err(transaction.error().map_or(error, JsValue::from)),
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
    .map_err(|event| request.error().ok().flatten().map_or(event, JsValue::from))?;
    request.result()?.dyn_into()
}

/// What a request comes to.
async fn answer(request: &IdbRequest) -> Result<JsValue, JsValue> {
    settled(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    })
    .await
    .map_err(|event| request.error().ok().flatten().map_or(event, JsValue::from))?;
    request.result()
}

/// Events as a future, which hears them from now on and not only once it is awaited.
fn settled(listen: impl Fn(&js_sys::Function, &js_sys::Function)) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve, reject| listen(&resolve, &reject)))
}

/// What the browser's error means.
fn refusal(error: JsValue) -> StorageError {
    let text = |name: &str| Reflect::get(&error, &name.into()).ok().and_then(|text| text.as_string());
    match text("name").as_deref() {
        Some("QuotaExceededError") => StorageError::Full,
        Some("ConstraintError") => StorageError::Taken,
        _ => {
            let message = text("message").filter(|message| !message.is_empty());
            StorageError::Denied(message.unwrap_or_else(|| "the browser refuses".to_owned()))
        }
    }
}
