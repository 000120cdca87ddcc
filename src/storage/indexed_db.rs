//! Records in IndexedDB: one database with one object store.

use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction,
    IdbTransactionMode,
};

use super::{Record, RecordEdit, RecordQuery, Storage, StorageError};

// Both names are on the disks of visitors.
const DATABASE: &str = "inkling";
const STORE: &str = "kept";

/// The database `inkling` of this origin.
#[derive(Clone, Copy, Debug, Default)]
pub struct IndexedDb;

impl Storage for IndexedDb {
    async fn get(&self, queries: &[RecordQuery]) -> Result<Vec<Record>, StorageError> {
        transact(IdbTransactionMode::Readonly, async |store| find(store, queries).await).await
    }

    async fn apply(&self, edits: &[RecordEdit]) -> Result<(), StorageError> {
        transact(IdbTransactionMode::Readwrite, async |store| make(store, edits).await).await
    }

    async fn read_modify_write(
        &self,
        queries: &[RecordQuery],
        edits: impl FnOnce(&[Record]) -> Vec<RecordEdit>,
    ) -> Result<(), StorageError> {
        let work = async |store: &IdbObjectStore| {
            let edits = edits(&find(store, queries).await?);
            make(store, &edits).await
        };
        transact(IdbTransactionMode::Readwrite, work).await
    }
}

/// [`Storage::get`] of [`IndexedDb`].
///
/// # Errors
/// [`StorageError`].
pub async fn rows(queries: &[RecordQuery]) -> Result<Vec<Record>, StorageError> {
    IndexedDb.get(queries).await
}

/// [`Storage::apply`] of [`IndexedDb`].
///
/// # Errors
/// [`StorageError`].
pub async fn change(edits: &[RecordEdit]) -> Result<(), StorageError> {
    IndexedDb.apply(edits).await
}

/// [`Storage::read_modify_write`] of [`IndexedDb`].
///
/// # Errors
/// [`StorageError`].
pub async fn revise(
    queries: &[RecordQuery],
    edits: impl FnOnce(&[Record]) -> Vec<RecordEdit>,
) -> Result<(), StorageError> {
    IndexedDb.read_modify_write(queries, edits).await
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
    .map_err(|event| {
        // Where another tab held it, it opens once that tab is gone: unused, it would be in the way of others itself.
        let late = request.clone();
        let close = Closure::once_into_js(move || {
            if let Ok(database) = late.result().and_then(|result| result.dyn_into::<IdbDatabase>()) {
                database.close();
            }
        });
        request.set_onsuccess(Some(close.unchecked_ref()));
        request.error().ok().flatten().map_or(event, JsValue::from)
    })?;
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
    // What tells of another tab is an event, which has a type; exceptions have names.
    let name = text("name").or_else(|| text("type"));
    StorageError::named(name.as_deref(), text("message"))
}
