//! Copies what was posted out of JavaScript, whatever it is: with limits, in pieces, and without recursion, because a page may post an
//! object that contains itself.

use js_sys::{
    Array, ArrayBuffer, BigInt, Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, JsString, Object,
    Reflect, Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array,
};
use wasm_bindgen::{JsCast, JsValue};

use crate::protocol::{DEEPEST, JobId, LONGEST_TEXT, MOST_BYTES, MOST_VALUES, MessageFault, MessageValue, job_number};

/// Values that are copied between two pauses.
const PIECE: usize = 2_000;

/// The job of what was posted, read before anything else.
pub(super) fn posted_job(posted: &JsValue) -> Option<JobId> {
    let job = Reflect::get(posted, &"job".into()).ok()?;
    number(&job).and_then(|number| job_number(&MessageValue::Number(number)))
}

/// A list or an object that is being copied.
enum OpenValue {
    List { from: Array, next: u32, copied: Vec<MessageValue> },
    Object { entries: Array, next: u32, copied: Vec<(String, MessageValue)> },
}

impl OpenValue {
    /// The next value that is to be copied; its name is noted.
    fn next(&mut self) -> Option<JsValue> {
        match self {
            Self::List { from, next, .. } => {
                let index = *next;
                *next += 1;
                (index < from.length()).then(|| from.get(index))
            }
            Self::Object { entries, next, .. } => {
                // A field that is undefined is not there.
                while *next < entries.length() {
                    let value = Array::from(&entries.get(*next)).get(1);
                    *next += 1;
                    if !value.is_undefined() {
                        return Some(value);
                    }
                }
                None
            }
        }
    }

    /// Takes the copy of what [`Self::next`] gave.
    fn put(&mut self, value: MessageValue) {
        match self {
            Self::List { copied, .. } => copied.push(value),
            Self::Object { entries, next, copied } => {
                let name = Array::from(&entries.get(*next - 1)).get(0).as_string().unwrap_or_default();
                copied.push((name, value));
            }
        }
    }

    fn close(self) -> MessageValue {
        match self {
            Self::List { copied, .. } => MessageValue::List(copied),
            Self::Object { copied, .. } => {
                let named = |(name, value): (String, MessageValue)| (MessageValue::name(&name), value);
                MessageValue::Object(copied.into_iter().map(named).collect())
            }
        }
    }
}

/// Copies a value. `pause` is called between its pieces.
///
/// # Errors
/// [`MessageFault::TooMuch`].
pub(super) async fn copied(posted: &JsValue, pause: &mut impl AsyncFnMut()) -> Result<MessageValue, MessageFault> {
    let mut open: Vec<OpenValue> = Vec::new();
    let mut finished = begin(posted, &mut open)?;
    let mut count = 0;
    loop {
        if let Some(value) = finished.take() {
            let Some(outer) = open.last_mut() else { return Ok(value) };
            outer.put(value);
        }
        let Some(inner) = open.last_mut() else { return Ok(MessageValue::Null) };
        match inner.next() {
            Some(value) => finished = begin(&value, &mut open)?,
            None => finished = open.pop().map(OpenValue::close),
        }
        count += 1;
        if count > 2 * MOST_VALUES {
            return Err(MessageFault::TooMuch { what: "more values than can be read", limit: MOST_VALUES });
        }
        if count % PIECE == 0 {
            pause().await;
        }
    }
}

/// The copy of a value that has nothing in it, or none where a list or an object is opened.
fn begin(value: &JsValue, open: &mut Vec<OpenValue>) -> Result<Option<MessageValue>, MessageFault> {
    let within = |what, length: u32, limit: usize| {
        if length as usize > limit { Err(MessageFault::TooMuch { what, limit }) } else { Ok(()) }
    };
    if let Some(number) = number(value) {
        return Ok(Some(MessageValue::Number(number)));
    }
    if let Some(value) = value.as_bool() {
        return Ok(Some(MessageValue::Bool(value)));
    }
    if let Some(text) = value.dyn_ref::<JsString>() {
        within("a longer text than can be read", text.length(), LONGEST_TEXT)?;
        return Ok(Some(MessageValue::Text(String::from(text))));
    }
    if !value.is_object() {
        return Ok(Some(MessageValue::Null));
    }
    if let Some(list) = value.dyn_ref::<Array>() {
        within("a longer list than can be read", list.length(), MOST_VALUES)?;
        deepen(open, OpenValue::List { from: list.clone(), next: 0, copied: Vec::new() })?;
        return Ok(None);
    }
    let bytes = if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        Some((bytes.length(), bytes.clone()))
    } else if let Some(clamped) = value.dyn_ref::<Uint8ClampedArray>() {
        let view =
            Uint8Array::new_with_byte_offset_and_length(&clamped.buffer(), clamped.byte_offset(), clamped.length());
        Some((clamped.length(), view))
    } else {
        value.dyn_ref::<ArrayBuffer>().map(|buffer| (buffer.byte_length(), Uint8Array::new(buffer)))
    };
    if let Some((length, bytes)) = bytes {
        within("more bytes in one field than can be read", length, MOST_BYTES)?;
        return Ok(Some(MessageValue::Bytes(bytes.to_vec())));
    }
    if is_numbers(value) {
        let length = Reflect::get(value, &"length".into()).ok().and_then(|length| length.as_f64()).unwrap_or(0.0);
        within("a longer list than can be read", length as u32, MOST_VALUES)?;
        return Ok(Some(MessageValue::Numbers(Float64Array::new(value).to_vec())));
    }
    let entries = Object::entries(value.unchecked_ref());
    within("more fields than can be read", entries.length(), MOST_VALUES)?;
    deepen(open, OpenValue::Object { entries, next: 0, copied: Vec::new() })?;
    Ok(None)
}

fn deepen(open: &mut Vec<OpenValue>, value: OpenValue) -> Result<(), MessageFault> {
    if open.len() >= DEEPEST {
        return Err(MessageFault::TooMuch {
            what: "lists and objects that lie too deep in one another",
            limit: DEEPEST,
        });
    }
    open.push(value);
    Ok(())
}

/// A number, or a whole one of the other kind that JavaScript has.
fn number(value: &JsValue) -> Option<f64> {
    value.as_f64().or_else(|| {
        let text = value.dyn_ref::<BigInt>()?.to_string(10).ok()?;
        String::from(text).parse().ok()
    })
}

/// Whether a value is a typed array of numbers that are not bytes.
fn is_numbers(value: &JsValue) -> bool {
    value.is_instance_of::<Float32Array>()
        || value.is_instance_of::<Float64Array>()
        || value.is_instance_of::<Int8Array>()
        || value.is_instance_of::<Int16Array>()
        || value.is_instance_of::<Uint16Array>()
        || value.is_instance_of::<Int32Array>()
        || value.is_instance_of::<Uint32Array>()
}
