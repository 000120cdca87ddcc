//! JSON of stored records.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// The list in a field of a JSON object.
pub fn array_field(json: &[u8], field: &str) -> Option<Vec<serde_json::Value>> {
    match serde_json::from_slice::<serde_json::Value>(json).ok()?.get_mut(field)?.take() {
        serde_json::Value::Array(list) => Some(list),
        _ => None,
    }
}

pub fn to_json(what: &impl serde::Serialize) -> Option<Vec<u8>> {
    Some(serde_json::to_value(what).ok()?.to_string().into_bytes())
}

pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_value(parse_json(bytes)?).ok()
}

pub fn parse_json(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}
