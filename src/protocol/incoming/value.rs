//! Any value that a page can post, copied out of JavaScript or made from JSON.

use std::borrow::Cow;

use crate::protocol::JobId;

/// A value of a message. What is none of these, such as a date or a function, is null.
#[derive(Clone, Debug, PartialEq)]
pub enum MessageValue {
    /// `null` or `undefined`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// `ArrayBuffer`, `Uint8Array` or the `Uint8ClampedArray` that a canvas gives.
    Bytes(Vec<u8>),
    /// Any other typed array.
    Numbers(Vec<f64>),
    /// An array.
    List(Vec<MessageValue>),
    /// An object. Its fields that are `undefined` are not there.
    Object(Vec<(FieldName, MessageValue)>),
}

/// The name of a field: those of points and strokes come by the million, and are not copied.
pub type FieldName = Cow<'static, str>;

/// The names that come often.
const OFTEN: [&str; 7] = ["x", "y", "t", "pressure", "points", "label", "input"];

impl MessageValue {
    /// A field's name.
    pub fn name(name: &str) -> FieldName {
        OFTEN.into_iter().find(|often| *often == name).map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed)
    }

    /// A field of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// A field of an object, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter_mut().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// A text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// A whole number from 0 to the largest that a JavaScript number holds exactly.
    pub fn as_whole(&self) -> Option<u64> {
        let Self::Number(number) = self else { return None };
        whole(*number).filter(|_| !number.is_sign_negative())
    }

    /// How many values this consists of, itself included; numbers and bytes that lie in one block count as one.
    pub fn count(&self) -> usize {
        match self {
            Self::List(elements) => 1 + elements.iter().map(Self::count).sum::<usize>(),
            Self::Object(fields) => 1 + fields.iter().map(|(_, value)| value.count()).sum::<usize>(),
            _ => 1,
        }
    }

    /// What it is, in words.
    pub(super) fn kind(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) if text.chars().nth(40).is_none() => format!("the text {text:?}"),
            Self::Text(_) => "a text".to_owned(),
            Self::Bytes(_) => "bytes".to_owned(),
            Self::Numbers(_) => "an array of numbers".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

/// The job that a value asks under, if that can be read, whatever else is wrong with it.
pub fn job_of(value: &MessageValue) -> Option<JobId> {
    value.get("job").and_then(job_number)
}

/// A job's number.
pub fn job_number(value: &MessageValue) -> Option<JobId> {
    u32::try_from(value.as_whole()?).ok().map(JobId)
}

/// The magnitude of a number that is whole and that no other whole number rounds to.
pub(super) fn whole(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_991.0).then_some(number.abs() as u64)
}

impl From<serde_json::Value> for MessageValue {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Value::String(text) => Self::Text(text),
            Value::Array(elements) => Self::List(elements.into_iter().map(Self::from).collect()),
            Value::Object(fields) => {
                Self::Object(fields.into_iter().map(|(name, value)| (Self::name(&name), value.into())).collect())
            }
        }
    }
}
