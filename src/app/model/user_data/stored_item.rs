//! One item of user data as it is read from storage.

use super::corrections::Taught;
use super::version::Version;
use super::write_queue::Id;
use crate::protocol::Learn;

/// A thing that is kept, or is not any more.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A sample.
    Sample(Id, Option<Taught>),
    /// A version.
    Version(String, Option<Version>),
    /// The learning under way.
    Course(Option<Box<Learn>>),
}
