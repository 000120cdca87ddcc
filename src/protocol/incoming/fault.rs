//! What is wrong with a message.

/// Why a message cannot be answered: what is wrong with it, by field, in words that go into a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageFault {
    /// The message itself, or its job, is none.
    #[error("{0}")]
    Envelope(&'static str),
    /// A field that must be there is not.
    #[error("the request `{request}` lacks `{field}`")]
    Lacks {
        /// The request's type.
        request: String,
        /// The path of the field.
        field: String,
    },
    /// There is no such request.
    #[error("unknown request `{0}`")]
    UnknownRequest(String),
    /// A field holds something else than it should.
    #[error("`{field}` of the request `{request}` is {found}, but should be {wanted}")]
    Field {
        /// The request's type.
        request: String,
        /// The path of the field.
        field: String,
        /// What is there.
        found: String,
        /// What should be.
        wanted: String,
    },
    /// More than an engine takes.
    #[error("it has {what}; the most that an engine takes is {limit}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// What no table of fields tells: the parser's own words.
    #[error("{0}")]
    Other(String),
}
