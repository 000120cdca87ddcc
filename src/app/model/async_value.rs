//! Things that come later, and things that are shared.

use std::ops::Deref;
use std::rc::Rc;

use crate::protocol::Doing;

/// Something that arrives later, or does not: one value where booleans and options would contradict each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum AsyncValue<T> {
    /// Nobody has asked for it yet.
    #[default]
    NotRequested,
    /// It is on its way.
    Loading(Progress),
    /// It is here.
    Ready(T),
    /// It will not come; a sentence for the visitor.
    Failed(String),
}

impl<T> AsyncValue<T> {
    /// The thing, if it is here.
    pub fn ready(&self) -> Option<&T> {
        match self {
            AsyncValue::Ready(value) => Some(value),
            _ => None,
        }
    }

    /// One word for the state, as the page's data attributes have it.
    pub fn as_attribute(&self) -> &'static str {
        match self {
            AsyncValue::NotRequested => "empty",
            AsyncValue::Loading(_) => "loading",
            AsyncValue::Ready(_) => "ready",
            AsyncValue::Failed(_) => "failed",
        }
    }
}

/// How far something has come.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// What is being done, once that is known.
    pub doing: Option<Doing>,
    /// How much is done, in bytes or steps.
    pub done: u64,
    /// Out of how much; 0 while unknown.
    pub total: u64,
}

impl Progress {
    /// The share that is done, 0 to 1, where the total is known.
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| (self.done as f64 / self.total as f64).clamp(0.0, 1.0))
    }
}

/// A value that many components look at and none changes. Equal only to itself, so that comparing the properties of a component
/// costs a pointer and not a picture.
#[derive(Debug, Default)]
pub struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    /// Shares a value.
    pub fn new(value: T) -> Self {
        Self(Rc::new(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_needs_a_total_and_stays_within_one() {
        assert_eq!(Progress::default().share(), None);
        assert_eq!(Progress { doing: None, done: 1, total: 4 }.share(), Some(0.25));
        assert_eq!(Progress { doing: None, done: 9, total: 4 }.share(), Some(1.0));
    }

    #[test]
    fn shared_values_are_equal_only_to_themselves() {
        let one = Shared::new(3);
        assert_eq!(one, one.clone());
        assert_ne!(one, Shared::new(3));
    }
}
