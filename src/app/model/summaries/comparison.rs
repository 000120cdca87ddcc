//! What a summary can be compared with.

/// What a summary is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ComparisonMode {
    /// Nothing.
    #[default]
    Off,
    /// The first sentences of the text.
    LeadBaseline,
    /// The summary of the plain Seq2Seq model.
    Seq2Seq,
}

impl ComparisonMode {
    /// The value of the form and the `data-*` attribute.
    pub fn as_attribute(self) -> &'static str {
        match self {
            Self::Off => "nothing",
            Self::LeadBaseline => "beginning",
            Self::Seq2Seq => "plain",
        }
    }
}
