//! State of an asynchronous load, its progress, and a shared value.

use std::ops::Deref;
use std::rc::Rc;

use crate::protocol::Activity;

/// State of an asynchronous load: not requested, loading, ready or failed.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum AsyncValue<T> {
    /// Nothing has requested it yet.
    #[default]
    NotRequested,
    /// The load is in progress.
    Loading(Progress),
    /// The value.
    Ready(T),
    /// The load failed; a sentence for the visitor.
    Failed(String),
}

impl<T> AsyncValue<T> {
    /// The value, if it is ready.
    pub fn ready(&self) -> Option<&T> {
        match self {
            AsyncValue::Ready(value) => Some(value),
            _ => None,
        }
    }

    /// The state as a value of the page's `data-*` attributes.
    pub fn as_attribute(&self) -> &'static str {
        match self {
            AsyncValue::NotRequested => "empty",
            AsyncValue::Loading(_) => "loading",
            AsyncValue::Ready(_) => "ready",
            AsyncValue::Failed(_) => "failed",
        }
    }
}

/// Progress of a load or a job.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// The activity, once it is known.
    pub doing: Option<Activity>,
    /// Bytes or steps done.
    pub done: u64,
    /// Bytes or steps in total; 0 while unknown.
    pub total: u64,
}

impl Progress {
    /// The share that is done, 0 to 1, where the total is known.
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| (self.done as f64 / self.total as f64).clamp(0.0, 1.0))
    }
}

/// A reference-counted value that many components read and none changes. It is equal only to itself, so that comparing the
/// properties of a component costs a pointer comparison and not one of pixels.
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
