//! What comes to an engine: any value that a page can post, and the message that it is, or what is wrong with it by field.
//!
//! The worker copies what came into a [`MessageValue`], whatever it is; everything after that is the same natively, where tests mutate
//! messages by the thousand. Long lists are read in pieces with a pause between them, so that a worker goes on hearing.

mod deserializer;
mod fault;
mod field_kind;
mod request_fields;
mod value;

pub use fault::MessageFault;
pub use value::{MessageValue, job_number, job_of};

use serde::{Deserialize, de::DeserializeOwned};

use super::{ClassifierInput, ClientMessage, Request, TrainingData};
use deserializer::ValueError;

/// The most values that a message may consist of: numbers, texts, lists and objects, one inside the other counted each.
pub const MOST_VALUES: usize = 4_000_000;
/// How deep lists and objects may lie in one another. No request needs more than 9.
pub const DEEPEST: usize = 16;
/// The longest text in a message, in UTF-16 units as JavaScript counts.
pub const LONGEST_TEXT: usize = 16 << 20;
/// The most bytes in one field: a package of several files, or the largest picture.
pub const MOST_BYTES: usize = 80 << 20;
/// Elements of a long list that are read between two pauses.
const PIECE: usize = 2_000;

/// Reads a message. `pause` is called between the pieces of a long one.
///
/// # Errors
/// [`MessageFault`] for what is no message; never panics.
pub async fn read_message(
    mut value: MessageValue,
    pause: &mut impl AsyncFnMut(),
) -> Result<ClientMessage, MessageFault> {
    let long = LongList::take(&mut value);
    let mut message = match ClientMessage::deserialize(value.by_reference()) {
        Ok(message) => message,
        Err(error) => {
            return Err(request_fields::fault(&value).unwrap_or_else(|| MessageFault::Other(error.to_string())));
        }
    };
    if let Some(list) = long {
        list.put(&mut message.request, pause).await?;
    }
    Ok(message)
}

/// The list of a request that may be long.
struct LongList {
    request: String,
    path: [&'static str; 2],
    /// The `type` of the object that has the list, which says what its elements are.
    kind: String,
    elements: Vec<MessageValue>,
}

impl LongList {
    const PATHS: [[&'static str; 2]; 2] = [["input", "strokes"], ["lesson", "samples"]];

    /// Takes the long list out of a message, and leaves an empty one. A short one stays.
    fn take(value: &mut MessageValue) -> Option<Self> {
        let request = value.get_mut("request")?;
        let name = request.get("type")?.as_text()?.to_owned();
        Self::PATHS.into_iter().find_map(|path| {
            let [outer, inner] = path;
            let holder = request.get_mut(outer)?;
            let kind = holder.get("type")?.as_text()?.to_owned();
            match holder.get_mut(inner)? {
                MessageValue::List(elements) if elements.len() > 1 => {
                    Some(Self { request: name.clone(), path, kind, elements: std::mem::take(elements) })
                }
                _ => None,
            }
        })
    }

    /// Reads the elements, and puts them where they belong.
    async fn put(self, request: &mut Request, pause: &mut impl AsyncFnMut()) -> Result<(), MessageFault> {
        match request {
            Request::Classify { input: ClassifierInput::Drawing(drawing), .. } => {
                drawing.strokes = self.read(pause).await?;
            }
            Request::Learn(ask) => self.samples(&mut ask.lesson, pause).await?,
            Request::Measure { lesson, .. } => self.samples(lesson, pause).await?,
            // Fields that the request does not have are passed over, as those of later versions are.
            _ => {}
        }
        Ok(())
    }

    async fn samples(self, lesson: &mut TrainingData, pause: &mut impl AsyncFnMut()) -> Result<(), MessageFault> {
        match lesson {
            TrainingData::Digits { samples } => *samples = self.read(pause).await?,
            TrainingData::Texts { samples } => *samples = self.read(pause).await?,
        }
        Ok(())
    }

    async fn read<T: DeserializeOwned>(self, pause: &mut impl AsyncFnMut()) -> Result<Vec<T>, MessageFault> {
        let mut read = Vec::with_capacity(self.elements.len());
        let mut values = 0;
        for (index, element) in self.elements.iter().enumerate() {
            let found = T::deserialize(element.by_reference());
            read.push(found.map_err(|error| self.fault(index, element, &error))?);
            values += element.count();
            if values >= PIECE {
                values = 0;
                pause().await;
            }
        }
        Ok(read)
    }

    /// What is wrong with an element.
    fn fault(&self, index: usize, element: &MessageValue, error: &ValueError) -> MessageFault {
        let path = format!("{}.{}[{index}]", self.path[0], self.path[1]);
        let fault = request_fields::element_fault(&self.request, &self.kind, &path, element);
        fault.unwrap_or_else(|| MessageFault::Field {
            request: self.request.clone(),
            field: path,
            found: "wrong".to_owned(),
            wanted: format!("readable ({error})"),
        })
    }
}

#[cfg(test)]
mod tests;
